"""The scenario's databases in a running PostgreSQL."""

import psycopg
from psycopg import sql

from verifier.sandbox.host.git_repository import migration_version
from verifier.sandbox.scenarios.scenario import SandboxDatabase, Scenario


def create_databases(url: str, scenario: Scenario) -> dict[str, str]:
    """Create the scenario's databases; return their addresses by name."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in scenario.databases:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    urls = {name: database_url(url, name) for name in scenario.databases}
    for name, database in scenario.databases.items():
        _fill(urls[name], database, scenario.migrations)
    return urls


def database_url(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return url.replace("/postgres?", f"/{name}?")


def apply_migration(connection: psycopg.Connection, index: int, text: str) -> None:
    """Run one migration and write it down, as Supabase's tool and the application do."""
    version = migration_version(index)
    connection.execute(text.encode())
    connection.execute(
        "insert into supabase_migrations.schema_migrations (version, name) values (%s, %s)",
        (version, f"step_{index + 1}"),
    )
    connection.execute(
        "insert into app_settings values ('schema_version', %s) "
        "on conflict (key) do update set value = excluded.value",
        (version,),
    )


def _fill(url: str, database: SandboxDatabase, migrations: list[str]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table app_settings (key text primary key, value text)")
        connection.execute("create schema supabase_migrations")
        connection.execute(
            "create table supabase_migrations.schema_migrations "
            "(version text primary key, statements text[], name text)"
        )
        for key, value in database.markers.items():
            connection.execute("insert into app_settings values (%s, %s)", (key, value))
        for index, text in enumerate(migrations[: database.applied]):
            apply_migration(connection, index, text)
