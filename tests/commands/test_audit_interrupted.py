"""A token that loses its right, or a repository that goes away, in the middle of an audit."""

import json

import pytest
from aiohttp import web
from click.testing import CliRunner

from tests.github.server import TOKEN, LocalGitHub, running
from verifier.cli import cli
from verifier.sandbox.github.rest_answers import refusal
from verifier.sandbox.github.runbook_repository import runbook_repository

KEPT = ("GITHUB_WORKSPACE", "GITHUB_ACTIONS", "VERIFIER_CONFIG", "RAILWAY_TOKEN", "DATABASE_URL")
#: What GitHub answers from some moment on.
ENDS = {
    "token ended": (401, "Bad credentials"),
    "right taken": (403, "Resource not accessible by personal access token"),
    "deleted or made private": (404, "Not Found"),
    "broken": (502, "Server Error"),
}


class Ending(LocalGitHub):
    """Answers `left` requests as it should, and then each with `end`."""

    def __init__(self, *repositories):
        super().__init__(*repositories)
        self.left, self.end, self.asked = 0, (502, ""), []

    @web.middleware
    async def _guard(self, request, handler):
        self.asked.append(request.path)
        if len(self.asked) > self.left:
            return refusal(*self.end)
        return await super()._guard(request, handler)


@pytest.fixture(params=["good", "unprotected"])
def github(request):
    shop = runbook_repository()
    if request.param == "unprotected":
        shop.rulesets.clear()
    with running(Ending(shop)) as github:
        github.is_good = request.param == "good"
        yield github


def audited(github, left, end, folder):
    github.left, github.end, github.asked = left, end, []
    env = {
        **dict.fromkeys(KEPT),
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/shop",
    }
    arguments = ["audit", "--checkout", str(folder), "--json"]
    done = CliRunner(env=env).invoke(cli, arguments, standalone_mode=False)
    rows = json.loads(done.stdout)["drift"]
    return done.return_value, {row["setting"]: row["severity"] for row in rows}


def test_what_goes_away_has_nothing_switched_off(github, tmp_path):
    audited(github, 10_000, ENDS["broken"], tmp_path)
    code, rows = audited(github, len(github.asked) - 4, ENDS["deleted or made private"], tmp_path)

    assert (code, rows) == (4, {"repository": "inconclusive"})


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_wherever_it_ends_nothing_false_is_said(github, end, tmp_path, monkeypatch):
    monkeypatch.setattr("verifier.wiring.audit._PATIENCE_S", 0.0)
    code, whole = audited(github, 10_000, end, tmp_path)
    assert code == (0 if github.is_good else 1)
    said = {}
    last = len(github.asked) - 1  # which asks whether the repository is still there
    for left in range(last + 1):
        code, rows = audited(github, left, end, tmp_path)
        wrong = {k: v for k, v in rows.items() if v not in ("inconclusive", "skip", whole.get(k))}
        if wrong or (code == 0 and not github.is_good) or code not in (0, 1, 4):
            said[left] = (code, wrong)
        if code == 0:
            assert "skip" in rows.values() or left == last, left

    assert said == {}
