"""
Which columns of a view can be written: code may write to it as to a table.

Source: https://www.postgresql.org/docs/current/sql-createview.html (updatable views)
"""

from collections.abc import Iterator, Mapping, Sequence

from verifier.database.pg_nodes import Node, child, items, name_of, of_kind, strings, tagged, text
from verifier.database.schema_state import Relation
from verifier.database.table_rules import Rule
from verifier.model.breaking_change import ChangeKind

#: Of what a view can write: whatever columns it has.
ALL = "*"
#: The rule by which a view refuses rows that it would not show.
CHECK_OPTION = "check_option"
_TOGETHER = ("distinctClause", "groupClause", "valuesLists", "windowClause")
_PARTS = ("havingClause", "limitCount", "limitOffset", "withClause", "larg")
_AGGREGATES = frozenset(
    {"count", "sum", "avg", "min", "max", "array_agg", "string_agg", "json_agg", "jsonb_agg"}
    | {"json_object_agg", "jsonb_object_agg", "bool_and", "bool_or", "every"}
    | {"unnest", "generate_series", "jsonb_array_elements", "json_array_elements"}
)


def written_through(
    query: Node, aliases: Sequence[str], relations: Mapping[str, Relation]
) -> frozenset[str]:
    """Return the columns of a view that can be written, `*` for those that are not known."""
    select = child(query, "SelectStmt")
    sources = items(select, "fromClause")
    tables = list(of_kind(select, "fromClause", "RangeVar"))
    is_one = len(sources) == len(tables) == 1
    is_rows = not any(items(select, k) for k in _TOGETHER) and not any(
        child(select, k) for k in _PARTS
    )
    targets = list(of_kind(select, "targetList", "ResTarget"))
    if not is_one or not is_rows or any(_joins_rows(child(t, "val")) for t in targets):
        return frozenset()
    source = relations.get(name_of(tables[0]))
    below = source.writes if source is not None else None
    columns: list[tuple[str, str]] = []
    for target in targets:
        tag, value = tagged(child(target, "val"))
        fields = strings(value, "fields") if tag == "ColumnRef" else ()
        if tag == "ColumnRef" and any("A_Star" in field for field in items(value, "fields")):
            if source is None or not source.is_complete:
                return frozenset({ALL}) if below is None or below else frozenset()
            columns += [(name, name) for name in source.columns]
        else:
            own = fields[-1] if fields else ""
            columns.append((text(target, "name") or own, own))
    names = [*aliases, *(name for name, _ in columns[len(aliases) :])]
    return frozenset(
        name
        for name, (_, own) in zip(names, columns, strict=False)
        if own and (below is None or own in below or ALL in below)
    )


def _joins_rows(tree: object) -> bool:
    """Whether a value is of several rows, or makes several; what a query in it does is its own."""
    return any(
        _AGGREGATES.intersection(strings(call, "funcname")[-1:])
        or "over" in call
        or "agg_star" in call
        or "agg_filter" in call
        for call in _calls(tree)
    )


def _calls(tree: object) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case dict() as node:
                yield from [
                    call
                    for key, call in node.items()
                    if key == "FuncCall" and isinstance(call, dict)
                ]
                waiting += [value for key, value in node.items() if key != "SubLink"]
            case list() as listed:
                waiting += listed
            case _:
                pass


def check_option(tree: Node) -> dict[str, Rule]:
    """Return the rule of a view that takes only rows that it shows itself."""
    option = text(tree, "withCheckOption") not in ("", "NO_CHECK_OPTION")
    condition = child(child(child(tree, "query"), "SelectStmt"), "whereClause")
    return {CHECK_OPTION: Rule(CHECK_OPTION, ())} if option and condition else {}


def kind_of_loss(before: Relation) -> ChangeKind:
    """Return what it is that can no longer be written: most views are only read, a table is not."""
    return ChangeKind.UNWRITABLE if before.kind == "view" else ChangeKind.NARROWED


def lost_writing(name: str, before: Relation, now: Relation) -> str:
    """Say what can no longer be written to a table or view, empty where all still can."""
    is_known = before.writes is not None or before.kind == "table"
    if now.writes is None or before.kind not in ("table", "view") or not is_known:
        return ""
    if CHECK_OPTION in now.constraints and CHECK_OPTION not in before.constraints:
        return f"view {name} refuses rows that it would not show (with check option)"
    wrote = before.writes
    if wrote is None:
        wrote = frozenset({n for n, c in before.columns.items() if not c.is_generated} or {ALL})
    if wrote and not now.writes:
        return f"{now.kind} {name} can no longer be written"
    lost = sorted(n for n in wrote if n in now.columns and n not in now.writes)
    if lost and ALL not in now.writes:
        return f"view {name} can no longer be written in {', '.join(lost)}"
    return ""
