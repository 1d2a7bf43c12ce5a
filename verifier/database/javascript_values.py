"""What expressions of JavaScript and TypeScript are, as far as their syntax tells."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from verifier.database.code_calls import REST, UNKNOWN, Call, CodeScope, Tool, Value, each_of
from verifier.database.javascript_syntax import (
    FUNCTIONS,
    WRAPPERS,
    before_dot,
    function_of,
    given_to,
    name_of,
    piece_of,
    root_of,
    string_of,
    text_of,
)
from verifier.database.syntax_trees import added

if TYPE_CHECKING:
    from tree_sitter import Node

    JsScope = CodeScope[Node]

#: Parts of what a tool gives that can do as much as the whole.
_WORKS = frozenset(
    {"schema", "manager", "connection", "dataSource", "sequelize", "client", "context", "db"}
)
#: A function that is given to a call.
FUNCTION = Call("function")


def bound(pattern: "Node", value: Value) -> Mapping[str, Value]:
    """
    Return what the names of a pattern stand for once it is given a value.

    Parts of what a tool gives are the tool's too: `({ schema }) => schema.dropTable(…)`.
    """
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            name = text_of(pattern)
            return {
                name: Tool(name, value.method)
                if isinstance(value, Tool) and _is_part(value)
                else value
            }
        case "array_pattern":
            nodes = pattern.named_children
            members = [*each_of(value), *[UNKNOWN] * len(nodes)]
            pairs = list(zip(nodes, members, strict=False))
        case "object_pattern":
            is_tool = isinstance(value, Tool)
            given = value if isinstance(value, dict) else {}
            pairs = []
            for each in pattern.named_children:
                key = each.child_by_field_name("key") or each
                inner = each.child_by_field_name("value") or each
                part = Tool("", _key(key)) if is_tool else given.get(text_of(key), UNKNOWN)
                pairs.append((inner, part))
        case _:
            left = pattern.child_by_field_name("left")
            nodes = [left] if left is not None else pattern.named_children
            named = [each for each in nodes if each.type.endswith(("identifier", "pattern"))]
            pairs = [(each, value if _is_part(value) else UNKNOWN) for each in named[:1]]
    return {name: v for node, member in pairs for name, v in bound(node, member).items()}


def _is_part(value: Value) -> bool:
    """Whether it is taken out of what a tool gives, and has no name yet."""
    return isinstance(value, Tool) and not value.name


def _key(node: "Node") -> str:
    """The name of a part that is taken out; one with a default has it first."""
    return text_of(node.child_by_field_name("left") or node)


def value_of(node: "Node", scope: "JsScope") -> Value:
    """Return what an expression is."""
    scope.effort.spend()
    match node.type:
        case "string":
            return scope.joined([string_of(node)])
        case "template_string":
            return scope.joined([_piece(each, scope) for each in node.named_children])
        case "number":
            text = text_of(node)
            return int(text) if text.isdecimal() and len(text) < 20 else 0.5
        case "true" | "false":
            return node.type == "true"
        case "null" | "undefined":
            return None
        case "identifier" | "this":
            return scope.get(text_of(node))
        case "array":
            return _values_in_list(node, scope)
        case "object":
            return dict(_pairs(node, scope))
        case "call_expression" | "new_expression":
            return _folded(node, scope)
        case "member_expression":
            # `DataTypes.TEXT` without brackets is a type as well.
            name = name_of(node)
            return Tool(name) if name in _WORKS and is_of_tool(node, scope) else Call(name)
        case "binary_expression":
            return _added(node, scope)
        case kind if kind in FUNCTIONS:
            return FUNCTION
        case kind if kind in WRAPPERS:
            return value_of(node.named_children[0], scope) if node.named_children else UNKNOWN
        case _:
            return UNKNOWN


def _values_in_list(node: "Node", scope: "JsScope") -> list[Value]:
    found: list[Value] = []
    for each in node.named_children:
        if each.type == "spread_element" and each.named_children:
            found += each_of(value_of(each.named_children[0], scope))
        elif each.type != "comment":
            found.append(value_of(each, scope))
    scope.effort.spend(len(found))
    return found


def _piece(node: "Node", scope: "JsScope") -> Value:
    if node.type != "template_substitution":
        return piece_of(node)
    return value_of(node.named_children[0], scope) if node.named_children else UNKNOWN


def _added(node: "Node", scope: "JsScope") -> Value:
    """Texts that stand behind one another."""
    parts = added(node, "binary_expression")
    if parts is None:
        return UNKNOWN
    return scope.joined([value_of(part, scope) for part in parts])


def _pairs(node: "Node", scope: "JsScope") -> Iterator[tuple[str, Value]]:
    for each in node.named_children:
        key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
        if each.type == "pair" and key is not None and value is not None:
            yield text_of(key).strip("'\"`"), value_of(value, scope)
        elif each.type == "shorthand_property_identifier":
            yield text_of(each), scope.get(text_of(each))
        elif each.type == "spread_element" and each.named_children:
            yield from _inside(value_of(each.named_children[0], scope))


def _inside(whole: Value) -> Iterable[tuple[str, Value]]:
    return whole.items() if isinstance(whole, dict) else [(REST, UNKNOWN)]


def _folded(node: "Node", scope: "JsScope") -> Value:
    """A call, or the text or list that comes of it."""
    function = node.child_by_field_name("function")
    given = given_to(node)
    owner = function.child_by_field_name("object") if function is not None else None
    name = name_of(function) if function is not None and owner is not None else ""
    if owner is not None and name in ("keys", "values", "entries") and text_of(owner) == "Object":
        inside = value_of(given[0], scope) if given else None
        if isinstance(inside, dict):
            by_name = {"keys": list(inside), "values": list(inside.values())}
            pairs: list[Value] = [[key, value] for key, value in inside.items()]
            return by_name.get(name, pairs)
    if owner is not None and name == "assign" and text_of(owner) == "Object":
        wholes = [value_of(each, scope) for each in given]
        return {k: v for each in wholes for k, v in _inside(each)}
    if owner is not None and name in ("join", "trim"):
        members, between = value_of(owner, scope), value_of(given[0], scope) if given else ","
        if name == "trim" and isinstance(members, str):
            return members
        if isinstance(members, list):
            return scope.joined([part for member in members for part in (between, member)][1:])
    return _call(node, scope)


def _call(node: "Node", scope: "JsScope") -> Call:
    function = function_of(node)
    arguments = tuple(
        FUNCTION
        if each.type == "identifier" and text_of(each) in scope.functions
        else value_of(each, scope)
        for each in given_to(node)
    )
    inner = _handed_on(function, scope)
    if function is not None and inner is not None:
        is_listed = name_of(function) == "apply"
        arguments = tuple(each_of((*arguments, None)[1])) if is_listed else arguments[1:]
        function = inner
    on: Value = None
    name = text_of(function) if function is not None and function.type == "identifier" else ""
    known = scope.names.get(name)
    if isinstance(known, Tool) and known.method:
        name = known.method
    if function is not None and function.type in ("member_expression", "subscript_expression"):
        name = name_of(function) if function.type == "member_expression" else ""
        on = _owner(function.child_by_field_name("object"), scope)
    return Call(name, arguments, {}, node.start_point[0] + 1, on)


def _handed_on(function: "Node | None", scope: "JsScope") -> "Node | None":
    """The method of a tool that another one calls: `knex.schema.dropTable.call(knex.schema, …)`."""
    if function is None or name_of(function) not in ("call", "apply"):
        return None
    inner = function.child_by_field_name("object")
    is_method = inner is not None and inner.type == "member_expression"
    return inner if is_method and is_of_tool(inner, scope) else None


def is_of_tool(node: "Node | None", scope: "JsScope") -> bool:
    """Return whether a chain begins at what the tool gives, or gave to a function."""
    return isinstance(scope.names.get(root_of(node)), Tool)


def method_of(node: "Node", scope: "JsScope") -> str:
    """Return the name of a tool's method that is not called here, empty for anything else."""
    function = function_of(node) if node.type == "call_expression" else None
    if function is not None and name_of(function) == "bind":
        node = function.child_by_field_name("object") or node
    is_method = node.type == "member_expression" and is_of_tool(node, scope)
    return name_of(node) if is_method else ""


def _owner(node: "Node | None", scope: "JsScope") -> Value:
    """The call that a call follows, or the last name before the dot."""
    call = before_dot(node)
    if call is not None:
        return _call(call, scope)
    return text_of(node).rpartition(".")[2]
