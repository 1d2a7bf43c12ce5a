"""What stays because it is good, and what else is live and to be judged, wait for one another not."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, sha
from tests.commands.script import (
    BAD,
    BARE,
    CRITICAL,
    SILENT,
    FakeClock,
    SharedMemory,
    Silence,
    unheard,
)
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_good_beside_more_to_come import GONE, LateMemory, NothingIsCancelled
from tests.commands.test_good_beside_unbuilt import FAILED, VERIFIED
from tests.commands.test_outage_meanwhile import OwnAddresses, away
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

FOREVER_S = 1e9


def from_s(seconds, document_):
    return away((seconds, FOREVER_S), then=document_)


class Beside(NothingIsCancelled):
    """The api is not heard of at times; what web goes back to may take its time."""

    mute, slow_s = (FOREVER_S, FOREVER_S), 0.0

    def _document(self, judged):
        return OwnAddresses._document(self, judged)

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        if not self.mute[0] <= self.clock.seconds < self.mute[1]:
            return seen
        none = unheard(seen, "no answer in time").evidence.services
        pairs = zip(none, seen.evidence.services, strict=True)
        mixed = tuple(n if n.judged.id == "new" else s for n, s in pairs)
        return replace(seen, evidence=replace(seen.evidence, services=mixed))

    def roll_back(self, deployment_id):
        if deployment_id != "web-old" or not self.slow_s:
            super().roll_back(deployment_id)
            return
        self.mutations.append((self.clock.seconds, deployment_id))
        target = next(d for d in self.deployments["web"] if d.id == deployment_id)
        back = replace(target, id="back-web", created_at=self.clock.now(), reason="rollback")
        coming = replace(back, status=Status.DEPLOYING, instances=())
        self.show("web", coming, *self.deployments["web"], active=self.active["web"])
        live = replace(back, status=Status.SUCCESS, instances=("RUNNING",))
        done = [live, deployment("d-web", 30, "d", **GONE), replace(target, **GONE)]
        at_s = self.clock.seconds + self.slow_s
        self.at[at_s] = lambda w: w.show("web", *done, active=("back-web",))


def play(
    api=None,
    web=None,
    *,
    web_s=0.0,
    redis_was_down=False,
    jobs=None,
    jobs_s=0.0,
    limits=LIMITS,
    records=(),
    memory=SharedMemory,
    until_s=0.0,
    **world,
):
    """Commit b stays in the api: the worker's is not built. Nobody has judged what web runs."""
    new, prev = deployment("new", 60, "b"), deployment("prev", 55, "e")
    broken, serving = deployment("w-new", 60, "b", **FAILED), deployment("w-old", 0, "c")
    coming, web_old = deployment("d-web", 30, "d"), deployment("web-old", 0, "a")
    skipped, gone = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS), replace(web_old, **GONE)
    building = replace(coming, status=Status.BUILDING, instances=())
    shown = {
        "api": [new, replace(prev, **GONE)],
        "worker": [broken, serving],
        "web": [skipped, building, web_old] if web_s else [skipped, coming, gone],
    }
    active = {"api": ("new",), "worker": ("w-old",), "web": ("web-old" if web_s else "d-web",)}
    at = {web_s: lambda w: w.show("web", skipped, coming, gone, active=("d-web",))}
    if redis_was_down:
        shown["api"] = [replace(new, status=Status.BUILDING, instances=()), prev]
        shown["worker"] = [replace(broken, status=Status.BUILDING), serving]
        active["api"] = ("prev",)
        at[19.99] = lambda w: w.show("api", new, replace(prev, **GONE), active=("new",))
        at[20.0] = lambda w: w.show("worker", broken, serving, active=("w-old",))
    if jobs:
        old, own = deployment("j-old", 0, "a"), deployment("j-new", 60, "b")
        building = replace(own, status=Status.BUILDING, instances=())
        shown["jobs"] = [old] if jobs == "missing" else [building, old]
        active["jobs"] = ("j-old",)
        if jobs_s:
            at[jobs_s] = lambda w: w.show("jobs", own, replace(old, **GONE), active=("j-new",))
    health = {"b": api or document(), "d": web or document(), "a": document(), "c": document()}
    health["e"] = BAD if redis_was_down else document()
    clock = FakeClock()
    kind = type("World", (Beside,), world)
    built = kind(clock, health=health, names=tuple(shown), deployments=shown, active=active, at=at)
    judged = PastVerdict("web", "web-old", sha("a"), "sha256:a", PastStatus.VERIFIED)
    kept = memory([*records, judged], before=())
    kept.clock, kept.until_s = clock, until_s
    return run(built, kept, "b", limits), built, kept


def run(world, memory, commit, limits=LIMITS, policy=POLICY):
    task = Task(Wanted(commit_sha=sha(commit)), limits, policy, EXPECTED, "acme / production")
    gate = Gate(world, memory, task, world.clock, Journal(world.clock, Silence()))
    gate.run()
    return gate


def moves(world):
    """When each service was put back, by the deployment that it was put back to."""
    assert len({what for _, what in world.mutations}) == len(world.mutations)
    return {what: at_s for at_s, what in world.mutations}


MUTE = [
    pytest.param((FOREVER_S, FOREVER_S), id="heard"),
    pytest.param((2, FOREVER_S), id="not-heard-any-more"),
    pytest.param((2, 30), id="not-heard-for-a-while"),
]


def test_what_was_good_at_first_and_fails_by_now_goes_back_beside_what_stays():
    gate, world, _ = play(web=from_s(3, BAD))

    assert moves(world) == {"web-old": 10.0}
    assert "ever passed" not in " ".join(gate.report().advice)


@pytest.mark.slow
@pytest.mark.parametrize("mute", MUTE)
@pytest.mark.parametrize("web_s", [0, 1])
@pytest.mark.parametrize(("health", "by_s"), [(CRITICAL, 6.5), (BAD, 10.5)], ids=["crit", "named"])
def test_what_turns_bad_elsewhere_waits_for_nothing_that_stays(health, by_s, web_s, mute):
    gate, world, _ = play(web=from_s(3, health), web_s=web_s, mute=mute)

    assert list(moves(world)) == ["web-old"]
    assert moves(world)["web-old"] < by_s
    assert "ever passed" not in " ".join(gate.report().advice)


def test_what_goes_live_meanwhile_and_is_critical_waits_for_nothing_that_stays():
    _, world, _ = play(web=CRITICAL, web_s=12, mute=(2, FOREVER_S))

    assert list(moves(world)) == ["web-old"]
    assert moves(world)["web-old"] < 14


@pytest.mark.slow
@pytest.mark.parametrize("mute", MUTE)
@pytest.mark.parametrize("web_s", [0, 1])
def test_what_falls_silent_elsewhere_goes_back_as_alone(web_s, mute):
    _, world, _ = play(web=from_s(3, SILENT), web_s=web_s, mute=mute)

    assert list(moves(world)) == ["web-old"]
    assert moves(world)["web-old"] < 131


@pytest.mark.parametrize(("api_s", "api", "at_s"), [(8, CRITICAL, 10.0), (4, BAD, 10.2)])
def test_what_stays_and_fails_waits_for_no_rollback_of_another(api_s, api, at_s):
    _, world, _ = play(from_s(api_s, api), from_s(3, CRITICAL), web_s=1, slow_s=60.0)

    assert moves(world) == {"web-old": 6.2, "prev": at_s}


OTHERS = [
    pytest.param({}, id="at-once"),
    pytest.param({"slow_s": 60.0}, id="slowly"),
    pytest.param({"jobs": "missing"}, id="one-is-missing"),
    pytest.param({"jobs": "building", "jobs_s": 300.0}, id="one-builds"),
]


@pytest.mark.slow
@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("web_s", [0, 1])
@pytest.mark.parametrize(("health", "by_s"), [(CRITICAL, 10.5), (BAD, 14.5)], ids=["crit", "named"])
def test_what_stays_is_looked_on_at_while_another_goes_back(health, by_s, web_s, others):
    _, world, memory = play(from_s(8, health), from_s(3, CRITICAL), web_s=web_s, **others)
    mutations = moves(world)

    assert mutations["web-old"] < 6.5
    assert mutations["prev"] < by_s
    assert mutations.keys() - {"j-old"} == {"web-old", "prev"}
    assert PastStatus.VERIFIED not in said_of("new", memory)


WEB = [
    pytest.param(document(), 0, id="good-from-the-start"),
    pytest.param(document(), 3, id="good"),
    pytest.param(CRITICAL, 3, id="critical"),
    pytest.param(BAD, 6, id="failing"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("web", "web_s"), WEB)
@pytest.mark.parametrize("api_s", [4, 8])
@pytest.mark.parametrize("api", [CRITICAL, BAD], ids=["critical", "named"])
def test_what_stays_is_looked_on_at_beside_what_is_live_elsewhere(api, api_s, web, web_s):
    gate, world, _ = play(from_s(api_s, api), web, web_s=web_s)
    report = gate.report()

    assert (report.verdict, int(report.exit_code)) == ("failed", 1)
    assert moves(world).keys() == ({"prev"} if web == document() else {"prev", "web-old"})


@pytest.mark.parametrize("web_s", [0, 3])
def test_what_stays_and_is_critical_waits_for_nothing_that_is_live_elsewhere(web_s):
    _, world, _ = play(from_s(8, CRITICAL), SILENT, web_s=web_s)

    assert world.mutations[0][1] == "prev"
    assert world.mutations[0][0] < 11


@pytest.mark.parametrize(("web", "web_s"), WEB)
def test_what_stays_and_holds_is_not_touched_for_what_is_live_elsewhere(web, web_s):
    gate, world, memory = play(web=web, web_s=web_s)
    report = gate.report()

    assert (report.verdict, int(report.exit_code)) == ("failed", 3)
    assert list(moves(world)) == ([] if web == document() else ["web-old"])
    assert said_of("new", memory) == {PastStatus.CONDEMNED}
    passed = PastStatus.VERIFIED if web == document() else PastStatus.CONDEMNED
    assert said_of("d-web", memory) == {passed}


@pytest.mark.slow
@pytest.mark.parametrize("until_s", [8.0, 40.0])
@pytest.mark.parametrize("web_s", [1, 12])
def test_records_that_come_late_say_what_it_can_go_back_to(until_s, web_s):
    late = {"records": [VERIFIED], "memory": LateMemory, "until_s": until_s}
    _, world, memory = play(web_s=web_s, **late)

    assert list(moves(world)) == ["prev"]
    assert PastStatus.VERIFIED not in said_of("new", memory)


def said_of(deployment_id, memory):
    """Every verdict of gates on a deployment."""
    own = {record.status for record in memory.found if record.deployment_id == deployment_id}
    return own - {PastStatus.SEEN}


EXCUSED = {"redis_was_down": True, "web_s": 23}


def test_what_failed_before_takes_nothing_back_that_stays():
    limits = replace(LIMITS, fail_after=1)
    _, world, _ = play(from_s(26, BAD), from_s(28, CRITICAL), limits=limits, **EXCUSED)

    assert list(moves(world)) == ["web-old"]
    assert moves(world)["web-old"] < 29


@pytest.mark.slow
@pytest.mark.parametrize("api_s", [24, 26])
@pytest.mark.parametrize("at_s", [28, 31, 34])
def test_what_failed_before_takes_nothing_back_that_stays_beside_what_is_critical(at_s, api_s):
    _, world, _ = play(from_s(api_s, BAD), from_s(at_s, CRITICAL), **EXCUSED)

    assert list(moves(world)) == ["web-old"]
    assert moves(world)["web-old"] < at_s + 6


@pytest.mark.slow
@pytest.mark.parametrize("at_s", [24, 28, 30])
@pytest.mark.parametrize("web", [BAD, BARE, SILENT], ids=["named", "bare", "silent"])
def test_nor_beside_what_fails(web, at_s):
    _, world, _ = play(from_s(26, BAD), from_s(at_s, web), **EXCUSED)

    assert list(moves(world)) == ["web-old"]


@pytest.mark.slow
@pytest.mark.parametrize("fail_after", [1, 3])
@pytest.mark.parametrize("api_s", [26, 28])
def test_what_failed_before_in_what_stays_does_not_go_on_for_ever(api_s, fail_after):
    limits = replace(LIMITS, fail_after=fail_after)
    gate, world, memory = play(from_s(api_s, BAD), limits=limits, **EXCUSED)

    assert (int(gate.report().exit_code), world.mutations) == (3, [])
    assert world.clock.seconds < 50
    assert said_of("d-web", memory) == {PastStatus.VERIFIED}
