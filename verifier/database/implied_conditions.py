"""Does one condition hold wherever another one does? Read from PostgreSQL's parse trees."""

import json
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from verifier.database.constant_conditions import Constant, constant_of, elements_of
from verifier.database.pg_nodes import Node, items, strings, tagged, text, without_places

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
_LEAST, _MOST = (">", ">="), ("<", "<=")
#: More parts than anybody writes are compared as they stand.
_MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class _Option:
    key: str
    """The whole of it, for comparison."""
    compared: tuple[str, str, frozenset[Constant]] | None
    """What is compared, how, and with which constants; None for anything else."""


#: Parts that all hold, each of options of which one does.
_Parts = tuple[tuple[_Option, ...], ...]


@dataclass(slots=True)
class Implications:
    """Which conditions hold wherever others do: of many, each is read and each pair asked once."""

    _read: dict[int, tuple[object, _Parts]] = field(default_factory=dict)
    """What is kept here keeps its identity."""
    _asked: dict[tuple[int, int], bool] = field(default_factory=dict)

    def is_implied(self, condition: object, given: object) -> bool:
        """Return whether a check takes every row that passes another one."""
        pair = id(condition), id(given)
        if pair not in self._asked:
            asked, known = self._parts_of(condition), self._parts_of(given)
            self._asked[pair] = condition == given or _hold(asked, known)
        return self._asked[pair]

    def _parts_of(self, tree: object) -> _Parts:
        if id(tree) not in self._read:
            self._read[id(tree)] = tree, _read(tree)
        return self._read[id(tree)][1]


def is_implied(condition: object, given: object) -> bool:
    """Return whether a check takes every row that passes another one."""
    return condition == given or _hold(_read(condition), _read(given))


def _hold(asked: _Parts, known: _Parts) -> bool:
    if max(len(known), len(asked)) > _MOST_PARTS:
        return False
    return all(any(_follows(part, each) for each in known) for part in asked)


def _read(tree: object) -> _Parts:
    return tuple(
        tuple(_Option(_key(each), _compared(each)) for each in _parts(part, "OR_EXPR"))
        for part in _parts(tree, "AND_EXPR")
    )


def at_most(left: object, limit: int) -> object:
    """Return the condition that something is not more than a number."""
    return _comparison("<=", left, {"A_Const": {"ival": {"ival": limit}}})


def _parts(tree: object, joint: str) -> Iterator[Node]:
    """What a condition is joined of by `and`, or by `or`."""
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        tag, node = tagged(each)
        if tag == "BoolExpr" and text(node, "boolop") == joint:
            waiting += items(node, "args")
        elif tag == "A_Expr" and text(node, "kind") == "AEXPR_BETWEEN" and joint == "AND_EXPR":
            for sign, limit in zip((">=", "<="), elements_of(node.get("rexpr")), strict=False):
                yield _comparison(sign, node.get("lexpr"), limit)
        else:
            yield each


def _comparison(sign: str, left: object, right: object) -> Node:
    name = [{"String": {"sval": sign}}]
    return {"A_Expr": {"kind": "AEXPR_OP", "name": name, "lexpr": left, "rexpr": right}}


def _follows(options: Sequence[_Option], held: Sequence[_Option]) -> bool:
    """Whether one part, which may be several joined by `or`, holds where another one does."""
    if len(options) * len(held) > _MOST_PARTS:
        return False
    return all(any(_is_as_wide(one, other) for one in options) for other in held)


def _is_as_wide(asked: _Option, given: _Option) -> bool:
    if asked.key == given.key:
        return True
    one, other = asked.compared, given.compared
    if one is None or other is None or one[0] != other[0]:
        return False
    _, sign, limits = one
    _, had, before = other
    if sign == "in" and had == "in":
        return before <= limits
    if had == "in":
        return all(_fits(value, sign, limits) for value in before)
    (limit, *_), (was, *_) = limits, before
    if sign == "in" or not isinstance(limit, Decimal) or not isinstance(was, Decimal):
        return False
    if sign in _LEAST and had in _LEAST:
        return was > limit or (was == limit and not (sign == ">" and had == ">="))
    if sign in _MOST and had in _MOST:
        return was < limit or (was == limit and not (sign == "<" and had == "<="))
    return False


def _fits(value: Constant, sign: str, limits: frozenset[Constant]) -> bool:
    return all(
        isinstance(value, Decimal) and isinstance(limit, Decimal) and _COMPARE[sign](value, limit)
        for limit in limits
    )


def _compared(tree: Node) -> tuple[str, str, frozenset[Constant]] | None:
    """What is compared, how, and with which constants; None for anything else."""
    tag, node = tagged(tree)
    if tag != "A_Expr":
        return None
    kind = text(node, "kind")
    sign = (strings(node, "name") or ("",))[-1]
    left, right = node.get("lexpr"), node.get("rexpr")
    if kind in ("AEXPR_IN", "AEXPR_OP_ANY") and sign == "=":
        values = [constant_of(each) for each in elements_of(right)]
        known = frozenset(value for value in values if value is not None)
        return (_key(left), "in", known) if values and None not in values else None
    if kind != "AEXPR_OP" or sign not in _TURNED:
        return None
    value = constant_of(right)
    if value is None:
        value, left, sign = constant_of(left), right, _TURNED[sign]
    if value is None:
        return None
    return _key(left), "in" if sign == "=" else sign, frozenset([value])


def _key(tree: object) -> str:
    return json.dumps(without_places(tree), sort_keys=True)
