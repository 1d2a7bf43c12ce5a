"""What takes the rows out of tables and views, and what it means to older code."""

from verifier.database.constant_conditions import holds
from verifier.database.foreign_keys import all_referring_to
from verifier.database.made_again import unfilled
from verifier.database.own_rows import meets_all
from verifier.database.pg_nodes import Node, child, is_set, items, name_of, of_kind, text
from verifier.database.recording import MATERIALIZED, Recording
from verifier.model.breaking_change import ChangeKind


def truncate(tree: Node, recording: Recording) -> None:
    for target in of_kind(tree, "relations", "RangeVar"):
        _empty(name_of(target), "truncated", recording)
        if text(tree, "behavior") == "DROP_CASCADE":
            for owner in all_referring_to(name_of(target), recording):
                _empty(owner, "truncated", recording)


def delete(tree: Node, recording: Recording) -> None:
    delete_first(tree, recording)
    condition, target = tree.get("whereClause"), child(tree, "relation")
    beside = items(tree, "usingClause")
    is_all = not condition or (not beside and holds(condition, {}) is True)
    if is_all or meets_all(condition, target, beside):
        _empty(name_of(child(tree, "relation")), "emptied", recording)


def delete_first(tree: Node, recording: Recording) -> None:
    """Tell of what a `with` deletes before its statement: `with gone as (delete from ...) ...`."""
    for part in of_kind(child(tree, "withClause"), "ctes", "CommonTableExpr"):
        inner = child(child(part, "ctequery"), "DeleteStmt")
        if inner:
            delete(inner, recording)


def merge(tree: Node, recording: Recording) -> None:
    """A `merge` that deletes whatever there is."""
    delete_first(tree, recording)
    joined, source = tree.get("joinCondition"), child(tree, "sourceRelation")
    is_any = holds(joined, {}) is True or meets_all(joined, child(tree, "relation"), [source])
    deletes = any(
        text(clause, "commandType") == "CMD_DELETE" and not child(clause, "condition")
        for clause in of_kind(tree, "mergeWhenClauses", "MergeWhenClause")
    )
    if is_any and deletes:
        _empty(name_of(child(tree, "relation")), "emptied", recording)


def refresh(tree: Node, recording: Recording) -> None:
    """A materialized view that is filled anew, or that is left without what it showed."""
    name = name_of(child(tree, "relation"))
    relation = recording.schema.relation(name, MATERIALIZED)
    relation.is_filled = not is_set(tree, "skipData")
    if not relation.is_filled and not recording.is_new(relation):
        recording.tell(ChangeKind.EMPTIED, unfilled(name), name, name)


def _empty(name: str, how: str, recording: Recording) -> None:
    """Tell of a table that has no rows any more."""
    if not recording.is_new(recording.schema.relation(name)):
        recording.tell(ChangeKind.EMPTIED, f"table {name} was {how}", name, name)
