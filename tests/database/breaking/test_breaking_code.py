"""What older code cannot live with, in migrations that are code: precision and recall."""

import pytest

from tests.database.breaking.attacked_code import ATTACKED_CODE
from tests.database.breaking.breaking_code import CODE_ROWS as FIRST_ROWS
from tests.database.breaking.breaking_code import FRAMES, OLD
from tests.database.breaking.test_breaking_sql import SQL_ROWS, subject
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

CODE_ROWS = [*FIRST_ROWS, *ATTACKED_CODE]


def found_in(row):
    migration = Migration("2", file=row.file, group="shop")
    older = read_migration("supabase", Migration("1", file="1.sql"), OLD.encode())
    newer = {"2": read_migration(row.tool, migration, row.content.encode())}
    return {
        (str(change.kind), "" if change.kind == "unread" else subject(change))
        for change in breaking_changes(newer, [older])
    }


def named(row):
    return f"{row.tool}: {row.code[:60]}"


@pytest.mark.parametrize("row", CODE_ROWS, ids=named)
def test_a_migration_breaks_what_a_person_says(row):
    assert found_in(row) == set(row.breaks)


def test_precision_and_recall(capsys):
    expected = sum(len(row.breaks) for row in CODE_ROWS)
    found = [(found_in(row), set(row.breaks)) for row in CODE_ROWS]
    right = sum(len(said & told) for said, told in found)
    said = sum(len(said) for said, _ in found)
    with capsys.disabled():
        print(  # noqa: T201
            f"\nbreaking changes in code: {len(CODE_ROWS)} migrations of {len(FRAMES)} tools, "
            f"precision {right / said:.3f}, recall {right / expected:.3f}"
        )

    assert (right / said >= 0.95, right / expected >= 0.95) == (True, True)
    assert len(CODE_ROWS) + len(SQL_ROWS) >= 150


@pytest.mark.parametrize("tool", sorted(FRAMES))
def test_what_is_no_code_is_told(tool):
    migration = Migration("2", file=f"m/2.{FRAMES[tool][0]}", group="shop")

    for content in (b"\xff\xfe\x00", b"(" * 3000, b"this is = no (code", b""):
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
