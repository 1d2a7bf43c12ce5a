"""What became of a rollback that Railway had begun."""

from dataclasses import replace

import pytest

from tests.builders import deployment, old, state
from verifier.decide.gate.move_status import Sent, next_try, restored_by, why_in_vain
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


@pytest.mark.parametrize(
    ("now_s", "active", "expected"),
    [
        pytest.param(60.0, ("new",), "", id="something-may-still-come-of-it"),
        pytest.param(90.0, ("new",), "HTTP 502", id="nothing-can-any-more"),
        pytest.param(90.0, ("old",), "", id="the-target-serves"),
    ],
)
def test_an_unclear_answer_meant_no_only_once_nothing_can_come_of_the_request(
    now_s, active, expected
):
    fleet = state(CONDEMNED, TARGET, active=active)
    move = Move(fleet.service, CONDEMNED, TARGET, (RestoreMethod.ROLLBACK,))
    sent = Sent(move, frozenset({"new", "old"}), 0.0, doubt="HTTP 502", quiet_from_s=90.0)

    assert why_in_vain(fleet, sent, now_s) == expected


ONE, TWO = (RestoreMethod.ROLLBACK,), (RestoreMethod.ROLLBACK, RestoreMethod.REDEPLOY)


@pytest.mark.parametrize(
    ("methods", "answer", "repeats", "is_half_made", "expected"),
    [
        pytest.param(ONE, {}, 0, False, ONE, id="once-more"),
        pytest.param(ONE, {}, 1, False, None, id="not-twice-more"),
        pytest.param(
            ONE, {"is_answered": True}, 1, True, ONE, id="a-third-time-as-others-are-back"
        ),
        pytest.param(ONE, {"is_answered": True}, 2, True, None, id="no-fourth-time"),
        pytest.param(ONE, {"is_answered": True}, 1, False, None, id="nor-where-none-is-back"),
        pytest.param(ONE, {}, 1, True, None, id="it-may-still-be-on-its-way"),
        pytest.param(ONE, {"is_denied": True}, 0, False, None, id="denied-stays-denied"),
        pytest.param(TWO, {"is_denied": True}, 0, False, TWO[1:], id="denied-in-one-way"),
    ],
)
def test_how_often_and_in_which_way_a_move_is_made_again(
    methods, answer, repeats, is_half_made, expected
):
    move = Move(state(CONDEMNED, TARGET).service, CONDEMNED, TARGET, methods)
    found = next_try(
        Sent(move, frozenset(), 0.0, **answer), repeats=repeats, is_half_made=is_half_made
    )

    assert (found and found.methods) == expected


FAILED = replace(BACK, status=Status.FAILED)


@pytest.mark.parametrize(
    ("made", "is_bad"),
    [
        pytest.param((FAILED,), True, id="it-failed"),
        pytest.param((FAILED, replace(FAILED, id="again")), True, id="each-of-two"),
        pytest.param((FAILED, replace(BUILDING, commit_sha=TARGET.commit_sha)), False, id="one"),
    ],
)
def test_a_rollback_has_ended_badly_once_all_that_was_made_for_it_has(made, is_bad):
    fleet = state(*made, CONDEMNED, TARGET, active=("new",))
    move = Move(fleet.service, CONDEMNED, TARGET, (RestoreMethod.ROLLBACK,))

    found = restored_by(fleet, move, frozenset({"new", "old"}))

    assert isinstance(found, str) is is_bad
    assert is_bad or found is None
