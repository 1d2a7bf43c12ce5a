"""Checkout against ledger: what Supabase has under another version is applied."""

import pytest

from verifier.checks.migrations import judge_ledger
from verifier.decide.migrations.comparison import compare, newest_version, shipped_together
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.migration_ledger import (
    Applicability,
    Entry,
    EntryState,
    LedgerReading,
    Migration,
    Reach,
)
from verifier.model.tool_rules import NO_RULES
from verifier.model.verdict import LedgerPolicy, Reaction


def shipped(version, name="", fingerprint: str | None = ""):
    return Migration(version, name, f"m/{version}.sql", fingerprint=fingerprint)


def read(*entries):
    return LedgerReading("supabase", "t", entries)


def entry(version, name="", fingerprint=""):
    return Entry(version, name, fingerprint=fingerprint)


NOTHING: tuple[str, ...] = ()
MOVED = [("1", "2")]


@pytest.mark.parametrize(
    ("migrations", "entries", "moved", "doubtful", "to_apply"),
    [
        pytest.param([shipped("1", "a")], [entry("2", "a")], MOVED, [], NOTHING, id="same-name"),
        pytest.param(
            [shipped("1", "a", "f")], [entry("2", "b", "f")], MOVED, [], NOTHING, id="same-text"
        ),
        pytest.param(
            [shipped("1", "a", "f")],
            [entry("2", "a")],
            MOVED,
            [],
            NOTHING,
            id="same-name-in-a-ledger-without-statements",
        ),
        pytest.param(
            [shipped("1", "a", "f")],
            [entry("2", "a", "g")],
            [],
            MOVED,
            NOTHING,
            id="same-name-other-text",
        ),
        pytest.param(
            [shipped("0", "z", "e"), shipped("1", "a", "f")],
            [entry("0", "z", "e"), entry("2", "a")],
            [],
            MOVED,
            NOTHING,
            id="same-name-without-text-where-others-have-it",
        ),
        pytest.param(
            [shipped("0", "z", "e"), shipped("1", "a", "")],
            [entry("0", "z", "e"), entry("2", "a")],
            MOVED,
            [],
            NOTHING,
            id="same-name-and-nothing-to-do",
        ),
        pytest.param(
            [Migration("1", "a", "m/1.sql", fingerprint="f", is_named_by_tool=True)],
            [entry("2", "a")],
            [],
            MOVED,
            NOTHING,
            id="a-name-that-the-tool-gives",
        ),
        pytest.param(
            [shipped("0", "a", "e"), shipped("1", "a", "f")],
            [entry("0", "a"), entry("2", "a")],
            [],
            MOVED,
            NOTHING,
            id="a-name-that-an-applied-one-has-too",
        ),
        pytest.param(
            [shipped("1", "a", "f"), shipped("2", "a", "g")],
            [entry("3", "a", "g")],
            [("2", "3")],
            [],
            ("1",),
            id="the-same-text-before-the-same-name",
        ),
        pytest.param(
            [shipped("1", "a"), shipped("2", "a")],
            [entry("3", "a")],
            [],
            [("1", "3"), ("2", "3")],
            NOTHING,
            id="a-name-of-two-migrations",
        ),
        pytest.param(
            [shipped("1", "a")],
            [entry("2", "a"), entry("3", "a")],
            [],
            [("1", "3")],
            NOTHING,
            id="a-name-of-two-entries",
        ),
        pytest.param(
            [shipped("1", "a", "f")],
            [Entry("2", "a", EntryState.FAILED)],
            [],
            [],
            ("1",),
            id="an-entry-that-failed",
        ),
        pytest.param([shipped("1")], [entry("2")], [], [], ("1",), id="without-name-and-text"),
        pytest.param(
            [shipped("1", "a", None)], [entry("2", "a")], [], [], ("1",), id="another-tool"
        ),
        pytest.param(
            [shipped("1", "a"), shipped("2", "b")],
            [entry("1", "a"), entry("2", "b"), entry("3", "a")],
            [],
            [],
            NOTHING,
            id="nothing-pending",
        ),
    ],
)
def test_under_another_version(migrations, entries, moved, doubtful, to_apply):
    report = compare(migrations, read(*entries))

    assert [(each.version, each.entry_version) for each in report.restamped] == moved
    assert [(each.version, each.entry_version) for each in report.doubtful] == doubtful
    assert (report.to_apply, report.modified) == (to_apply, ())


@pytest.mark.parametrize(
    ("reaction", "outcomes"),
    [
        pytest.param("fail", [Outcome.INCONCLUSIVE], id="usually-inconclusive"),
        pytest.param("warn", [Outcome.WARN], id="no-worse-than-what-is-pending"),
        pytest.param("ignore", [], id="not-asked"),
    ],
)
def test_in_doubt_nothing_is_called_applied_and_nothing_is_condemned(reaction, outcomes):
    migrations = [shipped("1", "a", "f")]
    report = compare(migrations, read(entry("2", "a", "g")))

    policy = LedgerPolicy(pending=Reaction(reaction), unknown=Reaction.IGNORE)
    found = list(judge_ledger(report, migrations, policy, NO_RULES))

    assert [f.outcome for f in found] == outcomes
    assert all("migration repair --status applied 1" in f.hint for f in found)


def named(version, *aliases, wanted=Applicability.YES):
    return Migration(version, aliases=aliases, wanted=wanted)


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
            [named("a", wanted=Applicability.UNKNOWN)],
            [],
            (),
            (),
            (),
            ("a",),
            id="perhaps-not-wanted",
        ),
        pytest.param([named("a", wanted=Applicability.NO)], [], (), (), (), (), id="not-wanted"),
        pytest.param(
            [named("a", wanted=Applicability.NO)], ["a"], ("a",), (), (), (), id="yet-there"
        ),
    ],
)
def test_names_and_demand(migrations, entries, applied, pending, unknown, conditional):
    report = compare(migrations, read(*map(entry, entries)))

    assert (report.applied, report.pending) == (applied, pending)
    assert (report.unknown, report.conditional) == (unknown, conditional)


def test_what_has_another_version_is_not_out_of_order():
    report = compare([shipped("1", "a"), shipped("3", "c")], read(entry("2", "a"), entry("3", "c")))

    assert report.out_of_order == ()


@pytest.mark.parametrize(
    ("entries", "applied", "pending"),
    [
        pytest.param((), ("1", "2"), ("R__v.sql",), id="it-never-ran"),
        pytest.param((Entry("R__v.sql"),), ("1", "2", "R__v.sql"), (), id="it-ran-after"),
    ],
)
def test_a_baseline_says_nothing_of_what_has_no_version(entries, applied, pending):
    files = [shipped("1"), shipped("2"), Migration("R__v.sql", "v", is_repeatable=True)]
    baseline = Entry("2", reach=Reach.UP_TO)

    report = compare(files, LedgerReading("flyway", "t", (baseline, *entries)))

    assert (report.applied, report.pending, report.out_of_order) == (applied, pending, ())


@pytest.mark.parametrize(
    ("entries", "applied", "pending"),
    [
        pytest.param([], (), ("1", "2", "both"), id="none"),
        pytest.param(["1"], ("1",), ("2", "both"), id="one"),
        pytest.param(["2"], ("2",), ("1", "both"), id="the-other"),
        pytest.param(["1", "2"], ("1", "2", "both"), (), id="each"),
        pytest.param(["both"], ("1", "2", "both"), (), id="itself"),
    ],
)
def test_a_squash_is_applied_once_all_that_it_replaces_is(entries, applied, pending):
    files = [shipped("1"), shipped("2"), Migration("both", "", "m/b.py", replaces=("1", "2"))]

    report = compare(files, LedgerReading("django", "t", tuple(map(Entry, entries))))

    assert (report.applied, report.pending) == (applied, pending)


@pytest.mark.parametrize(
    ("versions", "expected", "newest"),
    [
        pytest.param(("1", "10", "9"), "9", "10", id="digits-are-numbers-whatever-is-expected"),
        pytest.param(("a1", "c3"), "a1", "a1", id="ids-have-no-order"),
        pytest.param(("a1", "c3"), "b2", "c3", id="what-is-expected-is-not-there"),
        pytest.param((), "1", "", id="none"),
    ],
)
def test_the_newest_version(versions, expected, newest):
    assert newest_version(read(*map(entry, versions)), expected) == newest


@pytest.mark.parametrize(
    ("rows", "modified"),
    [
        pytest.param([("1", "own")], (), id="as-it-was-applied"),
        pytest.param([("1", "other")], ("1",), id="edited"),
        pytest.param([("1", "own"), ("1", "other")], (), id="one-of-two-rows-is-as-it-was-applied"),
        pytest.param([("1", "other"), ("1", "own")], (), id="whichever-stands-first"),
        pytest.param([("1", "other"), ("1", "third")], ("1",), id="none-of-two-rows"),
        pytest.param([("1", "")], (), id="a-row-that-tells-none"),
    ],
)
def test_a_migration_is_edited_that_no_row_of_its_version_tells_as_it_is(rows, modified):
    entries = tuple(Entry(version, checksum=checksum) for version, checksum in rows)

    report = compare([Migration("1", checksum="own")], LedgerReading("sqlx", "t", entries))

    assert (report.modified, report.applied) == (modified, ("1",))


@pytest.mark.parametrize("is_chained", [False, True])
@pytest.mark.parametrize("commits", [1, 2])
def test_of_a_chain_the_first_that_differs_was_edited_however_many_commits(is_chained, commits):
    files = [Migration(v, checksum=f"own-{v}") for v in "123"]
    commit = {"main": ShippedMigrations(tuple(files[:2]), is_chained)}
    newer = {"main": ShippedMigrations(tuple(files), is_chained)}
    entries = tuple(Entry(v, checksum="other") for v in "123")

    together = shipped_together([commit, newer][-commits:])["main"]
    report = compare(
        together.migrations, LedgerReading("drizzle", "t", entries), is_chained=together.is_chained
    )

    assert together == newer["main"]
    assert report.modified == (("1",) if is_chained else ("1", "2", "3"))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("unknown", [Unobserved("not read"), NotAsked("not asked")])
def test_what_is_unknown_of_one_commit_is_unknown_of_all_together(unknown, place):
    known = ShippedMigrations((Migration("1"),))
    commits = [{"main": unknown if n == place else known} for n in range(3)]

    assert shipped_together(commits) == {"main": unknown}
