"""What happens to publications, servers and operators, and what it means to older code."""

from verifier.database.pg_nodes import Node, child, dotted, name_of, of_kind, strings, tagged, text
from verifier.database.recording import Recording
from verifier.model.breaking_change import ChangeKind

#: What a query may need without naming it as code would find it.
_NEEDED = {
    "OBJECT_OPERATOR": "operator",
    "OBJECT_CAST": "cast",
    "OBJECT_COLLATION": "collation",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_FOREIGN_SERVER": "server",
    "OBJECT_FDW": "foreign data wrapper",
    "OBJECT_PUBLICATION": "publication",
    "OBJECT_TRANSFORM": "transform",
}
#: Schemas in which every session looks, here or where Supabase runs it.
_SEEN = frozenset({"public", "extensions", "pg_catalog"})


def drop_beside(kind: str, target: Node, recording: Recording) -> None:
    """An operator, a publication or the like that is gone."""
    if kind not in _NEEDED:
        return
    name = _name(target)
    key = f"{kind} {name}"
    recording.beside.discard(key)
    if key not in recording.schema.new_names:
        label = f"{_NEEDED[kind]} {name}".rstrip()
        what = f"{label} was dropped"
        recording.beside_lost[what] = key
        recording.tell(ChangeKind.DROPPED, what, "")


def _name(target: Node) -> str:
    tag, content = tagged(target)
    match tag:
        case "List":
            return dotted(strings(content, "items"))
        case "ObjectWithArgs":
            return dotted(strings(content, "objname"))
        case _:
            return text(content, "sval")


def create_publication(tree: Node, recording: Recording) -> None:
    _make(f"OBJECT_PUBLICATION {text(tree, 'pubname')}", recording)


def define(tree: Node, recording: Recording) -> None:
    """An operator, a collation or a text search configuration that is made."""
    _make(f"{text(tree, 'kind')} {dotted(strings(tree, 'defnames'))}", recording)


def create_server(tree: Node, recording: Recording) -> None:
    _make(f"OBJECT_FOREIGN_SERVER {text(tree, 'servername')}", recording)


def _make(key: str, recording: Recording) -> None:
    recording.beside.add(key)
    if not recording.is_older and key not in recording.beside_lost.values():
        recording.schema.new_names.add(key)


def alter_publication(tree: Node, recording: Recording) -> None:
    """A table whose changes whoever listens for them is told of no more."""
    publication = text(tree, "pubname")
    action = text(tree, "action")
    for each in of_kind(tree, "pubobjects", "PublicationObjSpec"):
        name = name_of(child(child(each, "pubtable"), "relation"))
        label = f"publication {publication}"
        if action == "AP_AddObjects":
            recording.unpublished.discard((label, name))
        elif action == "AP_DropObjects" and name:
            recording.unpublished.add((label, name))
            if not recording.is_new(recording.schema.relation(name)):
                what = f"what changes in {name} is not published by {publication} any more"
                recording.tell(ChangeKind.HIDDEN, what, label, name)


def move_extension(tree: Node, recording: Recording) -> None:
    """An extension whose functions and types are looked for elsewhere."""
    name = text(child(child(tree, "object"), "String"), "sval")
    schema = text(tree, "newschema")
    if schema not in _SEEN and f"extension {name}" not in recording.schema.new_names:
        what = f"extension {name} was moved to {schema}"
        recording.tell(ChangeKind.RENAMED, what, "")
