"""One read-only session with the database: connect, ask everything, leave."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
from psycopg import sql

from verifier.database.addresses import check_url
from verifier.database.isolated_queries import Query, Rows, Unanswered, ask_all
from verifier.database.ledger_reading import (
    LedgerQueries,
    parse_ledger,
    parse_tables,
    plan_ledger,
    tables_query,
    tools_there,
)
from verifier.database.ledger_tool import Ledger
from verifier.database.objects import objects_query, parse_objects
from verifier.database.postgres_connection import read_only_connection
from verifier.database.questions import Questions
from verifier.database.separate_connections import ask_apart
from verifier.database.tool_detection import choose_tool, of_several
from verifier.database.visibility import Sights, parse_sights, sights_query
from verifier.errors import SessionEndedError, UnreachableError
from verifier.model.evidence import DatabaseReading, RelationAnswer, SqlAnswer
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import DatabaseObject, LedgerReading
from verifier.model.sql import is_query, outlasting

_MARKERS, _LEDGER, _RELATION, _OBJECTS = "markers", "ledger", "relation", "objects"
_PROBE, _CLOCK, _SIGHTS, _NO_SECURITY = "probe", "clock", "\0sights", "row security"
#: What row level security would hide from a probe is an error then, and no missing row.
_TELL_OF_HIDDEN = b"select set_config('row_security', 'off', true)"
_MARKERS_HINT = "guards.table names a table with the columns key and value"
#: For everything in one go; what takes longer is asked one by one.
_TOGETHER_S = 30.0
_NO_QUERY = Unobserved("not a query: it must start with select or with")
_Key = tuple[str, str]
_Answers = Mapping[_Key, Rows | Unobserved]


class Database:
    """
    Reads one database. The session cannot write, whatever it is asked to run.

    Raises:
        ConfigError: `url` is no address of a PostgreSQL database.
    """

    def __init__(self, url: str, questions: Questions) -> None:
        self._url = check_url(url)
        self._questions = questions
        self._secured: dict[str, str] = {}
        """Probes that met row level security, and the table whose it is."""

    def read(self) -> DatabaseReading:
        """
        Ask everything in one read-only transaction.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: nothing could be asked. A
            single question that fails is `Unobserved` in the reading.
        """
        asked = self._questions
        tools = [ledger for ledger in asked.ledgers.values() if isinstance(ledger, Ledger)]
        tables, answers = self._ask(tables_query(tools))
        if self._met_security(answers):
            tables, answers = self._ask(tables_query(tools))
        sights = parse_sights(answers.get((_SIGHTS, ""), ()))
        markers = self._markers(answers, sights)
        return DatabaseReading(
            markers=markers,
            ledgers={
                name: _ledger(name, ledger, tables, answers, sights)
                for name, ledger in asked.ledgers.items()
            },
            relations=tuple(
                _relation(name, kind, answers[_RELATION, name], sights)
                for name, kind in asked.relations.items()
            ),
            objects=self._objects(answers),
            sql_answers={name: self._sql_answer(name, answers, sights) for name in asked.probes},
            hidden_markers=sights.why_lacking(asked.marker_table, asked.marker_keys, markers),
        )

    def _ask(self, first: Query) -> tuple[Rows, _Answers]:
        try:
            with read_only_connection(self._url, _TOGETHER_S) as connection:
                return ask_all(connection, first, self._queries)
        except SessionEndedError as ended:
            # One of them may be what no limit of the server's ends.
            try:
                return ask_apart(self._url, first, self._queries)
            except UnreachableError:
                raise ended from None

    def _queries(self, tables: Rows) -> dict[_Key, Query]:
        """Everything that is to be asked, in the light of the tables that are there."""
        questions = self._questions
        found: dict[_Key, Query] = {}
        names = dict.fromkeys([questions.marker_table, *questions.relations])
        names |= dict.fromkeys(self._secured.values())
        names.pop("", None)
        if questions.marker_table:
            text = sql.SQL("select key, value from {}").format(identifier(questions.marker_table))
            found[_MARKERS, ""] = Query(text)
        for ledger_name, ledger in questions.ledgers.items():
            planned = _plan(ledger, tables)
            if isinstance(planned, LedgerQueries):
                found |= {(_LEDGER, f"{ledger_name}\0{t}"): q for t, q in planned.queries.items()}
                names |= dict.fromkeys(planned.labels.values())
        for name in questions.relations:
            text = sql.SQL("select 1 from {} limit 1").format(identifier(name))
            found[_RELATION, name] = Query(text)
        if names:
            found[_SIGHTS, ""] = sights_query(list(names))
        if questions.objects:
            found[_OBJECTS, ""] = objects_query(questions.objects)
        return found | self._probe_queries()

    def _probe_queries(self) -> dict[_Key, Query]:
        asked = self._questions.probes
        probes = {n: q for n, q in asked.items() if is_query(q) and not outlasting(q)}
        found: dict[_Key, Query] = {}
        if probes:
            found[_CLOCK, ""] = Query(b"select clock_timestamp()")
        secured = {name: q for name, q in probes.items() if name in self._secured}
        found |= {(_PROBE, name): _foreign(query) for name, query in secured.items()}
        if probes.keys() - secured.keys():
            found[_NO_SECURITY, ""] = Query(_TELL_OF_HIDDEN, is_setting=True)
        return found | {
            (_PROBE, name): _foreign(query) for name, query in probes.items() if name not in secured
        }

    def _met_security(self, answers: _Answers) -> bool:
        """Note the probes that met row level security; return whether there are new ones."""
        met = {
            name: answer.secured_table
            for (what, name), answer in answers.items()
            if what == _PROBE and isinstance(answer, Unanswered) and answer.secured_table
        }
        self._secured |= met
        return bool(met)

    def _sql_answer(self, name: str, answers: _Answers, sights: Sights) -> SqlAnswer | Unobserved:
        table = self._secured.get(name, "")
        hidden = sights.why_rows_hidden(table) if table else None
        if effect := outlasting(self._questions.probes[name]):
            text = f"not asked: {effect} has an effect that no transaction undoes"
            return Unobserved(text, "a probe may only read")
        return hidden or _sql_answer(answers.get((_PROBE, name), _NO_QUERY), answers)

    def _objects(self, answers: _Answers) -> Mapping[DatabaseObject, bool] | Unobserved:
        wanted = self._questions.objects
        rows = answers[_OBJECTS, ""] if wanted else ()
        if isinstance(rows, Unobserved):
            return rows
        there = set(parse_objects(rows))
        return {sought: sought in there for sought in wanted}

    def _markers(
        self, answers: _Answers, sights: Sights
    ) -> Mapping[str, str] | Unobserved | NotAsked:
        table = self._questions.marker_table
        if not table:
            return NotAsked("no marker table is configured")
        rows = answers[_MARKERS, ""]
        if isinstance(rows, Unobserved):
            unread = sights.why_unread(table, rows)
            is_broken = isinstance(rows, Unanswered) and rows.is_broken
            return replace(unread, hint=unread.hint or (_MARKERS_HINT if is_broken else ""))
        found: dict[str, str] = {}
        for key, value in rows:
            if value is not None and found.setdefault(str(key), str(value)) != str(value):
                text = f"{table} has several rows {key} that differ, expected one"
                return Unobserved(text, "keep the row that is right, and make key unique")
        return found


def _foreign(query: str) -> Query:
    return Query(query.encode(), is_foreign=True)


def _plan(ledger: Ledger | Unobserved, tables: Rows) -> LedgerQueries | LedgerReading | Unobserved:
    if isinstance(ledger, Unobserved):
        return ledger
    return plan_ledger(ledger, parse_tables(tables))


def _ledger(
    name: str, ledger: Ledger | Unobserved, tables: Rows, answers: _Answers, sights: Sights
) -> LedgerReading | Unobserved:
    planned = _plan(ledger, tables)
    if not isinstance(planned, LedgerQueries):
        return planned
    found = {table: answers[_LEDGER, f"{name}\0{table}"] for table in planned.queries}
    return parse_ledger(planned, found, sights)


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

    def queries(tables: Rows) -> Mapping[str, Query]:
        plan = _plan(chosen(tables), tables)
        if not isinstance(plan, LedgerQueries):
            return {}
        return {**plan.queries, _SIGHTS: sights_query(list(plan.labels.values()))}

    tables, answers = ask_all(connection, tables_query(candidates), queries)
    ledger = chosen(tables)
    plan = _plan(ledger, tables)
    if isinstance(ledger, Unobserved):
        return ledger
    if isinstance(plan, LedgerQueries):
        found = parse_ledger(plan, answers, parse_sights(answers[_SIGHTS]))
    else:
        found = plan
    return found if isinstance(found, Unobserved) else (ledger, found)


def tools_in_use(
    connection: psycopg.Connection, signs: Mapping[str, int], candidates: Sequence[Ledger]
) -> tuple[str, ...]:
    """
    Return the tools with a sign in the checkout whose tables are there, each with its own.

    Raises:
        psycopg.Error: the connection broke.
    """
    tables, _ = ask_all(connection, tables_query(candidates), lambda _: {})
    return of_several(signs, tools_there(candidates, parse_tables(tables)))


def tools_with_tables(url: str, candidates: Sequence[Ledger]) -> frozenset[str]:
    """
    Return the tools whose tables a database has.

    Raises:
        ConfigError, ProviderError: it could not be asked.
    """
    with read_only_connection(url) as connection:
        tables, _ = ask_all(connection, tables_query(candidates), lambda _: {})
    return tools_there(candidates, parse_tables(tables))


def identifier(name: str) -> sql.Identifier:
    """Quote a name that may carry its schema ("audit.log")."""
    return sql.Identifier(*name.split("."))


def _relation(name: str, kind: str, answer: Rows | Unobserved, sights: Sights) -> RelationAnswer:
    """What is not there, or fails whoever asks, is a problem; what is hidden or late is not."""
    if not isinstance(answer, Unobserved):
        return RelationAnswer(name, kind)
    hidden = sights.why_hidden(name)
    if hidden is None and isinstance(answer, Unanswered) and answer.is_broken:
        rows = sights.why_rows_hidden(name) if sights.of(name) else None
        if rows is not None:
            # A policy of this role may be what fails: who is asked past it gets an answer.
            return RelationAnswer(
                name, kind, unseen=replace(rows, reason=f"{answer.reason}; {rows.reason}")
            )
        return RelationAnswer(name, kind, answer.reason)
    return RelationAnswer(name, kind, unseen=hidden or answer)


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
