"""What is said where nothing tells which of several migration tools is in use."""

import psycopg
import pytest

from tests.database.test_file_names import committed
from verifier.config.ledgers import LedgerSection
from verifier.database.files import Commit
from verifier.database.ledger_tool import Ledger
from verifier.database.tool_detection import choose_tool, signs_of
from verifier.database.worktree import Worktree
from verifier.model.finding import Unobserved
from verifier.wiring.ledger_projects import project_of


@pytest.mark.parametrize(
    ("signs", "there", "line"),
    [
        ({"prisma": 2, "drizzle": 2}, (), "ledger: [{ name: drizzle, tool: drizzle }, { name: prisma, tool: prisma }]"),
        ({"prisma": 2, "drizzle": 2, "knex": 1}, (), "ledger: [{ name: drizzle, tool: drizzle }, { name: prisma, tool: prisma }]"),
        ({"prisma": 2, "drizzle": 2}, ("prisma", "drizzle"), "configure each: ledger: [{ name: drizzle, tool: drizzle }, { name: prisma, tool: prisma }]"),
    ],
)  # fmt: skip
def test_the_line_to_write_is_told(signs, there, line):
    found = choose_tool(signs, there)

    assert isinstance(found, Unobserved)
    assert line in found.hint


@pytest.mark.parametrize("there", [(), ("knex",)])
def test_one_that_is_clearer_or_has_its_table_is_taken(there):
    found = choose_tool({"prisma": 2, "knex": 1}, there)

    assert not isinstance(found, Unobserved)
    assert found.tool == ("knex" if there else "prisma")


@pytest.fixture
def two_tools(tmp_path):
    """A checkout that looks like that of two tools as much."""
    sql = b"create table a (id int)"
    committed(
        tmp_path,
        {
            b"prisma/schema.prisma": b'datasource db { provider = "postgresql" }',
            b"prisma/migrations/20250101000000_a/migration.sql": sql,
            b"supabase/config.toml": b"project_id = 'x'",
            b"supabase/migrations/20250101000000_a.sql": sql,
        },
    )
    return Worktree(tmp_path)


PRISMA = "create table _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz, applied_steps_count int)"
SUPABASE = "create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text, statements text[], name text)"


@pytest.mark.parametrize(
    ("tables", "chosen"), [(PRISMA, "prisma"), (SUPABASE, "supabase"), ("", None), (f"{PRISMA}; {SUPABASE}", None)]
)  # fmt: skip
def test_a_gate_takes_of_two_the_one_whose_table_is_there(two_tools, database, tables, chosen):
    signs = signs_of(Commit(two_tools, two_tools.head()))
    assert len({signs["prisma"], signs["supabase"]}) == 1
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(tables or "select 1")

    found = project_of(LedgerSection(tool="auto"), two_tools, database).ledger

    assert (found.tool if isinstance(found, Ledger) else None) == chosen


@pytest.mark.parametrize("url", ["", "postgresql://x@127.0.0.1:1/x", "mysql://x@y/z"])
def test_without_an_answer_of_the_database_nothing_is_chosen(two_tools, url):
    found = project_of(LedgerSection(tool="auto"), two_tools, url).ledger

    assert isinstance(found, Unobserved)
    assert "several migration tools match" in found.reason
