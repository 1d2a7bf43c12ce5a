"""Applied migrations that a branch deletes, renames, or puts others in front of."""

import pytest

from verifier.database.ledgers import LEDGERS
from verifier.decide.migrations.comparison import compare
from verifier.decide.migrations.taken_back import (
    TakenBack,
    check_below_heads,
    check_deleted,
    check_renamed,
    gone_from,
    taken_back,
)
from verifier.model.migration_ledger import Entry, LedgerReading, Migration, Reach
from verifier.model.verdict import Reaction

ONE = Migration("1", "a", "m/1_a.sql")
TWO = Migration("2", "b", "m/2_b.sql")
SQUASHED = Migration("3", "", "m/3.sql", replaces=("1", "2"))
A = Migration("a", file="v/a.py")
B = Migration("b", file="v/b.py", requires=("a",))
C = Migration("c", file="v/c.py", requires=("b",))


def reading(*versions, reach=Reach.ITSELF, tool="supabase"):
    return LedgerReading(
        tool, "t", tuple(Entry(v, reach=reach) for v in versions), rules=LEDGERS[tool].rules
    )


def heads(*versions):
    return reading(*versions, reach=Reach.ANCESTORS, tool="alembic")


@pytest.mark.parametrize(
    ("shipped", "base", "rows", "changed", "gone"),
    [
        pytest.param((ONE,), (ONE, TWO), reading("1", "2"), {"m/2_b.sql"}, ["2"], id="deleted"),
        pytest.param((ONE,), (ONE, TWO), reading("1"), {"m/2_b.sql"}, [], id="never-applied"),
        pytest.param((ONE,), (ONE, TWO), reading("1", "2"), set(), [], id="new-in-the-base"),
        pytest.param(
            (SQUASHED,), (ONE, TWO), reading("1", "2"), {ONE.file, TWO.file}, [], id="replaced"
        ),
        pytest.param((A,), (A, B), heads("b"), {B.file}, ["b"], id="a-head"),
        pytest.param((C,), (A, B, C), heads("c"), {A.file, B.file}, ["b"], id="still-required"),
        pytest.param(
            (Migration("b", file="v/s.py"),), (A, B), heads("b"), {A.file, B.file}, [], id="squash"
        ),
        pytest.param(
            (Migration("n/1", file="n/1.xml", aliases=("1",)),),
            (ONE,),
            reading("1"),
            {ONE.file},
            [],
            id="under-another-name-of-its-file",
        ),
    ],
)
def test_what_a_branch_takes_away(shipped, base, rows, changed, gone):
    ledger = (rows, compare(shipped, rows))

    assert [m.version for m in gone_from(shipped, base, ledger, changed)] == gone


NEW = Migration("2_bb", file="m/2_bb.sql")
CLASS = Migration("B1700", file="m/1700.ts")


@pytest.mark.parametrize(
    ("gone", "new", "before", "after", "renamed", "deleted"),
    [
        pytest.param(TWO, NEW, b"select 1;\n", b"select 1", ["2_bb"], [], id="same-contents"),
        pytest.param(TWO, NEW, b"select 1", b"select 2", [], ["2"], id="other-contents"),
        pytest.param(TWO, NEW, b"", b"", [], ["2"], id="both-empty"),
        pytest.param(TWO, NEW, b"select 2;", b"select 1; select 2;", [], [], id="squashed"),
        pytest.param(
            Migration("A1700", file="m/1700.ts"), CLASS, b"a", b"b", ["B1700"], [], id="same-file"
        ),
        pytest.param(
            Migration("1_x.js", file="m/1_x.js"),
            Migration("1_x.ts", file="m/1_x.ts"),
            b"a",
            b"b",
            ["1_x.ts"],
            [],
            id="another-language",
        ),
    ],
)
def test_what_is_renamed_is_neither_deleted_nor_new(gone, new, before, after, renamed, deleted):
    found = taken_back([gone], [new], [new], ({gone.file: before}, {new.file: after}))

    assert (list(found.renamed), [m.version for m in found.deleted]) == (renamed, deleted)


def test_change_sets_of_one_file_are_not_taken_for_one_another():
    new, other = (Migration(v, file="log.xml") for v in ("log.xml::3::b", "log.xml::1::b"))
    gone = Migration("log.xml::2::b", file="log.xml")

    found = taken_back([gone], [new], [other, new], ({"log.xml": b"x"}, {"log.xml": b"y"}))

    assert (found.renamed, found.deleted) == ({}, (gone,))


@pytest.mark.parametrize(
    ("requires", "deleted"),
    [
        pytest.param((), [], id="with-its-app"),
        pytest.param(("shop.1",), ["shop.1"], id="still-required"),
    ],
)
def test_what_goes_with_its_whole_app_is_no_mistake(requires, deleted):
    other = Migration("blog.1", file="blog/1.py", group="blog", requires=requires)
    gone = Migration("shop.1", file="shop/1.py", group="shop")

    found = taken_back([gone], [], [other], ({"shop/1.py": b"x"}, {}))

    assert [m.version for m in found.deleted] == deleted


@pytest.mark.parametrize(
    ("tool", "reaction", "outcome"),
    [
        pytest.param("supabase", Reaction.IGNORE, ["fail"], id="the-tool-stops"),
        pytest.param("dbmate", Reaction.WARN, ["warn"], id="as-an-edit"),
        pytest.param("dbmate", Reaction.IGNORE, [], id="edits-are-ignored"),
    ],
)
def test_a_deleted_one_counts_at_least_as_an_edited_one(tool, reaction, outcome):
    found = list(check_deleted(TakenBack((TWO,)), reading(tool=tool), reaction))

    assert [f.outcome for f in found] == outcome
    assert all("2_b is applied in production, and this branch deletes it" in str(f) for f in found)


def below(new, requires=("b",)):
    return (A, B, Migration(new, file=f"v/{new}.py", requires=requires))


@pytest.mark.parametrize(
    ("shipped", "rows", "found"),
    [
        pytest.param(
            (*below("n"), Migration("c", file="v/c.py", requires=("n",))),
            heads("c"),
            ["n"],
            id="in-front-of-the-head",
        ),
        pytest.param((*below("n", ("c",)), C), heads("c"), [], id="behind-it"),
        pytest.param((*below("n", ("c",)), C), heads("n"), [], id="behind-it-and-applied"),
        pytest.param(
            (*below("n"), C, Migration("m", file="v/m.py", requires=("n", "c"))),
            heads("m"),
            [],
            id="merged-with-it-and-applied",
        ),
        pytest.param((A, B, C), heads("c"), [], id="nothing-new"),
    ],
)
def test_what_is_new_in_front_of_a_head_is_never_applied(shipped, rows, found):
    findings = list(check_below_heads(shipped, (A, B, C), rows, TakenBack()))

    assert [f.file for f in findings] == [f"v/{version}.py" for version in found]
    assert {f.outcome for f in findings} <= {"fail"}


@pytest.mark.parametrize(
    ("tool", "apply", "told"),
    [
        pytest.param(
            "supabase",
            "npx supabase db push",
            "npx supabase migration repair --status applied 3 && "
            "npx supabase migration repair --status reverted 2",
            id="a-tool-that-stops-at-an-entry-without-a-file",
        ),
        pytest.param(
            "prisma",
            "npx prisma migrate deploy",
            "npx prisma migrate resolve --applied 3",
            id="a-tool-that-goes-on",
        ),
    ],
)
def test_a_renamed_one_leaves_no_entry_that_its_tool_stops_at(tool, apply, told):
    new = Migration("3", "b", "m/3_b.sql")
    report = compare([new], LedgerReading(tool, "t", (Entry("2", "b"),)))

    (found,) = check_renamed([new], {"3": TWO}, report, LEDGERS[tool].rules, apply)

    assert found.hint == f"give it its old name back, or mark the new one as applied: {told}"


def test_a_renamed_app_of_django_is_faked_only_where_its_tables_stay():
    old = (
        Migration("shop.1", file="shop/1.py", group="shop"),
        Migration("shop.2", file="shop/2.py", group="shop"),
    )
    new = [
        Migration("store.1", file="store/1.py", group="store"),
        Migration("store.2", file="store/2.py", group="store", requires=("store.1",)),
    ]
    renamed = {"store.1": old[0], "store.2": old[1]}
    report = compare(new, LedgerReading("django", "t", (Entry("shop.1"), Entry("shop.2"))))

    found = check_renamed(new, renamed, report, LEDGERS["django"].rules, "python manage.py migrate")

    assert [finding.hint for finding in found] == [
        "give its app its old name back; or, where each model keeps its old table (db_table), "
        f"mark the new one as applied: python manage.py migrate --fake store {n}"
        for n in (1, 2)
    ]
