"""Asks a database its questions one by one, where one of them cannot be stopped by the server."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TypeVar

import psycopg

from verifier.database.isolated_queries import (
    Query,
    Rows,
    Unanswered,
    ask_one,
    begin,
    note_locks,
)
from verifier.database.postgres_connection import ending, read_only_connection
from verifier.errors import SessionEndedError
from verifier.model.finding import Unobserved

#: Longer than the server's own limit, which ends every question but those that catch its end.
_QUESTION_S = 8.0
#: For all of them; what was asked in one go before has had its own time.
_ALL_S = 90.0
#: Each one costs a connection, which the server may keep for as long as it goes on.
_MOST = 3
_GOES_ON = Unanswered(
    f"no answer within {_QUESTION_S:.0f} s, and the limit of the server did not end it: a function "
    "that it calls may catch query_canceled",
    "let that function not catch query_canceled; WHEN OTHERS alone does not catch it",
)
_NOT_ASKED = Unobserved(f"not asked: {_MOST} questions before it could not be stopped")

K = TypeVar("K")


def ask_apart(
    url: str, first: Query, following: Callable[[Rows], Mapping[K, Query]]
) -> tuple[Rows, Mapping[K, Rows | Unobserved]]:
    """
    Ask `first`, then what follows from its rows, each with a limit of its own.

    The one that goes on after the server's limit is `Unobserved`, and costs its connection alone.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError: `first` failed, or the time is over.
    """
    found: dict[K, Rows | Unobserved] = {}
    ends_s = monotonic() + _ALL_S
    asked: tuple[Rows, Mapping[K, Query]] | None = None
    for _ in range(_MOST):
        try:
            with read_only_connection(url, max(1.0, ends_s - monotonic())) as connection:
                rows = begin(connection, first).fetchall()
                queries = following(rows)
                asked = rows, queries
                note_locks(connection, queries)
                _ask_those_left(connection, queries, found)
                connection.rollback()
                return rows, found
        except SessionEndedError:
            if asked is None:
                raise
    tables, left = asked or ((), {})
    return tables, {key: found.get(key, _NOT_ASKED) for key in left}


def _ask_those_left(
    connection: psycopg.Connection,
    queries: Mapping[K, Query],
    found: dict[K, Rows | Unobserved],
) -> None:
    """Ask in order what was not asked, and again what sets something."""
    for key, query in queries.items():
        if key in found and not query.is_setting:
            continue
        found[key] = _GOES_ON  # unless it answers
        with ending(connection, _QUESTION_S):
            found[key] = ask_one(connection, query)
