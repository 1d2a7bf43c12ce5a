"""What a pull request is told of its migrations."""

import re
from dataclasses import replace

import pytest

from verifier.database.ledgers import LEDGERS
from verifier.decide.migrations.branch import (
    Branch,
    Lines,
    check_branch,
    check_edited,
    check_effects,
    edited_lines,
    only_adds_migrations,
)
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import DatabaseObject, LedgerReport, Migration
from verifier.model.sought_effects import SoughtEffects
from verifier.model.verdict import Reaction

ONE = Migration("1", "one", "m/1_one.sql")
TWO = Migration("2", "two", "m/2_two.sql")
THREE = Migration("3", "three", "m/3_three.sql")
LEVEL = LedgerReport("supabase", "t", ("1", "2"), (), ())
BEHIND = replace(LEVEL, applied=("1",), pending=("2",))
BRANCH = Branch(
    (ONE, TWO), (ONE,), {"m/2_two.sql": "drop table x"}, rules=LEDGERS["supabase"].rules
)
ALEMBIC = LEDGERS["alembic"].rules


def check(branch=BRANCH, report=BEHIND, line="supabase db push", is_allowed=False):
    return list(check_branch(branch, report, line, is_allowed=is_allowed))


@pytest.mark.parametrize(
    ("branch", "report", "is_allowed", "outcomes"),
    [
        pytest.param(BRANCH, BEHIND, False, ["fail"], id="pending"),
        pytest.param(BRANCH, LEVEL, False, ["pass"], id="applied"),
        pytest.param(BRANCH, BEHIND, True, ["warn"], id="allowed"),
        pytest.param(
            replace(BRANCH, base=(ONE, TWO)), BEHIND, True, ["fail"], id="on-the-base-already"
        ),
        pytest.param(
            replace(BRANCH, base=Unobserved("not fetched")),
            BEHIND,
            False,
            ["fail", "warn"],
            id="base-not-read",
        ),
        pytest.param(
            replace(BRANCH, unknown=("9",)), LEVEL, False, ["pass", "warn"], id="production-ahead"
        ),
        pytest.param(
            replace(BRANCH, base=(ONE, replace(TWO, file="m/2_other.sql"))),
            LEVEL,
            False,
            ["pass", "fail"],
            id="collision",
        ),
    ],
)
def test_outcomes(branch, report, is_allowed, outcomes):
    assert [f.outcome for f in check(branch, report, is_allowed=is_allowed)] == outcomes


OTHER = Branch((THREE,), (), {})
UNREAD = replace(BRANCH, base=Unobserved("not fetched"))


@pytest.mark.parametrize(
    ("changed", "branches", "expected"),
    [
        pytest.param(("m/2_two.sql",), (BRANCH,), True, id="nothing-else"),
        pytest.param(("m/2_two.sql", "app.py"), (BRANCH,), False, id="code-beside-it"),
        pytest.param(("m/1_one.sql",), (BRANCH,), False, id="an-old-one-edited"),
        pytest.param(("m/2_two.sql", "m/3_three.sql"), (BRANCH, OTHER), True, id="two-ledgers"),
        pytest.param((), (BRANCH,), False, id="nothing"),
        pytest.param(("m/2_two.sql",), (UNREAD,), False, id="base-not-read"),
        pytest.param(Unobserved("not fetched"), (BRANCH,), False, id="changes-not-read"),
    ],
)
def test_a_pull_request_of_nothing_but_migrations(changed, branches, expected):
    assert only_adds_migrations(changed, branches) is expected


def test_what_is_pending_is_told_in_order_with_its_place_and_its_first_lines():
    branch = replace(BRANCH, migrations=(ONE, TWO, THREE))
    found = check(branch, replace(BEHIND, pending=("2", "3")))

    assert [f.summary for f in found] == [
        "2_two is not applied in production (1 of 2, in this order)",
        "3_three is not applied in production (2 of 2, in this order)",
    ]
    assert (found[0].file, found[0].line, found[0].detail) == ("m/2_two.sql", 1, "drop table x")
    assert "supabase db push; then rerun this check" in found[0].hint
    assert {f.hint for f in found} == {found[0].hint}


@pytest.mark.parametrize("line", ["", "supabase db push"])
def test_no_way_is_named_by_which_a_migration_would_stay_pending(line):
    """SQL that is run by hand leaves no entry, and the same check would ask for it again."""
    (found,) = check(BRANCH, BEHIND, line)

    by_hand = "against the production database and enter version 2 in" in found.hint
    assert by_hand is not bool(line)


@pytest.mark.parametrize(
    ("branch", "report", "told"),
    [
        pytest.param(
            replace(BRANCH, done=frozenset({"2"})),
            BEHIND,
            "instead of applying it: supabase migration repair --status applied 2",
            id="made-outside-the-tool",
        ),
        pytest.param(
            replace(BRANCH, done=frozenset({"2"}), rules=LEDGERS["dbmate"].rules),
            replace(BEHIND, tool="dbmate"),
            "mark it as applied instead of applying it",
            id="made-outside-a-tool-that-marks-nothing",
        ),
        pytest.param(
            BRANCH,
            replace(BEHIND, out_of_order=("2",)),
            "supabase db push --include-all; then",
            id="older-than-the-newest",
        ),
        pytest.param(
            replace(BRANCH, rules=LEDGERS["drizzle"].rules),
            replace(BEHIND, tool="drizzle", out_of_order=("2",)),
            "drizzle never applies",
            id="older-than-the-newest-for-good",
        ),
        pytest.param(
            replace(BRANCH, unknown=("9",)),
            BEHIND,
            "commit what production has",
            id="a-tool-that-stops-at-the-unknown",
        ),
    ],
)
def test_the_next_step_is_one_that_works(branch, report, told):
    hints = [f.hint for f in check(branch, report) if f.check == "migrations.pending"]

    assert told in hints[0]


USERS, PLAN = DatabaseObject("table", "users"), DatabaseObject("column", "users", "plan")


@pytest.mark.parametrize(
    ("pending", "applied", "present", "told"),
    [
        pytest.param((), ("1", "2"), (USERS, PLAN), [], id="all-there"),
        pytest.param((), ("1", "2"), (USERS,), ["has no column users.plan"], id="row-alone"),
        pytest.param(
            ("2",), ("1",), (USERS, PLAN), ["has its column users.plan"], id="effect-alone"
        ),
        pytest.param(("2",), ("1",), (USERS,), [], id="pending-as-it-should-be"),
        pytest.param(("3",), (), (), [], id="nothing-known-of-it"),
    ],
)
def test_rows_and_their_effects(pending, applied, present, told):
    effects = {"1": SoughtEffects((USERS,)), "2": SoughtEffects((PLAN,))}

    found = list(check_effects(pending, applied, effects, present))

    assert [f.outcome for f in found] == ["warn"] * len(told)
    assert all(text in f.summary for f, text in zip(found, told, strict=True))


INDEX = DatabaseObject("index", "i")


@pytest.mark.parametrize(
    ("is_whole", "present", "hinted"),
    [
        pytest.param(True, (PLAN, INDEX), "mark it as applied", id="everything-it-does"),
        pytest.param(False, (PLAN, INDEX), "compare the database", id="it-does-more"),
        pytest.param(True, (PLAN,), "may fail half-way", id="a-part-of-it"),
    ],
)
def test_only_what_is_there_as_a_whole_is_called_applied_by_hand(is_whole, present, hinted):
    effects = {"2": SoughtEffects((PLAN, INDEX), is_whole)}

    (found,) = check_effects(("2",), (), effects, present)

    assert hinted in found.hint
    assert ("mark it" in found.hint) == (is_whole and len(present) == 2)


def test_what_is_cut_off_is_counted():
    columns = tuple(DatabaseObject("column", "users", f"c{n}") for n in range(9))

    (found,) = check_effects((), ("1",), {"1": SoughtEffects(columns)}, ())

    assert "column users.c4 (and 4 more)" in found.summary


APPLIED = replace(BRANCH, base=(ONE, TWO))


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        pytest.param(
            replace(BRANCH, base=(ONE, replace(TWO, file="old/2_two.sql"))),
            ["fail"],
            id="two-files",
        ),
        pytest.param(
            replace(
                BRANCH,
                base=(ONE, replace(TWO, file="old/2_two.sql")),
                changed=frozenset({"old/2_two.sql", TWO.file}),
            ),
            [],
            id="moved",
        ),
    ],
)
def test_a_version_of_two_files(branch, expected):
    found = [f for f in check(branch, LEVEL) if f.check == "preflight.collision"]

    assert [f.outcome for f in found] == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(b"a\nb\nc", b"a\nX\nc", (2, 2), id="one-line"),
        pytest.param(b"a\nb\nc", b"a\nX\nY\nc", (2, 3), id="a-line-more"),
        pytest.param(b"a\nb\nc", b"a\nc", (2, 2), id="a-line-less"),
        pytest.param(b"a", b"a\nb", (2, 2), id="at-the-end"),
        pytest.param(b"a\nb", b"b", (1, 1), id="at-the-start"),
        pytest.param(b"a\r\nb", b"a\nb\n", None, id="line-ends-alone"),
    ],
)
def test_the_lines_of_an_edit(before, after, expected):
    assert edited_lines(before, after) == (None if expected is None else Lines(*expected))


@pytest.mark.parametrize(
    ("reaction", "outcomes"),
    [(Reaction.WARN, ["warn"]), (Reaction.FAIL, ["fail"]), (Reaction.IGNORE, [])],
)
def test_an_applied_migration_that_is_edited_is_told_on_its_lines(reaction, outcomes):
    found = list(check_edited(replace(APPLIED, edited={"2": Lines(3, 5)}), reaction))

    assert [f.outcome for f in found] == outcomes
    assert all((f.file, f.line, "lines 3 to 5" in f.summary) == (TWO.file, 3, True) for f in found)


def test_what_the_tool_writes_beside_a_migration_is_no_code():
    branch = replace(BRANCH, companions=re.compile(r"schema\.prisma$"))

    assert only_adds_migrations((TWO.file, "prisma/schema.prisma"), [branch])
    assert not only_adds_migrations(("prisma/schema.prisma",), [branch])
    assert not only_adds_migrations((TWO.file, "prisma/schema.prisma"), [BRANCH])


@pytest.mark.parametrize(
    ("base", "told"),
    [
        pytest.param(("a", "b"), "merge them: alembic merge heads", id="a-second-one-is-new"),
        pytest.param(("a", "b", "c"), "alembic upgrade heads", id="meant-so"),
    ],
)
def test_where_no_single_head_is_left_the_tool_is_asked_for_all_or_none(base, told):
    requires = {"a": (), "b": ("a",), "c": ("a",), "d": ("c",)}
    graph = [Migration(v, file=f"{v}.py", requires=r) for v, r in requires.items()]
    branch = Branch(tuple(graph), tuple(m for m in graph if m.version in base), {}, rules=ALEMBIC)
    report = LedgerReport("alembic", "t", ("a", "b"), ("c", "d"), (), heads=("b", "d"))

    found = check(branch, report, "alembic upgrade head")

    assert all(told in f.hint for f in found if f.outcome == "fail")


def test_what_is_renamed_is_not_to_be_applied_nor_what_comes_with_it():
    branch = replace(BRANCH, migrations=(ONE, TWO, THREE), renamed={"2": replace(TWO, version="9")})

    first, second = check(branch, replace(BEHIND, pending=("2", "3")))

    assert "2_two is 9_two renamed, which is applied" in first.summary
    mark = "supabase migration repair --status"
    assert first.hint.endswith(f"applied: {mark} applied 2 && {mark} reverted 9")
    assert "db push" not in f"{first.hint}{second.hint}"


def test_a_squash_that_deletes_what_is_applied_is_not_to_be_merged_with_it():
    squashed = Migration("s", file="m/s.py")
    base = (Migration("a", file="m/a.py"), Migration("b", file="m/b.py", requires=("a",)))
    changed = frozenset({"m/a.py", "m/b.py", "m/s.py"})
    report = LedgerReport("alembic", "t", (), ("s",), (), heads=("s", "b"))
    branch = Branch((squashed,), base, {}, changed, rules=ALEMBIC)

    found = check(branch, report, "alembic upgrade head")

    assert [f.hint for f in found if f.outcome == "fail"] == [
        "restore what this branch deletes; where s was squashed from it and makes nothing else, "
        "enter it in its place: alembic stamp --purge s"
    ]
