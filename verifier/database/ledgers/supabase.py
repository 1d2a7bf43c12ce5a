"""
Supabase: `supabase/migrations/<digits>_<name>.sql`, one row per file.

Source: https://supabase.com/docs/guides/deployment/database-migrations
"""

import re
from collections.abc import Sequence

import psycopg

from verifier.model.evidence import Migration, ShippedMigrations
from verifier.model.finding import Unobserved

TOOL = "supabase"
TABLE = "supabase_migrations.schema_migrations"

#: Fourteen digits are a habit; the tool takes any number of them.
_FILE = re.compile(r"^([0-9]+)_(.*)\.sql$", re.DOTALL)


def parse_shipped(file_names: Sequence[str]) -> ShippedMigrations | Unobserved:
    """Return the migrations in the order in which the tool runs them: version as text."""
    matches = [(name, _FILE.match(name)) for name in sorted(file_names)]
    migrations = [Migration(match[1], match[2]) for _, match in matches if match]
    if not migrations:
        return Unobserved("the directory holds no file named <digits>_<name>.sql")
    ignored = tuple(name for name, match in matches if match is None)
    return ShippedMigrations(tuple(sorted(migrations, key=lambda m: m.version)), ignored)


def file_name(migration: Migration) -> str:
    """Return the name of the file that a shipped migration stands in."""
    return f"{migration.version}_{migration.name}.sql"


def read_applied(connection: psycopg.Connection) -> tuple[Migration, ...]:
    """Read the versions alone: older ledgers have no other column."""
    rows = connection.execute(
        "select version from supabase_migrations.schema_migrations order by version"
    ).fetchall()
    return tuple(Migration(str(version)) for (version,) in rows)
