"""PostgreSQL's own parser, as trees of JSON."""

import re

from verifier.database.sql_text import without_comments, without_quotes

#: More operators in a row than anybody writes. PostgreSQL's scanner goes back after each of them:
#: it takes minutes for 100,000, and nothing can end it meanwhile. So it does in comments.
_OPERATORS = re.compile(r"[-~!@#^&|`?+*/%<>=]{200}")
_BODY = "$the_body_of_it$"


class GrammarError(Exception):
    """What PostgreSQL says of a text that it cannot read."""


def parse_trees(sql: str) -> list[object]:
    """
    Return the tree of each statement.

    Raises:
        GrammarError: it is no SQL of PostgreSQL.
    """
    found = _ask("parse", _scannable(sql))
    return found if isinstance(found, list) else []


def parse_procedure(body: str, returns: str = "") -> object:
    """
    Return the tree of the PL/pgSQL in a `do`, or in a function that returns something.

    Raises:
        GrammarError: it cannot be read.
    """
    head = f"create function f() returns {returns} language plpgsql as " if returns else "do "
    return _ask("parse_pgsql", f"{head}{_BODY}{_scannable(body)}{_BODY}")


def _scannable(sql: str) -> str:
    """What PostgreSQL's scanner reads in one go."""
    code = without_comments(sql)
    if _OPERATORS.search(code) and _OPERATORS.search(without_quotes(code)):
        raise GrammarError("hundreds of operators in a row")
    return code


def _ask(function: str, sql: str) -> object:
    try:
        # Loaded only where SQL is read: it takes 80 ms. There is none for Windows.
        import pgparse
    except ImportError as error:
        raise GrammarError("PostgreSQL's parser is not installed here") from error
    try:
        found: object = getattr(pgparse, function)(sql)
    except (pgparse.PGQueryError, ValueError, RecursionError) as error:
        raise GrammarError(str(error)) from error
    return found
