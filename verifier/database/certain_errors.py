"""Which statements fail whatever the rows are? Nothing is run."""

import re
from collections.abc import Iterator

from verifier.database.constant_conditions import constant_of
from verifier.database.pg_nodes import Node, child, every, items, strings, text
from verifier.database.postgres_grammar import GrammarError, parse_trees

#: PostgreSQL's level of an error that ends the statement.
ERROR = 21
_BY_ZERO = re.compile(r"[/%]\s{0,9}[(\s]{0,9}0(?![\w.])")


def divides_by_zero(query: str) -> bool:
    """Return whether a query or an expression divides by a zero that stands in it."""
    if not _BY_ZERO.search(query):
        return False
    for said in (query, f"select {query}", f"select {query.partition('=')[2]}"):
        try:
            trees = parse_trees(said)
        except GrammarError:
            continue
        return any(
            strings(each, "name")[-1:] in (("/",), ("%",)) and constant_of(each.get("rexpr")) == 0
            for each in every(trees, "A_Expr")
        )
    return False


def fails(statement: Node) -> bool:
    """Return whether a statement of PL/pgSQL raises an error each time that it is reached."""
    said = child(statement, "PLpgSQL_stmt_raise")
    if said and said.get("elog_level", ERROR) == ERROR:
        return True
    return any(divides_by_zero(query) for query in _queries(statement))


def _queries(statement: Node) -> Iterator[str]:
    """The texts that a statement works out whenever it is reached."""
    for kind, key in (
        ("perform", "expr"),
        ("assign", "expr"),
        ("return", "expr"),
        ("execsql", "sqlstmt"),
        ("if", "cond"),
    ):
        expression = child(child(statement, f"PLpgSQL_stmt_{kind}"), key)
        yield text(child(expression, "PLpgSQL_expr"), "query")


def handles_all(block: Node) -> bool:
    """Return whether a block goes on after whatever error."""
    return "exceptions" in block and any(
        text(condition, "condname") == "others"
        for condition in every(block["exceptions"], "PLpgSQL_condition")
    )


def is_undone(block: Node) -> bool:
    """Return whether a block ends in an error that it handles, which undoes what it did."""
    return handles_all(block) and any(fails(statement) for statement in items(block, "body"))
