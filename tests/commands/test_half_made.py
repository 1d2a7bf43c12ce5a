"""A rollback that Railway makes in one service and refuses in another."""

from itertools import pairwise

import pytest

from tests.builders import LIMITS, deployment, old
from tests.commands.script import CRITICAL, ScriptedWorld
from tests.commands.test_gate import new_gate
from verifier.errors import LostAnswerError, UnexpectedAnswerError

BOTH = ("api", "worker")


class Refusing(ScriptedWorld):
    """Railway refuses the worker's rollbacks, or loses its answers, so many times."""

    times = 0
    error = UnexpectedAnswerError("could not roll back: Problem processing request")

    def roll_back(self, deployment_id):
        name = self._owner(deployment_id)
        if name in self.refused and self.times > 0:
            self.times -= 1
            self.mutations.append((self.clock.seconds, f"refused {deployment_id}"))
            raise self.error
        self.mutations.append((self.clock.seconds, deployment_id))
        self._put_back(name, deployment_id)


def play(times, error=Refusing.error, refused=("worker",)):
    gate, world, clock = new_gate(
        health={"b": CRITICAL},
        names=BOTH,
        deployments={n: [deployment(f"new-{n}"), old(f"old-{n}")] for n in BOTH},
        active={n: (f"new-{n}",) for n in BOTH},
    )
    world.__class__ = Refusing
    world.times, world.error, world.refused = times, error, refused
    gate.run()
    return gate.report(), world.mutations, clock


@pytest.mark.parametrize("times", [1, 2])
def test_a_half_made_rollback_is_finished(times):
    report, mutations, _ = play(times)

    assert report.exit_code == 1
    assert [s.rollback.outcome for s in report.services] == ["restored", "restored"]
    at_s = [second for second, what in mutations if what.endswith("old-worker")]
    assert len(at_s) == times + 1
    assert all(later - earlier >= 20 for earlier, later in pairwise(at_s))


def test_what_is_refused_three_times_is_left_to_a_person_by_its_ids():
    report, mutations, clock = play(9)

    assert report.exit_code == 3
    assert len([what for _, what in mutations if what == "refused old-worker"]) == 3
    assert any("worker to old-worker" in step for step in report.advice)
    assert clock.seconds < LIMITS.restore_within_s


def test_what_nothing_is_half_made_of_is_sent_once_more_only():
    report, mutations, _ = play(9, refused=BOTH)

    assert (report.exit_code, len(mutations)) == (3, 4)


def test_a_lost_answer_is_not_followed_by_a_third_request():
    _, mutations, _ = play(9, LostAnswerError("could not roll back: no answer"))

    assert len([what for _, what in mutations if what == "refused old-worker"]) <= 2
