"""What merged pull requests reported, where GitHub's answer has an unreadable time."""

import httpx
import pytest

from verifier.github.api import Api
from verifier.github.connection import Connection
from verifier.github.merged_pulls import read_merged_heads
from verifier.model.merging import SeenCheck


def answer(request, merged_at):
    path = request.url.path.removeprefix("/repos/acme/shop")
    if path == "/pulls":
        head = {"sha": "a" * 40}
        return httpx.Response(200, json=[{"merged_at": at, "head": head} for at in merged_at])
    if path.endswith("/check-runs"):
        run = {"name": "Tests", "conclusion": "success", "app": {"id": 7, "slug": "bot"}}
        return httpx.Response(200, json={"check_runs": [run]})
    return httpx.Response(200, json={"statuses": []})


@pytest.mark.parametrize("merged_at", ["soon", "2026-13-45T00:00:00Z", ""])
def test_an_unreadable_time_loses_no_check(merged_at):
    http = httpx.Client(transport=httpx.MockTransport(lambda r: answer(r, [merged_at, None])))
    api = Api(Connection(http, "https://forge.test"), "acme/shop")

    heads = read_merged_heads(api, "main")

    assert heads == (frozenset({SeenCheck("Tests", 7, seen_at=None)}),)
