"""The straight line from a deployment to a report, in a scripted world."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import (
    BAD,
    CRITICAL,
    SILENT,
    FakeClock,
    GoodBefore,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from verifier.commands.gate import Gate
from verifier.commands.pause import Emergency
from verifier.commands.ports import Journal
from verifier.commands.rollback_execution import RollbackExecution
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import UnreachableError
from verifier.model.breaking_change import BreakingChange
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.report import End
from verifier.model.verdict import DestructiveMode, RollbackMode, VerdictWord

NO_MEMORY = GoodBefore("no memory")
WANTED = Wanted(commit_sha=sha("b"))
LIVE_OLD = old(status=Status.SUCCESS, instances=("RUNNING",))


def new_gate(
    policy=POLICY,
    limits=LIMITS,
    memory=NO_MEMORY,
    emergency=None,
    wanted=WANTED,
    expected=EXPECTED,
    **script,
):
    clock = FakeClock()
    world = ScriptedWorld(clock, **script)
    task = Task(wanted, limits, policy, expected, "acme / production")
    return Gate(world, memory, task, clock, Journal(clock, Silence()), emergency), world, clock


def run(**script):
    gate, world, clock = new_gate(**script)
    gate.run()
    return gate.report(), world, clock


def test_a_good_deployment_passes_after_the_stable_time():
    report, world, clock = run()

    assert (report.verdict, report.exit_code) == (VerdictWord.PASSED, 0)
    assert world.mutations == []
    assert clock.seconds == LIMITS.stable_for_s


def test_critical_is_rolled_back_at_first_sight_and_proven():
    report, world, _ = run(health={"b": CRITICAL})

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)
    assert world.mutations == [(0.0, "old")]
    assert report.services[0].active_after == "back-api"
    assert report.services[0].rollback.outcome == "restored"
    assert report.recovered_in_s == LIMITS.stable_for_s


@pytest.mark.parametrize(
    ("alike", "health", "code"),
    [
        pytest.param(True, {}, 3, id="wrong-before-as-well"),
        pytest.param(False, {}, 1, id="right-before"),
        pytest.param(UnreachableError("HTTP 502"), {}, 1, id="what-was-before-cannot-be-read"),
        pytest.param(True, {"b": CRITICAL}, 1, id="the-application-says-so-itself"),
    ],
)
def test_variables_that_were_wrong_before_are_no_reason_to_go_back(alike, health, code):
    expected = replace(EXPECTED, app_env="prod")

    report, world, _ = run(expected=expected, alike=alike, health=health)

    assert report.verdict is VerdictWord.FAILED
    assert "APP_ENV is production, expected prod" in report.reason
    assert bool(world.mutations) is (code == 1)
    if code == 3:
        assert report.exit_code == 3
        assert any("guards in .github/verifier.yml" in step for step in report.advice)


def test_a_failure_is_confirmed_before_it_is_rolled_back():
    report, world, _ = run(health={"b": BAD})

    assert report.exit_code == 1
    assert world.mutations == [(4.0, "old")]


def test_a_hiccup_is_not_rolled_back():
    asked_at = []

    def second_answer_is_bad(seconds):
        asked_at.append(seconds)
        return BAD if len(asked_at) == 2 else document()

    report, world, clock = run(health={"b": second_answer_is_bad})

    assert (report.exit_code, world.mutations) == (0, [])
    (seen,) = [entry for entry in report.timeline if entry.event == "fail"]
    assert seen.text.startswith("health.deep: ")
    assert clock.seconds == asked_at[1] + LIMITS.flap_of * LIMITS.interval_s


def test_all_services_that_moved_go_back_in_order():
    report, world, _ = run(health={"b": CRITICAL}, names=("api", "worker", "scheduler"))

    assert report.exit_code == 1
    assert [s.active_after for s in report.services] == [
        "back-api",
        "back-worker",
        "back-scheduler",
    ]
    assert len(world.mutations) == 3


@pytest.mark.parametrize(
    ("on_rollback", "code", "outcome", "mutations"),
    [
        pytest.param("refused", 3, "refused", 2, id="refused"),
        pytest.param("refused once", 1, "restored", 2, id="refused-but-once"),
        pytest.param("odd and done", 1, "restored", 1, id="an-odd-answer-and-done"),
        pytest.param("limited and done", 1, "restored", 1, id="too-many-requests-and-done"),
        pytest.param("limited once", 1, "restored", 2, id="too-many-requests-and-not-done"),
        pytest.param("ignored", 3, "unknown", 1, id="true-and-nothing-happens"),
        pytest.param("lost", 1, "restored", 1, id="answer-lost-but-done"),
        pytest.param("lost and not done", 3, "refused", 2, id="answer-lost-and-not-done"),
    ],
)
def test_a_rollback_is_what_railway_shows(on_rollback, code, outcome, mutations):
    report, world, _ = run(health={"b": CRITICAL}, on_rollback=on_rollback)

    assert (report.exit_code, report.services[0].rollback.outcome) == (code, outcome)
    assert len(world.mutations) == mutations


@pytest.mark.parametrize(
    ("on_rollback", "reason", "outcome", "told"),
    [
        pytest.param("denied", "rollback", "restored", "confirmed", id="denied-to-this-run"),
        pytest.param("ignored", "redeploy", "adopted", ", not by this run", id="made-otherwise"),
        pytest.param("ignored", "rollback", "restored", "active", id="as-asked-for"),
        pytest.param("lost and not done", "rollback", "restored", "confirmed", id="answer-lost"),
    ],
)
def test_whose_rollback_it_was_is_told(on_rollback, reason, outcome, told):
    def by_hand(world):
        world._put_back("api", "old", reason)

    report, _, _ = run(health={"b": CRITICAL}, on_rollback=on_rollback, at={0.5: by_hand})

    rollback = report.services[0].rollback
    assert (report.exit_code, rollback.outcome) == (1, outcome)
    assert rollback.reason.endswith(told)


def test_what_changed_in_the_pause_that_railway_asked_for_is_not_rolled_back_again():
    def by_hand(world):
        world.show("api", deployment(status=Status.REMOVED), LIVE_OLD, active=("old",))

    _, world, _ = run(health={"b": CRITICAL}, on_rollback="limited once", at={1: by_hand})

    assert [what for _, what in world.mutations] == ["old"]


def test_what_fails_after_the_rollback_too_was_not_caused_by_this_deploy():
    report, _, _ = run(health={"b": CRITICAL, "a": BAD})

    assert report.exit_code == 3
    assert any("not caused by this deploy" in finding.summary for finding in report.findings)


@pytest.mark.parametrize("mode", [RollbackMode.OFF, RollbackMode.PLAN])
def test_without_permission_nothing_is_touched_and_it_is_told_loudly(mode):
    report, world, _ = run(health={"b": CRITICAL}, policy=replace(POLICY, mode=mode))

    assert (report.exit_code, world.mutations) == (3, [])
    assert report.advice[0].startswith("Roll back")
    assert "verifier rollback" in report.advice[0]


def test_a_failed_build_leaves_production_untouched():
    failed = deployment(status=Status.FAILED)
    report, world, _ = run(deployments={"api": [failed, LIVE_OLD]}, active={"api": ("old",)})

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.FAILED, 1, [])


def test_a_commit_that_never_deploys_fails_by_its_limit():
    report, world, clock = run(deployments={"api": [LIVE_OLD]}, active={"api": ("old",)})

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.FAILED, 1, [])
    assert clock.seconds == LIMITS.appear_within_s + LIMITS.stable_for_s


def test_it_waits_for_the_build_and_then_judges():
    building = deployment(status=Status.BUILDING)

    report, world, _ = run(
        deployments={"api": [building, LIVE_OLD]},
        active={"api": ("old",)},
        at={30: lambda world: world.show("api", deployment(), old(), active=("new",))},
        health={"b": CRITICAL},
    )

    assert report.exit_code == 1
    assert report.services[0].active_before == "old"
    assert world.mutations[0][1] == "old"


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        pytest.param(
            {"deployments": {"api": [deployment(status=Status.BUILDING), LIVE_OLD]}},
            True,
            id="builds",
        ),
        pytest.param({"deployments": {"api": [LIVE_OLD]}}, True, id="not-there-yet"),
        pytest.param({}, False, id="live-already"),
    ],
)
def test_what_the_commit_ships_is_read_while_nothing_of_it_serves(shown, read):
    active = {"active": {"api": ("old",)}} if shown else {}

    _, world, _ = run(**shown, **active)

    assert [commit for commit, second in world.read_ahead_at] == ([sha("b")] if read else [])
    assert all(second < LIMITS.interval_s for _, second in world.read_ahead_at)


def test_what_failed_before_is_not_rolled_back_for():
    building = deployment(status=Status.BUILDING)

    report, world, _ = run(
        deployments={"api": [building, LIVE_OLD]},
        active={"api": ("old",)},
        at={30: lambda world: world.show("api", deployment(), old(), active=("new",))},
        health={"a": BAD, "b": BAD},
    )

    assert (report.exit_code, world.mutations) == (3, [])


@pytest.mark.parametrize(
    ("before", "code", "mutations"),
    [
        pytest.param(None, 1, 1, id="it-was-the-deploy"),
        pytest.param(SILENT, 3, 0, id="it-was-silent-before-too"),
    ],
)
def test_silence_condemns_when_the_readiness_limit_ends(before, code, mutations):
    building = deployment(status=Status.BUILDING)
    health = {"b": SILENT} | ({"a": before} if before else {})

    report, world, _ = run(
        deployments={"api": [building, LIVE_OLD]},
        active={"api": ("old",)},
        at={30: lambda world: world.show("api", deployment(), old(), active=("new",))},
        health=health,
    )

    assert (report.verdict, report.exit_code, len(world.mutations)) == (
        VerdictWord.FAILED,
        code,
        mutations,
    )


def newer(status, active):
    def show(world):
        judged = deployment(status=Status.SUCCESS if active == "new" else Status.REMOVED)
        following = deployment("next", 20, "c", status=status)
        world.show("api", following, judged, old(), active=(active,))

    return show


def test_a_newer_deployment_that_is_active_takes_over():
    takes_over = newer(Status.SUCCESS, "next")

    report, world, _ = run(health={"b": BAD}, at={3: takes_over})

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.SUPERSEDED, 0, [])


@pytest.mark.parametrize(
    ("then", "code", "mutated"),
    [
        pytest.param(newer(Status.SUCCESS, "next"), 1, [], id="takes-over"),
        pytest.param(newer(Status.FAILED, "new"), 1, ["old"], id="fails-and-gives-it-back"),
        pytest.param(newer(Status.SKIPPED, "new"), 1, ["old"], id="is-skipped"),
        pytest.param(newer(Status.WAITING, "new"), 1, ["old"], id="waits"),
        pytest.param(newer(Status.BUILDING, "new"), 3, [], id="builds-for-ever"),
    ],
)
def test_a_bad_deployment_waits_for_a_newer_one_on_its_way(then, code, mutated):
    coming = newer(Status.BUILDING, "new")

    report, world, clock = run(health={"b": BAD}, at={3: coming, 60: then})

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, code)
    assert [what for seconds, what in world.mutations if seconds >= 60] == mutated
    assert len(world.mutations) == len(mutated)
    assert clock.seconds <= LIMITS.deadline_s


def test_a_newer_deployment_between_plan_and_mutation_stops_the_mutation():
    gate, world, _ = new_gate(health={"b": CRITICAL})
    planned = world.history

    def history():
        read = planned()
        world.show(
            "api",
            deployment("next", 20, "c", status=Status.QUEUED),
            deployment(),
            old(),
            active=("new",),
        )
        return read

    world.history = history
    gate.run()

    assert (gate.report().exit_code, world.mutations) == (3, [])


def test_a_rollback_of_somebody_else_is_adopted_and_verified():
    def human(world):
        world.show(
            "api",
            deployment("human", 20, "a", reason="rollback"),
            deployment(status=Status.REMOVED),
            old(),
            active=("human",),
        )

    report, world, _ = run(health={"b": BAD}, at={3: human})

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.FAILED, 1, [])
    assert report.services[0].rollback.outcome == "adopted"


HUMAN = deployment("human", 20, "a", status=Status.BUILDING, reason="rollback")


@pytest.mark.parametrize(
    "ended",
    [
        pytest.param((replace(HUMAN, status=Status.FAILED),), id="failed"),
        pytest.param((replace(HUMAN, status=Status.REMOVED),), id="removed"),
        pytest.param((), id="gone"),
    ],
)
def test_a_rollback_of_somebody_else_that_comes_to_nothing_is_made_by_the_run(ended):
    def then(world):
        if not world.mutations:
            world.show("api", *ended, deployment(), old(), active=("new",))

    gate, world, _ = new_gate(health={"b": CRITICAL}, at={30: then})
    planned = world.history

    def history():
        read = planned()
        world.show("api", HUMAN, deployment(), old(), active=("new",))
        world.history = planned
        return read

    world.history = history
    gate.run()

    assert gate.report().exit_code == 1
    assert [(what, seconds >= 30) for seconds, what in world.mutations] == [("old", True)]


def test_a_run_that_was_killed_between_two_services_is_finished_by_the_next():
    gate, world, clock = new_gate(health={"b": CRITICAL}, names=("api", "worker"))

    def put_back_one_and_die(deployment_id):
        world.mutations.append((clock.seconds, deployment_id))
        world._put_back("worker", deployment_id)
        raise KeyboardInterrupt

    take_it_up_again, world.roll_back = world.roll_back, put_back_one_and_die
    with pytest.raises(KeyboardInterrupt):
        gate.run()
    world.roll_back = take_it_up_again
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    again = Gate(world, NO_MEMORY, task, clock, Journal(clock, Silence()))
    again.run()
    report = again.report()

    assert report.exit_code == 1
    assert [s.rollback.outcome for s in report.services] == ["restored", "adopted"]
    assert len(world.mutations) == 2


def test_a_service_that_somebody_took_back_is_no_reason_to_touch_the_others():
    back = deployment("human", 20, "a", reason="rollback")

    report, world, _ = run(
        names=("api", "worker"),
        deployments={"worker": [back, deployment(status=Status.REMOVED), old()]},
        active={"worker": ("human",)},
    )

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.FAILED, 3, [])


@pytest.mark.parametrize(
    "worker",
    [
        pytest.param(deployment(status=Status.FAILED), id="its-build-failed"),
        pytest.param(
            deployment(status=Status.SKIPPED, skipped_reason="CI check suite failed"),
            id="ci-kept-it-back",
        ),
    ],
)
def test_a_half_deployed_commit_is_red_and_what_is_good_of_it_stays(worker):
    report, world, _ = run(
        names=("api", "worker"),
        deployments={"worker": [worker, LIVE_OLD]},
        active={"worker": ("old",)},
    )

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.FAILED, 3, [])


def test_a_second_run_does_not_roll_back_again():
    _, world, _ = run(health={"b": CRITICAL})
    first = list(world.mutations)
    clock = world.clock
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")

    again = Gate(world, NO_MEMORY, task, clock, Journal(clock, Silence()))
    again.run()

    assert world.mutations == first
    assert (again.report().verdict, again.report().exit_code) == (VerdictWord.FAILED, 1)


@pytest.mark.slow
def test_a_silent_railway_is_inconclusive_and_bounded():
    report, world, clock = run(unreadable_from_s=3)

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.INCONCLUSIVE, 4, [])
    assert clock.seconds <= LIMITS.deadline_s


def test_an_interrupted_rollback_is_in_the_report():
    gate, world, _ = new_gate(health={"b": CRITICAL})

    def interrupt(_):
        raise KeyboardInterrupt

    world.roll_back = interrupt
    with pytest.raises(KeyboardInterrupt):
        gate.run()
    report = gate.report(End.CANCELLED)

    assert report.exit_code == 130
    assert report.services[0].rollback.outcome == "unknown"
    assert "cancelled" in report.reason


@pytest.mark.parametrize(
    ("health", "place", "code"),
    [
        pytest.param({}, (Gate, "_take_baseline"), 4, id="before-anything"),
        pytest.param({"b": CRITICAL}, (RollbackExecution, "follow"), 3, id="in-a-rollback"),
        pytest.param({}, (ScriptedWorld, "link"), 4, id="after-it-passed"),
    ],
)
def test_a_verifier_that_breaks_is_no_good_news(health, place, code, monkeypatch):
    gate, *_ = new_gate(health=health)

    def fail(*_):
        raise RuntimeError("a defect")

    with monkeypatch.context() as broken:
        broken.setattr(*place, fail)
        with pytest.raises(RuntimeError):
            gate.run() or gate.report()
    report = gate.report(End.BROKEN)

    assert report.exit_code == code
    assert "the verifier broke" in report.reason


@pytest.mark.parametrize(
    ("silent_until_s", "code", "mutations"),
    [
        pytest.param(60.0, 1, [(60.5, "old")], id="waited-for"),
        pytest.param(4000.0, 3, [], id="longer-than-a-rollback-may-take"),
    ],
)
def test_a_rollback_waits_as_long_as_railway_asks_for_silence(silent_until_s, code, mutations):
    report, world, _ = run(health={"b": BAD}, limited=(4.0, silent_until_s))

    assert (report.exit_code, world.mutations) == (code, mutations)


@pytest.mark.parametrize(
    ("mode", "code", "mutations"),
    [
        pytest.param(DestructiveMode.REFUSE, 3, [], id="refuse"),
        pytest.param(DestructiveMode.WARN, 1, [(0.0, "old")], id="warn"),
    ],
)
def test_migrations_that_took_away_what_the_older_code_needs(mode, code, mutations):
    lost = (BreakingChange("2", "column plan of users was dropped", is_needed=True),)
    policy = replace(POLICY, on_destructive_migration=mode)

    report, world, _ = run(health={"b": CRITICAL}, lost=lost, policy=policy)

    assert (report.exit_code, world.mutations) == (code, mutations)
    assert "column plan of users was dropped" in str(report.timeline)


def test_what_lies_behind_a_failure_is_gathered_for_the_services_to_blame():
    report, _, _ = run(health={"b": BAD}, names=("api", "worker"))

    assert [(b.service, b.commits) for b in report.background] == [("api", (sha("a")[:7],))]


def test_nothing_is_gathered_behind_a_good_deployment_or_after_the_deadline():
    good, _, _ = run()
    late, _, _ = run(health={"b": BAD}, limits=replace(LIMITS, deadline_s=14))

    assert good.background == late.background == ()


REDEPLOYING = replace(POLICY, redeploys=True)


def redeployable():
    return {"api": [deployment(), old(can_redeploy=True)]}


@pytest.mark.parametrize(
    ("policy", "code", "mutations"),
    [
        pytest.param(REDEPLOYING, 1, [(20.0, "redeploy old")], id="redeployed-instead"),
        pytest.param(POLICY, 3, [], id="not-configured"),
    ],
)
def test_a_token_that_may_not_roll_back_may_redeploy(policy, code, mutations):
    report, world, _ = run(
        health={"b": CRITICAL}, policy=policy, on_rollback="denied", deployments=redeployable()
    )

    assert (report.exit_code, world.mutations) == (code, mutations)


def test_a_refusal_that_is_no_denial_is_not_followed_by_another_method():
    report, world, _ = run(
        health={"b": CRITICAL},
        policy=REDEPLOYING,
        on_rollback="refused",
        deployments=redeployable(),
    )

    assert report.exit_code == 3
    assert [what for _, what in world.mutations] == ["old", "old"]


@pytest.mark.parametrize(
    ("script", "outcome", "told"),
    [
        pytest.param({}, "held", "Auto-deploy of api is off", id="switched-off"),
        pytest.param({"switches": {"api": False}}, "off before", None, id="off-before"),
        pytest.param({"switch_fault": "stuck"}, "not held", "Auto-deploy is still on", id="stuck"),
        pytest.param(
            {"switch_fault": "denied"}, "not held", "Auto-deploy is still on", id="denied"
        ),
    ],
)
def test_what_becomes_of_auto_deploy_after_a_rollback(script, outcome, told):
    memory = SharedMemory()
    report, _, _ = run(
        health={"b": CRITICAL}, policy=replace(POLICY, holds=True), memory=memory, **script
    )

    assert (report.exit_code, report.services[0].auto_deploy) == (1, outcome)
    found = [step for step in report.advice if "Auto-deploy" in step]
    assert [step[: len(told)] for step in found] == ([told] if told else [])
    if outcome == "held":
        assert memory.held == {"id-api"}


def test_auto_deploy_stays_as_it_is_unless_configured():
    report, world, _ = run(health={"b": CRITICAL})

    assert (report.services[0].auto_deploy, world.switches) == (None, {})


def test_an_incident_at_railway_is_asked_for_only_where_it_could_be_the_cause():
    def fails():
        raise AssertionError("not to be asked")

    gate, world, _ = new_gate(health={"b": CRITICAL})
    world.incident = fails
    gate.run()

    assert gate.report().exit_code == 1


def test_an_incident_that_explains_the_silence_keeps_production_as_it_is():
    report, world, _ = run(health={"b": SILENT}, trouble="Networking is degraded")

    assert (report.exit_code, world.mutations) == (3, [])
    assert any("Networking is degraded" in step for step in report.advice)


class StatusRow:
    """A status table of one row."""

    def __init__(self, takes=True):
        self.takes = takes
        self.values = {}

    def write(self, values):
        self.values = values
        return True

    def read(self, values):
        return values["status"] if self.takes else "ativo"


@pytest.mark.parametrize(
    ("on_rollback", "takes", "events"),
    [
        pytest.param("works", True, [], id="production-is-back"),
        pytest.param("refused", True, ["paused"], id="it-is-not-back"),
        pytest.param("refused", False, ["warning"], id="and-the-status-does-not-take"),
    ],
)
def test_the_system_is_paused_where_a_rollback_did_not_bring_it_back(on_rollback, takes, events):
    table = StatusRow(takes)
    gate, _, _ = new_gate(
        health={"b": CRITICAL}, on_rollback=on_rollback, emergency=Emergency(table, "pausado")
    )

    gate.run()

    told = [e.event for e in gate.report().timeline if "paused" in e.text]
    assert told == events
    assert table.values.get("status") == ("pausado" if events else None)


def test_nothing_is_paused_where_no_rollback_was_tried():
    table = StatusRow()
    gate, _, _ = new_gate(
        health={"b": CRITICAL},
        policy=replace(POLICY, mode=RollbackMode.OFF),
        emergency=Emergency(table, "pausado"),
    )

    gate.run()

    assert (gate.report().exit_code, table.values) == (3, {})


def critical_once(now_s):
    return CRITICAL if now_s == 0 else document()


@pytest.mark.parametrize(
    ("before", "records", "targets"),
    [
        pytest.param({}, (), ["before"], id="nothing-speaks-against-it"),
        pytest.param({"health": CRITICAL}, (), ["old"], id="it-was-critical"),
        pytest.param({"health": critical_once}, (), ["before"], id="it-was-critical-once"),
        pytest.param({"status": Status.CRASHED}, (), ["old"], id="it-had-crashed"),
        pytest.param({"health": CRITICAL}, ("before",), [], id="verified-and-critical-now"),
    ],
)
def test_a_service_goes_back_to_nothing_young_that_was_seen_to_be_worse(before, records, targets):
    status = before.get("status", Status.SUCCESS)
    shown = deployment("before", 9, "d", status=status)
    removed = replace(shown, status=Status.REMOVED, instances=("REMOVED",))
    coming = deployment(minute=20, status=Status.BUILDING, instances=())

    def arrives(world):
        world.show("api", replace(coming, status=Status.SUCCESS), removed, old(), active=("new",))

    verified = (PastVerdict("api", r, sha("d"), "sha256:d", PastStatus.VERIFIED) for r in records)
    _, world, _ = run(
        health={"b": CRITICAL, "d": before.get("health", document())},
        deployments={"api": [coming, shown, old()]},
        active={"api": ("before",)},
        memory=SharedMemory(verified),
        at={20: arrives},
    )

    assert [what for _, what in world.mutations] == targets
