"""What a function in PL/pgSQL refuses. Nothing of it is run."""

import re
from collections.abc import Collection, Iterator, Sequence

from verifier.database.constant_conditions import NULL, constant_of
from verifier.database.pg_nodes import Node, child, every, items, name_of, of_kind, text
from verifier.database.postgres_grammar import GrammarError, parse_trees
from verifier.database.recording import Recording
from verifier.database.schema_state import Refusal

#: PostgreSQL's level of an error that ends the statement.
_ERROR = 21
_NULLED = re.compile(
    r"\s*new\.(?:\"([^\"]{1,63})\"|(\w{1,63}))\s*:?=\s*(?:null|nullif\s*\(.*\))\s*",
    re.IGNORECASE | re.DOTALL,
)


def refusal_of(tree: object, recording: Recording) -> Refusal:
    """Return how often a function raises an error that it does not handle itself."""
    for statement in _first_statements(tree):
        if "PLpgSQL_stmt_return" in statement:
            break
        if _raises(statement, recording):
            return Refusal.ALWAYS
    found = any(_raises(statement, recording) for statement in _unhandled(tree))
    return Refusal.SOMETIMES if found else Refusal.NEVER


def _first_statements(tree: object) -> Iterator[Node]:
    """The statements that run whatever is given."""
    match tree:
        case [{"PLpgSQL_function": {"action": {"PLpgSQL_stmt_block": dict(block)}}}, *_]:
            yield from _of_block(block)
        case _:
            return


def _of_block(block: Node) -> Iterator[Node]:
    for statement in [] if _handles_all(block) else items(block, "body"):
        inner = child(statement, "PLpgSQL_stmt_block")
        yield from _of_block(inner) if inner else [statement]


def _handles_all(block: Node) -> bool:
    """Whether a block goes on after whatever error."""
    return "exceptions" in block and any(
        text(condition, "condname") == "others"
        for condition in every(block["exceptions"], "PLpgSQL_condition")
    )


def _unhandled(tree: object) -> Iterator[Node]:
    """The parts of a tree, without those in a block that handles errors."""
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case dict() as node:
                yield node
                waiting += [v for k, v in node.items() if k != "body" or not _handles_all(node)]
            case list() as listed:
                waiting += listed
            case _:
                pass


def _raises(statement: Node, recording: Recording) -> bool:
    match statement:
        case {"PLpgSQL_stmt_raise": dict(said)}:
            return bool(said.get("elog_level", _ERROR) == _ERROR)
        case {"PLpgSQL_stmt_assert": _}:
            return True
        case {"PLpgSQL_stmt_execsql": {"strict": True}}:
            return True
        case {"PLpgSQL_stmt_execsql": {"sqlstmt": {"PLpgSQL_expr": {"query": str(query)}}}}:
            return _lacks_a_value(query, recording)
        case _:
            return False


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
        for node in _unhandled(tree)
        if (each := child(node, "PLpgSQL_stmt_assign"))
    )
    return frozenset((match[1] or match[2]).lower() for match in found if match)


def returned_by(tree: object) -> Sequence[str]:
    """Return what a function returns, in lower case, each as it is written."""
    returned = (
        text(child(child(each, "expr"), "PLpgSQL_expr"), "query").strip().lower()
        for node in _unhandled(tree)
        if (each := child(node, "PLpgSQL_stmt_return"))
    )
    return [each for each in returned if each]


def leaves_out(returned: Sequence[str], words: Collection[str]) -> bool:
    """Whether a trigger returns nothing but such words, which before a write leaves that out."""
    return bool(returned) and all(each in words for each in returned)
