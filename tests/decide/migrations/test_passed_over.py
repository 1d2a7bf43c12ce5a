"""A ledger of one number says of everything below that it is applied."""

import pytest

from verifier.decide.migrations.passed_over import check_passed_over
from verifier.model.migration_ledger import Entry, EntryState, LedgerReading, Migration, Reach


def migrations(*numbers):
    return tuple(Migration(str(n), "x", f"m/{n}_x.up.sql") for n in numbers)


def at(number, state=EntryState.APPLIED, reach=Reach.UP_TO):
    return LedgerReading("golang-migrate", "t", (Entry(str(number), "", state, reach=reach),))


@pytest.mark.parametrize(
    ("base", "new", "reading", "found"),
    [
        pytest.param((1, 2, 8), (6,), at(8), [("fail", "6_x")], id="between-older-ones"),
        pytest.param((1, 2, 8), (6, 9), at(9), [("fail", "6_x")], id="though-its-own-end-is-there"),
        pytest.param((1, 2), (6, 7), at(7), [], id="both-new-and-applied-in-order"),
        pytest.param((1, 2), (3,), at(2), [], id="above"),
        pytest.param((1, 2), (2,), at(2), [], id="nothing-new"),
        pytest.param((1, 2), (3,), at(9), [("inconclusive", "3_x")], id="at-a-number-of-nobody"),
        pytest.param((1, 2, 10), (9,), at(10), [("fail", "9_x")], id="as-numbers-not-as-text"),
        pytest.param((1, 2, 8), (6,), at(2), [], id="not-reached-yet"),
        pytest.param(
            (1, 2, 8), (6,), at(8, EntryState.FAILED), [], id="a-failed-end-is-repaired-first"
        ),
        pytest.param((1, 8), (6,), at(8, reach=Reach.ITSELF), [], id="a-ledger-with-a-row-each"),
    ],
)
def test_what_is_new_below_the_end(base, new, reading, found):
    shipped = migrations(*sorted({*base, *new}))

    findings = check_passed_over(shipped, migrations(*base), reading)

    assert [
        (f.outcome, f.file.removeprefix("m/").removesuffix(".up.sql")) for f in findings
    ] == found


def test_a_new_repeatable_migration_is_not_below_any_number():
    base = migrations(1, 2)
    views = Migration("R__views.sql", "views", "m/R__views.sql", is_repeatable=True)

    assert list(check_passed_over((*base, views), base, at(2))) == []
