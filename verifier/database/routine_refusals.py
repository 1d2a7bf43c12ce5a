"""What a function in PL/pgSQL refuses. Nothing of it is run."""

import re
from collections.abc import Collection, Iterator

from verifier.database.certain_errors import divides_by_zero, fails, handles_all
from verifier.database.constant_conditions import NULL, constant_of
from verifier.database.pg_nodes import Node, child, every, items, name_of, of_kind, strings, text
from verifier.database.postgres_grammar import GrammarError, parse_trees
from verifier.database.recording import Recording
from verifier.database.schema_state import Raising

#: Columns that each table has.
_OF_EVERY_TABLE = ("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid")
_NULLED = re.compile(
    r"\s*new\.(?:\"([^\"]{1,63})\"|(\w{1,63}))\s*:?=\s*(?:null|nullif\s*\(.*\))\s*",
    re.IGNORECASE | re.DOTALL,
)


def refusal_of(tree: object, recording: Recording) -> Raising:
    """Return how often a function raises an error that it does not handle itself."""
    for statement in _first_statements(tree):
        if _raises(statement, recording):
            return Raising.ALWAYS
        if "PLpgSQL_stmt_return" in statement:
            break
    found = any(_raises(statement, recording) for statement in unhandled(tree))
    return Raising.SOMETIMES if found else Raising.NEVER


def _first_statements(tree: object) -> Iterator[Node]:
    """The statements that run whatever is given."""
    match tree:
        case [{"PLpgSQL_function": {"action": {"PLpgSQL_stmt_block": dict(block)}}}, *_]:
            yield from _of_block(block)
        case _:
            return


def _of_block(block: Node) -> Iterator[Node]:
    for statement in [] if handles_all(block) else items(block, "body"):
        inner = child(statement, "PLpgSQL_stmt_block")
        yield from _of_block(inner) if inner else [statement]


def unhandled(tree: object) -> Iterator[Node]:
    """The parts of a tree, without those in a block that handles errors."""
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case dict() as node:
                yield node
                waiting += [v for k, v in node.items() if k != "body" or not handles_all(node)]
            case list() as listed:
                waiting += listed
            case _:
                pass


def _raises(statement: Node, recording: Recording) -> bool:
    if fails(statement):
        return True
    match statement:
        case {"PLpgSQL_stmt_assert": _}:
            return True
        case {"PLpgSQL_stmt_execsql": {"strict": True}}:
            return True
        case {"PLpgSQL_stmt_execsql": {"sqlstmt": {"PLpgSQL_expr": {"query": str(query)}}}}:
            return _lacks_a_value(query, recording)
        case _:
            return False


def fails_in_sql(body: str, parameters: Collection[str], recording: Recording) -> bool:
    """
    Return whether a body in SQL can be run by nobody.

    PostgreSQL takes one that names what is not there where `check_function_bodies` is off.
    """
    if any(opened in body for opened in ("${", "{{")):
        return False
    try:
        trees = parse_trees(body)
    except GrammarError:
        return True
    return divides_by_zero(body) or any(
        _names_nothing(child(select, "SelectStmt"), parameters, recording)
        for tree in trees
        if isinstance(tree, dict) and (select := child(tree, "stmt"))
    )


def _names_nothing(select: Node, parameters: Collection[str], recording: Recording) -> bool:
    """Whether a query of one table alone asks for a column that this has not."""
    tables = items(select, "fromClause")
    if len(tables) != 1 or any(every(select, "SubLink")) or "withClause" in select:
        return False
    name = name_of(child(tables[0], "RangeVar"))
    recording.asked |= {name} - {""}
    table = recording.schema.relations.get(name)
    if table is None or not table.is_complete:
        return False
    named = {strings(each, "fields") for each in every(select.get("targetList"), "ColumnRef")}
    alias = text(child(child(tables[0], "RangeVar"), "alias"), "aliasname")
    own = {*parameters, *_OF_EVERY_TABLE, alias, name.rpartition(".")[2]}
    known = own.union(table.columns)
    return any(len(each) == 1 and each[0] not in known for each in named)


def _lacks_a_value(query: str, recording: Recording) -> bool:
    """Whether an insert leaves out a column that must have a value."""
    if not query.lstrip().lower().startswith("insert"):
        return False
    try:
        trees = parse_trees(query)
    except GrammarError:
        return False
    match trees:
        case [{"stmt": {"InsertStmt": dict(insert)}}]:
            owner = name_of(child(insert, "relation"))
        case _:
            return False
    recording.asked.add(owner)
    table = recording.schema.relations.get(owner)
    named = [text(column, "name") for column in of_kind(insert, "cols", "ResTarget")]
    if table is None or not table.is_complete or not named:
        return False
    rows = [items(row, "items") for row in of_kind(_values(insert), "valuesLists", "List")]
    values = rows[0] if len(rows) == 1 else [{} for _ in named]
    pairs = zip(named, values, strict=False)
    given = {name for name, value in pairs if constant_of(value) != NULL}
    left = {
        name.lower()
        for name, column in table.columns.items()
        if column.is_required and name not in given and (name in named or not column.has_default)
    }
    return bool(left - recording.filled(owner))


def _values(insert: Node) -> Node:
    return child(child(insert, "selectStmt"), "SelectStmt")


def nulled_by(tree: object) -> frozenset[str]:
    """Return the columns, in lower case, of which a trigger takes away the value."""
    found = (
        _NULLED.fullmatch(text(child(child(each, "expr"), "PLpgSQL_expr"), "query"))
        for node in unhandled(tree)
        if (each := child(node, "PLpgSQL_stmt_assign"))
    )
    return frozenset((match[1] or match[2]).lower() for match in found if match)
