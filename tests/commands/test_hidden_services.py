"""Services that Railway does not show for a while, and refusals beside an effect."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old
from tests.commands.script import CRITICAL, FakeClock, SharedMemory, Silence
from tests.commands.test_commit_removal import Two
from tests.commands.test_gate import WANTED
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.hidden import Stake, is_given_up
from verifier.errors import DeniedError, LostAnswerError, UnexpectedAnswerError
from verifier.model.verdict import VerdictWord

GONE = {"deployments": (), "active": (), "unread": "Railway answered null"}


class Hiding(Two):
    """Railway hides the worker from one moment on, for so long, and answers mutations oddly."""

    hidden_s = 0.0
    hides_at_s = 0.0
    is_hidden_at_mutation = True
    answers = ()
    is_done = True

    def __post_init__(self):
        super().__post_init__()
        for name, shown in self.deployments.items():
            self.deployments[name] = [replace(d, can_redeploy=True) for d in shown]

    def _read(self):
        fleet = super()._read()
        since_s = self.hides_at_s
        if self.is_hidden_at_mutation:
            sent_s = [at_s for at_s, what in self.mutations if what.startswith("worker")]
            since_s = sent_s[0] if sent_s else 1e9
        if since_s <= self.clock.seconds < since_s + self.hidden_s:
            return {**fleet, "worker": replace(fleet["worker"], **GONE)}
        return fleet

    def roll_back(self, id_):
        is_first = id_ not in self.whats()
        if not is_first or self.is_done or id_ == "api-a":
            super().roll_back(id_)
        else:
            self.mutations.append((self.clock.seconds, id_))
        if id_ == "worker-a" and is_first and self.answers:
            raise self.answers[0]

    def redeploy(self, id_):
        self.mutations.append((self.clock.seconds, f"redeploy {id_}"))
        self._put_back("worker", id_, "redeploy")


def run(policy=POLICY, limits=LIMITS, memory=None, **given):
    clock = FakeClock()
    world = Hiding(clock, health=given.pop("health", {"b": CRITICAL}))
    for name, value in given.items():
        setattr(world, name, value)
    return judged_in(world, clock, policy, limits, memory), world, clock


def judged_in(world, clock, policy=POLICY, limits=LIMITS, memory=None):
    """Run a gate in a world, and return its report."""
    task = Task(WANTED, limits, policy, EXPECTED, "acme / production")
    gate = Gate(world, memory or SharedMemory(), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report()


LOST = LostAnswerError("could not roll back: no answer")
DENIED = DeniedError("could not roll back: Not Authorized")
FINAL = UnexpectedAnswerError("could not roll back: FORBIDDEN")


@pytest.mark.parametrize("hidden_s", [100, 300])
@pytest.mark.parametrize(
    ("answers", "is_done"),
    [
        pytest.param((), True, id="answered"),
        pytest.param((LOST,), True, id="lost"),
        pytest.param((LOST,), False, id="lost-and-not-done"),
    ],
)
def test_a_service_that_is_shown_again_inside_the_deadline_is_brought_back(
    hidden_s, answers, is_done
):
    report, world, _ = run(hidden_s=hidden_s, is_done=is_done, answers=answers)

    assert report.exit_code == 1
    assert world.whats().count("worker-a") == 1 + (not is_done)
    assert [s.rollback.outcome for s in report.services] == ["restored", "restored"]


@pytest.mark.parametrize("answers", [(), (LOST,), (DENIED,)], ids=["answered", "lost", "denied"])
@pytest.mark.slow
def test_a_service_that_is_not_shown_again_ends_the_run_with_time_to_verify(answers):
    report, world, clock = run(hidden_s=1e6, answers=answers)

    assert (report.exit_code, world.whats().count("worker-a")) == (3, 1)
    assert report.services[0].rollback.outcome == "restored"
    assert clock.seconds <= LIMITS.deadline_s


@pytest.mark.parametrize(
    ("health", "code", "made"), [(CRITICAL, 1, 2), (document(), 0, 0)], ids=["bad", "good"]
)
def test_what_is_hidden_while_it_is_judged_is_judged_once_it_is_shown(health, code, made):
    def turns(now_s):
        return health if now_s > 60 else document()

    report, world, _ = run(
        is_hidden_at_mutation=False, hides_at_s=2, hidden_s=60, health={"b": turns}
    )

    assert (report.exit_code, len(world.mutations)) == (code, made)


def test_nothing_passes_on_what_is_known_of_a_service_that_is_hidden_to_the_end():
    report, world, clock = run(
        limits=replace(LIMITS, deadline_s=400),
        is_hidden_at_mutation=False,
        hides_at_s=2,
        hidden_s=1e6,
        health={"b": document()},
    )

    assert (report.verdict, report.exit_code, world.mutations) == (VerdictWord.FAILED, 3, [])
    assert 200 < clock.seconds <= 400


@pytest.mark.parametrize(("health", "code"), [(CRITICAL, 1), (document(), 0)], ids=["bad", "good"])
@pytest.mark.parametrize("hides_at_s", [0, 2], ids=["from-the-start", "before-it-appears"])
def test_what_is_hidden_before_its_deployment_appears_is_judged_once_it_is_shown(
    health, code, hides_at_s
):
    def appears(world):
        world.show("worker", deployment("worker-b"), old("worker-a"), active=("worker-b",))

    clock = FakeClock()
    world = Hiding(clock, health={"b": lambda now_s: health if now_s > 60 else document()})
    world.show("worker", old("worker-a"), active=("worker-a",))
    world.at = {50: appears}
    world.is_hidden_at_mutation, world.hides_at_s, world.hidden_s = False, hides_at_s, 90

    report = judged_in(world, clock)

    assert report.exit_code == code
    assert world.active["worker"] == (("back-worker",) if code else ("worker-b",))


@pytest.mark.parametrize("answers", [(DENIED,), (FINAL,)], ids=["denied", "another-error"])
def test_a_refusal_beside_an_effect_is_no_refusal(answers):
    report, world, _ = run(answers=answers)

    assert (report.exit_code, world.whats().count("worker-a")) == (1, 1)
    assert [s.rollback.outcome for s in report.services] == ["restored", "restored"]


@pytest.mark.parametrize(
    ("redeploys", "code", "made"),
    [
        pytest.param(False, 3, ["worker-a"], id="refused-for-good"),
        pytest.param(True, 1, ["worker-a", "redeploy worker-a"], id="asked-in-another-way"),
    ],
)
def test_a_refusal_counts_once_railway_has_shown_no_effect(redeploys, code, made):
    policy, memory = replace(POLICY, redeploys=redeploys), SharedMemory()

    report, world, clock = run(policy, memory=memory, answers=(DENIED,), is_done=False)

    assert [what for what in world.whats() if "worker" in what] == made
    assert (report.exit_code, clock.seconds < 60) == (code, True)
    assert report.services[1].rollback.outcome == ("restored" if redeploys else "refused")
    assert memory.claims["worker-b"] == len(made)


@pytest.mark.parametrize(
    ("stake", "hidden_s", "left_s", "expected"),
    [
        pytest.param(Stake.UNKNOWN, 29, 600, False, id="a-hiccup"),
        pytest.param(Stake.UNKNOWN, 30, 600, True, id="never-shown"),
        pytest.param(Stake.MAY_COME, 179, 600, False, id="may-come"),
        pytest.param(Stake.MAY_COME, 180, 600, True, id="may-come-no-longer"),
        pytest.param(Stake.MAY_BE_CONDEMNED, 119, 600, False, id="may-have-it"),
        pytest.param(Stake.MAY_BE_CONDEMNED, 120, 600, True, id="may-have-it-no-longer"),
        pytest.param(Stake.RUNS_IT, 599, 1, False, id="runs-it"),
        pytest.param(Stake.RUNS_IT, 1, 0, True, id="nothing-is-left-to-act"),
    ],
)
def test_how_long_a_hidden_service_is_waited_for(stake, hidden_s, left_s, expected):
    assert is_given_up(stake, hidden_s, left_s, LIMITS) is expected


@pytest.mark.parametrize(("hidden_s", "is_over"), [(29.0, False), (30.0, True)])
def test_what_may_still_appear_is_waited_for_as_long_as_what_is_not_known_at_all(hidden_s, is_over):
    limits = replace(LIMITS, appear_within_s=10)

    assert is_given_up(Stake.MAY_COME, hidden_s, 600.0, limits) is is_over
