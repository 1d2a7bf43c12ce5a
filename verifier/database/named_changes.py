"""What happens to types, domains, schemas and extensions, and what it means to older code."""

from collections.abc import Callable, Iterator, Mapping

from verifier.database.column_types import bare_type
from verifier.database.domain_changes import forbids_null, note_domain
from verifier.database.lost_rights import lose_rights
from verifier.database.made_again import more_attributes
from verifier.database.pg_nodes import (
    Node,
    child,
    dotted,
    name_of,
    of_kind,
    strings,
    text,
    type_of,
    without_places,
)
from verifier.database.recording import MOST_TAKEN_OVER, Recording
from verifier.database.schema_state import FILLED, NOT_NULL, Named
from verifier.database.table_changes import drop_column
from verifier.model.breaking_change import ChangeKind


def drop_named(
    kind: str, name: str, recording: Recording, *, is_cascade: bool = False
) -> list[tuple[str, str]]:
    """
    A type or the like that is gone; `cascade` takes along what is of that type.

    Returns the tables and columns that went.
    """
    key = f"{kind} {name}"
    recording.schema.types.discard(key)
    parts = recording.schema.parts.pop(key, {})
    lose_rights(key, key, recording)
    if key not in recording.schema.new_names:
        what = f"{key} was dropped"
        # A schema goes by itself only when it is empty.
        is_unnamed = kind == "extension" or (kind == "schema" and is_cascade)
        change = recording.tell(ChangeKind.DROPPED, what, name, is_unnamed=is_unnamed)
        # A schema that is made again has nothing of what went with the one before.
        if not (kind == "schema" and is_cascade):
            recording.lose(change, Named(kind, parts))
    recording.schema.new_names.discard(key)
    recording.schema.under.pop(name, None)
    return list(_drop_all_of(kind, name, recording)) if is_cascade else []


def _drop_all_of(kind: str, name: str, recording: Recording) -> Iterator[tuple[str, str]]:
    """The columns and attributes of a type, the domains over it, the types in a schema."""
    schema = recording.schema
    for table, column in schema.typed.pop(name, ()):
        there = table.columns.get(column)
        if there is not None and bare_type(there.type) == name:
            drop_column(table.name, table, column, recording)
            yield table.name, column
    for domain in [each for each, type_ in schema.under.items() if type_ == name]:
        yield from drop_named("domain", domain, recording, is_cascade=True)
    for key, parts in schema.parts.items():
        for attribute in [each for each, type_ in parts.items() if bare_type(type_) == name]:
            del parts[attribute]
            _tell_attribute_gone(attribute, key.partition(" ")[2], recording)
    within = [each for each in schema.types if each.partition(" ")[2].startswith(f"{name}.")]
    for each in sorted(within) if kind == "schema" else ():
        label, _, type_ = each.partition(" ")
        yield from drop_named(label, type_, recording, is_cascade=True)


def _tell_attribute_gone(attribute: str, name: str, recording: Recording) -> None:
    if f"type {name}" not in recording.schema.new_names:
        what = f"attribute {attribute} of type {name} was dropped"
        recording.tell(ChangeKind.DROPPED, what, attribute, name)


def rename_named(label: str, old: str, new: str, recording: Recording) -> None:
    """A type or the like under another name; columns of that type keep it."""
    schema = recording.schema
    typed = schema.typed.pop(old, [])
    recording.taken_over += len(typed)
    for table, column in typed if recording.taken_over < MOST_TAKEN_OVER else ():
        there = table.columns.get(column)
        if there is not None and bare_type(there.type) == old:
            there.type = (there.type or "").replace(old, new, 1)
            schema.typed.setdefault(new, []).append((table, column))
    schema.under = {
        new if name == old else name: new if type_ == old else type_
        for name, type_ in schema.under.items()
    }
    schema.types.discard(f"{label} {old}")
    schema.types.add(f"{label} {new}")
    parts = schema.parts.pop(f"{label} {old}", {})
    schema.parts[f"{label} {new}"] = parts
    if f"{label} {old}" not in schema.new_names:
        what = f"{label} {old} was renamed"
        change = recording.tell(ChangeKind.RENAMED, what, old, is_unnamed=label == "schema")
        recording.lose(change, Named(label, parts))
    schema.new_names.discard(f"{label} {old}")
    if not recording.is_older:
        schema.new_names.add(f"{label} {new}")


def create_named(kind: str, key: str) -> Callable[[Node, Recording], None]:
    def create(tree: Node, recording: Recording) -> None:
        name = text(tree, key) or dotted(strings(tree, key)) or name_of(child(tree, key))
        recording.schema.types.add(f"{kind} {name}")
        under = type_of(child(tree, "typeName")) if kind == "domain" else ""
        recording.schema.parts[f"{kind} {name}"] = {
            **_inherited(recording.schema.domain(under)),
            **_parts(tree),
        }
        if kind == "domain":
            recording.schema.under[name] = bare_type(under)
            note_domain(name, tree, recording)
        if not recording.is_older:
            recording.schema.new_names.add(f"{kind} {name}")

    return create


def _inherited(domain: Mapping[str, str]) -> dict[str, str]:
    """What a domain of a domain has of that one."""
    return {part: "" for part in (NOT_NULL, FILLED) if part in domain}


def _parts(tree: Node) -> dict[str, str]:
    """What a type that is made has: the values of an enum, attributes, a domain's conditions."""
    attributes = of_kind(tree, "coldeflist", "ColumnDef")
    constraints = list(of_kind(tree, "constraints", "Constraint"))
    conditions = without_places(constraints)
    kinds = {text(each, "contype") for each in constraints}
    return {
        **({NOT_NULL: ""} if any(map(forbids_null, constraints)) else {}),
        **({FILLED: ""} if "CONSTR_DEFAULT" in kinds else {}),
        **dict.fromkeys(strings(tree, "vals"), ""),
        **{text(each, "colname"): type_of(child(each, "typeName")) for each in attributes},
        **({"conditions": str(conditions)} if conditions else {}),
    }


def alter_enum(tree: Node, recording: Recording) -> None:
    old = text(tree, "oldVal")
    name = dotted(strings(tree, "typeName"))
    parts = recording.schema.parts.setdefault(f"type {name}", {})
    parts.pop(old, None)
    parts[text(tree, "newVal")] = ""
    if old and f"type {name}" not in recording.schema.new_names:
        what = f"value {old} of type {name} was renamed"
        recording.tell(ChangeKind.RENAMED, what, old, name, is_unnamed=True)


def alter_type(tree: Node, recording: Recording) -> None:
    """Tell of the attributes that a type loses or that mean something else."""
    name = name_of(child(tree, "relation"))
    if f"type {name}" in recording.schema.new_names:
        return
    for command in of_kind(tree, "cmds", "AlterTableCmd"):
        attribute = text(command, "name")
        match text(command, "subtype"):
            case "AT_DropColumn":
                _tell_attribute_gone(attribute, name, recording)
            case "AT_AlterColumnType":
                what = f"attribute {attribute} of type {name} has another type"
                recording.tell(ChangeKind.RETYPED, what, attribute, name)
            case "AT_AddColumn":
                recording.tell(ChangeKind.CONSTRAINED, more_attributes(name), name)
            case _:
                continue
