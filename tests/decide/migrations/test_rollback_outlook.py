"""What a rollback would be refused for, told before there is anything to roll back."""

from dataclasses import replace

import pytest

from tests.builders import POLICY
from verifier.decide.migrations.rollback_outlook import check_outlook, hold_back
from verifier.model.breaking_change import BreakingChange, ChangeKind
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.verdict import DestructiveMode

DROPPED = BreakingChange("2", "column plan was dropped", True, ChangeKind.DROPPED, "m/2.sql", 3)
WARNS = replace(POLICY, on_destructive_migration=DestructiveMode.WARN)
TOLERATES = replace(POLICY, tolerated=frozenset({ChangeKind.DROPPED}))


@pytest.mark.parametrize(
    ("changes", "policy", "told"),
    [
        pytest.param((), POLICY, [], id="nothing"),
        pytest.param(NotAsked("no ledger"), POLICY, [], id="no-ledger"),
        pytest.param((replace(DROPPED, is_needed=False),), POLICY, [], id="nobody-uses-it"),
        pytest.param((DROPPED,), POLICY, [("fail", "cannot be rolled back over")], id="used"),
        pytest.param((DROPPED,), WARNS, [("warn", "may break it")], id="policy-warns"),
        pytest.param((DROPPED,), TOLERATES, [("warn", "rollback.tolerate allows")], id="tolerated"),
        pytest.param(
            (replace(DROPPED, is_needed=Unobserved("review line 3 of it yourself")),),
            POLICY,
            [("warn", "review line 3 of it yourself before")],
            id="nobody-can-tell",
        ),
        pytest.param(
            Unobserved("commit a is not here"), POLICY, [("warn", "commit a is not")], id="unread"
        ),
    ],
)
def test_the_outlook(changes, policy, told):
    found = list(check_outlook("ready.rollback", changes, "the old code", policy, Outcome.FAIL))

    assert [f.outcome for f in found] == [outcome for outcome, _ in told]
    assert all(text in f.summary for f, (_, text) in zip(found, told, strict=True))
    if changes == (DROPPED,):
        assert [(f.file, f.line) for f in found] == [("m/2.sql", 3)]


@pytest.mark.parametrize(
    ("told", "is_held"),
    [
        (
            Finding("preflight.rollback", Outcome.WARN, "x", hint="first release", file="b.sql"),
            True,
        ),
        (
            Finding("preflight.rollback", Outcome.WARN, "x", hint="first release", file="c.sql"),
            False,
        ),
        (Finding("preflight.rollback", Outcome.WARN, "could not tell", file="b.sql"), False),
    ],
)
def test_nothing_is_applied_where_a_pending_migration_takes_from_the_code_that_serves(
    told, is_held
):
    pending = [
        Finding("migrations.pending", Outcome.FAIL, "x", hint="apply it", file=file)
        for file in ("a.sql", "b.sql")
    ]

    found = list(hold_back([*pending, told]))

    assert found[-1] == told
    assert [f.hint == "apply it" for f in found[:2]] == [not is_held] * 2
    assert all(f.hint.startswith("do not apply it yet") for f in found[:2]) is is_held
