"""The scenario's databases in a running PostgreSQL."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from verifier.database.grants import NEW_ROLE, read_rights, role_sql
from verifier.sandbox.host.postgres import postgres_programs
from verifier.sandbox.host.start_error import telling_line
from verifier.sandbox.scenarios.scenario import Migration, SandboxDatabase, Scenario

_RELATIONS = """
select n.nspname || '.' || c.relname
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)'
order by 1
"""
_HERE = Path(__file__).parent
_SETTING = (
    "insert into app_settings (key, value) values (%s, %s) "
    "on conflict (key) do update set value = excluded.value"
)


@dataclass(frozen=True, slots=True)
class Databases:
    """The scenario's databases, by name."""

    urls: Mapping[str, str]
    """Addresses with the rights of their owner."""
    readers: Mapping[str, str]
    """Addresses with the role that `verifier doctor` prints, which may read and nothing else."""
    refused: Mapping[str, str]
    """What PostgreSQL refused, by statement, with its reason; never what must be there."""


def create_databases(url: str, scenario: Scenario) -> Databases:
    """Create and fill the scenario's databases; raises `psycopg.Error`."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in scenario.databases:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    urls = {name: database_url(url, name) for name in scenario.databases}
    refused: dict[str, str] = {}
    for name, database in scenario.databases.items():
        refused |= dict(_fill(urls[name], database, scenario.steps))
        _let_read(urls[name])
    readers = {name: owner.replace("postgres:", f"{NEW_ROLE}:") for name, owner in urls.items()}
    return Databases(urls, readers, refused)


def _let_read(url: str) -> None:
    """Run what `verifier doctor` prints for a role of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(_RELATIONS).fetchall()]
        new, *rights = role_sql(read_rights(connection, names, ["public.app_settings"]))
        is_there = connection.execute("select to_regrole(%s)", (NEW_ROLE,)).fetchone()
        for statement in rights if is_there != (None,) else [new, *rights]:
            connection.execute(statement.encode())


def database_url(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return url.replace("/postgres?", f"/{name}?")


def _fill(
    url: str, database: SandboxDatabase, steps: Sequence[Migration]
) -> Iterator[tuple[str, str]]:
    if database.dump:
        yield from _load(url, database.dump)
    applied = steps[: database.applied]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((_HERE / "supabase.sql").read_bytes())
        for step in applied:
            yield from _apply(connection, step)
        connection.execute((_HERE / "app_settings.sql").read_bytes())
        last = {"schema_version": applied[-1].version} if applied else {}
        for key, value in {**database.markers, **last}.items():
            connection.execute(_SETTING, (key, value))
        for statement in database.statements:
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                yield statement, _words(error)


def _apply(connection: psycopg.Connection, step: Migration) -> Iterator[tuple[str, str]]:
    """Run one migration and write it down, as Supabase's tool does."""
    try:
        connection.execute(step.sql.encode())
    except psycopg.Error as error:
        if step.must_run:
            raise
        yield f"migration {step.version}_{step.name}", _words(error)
    connection.execute(
        "insert into supabase_migrations.schema_migrations (version, name) values (%s, %s)",
        (step.version, step.name),
    )


def _load(url: str, dump: str) -> Iterator[tuple[str, str]]:
    """Load a schema with PostgreSQL's own program: a dump is written for it."""
    psql = str(postgres_programs() / "psql")
    done = subprocess.run(  # noqa: S603  a fixed program, no shell
        [psql, "--no-psqlrc", "--quiet", f"--file={dump}", url],
        env={**os.environ, "LC_ALL": "C", "PGOPTIONS": "-c client_min_messages=error"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    errors = [line for line in done.stderr.decode(errors="replace").splitlines() if "ERROR" in line]
    if done.returncode != 0:
        yield f"schema {dump}", telling_line(done.stderr.decode(errors="replace"))
    for line in errors:
        yield (
            f"schema {line.partition('ERROR')[0].rstrip(': ')}",
            line.partition("ERROR:")[2].strip(),
        )


def _words(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]
