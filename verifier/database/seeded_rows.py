"""Rows with numbers that a sequence gives out later: an insert of older code is refused then."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from verifier.database.column_types import sized
from verifier.database.constant_conditions import constant_of
from verifier.database.pg_nodes import Node, child, every, items, of_kind, strings, text
from verifier.database.postgres_grammar import GrammarError, parse_trees
from verifier.database.recording import Recording
from verifier.database.schema_state import GIVEN_OUT, Column, Relation
from verifier.database.sql_statements import Statement, Unread
from verifier.database.sql_text import past_comments, without_comments
from verifier.model.breaking_change import ChangeKind

_Step = Statement | Unread
_NAME = r"(?:\"[^\"]{1,63}\"|[\w$]{1,63})"
_FIRST = re.compile(r"(?:insert|copy)\b", re.IGNORECASE)
_INSERT = re.compile(
    rf"(?:insert\s{{1,99}}into|copy)\s{{1,99}}({_NAME}(?:\.{_NAME})?)"
    r"(?:\s{1,99}as\s{1,99}\w{1,63})?\s{0,99}(\([\w\s,\"$]{1,9999}\))?",
    re.IGNORECASE,
)
_NUMBERS = frozenset(
    {"int2", "int4", "int8", "serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}
)
#: Inserts of one table, and letters of one, that are looked into; more of them are taken to give
#: numbers, as they say by naming the column.
_MOST_READ, _LONGEST = 1000, 20_000


def watched(steps: Iterable[_Step], recording: Recording) -> Iterator[_Step]:
    """Yield what there is to read, and note which rows are put in with their numbers."""
    for step in steps:
        if isinstance(step, Statement):
            _note(step, recording)
        yield step


def _note(step: Statement, recording: Recording) -> None:
    begin = past_comments(step.sql, 0)
    found = _FIRST.match(step.sql, begin)
    if found is None:
        return
    sql = step.sql[begin:]
    if len(sql) <= _LONGEST and ("--" in sql or "/*" in sql):
        sql = without_comments(sql).strip()
    found = _INSERT.match(sql)
    if found is None:
        return
    owner = ".".join(map(_bare, re.findall(_NAME, found[1]))).removeprefix("public.")
    named = [_bare(each) for each in re.findall(_NAME, found[2] or "")]
    table = recording.schema.relations.get(owner)
    if table is None:
        if not named or any(each.endswith("id") for each in named):
            recording.asked.add(owner)
        return
    if table.is_new and not recording.is_older and owner not in recording.before:
        return
    names = named or (list(table.columns) if table.is_complete else [])
    for at, name in enumerate(names):
        column = table.columns.get(name)
        if column is None or name in table.seeded or not _is_numbered(name, column, table):
            continue
        if _gives_number(sql, at, table):
            table.seeded.add(name)
            recording.line = step.line
            what = (
                f"{owner} has rows with numbers that the sequence of its column {name} "
                "gives out later"
            )
            recording.tell(ChangeKind.CONSTRAINED, what, f"{name}{GIVEN_OUT}", owner)


def _bare(name: str) -> str:
    return name.strip('"') if name.startswith('"') else name.lower()


def _is_numbered(name: str, column: Column, table: Relation) -> bool:
    """Whether a sequence numbers a column of which no two rows may have the same."""
    is_number = column.never_repeats and sized(column.type or "")[0] in _NUMBERS
    return is_number and any(
        rule.kind in ("primary", "unique") and rule.columns == (name,) and not rule.tree
        for rule in table.constraints.values()
    )


def _gives_number(sql: str, at: int, table: Relation) -> bool:
    """Whether an insert gives a column, by its place, what its sequence may give out later."""
    table.inserts_read += 1
    if sql[:4].lower() == "copy" or len(sql) > _LONGEST or table.inserts_read > _MOST_READ:
        return True
    try:
        trees = parse_trees(sql)
    except GrammarError:
        return False
    insert = next(every(trees, "InsertStmt"), {})
    if text(insert, "override") == "OVERRIDING_USER_VALUE":
        return False
    select = child(child(insert, "selectStmt"), "SelectStmt")
    rows = [items(row, "items") for row in of_kind(select, "valuesLists", "List")]
    targets = [child(child(each, "ResTarget"), "val") for each in items(select, "targetList")]
    return any(_may_be_given_out(row[at]) for row in (*rows, targets) if at < len(row))


def _may_be_given_out(value: Node) -> bool:
    if not value or "SetToDefault" in value:
        return False
    if any("nextval" in strings(call, "funcname") for call in every(value, "FuncCall")):
        return False
    number = constant_of(value)
    return number is None or (isinstance(number, Decimal) and number > 0)


def count_on(call: Node, recording: Recording) -> None:
    """A sequence that is set to count on behind the numbers that are there: `setval(…)`."""
    given = [
        text(child(constant, "sval"), "sval").replace('"', "").removeprefix("public.")
        for constant in every(items(call, "args")[:1], "A_Const")
    ]
    named = [each for each in given if each]
    table = recording.schema.relations.get(named[0]) if named else None
    if table is not None and len(named) > 1:
        table.seeded.discard(named[1])
    elif named:
        _count_on(named[0], recording)


def restart(tree: Node, name: str, recording: Recording) -> None:
    """A sequence that is altered, perhaps to begin elsewhere."""
    if any(text(each, "defname") == "restart" for each in of_kind(tree, "options", "DefElem")):
        _count_on(name, recording)


def _count_on(sequence: str, recording: Recording) -> None:
    for table, column in recording.schema.counted.get(sequence, ()):
        table.seeded.discard(column)
