"""A ledger against a branch and its base together."""

import pytest

from verifier.commands.base_comparison import with_base
from verifier.commands.ledger import Compared, LedgerEvidence
from verifier.decide.migrations.comparison import compare
from verifier.model.evidence import ShippedMigrations
from verifier.model.migration_ledger import Entry, LedgerReading, Migration
from verifier.model.verdict import LedgerPolicy


def supabase(version, name, fingerprint="f"):
    return Migration(version, name, f"m/{version}_{name}.sql", fingerprint=fingerprint)


@pytest.mark.parametrize(
    ("base", "moved", "to_apply"),
    [
        pytest.param((), ("2",), (), id="nobody-else-knows-the-entry"),
        pytest.param(
            (supabase("1", "a"),), (), ("2",), id="the-entry-is-that-of-a-file-of-the-base"
        ),
        pytest.param((supabase("9", "b", "g"),), ("2",), (), id="what-the-base-lacks-is-not-ours"),
    ],
)
def test_an_entry_that_the_base_knows_stands_for_nothing_else(base, moved, to_apply):
    shipped = ShippedMigrations((supabase("2", "a"),))
    reading = LedgerReading("supabase", "t", (Entry("1", "a"), Entry("8", "b", fingerprint="")))
    report = compare(shipped.migrations, reading)
    compared = Compared(report, (), LedgerEvidence(reading, shipped, ""))

    found = with_base(compared, base, LedgerPolicy()).report

    assert tuple(each.version for each in found.restamped) == moved
    assert found.to_apply == to_apply


def test_what_only_the_base_has_to_apply_is_told_of_no_branch():
    shipped = ShippedMigrations((supabase("3", "c", "g"), supabase("5", "e", "h")))
    entries = (Entry("4", "c", fingerprint="g"), Entry("5", "e"))
    reading = LedgerReading("supabase", "t", entries)
    compared = Compared(
        compare(shipped.migrations, reading), (), LedgerEvidence(reading, shipped, "")
    )

    found = with_base(compared, (supabase("2", "b", "i"),), LedgerPolicy()).report

    assert (found.out_of_order, found.pending) == ((), ("3",))
