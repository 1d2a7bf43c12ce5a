"""PostgreSQL's own parser, as trees of JSON."""


class GrammarError(Exception):
    """What PostgreSQL says of a text that it cannot read."""


def parse_trees(sql: str) -> list[object]:
    """
    Return the tree of each statement.

    Raises:
        GrammarError: it is no SQL of PostgreSQL.
    """
    found = _ask("parse", sql)
    return found if isinstance(found, list) else []


def parse_procedure(sql: str) -> object:
    """
    Return the tree of the PL/pgSQL in a `do` or `create function`.

    Raises:
        GrammarError: it cannot be read.
    """
    return _ask("parse_pgsql", sql)


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
