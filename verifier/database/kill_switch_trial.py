"""Would the database take what the kill switch writes? It is asked, and nothing is written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from verifier.database.isolated_queries import LOCK_MS, first_line, limit, locked
from verifier.database.later_rows import later_rows
from verifier.database.policy_trial import try_policies
from verifier.database.postgres_connection import is_lost, read_only_connection
from verifier.database.tried_row import is_plain, take
from verifier.database.untried_parts import untried_parts
from verifier.database.written_row import WrittenRow, planned_row
from verifier.model.database_address import DATABASE_URL
from verifier.model.finding import Unobserved
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchAnswer

_TABLE = re.compile(r"\b(?:insert\s+into|update)\s+(?:only\s+)?(?P<table>[\w.\"]+)", re.IGNORECASE)
#: What a CHECK says, of which columns, and whether it can be asked.
_CHECKS = """
select conname::text, pg_get_expr(conbin, conrelid), pg_get_constraintdef(oid),
  array(select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = conrelid and a.attnum = any(conkey)),
  IS_PLAIN
from pg_catalog.pg_constraint c where conrelid = to_regclass(%(table)s) and contype = 'c'
order by conname
""".replace("IS_PLAIN", is_plain("pg_constraint", "c.oid", "conrelid"))
_POLICIES = """
select array(select cmd from unnest(array[%(letter)s, 'r']) as w (cmd) where not exists (
  select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polpermissive
  and p.polcmd::text in (w.cmd, '*')
  and exists (select from unnest(p.polroles) m (id)
    where m.id = 0 or pg_has_role(nullif(m.id, 0), 'usage'))))
from pg_catalog.pg_class c where c.oid = to_regclass(%(table)s) and row_security_active(c.oid)
"""
#: By which policies are heard of, for what is written and for what is read.
_KEPT_OUT, _HIDDEN = "pause.write.policies", "pause.read.policies"
#: Whoever says so: the role, the database (as a provider does whose disk is full), the server.
_READ_ONLY = "select current_setting('default_transaction_read_only')::boolean"


@dataclass(slots=True)
class _Refusals:
    """What was refused of one thing that was asked once for each reason."""

    asked: int = 0
    refused: list[Unobserved] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether no reason helped."""
        return bool(self.refused) and len(self.refused) == self.asked


@dataclass(frozen=True, slots=True)
class SwitchTrial:
    """The kill switch as it is configured, and the values that a person would write with it."""

    url: Secret
    write_sql: str
    read_sql: str
    statuses: Sequence[str]
    reasons: Sequence[str]
    actor: str

    def ask(self) -> SwitchAnswer:
        """
        Return what would keep the system from being paused or resumed, and what was not tried.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: the database could not be asked.
        """
        found = _TABLE.search(self.write_sql)
        with read_only_connection(
            self.url.reveal(), variable=self.url.variable or DATABASE_URL
        ) as connection:
            # After its first query nothing that runs inside can make this transaction write.
            connection.execute(b"begin read only")
            limit(connection)
            try:
                (role,) = connection.execute(b"select current_user::text").fetchone() or ("",)
                asking = _Asking(connection, str(role), found["table"] if found else "")
                for status in self.statuses:
                    for reason in self.reasons:
                        asking.ask(self, {"status": status, "reason": reason, "actor": self.actor})
                asking.ask_table(self.read_sql)
            finally:
                if not connection.closed:
                    connection.execute(b"rollback")
        return asking.answer(self.statuses, self.reasons)


class _Asking:
    """One connection, and what was heard on it."""

    def __init__(self, connection: psycopg.Connection, role: str, table: str) -> None:
        self._connection = connection
        self._role = role
        self._table = table
        """As the statement names it."""
        self._heard: dict[tuple[str, str], _Refusals] = {}
        self._untried: dict[str, Unobserved] = {}
        self._allowing: dict[str, None] = {}
        self._problems: list[Unobserved] = []
        self._unseen: list[Unobserved] = []
        """What keeps a row that was written from being read."""
        self._row: WrittenRow | None = None

    def ask(self, trial: SwitchTrial, values: dict[str, str]) -> None:
        """Ask of one status with one reason."""
        row = None
        for name, statement in (("pause.write", trial.write_sql), ("pause.read", trial.read_sql)):
            heard = self._heard.setdefault((name, values["status"]), _Refusals())
            heard.asked += 1
            try:
                planned = planned_row(self._connection, statement, values)
            except psycopg.Error as error:
                if is_lost(error):
                    raise
                heard.refused.append(self._refusal(name, error))
                continue
            row = planned if name == "pause.write" else row
        if row:
            self._row = row
            self._ask_checks(row, values["status"])
            self._ask_policies(row, values["status"])

    def ask_table(self, read_sql: str) -> None:
        """Ask what holds whatever the values are."""
        if any(heard.is_refused for heard in self._heard.values()):
            return
        self._problems += _read_only(self._connection, self._role)
        row = self._row
        if row is None:
            text = "what pause.write does was not tried: it is no plain insert or update"
            hint = "pause and resume once in a calm hour, to see it work"
            self._untried[""] = Unobserved(text, hint)
            return
        for command, text, policy in _policies(self._connection, self._role, row, self._table):
            lacking = self._unseen if command == "r" else self._problems
            lacking.append(Unobserved(text, policy))
        self._unseen += later_rows(self._connection, row, read_sql, self._table)
        for column in row.nulls:
            text = f"{self._table} needs a value for {column}, which pause.write does not give"
            hint = "name that column in pause.write, or give it a default"
            self._problems.append(Unobserved(text, hint))
        for number, doubt in enumerate(untried_parts(self._connection, row, self._table)):
            self._untried[f"\0{number}"] = doubt

    def answer(self, statuses: Sequence[str], reasons: Sequence[str]) -> SwitchAnswer:
        """Return what was heard: what only some reasons are refused for stops no pause."""
        problems, doubts = self._problems + self._unseen, list(self._untried.values())
        for heard in self._heard.values():
            (problems if heard.is_refused else doubts).extend(heard.refused[:1])
        refused = {name for (name, _), heard in self._heard.items() if heard.refused}
        unwritten = {name for (name, _), heard in self._heard.items() if heard.is_refused}
        return SwitchAnswer(
            tuple(dict.fromkeys(problems)),
            tuple(dict.fromkeys(doubts)),
            self._role,
            tuple(name for name in self._allowing if name not in refused),
            tuple(statuses),
            tuple(reasons),
            is_written=not self._problems and unwritten <= {"pause.read", _HIDDEN},
        )

    def _refusal(self, name: str, error: psycopg.Error) -> Unobserved:
        if isinstance(error, psycopg.errors.LockNotAvailable):
            return Unobserved(f"{name}: {locked(LOCK_MS)}", "run it again when that has ended")
        if not isinstance(error, psycopg.errors.InsufficientPrivilege):
            return Unobserved(f"{name}: {first_line(error)}", f"fix {name}")
        grant = sql.SQL("grant select, insert on {} to {};").format(
            sql.SQL(self._table or "TABLE"), sql.Identifier(self._role)
        )
        return Unobserved(f"{name}: {first_line(error)}", grant.as_string(None))

    def _ask_checks(self, row: WrittenRow, status: str) -> None:
        rows = self._connection.execute(_CHECKS.encode(), {"table": row.table}).fetchall()
        for name, expression, definition, columns, can_ask in rows:
            why = "" if can_ask else "it runs a function of this database"
            if can_ask and not set(columns) <= set(row.values):
                unknown = ", ".join(c for c in columns if c not in row.values)
                why = f"what pause.write makes of {unknown} is not known before it is written"
            if why:
                text = f"the constraint {name} was not tried: {why}"
                hint = f"compare it with pause yourself: {definition}"
                self._untried.setdefault(name, Unobserved(text, hint))
                continue
            heard = self._heard.setdefault((name, status), _Refusals())
            heard.asked += 1
            self._allowing.setdefault(name)
            refusal = _refusal_of_check(self._connection, row, name, expression, columns)
            if refusal:
                hint = (
                    f"set pause in the configuration to what it allows, or --reason: {definition}"
                )
                heard.refused.append(Unobserved(refusal, hint))

    def _ask_policies(self, row: WrittenRow, status: str) -> None:
        for name, reads in ((_KEPT_OUT, False), (_HIDDEN, True)):
            found = try_policies(self._connection, row, reads=reads)
            heard = self._heard.setdefault((name, status), _Refusals())
            heard.asked += 1
            for policy, condition in found.untried:
                text = (
                    f"the policy {policy} was not tried: it lets some rows through and others not"
                )
                hint = f"compare it with pause yourself: {condition}"
                self._untried.setdefault(f"{name} {policy}", Unobserved(text, hint))
            for policy, values, condition in found.against[:1]:
                text = f"the policy {policy} refuses the row: {values or row.table}"
                if reads:
                    of_row = values or row.table
                    text = f"the policy {policy} hides the row from {self._role}: {of_row}"
                hint = f"set pause in the configuration to what it lets through: {condition}"
                heard.refused.append(Unobserved(text, hint))


def _refusal_of_check(
    connection: psycopg.Connection,
    row: WrittenRow,
    name: str,
    expression: str,
    columns: Sequence[str],
) -> str | None:
    """Return what a CHECK would say against this row; its expression is the catalogue's own."""
    taken = take(connection, row, expression, columns)
    if isinstance(taken, str):
        return f"the constraint {name} could not be tried: {taken}"
    return f"the constraint {name} refuses {taken.values}" if taken.is_taken is False else None


def _read_only(connection: psycopg.Connection, role: str) -> Iterator[Unobserved]:
    (is_read_only,) = connection.execute(_READ_ONLY.encode()).fetchone() or (False,)
    if is_read_only:
        text = f"sessions of {role} are read-only by default"
        yield Unobserved(text, "give PAUSE_DATABASE_URL the address of a role that may write")


def _policies(
    connection: psycopg.Connection, role: str, row: WrittenRow, named: str
) -> Iterator[tuple[str, str, str]]:
    """Yield each command without a policy: row security refuses what is written, or hides it."""
    asked = {"table": row.table, "letter": "a" if row.verb == "insert" else "w"}
    (lacking,) = connection.execute(_POLICIES.encode(), asked).fetchone() or ([],)
    clauses = {"a": ("insert", "with check (true)"), "w": ("update", "using (true)")}
    for command, (verb, clause) in (clauses | {"r": ("select", "using (true)")}).items():
        if command in lacking:
            policy = sql.SQL("create policy {} on {} for {} to {} {};").format(
                sql.Identifier(f"{role}_{verb}s"),
                sql.SQL(named or row.table),
                sql.SQL(verb),
                sql.Identifier(role),
                sql.SQL(clause),
            )
            text = f"row level security of {named or row.table} keeps {role} from every {verb}"
            yield command, text, policy.as_string(None)
