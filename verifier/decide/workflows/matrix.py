"""
The legs of a job's matrix, and what is added to the job's name for each.

Source: the matrix builder of https://github.com/actions/runner, and
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.expression_values import (
    NotKnown,
    Term,
    compared,
    entry,
    items_of,
    text_of,
)
from verifier.decide.workflows.expressions import ExpressionScope, worked_out
from verifier.model.workflow import Value

_FILTERS = ("include", "exclude")
#: GitHub starts no more jobs of one matrix.
_MOST_LEGS = 256
#: Combinations beyond those are not looked at, of which most may be excluded, where they and what
#: they are compared with are more than so many.
_MOST_COMPARISONS = 20_000


@dataclass(frozen=True, slots=True)
class MatrixJob:
    """One job that a matrix makes."""

    values: Mapping[str, Term] | NotKnown
    """The context `matrix`."""
    told: tuple[str | NotKnown, ...]
    """What is told behind the name of a job whose name says nothing of its matrix."""
    may_be_alone: bool = False
    """Whether there may be no matrix at all, and nothing to tell."""


def legs_of(matrix: Value, scope: ExpressionScope) -> tuple[MatrixJob, ...]:
    """
    Return the jobs of a matrix, in GitHub's order; without a matrix none.

    One whose values only a run has is one leg with values that are not known. None are returned
    of a matrix that excludes everything, and GitHub starts no job.
    """
    return _legs_of(worked_out(matrix, scope))


def legs_by_strategy(strategy: str, scope: ExpressionScope) -> tuple[MatrixJob, ...] | None:
    """Return the jobs of a strategy that is one expression; None where it has no matrix."""
    resolved = worked_out(strategy, scope)
    if isinstance(resolved, Mapping):
        return _legs_of(resolved["matrix"]) if resolved.get("matrix") is not None else None
    unknown = resolved if isinstance(resolved, NotKnown) else NotKnown(f"strategy: {strategy}")
    return (MatrixJob(unknown, (unknown,), may_be_alone=True),)


def _legs_of(resolved: Term) -> tuple[MatrixJob, ...]:
    if isinstance(resolved, NotKnown):
        return (_unknown_leg(resolved),)
    if not isinstance(resolved, Mapping):
        return ()
    included, excluded = (resolved.get(key) for key in _FILTERS)
    for listed in (included, excluded):
        if isinstance(listed, NotKnown):
            return (_unknown_leg(listed),)
    axes = {key: _axis(value) for key, value in resolved.items() if key not in _FILTERS}
    includes, excludes = _mappings(included), _mappings(excluded)
    legs = tuple(itertools.islice(_legs(axes, includes, excludes), _MOST_LEGS + 1))
    if len(legs) > _MOST_LEGS:
        return (_unknown_leg(NotKnown(f"a matrix of more than {_MOST_LEGS} jobs")),)
    unknown = next((leg for leg in legs if isinstance(leg, NotKnown)), None)
    if unknown is not None:
        return (_unknown_leg(unknown),)
    return tuple(leg for leg in legs if isinstance(leg, MatrixJob))


def _unknown_leg(unknown: NotKnown) -> MatrixJob:
    return MatrixJob(unknown, (unknown,))


def _axis(value: Term) -> Sequence[Term]:
    # How many values it has is not known then, but one of them stands for all.
    return [value] if isinstance(value, NotKnown) else items_of(value) or [value]


def _mappings(value: Term) -> list[Mapping[str, Term]]:
    return [item for item in items_of(value) or () if isinstance(item, Mapping)]


def _legs(
    axes: Mapping[str, Sequence[Term]],
    includes: Sequence[Mapping[str, Term]],
    excludes: Sequence[Mapping[str, Term]],
) -> Iterator[MatrixJob | NotKnown]:
    used: set[int] = set()
    product = itertools.product(*axes.values()) if axes else ()
    for number, values in enumerate(product):
        if number >= _MOST_LEGS and number * len((*includes, *excludes)) > _MOST_COMPARISONS:
            yield NotKnown("a matrix of too many combinations")
            return
        leg = dict(zip(axes, values, strict=True))
        fits = [_fits(excluded, leg, axes) for excluded in excludes]
        unknown = next((fit for fit in fits if isinstance(fit, NotKnown)), None)
        if True in fits:
            continue
        if unknown is not None:
            yield unknown
            return
        more: dict[str, Term] = {}
        for number, included in enumerate(includes):
            fit = _fits(included, leg, axes)
            if isinstance(fit, NotKnown):
                yield fit
                return
            if fit:
                used.add(number)
                more |= {key: value for key, value in included.items() if key not in axes}
        yield MatrixJob({**leg, **more}, tuple(_texts_in(leg)))
    for number, included in enumerate(includes):
        if number not in used:
            # Values of axes are told before those that the entry adds.
            own = {key: value for key, value in included.items() if key in axes}
            added = {key: value for key, value in included.items() if key not in axes}
            yield MatrixJob({**own, **added}, tuple(_texts_in({**own, **added})))


def _fits(
    listed: Mapping[str, Term], leg: Mapping[str, Term], axes: Mapping[str, object]
) -> bool | NotKnown:
    """Whether an entry's values for the axes are those of a leg, as `==` compares them."""
    orders = [
        order
        for key, wanted in listed.items()
        if key in axes
        for order in _orders(wanted, leg.get(key))
    ]
    if any(order is None or order in (-1, 1) for order in orders):
        return False
    unknown = next((order for order in orders if isinstance(order, NotKnown)), None)
    return unknown or True


def _orders(wanted: Term, found: Term) -> Iterator[int | NotKnown | None]:
    if isinstance(wanted, Mapping):
        for key, value in wanted.items():
            yield from _orders(value, entry(found, key))
        return
    listed = items_of(wanted)
    if listed is None:
        yield compared(found, wanted)
        return
    for number, value in enumerate(listed):
        yield from _orders(value, entry(found, number))


def _texts_in(value: Term) -> Iterator[str | NotKnown]:
    """The texts of all values, those within others in their order, empty ones left out."""
    inner = value.values() if isinstance(value, Mapping) else items_of(value)
    if inner is not None:
        for each in inner:
            yield from _texts_in(each)
        return
    told = text_of(value)
    if told:
        yield told
