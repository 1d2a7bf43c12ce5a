"""A real PostgreSQL, asked everything in one read-only session."""

import socket
import threading
import time
from contextlib import closing, suppress

import psycopg
import pytest

from verifier.database import postgres_connection, separate_connections, session
from verifier.database.ledgers import LEDGERS
from verifier.database.postgres_connection import read_only_connection
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.errors import ConfigError, DeniedError, UnexpectedAnswerError, UnreachableError
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import DatabaseObject

SUPABASE = LEDGERS["supabase"]
PLAIN = LEDGERS["plain"]


def run(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def with_user(url, user):
    return url.replace("postgres:@", f"{user}:@")


@pytest.fixture
def supabase(database):
    run(
        database,
        "create schema supabase_migrations",
        "create table supabase_migrations.schema_migrations (version text primary key)",
        "insert into supabase_migrations.schema_migrations values ('20260102'), ('0001')",
        "create table app_settings (key text, value text)",
        "insert into app_settings values ('environment', 'production'), ('schema_version', ' 42 '), ('empty', null)",
    )
    return database


def test_everything_at_once(supabase):
    questions = Questions(
        "app_settings",
        {"": SUPABASE},
        {"app_settings": "table", "gone": "view"},
        {
            "one": "select 1",
            "when": "select now() - interval '90 s'",
            "never": "select null::timestamptz",
            "bad": "selec",
        },
    )

    reading = Database(supabase, questions).read()

    assert reading.markers == {"environment": "production", "schema_version": " 42 "}
    assert {entry.version for entry in reading.ledgers[""].entries} == {"0001", "20260102"}
    assert [bool(relation.problem) for relation in reading.relations] == [False, True]
    assert reading.sql_answers["one"].value == "1"
    assert reading.sql_answers["when"].age_s == pytest.approx(90, abs=5)
    assert reading.sql_answers["never"].value == ""
    assert isinstance(reading.sql_answers["bad"], Unobserved)
    assert (reading.ledgers[""].tool, reading.ledgers[""].table) == ("supabase", SUPABASE.table)


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        pytest.param("db.test:{port}/x?hostaddr=127.0.0.1", True, id="another-host"),
        pytest.param(
            "db.test:{port}/x?hostaddr=127.0.0.1&sslmode=disable", False, id="switched-off"
        ),
        pytest.param("127.0.0.1:{port}/x", False, id="this-machine"),
    ],
)
def test_a_session_over_a_network_is_encrypted_or_not_opened(url, is_refused):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=without_tls, args=[server], daemon=True).start()
        given = "postgresql://u@" + url.format(port=server.getsockname()[1])
        with pytest.raises(UnreachableError) as caught:
            Database(given, Questions()).read()

    assert ("sslmode=disable" in caught.value.hint) is is_refused


@pytest.mark.parametrize(
    ("url", "environ"),
    [
        ("localhost:{port}/x?hostaddr=127.1", {}),
        ("localhost:{port}/x", {"PGHOSTADDR": "127.1"}),
        (":{port}/x", {"PGHOST": "127.1"}),
        ("%2Fnowhere,127.1:{port}/x", {}),
        (":{port}/x", {"PGHOST": "/nowhere,127.1"}),
        (":{port}/x?service=elsewhere", {}),
        (":{port}/x", {"PGSERVICE": "elsewhere"}),
    ],
    ids=[
        *("in-the-url", "by-a-variable", "a-host-by-a-variable", "after-a-socket"),
        *("after-a-socket-by-a-variable", "by-a-service", "by-a-service-of-a-variable"),
    ],
)
def test_a_host_that_only_seems_to_be_this_machine_is_asked_encrypted(
    monkeypatch, tmp_path, url, environ
):
    """127.1 stands for another machine: it is none of the names of this one."""
    (tmp_path / "services").write_text("[elsewhere]\nhost=127.1\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        threading.Thread(target=without_tls, args=[server], daemon=True).start()
        given = "postgresql://u@" + url.format(port=server.getsockname()[1])
        with pytest.raises(UnreachableError) as caught:
            Database(given, Questions()).read()

    assert "sslmode=disable" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    ["db.test/x?service=proven", "db.test/x?sslrootcert=system"],
    ids=["a-service", "a-certificate"],
)
def test_who_asks_for_more_than_encryption_gets_it(monkeypatch, tmp_path, url):
    (tmp_path / "services").write_text("[proven]\nsslmode=verify-full\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))

    assert postgres_connection._encrypted(f"postgresql://u@{url}") == f"postgresql://u@{url}"


def without_tls(server):
    """Answers as a PostgreSQL does that has no TLS, and hangs up."""
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(8)
                connection.sendall(b"N")


class Dripping:
    """A server that sends something again and again, and never comes to an end."""

    def __init__(self, greeting, drop):
        self.greeting, self.drop = greeting, drop

    def serve(self, server):
        with suppress(OSError):
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(self.greeting)
                while True:
                    connection.sendall(self.drop)
                    time.sleep(0.02)


#: A notice, which a server may send at any time; and what ends a login.
NOTICE = b"N" + (4 + 3 + 1).to_bytes(4, "big") + b"Mx\0\0"
ACCEPTED = b"R\0\0\0\x08\0\0\0\0"
READY = b"Z\0\0\0\x05I"


@pytest.mark.parametrize(
    ("greeting", "told"),
    [
        pytest.param(ACCEPTED, "no login within", id="never-logged-in"),
        pytest.param(ACCEPTED + READY, "did not answer everything within", id="never-answers"),
    ],
)
def test_a_database_that_speaks_for_ever_is_left(greeting, told, monkeypatch):
    monkeypatch.setattr(postgres_connection, "_LOGIN_S", 0.3)
    monkeypatch.setattr(session, "_TOGETHER_S", 0.3)
    monkeypatch.setattr(separate_connections, "_ALL_S", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        dripping = Dripping(greeting, NOTICE)
        threading.Thread(target=dripping.serve, args=[server], daemon=True).start()
        url = f"postgresql://u@127.0.0.1:{server.getsockname()[1]}/x?sslmode=disable"
        with pytest.raises(UnreachableError, match=told):
            Database(url, Questions(probes={"a": "select 1"})).read()


def test_the_plain_ledger_is_one_row(supabase):
    (entry,) = Database(supabase, Questions(ledgers={"": PLAIN})).read().ledgers[""].entries

    assert entry.version == "42"


def test_nothing_asked_reads_nothing(database):
    reading = Database(database, Questions()).read()

    assert isinstance(reading.markers, NotAsked)
    assert reading.ledgers == {}


@pytest.mark.parametrize(
    ("ledger", "statements", "told"),
    [
        pytest.param(
            SUPABASE,
            [
                "create schema supabase_migrations",
                "create table supabase_migrations.schema_migrations (id int)",
            ],
            "version",
            id="other-columns",
        ),
        pytest.param(
            PLAIN,
            ["create table app_settings (key text, value text)"],
            "0 schema_version rows",
            id="no-row",
        ),
        pytest.param(
            PLAIN,
            [
                "create table app_settings (key text, value text)",
                "insert into app_settings values ('schema_version', '1'), ('schema_version', '2')",
            ],
            "2 schema_version rows",
            id="two-rows",
        ),
    ],
)
def test_a_ledger_that_cannot_be_read_is_unobserved(database, ledger, statements, told):
    run(database, *statements)

    found = Database(database, Questions(ledgers={"": ledger})).read().ledgers[""]

    assert isinstance(found, Unobserved)
    assert told in found.reason


@pytest.mark.parametrize(
    "statements", [[], ["create schema supabase_migrations"]], ids=["no-schema", "no-table"]
)
def test_a_ledger_that_is_not_there_is_told_as_that(database, statements):
    run(database, *statements)

    found = Database(database, Questions(ledgers={"": SUPABASE})).read().ledgers[""]

    assert (found.is_there, found.entries) == (False, ())


def test_a_missing_right_is_named(supabase):
    run(supabase, "drop role if exists nobody_here", "create role nobody_here login")

    reading = Database(
        with_user(supabase, "nobody_here"), Questions("app_settings", {"": SUPABASE})
    ).read()

    assert "may not read" in reading.markers.reason
    assert "may not use the schema supabase_migrations" in reading.ledgers[""].reason
    assert 'grant select on "public"."app_settings" to "nobody_here";' in reading.markers.hint


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("insert into app_settings values ('x', 'y') returning 1", id="write"),
        pytest.param(
            "select 1; commit; insert into app_settings values ('x', 'y')", id="several-statements"
        ),
        pytest.param("create table x (y int)", id="create"),
        pytest.param("set transaction read write", id="unlock"),
    ],
)
def test_no_probe_can_write(supabase, text):
    Database(supabase, Questions(probes={"p": text})).read()

    with psycopg.connect(supabase) as connection:
        rows = connection.execute("select count(*) from app_settings where key = 'x'").fetchone()
    assert rows == (0,)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "UTF8"])
def test_a_session_of_any_encoding_reads_the_catalogue(supabase, encoding):
    role = f"reader_{encoding.lower()}"
    run(
        supabase,
        f"create role {role} login superuser",
        f"alter role {role} set client_encoding = '{encoding}'",
        "update app_settings set value = 'produção' where key = 'environment'",
    )

    reading = Database(with_user(supabase, role), Questions("app_settings", {"": SUPABASE})).read()

    run(supabase, f"drop role {role}")
    assert reading.markers["environment"] == "produção"
    assert reading.ledgers[""].entries


def test_a_lock_is_not_waited_for(supabase):
    with psycopg.connect(supabase) as locker:
        locker.execute("lock table app_settings in access exclusive mode")

        reading = Database(supabase, Questions("app_settings", {"": SUPABASE})).read()

    assert isinstance(reading.markers, Unobserved)
    assert len(reading.ledgers[""].entries) == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param(
            lambda url: url.replace("/t", "/nope_"), UnreachableError, id="no-such-database"
        ),
        pytest.param(
            lambda url: "postgresql://user:hunter22@127.0.0.1:1/x",
            UnreachableError,
            id="nobody-listens",
        ),
        pytest.param(
            lambda url: "postgresql://user:hunter22@host.invalid/x",
            UnreachableError,
            id="no-such-host",
        ),
        pytest.param(
            lambda url: "postgresql://user:hunter22@[::bad/x", ConfigError, id="no-address"
        ),
    ],
)
def test_an_unreachable_database_is_told_without_its_password(database, change, error):
    with pytest.raises(error) as caught:
        Database(change(database), Questions("app_settings")).read()

    assert "hunter22" not in caught.value.message + caught.value.hint
    assert DeniedError is not type(caught.value)


def test_required_objects_are_looked_up(supabase):
    run(supabase, "alter table app_settings enable row level security")
    wanted = {
        DatabaseObject("extension", "plpgsql"): True,
        DatabaseObject("extension", "nope"): False,
        DatabaseObject("function", "pg_catalog.now"): True,
        DatabaseObject("function", "nope"): False,
        DatabaseObject("row level security", "app_settings"): True,
        DatabaseObject("row level security", "supabase_migrations.schema_migrations"): False,
        DatabaseObject("row level security", "nope"): False,
    }

    assert Database(supabase, Questions(objects=tuple(wanted))).read().objects == wanted


@pytest.mark.parametrize(
    ("statement", "error", "told"),
    [
        ("select * from gone", UnexpectedAnswerError, r"error \(SQLSTATE 42P01\)"),
        ("select 1 / 0", UnexpectedAnswerError, r"error \(SQLSTATE 22012\)"),
        ("set role gone", UnexpectedAnswerError, r"error \(SQLSTATE 22023\)"),
        ("select * from pg_authid", DeniedError, "not allowed to ask that"),
        ("select pg_sleep(9)", UnreachableError, "stopped before it had answered"),
        ("lock table held", UnreachableError, r"not answer now \(SQLSTATE 55P03\)"),
        ("select pg_terminate_backend(pg_backend_pid())", UnreachableError, "connection was lost"),
    ],
)
def test_an_error_of_the_database_is_told_as_what_it_is(database, statement, error, told):
    run(database, "create table held (a int)", "grant all on held to public")
    run(database, "drop role if exists asking", "create role asking login")
    try:
        with psycopg.connect(database) as other:
            other.execute("lock table held")
            with pytest.raises(error, match=told):
                _ask_briefly(with_user(database, "asking"), statement)
    finally:
        run(database, "drop owned by asking", "drop role asking")


def test_a_database_that_is_not_there_is_no_server_that_cannot_be_reached(database):
    with pytest.raises(UnreachableError, match=r"refused the connection: .*gone"):
        Database(database.replace("@/t", "@/gone"), Questions("", {}, {}, {})).read()


def _ask_briefly(url, statement):
    with read_only_connection(url) as connection:
        connection.execute("set statement_timeout = 300")
        connection.execute("set lock_timeout = 100")
        with connection.transaction():
            connection.execute(statement)
