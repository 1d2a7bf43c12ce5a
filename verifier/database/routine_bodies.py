"""The SQL in the bodies of functions and blocks. Nothing of it is run."""

import re
from collections.abc import Iterable, Iterator

from verifier.database.certain_errors import is_undone
from verifier.database.pg_nodes import Node, child, of_kind, text
from verifier.database.postgres_grammar import GrammarError, parse_procedure
from verifier.database.schema_sql import quoted

_DOLLARS = re.compile(r"\$\w{0,63}\$")


def plpgsql(body: str, returns: str = "") -> object:
    """Return the tree of a body, None where it cannot be read."""
    try:
        return parse_procedure(body, returns)
    except GrammarError:
        return None


def plpgsql_with(body: str, parameters: Iterable[str], returns: str) -> object:
    """Return the tree of the body of a function that names its parameters."""
    named = "".join(f"{quoted(name)} text; " for name in parameters if name)
    found = plpgsql(body, returns)
    if found is not None or not named:
        return found
    inner = body.strip().rstrip(";")
    return plpgsql("\n".join(("declare", named, "begin", inner, ";", "end")), returns)


def statements_in_block(tree: Node) -> Iterator[str] | None:
    """Return the SQL in a `do` block, None where the block cannot be read."""
    body = ""
    for option in of_kind(tree, "args", "DefElem"):
        if text(option, "defname") == "as":
            body = text(child(child(option, "arg"), "String"), "sval")
    return statements_in("plpgsql", body)


def statements_in(language: str, body: str) -> Iterator[str] | None:
    """Return the SQL of a function's body, None where it cannot be read."""
    if language == "sql":
        return iter([body])
    if language != "plpgsql":
        return None
    found = plpgsql(body)
    if found is None:
        found = plpgsql(body, "trigger")
    return None if found is None else _statements(found)


def _statements(block: object) -> Iterator[str]:
    match block:
        case {"PLpgSQL_stmt_block": dict(handling)} if is_undone(handling):
            yield from _statements(handling.get("exceptions"))
        case {"PLpgSQL_stmt_execsql": dict(statement)}:
            yield from _queries(statement, "sqlstmt")
        case {"PLpgSQL_stmt_perform": dict(statement)}:
            yield from _queries(statement, "expr")
        case {"PLpgSQL_stmt_dynexecute": dict(statement)}:
            for query in _queries(statement, "query"):
                yield _constant(query)
        case dict():
            for value in block.values():
                yield from _statements(value)
        case list():
            for value in block:
                yield from _statements(value)
        case _:
            return


def _queries(statement: Node, key: str) -> Iterator[str]:
    query = text(child(child(statement, key), "PLpgSQL_expr"), "query")
    if query:
        yield query


def _constant(expression: str) -> str:
    """The text of a quoted constant; any other expression is a statement that cannot be read."""
    bare = expression.strip()
    if bare.startswith("'") and bare.endswith("'") and "'" not in bare[1:-1].replace("''", ""):
        return bare[1:-1].replace("''", "'")
    quote = _DOLLARS.match(bare)
    if quote and bare.find(quote[0], quote.end()) == len(bare) - len(quote[0]):
        return bare[quote.end() : -len(quote[0])]
    return f"execute {bare}"
