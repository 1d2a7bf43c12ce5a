"""Would the database take what the kill switch writes? It is asked, and nothing is written."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from verifier.database.isolated_queries import first_line
from verifier.database.postgres_connection import read_only_connection
from verifier.model.finding import Unobserved
from verifier.model.secret import Secret

_TABLE = re.compile(r"\b(?:insert\s+into|update)\s+(?:only\s+)?(?P<table>[\w.\"]+)", re.IGNORECASE)
_INSERT = re.compile(
    r"insert\s+into\s+[\w.\"]+\s*\((?P<columns>[^()]*)\)\s*values\s*\((?P<values>.*)\)", re.I | re.S
)
_SET = re.compile(r"(?P<column>\w+)\s*=\s*(?P<value>%\(\w+\)s|'[^']*')")
_VALUE = re.compile(r"%\((?P<parameter>\w+)\)s|'(?P<literal>[^']*)'")
_PART = re.compile(r"(?:'[^']*'|[^,'])+")
#: What a CHECK says of the columns that are written, and whether nothing of the owner's own (a
#: function, an operator, a domain) would run with it: such code may do more than to compare.
_CHECKS = """
select conname::text, pg_get_expr(conbin, conrelid), pg_get_constraintdef(oid),
  array(select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = conrelid and a.attnum = any(conkey)), conrelid::regclass::text,
  not exists (select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_constraint'::regclass and d.objid = c.oid
    and d.refclassid <> 'pg_catalog.pg_class'::regclass
    and not exists (select from pg_catalog.pg_type e
      where d.refclassid = 'pg_catalog.pg_type'::regclass and e.oid = d.refobjid
      and e.typtype = 'e'))
  and not exists (select from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_type i on i.oid = t.typelem
    where a.attrelid = conrelid and a.attnum > 0 and not a.attisdropped
    and (t.typtype not in ('b', 'e') or i.typtype not in ('b', 'e')))
from pg_catalog.pg_constraint c where conrelid = to_regclass(%(table)s) and contype = 'c'
order by conname
"""
_TAKEN = sql.SQL("select ({}) from jsonb_populate_record(null::{}, {}::jsonb) r")
_POLICIES = """
select array(select cmd from unnest(array['a', 'r']) as w (cmd) where not exists (
  select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polpermissive
  and p.polcmd::text in (w.cmd, '*')
  and exists (select from unnest(p.polroles) m (id)
    where m.id = 0 or pg_has_role(nullif(m.id, 0), 'usage'))))
from pg_catalog.pg_class c where c.oid = to_regclass(%(table)s) and row_security_active(c.oid)
"""
_NEEDED = """
select attname::text from pg_catalog.pg_attribute
where attrelid = to_regclass(%(table)s) and attnum > 0 and not attisdropped
and attnotnull and not atthasdef and attidentity = ''
and not exists (
  select from pg_catalog.pg_type t where t.oid = atttypid and t.typdefault is not null)
order by attnum
"""
_READ_ONLY = """
select coalesce(bool_or(lower(s) in ('default_transaction_read_only=on',
  'default_transaction_read_only=true', 'default_transaction_read_only=1')), false)
from pg_catalog.pg_db_role_setting d, unnest(d.setconfig) as s
where d.setrole = (select oid from pg_catalog.pg_roles where rolname = current_user)
"""

_VERBS = (("a", "insert", "with check (true)"), ("r", "select", "using (true)"))


@dataclass(frozen=True, slots=True)
class SwitchTrial:
    """The kill switch as it is configured, and the values that it would write, one set a status."""

    url: Secret
    write_sql: str
    read_sql: str
    values: Sequence[Mapping[str, str]]

    def problems(self) -> tuple[Unobserved, ...]:
        """
        Return what would keep the system from being paused or resumed, with what mends it.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: the database could not be asked.
        """
        found = _TABLE.search(self.write_sql)
        table = found["table"] if found else ""
        with read_only_connection(self.url.reveal()) as connection:
            # After its first query nothing that runs inside can make this transaction write.
            connection.execute(b"begin read only")
            try:
                (role,) = connection.execute(b"select current_user::text").fetchone() or ("",)
                problems = list(dict.fromkeys(self._statements(connection, str(role), table)))
                if table and not problems:
                    problems += _read_only(connection, str(role))
                    problems += _policies(connection, str(role), table)
                    problems += _left_out(connection, self.write_sql, table)
                    problems += self._checks(connection, table)
            finally:
                connection.execute(b"rollback")
        return tuple(problems)

    def _statements(
        self, connection: psycopg.Connection, role: str, table: str
    ) -> Iterator[Unobserved]:
        """EXPLAIN reads tables, columns, types and rights of a statement, and runs nothing."""
        asked = [("pause.write", self.write_sql, values) for values in self.values]
        for name, statement, values in (*asked, ("pause.read", self.read_sql, self.values[0])):
            try:
                # With options in brackets no word of the statement is one; and in the binary
                # protocol it is one statement, also where it has no parameter.
                query = b"explain (costs off) " + statement.encode()
                with connection.transaction():
                    connection.execute(query, values, binary=True)
            except psycopg.errors.InsufficientPrivilege as error:
                grant = sql.SQL("grant select, insert on {} to {};").format(
                    sql.SQL(table or "TABLE"), sql.Identifier(role)
                )
                yield Unobserved(f"{name}: {first_line(error)}", grant.as_string(None))
            except psycopg.Error as error:
                yield Unobserved(f"{name}: {first_line(error)}", f"fix {name}")

    def _checks(self, connection: psycopg.Connection, table: str) -> Iterator[Unobserved]:
        rows = connection.execute(_CHECKS.encode(), {"table": table}).fetchall()
        untried: dict[str, str] = {}
        for values in self.values:
            written = written_by(self.write_sql, values)
            for name, expression, definition, columns, relation, is_plain in rows:
                if not set(columns) <= set(written):
                    continue
                if not is_plain:
                    untried.setdefault(name, definition)
                    continue
                # Both texts are the catalogue's own, quoted by the database.
                query = _TAKEN.format(
                    sql.SQL(expression), sql.SQL(relation), sql.Literal(json.dumps(written))
                )
                try:
                    with connection.transaction():
                        (is_taken,) = connection.execute(query).fetchone() or (None,)
                except psycopg.OperationalError:
                    raise
                except psycopg.Error as error:
                    text = f"the constraint {name} could not be tried: {first_line(error)}"
                    yield Unobserved(text, f"compare it with pause yourself: {definition}")
                    continue
                if is_taken is False:
                    said = ", ".join(f"{column} '{written[column]}'" for column in columns)
                    text = f"the constraint {name} refuses {said}: {definition}"
                    yield Unobserved(text, "set pause in the configuration to what it allows")
        for name, definition in untried.items():
            text = f"the constraint {name} was not tried: it runs a function of this database"
            yield Unobserved(text, f"compare it with pause yourself: {definition}")


def written_by(statement: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a statement writes, by column, as far as that can be read from its text."""
    insert = _INSERT.search(statement)
    if insert:
        columns = [column.strip().strip('"') for column in insert["columns"].split(",")]
        given = [part.strip() for part in _PART.findall(insert["values"])]
        pairs = list(zip(columns, given, strict=False)) if len(columns) == len(given) else []
    else:
        head = re.split(r"\bwhere\b", statement, maxsplit=1, flags=re.I)[0]
        pairs = [(found["column"], found["value"]) for found in _SET.finditer(head)]
    written = {}
    for column, given_value in pairs:
        match = _VALUE.fullmatch(given_value)
        if match:
            parameter = match["parameter"]
            written[column] = values.get(parameter, "") if parameter else match["literal"]
    return written


def _read_only(connection: psycopg.Connection, role: str) -> Iterator[Unobserved]:
    (is_read_only,) = connection.execute(_READ_ONLY.encode()).fetchone() or (False,)
    if is_read_only:
        text = f"sessions of {role} are read-only by default"
        yield Unobserved(text, "give PAUSE_DATABASE_URL the address of a role that may write")


def _left_out(connection: psycopg.Connection, statement: str, table: str) -> Iterator[Unobserved]:
    """A column that must have a value, has none by itself, and is given none."""
    insert = _INSERT.search(statement)
    if not insert:
        return
    given = {column.strip().strip('"').casefold() for column in insert["columns"].split(",")}
    for (column,) in connection.execute(_NEEDED.encode(), {"table": table}).fetchall():
        if str(column).casefold() not in given:
            text = f"{table} needs a value for {column}, which pause.write does not give"
            yield Unobserved(text, "name that column in pause.write, or give it a default")


def _policies(connection: psycopg.Connection, role: str, table: str) -> Iterator[Unobserved]:
    """Without a policy row security refuses every insert, and hides what was written."""
    (lacking,) = connection.execute(_POLICIES.encode(), {"table": table}).fetchone() or ([],)
    for command, verb, clause in (
        ("a", "insert", "with check (true)"),
        ("r", "select", "using (true)"),
    ):
        if command in lacking:
            policy = sql.SQL("create policy {} on {} for {} to {} {};").format(
                sql.Identifier(f"{role}_{verb}s"),
                sql.SQL(table),
                sql.SQL(verb),
                sql.Identifier(role),
                sql.SQL(clause),
            )
            text = f"row level security of {table} keeps {role} from every {verb}"
            yield Unobserved(text, policy.as_string(None))
