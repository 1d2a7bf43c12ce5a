"""The scenario's databases in a running PostgreSQL."""

import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from verifier.database.grants import NEW_ROLE, read_rights, role_sql
from verifier.guarded.child_process import environ_without_secrets
from verifier.sandbox.host.postgres import SUPERUSER, postgres_programs
from verifier.sandbox.host.start_error import telling_line
from verifier.sandbox.scenarios.scenario import Migration, SandboxDatabase, Scenario

_RELATIONS = """
select n.nspname || '.' || c.relname
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)'
order by 1
"""
_PRESENT = "select to_regclass(%s) is not null"
_HERE = Path(__file__).parent
#: Who runs a team's own SQL, with the rights of Supabase's role of that name: as a superuser a
#: migration could start programs on this machine (`copy … to program`).
_OWNER = "postgres"
#: A name for the server, which PostgreSQL's library passes over for the folder of the socket:
#: addresses without one do not tell whether a container and a gate use the same database.
_SERVER = "postgres.sandbox"
_OWNER_SQL = f"create role {_OWNER} login createdb createrole bypassrls"
#: What pg_dump writes around a dump so that psql takes none of its own commands from it.
_RESTRICTIONS = re.compile(rb"^\\(?:un)?restrict [0-9A-Za-z]+$", re.MULTILINE)
_ERROR = re.compile(": (?:ERROR|error): +")
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

    def present(self, database: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return those of some relations that a database has."""
        if not names:
            return ()
        with psycopg.connect(self.urls[database], autocommit=True) as connection:
            return tuple(name for name in names if _is_present(connection, name))


def _is_present(connection: psycopg.Connection, name: str) -> bool:
    try:
        return connection.execute(_PRESENT, (name,)).fetchone() == (True,)
    except (psycopg.ProgrammingError, psycopg.NotSupportedError):
        return False  # no name, or one in another database


def create_databases(superuser_url: str, scenario: Scenario) -> Databases:
    """
    Create and fill the scenario's databases in a new server.

    Raises:
        psycopg.Error: a statement that must run was refused.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(_OWNER_SQL)
        for name in scenario.databases:
            of_owner = sql.SQL("create database {} owner {}")
            connection.execute(of_owner.format(sql.Identifier(name), sql.Identifier(_OWNER)))
    url = superuser_url.replace(f"//{SUPERUSER}:", f"//{_OWNER}:")
    urls = {name: database_url(url, name) for name in scenario.databases}
    refused: dict[str, str] = {}
    for name, database in scenario.databases.items():
        refused |= dict(_fill(urls[name], database, scenario.steps))
        _let_read(urls[name])
    readers = {
        name: owner.replace(f"//{_OWNER}:", f"//{NEW_ROLE}:") for name, owner in urls.items()
    }
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
    return url.replace("@/postgres?", f"@{_SERVER}/{name}?")


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
    """
    Load a schema with PostgreSQL's own program: a dump is written for it.

    psql's own commands could start programs: it is told to take none, as newer dumps do themselves.
    """
    psql = str(postgres_programs() / "psql")
    text = _RESTRICTIONS.sub(b"", Path(dump).read_bytes())
    done = subprocess.run(  # noqa: S603  a fixed program, no shell
        [
            psql,
            "--no-psqlrc",
            "--quiet",
            f"--command=\\restrict {secrets.token_hex(16)}",
            "--file=-",
            url,
        ],
        env={
            **environ_without_secrets(),
            "LC_ALL": "C",
            "PGOPTIONS": "-c client_min_messages=error",
        },
        input=text,
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode(errors="replace").replace("psql:<stdin>:", f"psql:{dump}:")
    if done.returncode != 0:
        yield f"schema {dump}", telling_line(said)
    for line in said.splitlines():
        place, *why = _ERROR.split(line, maxsplit=1)
        if why:
            yield f"schema {place}", why[0]


def _words(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]
