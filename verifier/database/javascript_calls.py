"""The calls in JavaScript and TypeScript, by the grammar of tree-sitter."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from verifier.database.code_calls import UNKNOWN, Call, Value

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_FUNCTIONS = (
    "arrow_function",
    "function_expression",
    "function_declaration",
    "method_definition",
    "generator_function_declaration",
)
#: What stands around an expression and does not change it.
_WRAPPERS = (
    "await_expression",
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "expression_statement",
)
_NESTED = (
    "statement_block",
    "if_statement",
    "else_clause",
    "for_statement",
    "for_in_statement",
    "while_statement",
    "try_statement",
    "finally_clause",
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@cache
def _parser() -> "Parser":
    # Loaded only where there is such a migration.
    import tree_sitter_typescript
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_typescript.language_typescript()))


def up_calls(content: bytes) -> tuple[Call, ...] | None:
    """Return the calls of the function `up`, in order; None where there is no such function."""
    root = _parser().parse(content).root_node
    function = _find_up(root)
    if function is None:
        return None
    return tuple(_calls_of_function(function, _constants(root)))


def _find_up(node: "Node") -> "Node | None":
    waiting = [node]
    while waiting:
        each = waiting.pop()
        found = _up(each)
        if found is not None:
            return found
        waiting += reversed(each.named_children)
    return None


def _up(node: "Node") -> "Node | None":
    match node.type:
        case "function_declaration" | "method_definition":
            return node if _text(node.child_by_field_name("name")) == "up" else None
        case "pair":
            key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        case "variable_declarator" | "public_field_definition":
            key, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        case "assignment_expression":
            key, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        case _:
            return None
    is_up = _text(key).strip("'\"") in ("up", "exports.up", "module.exports.up")
    return value if is_up and value is not None and value.type in _FUNCTIONS else None


def _constants(root: "Node") -> dict[str, Value]:
    found: dict[str, Value] = {}
    for node in root.named_children:
        declared = node.child_by_field_name("declaration") or node
        for each in declared.named_children if declared.type == "lexical_declaration" else ():
            value = each.child_by_field_name("value")
            if value is not None and value.type not in _FUNCTIONS:
                found[_text(each.child_by_field_name("name"))] = _value(value, found)
    return found


def _calls_of_function(function: "Node", known: Mapping[str, Value]) -> Iterator[Call]:
    body = function.child_by_field_name("body")
    if body is None:
        return
    if body.type == "statement_block":
        yield from _calls_in(body, known)
    else:
        yield from _as_calls(_value(body, known))


def _calls_in(block: "Node", known: Mapping[str, Value]) -> Iterator[Call]:
    local = dict(known)
    for node in block.named_children:
        match node.type:
            case "expression_statement" | "return_statement":
                for inner in node.named_children:
                    yield from _as_calls(_value(inner, local))
            case "lexical_declaration" | "variable_declaration":
                for each in node.named_children:
                    value = each.child_by_field_name("value")
                    if value is not None:
                        local[_text(each.child_by_field_name("name"))] = _value(value, local)
                        yield from _as_calls(_value(value, local))
            case kind if kind in _NESTED:
                yield from _calls_in(node, local)
            case _:
                continue


def _as_calls(value: Value) -> Iterator[Call]:
    """A call, or those in a list, as in `Promise.all([...])`."""
    if isinstance(value, Call):
        if value.name in ("all", "allSettled") and value.on == "Promise":
            yield from _as_calls(value.value(0))
        elif value.name in ("then", "finally") and isinstance(value.on, Call):
            yield from _as_calls(value.on)
            yield from value.body
        elif value.line:
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from _as_calls(each)


def _value(node: "Node", known: Mapping[str, Value]) -> Value:
    match node.type:
        case "string":
            return _string(node)
        case "template_string":
            return _template(node, known)
        case "number":
            text = _text(node)
            return int(text) if text.isdecimal() else 0.5
        case "true" | "false":
            return node.type == "true"
        case "null" | "undefined":
            return None
        case "identifier":
            return known.get(_text(node), UNKNOWN)
        case "array":
            return [_value(each, known) for each in node.named_children]
        case "object":
            return dict(_pairs(node, known))
        case "call_expression" | "new_expression":
            return _call(node, known)
        case "member_expression":
            # `DataTypes.TEXT` without brackets is a type as well.
            return Call(_text(node.child_by_field_name("property")))
        case "binary_expression":
            sides = [_value(each, known) for each in node.named_children]
            texts = [each for each in sides if isinstance(each, str)]
            return "".join(texts) if len(texts) == len(sides) else UNKNOWN
        case kind if kind in _WRAPPERS:
            return _value(node.named_children[0], known) if node.named_children else UNKNOWN
        case _:
            return UNKNOWN


def _pairs(node: "Node", known: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    for each in node.named_children:
        key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
        if each.type == "pair" and key is not None and value is not None:
            yield _text(key).strip("'\"`"), _value(value, known)
        elif each.type == "shorthand_property_identifier":
            yield _text(each), known.get(_text(each), UNKNOWN)


def _call(node: "Node", known: Mapping[str, Value]) -> Call:
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    on: Value = None
    name = _text(function)
    if function is not None and function.type == "member_expression":
        name = _text(function.child_by_field_name("property"))
        on = _owner(function.child_by_field_name("object"), known)
    given = node.child_by_field_name("arguments")
    nodes = [given] if given is not None and given.type == "template_string" else []
    if given is not None and not nodes:
        nodes = [each for each in given.named_children if each.type != "comment"]
    body = [c for each in nodes if each.type in _FUNCTIONS for c in _calls_of_function(each, known)]
    arguments = tuple(_value(each, known) for each in nodes)
    return Call(name, arguments, {}, node.start_point[0] + 1, on, tuple(body))


def _owner(node: "Node | None", known: Mapping[str, Value]) -> Value:
    """The call that a call follows, or the last name before the dot."""
    if node is None:
        return None
    if node.type in ("call_expression", "new_expression"):
        return _call(node, known)
    if node.type in _WRAPPERS and node.named_children:
        return _owner(node.named_children[0], known)
    return _text(node).rpartition(".")[2]


def _string(node: "Node") -> str:
    parts: list[str] = []
    for each in node.named_children:
        text = _text(each)
        parts.append(_ESCAPES.get(text[1:], text[1:]) if each.type == "escape_sequence" else text)
    return "".join(parts)


def _template(node: "Node", known: Mapping[str, Value]) -> Value:
    parts: list[str] = []
    for each in node.named_children:
        if each.type == "template_substitution":
            value = _value(each.named_children[0], known) if each.named_children else UNKNOWN
            if not isinstance(value, str):
                return UNKNOWN
            parts.append(value)
        else:
            text = _text(each)
            is_escape = each.type == "escape_sequence"
            parts.append(_ESCAPES.get(text[1:], text[1:]) if is_escape else text)
    return "".join(parts)


def _text(node: "Node | None") -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""
