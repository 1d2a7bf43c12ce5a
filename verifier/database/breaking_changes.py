"""Reads from a migration's SQL what it takes away from older code. Nothing is run."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_KINDS = frozenset({"TABLE", "VIEW", "FUNCTION", "PROCEDURE", "TYPE", "SCHEMA", "SEQUENCE"})
#: Words of a statement that the parser does not know, by which it may take something away.
_SUSPECT = ("drop", "rename", "set schema")
#: Of such statements, those that take away nothing that code names.
_HARMLESS = ("policy", "rule", "comment", "grant", "revoke")

# What the parser does not know is told in the losses, not on standard error.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())
logging.getLogger("sqlglot").propagate = False


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing that is not there any more, or is another one."""

    name: str
    """As older code would write it; empty where the SQL could not be read."""
    what: str


def taken_by(sql: str) -> tuple[Taken, ...]:
    """Return what the statements of one migration take away and do not make again."""
    statements = statements_of(sql)
    if statements is None:
        return (Taken("", "its SQL could not be parsed"),) if _is_suspect(sql) else ()
    made = {
        created.name.casefold()
        for created in (_made(statement) for statement in statements)
        if created is not None
    }
    found = [taken for statement in statements for taken in _taken(statement)]
    return tuple(taken for taken in found if taken.name.casefold() not in made or not taken.name)


def statements_of(sql: str) -> Sequence[exp.Expr] | None:
    """Return the statements of one migration, None where it cannot be read."""
    try:
        return [s for s in sqlglot.parse(sql, dialect="postgres") if s is not None]
    except (SqlglotError, RecursionError):  # the latter for a few hundred brackets in each other
        return None


def _made(statement: exp.Expr) -> exp.Table | None:
    return statement.find(exp.Table) if isinstance(statement, exp.Create) else None


def _taken(statement: exp.Expr) -> Iterator[Taken]:
    match statement:
        case exp.Drop():
            kind = str(statement.args.get("kind"))
            for target in _targets(statement) if kind in _KINDS else ():
                name = target.name or target.text("db")
                yield Taken(name, f"{kind.lower()} {name} was dropped")
        case exp.Alter():
            for action in statement.args.get("actions") or ():
                yield from _altered(statement, action)
        case exp.Command() if _is_suspect(statement.sql(dialect="postgres")):
            text = " ".join(statement.sql(dialect="postgres").split())
            yield Taken("", f"a statement could not be parsed: {text[:60]}")
        case _:
            return


def _altered(statement: exp.Alter, action: exp.Expr) -> Iterator[Taken]:
    owner = statement.this.name
    match action:
        case exp.Drop() if action.args.get("kind") == "COLUMN":
            for column in _targets(action):
                yield Taken(column.name, f"column {column.name} of {owner} was dropped")
        case exp.RenameColumn():
            yield Taken(action.this.name, f"column {action.this.name} of {owner} was renamed")
        case exp.AlterRename() if statement.args.get("options"):
            # The form without the word COLUMN: the parser takes the column for a table.
            yield Taken(action.this.name, f"column {action.this.name} of {owner} was renamed")
        case exp.AlterRename():
            yield Taken(owner, f"{owner} was renamed")
        case exp.AlterColumn() if action.args.get("dtype"):
            yield Taken(action.this.name, f"column {action.this.name} of {owner} changed its type")
        case exp.AlterColumn() if action.args.get("allow_null") is False:
            yield Taken(action.this.name, f"column {action.this.name} of {owner} is now required")
        case _:
            return


def _targets(drop: exp.Drop) -> list[exp.Expr]:
    return list(drop.args.get("tables") or ())


def _is_suspect(sql: str) -> bool:
    text = sql.casefold()
    words = text.split()
    is_harmless = len(words) > 1 and words[1] in _HARMLESS
    return not is_harmless and any(word in text for word in _SUSPECT)
