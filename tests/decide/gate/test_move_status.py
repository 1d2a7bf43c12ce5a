"""What became of a rollback that Railway had begun."""

from dataclasses import replace

import pytest

from tests.builders import deployment, old, state
from verifier.decide.gate.move_status import Sent, why_in_vain
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.report import RestoreOutcome
from verifier.model.verdict import Move, RestoreMethod

CONDEMNED, TARGET = deployment("new", 10, "b"), old("old", 0, "a")
BACK = deployment("back", 20, "a", status=Status.REMOVED, instances=(), reason="rollback")
LATER = deployment("later", 30, "c", status=Status.REMOVED, instances=())
BUILDING = replace(LATER, status=Status.BUILDING)


def why(*made, active=("new",), outcome=RestoreOutcome.RESTORED):
    fleet = state(*made, CONDEMNED, TARGET, active=active)
    move = Move(fleet.service, CONDEMNED, TARGET, (RestoreMethod.ROLLBACK,))
    return why_in_vain(fleet, Sent(move, frozenset({"new", "old"}), 0.0, outcome), 60.0)


def test_a_rollback_that_a_later_push_replaced_is_due_again_once_that_has_ended():
    expected = "later replaced the rollback before it served, and did not serve either"

    assert why(LATER, BACK) == expected


@pytest.mark.parametrize(
    "made",
    [
        pytest.param((BACK,), id="a-person-removed-it"),
        pytest.param((BUILDING, BACK), id="the-later-one-is-under-way"),
        pytest.param((LATER, replace(BACK, status=Status.BUILDING)), id="it-is-under-way"),
        pytest.param((LATER, replace(BACK, instances=("REMOVED",))), id="it-had-served"),
        pytest.param((replace(LATER, status=Status.SKIPPED), BACK), id="skipped-replaces-nothing"),
        pytest.param((LATER,), id="nothing-was-made"),
    ],
)
def test_in_all_other_cases_it_is_not_made_again(made):
    assert why(*made) == ""


def test_nor_is_what_somebody_else_has_begun():
    assert why(LATER, BACK, outcome=RestoreOutcome.ADOPTED) == ""


def test_nor_where_something_else_serves():
    assert why(LATER, BACK, active=("later",)) == ""
