"""A drill in a scripted world: what stops it, what it does then, and what gates find afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, START, deployment, sha
from tests.commands.drill_script import DatedMemory, new_drill, records_of, verified
from tests.commands.script import BAD, SILENT, FakeClock, Silence
from verifier.commands.gate import Gate
from verifier.commands.no_memory import NoMemory
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.dora import Period, figures_of
from verifier.decide.gate.drill_plan import check_drills
from verifier.decide.gate.history import goes_back, known_bad
from verifier.decide.gate.rollback_target import choose_target
from verifier.errors import ProviderError
from verifier.model.breaking_change import BreakingChange
from verifier.model.deployment import DeploymentStatus
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus
from verifier.model.report import End
from verifier.model.verdict import Keep, RollBackTo
from verifier.report import json_report, markdown, terminal


def drilled(drill):
    plan = drill.plan()
    if isinstance(plan, RollBackTo):
        drill.carry_out()
    return drill.report()


def test_what_serves_goes_back_and_forward_again_and_both_are_proven():
    drill, world, memory = new_drill()

    report = drilled(drill)

    assert (int(report.exit_code), str(report.verdict)) == (0, "passed")
    assert [what for _, what in world.mutations] == [
        "worker-old", "api-old", "api-new", "worker-new"
    ]  # fmt: skip
    assert world.commits() == {"api": "b", "worker": "b"}
    assert report.reason.startswith("rolled back in 0.")
    assert report.advice == ()
    assert "Drilled: rolled back and forward again, both verified" in terminal.render(report)
    assert json_report.parse(json_report.render(report).encode()) == report
    assert memory.held == set()
    assert world.switches == {}
    assert all(s.rollback.outcome == "restored" for s in report.services)


def test_a_drill_leaves_nothing_in_quarantine_and_gates_choose_as_before():
    drill, world, memory = new_drill()
    drilled(drill)

    state = world.fleet()["api"]

    now = world.clock.now()
    coming = deployment("coming", commit="c", created_at=now + timedelta(minutes=1))
    assert known_bad(state, memory.records(), now) == []
    assert not goes_back(state, state.sole_active)
    choice = choose_target(state, coming, memory.records(), POLICY, {})
    assert (choice.target.id, choice.target.commit_sha) == (state.sole_active.id, sha("b"))


def test_a_drill_is_no_deploy_and_no_failure_in_the_figures():
    drill, world, memory = new_drill()
    drilled(drill)

    figures = figures_of(memory.found[:-4], Period("staging", world.clock.now(), 30), {})

    assert (figures.verified, figures.failed, figures.rolled_back) == (0, 0, 0)
    assert {r.status for r in memory.found} == {PastStatus.VERIFIED}


def test_a_drill_is_proof_of_a_rollback_for_each_service_that_it_moved():
    drill, world, memory = new_drill()
    drilled(drill)

    found = list(
        check_drills(("api", "worker", "other"), memory.records(), 86400, world.clock.now())
    )

    assert [str(f.outcome) for f in found] == ["pass", "pass", "warn"]


def set_(world, name="api", **changes):
    """Change what serves."""
    first, *rest = world.deployments[name]
    world.deployments[name] = [replace(first, **changes), *rest]


STAYS = [
    pytest.param({}, {"records": []}, "which no gate has verified", id="nobody-verified-it"),
    pytest.param(
        {}, {"records": [verified("api", "api-new", "b", PastStatus.CONDEMNED), *records_of("api", "worker")]},
        "which no gate has verified", id="a-gate-failed-it",
    ),
    pytest.param(
        {}, {"records": [r for r in records_of("api", "worker") if r.deployment_id != "api-old"]},
        "api-old, which is not known to be good", id="its-target-is-not-known",
    ),
    pytest.param({"created_at": START + timedelta(minutes=59)}, {}, "a gate may be judging it", id="it-is-new"),
    pytest.param({"status": DeploymentStatus.CRASHED}, {}, "not exactly one deployment that is up", id="it-crashed"),
    pytest.param({"has_ended": True}, {}, "not exactly one deployment that is up", id="it-stopped"),
    pytest.param({}, {"trouble": "builds are slow"}, "Railway reports an incident", id="railway-is-ill"),
    pytest.param({}, {"health": {"b": BAD}}, "not proven to be good: failed", id="it-fails"),
    pytest.param({}, {"health": {"b": SILENT}}, "not proven to be good", id="it-is-silent"),
    pytest.param(
        {}, {"lost": (BreakingChange("2", "column plan was dropped", is_needed=True),)},
        "the older code cannot run with this schema", id="the-schema-forbids-it",
    ),
    pytest.param({}, {"lost": Unobserved("no such commit")}, "in doubt: could not determine", id="nobody-knows-the-schema"),
    pytest.param({}, {"is_elsewhere": True}, "is no address of", id="the-address-is-another-environments"),
]  # fmt: skip


@pytest.mark.parametrize(("serving", "script", "said"), STAYS)
def test_what_is_in_doubt_is_not_touched(serving, script, said):
    drill, world, memory = new_drill(**script)
    set_(world, **serving)
    kept = list(memory.found)

    report = drilled(drill)

    assert isinstance(drill.plan(), Keep)
    assert (world.mutations, memory.claims, memory.found) == ([], {}, kept)
    assert (int(report.exit_code), str(report.verdict)) == (4, "inconclusive")
    assert said in report.reason
    assert "No drill: nothing was touched" in markdown.render(report)


@pytest.mark.parametrize("domain", ["API.test", "api.test.", "api.test:443"])
def test_an_address_in_another_spelling_is_the_same(domain):
    drill, world, _ = new_drill(names=("api",), is_elsewhere=True)
    read = world._read
    world._read = lambda: {n: replace(s, domains=(domain,)) for n, s in read().items()}

    assert isinstance(drill.plan(), RollBackTo)


def test_an_open_incident_keeps_a_drill_from_beginning():
    drill, world, _ = new_drill()
    back = replace(
        world.deployments["api"][1],
        id="back",
        reason="rollback",
        status=DeploymentStatus.SUCCESS,
        created_at=START + timedelta(minutes=20),
        instances=("RUNNING",),
    )
    bad, before = world.deployments["api"]
    gone = replace(bad, status=DeploymentStatus.REMOVED)
    world.show("api", back, gone, before, active=("back",))

    assert "api runs back, which a rollback put there" in drilled(drill).reason
    assert world.mutations == []


@pytest.mark.parametrize("status", ["QUEUED", "BUILDING", "WAITING", "NEEDS_APPROVAL", "UNKNOWN"])
def test_a_deployment_that_may_still_come_keeps_a_drill_from_beginning(status):
    drill, world, _ = new_drill()
    world.push("worker", DeploymentStatus(status))

    assert "worker has a newer deployment" in drilled(drill).reason
    assert world.mutations == []


def test_what_is_up_and_not_switched_to_yet_keeps_a_drill_from_beginning():
    drill, world, _ = new_drill()
    newer = deployment("newer", 20, "c")
    world.show("worker", newer, *world.deployments["worker"], active=("worker-new",))

    assert "worker has a newer deployment, newer" in drilled(drill).reason
    assert world.mutations == []


def test_a_service_that_is_not_shown_keeps_a_drill_from_beginning():
    drill, world, _ = new_drill()
    world.history = lambda: {
        n: replace(s, unread="HTTP 502") if n == "api" else s for n, s in world.fleet().items()
    }

    assert "Railway does not show api" in drilled(drill).reason
    assert world.mutations == []


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (NoMemory("GITHUB_TOKEN is not set"), "GITHUB_TOKEN is not set"),
        (DatedMemory(FakeClock(), records_of("api", "worker"), fails=("records",)), "records"),
        (DatedMemory(FakeClock(), records_of("api", "worker"), fails=("claims",)), "claims"),
        (
            DatedMemory(FakeClock(), records_of("api", "worker"), fails=("remember",)),
            "could not be recorded as good",
        ),
        (
            DatedMemory(FakeClock(), records_of("api", "worker"), claims={"api-new": 1}),
            "a run has claimed a rollback of api-new",
        ),
    ],
    ids=["none", "unreadable", "claims-unreadable", "takes-nothing", "claimed"],
)
def test_without_a_memory_that_answers_nothing_is_touched(memory, said):
    drill, world, _ = new_drill(memory=memory)

    report = drilled(drill)

    assert said in report.reason
    assert (int(report.exit_code), world.mutations) == (4, [])


def test_a_plan_alone_touches_nothing():
    drill, world, memory = new_drill()
    kept = list(memory.found)

    drill.plan()

    report = drill.report()
    assert (int(report.exit_code), report.services[0].rollback.outcome) == (0, "planned")
    assert (world.mutations, memory.claims, memory.found) == ([], {}, kept)


@pytest.mark.parametrize(
    "change",
    [
        lambda world, _: world.push(),
        lambda world, _: world.push(status=DeploymentStatus.SUCCESS),
        lambda _, memory: memory.remember([verified("api", "api-new", "b", PastStatus.CONDEMNED)]),
        lambda _, memory: memory.claim("worker-new", 1),
        lambda world, _: setattr(world, "trouble", "builds are slow"),
        lambda world, _: set_(world, has_ended=True),
    ],
    ids=["a-push", "a-deploy", "a-verdict", "a-claim", "an-incident", "it-stopped"],
)
def test_what_happens_while_a_person_reads_the_plan_ends_it(change):
    drill, world, memory = new_drill()
    drill.plan()
    change(world, memory)

    drill.carry_out()

    assert (int(drill.report().exit_code), world.mutations) == (4, [])


# The requests are, in this order: worker back, api back, api forward, worker forward.
AS_BEFORE = {"api": "b", "worker": "b"}
FAULTS = [
    pytest.param({n: "lost and done"}, 0, AS_BEFORE, 4, "rolled back in", id=f"lost-and-done-{n}")
    for n in (1, 2, 3, 4)
] + [
    pytest.param({n: "refused"}, 0, AS_BEFORE, 5, "rolled back in", id=f"refused-once-{n}")
    for n in (1, 2, 3, 4)
] + [
    pytest.param({1: "denied"}, 1, AS_BEFORE, 3, "not everything was rolled back: worker", id="denied-1"),
    pytest.param({2: "denied"}, 1, AS_BEFORE, 3, "not everything was rolled back: api", id="denied-2"),
    pytest.param({1: "denied", 2: "denied"}, 1, AS_BEFORE, 2, "nothing was rolled back", id="denied-all"),
    pytest.param({3: "denied"}, 3, {"api": "a", "worker": "b"}, 4, "is not known to be good: api", id="denied-3"),
    pytest.param({4: "denied"}, 3, {"api": "b", "worker": "a"}, 4, "is not known to be good: worker", id="denied-4"),
    pytest.param({2: "ignored"}, 3, {"api": "b", "worker": "a"}, 2, "NOT forward again, worker: the result of the", id="ignored-2"),
    pytest.param({1: "ignored", 2: "ignored"}, 3, AS_BEFORE, 2, "could not confirm that the former deployments are still live", id="ignored-all"),
    pytest.param({3: "ignored"}, 3, {"api": "a", "worker": "b"}, 4, "is not known to be good: api", id="ignored-3"),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "code", "live", "requests", "said"), FAULTS)
def test_a_fault_at_each_request(faults, code, live, requests, said):
    drill, world, memory = new_drill(faults=faults)

    report = drilled(drill)

    assert said in report.reason
    assert (int(report.exit_code), world.commits()) == (code, live)
    assert len(world.mutations) == requests
    assert {r.status for r in memory.found} == {PastStatus.VERIFIED}
    assert bool(report.advice) is (code == 3)
    for name, commit in live.items():
        if commit == "a":
            assert any(line.startswith(name) and f"{name}-new" in line for line in report.advice)


def test_where_all_answers_are_lost_it_ends_once_railway_has_shown_for_long_that_nothing_came():
    drill, world, _ = new_drill(faults=dict.fromkeys(range(1, 9), "lost and not done"))

    report = drilled(drill)

    assert (int(report.exit_code), world.commits()) == (1, AS_BEFORE)
    assert world.clock.seconds > 180
    assert "nothing was rolled back" in report.reason


@pytest.mark.parametrize("status", ["BUILDING", "WAITING", "SUCCESS"])
@pytest.mark.parametrize("name", ["api", "worker"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_newer_deployment_in_the_middle_stops_it_and_is_not_fought(status, name, number):
    """Pushed right after a request: those of the same moment are sent, no other is."""
    pushed = {number: lambda world: world.push(name, DeploymentStatus(status))}
    drill, world, memory = new_drill(after=pushed)

    report = drilled(drill)

    assert len(world.mutations) <= (2 if number <= 2 else 4)
    assert {r.status for r in memory.found} == {PastStatus.VERIFIED}
    if number <= 2:
        assert int(report.exit_code) == 3
        assert report.advice
        assert name in report.reason
    if status == "SUCCESS" and number in (2, 4):
        assert world.active[name] == ("newer",) or name == ("worker" if number == 2 else "api")


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (
            lambda memory: memory.remember([verified("api", "api-new", "b", PastStatus.CONDEMNED)]),
            "a gate has failed api-new of api during the drill",
        ),
        (lambda memory: memory.claim("api-new", 2), "another run has claimed a rollback of api-new"),
        (lambda memory: setattr(memory, "fails", ("records",)), "records of gates could not be read"),
        (lambda memory: setattr(memory, "fails", ("claims",)), "records of gates could not be read"),
    ],
    ids=["a-verdict", "a-claim", "no-records", "no-claims"],
)  # fmt: skip
def test_what_a_gate_says_meanwhile_is_not_undone(came, said):
    """What went back stays back: putting it forward might bring back what a gate has failed."""
    drill, world, memory = new_drill()
    world.after[2] = lambda _: came(memory)

    report = drilled(drill)

    assert said in report.reason
    assert (int(report.exit_code), len(world.mutations)) == (3, 2)
    assert world.commits() == {"api": "a", "worker": "a"}
    assert [line.split(" ")[0] for line in report.advice] == ["worker", "api"]


def test_what_railway_can_no_longer_restore_is_not_put_forward():
    def forget(world):
        for own in world.deployments.values():
            own[:] = [replace(d, can_rollback=False, can_redeploy=True) for d in own]

    drill, world, _ = new_drill()
    world.after[2] = forget

    report = drilled(drill)

    assert "Railway can no longer restore" in report.reason
    assert (int(report.exit_code), len(world.mutations)) == (3, 2)
    assert world.commits() == {"api": "a", "worker": "a"}


def test_a_verdict_that_came_meanwhile_is_still_the_latest():
    drill, world, memory = new_drill()
    bad = verified("api", "api-new", "b", PastStatus.CONDEMNED)
    world.after[2] = lambda _: memory.remember([bad])

    drilled(drill)

    about = [r for r in memory.records() if r.service == "api" and r.commit_sha == sha("b")]
    assert about[0].status is PastStatus.CONDEMNED


def test_what_does_not_work_once_put_back_is_put_forward_and_told():
    drill, world, memory = new_drill(health={"a": BAD})

    report = drilled(drill)

    assert (int(report.exit_code), world.commits()) == (1, AS_BEFORE)
    assert "the rollback could not be verified" in report.reason
    assert "the former deployments are live, verified" in report.reason
    assert not any(r.commit_sha == sha("a") and r.at for r in memory.found)
    assert "Drill failed: the former deployments are live again, verified" in terminal.render(
        report
    )


def test_what_fails_once_forward_again_is_told_loudly():
    drill, world, _ = new_drill()
    world.after[4] = lambda w: w.health.update({"b": BAD})

    report = drilled(drill)

    assert (int(report.exit_code), world.commits()) == (3, AS_BEFORE)
    assert report.advice == ("What is live is not confirmed healthy: check it now.",)


@pytest.mark.parametrize(
    ("number", "back"), [(1, {"worker", "api:"}), (2, {"worker", "api"}), (3, {"worker:"})]
)
def test_an_interrupted_drill_says_what_is_live_and_what_to_do(number, back):
    drill, world, _ = new_drill()

    def interrupt(_):
        raise KeyboardInterrupt

    world.after[number] = interrupt
    drill.plan()
    with pytest.raises(KeyboardInterrupt):
        drill.carry_out()
    world.after.clear()
    drill.refresh(2.0)

    report = drill.report(End.CANCELLED)

    assert int(report.exit_code) == 130
    assert {line.split(" ")[0] for line in report.advice} == back
    assert all("open https://railway.test/" in line for line in report.advice)


def test_a_cut_off_drill_is_not_made_again_over_what_it_left():
    drill, world, _ = new_drill()
    world.after[2] = lambda _: (_ for _ in ()).throw(SystemExit)  # as by kill -9
    drill.plan()
    with pytest.raises(SystemExit):
        drill.carry_out()

    world.after.clear()
    world.clock.sleep(3600)
    next_ = type(drill)(drill._tools, drill._task, is_elsewhere=False)

    assert "which a rollback put there" in drilled(next_).reason
    assert len(world.mutations) == 2


def test_silence_of_github_right_after_the_rollback_is_told():
    drill, world, memory = new_drill()

    def fail(_):
        memory.fails = ("remember",)

    world.after[2] = fail

    report = drilled(drill)

    assert (int(report.exit_code), world.commits()) == (0, AS_BEFORE)
    assert any("could not record it" in entry.text for entry in report.timeline)


def test_railway_that_cannot_be_read_is_an_error_before_anything():
    drill, world, _ = new_drill(unreadable_from_s=0.0)

    with pytest.raises(ProviderError, match="could not read the deployments"):
        drill.plan()

    assert world.mutations == []


def test_later_gates_are_told_at_once_that_what_was_left_is_good():
    """Also where the drill stops in the middle: nothing but its records tells it from a verdict."""
    drill, world, memory = new_drill(names=("api",))
    world.after[1] = lambda w: w.push("api")

    report = drilled(drill)

    assert int(report.exit_code) == 3
    now = world.clock.now()
    assert known_bad(world.fleet()["api"], memory.records(), now) == []
    assert known_bad(world.fleet()["api"], (), now) != []


def rejudged(world, memory):
    """A gate that is started again for the commit that the drill has left."""
    task = Task(Wanted(sha("b")), LIMITS, POLICY, EXPECTED, "acme / staging")
    gate = Gate(world, memory, task, world.clock, Journal(world.clock, Silence()))
    gate.run()
    return gate.report()


def test_a_gate_that_is_started_again_in_the_middle_condemns_and_touches_nothing():
    drill, world, memory = new_drill(names=("api",))
    reports = []
    world.after[1] = lambda w: reports.append(rejudged(w, memory))

    report = drilled(drill)

    assert [str(found.verdict) for found in reports] == ["failed"]
    assert "already rolled it back" in reports[0].reason
    assert PastStatus.CONDEMNED not in {r.status for r in memory.found}
    assert [what for _, what in world.mutations] == ["api-old", "api-new"]
    assert int(report.exit_code) == 0
