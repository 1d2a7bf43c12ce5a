"""
`python -m tests.commands.fault_matrix [--pairs N [--seed N]]`: calls of a gate by faults.

The rows are read from the code: the operations that are sent to Railway, and the methods of the
other sources and of the memory. Each is broken for good, once, and from the second time on, under
a good, a bad and a critical deployment. With `--pairs`, so many random pairs of faults are played.
"""

import argparse
import inspect
import json
import random
import re
import sys
from functools import cache, partial
from pathlib import Path

import httpx

from benchmarks.proofs import of_faults
from benchmarks.told import machine, write_figures
from tests.builders import EXPECTED, LIMITS, POLICY, sha
from tests.commands.calls_in_code import modules_of, operations_in
from tests.commands.live_gate import LiveSources
from tests.commands.script import FakeClock, SharedMemory, Silence
from tests.railway.answering import AnsweringRailway
from verifier.commands import ports, sources
from verifier.commands.failure_context import Secrets
from verifier.commands.gate import Gate
from verifier.commands.observe import LiveWorld
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import (
    LateError,
    NotSentError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownHostError,
    UnreachableError,
)
from verifier.guarded.deadline import UnknownNameError, bind
from verifier.guarded.probe import IdentityPaths, Prober
from verifier.model.evidence import Endpoint
from verifier.model.secret import Secret
from verifier.model.verdict import VerdictWord

WORLDS = ("good", "bad", "critical")
WHENS = ("always", "once", "later")
#: Calls that these gates do not make, and who does.
ELSEWHERE = {
    "ProjectTokenScope": "wiring, before a gate begins: one that fails ends it with 4",
    "Workspaces": "wiring, as the one before",
    "Projects": "wiring, as the one before",
    "Project": "wiring, as the one before",
    "Deployment": "wiring, for --deployment",
    "FollowDeployment": "news: the row news.subscribe",
    "Instances": "services behind the first page; rows of tests/railway/test_wrong_answers.py",
    "Deployments": "an active deployment behind the first page; as the one before",
    "ServiceVariables": "where deployment snapshots are refused; as the one before",
    "TcpProxies": "audits of services; rows of tests/railway/test_wrong_answers.py",
    "AutoDeploy": "rollback.hold, verifier release",
    "SetAutoDeploy": "rollback.hold, verifier release",
    "Redeploy": "rollback.redeploy",
    "Cancel": "what is still on its way; tests/sandbox/test_deployment_cancel.py",
    "RequestLog": "answers that name nobody while two deployments may answer",
    "Platform": "where what fails may be Railway's own; tests/commands/test_sources_alone.py",
    "BuildLog": "a build that failed",
    "Readiness": "verifier ready",
    "Audit": "verifier audit",
    "AuditedServices": "verifier audit",
    "CronRuns": "verifier audit",
    "memory.claimed": "verifier status",
    "memory.hold": "rollback.hold",
    "memory.holds": "verifier release, verifier ready",
    "memory.release": "verifier release",
}
#: What is asked of GitHub, by the row that breaks it or by who else asks, after which verdict or
#: without any; each of them is broken on the wire by tests/github/test_wrong_answers.py.
AT_GITHUB = {
    "row memory: records, claims and holds of gates": """
        Login
        authors: GET /collaborators/{}/permission
        memory: DELETE /git/refs/{}
        memory: GET /deployments
        memory: GET /git/matching-refs/{}
        memory: POST /deployments
        memory: POST /deployments/{}/statuses
        memory: POST /git/refs
    """,
    "notify, once the verdict is given": """
        messages: GET /commits/{}
        messages: GET /commits/{}/pulls
        messages: GET /deployments
        messages: GET /deployments/{}/statuses
        messages: GET /issues/{}/comments
        messages: PATCH /issues/comments/{}
        messages: POST /deployments/{}/statuses
        messages: POST /issues/{}/comments
        messages: POST /statuses/{}
    """,
    "verifier audit": """
        Apps
        ForcePush
        Queue
        actor_numbers: GET /apps/{}
        actor_numbers: GET <path>
        branch_protection: GET /branches/{}
        branch_protection: GET /rules/branches/{}
        branch_protection: GET /rulesets
        branch_protection: GET /rulesets/{}
        branch_protection: GET /rulesets/{}/history
        branch_protection: GET {}/protection
        environments: GET /environments
        environments: GET /environments/{}/deployment-branch-policies
        environments: GET <path>
        listed_workflows: GET /actions/workflows
        merged_pulls: GET /actions/runs
        merged_pulls: GET /pulls
        merged_pulls: GET {}/check-runs
        merged_pulls: GET {}/status
        repository: GET 
        repository: GET /actions/workflows/{}/runs
        repository: GET /activity
        repository: GET /branches
        repository: GET /collaborators
        repository: GET /commits
        repository: GET /commits/{}/pulls
        repository: GET /contents/{}
        repository_security: GET 
        repository_security: GET /actions/permissions
        repository_security: GET /actions/permissions/workflow
        repository_security: GET /collaborators
        repository_security: GET /hooks
        repository_security: GET /immutable-releases
        repository_security: GET /keys
        action_policies: GET /orgs/{}/actions/permissions
        action_policies: GET {}/selected-actions
        action_policies: GET /actions/permissions/selected-actions
        repository_security: GET /vulnerability-alerts
        tracked_issue: GET /issues
        tracked_issue: GET /labels/{}
        tracked_issue: PATCH /issues/{}
        tracked_issue: PATCH /labels/{}
        tracked_issue: POST /issues
        tracked_issue: POST /labels
        waiting_runs: GET /actions/runs
    """,
    "verifier audit --fix": """
        apply_fix: GET /rulesets
        apply_fix: GET <path>
        apply_fix: GET /rulesets/{}
        apply_fix: POST /rulesets
        apply_fix: PUT /rulesets/{}
    """,
    "verifier audit of an organisation": """
        Keys
        List
        Read
        Types
        Viewer
    """,
    "what all of them go through": """
        bulk_answers: POST <url>
        connection: <verb> <_next_address(address, fetched) if hops > 0 else None>
        connection: POST <graphql_url(self._url)>
    """,
}
#: How everything goes out to Railway that has a row by the name of its operation.
AT_RAILWAY = {"transport: POST <self._url>"}
_URL = "https://api.test/health/deep"


# ---- faults -----------------------------------------------------------------------------------


def _raises(error):
    def answer(_request, _right):
        raise error

    return answer


def _unknown_name():
    try:
        raise httpx.ConnectError("no name") from UnknownNameError("no such host")
    except httpx.ConnectError as error:
        return error


def _says(status, body=b"", **headers):
    return lambda _request, _right: httpx.Response(status, content=body, headers=headers)


def _slowly(_request, _right):
    def body():
        yield b'{"data"'
        raise httpx.ReadTimeout("slow")

    return httpx.Response(200, content=body())


def _cut(_request, right):
    return httpx.Response(200, content=right.content[: len(right.content) // 2])


def _skewed(hours):
    def answer(_request, right):
        date = f"Thu, 01 Jan 2026 {13 + hours:02}:00:00 GMT"
        return httpx.Response(200, content=right.content, headers={**right.headers, "Date": date})

    return answer


def _changed(change):
    def answer(_request, right):
        return httpx.Response(200, json=_deep(json.loads(right.content), change))

    return answer


def _deep(value, change):
    if isinstance(value, dict):
        return {key: _deep(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return change([_deep(inner, change) for inner in value])
    return value


def _killed(_request, _right):
    raise KeyboardInterrupt


#: What may become of a question over HTTP: a function of the request and of the right answer.
HTTP = {
    "refused": _raises(httpx.ConnectError("connection refused")),
    "reset": _raises(httpx.ReadError("connection reset by peer")),
    "black hole": _raises(httpx.ReadTimeout("timed out")),
    "slow loris": _slowly,
    "429, with a time": _says(429, b"{}", **{"Retry-After": "30"}),
    "429": _says(429, b"{}"),
    "500": _says(500, b'{"errors": [{"message": "Internal"}]}'),
    "HTML": _says(200, b"<html>maintenance</html>", **{"Content-Type": "text/html"}),
    "truncated": _cut,
    "empty": _says(200),
    "wrong TLS": _raises(httpx.ConnectError("certificate verify failed")),
    "DNS failure": lambda _request, _right: (_ for _ in ()).throw(_unknown_name()),
    "redirect": _says(302, **{"Location": "https://evil.test/"}),
    "clock ahead": _skewed(1),
    "clock behind": _skewed(-1),
    "duplicate": _changed(lambda items: [*items, *items]),
    "reorder": _changed(lambda items: items[::-1]),
    "killed": _killed,
}
#: The same of other calls, as the rims that make them tell it.
RAISED = {
    "refused": NotSentError("connection refused"),
    "reset": UnreachableError("connection reset by peer"),
    "black hole": LateError("no answer within 10 s"),
    "slow loris": UnreachableError("no complete response within 10 s"),
    "429, with a time": RateLimitedError("too many requests", retry_after_s=30),
    "429": RateLimitedError("too many requests", retry_after_s=10),
    "500": UnexpectedAnswerError("HTTP 500"),
    "HTML": UnexpectedAnswerError("the body is no JSON"),
    "truncated": UnexpectedAnswerError("the body is no JSON"),
    "empty": UnexpectedAnswerError("the body is empty"),
    "wrong TLS": NotSentError("certificate verify failed"),
    "DNS failure": UnknownHostError("no such host"),
    "redirect": UnexpectedAnswerError("HTTP 302"),
    "killed": KeyboardInterrupt(),
}


# ---- rows -------------------------------------------------------------------------------------


def operations_in_code():
    """The names of all operations that the code may send to Railway."""
    return operations_in(modules_of("railway"))


def named_at_github():
    """Every call to GitHub that is said to be somebody's."""
    lines = (line.strip() for calls in AT_GITHUB.values() for line in calls.splitlines())
    return {f"{line} " if line.endswith(": GET") else line for line in lines if line}


#: The other sources, by the name of a row, with the Protocol whose methods are the calls.
SOURCES = {
    "news": sources.News,
    "checkout": sources.Checkout,
    "secrets": Secrets,
    "memory": ports.Memory,
}


def methods(protocol):
    """The calls of a source: what it answers without being asked is none."""
    return sorted(
        name
        for name, value in inspect.getmembers(protocol)
        if inspect.isfunction(value) and not name.startswith("_")
    )


def rows():
    """Every call with the faults that it may meet."""
    for name in sorted(operations_in_code() - set(ELSEWHERE)):
        yield f"railway.{name}", tuple(HTTP)
        if name in ("RollBack",):
            yield f"railway.{name}, carried out", tuple(f for f in HTTP if f not in _UNSENT)
    yield "prober.probe", tuple(HTTP)
    yield "database.read_database", tuple(RAISED)
    for source, protocol in SOURCES.items():
        for call in (f"{source}.{method}" for method in methods(protocol)):
            if call not in ELSEWHERE:
                yield call, tuple(RAISED)


_UNSENT = ("refused", "wrong TLS", "DNS failure", "429", "429, with a time", "duplicate", "reorder")


def cells():
    """Every cell of the matrix: call, fault, when, world."""
    return [
        (call, fault, when, world)
        for call, faults in rows()
        for fault in faults
        for when in (("once",) if fault == "killed" else WHENS)
        for world in WORLDS
    ]


# ---- play -------------------------------------------------------------------------------------


class _Rest(LiveSources):
    """Every source but Railway and the application, all well; Railway's news are open and silent."""

    def __init__(self, railway, clock):
        super().__init__(railway, None, {})
        self._clock = clock

    is_open = True

    def wait(self, seconds):
        """Nothing new."""
        self._clock.sleep(seconds)
        return False


class _Broken:
    """A source of which some calls fail: `fails` is asked before each."""

    def __init__(self, inner, source, fails):
        self._inner, self._source, self._fails = inner, source, fails

    def __getattr__(self, name):
        found = getattr(self._inner, name)
        if not callable(found):
            return found
        return partial(self._call, name, found)

    def _call(self, name, found, *arguments, **named):
        fault = self._fails(f"{self._source}.{name}")
        if fault is not None:
            raise RAISED[fault]
        return found(*arguments, **named)


class _Faults:
    """Which calls fail and when; counts how often each was asked."""

    def __init__(self, faults):
        self._faults = faults
        self.asked = {}

    def due(self, call):
        """The fault of this call at this time; None where it goes well."""
        count = self.asked[call] = self.asked.get(call, 0) + 1
        fault, when = self._faults.get(call, (None, ""))
        is_due = {"always": True, "once": count == 1, "later": count > 1}.get(when, False)
        return fault if is_due else None


_HTTP_OF_PROBES = bind(httpx.Client(follow_redirects=False))


class _World:
    """Railway, an application and a memory that outlast a gate, which may be killed."""

    def __init__(self, world, faults):
        self.clock = FakeClock()
        self.world = world
        self.faults = _Faults(faults)
        self.railway = AnsweringRailway(now=self.clock.now)
        self._right = self.railway.answer
        self.railway.answer = self._answer
        self.memory = SharedMemory()
        self._requests = 0

    def gate(self):
        """Run a gate to its end, or until it is killed; None then."""
        rest = _Rest(self.railway, self.clock)
        broken = {name: _Broken(rest, name, self.faults.due) for name in SOURCES}
        database = _Broken(rest, "database", self.faults.due)
        _HTTP_OF_PROBES._transport = httpx.MockTransport(self._health)
        identity = IdentityPaths(("version.git_sha",), ("version.deployment_id",))
        given = sources.Sources(
            railway=self.railway.client(self.clock.now_s),
            prober=Prober(_HTTP_OF_PROBES, identity, self.clock.now),
            checkout=broken["checkout"],
            read_database=database.read_database,
            database_url=Secret("postgresql://db.test/app"),
            asked={"api": sources.Asked({Endpoint.DEEP: "/health/deep"})},
            secrets=broken["secrets"],
            news=broken["news"],
            clock=self.clock,
        )
        task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
        memory = _Broken(self.memory, "memory", self.faults.due)
        journal = ports.Journal(self.clock, Silence())
        gate = Gate(LiveWorld(given), memory, task, self.clock, journal)
        try:
            gate.run()
        except KeyboardInterrupt:
            return None
        return gate.report()

    def _answer(self, request):
        name = re.search(r"(?:query|mutation) (\w+)", json.loads(request.content)["query"])[1]
        sent = self.faults.due(f"railway.{name}")
        done = self.faults.due(f"railway.{name}, carried out")
        if sent is not None and name == "RollBack" and sent not in _PASSED_ON:
            return HTTP[sent](request, None if sent != "truncated" else httpx.Response(200))
        right = self._right(request)
        fault = sent or done
        return right if fault is None else HTTP[fault](request, right)

    def _health(self, request):
        serving = self.railway.serving
        self._requests += 1
        right = _health_answer(self.world, serving, f"request{self._requests}")
        fault = self.faults.due("prober.probe")
        return right if fault is None else HTTP[fault](request, right)


#: Faults of an answer, which cannot be given unless there was one.
_PASSED_ON = ("clock ahead", "clock behind", "duplicate", "reorder")
_WORDS = {"good": ("healthy", 200), "bad": ("unhealthy", 503), "critical": ("CRITICAL", 503)}


def _health_answer(world, serving, request_id):
    """A critical answer names nobody: it counts as no other deployment can have given it."""
    is_judged = serving["meta"]["commitHash"] == sha("b")
    word, code = _WORDS[world if is_judged else "good"]
    checks = {
        "environment": {"status": "ok"},
        "schema_version": {"status": "ok", "current": "2", "expected": "2"},
        "redis": {"status": "ok" if code == 200 else "error"},
    }
    version = {"git_sha": serving["meta"]["commitHash"], "deployment_id": serving["id"]}
    body = {"status": word, "checks": checks, "version": {} if world == "critical" else version}
    headers = {"Server": "railway-edge", "X-Railway-Request-Id": request_id}
    return httpx.Response(code, json=body, headers=headers)


def play(world, faults):
    """Return what came out under these faults: by call, which and when."""
    town = _World(world, faults)
    report = town.gate()
    if report is None:
        town.clock.sleep(300)  # the next scheduled run, or somebody's
        report = town.gate()
    return town, report


# ---- what must come out -----------------------------------------------------------------------


def mistake(world, town, report):
    """Say what must never come out; empty where nothing of it did."""
    if report is None:
        return "the run after a killed one was killed too"
    word, code = report.verdict, int(report.exit_code)
    active = town.railway.active
    made = sum(row["id"] == "back" for row in town.railway.rows)
    if made > 1:
        return f"{made} rollbacks took effect"
    if world == "good":
        if town.railway.mutations:
            return "a good deployment was rolled back"
        if word not in (VerdictWord.PASSED, VerdictWord.INCONCLUSIVE):
            return f"a good deployment {word}"
        return "" if (code == 0) == (word is VerdictWord.PASSED) else f"{word} with exit {code}"
    if word not in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE):
        return f"a {world} deployment {word}"
    if code == 0:
        return f"a {world} deployment ended green"
    if code == 1 and active != ["back"]:
        return "production is said to be good while the bad deployment serves"
    return ""


@cache
def _plain(world):
    town, report = play(world, {})
    return report.verdict, int(report.exit_code), tuple(town.railway.active)


def sign(world, town, report):
    """`.` the same as without the fault, `i` inconclusive, `3` red and not known good, `X` wrong."""
    if mistake(world, town, report):
        return "X"
    if (report.verdict, int(report.exit_code), tuple(town.railway.active)) == _plain(world):
        return "."
    return "i" if report.verdict is VerdictWord.INCONCLUSIVE else str(int(report.exit_code))


def main():
    """Print the matrix, or what pairs of faults came to; exit with 1 where anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("--out", type=Path, default=Path("bench") / "faults.json")
    given = parser.parse_args()
    if given.pairs:
        return pairs(given.pairs, given.seed)
    seen, found = machine(), {}
    for call, fault, when, world in cells():
        town, report = play(world, {call: (fault, when)})
        found.setdefault((call, fault, world), []).append(sign(world, town, report))
        if text := mistake(world, town, report):
            sys.stdout.write(f"WRONG {call}, {fault}, {when}, {world}: {text}\n")
    write_figures(given.out, seen, figures(found))
    sys.stdout.write(table(found))
    return int(any("X" in signs for signs in found.values()))


def figures(found):
    """The matrix for a file: in each cell good, bad, critical, each the worst of the three times."""
    calls = dict.fromkeys(call for call, _, _ in found)
    return {
        "faults": list(HTTP),
        "rows": [
            {"call": call, "cells": {fault: _cell(found, call, fault) for fault in HTTP}}
            for call in calls
        ],
        "gates": sum(map(len, found.values())),
        "opposite": sum(signs.count("X") for signs in found.values()),
    }


def table(found):
    """The matrix as text."""
    return of_faults(figures(found))


def _cell(found, call, fault):
    signs = ["".join(sorted(found.get((call, fault, world), "-"))) for world in WORLDS]
    return "".join(max(each, key=".-1i3X".find) for each in signs)


def pairs(count, seed):
    """Play random pairs of faults, the same each time for a seed."""
    dice = random.Random(seed)  # noqa: S311  faults, not secrets
    choice, wrong = cells(), 0
    for _ in range(count):
        (one, fault, when, world), (two, other, then, _) = dice.choice(choice), dice.choice(choice)
        town, report = play(world, {one: (fault, when), two: (other, then)})
        if text := mistake(world, town, report):
            wrong += 1
            sys.stdout.write(
                f"WRONG {one}, {fault}, {when} and {two}, {other}, {then}, {world}: {text}\n"
            )
    sys.stdout.write(f"{count} pairs, {wrong} opposite verdicts\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
