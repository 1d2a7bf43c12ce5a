"""Of the older migrations only some are read: those that decide what becomes of the older code."""

import pytest

from tests.database.breaking.test_breaking_sql import SQL_ROWS, found_in, subject
from verifier.database.breaking_changes import breaking_changes, touched
from verifier.database.migration_reading import read_migration
from verifier.database.older_migrations import naming
from verifier.database.sql_statements import split
from verifier.model.migration_ledger import Migration


def read(tool, text):
    return read_migration(tool, Migration("2", file="2.sql"), text.encode())


@pytest.mark.parametrize("row", SQL_ROWS, ids=lambda row: row.new[:60])
def test_what_is_read_of_the_older_ones_decides_as_all_of_them_would(row):
    newer = {"2": read(row.tool, row.new)}
    files = {str(n): f"{each.sql};" for n, each in enumerate(split(row.old))}
    lowered = {name: text.lower().encode() for name, text in files.items()}
    about = touched(newer)
    chosen = naming(about, lowered)
    older = [read("supabase", text) for name, text in files.items() if name in chosen]

    found = breaking_changes(newer, older) if about.changes or about.asked else ()

    assert {(str(change.kind), subject(change)) for change in found} == found_in(row)
