"""Which of several runs makes a rollback, and how long a claim without an effect is respected."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, deployment, old, state
from tests.commands.script import FakeClock, SharedMemory, Silence, WithoutNews
from verifier.commands.claims import Claims
from verifier.commands.no_memory import NoMemory
from verifier.commands.ports import Journal, Tools
from verifier.commands.rollback_execution import RollbackExecution
from verifier.model.past_verdict import Claim, LatestClaim
from verifier.model.verdict import Move, RollBackTo


class Standstill(WithoutNews):
    """Two services that serve what is condemned, until `moved_at_s` says otherwise."""

    def __init__(self, clock, moved_at_s):
        self._clock = clock
        self._moved_at_s = moved_at_s

    def fleet(self):
        return {
            name: state(
                deployment(f"new-{name}"),
                old(f"old-{name}"),
                active=(self._live(name),),
                name=name,
            )
            for name in ("api", "worker")
        }

    def _live(self, name):
        is_back = self._clock.now_s() >= self._moved_at_s.get(name, 1e9)
        return f"old-{name}" if is_back else f"new-{name}"


def decided(names=("api", "worker"), moved_at_s=None, until_s=900.0, limits=LIMITS, **memory):
    """What became of each claim, and when."""
    clock = FakeClock()
    world = Standstill(clock, moved_at_s or {})
    fleet = world.fleet()
    moves = [Move(fleet[n].service, *fleet[n].deployments) for n in names]
    tools = Tools(world, SharedMemory(**memory), clock, Journal(clock, Silence()))
    execution = RollbackExecution(tools, limits, lambda _: {}, is_in_order=False, until_s=until_s)
    found = {}

    def telling(decided, claims):
        found.update({m.service.name: (claims[m.service.name], clock.now_s()) for m in decided})
        return []

    execution._make_claimed = telling
    execution.begin(RollBackTo(tuple(moves)))
    while execution.moving:
        execution.pause()
        execution.follow(world.fleet())
    return found


def spent(*attempts, name="api"):
    return {(f"new-{name}", attempt) for attempt in attempts}


@pytest.mark.parametrize(
    ("memory", "api", "worker"),
    [
        pytest.param({}, (Claim.GRANTED, 0), (Claim.GRANTED, 0), id="nobody-else"),
        pytest.param(
            {"claims": {"new-worker": 1}},
            (Claim.GRANTED, 0),
            (Claim.GRANTED, 110),
            id="another-run-at-one-service-delays-no-other",
        ),
        pytest.param(
            {"claims": {"new-api": 1, "new-worker": 1}, "spent": spent(1)},
            (Claim.GRANTED, 20),
            (Claim.GRANTED, 110),
            id="each-expires-by-itself",
        ),
        pytest.param(
            {"claims": {"new-api": 5}, "spent": spent(1, 2, 3, 4, 5)},
            (Claim.GRANTED, 20),
            (Claim.GRANTED, 0),
            id="spent-ones-expire-together",
        ),
        pytest.param(
            {"claims": {"new-api": 3}, "spent": spent(1, 2)},
            (Claim.GRANTED, 110),
            (Claim.GRANTED, 0),
            id="the-latest-is-respected",
        ),
        pytest.param(
            {"claims": {"new-api": 9}, "spent": spent(9)},
            (Claim.SPENT, 0),
            (Claim.GRANTED, 0),
            id="run-after-run",
        ),
        pytest.param(
            {"claims": {"new-api": 2}, "spent": spent(1, 2), "fails": ("claims",)},
            (Claim.GRANTED, 40),
            (Claim.GRANTED, 0),
            id="one-after-another-where-they-cannot-be-listed",
        ),
        pytest.param(
            {"claims": {"new-api": 1}, "fails": ("claim",)},
            (Claim.GRANTED, 0),
            (Claim.GRANTED, 0),
            id="no-memory",
        ),
    ],
)
def test_when_a_claim_is_decided(memory, api, worker):
    assert decided(**memory) == {"api": api, "worker": worker}


def test_a_move_that_is_no_longer_due_is_given_at_once():
    found = decided(moved_at_s={"api": 7}, claims={"new-api": 1, "new-worker": 1})

    assert found == {"api": (Claim.HELD, 7), "worker": (Claim.GRANTED, 110)}


def test_the_deadline_ends_the_wait():
    assert decided(until_s=10.0, claims={"new-api": 1}) == {
        "api": (Claim.HELD, 10),
        "worker": (Claim.GRANTED, 0),
    }


def test_a_plan_that_is_made_anew_waits_for_what_another_run_has_claimed():
    clock = FakeClock()
    world = Standstill(clock, {})
    fleet = world.fleet()
    move = Move(fleet["api"].service, *fleet["api"].deployments)
    tools = Tools(world, SharedMemory(claims={"new-api": 1}), clock, Journal(clock, Silence()))
    claims = Claims(tools, 900.0)

    found = []
    for wait_s in (0, 2, 100, 10):
        clock.sleep(wait_s)
        found.append(claims.ask([move]).get("api"))

    assert found == [None, None, None, Claim.GRANTED]


@pytest.mark.parametrize(
    ("others", "latest", "is_alone"),
    [
        pytest.param({}, LatestClaim(1, Claim.GRANTED), True, id="its-own"),
        pytest.param({}, None, True, id="not-listed"),
        pytest.param({}, LatestClaim(2, Claim.HELD), False, id="claimed-since"),
        pytest.param({"new-api": 1}, LatestClaim(2, Claim.HELD), False, id="met"),
        pytest.param({"new-api": 1}, None, False, id="met-and-not-listed"),
    ],
)
def test_who_has_met_another_claim_was_not_alone(others, latest, is_alone):
    clock = FakeClock()
    world = Standstill(clock, {})
    fleet = world.fleet()
    move = Move(fleet["api"].service, *fleet["api"].deployments)
    tools = Tools(world, SharedMemory(claims=others), clock, Journal(clock, Silence()))
    claims = Claims(tools, 900.0)

    claims.ask([move])

    assert claims.is_alone("new-api", latest) is is_alone


@pytest.mark.parametrize("restore_within_s", [10, 30, 600])
def test_how_slow_a_rollback_may_be_changes_nothing_about_a_claim(restore_within_s):
    limits = replace(LIMITS, restore_within_s=restore_within_s)

    assert decided(("api",), limits=limits, claims={"new-api": 1}) == {"api": (Claim.GRANTED, 110)}


@pytest.mark.parametrize(
    "memory",
    [NoMemory("GITHUB_TOKEN is not set"), SharedMemory(fails=("claim",))],
    ids=["none", "away"],
)
@pytest.mark.parametrize(("jitter", "pause_s"), [(0.0, 0.0), (0.5, 1.5), (1.0, 3.0)])
def test_without_a_lock_a_run_waits_by_chance_and_reads_once_more(memory, jitter, pause_s):
    clock = FakeClock()
    clock.jitter = lambda: jitter
    # Another run has put the api back by then.
    world = Standstill(clock, {"api": 0.1})
    reads, asked = [], []
    world.states = lambda names: reads.append(clock.now_s()) or Standstill.states(world, names)
    world.roll_back = asked.append
    fleet = world.fleet()
    tools = Tools(world, memory, clock, Journal(clock, Silence()))
    execution = RollbackExecution(tools, LIMITS, lambda _: {}, is_in_order=False, until_s=900.0)

    execution.begin(RollBackTo((Move(fleet["api"].service, *fleet["api"].deployments),)))

    assert reads == [0.0, pause_s]
    assert asked == ([] if pause_s else ["old-api"])
