"""What gates' records say only after a run has begun: what they bring up is judged as well."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    START,
    deployment,
    document,
    evidence,
    good_before,
    old,
    probe,
    service_evidence,
    sha,
)
from tests.commands.script import BAD, CRITICAL, SILENT, FakeClock, SharedMemory, Silence
from tests.commands.test_bad_predecessor import CRASHED, RUNNING
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_outage_meanwhile import OwnAddresses
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal, Observation
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.deployment import served_since
from verifier.model.past_verdict import PastStatus, PastVerdict

WORKER = {
    "bad": (RUNNING, BAD),
    "silent": (RUNNING, SILENT),
    "critical": (RUNNING, CRITICAL),
    "crashed": (CRASHED, SILENT),
}
GOOD = (RUNNING, document())


class PassedBy(OwnAddresses):
    """Nothing answers of a service without an active deployment; each goes back by itself."""

    def observe(self, judged, before, subject, within_s):
        after = self._read()
        services = [
            service_evidence(
                *([probe(self._answer(d, self.active[n][0]))] if self.active[n] else []),
                judged=d,
                before=before[n],
                after=after[n],
            )
            for n, d in judged.items()
        ]
        since = served_since(before, judged.values())
        told = {"subject": subject, "served_since": since, "at": self.clock.now()}
        return Observation(evidence(*services, **told), after)

    def roll_back(self, deployment_id):
        self.mutations.append((self.clock.seconds, deployment_id))
        self._put_back(self._owner(deployment_id), deployment_id)


class Late(SharedMemory):
    """GitHub refuses its records until a second; another gate's come at another."""

    def __init__(self, clock, records, refused_until_s=0.0, news=(), news_s=0.0):
        super().__init__(records, before=())
        self.clock, self.refused_until_s = clock, refused_until_s
        self.news, self.news_s = news, news_s

    def records(self):
        if self.clock.seconds < self.refused_until_s:
            raise UnreachableError("could not read the records: HTTP 502")
        if self.clock.seconds >= self.news_s:
            self.found, self.news = [*self.news, *self.found], ()
        return super().records()


def kept(service, id_, letter, status, minute):
    at = START + timedelta(minutes=minute)
    seen = good_before(service)
    return PastVerdict(service, id_, sha(letter), f"sha256:{letter}", status, at=at, seen=seen)


RECORDS = (
    kept("api", "old", "a", PastStatus.VERIFIED, 6),
    kept("worker", "w-old", "c", PastStatus.VERIFIED, 3),
)
ITS_OWN = kept("worker", "w-live", "d", PastStatus.VERIFIED, 33)
CONDEMNED = kept("worker", "w-live", "d", PastStatus.CONDEMNED, 61)


def begun(worker, arrives_s, *, api=GOOD, records=RECORDS, touches_api=True, **memory):
    """Commit b touches the api at most; of the worker d is live, and c was verified before it."""
    new, serving = deployment("new", 60, "b", **api[0]), deployment("old", 5, "a")
    building = replace(new, status=Status.BUILDING, instances=())
    gone = replace(serving, status=Status.REMOVED, instances=("REMOVED",))
    live = deployment("w-live", 30, "d", **worker[0])
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    passed_by = deployment("passed-by", 60, "b", **SKIPPED_BY_PATHS)
    clock = FakeClock()
    world = PassedBy(
        clock,
        health={"a": document(), "b": api[1], "c": document(), "d": worker[1]},
        names=("api", "worker"),
        deployments={
            "api": [building if touches_api else passed_by, serving],
            "worker": [skipped, live, old("w-old", 0, "c")],
        },
        active={"api": ("old",), "worker": ("w-live",) if worker[0] is RUNNING else ()},
        at={arrives_s: lambda world: world.show("api", new, gone, active=("new",))}
        if touches_api
        else {},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    kept_by = Late(clock, records, **memory)
    return Gate(world, kept_by, task, clock, Journal(clock, Silence())), world, kept_by


def play(worker, arrives_s, **how):
    gate, world, _ = begun(worker, arrives_s, **how)
    gate.run()
    return gate.report(), sorted(what for _, what in world.mutations)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arrives_s", "refused_until_s"),
    [(0.0, 2.0), (0.0, 5.0), (0.0, 9.0), (20.0, 2.0), (20.0, 9.0), (20.0, 25.0), (20.0, 31.0)],
)
@pytest.mark.parametrize("worker", WORKER)
def test_what_is_live_and_unjudged_by_late_records_is_judged(worker, arrives_s, refused_until_s):
    report, mutations = play(WORKER[worker], arrives_s, refused_until_s=refused_until_s)

    assert (int(report.exit_code), mutations) == (1, ["w-old"])


@pytest.mark.parametrize("news_s", [5.0, 9.0])
@pytest.mark.parametrize("arrives_s", [0.0, 20.0])
@pytest.mark.parametrize("worker", ["bad", "silent", "critical"])
def test_what_another_gate_condemns_meanwhile_is_judged(worker, arrives_s, news_s):
    report, mutations = play(
        WORKER[worker], arrives_s, records=(ITS_OWN, *RECORDS), news=[CONDEMNED], news_s=news_s
    )

    assert (int(report.exit_code), mutations) == (1, ["w-old"])


@pytest.mark.parametrize(
    ("records", "memory"),
    [
        pytest.param(RECORDS, {"refused_until_s": 5.0}, id="unjudged"),
        pytest.param((ITS_OWN, *RECORDS), {"refused_until_s": 5.0}, id="verified"),
        pytest.param((ITS_OWN, *RECORDS), {"news": [CONDEMNED], "news_s": 5.0}, id="condemned"),
    ],
)
def test_what_is_good_passes_whatever_comes_late(records, memory):
    report, mutations = play(GOOD, 0.0, records=records, **memory)

    assert (int(report.exit_code), mutations) == (0, [])


@pytest.mark.parametrize("refused_until_s", [12.0, 60.0])
@pytest.mark.parametrize("worker", ["critical", "silent", "crashed"])
def test_what_is_down_is_red_or_goes_back_however_late_they_come(worker, refused_until_s):
    report, mutations = play(WORKER[worker], 0.0, refused_until_s=refused_until_s)

    assert (int(report.exit_code), mutations) in [(3, []), (1, ["w-old"])]


@pytest.mark.parametrize("refused_until_s", [12.0, 60.0, 110.0])
def test_what_is_excused_for_want_of_records_is_judged_once_they_come(refused_until_s):
    report, mutations = play(GOOD, 0.0, api=(RUNNING, BAD), refused_until_s=refused_until_s)

    assert (int(report.exit_code), mutations) == (1, ["old"])


def test_records_that_never_come_are_waited_for_within_bounds():
    report, mutations = play(GOOD, 0.0, api=(RUNNING, BAD), refused_until_s=1e9)

    took_s = (report.ended_at - report.started_at).total_seconds()
    assert (int(report.exit_code), mutations) == (3, [])
    assert took_s < LIMITS.ready_within_s + 30


@pytest.mark.parametrize("refused_until_s", [2.0, 12.0])
@pytest.mark.parametrize("worker", ["bad", "silent", "critical"])
def test_beside_what_is_condemned_late_records_count_as_well(worker, refused_until_s):
    report, mutations = play(
        WORKER[worker], 20.0, api=(RUNNING, BAD), refused_until_s=refused_until_s
    )

    assert (int(report.exit_code), mutations) == (1, ["old", "w-old"])


@pytest.mark.parametrize("refused_until_s", [0.0, 0.2, 2.0])
@pytest.mark.parametrize("worker", ["bad", "silent", "critical"])
def test_a_commit_that_touches_nothing_judges_it_as_well(worker, refused_until_s):
    report, mutations = play(
        WORKER[worker], 0.0, touches_api=False, refused_until_s=refused_until_s
    )

    assert (int(report.exit_code), mutations) == (1, ["w-old"])


@pytest.mark.parametrize("refused_until_s", [0.0, 2.0, 5.0, 25.0, 31.0])
def test_what_was_verified_and_is_gone_is_red_however_late_that_is_known(refused_until_s):
    gone = {"status": Status.REMOVED, "instances": ("REMOVED",)}

    report, mutations = play((gone, SILENT), 20.0, refused_until_s=refused_until_s)

    assert (int(report.exit_code), mutations) == (3, [])


@pytest.mark.slow
@pytest.mark.parametrize("news_s", [0.5, 3.0, 12.0])
@pytest.mark.parametrize("refused_until_s", [0.0, 2.0, 15.0, 24.0])
@pytest.mark.parametrize(("service", "id_"), [("api", "new"), ("web", "its-own")])
def test_what_another_gate_fails_before_the_first_reading_is_not_passed(
    service, id_, refused_until_s, news_s
):
    news = kept(service, id_, "b", PastStatus.CONDEMNED, 61)
    gate, world, memory = begun(
        GOOD, 20.0, records=(ITS_OWN, *RECORDS), refused_until_s=refused_until_s, news=[news]
    )
    memory.news_s = news_s

    gate.run()

    assert (int(gate.report().exit_code), world.mutations) == (4, [])
    statuses = {r.status for r in memory.found if r.deployment_id == "new" and r != news}
    assert statuses == {PastStatus.SEEN}


@pytest.mark.parametrize("refused_until_s", [0.0, 2.0, 5.0, 9.0])
@pytest.mark.parametrize(
    "before",
    [
        [kept("api", "new", "b", PastStatus.CONDEMNED, 40)],
        [
            kept("api", "new", "b", PastStatus.VERIFIED, 45),
            kept("api", "new", "b", PastStatus.CONDEMNED, 40),
        ],
        [kept("web", "its-own", "b", PastStatus.CONDEMNED, 40)],
        [replace(kept("api", "new", "b", PastStatus.CONDEMNED, 40), at=None)],
    ],
    ids=["failed", "cleared", "elsewhere", "undated"],
)
def test_what_a_gate_failed_before_the_run_is_not_failed_meanwhile(before, refused_until_s):
    report, mutations = play(
        GOOD, 0.0, records=(*before, ITS_OWN, *RECORDS), refused_until_s=refused_until_s
    )

    assert (int(report.exit_code), mutations) == (0, [])


@pytest.mark.parametrize("ahead_s", [-300.0, 300.0])
def test_the_clock_of_the_runner_does_not_decide_what_came_meanwhile(ahead_s):
    """`ahead_s` is how far the clock of what keeps the records is ahead."""
    at = START + timedelta(hours=1, seconds=ahead_s)
    for since_s, code in ((-30.0, 0), (3.0, 4)):
        failed = replace(
            kept("web", "its-own", "b", PastStatus.CONDEMNED, 0), at=at + timedelta(seconds=since_s)
        )
        gate, world, _ = begun(
            GOOD, 20.0, records=(failed, ITS_OWN, *RECORDS), refused_until_s=12.0
        )
        world.ahead_s = lambda: ahead_s

        gate.run()

        assert int(gate.report().exit_code) == code


@pytest.mark.parametrize("elsewhere", [False, True], ids=["itself", "in another service"])
@pytest.mark.parametrize(
    ("records", "news", "memory"),
    [
        pytest.param((ITS_OWN, *RECORDS), [CONDEMNED], {"news_s": 5.0}, id="condemned"),
        pytest.param((ITS_OWN, *RECORDS), [CONDEMNED], {"refused_until_s": 9.0}, id="both late"),
        pytest.param(RECORDS, [], {"refused_until_s": 9.0}, id="unjudged"),
    ],
)
def test_what_is_judged_besides_makes_nothing_pass_that_another_gate_has_failed(
    records, news, memory, elsewhere
):
    service, id_ = ("web", "its-own") if elsewhere else ("api", "new")
    failed = kept(service, id_, "b", PastStatus.CONDEMNED, 61)

    report, mutations = play(GOOD, 0.0, records=records, news=[failed, *news], **memory)

    assert (int(report.exit_code), mutations) == (4, [])
    assert "another gate has failed this commit meanwhile" in report.reason
