"""Reads PostgreSQL's parse trees, which are JSON, without letting their shape travel."""

from collections.abc import Iterator, Mapping

Node = Mapping[str, object]


def text(node: Node, key: str) -> str:
    """Return a text of a node, empty where it has none."""
    value = node.get(key)
    return value if isinstance(value, str) else ""


def is_set(node: Node, key: str) -> bool:
    """Whether a flag of a node is set; the tree leaves out those that are not."""
    return node.get(key) is True


def child(node: Node, key: str) -> Node:
    """Return a node below, empty where there is none."""
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def items(node: Node, key: str) -> list[Node]:
    """Return the nodes of a list below, empty where there is none."""
    value = node.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def tagged(node: Node) -> tuple[str, Node]:
    """Return the tag of a node and its content, as in `{"RangeVar": {...}}`."""
    for tag, content in node.items():
        if isinstance(content, dict):
            return tag, content
    return "", {}


def of_kind(node: Node, key: str, tag: str) -> Iterator[Node]:
    """Yield the contents of one tag in a list below."""
    for item in items(node, key):
        content = item.get(tag)
        if isinstance(content, dict):
            yield content


def strings(node: Node, key: str) -> tuple[str, ...]:
    """Return the texts of a list of `String` nodes, such as a dotted name."""
    return tuple(text(content, "sval") for content in of_kind(node, key, "String"))


def name_of(range_var: Node) -> str:
    """Return the name of a relation, with its schema unless that is `public`."""
    return dotted((text(range_var, "schemaname"), text(range_var, "relname")))


def dotted(parts: tuple[str, ...]) -> str:
    """Return a name of several parts as one, without the schema `public`."""
    shown = [part for part in parts if part]
    if len(shown) > 1 and shown[0] == "public":
        shown = shown[1:]
    return ".".join(shown)


def type_of(type_name: Node) -> str:
    """Return a type as one text: its name, arguments and whether it is an array."""
    names = [n for n in strings(type_name, "names") if n not in ("pg_catalog", "public")]
    numbers = [str(_integer(child(content, "A_Const"))) for content in items(type_name, "typmods")]
    arguments = f"({','.join(numbers)})" if numbers else ""
    is_array = bool(items(type_name, "arrayBounds"))
    return f"{'.'.join(names)}{arguments}{'[]' if is_array else ''}"


def _integer(constant: Node) -> int:
    value = child(constant, "ival").get("ival", 0)
    return value if isinstance(value, int) else 0


def option(tree: Node, name: str) -> Node:
    """Return what the first option of a name is given, an empty node if there is none."""
    for each in of_kind(tree, "options", "DefElem"):
        if text(each, "defname") == name:
            return child(each, "arg")
    return {}


def without_places(value: object) -> object:
    """Return a tree without the places in the text, for comparison."""
    match value:
        case dict():
            return {k: without_places(v) for k, v in value.items() if k != "location"}
        case list():
            return [without_places(item) for item in value]
        case _:
            return value


def every(value: object, tag: str) -> Iterator[Node]:
    """Yield the contents of a tag wherever it stands in a tree."""
    match value:
        case dict():
            for key, content in value.items():
                if key == tag and isinstance(content, dict):
                    yield content
                yield from every(content, tag)
        case list():
            for item in value:
                yield from every(item, tag)
        case _:
            return
