"""The SQL that a migration in code runs."""

from collections.abc import Iterator

from verifier.database.code_calls import Composed, Value
from verifier.database.sql_statements import Statement, Unread, split

_COMPOSED = "SQL that is composed when it runs"
#: Statements about rows alone: what is filled in are mostly their values.
_ABOUT_ROWS = frozenset({"insert", "update", "select", "comment", "analyze", "set"})


def sql_of(value: Value, line: int) -> Iterator[Statement | Unread]:
    """Yield the statements of a text; of one that is composed, what is not about rows alone."""
    match value:
        case str():
            for statement in split(value):
                yield Statement(statement.sql, line)
        case Composed(text) if all(map(_is_about_rows, split(text))):
            return
        case _:
            yield Unread(line, _COMPOSED)


def _is_about_rows(statement: Statement) -> bool:
    word = statement.first_word
    return word in _ABOUT_ROWS or (word == "delete" and "where" in statement.sql.lower())
