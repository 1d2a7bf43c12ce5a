"""What is made again under a name that older code knows, as if what was there had been altered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from verifier.database.column_types import is_wider
from verifier.database.constant_conditions import holds
from verifier.database.schema_state import Change, Column, Named, Relation, Routine, Schema, covers
from verifier.database.table_rules import Rule
from verifier.database.writable_views import kind_of_loss, lost_writing
from verifier.model.breaking_change import ChangeKind

#: How the name of a change begins by which rows of a table are told apart no more.
LOST_KEYS = {"primary": "primary key ", "unique": "unique key "}
_NULL = {"A_Const": {"isnull": True}}
Before = Relation | Column | Routine | Named


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was there before and that its name does not lead to any more."""

    change: Change
    before: Before


def lost_key(owner: str, name: str, kind: str) -> str:
    """Say that rows of a table are told apart no more."""
    if kind == "refresh":
        return f"{owner} lost its unique index {name}, which `refresh … concurrently` needs"
    if kind == "primary":
        return f"{owner} lost its primary key {name}, which `on conflict` needs"
    return f"{owner} lost its unique index {name}, which `on conflict` needs"


def not_computed(name: str, owner: str) -> str:
    """Say that a column has what is written to it, and nothing else."""
    return f"column {name} of {owner} is not computed any more"


def unfilled(name: str) -> str:
    """Say that a materialized view holds nothing, not even no rows."""
    return f"materialized view {name} cannot be read until it is refreshed"


def more_attributes(name: str) -> str:
    """Say that a row of a type has more parts than before."""
    return f"type {name} has a new attribute: a row of it that leaves that out is refused"


def kept(before: Before) -> Before:
    """Return what was there as it was, whatever becomes of it."""
    if isinstance(before, Relation):
        return before.copied()
    return replace(before) if isinstance(before, Column) else before


def replaced(lost: Lost, schema: Schema) -> tuple[Change, ...]:
    """Return what is left of a loss, where something has taken the place of what was there."""
    change, before = lost.change, lost.before
    match before:
        case Routine():
            there = schema.routines.get(change.name, [])
            if any(routine.takes_calls_of(before) for routine in there):
                return ()
            what = f"function {change.name} has another signature"
            if any(replace(now, raises=before.raises).takes_calls_of(before) for now in there):
                what = f"function {change.name} does nothing but raise an error"
            return (replace(change, kind=ChangeKind.NARROWED, what=what) if there else change,)
        case Column():
            return _column(change, before, schema)
        case Named():
            return tuple(_type_made_again(change, before, schema))
        case Relation():
            return tuple(_relation(change, before, schema))


def _column(change: Change, before: Column, schema: Schema) -> tuple[Change, ...]:
    relation = schema.relations.get(change.owner)
    now = relation.columns.get(change.name) if relation else None
    if now is None:
        return (change,)
    if now.is_generated and not before.is_generated:
        what = f"column {change.name} of {change.owner} can no longer be written"
        return (replace(change, kind=ChangeKind.RETYPED, what=what),)
    if before.is_generated and not now.is_generated:
        what = not_computed(change.name, change.owner)
        return (replace(change, kind=ChangeKind.RETYPED, what=what),)
    if not now.type or not before.type or is_wider(before.type, now.type):
        return ()
    what = f"column {change.name} of {change.owner} changed its type"
    return (replace(change, kind=ChangeKind.RETYPED, what=what),)


def _type_made_again(change: Change, before: Named, schema: Schema) -> Iterator[Change]:
    key = f"{before.kind} {change.name}"
    if key not in schema.types | schema.new_names and f"{change.name}()" not in schema.new_names:
        yield change
        return
    now = schema.parts.get(key, {})
    if before.kind == "domain" and now and now != before.parts:
        what = f"domain {change.name} has another condition"
        yield replace(change, kind=ChangeKind.CONSTRAINED, what=what)
    if before.kind != "type":
        return
    if any(now.values()) and before.parts and set(now) - set(before.parts):
        what = more_attributes(change.name)
        yield replace(change, kind=ChangeKind.CONSTRAINED, what=what)
    for part, type_ in before.parts.items():
        mine = replace(change, name=part, owner=change.name)
        if part in now and is_wider(type_, now[part]):
            continue
        if part in now:
            what = f"attribute {part} of type {change.name} has another type"
            yield replace(mine, kind=ChangeKind.RETYPED, what=what)
        elif type_:
            what = f"attribute {part} of type {change.name} was dropped"
            yield replace(mine, kind=ChangeKind.DROPPED, what=what)
        else:
            # A value often comes from outside: no code has to name it.
            what = f"value {part} of type {change.name} was dropped"
            yield replace(mine, kind=ChangeKind.DROPPED, what=what, is_unnamed=True)


def _relation(change: Change, before: Relation, schema: Schema) -> Iterator[Change]:
    now = schema.relations.get(change.name)
    if now is None:
        yield change
        return
    if not covers(now, before):
        missing = [name for name in before.columns if name not in now.columns]
        told = f"has no column {', '.join(missing)} any more" if missing else "has other types"
        what = f"{before.kind} {change.name} {told}"
        yield replace(change, kind=ChangeKind.NARROWED, what=what)
    if what := lost_writing(change.name, before, now):
        yield replace(change, kind=kind_of_loss(before), what=what)
    if not now.is_filled:
        name = change.name
        yield replace(change, kind=ChangeKind.EMPTIED, what=unfilled(name), owner=name)
    if before.kind == now.kind == "table" and (before.columns or before.is_complete):
        yield from _table(change, before, now)
    elif before.kind == now.kind:
        yield from _lost_keys(change, before, now)


def _table(change: Change, before: Relation, now: Relation) -> Iterator[Change]:
    """What a table that is made again asks of those who write to the one before."""
    owner = change.name
    for name, column in now.columns.items():
        known = before.columns.get(name)
        label = f"column {name} of {owner}"
        column.is_new = known is None
        if not column.is_required or column.has_default:
            continue
        if known is None and before.is_complete:
            what = f"{owner} requires its new column {name}, which has no default"
        elif known is None or not known.is_required:
            what = f"{label} is now required"
        elif known.has_default:
            what = f"{label} lost its default"
            yield replace(
                change, kind=ChangeKind.DEFAULT_DROPPED, what=what, name=name, owner=owner
            )
            continue
        else:
            continue
        yield replace(change, kind=ChangeKind.REQUIRED, what=what, name=name, owner=owner)
    for name, rule in now.constraints.items():
        if not _leaves_out(now, rule):
            what = f"{owner} has a new {rule.label} {name}"
            yield replace(change, kind=ChangeKind.CONSTRAINED, what=what, name=name, owner=owner)
    yield from _lost_keys(change, before, now)
    if now.is_secured and not before.is_secured:
        what = f"row level security was enabled on {owner}"
        yield replace(change, kind=ChangeKind.HIDDEN, what=what, name=owner, owner=owner)


def _lost_keys(change: Change, before: Relation, now: Relation) -> Iterator[Change]:
    """What told rows apart, as `on conflict` and `refresh … concurrently` need it."""
    owner = change.name
    for name, rule in before.constraints.items():
        is_key = rule.kind in LOST_KEYS and not rule.is_new
        if is_key and not any(rule.tells_apart_as(other) for other in now.constraints.values()):
            what = lost_key(owner, name, "refresh" if before.kind != "table" else rule.kind)
            label = f"{LOST_KEYS[rule.kind]}{name}"
            yield replace(change, kind=ChangeKind.CONSTRAINED, what=what, name=label, owner=owner)


def _leaves_out(table: Relation, rule: Rule) -> bool:
    """Whether a rule lets pass what an insert leaves in columns that it does not name."""
    if table.passes_new_columns(rule):
        return True
    if rule.kind != "check":
        return False
    new = {name: c for name in rule.columns if (c := table.column(name)).is_new}
    left = {name: c.default if c.has_default else _NULL for name, c in new.items()}
    return bool(holds(rule.tree, left))
