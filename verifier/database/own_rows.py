"""Which conditions compare each row of a table with itself, and so hold for all of them?"""

from collections.abc import Sequence

from verifier.database.pg_nodes import Node, child, items, name_of, strings, tagged, text


def meets_all(condition: object, target: Node, beside: Sequence[Node]) -> bool:
    """
    Return whether a condition holds for whatever row of a table has a value in one column.

    As `id = id`, `id in (select id from users)`, or a join of the table with itself. `beside` is
    what the table is joined with; of several nothing is told.
    """
    tag, node = tagged(condition) if isinstance(condition, dict) else ("", {})
    if tag == "SubLink" and text(node, "subLinkType") == "ANY_SUBLINK" and not beside:
        asked = _column(node.get("testexpr"))
        return bool(asked) and _picks(child(node, "subselect"), asked[-1], target)
    if tag != "A_Expr" or strings(node, "name") != ("=",):
        return False
    left, right = _column(node.get("lexpr")), _column(node.get("rexpr"))
    if not left or left[-1:] != right[-1:]:
        return False
    whose = {"".join(each[:-1]) for each in (left, right)}
    mine = {text(target, "relname"), text(child(target, "alias"), "aliasname")} - {""}
    if whose <= {*mine, ""}:
        return not beside
    if len(beside) != 1 or len(whose) != 2 or not whose & mine:
        return False
    other, inner = child(beside[0], "RangeVar"), child(beside[0], "RangeSubselect")
    if inner:
        return _picks(child(inner, "subquery"), left[-1], target)
    return name_of(other) == name_of(target)


def _column(tree: object) -> tuple[str, ...]:
    tag, node = tagged(tree) if isinstance(tree, dict) else ("", {})
    return strings(node, "fields") if tag == "ColumnRef" else ()


def _picks(query: Node, column: str, target: Node) -> bool:
    """Whether a query gives one column of every row of a table."""
    select = child(query, "SelectStmt")
    tables = items(select, "fromClause")
    limits = ("whereClause", "limitCount", "limitOffset", "groupClause", "havingClause")
    if len(tables) != 1 or any(key in select for key in limits):
        return False
    given = [child(each, "ResTarget") for each in items(select, "targetList")]
    named = [_column(each.get("val")) for each in given if "name" not in each]
    is_all = any("A_Star" in str(each.get("val")) for each in given)
    is_given = is_all or any(each[-1:] == (column,) for each in named)
    return is_given and name_of(child(tables[0], "RangeVar")) == name_of(target)
