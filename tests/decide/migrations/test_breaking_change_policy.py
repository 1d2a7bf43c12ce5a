"""When a schema speaks against a rollback."""

import pytest

from tests.builders import deployment, old, service
from verifier.decide.migrations.breaking_change_policy import weigh_breaking_changes
from verifier.model.breaking_change import BreakingChange
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.verdict import DestructiveMode, Keep, Move, RollBackTo

PLAN = RollBackTo((Move(service(), deployment(), old()),))
NEEDED = BreakingChange("2", "column plan of users was dropped", is_needed=True)
UNUSED = BreakingChange("2", "column age of users was dropped", is_needed=False)
UNCLEAR = BreakingChange(
    "2", "a statement could not be read", is_needed=Unobserved("review it yourself")
)
WARNING = "migration 2: column plan of users was dropped, and the older code uses it"


@pytest.mark.parametrize(
    ("losses", "pending", "refused", "warnings"),
    [
        pytest.param((), (), False, (), id="nothing"),
        pytest.param((UNUSED,), (), False, (), id="nobody-needs-it"),
        pytest.param((NEEDED, UNUSED), (), True, (WARNING,), id="the-older-code-names-it"),
        pytest.param((NEEDED,), ("2",), False, (), id="not-applied-yet"),
        pytest.param(
            (UNCLEAR,),
            (),
            False,
            ("migration 2: a statement could not be read; review it yourself",),
            id="cannot-be-read",
        ),
        pytest.param(
            Unobserved("commit a is not in this checkout"),
            (),
            False,
            (
                "could not determine whether the older code fits the schema: commit a is not in this checkout",
            ),
            id="cannot-be-told",
        ),
        pytest.param(NotAsked("no ledger"), (), False, (), id="no-ledger"),
    ],
)
def test_a_rollback_onto_a_schema(losses, pending, refused, warnings):
    strict = weigh_breaking_changes(PLAN, {"api": losses}, pending, DestructiveMode.REFUSE)
    lenient = weigh_breaking_changes(PLAN, {"api": losses}, pending, DestructiveMode.WARN)

    assert isinstance(strict, Keep) is refused
    assert (lenient.moves, lenient.warnings) == (PLAN.moves, warnings)


def test_a_refusal_names_what_stands_in_the_way():
    kept = weigh_breaking_changes(PLAN, {"api": (NEEDED,)}, (), DestructiveMode.REFUSE)

    assert kept.reason == f"the older code cannot run with this schema: {WARNING}"
    assert kept.is_condemned
