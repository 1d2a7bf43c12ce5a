"""Each command that an audit prints says which repository it is for: another may be checked out."""

import json
import re

import pytest
from click.testing import CliRunner

from tests.github.server import TOKEN, LocalGitHub, running
from verifier.cli import cli
from verifier.sandbox.github.runbook_repository import runbook_repository

CONFIG = """\
version: 1
audit:
  secrets: [A, { name: B, environment: of production }, { name: C, dependabot: true }]
  variables: [X, { name: Y, environment: production }]
  secrets-read: required
  scheduled: [.github/workflows/night.yml]
"""
NIGHT = """\
on: { schedule: [{ cron: "17 6 * * *" }] }
jobs:
  gate: { runs-on: x, steps: [{ uses: o/railway-deploy-verifier@v1 }] }
  read: { runs-on: x, environment: live, steps: [{ run: "true", env: { T: "${{ secrets.T }}" } }] }
"""
COMMAND = re.compile(
    r"\bgh (?:secret|variable|workflow|api|run) [^.;|<]*|\bverifier audit --fix[^;|<]*"
)


def shop(name):
    found = runbook_repository(name)
    found.rulesets = []
    found.files |= {".github/workflows/night.yml": NIGHT}
    found.workflows = [
        {"id": number, "path": f".github/workflows/{file}", "state": "disabled_manually"}
        for number, file in enumerate(("ci.yml", "night.yml"))
    ]
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What audits of two repositories print, by the form; JSON also of all of an owner."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "verifier.yml").write_text(CONFIG)
    with running(LocalGitHub(shop("acme/shop"), shop("acme/other"))) as github:
        env = {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_WORKSPACE": None,
            "GITHUB_ACTIONS": None,
        }

        def run(*arguments):
            words = ["audit", "--config", str(folder / "verifier.yml"), *arguments]
            return CliRunner(env=env).invoke(cli, words, standalone_mode=False).stdout

        both = ("--repo", "acme/shop", "--repo", "acme/other", "--format")
        forms = ("json", "text", "markdown", "html", "sarif", "csv")
        found = {form: run(*both, form) for form in forms}
        found["bulk"] = run("--org", "acme", "--format", "json")
        yield found, github.url.removeprefix("http://")


def test_each_command_names_the_repository_that_its_row_is_about(printed):
    found, host = printed
    rows = [row for form in ("json", "bulk") for row in json.loads(found[form])["drift"]]
    seen = set()

    for row in rows:
        for text in (row["hint"], row["actual"]):
            for command in COMMAND.findall(text):
                seen.add(" ".join(command.split()[:3]))
                is_ours = command.startswith("verifier")
                place = row["repository"] if is_ours else f"{host}/{row['repository']}"
                assert re.search(rf"--repo {re.escape(place)}(?![\w./-])", text), text

    assert seen == {
        "gh secret set",
        "gh variable set",
        "gh workflow enable",
        "verifier audit --fix",
    }


@pytest.mark.parametrize("form", ["text", "markdown", "html", "sarif", "csv"])
def test_each_form_prints_it_whole(printed, form):
    shown = " ".join(printed[0][form].split())

    commands = re.findall(r"\bgh (?:secret|variable|workflow) (?:set|enable).{0,120}", shown)
    assert commands
    assert [each for each in commands if "--repo" not in each] == []


def test_no_command_is_capitalised_or_ends_with_a_full_stop(printed):
    advice = printed[0]["markdown"]

    assert "Gh " not in advice
    assert not re.search(r"--repo \S+\.(?:\s|$)", advice)


def test_an_environments_name_is_one_word_of_a_shell(printed):
    rows = json.loads(printed[0]["json"])["drift"]

    assert any("--env 'of production' --repo" in row["hint"] for row in rows)
    assert any("set C --app dependabot --repo" in row["hint"] for row in rows)
