"""What older code cannot live with, in migrations that are code: precision and recall."""

import pytest

from tests.database.breaking.attacked_code import ATTACKED_CODE
from tests.database.breaking.breaking_code import CODE_ROWS as FIRST_ROWS
from tests.database.breaking.breaking_code import FRAMES, OLD, CodeRow
from tests.database.breaking.composed_code import DOUBLED, doubled
from tests.database.breaking.composed_code import ROWS as COMPOSED_ROWS
from tests.database.breaking.figures import precision_and_recall
from tests.database.breaking.kept_code import KEPT_CODE
from tests.database.breaking.named_elsewhere import FILES
from tests.database.breaking.opened_code import GENERATED, RUN, TAKEN_APART, django_with
from tests.database.breaking.outside_code import OUTSIDE_CODE, OUTSIDE_FILES
from tests.database.breaking.test_breaking_sql import SQL_ROWS, subject
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

CODE_ROWS = [*FIRST_ROWS, *ATTACKED_CODE, *COMPOSED_ROWS, *GENERATED, *KEPT_CODE, *OUTSIDE_CODE]


def found_in(row):
    return found_in_file(row.tool, row.file, row.content)


def found_in_file(tool, file, content):
    migration = Migration("2", file=file, group="shop")
    older = read_migration("supabase", Migration("1", file="1.sql"), OLD.encode())
    newer = {"2": read_migration(tool, migration, content.encode())}
    return {
        (str(change.kind), "" if change.kind == "unread" else subject(change))
        for change in breaking_changes(newer, [older])
    }


def named(row):
    return f"{row.tool}: {row.code[:60]}"


@pytest.mark.parametrize("row", CODE_ROWS, ids=named)
def test_a_migration_breaks_what_a_person_says(row):
    assert found_in(row) == set(row.breaks)


@pytest.mark.parametrize(("tool", "content", "breaks"), TAKEN_APART)
def test_what_a_tool_gives_may_be_taken_apart(tool, content, breaks):
    assert found_in_file(tool, f"m/2.{FRAMES[tool][0]}", content) == set(breaks)


@pytest.mark.parametrize(("tool", "content", "breaks"), [*FILES, *OUTSIDE_FILES])
def test_what_an_operation_is_called_by_does_not_matter(tool, content, breaks):
    assert found_in_file(tool, f"m/2.{FRAMES[tool][0]}", content) == set(breaks)


@pytest.mark.parametrize(("body", "breaks"), RUN)
def test_what_django_opens_is_read(body, breaks):
    assert found_in_file("django", "m/2.py", django_with(body)) == set(breaks)


def test_precision_and_recall_in_code(capsys):
    pairs = [(found_in(row), set(row.breaks)) for row in CODE_ROWS]
    precision, recall, line = precision_and_recall("breaking changes in code", pairs)
    with capsys.disabled():
        print(f"\n{line}")  # noqa: T201

    assert (precision >= 0.95, recall >= 0.95) == (True, True)
    assert len(CODE_ROWS) + len(SQL_ROWS) >= 150


@pytest.mark.parametrize("tool", sorted(FRAMES))
def test_what_is_no_code_is_told(tool):
    migration = Migration("2", file=f"m/2.{FRAMES[tool][0]}", group="shop")

    for content in (
        b"\xff\xfe\x00",
        b"(" * 3000,
        b"-" * 100_000,
        b"x(" * 9000,
        b"this is = no (code",
        b"",
    ):
        read_migration(tool, migration, content)


def test_a_line_is_that_of_the_file():
    row = next(row for row in CODE_ROWS if row.tool == "alembic")
    (change,) = breaking_changes(
        {"2": read_migration("alembic", Migration("2", file="2.py"), row.content.encode())}
    )

    assert change.line == 7


def test_code_that_is_not_known_is_told():
    (told,) = read_migration("goose", Migration("2", file="m/2.go"), b"package m")

    assert told.why == "m/2.go is code, which is not analysed"


@pytest.mark.parametrize("tool", sorted(DOUBLED))
def test_a_text_that_is_doubled_again_and_again_is_not_read(tool):
    migration = Migration("2", file=f"m/2.{FRAMES[tool][0]}", group="shop")

    steps = read_migration(tool, migration, doubled(tool, 400))

    assert any("asks for more than is read" in getattr(step, "why", "") for step in steps)
    assert sum(len(getattr(step, "sql", "")) for step in steps) < 20_000_000


#: What is done a great many times by few words.
ENDLESS = {
    "functions-that-call-one-another": ("alembic", "f1()\n\n\n" + "".join(f"def f{n}():\n    " + f"f{n + 1}();" * 9 + "pass\n\n\n" for n in range(1, 12))),
    "loops-in-loops": ("alembic", "".join(f"{'    ' * n}for a{n} in 'x', 'y':\n    " for n in range(40)) + "    " * 40 + "pass"),
    "lists-of-lists": ("alembic", "a = [1]\n    " + "a = [*a, *a]\n    " * 60 + "op.drop_column('t', a)"),
    "loops-in-loops-of-ruby": ("rails", "%w[a b].each { |x| " * 40 + "say x" + "}" * 40),
    "loops-in-loops-of-javascript": ("knex", "for (const x of ['a', 'b']) {" * 40 + "f(x)" + "}" * 40),
    "one-text-many-times": ("knex", "const a = '" + "x" * 300_000 + "';" + "await knex.raw(a);" * 900),
}  # fmt: skip


@pytest.mark.parametrize(("tool", "code"), ENDLESS.values(), ids=ENDLESS)
@pytest.mark.slow
def test_what_never_ends_is_not_followed(tool, code):
    migration = Migration("2", file=f"m/2.{FRAMES[tool][0]}", group="shop")

    steps = read_migration(tool, migration, CodeRow(tool, code).content.encode())

    assert "asks for more than is read" in steps[-1].why


#: A chain or a nest of any depth: where Python's own recursion ends, so does reading, not the run.
NESTED = {
    "knex": [".b()", "(", "f(", "`${", "[", ".then(() => x)", "a && ", "a ? b : "],
    "rails": [".b()", "(", "f(", "[", "x && ", "if a\n", "a ? b : ", '"#{'],
}


@pytest.mark.parametrize("depths", [(100, 3000), (200, 330)])
@pytest.mark.parametrize(("tool", "piece"), [(t, p) for t, ps in NESTED.items() for p in ps])
@pytest.mark.slow
def test_no_depth_ends_the_run(tool, piece, depths):
    migration = Migration("2", file=f"m/2.{FRAMES[tool][0]}", group="shop")

    for depth in depths:
        read_migration(tool, migration, CodeRow(tool, "a" + piece * depth).content.encode())
