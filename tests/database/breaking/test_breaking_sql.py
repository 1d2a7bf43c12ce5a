"""What older code cannot live with: precision, recall, and PostgreSQL's own word for it."""

import psycopg
import pytest

from tests.database.breaking.attacked_sql import ATTACKED
from tests.database.breaking.bodies_sql import BODIES
from tests.database.breaking.breaking_sql import SQL_ROWS as FIRST_ROWS
from tests.database.breaking.breaking_sql import USERS, Row
from tests.database.breaking.conditions_sql import CONDITIONS
from tests.database.breaking.figures import precision_and_recall
from tests.database.breaking.given_and_taken_sql import GIVEN_AND_TAKEN, WITHOUT_RIGHTS
from tests.database.breaking.hard_sql import HARD
from tests.database.breaking.hidden_sql import HIDDEN_HARM
from tests.database.breaking.late_harm_sql import LATE_HARM
from tests.database.breaking.late_refusals_sql import LATE_REFUSALS
from tests.database.breaking.later_sql import LATER_SQL
from tests.database.breaking.made_again_sql import MADE_AGAIN
from tests.database.breaking.named_elsewhere import NAMED_ELSEWHERE
from tests.database.breaking.narrowed_sql import NARROWED
from tests.database.breaking.settings_sql import SETTINGS
from tests.database.breaking.written_views_sql import WRITTEN_VIEWS
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import Migration

SQL_ROWS = [
    *FIRST_ROWS,
    *ATTACKED,
    *MADE_AGAIN,
    *GIVEN_AND_TAKEN,
    *WITHOUT_RIGHTS,
    *NAMED_ELSEWHERE,
    *NARROWED,
    *SETTINGS,
    *LATER_SQL,
    *WRITTEN_VIEWS,
    *HARD,
    *HIDDEN_HARM,
    *LATE_HARM,
    *CONDITIONS,
    *LATE_REFUSALS,
    *BODIES,
]


def found_in(row):
    """Pairs of kind and subject, as a row has them."""
    migration = Migration("2", file="2.sql")
    older = [read_migration("supabase", migration, row.old.encode())]
    newer = {"2": read_migration(row.tool, migration, row.new.encode())}
    return {(str(change.kind), subject(change)) for change in breaking_changes(newer, older)}


def subject(change):
    is_part = change.owner and change.kind not in ("hidden", "emptied", "revoked")
    if change.kind in ("hidden", "emptied"):
        return change.owner or change.name
    return f"{change.owner}.{change.name}" if is_part else change.name


@pytest.mark.parametrize("row", SQL_ROWS, ids=lambda row: row.new[:60])
def test_a_migration_breaks_what_a_person_says(row):
    assert found_in(row) == set(row.breaks)


def test_a_procedure_of_an_extension_changes_nothing_of_the_project():
    assert found_in(Row("call refresh_continuous_aggregate('daily', null, null)")) == set()


def test_precision_and_recall_in_sql(capsys):
    pairs = [(found_in(row), set(row.breaks)) for row in SQL_ROWS]
    precision, recall, line = precision_and_recall("breaking changes in SQL", pairs)
    with capsys.disabled():
        print(f"\n{line}")  # noqa: T201

    assert (precision >= 0.98, recall >= 0.98) == (True, True)


PROOFS = [row for row in SQL_ROWS if row.statement]


def test_enough_is_proven():
    assert len(PROOFS) >= 20


@pytest.mark.parametrize("row", PROOFS, ids=lambda row: row.new[:60])
@pytest.mark.slow
def test_postgresql_refuses_the_statement_of_the_older_code(row, database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
        connection.execute(row.old)
        with connection.transaction(force_rollback=True):
            connection.execute(row.statement)
        connection.execute(row.new)
        with pytest.raises(psycopg.Error), connection.transaction():
            connection.execute(row.statement)


#: What a tool runs in parts, or a role that is not there, is not for a server alone.
NOT_FOR_A_SERVER = (
    "\\",
    "stdin",
    "app",
    "anon",
    "-- migrate:",
    "+goose",
    "Migration",
    "${",
    "dblink",
    "Geometry",
    "exec_sql",
    "drop_chunks",
    "elsewhere",
)
HARMLESS = [
    row
    for row in SQL_ROWS
    if row.old == USERS and not row.breaks and not any(w in row.new for w in NOT_FOR_A_SERVER)
]


@pytest.mark.parametrize("row", HARMLESS, ids=lambda row: row.new[:60])
@pytest.mark.slow
def test_postgresql_takes_the_statements_of_the_older_code(row, database):
    migration = Migration("2", file="2.sql")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(row.old)
        for statement in read_migration(row.tool, migration, row.new.encode()):
            connection.execute(statement.sql)
        connection.execute("insert into users (email) values ('a@b')")
        connection.execute("select id, email, plan, age from users")
