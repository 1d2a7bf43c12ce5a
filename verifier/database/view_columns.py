"""Which columns a query of a view has."""

from collections.abc import Mapping

from verifier.database.pg_nodes import (
    Node,
    child,
    items,
    name_of,
    of_kind,
    strings,
    tagged,
    text,
    type_of,
)
from verifier.database.schema_state import Column, Relation


def view_columns(query: Node, relations: Mapping[str, Relation]) -> dict[str, Column] | None:
    """Return the columns of a query by name, None where they are not all known."""
    select = child(query, "SelectStmt")
    while child(select, "larg"):
        select = child(select, "larg")
    found: dict[str, Column] = {}
    sources = list(of_kind(select, "fromClause", "RangeVar"))
    for target in of_kind(select, "targetList", "ResTarget"):
        tag, value = tagged(child(target, "val"))
        is_star = tag == "ColumnRef" and any("A_Star" in f for f in items(value, "fields"))
        if is_star:
            source = relations.get(name_of(sources[0])) if len(sources) == 1 else None
            if source is None or not source.is_complete:
                return None
            found |= {name: Column(type=column.type) for name, column in source.columns.items()}
            continue
        name = text(target, "name") or _own_name(tag, value)
        if not name:
            return None
        found[name] = Column(type=_type_of_source(tag, value, sources, relations))
    return found


def _type_of_source(
    tag: str, value: Node, sources: list[Node], relations: Mapping[str, Relation]
) -> str | None:
    if tag == "TypeCast":
        return type_of(child(value, "typeName"))
    source = relations.get(name_of(sources[0])) if len(sources) == 1 else None
    if tag != "ColumnRef" or source is None:
        return None
    column = source.columns.get((strings(value, "fields") or ("",))[-1])
    return column.type if column else None


def _own_name(tag: str, value: Node) -> str:
    match tag:
        case "ColumnRef":
            return (strings(value, "fields") or ("",))[-1]
        case "FuncCall":
            return (strings(value, "funcname") or ("",))[-1]
        case "TypeCast":
            inner, content = tagged(child(value, "arg"))
            return _own_name(inner, content)
        case "CoalesceExpr":
            return "coalesce"
        case "CaseExpr":
            return "case"
        case _:
            return ""
