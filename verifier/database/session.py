"""One read-only session with the database: connect, ask everything, leave."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from verifier.database.addresses import check_url, ipv6_hint
from verifier.database.isolated_queries import Query, Rows, ask_all, first_line
from verifier.database.ledgers.detect import choose_tool
from verifier.database.ledgers.read import (
    LedgerQueries,
    parse_ledger,
    parse_tables,
    plan_ledger,
    tables_query,
    tools_there,
)
from verifier.database.ledgers.tool import Ledger
from verifier.database.objects import objects_query, parse_objects
from verifier.errors import (
    DeniedError,
    ProviderError,
    UnreachableError,
)
from verifier.model.evidence import DatabaseReading, Relation, SqlAnswer
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import DatabaseObject, LedgerReading
from verifier.model.sql import is_query

_CONNECT_S = 5
_LOCAL = ("", "localhost", "127.0.0.1", "::1")

_MARKERS, _LEDGER, _RELATION, _OBJECTS = "markers", "ledger", "relation", "objects"
_PROBE, _CLOCK = "probe", "clock"
_NO_QUERY = Unobserved("not a query: it must start with select or with")
_Key = tuple[str, str]
_Answers = Mapping[_Key, Rows | Unobserved]


@dataclass(frozen=True, slots=True)
class Questions:
    """What is to be read."""

    marker_table: str = ""
    """With columns `key` and `value`; empty where no marker is asked for."""
    ledgers: Mapping[str, Ledger | Unobserved] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    """"table" or "view" by name."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """SQL by name, each returning one value."""
    objects: tuple[DatabaseObject, ...] = ()
    """Further objects that must be there."""

    @property
    def are_any(self) -> bool:
        """Whether there is anything to read at all."""
        return bool(
            self.marker_table or self.ledgers or self.relations or self.objects or self.probes
        )


class Database:
    """
    Reads one database. The session cannot write, whatever it is asked to run.

    Raises:
        ConfigError: `url` is no address of a PostgreSQL database.
    """

    def __init__(self, url: str, questions: Questions) -> None:
        self._url = check_url(url)
        self._questions = questions

    def read(self) -> DatabaseReading:
        """
        Ask everything in one read-only transaction.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: nothing could be asked. A
            single question that fails is `Unobserved` in the reading.
        """
        questions = self._questions
        tools = [ledger for ledger in questions.ledgers.values() if isinstance(ledger, Ledger)]
        with read_only_connection(self._url) as connection:
            tables, answers = ask_all(connection, tables_query(tools), self._queries)
        return DatabaseReading(
            markers=self._markers(answers),
            ledgers={
                name: _ledger(name, ledger, tables, answers)
                for name, ledger in questions.ledgers.items()
            },
            relations=tuple(
                Relation(name, kind, _problem(answers[_RELATION, name]))
                for name, kind in questions.relations.items()
            ),
            objects=self._objects(answers),
            sql_answers={
                name: _sql_answer(answers.get((_PROBE, name), _NO_QUERY), answers)
                for name in questions.probes
            },
        )

    def _queries(self, tables: Rows) -> dict[_Key, Query]:
        """Everything that is to be asked, in the light of the tables that are there."""
        questions = self._questions
        found: dict[_Key, Query] = {}
        if questions.marker_table:
            text = sql.SQL("select key, value from {}").format(identifier(questions.marker_table))
            found[_MARKERS, ""] = Query(text)
        for ledger_name, ledger in questions.ledgers.items():
            planned = _plan(ledger, tables)
            if isinstance(planned, LedgerQueries):
                found |= {(_LEDGER, f"{ledger_name}\0{t}"): q for t, q in planned.queries.items()}
        for name in questions.relations:
            text = sql.SQL("select 1 from {} limit 1").format(identifier(name))
            found[_RELATION, name] = Query(text)
        if questions.objects:
            found[_OBJECTS, ""] = objects_query(questions.objects)
        if questions.probes:
            found[_CLOCK, ""] = Query(b"select clock_timestamp()")
        found |= {
            (_PROBE, name): Query(query.encode())
            for name, query in questions.probes.items()
            if is_query(query)
        }
        return found

    def _objects(self, answers: _Answers) -> Mapping[DatabaseObject, bool] | Unobserved:
        wanted = self._questions.objects
        rows = answers[_OBJECTS, ""] if wanted else ()
        if isinstance(rows, Unobserved):
            return rows
        there = set(parse_objects(rows))
        return {sought: sought in there for sought in wanted}

    def _markers(self, answers: _Answers) -> Mapping[str, str] | Unobserved | NotAsked:
        if not self._questions.marker_table:
            return NotAsked("no marker table is configured")
        rows = answers[_MARKERS, ""]
        if isinstance(rows, Unobserved):
            return rows
        return {str(key): str(value) for key, value in rows if value is not None}


def _plan(ledger: Ledger | Unobserved, tables: Rows) -> LedgerQueries | LedgerReading | Unobserved:
    if isinstance(ledger, Unobserved):
        return ledger
    return plan_ledger(ledger, parse_tables(tables))


def _ledger(
    name: str, ledger: Ledger | Unobserved, tables: Rows, answers: _Answers
) -> LedgerReading | Unobserved:
    planned = _plan(ledger, tables)
    if not isinstance(planned, LedgerQueries):
        return planned
    return parse_ledger(planned, {t: answers[_LEDGER, f"{name}\0{t}"] for t in planned.queries})


def read_ledger_alone(
    connection: psycopg.Connection, signs: Mapping[str, int], candidates: Sequence[Ledger]
) -> tuple[Ledger, LedgerReading] | Unobserved:
    """
    Read the one ledger, or of several candidates the one that is in use.

    `signs` are those of the checkout, which choose together with the tables that are there.

    Raises:
        UnexpectedAnswerError: it could not be read.
        psycopg.Error: the connection broke.
    """
    by_tool = {ledger.tool: ledger for ledger in candidates}

    def chosen(tables: Rows) -> Ledger | Unobserved:
        if len(candidates) == 1:
            return candidates[0]
        tool = choose_tool(signs, tools_there(candidates, parse_tables(tables)))
        return tool if isinstance(tool, Unobserved) else by_tool[tool.tool]

    def planned(tables: Rows) -> LedgerQueries | LedgerReading | Unobserved:
        ledger = chosen(tables)
        if isinstance(ledger, Unobserved):
            return ledger
        return plan_ledger(ledger, parse_tables(tables))

    def queries(tables: Rows) -> Mapping[str, Query]:
        plan = planned(tables)
        return plan.queries if isinstance(plan, LedgerQueries) else {}

    tables, answers = ask_all(connection, tables_query(candidates), queries)
    ledger, plan = chosen(tables), planned(tables)
    if isinstance(ledger, Unobserved):
        return ledger
    found = parse_ledger(plan, answers) if isinstance(plan, LedgerQueries) else plan
    return found if isinstance(found, Unobserved) else (ledger, found)


def identifier(name: str) -> sql.Identifier:
    """Quote a name that may carry its schema ("audit.log")."""
    return sql.Identifier(*name.split("."))


def open_connection(url: str) -> psycopg.Connection:
    """
    Connect, without prepared statements and with each statement by itself.

    Raises:
        UnreachableError, DeniedError.
    """
    try:
        return psycopg.connect(
            _encrypted(url),
            connect_timeout=_CONNECT_S,
            application_name="railway-deploy-verifier",
            prepare_threshold=None,
            autocommit=True,
        )
    except psycopg.Error as error:
        raise _connection_error(error, url) from error


def _encrypted(url: str) -> str:
    """With TLS, unless the address says otherwise or the server is on this machine."""
    given = conninfo_to_dict(check_url(url))
    host = str(given.get("host") or given.get("hostaddr") or "")
    if "sslmode" in given or "PGSSLMODE" in os.environ or host.startswith("/") or host in _LOCAL:
        return url
    return make_conninfo(url, sslmode="require")


@contextmanager
def read_only_connection(url: str) -> Iterator[psycopg.Connection]:
    """
    Open one connection.

    Raises:
        UnreachableError, DeniedError: it did not open, or broke.
    """
    connection = open_connection(url)
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        raise UnreachableError(
            f"the database connection was lost: {first_line(error)}", hint="run it again"
        ) from error


def _connection_error(error: psycopg.Error, url: str) -> ProviderError:
    text = first_line(error)
    if "authentication failed" in text or "no pg_hba.conf entry" in text:
        return DeniedError(
            f"the database rejected the login: {text}",
            hint="check user and password in DATABASE_URL",
        )
    if "does not support SSL" in text:
        return UnreachableError(
            f"could not reach the database: {text}",
            hint="on a private network add ?sslmode=disable to DATABASE_URL, else turn TLS on",
        )
    return UnreachableError(
        f"could not reach the database: {text}",
        hint=ipv6_hint(url) or "check host and port in DATABASE_URL",
    )


def _problem(answer: Rows | Unobserved) -> str:
    return answer.reason if isinstance(answer, Unobserved) else ""


def _sql_answer(rows: Rows | Unobserved, answers: _Answers) -> SqlAnswer | Unobserved:
    if isinstance(rows, Unobserved):
        return rows
    value = rows[0][0] if rows and rows[0] else None
    if not isinstance(value, datetime):
        return SqlAnswer("" if value is None else str(value))
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    match answers[_CLOCK, ""]:
        case [(datetime() as now,)]:
            return SqlAnswer(aware.isoformat(), (now - aware).total_seconds())
        case _:
            return Unobserved("the database did not report its time")
