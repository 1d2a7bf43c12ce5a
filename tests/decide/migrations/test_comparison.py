"""Checkout against ledger: what Supabase has under another version is applied."""

import pytest

from verifier.decide.migrations.comparison import compare
from verifier.model.migration_ledger import Demand, Entry, LedgerReading, Migration


def shipped(version, name="", fingerprint: str | None = ""):
    return Migration(version, name, f"m/{version}.sql", fingerprint=fingerprint)


def read(*entries):
    return LedgerReading("supabase", "t", entries)


def entry(version, name="", fingerprint=""):
    return Entry(version, name, fingerprint=fingerprint)


@pytest.mark.parametrize(
    ("migrations", "entries", "moved", "to_apply", "modified"),
    [
        pytest.param([shipped("1", "a")], [entry("2", "a")], [("1", "2")], (), (), id="same-name"),
        pytest.param(
            [shipped("1", "a", "f")], [entry("2", "b", "f")], [("1", "2")], (), (), id="same-text"
        ),
        pytest.param(
            [shipped("1", "a", "f")],
            [entry("2", "a", "g")],
            [("1", "2")],
            (),
            ("1",),
            id="same-name-other-text",
        ),
        pytest.param(
            [shipped("1", "a", "f"), shipped("2", "a", "g")],
            [entry("3", "a", "g")],
            [("2", "3")],
            ("1",),
            (),
            id="the-same-text-before-the-same-name",
        ),
        pytest.param(
            [shipped("1", "a"), shipped("2", "a")],
            [entry("3", "a")],
            [("1", "3")],
            ("2",),
            (),
            id="an-entry-stands-for-one-migration",
        ),
        pytest.param([shipped("1")], [entry("2")], [], ("1",), (), id="without-name-and-text"),
        pytest.param(
            [shipped("1", "a", None)], [entry("2", "a")], [], ("1",), (), id="another-tool"
        ),
        pytest.param(
            [shipped("1", "a"), shipped("2", "b")],
            [entry("1", "a"), entry("2", "b"), entry("3", "a")],
            [],
            (),
            (),
            id="nothing-pending",
        ),
    ],
)
def test_under_another_version(migrations, entries, moved, to_apply, modified):
    report = compare(migrations, read(*entries))

    assert [(each.version, each.entry_version) for each in report.restamped] == moved
    assert (report.to_apply, report.modified) == (to_apply, modified)


def named(version, *aliases, demand=Demand.YES):
    return Migration(version, aliases=aliases, demand=demand)


@pytest.mark.parametrize(
    ("migrations", "entries", "applied", "pending", "unknown", "conditional"),
    [
        pytest.param([named("a", "x/a")], ["x/a"], ("a",), (), (), (), id="another-name-of-it"),
        pytest.param(
            [named("a", "x"), named("b", "x")], ["x"], (), ("a", "b"), ("x",), (), id="doubtful"
        ),
        pytest.param(
            [named("a", "b"), named("b")], ["b"], ("b",), ("a",), (), (), id="its-own-name-first"
        ),
        pytest.param(
            [named("a", demand=Demand.UNKNOWN)], [], (), (), (), ("a",), id="perhaps-not-wanted"
        ),
        pytest.param([named("a", demand=Demand.NO)], [], (), (), (), (), id="not-wanted"),
        pytest.param([named("a", demand=Demand.NO)], ["a"], ("a",), (), (), (), id="yet-there"),
    ],
)
def test_names_and_demand(migrations, entries, applied, pending, unknown, conditional):
    report = compare(migrations, read(*map(entry, entries)))

    assert (report.applied, report.pending) == (applied, pending)
    assert (report.unknown, report.conditional) == (unknown, conditional)


def test_what_has_another_version_is_not_out_of_order():
    report = compare([shipped("1", "a"), shipped("3", "c")], read(entry("2", "a"), entry("3", "c")))

    assert report.out_of_order == ()
