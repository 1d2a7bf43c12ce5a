"""Tables of everything with everything: quick are rows that have each two values together once."""

import itertools
from collections.abc import Callable, Iterable, Sequence

import pytest

Row = tuple[object, ...]


def crossed(
    *axes: Iterable[object],
    ids: Callable[[Row], str] | None = None,
    holds: Callable[[Row], bool] = lambda _: True,
) -> list[object]:
    """
    Return the rows of all combinations that hold, as parameters.

    What two values do together, a quick row shows; the others, which add a third to them, are slow.
    """
    rows = [row for row in itertools.product(*axes) if holds(row)]
    quick = set(_with_each_pair(rows))
    return [
        pytest.param(
            *row,
            id=ids(row) if ids else "-".join(map(str, row)),
            marks=() if n in quick else pytest.mark.slow,
        )
        for n, row in enumerate(rows)
    ]


def _with_each_pair(rows: Sequence[Row]) -> Iterable[int]:
    """Take the row that has most pairs of places which none before it has, until all are there."""
    pairs = [
        {
            (one, other, id(row[one]), id(row[other]))
            for one, other in itertools.combinations(range(len(row)), 2)
        }
        for row in rows
    ]
    left = set().union(*pairs)
    while left:
        best = max(range(len(rows)), key=lambda n: len(pairs[n] & left))
        left -= pairs[best]
        yield best
