"""When a schema speaks against a rollback."""

from dataclasses import replace

import pytest

from tests.builders import deployment, old, service
from verifier.decide.migrations.breaking_change_policy import weigh_breaking_changes
from verifier.model.breaking_change import BreakingChange, ChangeKind
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.verdict import (
    DestructiveMode,
    InconclusiveMode,
    Keep,
    Move,
    Policy,
    RollbackMode,
    RollBackTo,
)

PLAN = RollBackTo((Move(service(), deployment(), old()),))
NEEDED = BreakingChange("2", "column plan of users was dropped", is_needed=True)
UNUSED = BreakingChange("2", "column age of users was dropped", is_needed=False)
UNCLEAR = BreakingChange(
    "2", "a statement could not be read", is_needed=Unobserved("review it yourself")
)
STRICT = Policy(RollbackMode.AUTO, InconclusiveMode.KEEP, ())
LENIENT = replace(STRICT, on_destructive_migration=DestructiveMode.WARN)
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
    strict = weigh_breaking_changes(PLAN, {"api": losses}, pending, STRICT)
    lenient = weigh_breaking_changes(PLAN, {"api": losses}, pending, LENIENT)

    assert isinstance(strict, Keep) is refused
    assert (lenient.moves, lenient.warnings) == (PLAN.moves, warnings)


def test_a_refusal_names_what_stands_in_the_way():
    kept = weigh_breaking_changes(PLAN, {"api": (NEEDED,)}, (), STRICT)

    assert kept.reason == f"the older code cannot run with this schema: {WARNING}"
    assert kept.is_condemned


def test_a_tolerated_kind_warns_and_another_one_still_refuses():
    hidden = replace(NEEDED, what="row level security was enabled on users", kind=ChangeKind.HIDDEN)
    dropped = replace(NEEDED, kind=ChangeKind.DROPPED)
    policy = replace(STRICT, tolerated=frozenset({ChangeKind.HIDDEN}))

    allowed = weigh_breaking_changes(PLAN, {"api": (hidden,)}, (), policy)
    refused = weigh_breaking_changes(PLAN, {"api": (hidden, dropped)}, (), policy)

    assert isinstance(allowed, RollBackTo)
    assert "rollback.tolerate allows it" in allowed.warnings[0]
    assert isinstance(refused, Keep)
