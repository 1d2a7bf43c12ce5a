"""What is read side by side: a hundred workflows in a few rounds, and one pause for all."""

import base64
import threading

import httpx
import pytest

from tests.patience import PATIENCE_S
from verifier.commands.ports import attempt
from verifier.github.api import Api
from verifier.github.connection import Connection
from verifier.github.repository import GitHubRepository
from verifier.github.side_by_side import side_by_side
from verifier.guarded.deadline import _END_S, ends_within
from verifier.model.finding import Unobserved
from verifier.model.workflow import Workflow

TEXT = "on: { schedule: [{ cron: '0 6 * * *' }] }\njobs: {}\n"
AT = "2026-01-31T12:00:00Z"
#: The branch was written before that.
MERGED_AT = "2026-07-09T08:00:00Z"
AT_ONCE = 25


@pytest.mark.parametrize(
    ("reserve", "limit", "left", "is_asked"),
    [
        (500, 5000, 500, False),
        (500, 5000, 501, True),
        (500, 1000, 400, True),
        (500, 1000, 100, False),
        (0, 5000, 0, True),
    ],
)
def test_what_is_reserved_is_left_to_others(reserve, limit, left, is_asked):
    headers = {"x-ratelimit-limit": str(limit), "x-ratelimit-remaining": str(left)}
    http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json={}, headers=headers))
    )
    api = Api(Connection(http, "https://forge.test"), "acme/shop", reserve=reserve)
    api.get("/first", "nothing")

    for ask in (
        lambda: api.get("/second", "nothing"),
        lambda: api.elsewhere("/apps/bot", "nothing", "ask"),
    ):
        assert isinstance(attempt(ask), Unobserved) is not is_asked


class GitHub:
    """A repository with so many workflows; whoever asks for one waits until others do as well."""

    def __init__(self, many, at_once=AT_ONCE):
        self.paths = [f".github/workflows/w{n}.yml" for n in range(many)]
        self.barrier = threading.Barrier(at_once, timeout=PATIENCE_S)
        self.limited = 0
        """How many of the next requests for a file are refused."""
        self.slept = []

    def __call__(self, request):
        path = request.url.path.removeprefix("/repos/acme/shop")
        if path == "/contents/.github/workflows":
            return httpx.Response(200, json=[{"path": p} for p in self.paths])
        if path == "/actions/workflows":
            rows = [
                {"id": n, "path": p, "state": "active", "created_at": AT}
                for n, p in enumerate(self.paths)
            ]
            return httpx.Response(200, json={"workflows": self.page(request, rows)})
        if path.endswith("/pulls"):  # whoever has its commit goes on at once
            return httpx.Response(200, json=[{"merged_at": MERGED_AT}])
        self.barrier.wait()
        if path.startswith("/contents/"):
            content = base64.b64encode(TEXT.encode()).decode()
            return httpx.Response(200, json={"content": content, "encoding": "base64"})
        if path == "/commits":
            sha = request.url.params["path"].encode().hex()
            commit = {"sha": sha, "commit": {"committer": {"date": AT}}}
            return httpx.Response(200, json=[commit])
        return httpx.Response(200, json={"workflow_runs": []})

    def page(self, request, rows):
        start = (int(request.url.params["page"]) - 1) * 100
        return rows[start : start + 100]

    def repository(self):
        return GitHubRepository(self.api(self))

    def api(self, answer, patience_s=0.0):
        http = httpx.Client(transport=httpx.MockTransport(answer))
        connection = Connection(http, "https://forge.test")
        return Api(connection, "acme/shop", patience_s, self.slept.append)


def test_a_hundred_workflows_are_read_25_at_a_time():
    github = GitHub(100)

    workflows = github.repository().workflows("main")
    schedules = github.repository().schedules(workflows)

    assert [w.path for w in workflows] == github.paths
    assert [s.path for s in schedules] == github.paths
    assert {f"{s.changed_at:%Y-%m-%dT%H:%M:%SZ}" for s in schedules} == {MERGED_AT}
    assert all(isinstance(w, Workflow) for w in workflows)


def test_workflows_beyond_the_limit_are_told():
    *read, left = GitHub(203, at_once=1).repository().workflows("main")

    assert (len(read), left) == (200, Unobserved("3 more workflow files were not read"))


@pytest.mark.parametrize(("patience_s", "slept"), [(60.0, [7.0]), (5.0, [])])
def test_one_pause_is_for_all_who_are_limited_at_once(patience_s, slept):
    github, refused = GitHub(AT_ONCE), threading.Semaphore(AT_ONCE)

    def answer(request):
        whole = github(request)
        is_file = request.url.path.endswith(".yml")
        if is_file and refused.acquire(blocking=False):
            return httpx.Response(429, headers={"retry-after": "7"}, json={})
        return whole

    repository = GitHubRepository(github.api(answer, patience_s))
    found = attempt(lambda: repository.workflows("main"))

    assert (github.slept, isinstance(found, Unobserved)) == (slept, not slept)


def test_what_is_read_side_by_side_ends_when_whoever_asks_wants_it_to():
    with ends_within(5.0):
        ends = side_by_side(lambda _: _END_S.get(), ["one", "other"])

        assert ends == [_END_S.get()] * 2
