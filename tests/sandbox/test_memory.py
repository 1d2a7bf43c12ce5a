"""What gates leave at GitHub for one another, on the real line; and a run that is killed."""

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.sandbox.runs import environ, everywhere, gate, live_commits, rollbacks, verifier

pytestmark = pytest.mark.slow


def kept(town):
    """State and commit of each verdict at GitHub, oldest first; what was seen is none."""
    names = {d["id"]: town.repository.name_of(d["sha"]) for d in town.github.deployments}
    return [(s, names[number]) for number, s in town.github.statuses if s != "inactive"]


def test_what_a_gate_verified_is_what_the_next_one_goes_back_to(town, tmp_path):
    town.push("good")
    gate(town, "good", tmp_path)
    town.push("condemned-but-kept")
    gate(town, "condemned-but-kept", tmp_path, "--rollback", "off")
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, live_commits(town)) == (1, everywhere("good"))
    assert "an earlier gate failed it" in run.told
    assert "each rollback is claimed by a Git reference in acme/shop" in run.told
    assert kept(town) == [
        ("success", "good"),
        ("failure", "condemned-but-kept"),
        ("failure", "wrong-database"),
        # Once more with how long it took, beside what was put back.
        ("failure", "wrong-database"),
        ("success", "good"),
    ]


def test_the_commit_that_is_given_is_enough_to_keep_what_was_found_of_it(town, tmp_path):
    town.push("good")

    run = gate(town, "good", tmp_path, GITHUB_SHA=None)

    assert (run.code, kept(town)) == (0, [("success", "good")])


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param("read-only", "the token needs Contents: write", id="may-not-claim"),
        pytest.param("down", "GitHub's API answered HTTP 502", id="github-is-down"),
    ],
)
def test_a_rollback_does_not_need_github(town, tmp_path, fault, told):
    town.github.fault = fault
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, live_commits(town), rollbacks(town)) == (1, everywhere("first"), 2)
    assert told in run.told


def test_a_critical_answer_waits_seconds_for_a_github_that_hangs(town, tmp_path):
    """How long that is in all is counted by a clock of the test's own in `test_github_hangs`."""
    town.github.fault = "hangs"
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path, within_s=120.0)

    assert (run.code, live_commits(town), rollbacks(town)) == (1, everywhere("first"), 2)
    told = [entry["text"] for entry in run.report["timeline"]]
    condemned, acted = (
        next(at for at, text in enumerate(told) if words in text)
        for words in ("health.deep: ", "asking Railway now")
    )
    limits_s = re.findall(r"no answer within (\d+) s", " ".join(told[condemned:acted]))
    assert limits_s
    assert sum(map(int, limits_s)) <= 5


def test_without_a_token_the_report_says_what_keeps_two_runs_apart(town, tmp_path):
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path, GITHUB_TOKEN=None)

    assert (run.code, rollbacks(town), town.github.refs) == (1, 2, {})
    told = [entry["text"] for entry in run.report["timeline"] if entry["event"] == "exclusion"]
    assert told == [
        "no lock between runs, each only re-reads Railway before it acts: GITHUB_TOKEN is not set"
    ]


class Gateway(ThreadingHTTPServer):
    """
    Stands between a run and the two it talks to, and counts.

    It counts from the moment the run, having judged, reads what earlier gates found. The request
    of number `last` is passed on and carried out; its answer kills the run.
    """

    def __init__(self, town, last):
        super().__init__(("127.0.0.1", 0), Passing)
        self.targets = {"railway": town.api.url, "github": town.github.url}
        self.last = last
        self.count = None
        self.process = None

    def aim_at(self, process):
        self.process = process

    def address(self, name):
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        _, name, rest = self.path.split("/", 2)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
        url = f"{self.server.targets[name]}/{rest}"
        answer = httpx.request(self.command, url, content=body, headers=headers)
        if self.server.count is not None or (name, self.command) == ("github", "GET"):
            self.server.count = (self.server.count or 0) + 1
        if self.server.count == self.server.last:
            self.server.process.kill()
            return
        self.send_response(answer.status_code)
        self.send_header("content-type", answer.headers["content-type"])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        """Say nothing for each request."""


@contextmanager
def gateway(town, last):
    with Gateway(town, last) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def gate_until_killed(town, commit, last):
    """Gate a commit, and kill the run as soon as it has made so many requests since judging."""
    with gateway(town, last) as server:
        env = environ(
            town,
            RAILWAY_API_URL=f"{server.address('railway')}/graphql/v2",
            GITHUB_API_URL=server.address("github"),
        )
        sha = town.repository.shas[commit]
        return verifier(
            "gate", "--sha", sha, env=env, cwd=town.repository.folder, started=server.aim_at
        )


@pytest.mark.parametrize("last", range(1, 12))
def test_a_run_that_is_killed_in_a_rollback_is_finished_by_the_next(town, tmp_path, last):
    town.push("wrong-database")
    killed = gate_until_killed(town, "wrong-database", last)
    assert killed.returncode == -9, killed.stderr

    # A claim of the killed run is respected for as long as its request may be under way.
    run = gate(town, "wrong-database", tmp_path, within_s=200.0)

    assert (run.code, live_commits(town)) == (1, everywhere("first"))
    assert rollbacks(town) == 2
