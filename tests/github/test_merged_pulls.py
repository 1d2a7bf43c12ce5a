"""What merged pull requests reported, where GitHub's answer has an unreadable time."""

import json

import httpx
import pytest

from verifier.errors import UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.connection import Connection
from verifier.github.merged_pulls import read_merged_heads
from verifier.model.merging import ReportedCheck


def answer(request, merged_at):
    path = request.url.path.removeprefix("/repos/acme/shop")
    if path == "/pulls":
        head = {"sha": "a" * 40}
        pulls = [{"number": n, "merged_at": at, "head": head} for n, at in enumerate(merged_at)]
        return httpx.Response(200, json=pulls)
    if path.endswith("/check-runs"):
        run = {"name": "Tests", "conclusion": "success", "app": {"id": 7, "slug": "bot"}}
        return httpx.Response(200, json={"check_runs": [run]})
    return httpx.Response(200, json={"statuses": []})


@pytest.mark.parametrize("merged_at", ["soon", "2026-13-45T00:00:00Z", ""])
def test_an_unreadable_time_loses_no_check(merged_at):
    http = httpx.Client(transport=httpx.MockTransport(lambda r: answer(r, [merged_at, None])))
    api = Api(Connection(http, "https://forge.test"), "acme/shop")

    heads = read_merged_heads(api, "main")

    assert heads == (frozenset({ReportedCheck("Tests", 7, seen_at=None)}),)


def listed(request):
    """A bot has locked old pull requests: those are the last ones that were changed."""
    path = request.url.path.removeprefix("/repos/acme/shop")
    if path == "/pulls":
        old = [(n, f"2025-01-{n % 28 + 1:02}T00:00:00Z", "2026-11-27") for n in range(1, 200)]
        new = [(n, f"2026-11-{n - 180:02}T00:00:00Z", f"2026-11-{n - 180:02}") for n in (201, 202)]
        key = {"created": lambda pull: pull[0], "updated": lambda pull: pull[2]}
        ordered = sorted([*old, *new], key=key[request.url.params["sort"]], reverse=True)
        answer = [
            {"number": n, "merged_at": at, "head": {"sha": f"{n:040}"}} for n, at, _ in ordered
        ]
        return httpx.Response(200, json=answer[: int(request.url.params["per_page"])])
    if path.endswith("/check-runs"):
        name = str(int(path.split("/")[-2]))
        run = {"name": name, "conclusion": "success", "app": {"id": 7, "slug": "bot"}}
        return httpx.Response(200, json={"check_runs": [run]})
    return httpx.Response(200, json={"statuses": []})


def test_pull_requests_that_a_bot_changed_do_not_hide_the_latest_merged_ones():
    http = httpx.Client(transport=httpx.MockTransport(listed))

    heads = read_merged_heads(Api(Connection(http, "https://forge.test"), "acme/shop"), "main")

    assert [next(iter(head)).name for head in heads[:2]] == ["202", "201"]


@pytest.mark.parametrize("body", [{}, None, "x", [None]])
def test_what_is_no_list_is_not_no_pull_request(body):
    http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=json.dumps(body)))
    )

    with pytest.raises(UnexpectedAnswerError):
        read_merged_heads(Api(Connection(http, "https://forge.test"), "acme/shop"), "main")


@pytest.mark.parametrize("part", ["check_runs", "statuses"])
def test_a_check_whose_name_is_null_is_not_one_of_another_name(part):
    def nameless(request):
        said = answer(request, ["2026-11-01T00:00:00Z"])
        if part in said.json():
            return httpx.Response(200, json={part: [{"name": None, "context": None}]})
        return said

    http = httpx.Client(transport=httpx.MockTransport(nameless))

    with pytest.raises(UnexpectedAnswerError, match="malformed"):
        read_merged_heads(Api(Connection(http, "https://forge.test"), "acme/shop"), "main")
