"""Which checks refuse nothing that a table's columns can hold anyway?"""

from collections.abc import Mapping
from decimal import Decimal

from verifier.database.column_types import sized
from verifier.database.constant_conditions import constant_of
from verifier.database.pg_nodes import items, strings, tagged, text
from verifier.database.schema_state import Column

_BITS = {"int2": 16, "int4": 32, "int8": 64, "serial": 32, "bigserial": 64, "smallserial": 16}
_LENGTHS = ("length", "char_length", "character_length")
_SIZED = ("varchar", "bpchar")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
#: From the least to the greatest value, None where there is no end.
Span = tuple[Decimal | None, Decimal | None]


def never_fails(tree: object, columns: Mapping[str, Column]) -> bool:
    """Return whether a condition is false for no row, by the types of the columns alone."""
    if not isinstance(tree, dict):
        return False
    tag, node = tagged(tree)
    match tag, text(node, "boolop") or text(node, "nulltesttype") or text(node, "kind"):
        case "BoolExpr", "OR_EXPR":
            return any(never_fails(each, columns) for each in items(node, "args"))
        case "BoolExpr", "AND_EXPR":
            return all(never_fails(each, columns) for each in items(node, "args"))
        case "NullTest", "IS_NOT_NULL":
            column = _column(node.get("arg"), columns)
            return column is not None and column.is_required is True
        case "A_Expr", "AEXPR_OP":
            operator = (strings(node, "name") or ("",))[-1]
            return _always(operator, node.get("lexpr"), node.get("rexpr"), columns) or _always(
                _TURNED.get(operator, operator), node.get("rexpr"), node.get("lexpr"), columns
            )
        case _:
            return False


def _column(tree: object, columns: Mapping[str, Column]) -> Column | None:
    if not isinstance(tree, dict):
        return None
    tag, node = tagged(tree)
    return columns.get(strings(node, "fields")[-1]) if tag == "ColumnRef" else None


def _always(operator: str, one: object, other: object, columns: Mapping[str, Column]) -> bool:
    """Whether whatever an expression can be compares so with a number."""
    number = constant_of(other)
    least, most = _span(one, columns)
    if not isinstance(number, Decimal):
        return False
    match operator:
        case ">=":
            return least is not None and least >= number
        case ">":
            return least is not None and least > number
        case "<=":
            return most is not None and most <= number
        case "<":
            return most is not None and most < number
        case "<>" | "!=":
            return (least is not None and number < least) or (most is not None and number > most)
        case _:
            return False


def _span(tree: object, columns: Mapping[str, Column]) -> Span:
    if not isinstance(tree, dict):
        return None, None
    tag, node = tagged(tree)
    if tag == "FuncCall" and strings(node, "funcname")[-1:] in [(name,) for name in _LENGTHS]:
        inner = next((_column(each, columns) for each in items(node, "args")), None)
        base, sizes = sized(inner.type or "") if inner is not None else ("", ())
        return Decimal(0), Decimal(sizes[0]) if base in _SIZED and sizes else None
    column = _column(tree, columns)
    bits = _BITS.get(column.type or "") if column is not None else None
    if bits is None:
        return None, None
    return Decimal(-(2 ** (bits - 1))), Decimal(2 ** (bits - 1) - 1)
