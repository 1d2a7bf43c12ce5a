"""What happens to tables, views, types and schemas as wholes, and what it means to older code."""

from collections.abc import Iterable

from verifier.database.access_changes import drop_policy, let_invoker_decide
from verifier.database.constant_conditions import holds
from verifier.database.emptied_relations import delete_first
from verifier.database.foreign_keys import follow, forget
from verifier.database.lost_rights import lose_rights, move_rights
from verifier.database.named_changes import drop_named, rename_named
from verifier.database.pg_nodes import (
    Node,
    child,
    dotted,
    is_set,
    items,
    name_of,
    of_kind,
    strings,
    text,
    type_of,
)
from verifier.database.published_changes import drop_beside, move_extension
from verifier.database.query_tables import columns_in, tables_in
from verifier.database.recording import MATERIALIZED, MOST_TAKEN_OVER, Recording
from verifier.database.routine_changes import drop_routine
from verifier.database.schema_state import EVENT_TRIGGER, Column, Named, Relation
from verifier.database.table_changes import drop_defaults_by
from verifier.database.table_rules import Rule
from verifier.database.trigger_changes import drop_trigger
from verifier.database.view_columns import view_columns
from verifier.database.writable_views import (
    ALL,
    CHECK_OPTION,
    check_option,
    kind_of_loss,
    lost_writing,
    written_through,
)
from verifier.model.breaking_change import ChangeKind

#: How a tree has the word `cascade`.
CASCADE = "DROP_CASCADE"
RELATIONS = {
    "OBJECT_TABLE": "table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": MATERIALIZED,
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_SEQUENCE": "sequence",
}
_ROUTINES = ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE")
_TYPES = {"OBJECT_TYPE": "type", "OBJECT_DOMAIN": "domain"}


def drop(tree: Node, recording: Recording) -> None:
    kind = text(tree, "removeType")
    is_cascade = text(tree, "behavior") == CASCADE
    if kind in RELATIONS:
        for target in of_kind(tree, "objects", "List"):
            name = dotted(strings(target, "items"))
            drop_relation(name, RELATIONS[kind], recording)
            if is_cascade:
                drop_views_on(name, "", recording)
            if is_cascade and kind == "OBJECT_SEQUENCE":
                # One that came with a column is called by its table: `users_id_seq`.
                parts = name.rpartition(".")[2].split("_")
                recording.asked |= {"_".join(parts[:end]) for end in range(1, len(parts))}
                drop_defaults_by(name, recording)
    elif kind in _ROUTINES:
        drop_routine(tree, recording)
    elif kind in _TYPES:
        for target in of_kind(tree, "objects", "TypeName"):
            gone = drop_named(_TYPES[kind], type_of(target), recording, is_cascade=is_cascade)
            for table, column in gone:
                drop_views_on(table, column, recording)
    elif kind in ("OBJECT_SCHEMA", "OBJECT_EXTENSION"):
        for name in strings(tree, "objects"):
            label = kind.removeprefix("OBJECT_").lower()
            if kind == "OBJECT_SCHEMA" and is_cascade:
                for inside in [n for n in recording.schema.relations if _is_in(name, n)]:
                    drop_relation(inside, recording.schema.relations[inside].kind, recording)
            for table, column in drop_named(label, name, recording, is_cascade=is_cascade):
                drop_views_on(table, column, recording)
    elif kind == "OBJECT_INDEX":
        for target in of_kind(tree, "objects", "List"):
            recording.drop_index(strings(target, "items")[-1])
    elif kind == "OBJECT_POLICY":
        for target in of_kind(tree, "objects", "List"):
            *owner, name = strings(target, "items")
            drop_policy(dotted(tuple(owner)), name, recording)
    elif kind in ("OBJECT_TRIGGER", "OBJECT_RULE"):
        for target in of_kind(tree, "objects", "List"):
            *owner, name = strings(target, "items")
            if kind == "OBJECT_TRIGGER":
                drop_trigger(dotted(tuple(owner)), name, recording)
            _write_no_more(dotted(tuple(owner)), name, recording)
    elif kind == "OBJECT_EVENT_TRIGGER":
        recording.schema.event_triggers -= {f"{EVENT_TRIGGER}{n}" for n in strings(tree, "objects")}
    else:
        for target in items(tree, "objects"):
            drop_beside(kind, target, recording)


def _is_in(schema: str, relation: str) -> bool:
    return (relation.rpartition(".")[0] or "public") == schema


def drop_relation(name: str, kind: str, recording: Recording) -> None:
    relation = recording.schema.relations.pop(name, None)
    recording.filling.pop(name, None)
    recording.schema.attached.pop(name, None)
    forget(name, recording)
    recording.routed.pop(name, None)
    lose_rights(name, f"{kind} {name}", recording)
    if relation is not None and (recording.is_new(relation) or relation.came_as):
        return
    is_part = relation is not None and relation.is_partition
    what = f"{kind} {name} was dropped"
    change = recording.tell(ChangeKind.DROPPED, what, name, is_unnamed=is_part)
    recording.lose(change, relation or Relation(kind))


def drop_views_on(name: str, column: str, recording: Recording) -> None:
    """What goes with a relation, or with a column of it, that is dropped with all that needs it."""
    for view in list(recording.schema.readers.get(name, ())):
        relation = recording.schema.relations.get(view)
        if relation is None or name not in relation.sources:
            continue
        is_named = column in relation.source_columns or (
            "*" in relation.source_columns and column in relation.columns
        )
        if is_named or not column:
            drop_relation(view, relation.kind, recording)
            drop_views_on(view, "", recording)


def rename(tree: Node, recording: Recording) -> None:
    kind = text(tree, "renameType")
    new = text(tree, "newname")
    if kind == "OBJECT_COLUMN":
        _rename_column(name_of(child(tree, "relation")), text(tree, "subname"), new, recording)
    elif kind in RELATIONS:
        old = name_of(child(tree, "relation"))
        _move(old, dotted((*old.split(".")[:-1], new)), "renamed", recording)
    elif kind in _ROUTINES:
        target = child(child(tree, "object"), "ObjectWithArgs")
        old = dotted(strings(target, "objname"))
        known = recording.schema.routines.pop(old, [])
        recording.schema.routines.setdefault(new, []).extend(known)
        move_rights(f"{old}()", f"{new}()", f"function {old}", recording)
        if f"{old}()" not in recording.schema.new_names:
            change = recording.tell(ChangeKind.RENAMED, f"function {old} was renamed", old)
            recording.lose(change, known[0] if known else Named("function"))
    elif kind in (*_TYPES, "OBJECT_SCHEMA"):
        label = _TYPES.get(kind, "schema")
        old = dotted(strings(child(child(tree, "object"), "List"), "items")) or text(
            tree, "subname"
        )
        rename_named(label, old, new, recording)
    elif kind == "OBJECT_ATTRIBUTE":
        old = text(tree, "subname")
        owner = name_of(child(tree, "relation"))
        recording.tell(ChangeKind.RENAMED, f"attribute {old} of {owner} was renamed", old, owner)
    elif kind == "OBJECT_TABCONSTRAINT":
        relation = recording.schema.relation(name_of(child(tree, "relation")))
        rule = relation.constraints.pop(text(tree, "subname"), None)
        if rule is not None:
            relation.constraints[new] = rule
            recording.schema.ruled.setdefault(new, []).append(relation)


def _rename_column(owner: str, old: str, new: str, recording: Recording) -> None:
    relation = recording.schema.relation(owner)
    column = relation.columns[new] = relation.columns.pop(old, Column())
    recording.rights.move_column(owner, old, new)
    recording.schema.note_type(relation, new, column.type or "")
    if recording.is_new(relation) or column.is_new or _is_known_otherwise(column, old, new):
        return
    change = recording.tell(
        ChangeKind.RENAMED, f"column {old} of {owner} was renamed to {new}", old, owner
    )
    recording.lose(change, column)


def _is_known_otherwise(renamed: Relation | Column, old: str, new: str) -> bool:
    """Whether older code never knew the name that is given up: it was one of these migrations'."""
    before, renamed.came_as = renamed.came_as, renamed.came_as or old
    if renamed.came_as == new:
        renamed.came_as = ""
    return bool(before)


def _move(old: str, new: str, how: str, recording: Recording) -> None:
    relation = recording.schema.relations.pop(old, None) or Relation("table")
    recording.schema.put(new, relation)
    follow(old, new, recording)
    move_rights(old, new, f"{relation.kind} {old}", recording)
    recording.filling[new] = recording.filling.pop(old, {})
    recording.schema.attached[new] = recording.schema.attached.pop(old, {})
    if not recording.is_new(relation) and not _is_known_otherwise(relation, old, new):
        change = recording.tell(ChangeKind.RENAMED, f"{old} was {how} to {new}", old)
        recording.lose(change, relation)


def set_schema(tree: Node, recording: Recording) -> None:
    kind = text(tree, "objectType")
    schema = text(tree, "newschema")
    if kind == "OBJECT_EXTENSION":
        move_extension(tree, recording)
    if kind in RELATIONS:
        old = name_of(child(tree, "relation"))
        _move(old, dotted((schema, old.rpartition(".")[2])), "moved", recording)
        return
    target = child(child(tree, "object"), "ObjectWithArgs")
    name = dotted(
        strings(target, "objname") or strings(child(child(tree, "object"), "List"), "items")
    )
    label = kind.removeprefix("OBJECT_").lower()
    if name and kind in (*_ROUTINES, *_TYPES):
        recording.tell(ChangeKind.RENAMED, f"{label} {name} was moved to {schema}", name)


def create_view(tree: Node, recording: Recording) -> None:
    into = child(tree, "into")
    name = name_of(child(tree, "view") or child(into, "rel"))
    kind = MATERIALIZED if text(tree, "objtype") == "OBJECT_MATVIEW" else "view"
    if text(tree, "objtype") == "OBJECT_TABLE":
        kind = "table"
    columns = view_columns(child(tree, "query"), recording.schema.relations)
    recording.taken_over += len(columns or ())
    if recording.taken_over > MOST_TAKEN_OVER:
        columns = None
    aliases = strings(tree, "aliases") or strings(into, "colNames")
    if aliases:
        columns = {alias: Column() for alias in aliases}
    if kind == "table":  # nothing is asked of its rows, and nothing filled in
        columns = {
            name: Column(type=column.type, is_required=False, has_default=False)
            for name, column in (columns or {}).items()
        } or columns
    known = recording.schema.relations.get(name)
    is_new = not recording.is_older and (known is None or known.is_new)
    made = Relation(kind, columns=columns or {}, is_complete=columns is not None, is_new=is_new)
    if kind != "table":
        made.sources = frozenset(tables_in(child(tree, "query")))
        made.source_columns = columns_in(child(tree, "query"))
        made.writes = (
            written_through(child(tree, "query"), aliases, recording.schema.relations)
            if kind == "view"
            else frozenset()
        )
        made.constraints = check_option(tree)
        made.is_filled = not is_set(into, "skipData")
        made.own_writes = made.writes
        if recording.routed.get(name):
            made.writes = frozenset({ALL})
    if known is not None and not recording.is_new(known):
        _tell_unwritable(name, known, made, recording)
        condition = child(child(tree, "query"), "SelectStmt").get("whereClause")
        if kind == "view" and holds(condition, {}) is False:
            recording.tell(ChangeKind.EMPTIED, f"view {name} shows no row any more", name, name)
    recording.schema.put(name, made)
    let_invoker_decide(name, of_kind(tree, "options", "DefElem"), recording)


def _tell_unwritable(name: str, known: Relation, made: Relation, recording: Recording) -> None:
    """A view in place of another keeps its columns, yet may not be one to write to."""
    if what := lost_writing(name, known, made):
        recording.lose(recording.tell(kind_of_loss(known), what, name), known)


def limit_writing(name: str, view: Relation, options: Iterable[Node], recording: Recording) -> None:
    """A view that takes only rows that it shows itself, from now on."""
    if not any(text(option, "defname") == CHECK_OPTION for option in options):
        return
    before, view.constraints = view.copied(), {CHECK_OPTION: Rule(CHECK_OPTION, ())}
    if not recording.is_new(view):
        _tell_unwritable(name, before, view, recording)


def _write_no_more(name: str, what: str, recording: Recording) -> None:
    """A trigger or a rule that wrote for a view, and that is gone."""
    view = recording.schema.relations.get(name)
    recording.asked.add(name)
    by = recording.routed.get(name, set())
    if view is None or view.kind != "view" or what not in by:
        return
    by.discard(what)
    before, view.writes = view.copied(), view.writes if by else view.own_writes
    if not recording.is_new(view):
        _tell_unwritable(name, before, view, recording)


def select(tree: Node, recording: Recording) -> None:
    """`select … into` makes a table."""
    delete_first(tree, recording)
    if into := child(tree, "intoClause"):
        made = {"into": into, "query": {"SelectStmt": tree}, "objtype": "OBJECT_TABLE"}
        create_view(made, recording)
