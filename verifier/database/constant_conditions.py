"""Does a condition hold for values that are constants? Read from PostgreSQL's parse trees."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from verifier.database.pg_nodes import Node, child, items, strings, tagged, text


@dataclass(frozen=True, slots=True)
class Null:
    """SQL's own."""


NULL = Null()
Constant = str | Decimal | bool | Null

_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], object]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LENGTHS = ("length", "char_length", "character_length")


def constant_of(tree: object, known: Mapping[str, object] | None = None) -> Constant | None:
    """
    Return the value of an expression, None where it is not one that can be told.

    `known` are the expressions that stand for columns, by name.
    """
    if not isinstance(tree, dict):
        return None
    tag, node = tagged(tree)
    match tag:
        case "A_Const":
            return _literal(node)
        case "TypeCast":
            return constant_of(node.get("arg"), known)
        case "ColumnRef":
            name = (strings(node, "fields") or ("",))[-1]
            return constant_of((known or {}).get(name))
        case "A_Expr" if _operator(node) == "-" and "lexpr" not in node:
            value = constant_of(node.get("rexpr"), known)
            return -value if isinstance(value, Decimal) else None
        case "FuncCall" if (strings(node, "funcname") or ("",))[-1] in _LENGTHS:
            given = [constant_of(each, known) for each in items(node, "args")]
            match given:
                case [str(value)]:
                    return Decimal(len(value))
                case _:
                    return None
        case _:
            return None


def _literal(node: Node) -> Constant | None:
    if node.get("isnull") is True:
        return NULL
    if "sval" in node:
        return text(child(node, "sval"), "sval")
    if "boolval" in node:
        return child(node, "boolval").get("boolval") is True
    if "ival" in node:
        value = child(node, "ival").get("ival", 0)
        return Decimal(value) if isinstance(value, int) else None
    if "fval" in node:
        try:
            return Decimal(text(child(node, "fval"), "fval"))
        except InvalidOperation:
            return None
    return None


def holds(tree: object, known: Mapping[str, object]) -> bool | None:
    """
    Whether a check lets these values pass, None where that cannot be told.

    As in PostgreSQL, what is NULL passes.
    """
    value = _truth(tree, known)
    return True if value == NULL else value if isinstance(value, bool) else None


def _truth(tree: object, known: Mapping[str, object]) -> bool | Null | None:
    if not isinstance(tree, dict):
        return None
    tag, node = tagged(tree)
    match tag:
        case "BoolExpr":
            return _combined(node, known)
        case "NullTest":
            value = constant_of(node.get("arg"), known)
            is_wanted = text(node, "nulltesttype") == "IS_NULL"
            return None if value is None else (value == NULL) is is_wanted
        case "A_Expr":
            return _compared(node, known)
        case _:
            value = constant_of(tree, known)
            return value if isinstance(value, bool | Null) else None


def _combined(node: Node, known: Mapping[str, object]) -> bool | Null | None:
    parts = [_truth(each, known) for each in items(node, "args")]
    kind = text(node, "boolop")
    if kind == "NOT_EXPR":
        return not parts[0] if parts and isinstance(parts[0], bool) else (parts or [None])[0]
    decides = kind == "OR_EXPR"
    if any(part is decides for part in parts):
        return decides
    if None in parts:
        return None
    return NULL if NULL in parts else not decides


def _compared(node: Node, known: Mapping[str, object]) -> bool | Null | None:
    left = constant_of(node.get("lexpr"), known)
    kind, name = text(node, "kind"), _operator(node)
    listed = node.get("rexpr")
    match kind:
        case "AEXPR_OP":
            return _pair(name, left, constant_of(listed, known))
        case "AEXPR_IN" | "AEXPR_OP_ANY" | "AEXPR_BETWEEN":
            given = [constant_of(each, known) for each in elements_of(listed)]
        case _:
            return None
    if kind == "AEXPR_BETWEEN" and len(given) == 2:
        pairs = [_pair(">=", left, given[0]), _pair("<=", left, given[1])]
        return all(pairs) if all(isinstance(each, bool) for each in pairs) else None
    found = [_pair("=", left, each) for each in given]
    if None in found or NULL in found or not found:
        return NULL if left == NULL else None
    is_in = any(each is True for each in found)
    return is_in if name in ("=", "") else not is_in if name == "<>" else None


def elements_of(tree: object) -> list[Node]:
    """The members of a list, or of an `array[…]`, which may be cast."""
    if isinstance(tree, list):
        return [each for each in tree if isinstance(each, dict)]
    if not isinstance(tree, dict):
        return []
    tag, node = tagged(tree)
    if tag == "TypeCast":
        return elements_of(node.get("arg"))
    return items(node, "items" if tag == "List" else "elements")


def _pair(name: str, left: Constant | None, right: Constant | None) -> bool | Null | None:
    compare = _COMPARISONS.get(name)
    if compare is None or left is None or right is None:
        return None
    if left == NULL or right == NULL:
        return NULL
    one, other = (_number(left), _number(right))
    if one is not None and other is not None:
        return bool(compare(one, other))
    # How texts are ordered is the database's own matter.
    if type(left) is not type(right) or name not in ("=", "<>", "!="):
        return None
    return (left == right) is (name == "=")


def _number(value: Constant) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _operator(node: Node) -> str:
    return (strings(node, "name") or ("",))[-1]
