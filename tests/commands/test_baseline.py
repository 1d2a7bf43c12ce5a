"""What failed before a deploy, what was never seen good, and where that is known from."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    START,
    answer,
    deployment,
    document,
    kept_good,
    old,
    probe,
    reading,
    sha,
)
from tests.commands.script import (
    BAD,
    BARE,
    CRITICAL,
    SILENT,
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from tests.crossed import crossed
from verifier.commands.check import check
from verifier.commands.gate import Gate
from verifier.commands.no_memory import NoMemory
from verifier.commands.ports import Journal, Observation
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.recognition import Scene, recognise
from verifier.errors import DeniedError, UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import (
    Component,
    Endpoint,
    HealthStatus,
    ShippedMigrations,
    SqlAnswer,
    Subject,
)
from verifier.model.expectations import SqlExpectation
from verifier.model.finding import Outcome, Unobserved
from verifier.model.known_before import KnownBefore, SeenCheck
from verifier.model.migration_ledger import Migration
from verifier.model.past_verdict import PastStatus

WANTED = Wanted(commit_sha=sha("b"))
LIVE_OLD = old(status=Status.SUCCESS, instances=("RUNNING",))
BUILDING = deployment(status=Status.BUILDING, instances=())
ARRIVES_S = 30.0
DEGRADED = document(
    HealthStatus.BAD,
    "degraded",
    (*document().components, Component("redis", HealthStatus.BAD, "x")),
)
DEAD = document(
    HealthStatus.BAD,
    "unhealthy",
    (
        *document().components,
        Component("redis", HealthStatus.BAD, "x"),
        Component("queue", HealthStatus.BAD, "x"),
    ),
)


def task(command="gate"):
    return Task(WANTED, LIMITS, POLICY, EXPECTED, "acme / production", command)


def arrives(world):
    world.show("api", deployment(), old(), active=("new",))


def play(
    *,
    early=True,
    memory=None,
    arrives_s=ARRIVES_S,
    at=None,
    wanted=WANTED,
    kind=ScriptedWorld,
    expected=EXPECTED,
    limits=LIMITS,
    **script,
):
    """A gate that starts while the deployment is being built, or when it is live already."""
    clock = FakeClock()
    memory = memory or SharedMemory(before=())
    names = script.get("names", ("api",))
    early_world = {
        "deployments": {name: [BUILDING, LIVE_OLD] for name in names},
        "active": dict.fromkeys(names, ("old",)),
        "at": {arrives_s: arrives, **(at or {})},
    }
    world = kind(clock, **{**(early_world if early else {}), **script})
    ours = replace(task(), wanted=wanted, expected=expected, limits=limits)
    gate = Gate(world, memory, ours, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), world, memory


def went_back(world):
    return [what for _, what in world.mutations] == ["old"]


class RefusesToRead(SharedMemory):
    def records(self):
        raise DeniedError("could not read the records of earlier gates: HTTP 403")


def only_at_first(bad):
    looks = []

    def says(_):
        looks.append(1)
        return bad if len(looks) == 1 else document()

    return says


def test_an_error_that_was_seen_once_as_the_gate_began_excuses_nobody():
    report, world, _ = play(health={"a": only_at_first(BAD), "b": BAD})

    assert (report.exit_code, went_back(world)) == (1, True)


def only_until(second, bad):
    return lambda s: bad if s < second else document()


@pytest.mark.parametrize("bad_s", [6.0, 30.0])
def test_what_was_good_again_before_the_switch_excuses_nobody(bad_s):
    report, world, _ = play(
        arrives_s=120.0,
        memory=SharedMemory(),
        health={"a": lambda s: BAD if s < bad_s else document(), "b": BAD},
    )

    assert (report.exit_code, went_back(world)) == (1, True)
    assert "good again before this deploy" in str(report.timeline)


def test_a_good_baseline_is_looked_at_once():
    looks = []

    class Counted(ScriptedWorld):
        def observe(self, judged, before, subject, within_s):
            looks.append(subject)
            return super().observe(judged, before, subject, within_s)

    play(arrives_s=300.0, kind=Counted)

    assert looks.count(Subject.BEFORE) == 1


class Asked(ScriptedWorld):
    """An application without the path that is asked; earlier gates knew another one."""

    path = "/health/ready"

    def observe(self, judged, before, subject, within_s):
        missing = answer(404, Unobserved("no document"), deployment_id=self.active["api"][0])
        found = answer(deployment_id=self.active["api"][0])
        gone = replace(probe(found), endpoint=Endpoint.READY, url=f"https://api.test{self.path}")
        asked = gone if self.path == "/health/ready" else replace(gone, answer=missing)
        seen = super().observe(judged, before, subject, within_s)
        own = [replace(s, probes=(*s.probes, asked)) for s in seen.evidence.services]
        return Observation(replace(seen.evidence, services=tuple(own)), seen.after)


def test_a_path_that_was_changed_in_the_configuration_was_never_seen_good():
    memory = SharedMemory(before=())
    clock = FakeClock()
    shown = {"deployments": {"api": [LIVE_OLD]}, "active": {"api": ("old",)}}
    check(Asked(clock, **shown), memory, task("check"), clock, Journal(clock, Silence()))

    report, world, _ = play(
        early=False, kind=type("Typo", (Asked,), {"path": "/healthz/ready"}), memory=memory
    )

    assert (report.exit_code, world.mutations) == (3, [])
    assert "ever passed" in str(report.timeline)


def test_what_failed_before_time_after_time_excuses_the_same():
    report, world, _ = play(health={"a": BAD, "b": BAD})

    assert (report.exit_code, world.mutations) == (3, [])
    assert "failed before" in report.advice[0] or "failed before" in str(report.timeline)


class Stumbles(ScriptedWorld):
    """A world in which a question in depth tells what does not answer well."""

    def failing_in_depth(self, serving, fleet):
        return frozenset(n for n, d in serving.items() if self._document(d) != document())


@pytest.mark.parametrize(
    ("memory", "bare_since_s"),
    [
        pytest.param(SharedMemory(), 0.0, id="good-in-records"),
        pytest.param(SharedMemory(before=()), 0.5, id="good-in-an-early-look"),
    ],
)
def test_an_answer_without_components_before_excuses_the_same(memory, bare_since_s):
    """Its components were good once: what lacks them all would be held against a deployment."""
    health = {"a": lambda s: BARE if s >= bare_since_s else document(), "b": BARE}
    report, world, _ = play(arrives_s=120.0, memory=memory, kind=Stumbles, health=health)

    assert (report.exit_code, world.mutations) == (3, [])


def test_components_that_were_there_again_before_the_switch_are_missed_by_nobody_else():
    before = only_until(60.0, BARE)
    report, world, _ = play(arrives_s=120.0, memory=SharedMemory(), health={"a": before, "b": BARE})

    assert (report.exit_code, went_back(world)) == (1, True)


def test_an_answer_without_components_excuses_no_component_that_is_bad():
    report, world, _ = play(memory=SharedMemory(), health={"a": BARE, "b": BAD})

    assert (report.exit_code, went_back(world)) == (3, True), "what is back is as bare as before"


def test_what_was_degraded_does_not_excuse_what_is_dead():
    report, world, _ = play(health={"a": DEGRADED, "b": DEAD})

    assert (report.exit_code, went_back(world)) == (3, True), "what is back is degraded as before"


def test_what_is_seen_across_a_switch_excuses_nobody():
    report, _, _ = play(arrives_s=1.0, health={"a": BAD, "b": BAD})

    assert "already failing" not in str(report.timeline)


@pytest.mark.parametrize(
    ("health", "code", "goes"),
    [
        pytest.param(document(), 0, False, id="good"),
        pytest.param(BAD, 3, False, id="never-seen-good"),
        pytest.param(CRITICAL, 1, True, id="critical"),
        pytest.param(SILENT, 1, True, id="silence"),
    ],
)
def test_a_gate_that_starts_late_and_knows_nothing(health, code, goes):
    report, world, _ = play(early=False, health={"b": health})

    assert (report.exit_code, went_back(world)) == (code, goes)
    if code == 3:
        assert "ever passed" in str(report.timeline)


@pytest.mark.parametrize(
    ("memory", "told", "untold"),
    [
        pytest.param(
            SharedMemory(before=()), "a passing verifier check", "GITHUB_TOKEN", id="read"
        ),
        pytest.param(
            NoMemory("GITHUB_TOKEN is not set"),
            "give the gate a GITHUB_TOKEN",
            "misconfigured",
            id="none",
        ),
        pytest.param(
            RefusesToRead(), "give the gate a GITHUB_TOKEN", "misconfigured", id="refused"
        ),
        pytest.param(
            SharedMemory(fails=("records",)), "run the gate again", "GITHUB_TOKEN", id="unread"
        ),
    ],
)
def test_what_would_show_that_a_check_ever_passed_is_advised(memory, told, untold):
    report, _, _ = play(early=False, memory=memory, health={"b": BAD})
    kept = next(e.text for e in report.timeline if e.event == "keep")

    assert "no record says that it ever passed on this service: " in kept
    assert told in kept
    assert untold not in kept


def test_a_crash_is_railways_own_word_though_nothing_is_known_of_before():
    crashed = deployment(status=Status.CRASHED, instances=("CRASHED",))
    clock = FakeClock()
    world = ScriptedWorld(clock, deployments={"api": [crashed, old()]}, active={"api": ("new",)})
    gate = Gate(world, SharedMemory(before=()), task(), clock, Journal(clock, Silence()))

    gate.run()

    assert went_back(world)


def looked_at(health, memory, asked=None):
    """A scheduled check of the deployment that serves before the deploy."""
    clock = FakeClock()
    world = ScriptedWorld(
        clock, deployments={"api": [LIVE_OLD]}, active={"api": ("old",)}, health={"a": health}
    )
    return check(world, memory, asked or task("check"), clock, Journal(clock, Silence()))


@pytest.mark.parametrize(
    ("before", "goes"),
    [
        pytest.param(document(), True, id="it-was-good"),
        pytest.param(BAD, False, id="the-same-failed"),
        pytest.param(DEGRADED, False, id="the-same-component-failed"),
    ],
)
def test_a_check_before_is_a_late_gates_baseline(before, goes):
    memory = SharedMemory(before=())
    looked_at(before, memory)

    _, world, _ = play(early=False, memory=memory, health={"b": BAD})

    assert went_back(world) is goes


def test_a_check_that_saw_no_components_excuses_a_late_gates_deploy_without_any():
    memory = SharedMemory()
    looked_at(BARE, memory)

    report, world, _ = play(early=False, memory=memory, health={"b": BARE})

    assert (report.exit_code, world.mutations) == (3, [])


def test_what_a_passing_gate_saw_is_the_baseline_of_the_next():
    memory = SharedMemory(before=())
    play(memory=memory)
    clock = FakeClock()
    newest = deployment("w", 20, "c")
    was = replace(deployment(), status=Status.REMOVED)
    world = ScriptedWorld(
        clock, deployments={"api": [newest, was]}, active={"api": ("w",)}, health={"c": BAD}
    )
    later = replace(task(), wanted=Wanted(commit_sha=sha("c")))
    gate = Gate(world, memory, later, clock, Journal(clock, Silence()))

    gate.run()

    assert [what for _, what in world.mutations] == ["new"]


def test_what_the_judged_deployment_did_itself_excuses_it_not():
    """A check that ran between the switch and a late gate saw the bad deployment already."""
    memory = SharedMemory()
    clock = FakeClock()
    check(
        ScriptedWorld(clock, health={"b": BAD}),
        memory,
        task("check"),
        clock,
        Journal(clock, Silence()),
    )

    _, world, _ = play(early=False, memory=memory, health={"b": BAD})

    assert memory.found[-1].status is PastStatus.SEEN
    assert went_back(world)


class WithoutPath(ScriptedWorld):
    """An application that has no such health endpoint."""

    def _answer(self, judged, serving):
        return answer(404, Unobserved("no document"), deployment_id=serving)


@pytest.mark.parametrize("early", [True, False], ids=["before-the-switch", "after-it"])
def test_a_path_that_never_answered_is_the_configurations_fault(early):
    report, world, _ = play(early=early, kind=WithoutPath)

    assert (report.exit_code, world.mutations) == (3, [])


WITH_CACHE = document(
    components=(*document().components, Component("cache", HealthStatus.GOOD, "ok"))
)


@pytest.mark.parametrize(
    ("early", "before", "required", "expects"),
    [
        pytest.param(True, None, ("environment", "cache"), (3, False), id="before-the-switch"),
        pytest.param(False, None, ("environment", "cache"), (3, False), id="after-it"),
        pytest.param(False, None, ("cache", "queue"), (4, False), id="none-is-there"),
        pytest.param(False, WITH_CACHE, ("environment", "cache"), (1, True), id="was-good-before"),
    ],
)
def test_a_required_component_that_no_document_has(early, before, required, expects):
    memory = SharedMemory(before=())
    needs = replace(EXPECTED, required_components=required)
    if before:
        looked_at(before, memory, replace(task("check"), expected=needs))
    says = {"a": before or document()}

    report, world, _ = play(early=early, memory=memory, expected=needs, health=says)

    assert (report.exit_code, went_back(world)) == expects
    assert ("health.required names cache" in report.cause.text) is not expects[1]
    assert (report.cause.kind == "configuration") is not expects[1]
    known = [cause.id for cause in recognise(report, Scene())]
    assert known == {3: ["component-not-there"], 4: [], 1: ["unhealthy"]}[report.exit_code]


SETUPS = {
    "push": (True, Wanted(commit_sha=sha("b"))),
    "event": (False, Wanted(ids={"api": "new"})),
    "upload": (True, Wanted(ids={"api": "new"})),
    "by hand": (False, Wanted(commit_sha=sha("b"))),
}


def passing_gate(memory, wanted):
    """The gate of the deployment before."""
    clock = FakeClock()
    world = ScriptedWorld(clock, deployments={"api": [LIVE_OLD]}, active={"api": ("old",)})
    ids = {"api": "old"} if wanted.ids else None
    before = Wanted(commit_sha="" if ids else sha("a"), ids=ids)
    gate = Gate(world, memory, replace(task(), wanted=before), clock, Journal(clock, Silence()))
    gate.run()
    assert gate.report().exit_code in (0, 4)


ANSWERS = {"good": document(), "bad": BAD, "bare": BARE, "critical": CRITICAL}


@pytest.mark.parametrize(
    ("health", "ran_before", "setup"),
    crossed(ANSWERS, ["first-gate", "one-passing-before"], SETUPS),
)
def test_a_first_gate_in_each_set_up(setup, health, ran_before):
    """Without any memory no good one goes back; after one passing run every bad one does."""
    early, wanted = SETUPS[setup]
    memory = SharedMemory(before=())
    if ran_before == "one-passing-before":
        passing_gate(memory, wanted)

    answers = {"b": ANSWERS[health]}
    report, world, _ = play(early=early, memory=memory, wanted=wanted, health=answers)

    is_known = early or ran_before == "one-passing-before" or health == "critical"
    if health == "good":
        assert (report.exit_code, world.mutations) == (0, [])
    else:
        assert went_back(world) is is_known
        assert report.exit_code == (1 if is_known else 3)


def test_a_check_keeps_only_what_is_new_and_verifies_nothing():
    memory = SharedMemory(before=())

    for health in (document(), document(), BAD, BAD, document()):
        looked_at(health, memory)

    assert [record.status for record in memory.found] == [PastStatus.SEEN] * 3
    assert [bool(record.seen.failing) for record in memory.found] == [False, True, False]


@pytest.mark.parametrize(
    ("health", "hours", "count"),
    [(BAD, 1, 1), (BAD, 13, 2), (document(), 13, 1)],
    ids=["failed-lately", "fails-for-long", "good-for-long"],
)
def test_a_check_keeps_what_fails_before_it_is_too_old(health, hours, count):
    memory = SharedMemory(before=())
    looked_at(health, memory)
    at = FakeClock().now() - timedelta(hours=hours)
    memory.found = [replace(record, at=at) for record in memory.found]

    looked_at(health, memory)

    assert len(memory.found) == count


class MissedOnce(ScriptedWorld):
    """The first look at what serves before gets no answer."""

    missed = 0

    def _answer(self, judged, serving):
        if judged.commit_sha == sha("a") and self.missed == 0:
            self.missed = 1
            return Unobserved("no answer within 5 s")
        return super()._answer(judged, serving)


def test_one_missed_answer_before_a_deploy_costs_no_baseline():
    report, world, *_ = play(kind=MissedOnce, health={"b": BAD})

    assert (report.exit_code, bool(world.mutations)) == (1, True)


BOTH = ("api", "worker")
BEAT = replace(EXPECTED, sql_probes={"beat": SqlExpectation("", equals="1")})


def goes_live(name):
    return lambda world: world.show(name, deployment(), old(), active=("new",))


@pytest.mark.parametrize("first_s", [40.0, 0.0], ids=["the-same-failed-before", "never-seen-good"])
def test_what_is_excused_ends_nothing_while_another_service_builds(first_s):
    """The worker fails as it did before, or as nobody can tell; the api comes later, critical."""
    _, world, _ = play(
        names=BOTH,
        expected=BEAT,
        health={"b": CRITICAL},
        at={first_s: goes_live("worker"), ARRIVES_S: lambda _: None, 60.0: goes_live("api")},
        seen={"database": reading(sql_answers={"beat": SqlAnswer("0")})},
    )

    assert [what for _, what in world.mutations] == ["old", "old"]


@pytest.mark.parametrize("is_first", [True, False], ids=["switched-first", "switched-in-the-look"])
def test_one_service_that_switches_first_costs_the_others_no_baseline(is_first):
    class Switches(ScriptedWorld):
        def observe(self, judged, before, subject, within_s):
            if subject is Subject.BEFORE:
                goes_live("worker")(self)
            return super().observe(judged, before, subject, within_s)

    first = {"deployments": {"api": [BUILDING, LIVE_OLD]}, "active": {"api": ("old",)}}
    report, world, _ = play(
        names=BOTH,
        kind=ScriptedWorld if is_first else Switches,
        health={"b": BAD},
        at={ARRIVES_S: goes_live("api")},
        **(first if is_first else {}),
    )

    assert (report.exit_code, [what for _, what in world.mutations]) == (1, ["old", "old"])


def test_what_a_service_that_switched_fails_on_excuses_it_not():
    """The worker is live when the gate begins: what all share fails because of it."""
    known = SharedMemory()
    _, world, _ = play(
        names=BOTH,
        memory=known,
        expected=BEAT,
        deployments={"api": [BUILDING, LIVE_OLD]},
        active={"api": ("old",)},
        at={ARRIVES_S: goes_live("api")},
        health={"a": BAD, "b": BAD},
    )

    assert [what for _, what in world.mutations] == ["old", "old"]


#: Where one look confirms a failure, what was seen across a switch must not count either.
AT_ONCE = replace(LIMITS, fail_after=1)


class SwitchesInTheLook(ScriptedWorld):
    """The service switches while what served before is looked at, and drains from then on."""

    def observe(self, judged, before, subject, within_s):
        if subject is Subject.BEFORE:
            draining = replace(LIVE_OLD, status=Status.REMOVING)
            self.show("api", deployment(), draining, active=("new",))
        return super().observe(judged, before, subject, within_s)


def test_one_failing_look_across_a_switch_excuses_nobody():
    good = KnownBefore(frozenset({SeenCheck("probe.beat", "api")}))
    _, world, _ = play(
        kind=SwitchesInTheLook,
        memory=SharedMemory(before=(replace(kept_good("api")[0], seen=good),)),
        limits=AT_ONCE,
        expected=replace(EXPECTED, sql_probes={"beat": SqlExpectation("api", equals="1")}),
        seen={"database": reading(sql_answers={"beat": SqlAnswer("0")})},
    )

    assert went_back(world)


def test_what_all_share_excuses_nobody_once_a_service_has_switched():
    """The worker is live when the gate begins, and a migration of its commit is missing."""
    missing = ShippedMigrations((Migration("1", "one"), Migration("2", "two"), Migration("3", "x")))
    _, world, _ = play(
        names=BOTH,
        memory=SharedMemory(before=kept_good("worker")),
        limits=AT_ONCE,
        deployments={"api": [BUILDING, LIVE_OLD]},
        active={"api": ("old",)},
        at={ARRIVES_S: goes_live("api")},
        seen={"shipped": {"": missing}, "database_url_matches": {"worker": True, "api": True}},
    )

    assert "old" in [what for _, what in world.mutations]


def test_what_still_drains_shows_what_was_good():
    class Drains(ScriptedWorld):
        def _answer(self, judged, serving):
            return super()._answer(judged, judged.id)

    draining = replace(LIVE_OLD, status=Status.REMOVING)
    _, world, _ = play(
        early=False,
        kind=Drains,
        health={"b": BAD},
        deployments={"api": [deployment(), draining]},
        at={20.0: goes_live("api")},
    )

    assert went_back(world)


def test_what_a_commit_that_passes_by_finds_live_is_no_excuse_for_itself():
    """The live deployment, which no gate has judged, is itself what is judged."""
    skipped = deployment(
        "c", 20, "c", status=Status.SKIPPED, skipped_reason="No changes", instances=()
    )
    memory = SharedMemory()
    passing_gate(memory, WANTED)
    clock = FakeClock()
    world = ScriptedWorld(
        clock, deployments={"api": [skipped, deployment(), old()]}, health={"b": BAD}
    )
    later = replace(task(), wanted=Wanted(commit_sha=sha("c")))
    gate = Gate(world, memory, later, clock, Journal(clock, Silence()))

    gate.run()

    assert went_back(world)


class Heart(ScriptedWorld):
    """A worker that wrote its heartbeat until the switch; the row is gone since."""

    def observe(self, judged, before, subject, within_s):
        is_old = all(d.commit_sha == sha("a") for d in judged.values())
        beat = SqlAnswer("t", age_s=1.0) if is_old else SqlAnswer("")
        self.seen = {"database": reading(sql_answers={"beat": beat})}
        return super().observe(judged, before, subject, within_s)


@pytest.mark.parametrize(
    ("early", "missing", "code"),
    [
        pytest.param(True, None, 1, id="written-before"),
        pytest.param(True, Outcome.WARN, 0, id="told-to-warn"),
        pytest.param(False, None, 0, id="nothing-known-of-before"),
        pytest.param(False, Outcome.FAIL, 3, id="told-to-fail-but-never-seen-good"),
    ],
)
def test_a_heartbeat_that_nobody_writes_any_more(early, missing, code):
    live = deployment(settled_at=START + timedelta(hours=1, seconds=ARRIVES_S))
    expected = SqlExpectation("api", fresh_within_s=60, missing=missing)

    report, world, memory = play(
        early=early,
        kind=Heart,
        expected=replace(EXPECTED, sql_probes={"beat": expected}),
        deployments={"api": [BUILDING, LIVE_OLD] if early else [live, old()]},
        at={ARRIVES_S: lambda world: world.show("api", live, old(), active=("new",))},
    )

    assert (report.exit_code, went_back(world)) == (code, code == 1)
    kept = [seen.check for r in memory.found for seen in r.seen.good] if code == 0 else []
    assert "probe.beat" not in kept, "a warning that nobody wrote is nothing good"


class Stopped(ScriptedWorld):
    """A worker that writes its heartbeat in its old code; in the new one it does not."""

    switched_at = START + timedelta(hours=1, seconds=ARRIVES_S)

    def observe(self, judged, before, subject, within_s):
        since_s = max(0.0, (self.clock.now() - self.switched_at).total_seconds())
        age_s = 1.0 if subject is Subject.RESTORED else 1.0 + since_s
        self.seen = {"database": reading(sql_answers={"beat": SqlAnswer("t", age_s)})}
        return super().observe(judged, before, subject, within_s)


@pytest.mark.parametrize(
    ("early", "within_s", "missing", "code"),
    [
        pytest.param(True, 180, None, 1, id="due-after-ready-within"),
        pytest.param(False, 180, None, 3, id="never-seen-good"),
        pytest.param(True, 180, Outcome.WARN, 0, id="told-to-warn"),
        pytest.param(True, 3600, None, 0, id="due-after-the-run"),
        pytest.param(True, 3600, Outcome.FAIL, 4, id="due-after-the-run-and-must"),
    ],
)
def test_a_heartbeat_that_stopped_with_the_switch_is_found_once_one_is_due(
    early, within_s, missing, code
):
    live = deployment(settled_at=Stopped.switched_at)
    expected = SqlExpectation("api", fresh_within_s=within_s, missing=missing)

    report, world, _ = play(
        early=early,
        kind=Stopped,
        limits=replace(LIMITS, deadline_s=400),
        expected=replace(EXPECTED, sql_probes={"beat": expected}),
        deployments={"api": [BUILDING, LIVE_OLD] if early else [live, old()]},
        at={ARRIVES_S: lambda world: world.show("api", live, old(), active=("new",))},
    )

    assert (report.exit_code, went_back(world)) == (code, code == 1)
    if code == 0:
        assert "probe.beat" in [f.check for f in report.findings if f.outcome is Outcome.WARN]


class Shallow(ScriptedWorld):
    """A checkout that has the judged commit alone; it ships one migration that is not applied."""

    version = ""

    def observe(self, judged, before, subject, within_s):
        shipped = Unobserved("commit aaa is not in this checkout")
        if any(d.commit_sha == sha("b") for d in judged.values()):
            known = (Migration("1", "one"), Migration("2", "two"))
            shipped = ShippedMigrations((*known, Migration(self.version, "three")))
        self.seen = {"shipped": {"": shipped}, "database_url_matches": {"api": True}}
        return super().observe(judged, before, subject, within_s)


@pytest.mark.parametrize(
    ("version", "goes"),
    [
        pytest.param("20260103120000", True, id="written-since-the-old-one-was-deployed"),
        pytest.param("20260101020000", False, id="written-before-that"),
        pytest.param("20260101130000", False, id="in-another-time-zone-perhaps-before"),
        pytest.param("20990101000000", False, id="a-time-to-come"),
        pytest.param("20261341000000", False, id="no-time"),
        pytest.param("3", False, id="a-number"),
    ],
)
@pytest.mark.parametrize("early", [True, False], ids=["early", "late"])
def test_a_missing_migration_where_the_old_commit_cannot_be_read(version, goes, early):
    kind = type("Ships", (Shallow,), {"version": version})
    live = deployment(minute=60 * 48)

    report, world, _ = play(
        early=early,
        kind=kind,
        deployments={"api": [replace(live, status=Status.BUILDING) if early else live, LIVE_OLD]},
        at={ARRIVES_S: lambda world: world.show("api", live, old(), active=("new",))},
    )

    assert (report.exit_code, went_back(world)) == ((1, True) if goes else (3, False))


MINUTE = timedelta(minutes=1)
E_LIVE = deployment("e", 5, "e", status=Status.SUCCESS, instances=("RUNNING",))


def verified_before(*more):
    """Memory of a time when `old` was verified, every check of it good."""
    good = kept_good("api")[0]
    about = {"deployment_id": "old", "commit_sha": sha("a"), "image_digest": "sha256:a"}
    verified = replace(good, **about, status=PastStatus.VERIFIED, at=START + MINUTE)
    return SharedMemory(more, before=(verified,)), replace(verified, status=PastStatus.SEEN)


class LateRecord(SharedMemory):
    """The gate of what serves ends while the next one judges: its record comes then."""

    def __init__(self, record, **options):
        super().__init__(**options)
        self.record, self.asked = record, 0

    def records(self):
        self.asked += 1
        return (*((self.record,) if self.asked > 1 else ()), *super().records())


def after_a_bad_one(memory):
    return play(
        memory=memory,
        deployments={"api": [BUILDING, E_LIVE, old()]},
        active={"api": ("e",)},
        at={
            ARRIVES_S: lambda world: world.show("api", deployment(), E_LIVE, old(), active=("new",))
        },
        health={"a": document(), "e": BAD, "b": BAD},
    )


@pytest.mark.parametrize("is_late", [False, True], ids=["ended-before", "ends-meanwhile"])
def test_what_a_bad_deployment_failed_before_another_bad_one_excuses_nothing(is_late):
    memory, seen = verified_before()
    record = replace(seen, at=START + 6 * MINUTE)
    memory = (
        LateRecord(record, before=memory.before)
        if is_late
        else SharedMemory([record], before=memory.before)
    )

    report, world, _ = after_a_bad_one(memory)

    assert (report.exit_code, went_back(world)) == (1, True), report.reason
    assert "is no excuse" in str(report.timeline)


def test_what_may_have_broken_outside_is_left_and_told():
    report, world, _ = after_a_bad_one(verified_before()[0])

    assert (report.exit_code, world.mutations) == (3, [])
    assert "roll back yourself" in str(report.timeline)


def test_a_run_that_does_not_pass_keeps_what_served_before_it():
    _, world, memory = play(memory=SharedMemory(), health={"a": document(), "b": BAD})

    assert went_back(world)
    kept = {r.deployment_id: r for r in memory.found if r.status is PastStatus.SEEN}
    assert kept["old"].seen.good
    assert not kept["old"].seen.failing


@pytest.mark.parametrize("from_s", [5.0, 40.0, 100.0])
def test_an_outage_that_began_during_the_build_is_no_deploys_doing(from_s):
    def falls(now_s):
        return BAD if now_s >= from_s else document()

    report, world, _ = play(arrives_s=150.0, kind=Stumbles, health={"a": falls, "b": falls})

    assert (report.exit_code, went_back(world)) == (3, False), report.reason
    assert "fails by now, before this deploy" in str(report.timeline)


def starts(world):
    starting = replace(BUILDING, status=Status.DEPLOYING)
    world.show("api", starting, LIVE_OLD, active=("old",))


def test_an_outage_that_began_just_before_the_new_code_started_is_seen():
    def falls(now_s):
        return BAD if now_s >= 130.0 else document()

    report, world, _ = play(
        arrives_s=152.0, at={134.0: starts}, kind=Stumbles, health={"a": falls, "b": falls}
    )

    assert (report.exit_code, went_back(world)) == (3, False), report.reason


def test_one_good_answer_ends_no_excuse_for_ever():
    def hiccups(now_s):
        return document() if 35.0 <= now_s < 45.0 else BAD

    report, world, _ = play(arrives_s=150.0, health={"a": hiccups, "b": hiccups})

    assert (report.exit_code, went_back(world)) == (3, False), report.reason


class LateToSee(ScriptedWorld):
    """The first looks see nothing."""

    def observe(self, judged, before, subject, within_s):
        if self.clock.seconds < 5.0:
            raise UnreachableError("HTTP 502")
        return super().observe(judged, before, subject, within_s)


def test_what_the_first_looks_did_not_see_is_looked_for_again():
    report, world, _ = play(arrives_s=60.0, kind=LateToSee, health={"b": BAD})

    assert (report.exit_code, went_back(world)) == (1, True), report.reason


def flapping(pattern):
    """Good and bad in turns, by how often it was asked."""
    said = itertools.cycle(BAD if letter == "b" else document() for letter in pattern)
    return lambda _: next(said)


@pytest.mark.parametrize(
    "pattern",
    [*(pytest.param(p, marks=pytest.mark.slow) for p in ("bbg", "bg")), "bgg"],
)
@pytest.mark.slow
def test_what_flapped_before_the_deploy_is_not_held_against_it(pattern):
    flaps = flapping(pattern)

    report, world, _ = play(arrives_s=150.0, health={"a": flaps, "b": flaps})

    assert (went_back(world), report.exit_code) == (False, 4), report.reason


def test_one_hiccup_before_the_deploy_excuses_no_flapping():
    flaps = flapping("bbg")

    report, world, _ = play(
        arrives_s=150.0, health={"a": lambda s: BAD if s == 0 else document(), "b": flaps}
    )

    assert (went_back(world), report.exit_code) == (True, 1), report.reason


def test_a_check_waits_for_nothing_to_hold_and_says_nothing_of_it():
    told = looked_at(document(), SharedMemory(before=())).timeline

    assert [e.text for e in told if e.event == "pass"][-1].endswith("checks pass")


def test_a_check_that_records_nothing_says_so():
    kept = looked_at(document(), SharedMemory(before=()))
    told = looked_at(document(), NoMemory("GITHUB_SHA is not set"))

    text = "what this look saw is not recorded for later gates (GITHUB_SHA is not set)"
    assert [entry.text for entry in told.timeline].count(text) == 1
    assert not any("not recorded" in entry.text for entry in kept.timeline)
