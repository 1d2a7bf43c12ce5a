"""The calls in Ruby, by the grammar of tree-sitter."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from verifier.database.code_calls import UNKNOWN, Call, Value

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_NESTED = ("if", "unless", "then", "else", "begin", "body_statement", "if_modifier", "block_body")


@cache
def _parser() -> "Parser":
    # Loaded only where there is such a migration.
    import tree_sitter_ruby
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_ruby.language()))


def method_calls(content: bytes, names: tuple[str, ...]) -> tuple[Call, ...] | None:
    """Return the calls of the first method with one of these names, in order; None without one."""
    root = _parser().parse(content).root_node
    documents = _heredocs(root)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "method" and _text(node.child_by_field_name("name")) in names:
            body = node.child_by_field_name("body")
            return tuple(_calls_in(body, documents)) if body is not None else ()
        waiting += reversed(node.named_children)
    return None


def _heredocs(root: "Node") -> list[Value]:
    """The texts of here documents, in the order in which they begin."""
    found: list[Value] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "heredoc_body":
            is_plain = all(each.type != "interpolation" for each in node.named_children)
            parts = [_text(each) for each in node.children if each.type == "heredoc_content"]
            found.append("".join(parts) if is_plain else UNKNOWN)
        waiting += reversed(node.named_children)
    return found


def _calls_in(block: "Node", documents: list[Value]) -> Iterator[Call]:
    for node in block.named_children:
        if node.type in ("call", "identifier"):
            yield _call(node, documents)
        elif node.type in _NESTED:
            yield from _calls_in(node, documents)


def _call(node: "Node", documents: list[Value]) -> Call:
    if node.type == "identifier":
        return Call(_text(node), line=node.start_point[0] + 1)
    receiver = node.child_by_field_name("receiver")
    on: Value = None
    if receiver is not None:
        on = _call(receiver, documents) if receiver.type == "call" else _text(receiver)
    given = node.child_by_field_name("arguments")
    arguments: list[Value] = []
    named: dict[str, Value] = {}
    for each in given.named_children if given is not None else ():
        if each.type == "pair":
            named[_key(each)] = _value(each.child_by_field_name("value"), documents)
        else:
            arguments.append(_value(each, documents))
    block = node.child_by_field_name("block")
    inner = block.child_by_field_name("body") if block is not None else None
    body = tuple(_calls_in(inner, documents)) if inner is not None else ()
    name = _text(node.child_by_field_name("method"))
    return Call(name, tuple(arguments), named, node.start_point[0] + 1, on, body)


def _key(pair: "Node") -> str:
    return _text(pair.child_by_field_name("key")).strip(":'\"")


def _value(node: "Node | None", documents: list[Value]) -> Value:
    if node is None:
        return UNKNOWN
    match node.type:
        case "simple_symbol":
            return _text(node).removeprefix(":")
        case "string":
            is_plain = all(each.type != "interpolation" for each in node.named_children)
            return "".join(_text(each) for each in node.named_children) if is_plain else UNKNOWN
        case "heredoc_beginning":
            return documents.pop(0) if documents else UNKNOWN
        case "call":
            # `<<~SQL.squish` is the text as well.
            receiver = node.child_by_field_name("receiver")
            if receiver is not None and receiver.type == "heredoc_beginning":
                return _value(receiver, documents)
            return _call(node, documents)
        case "integer":
            return int(_text(node).replace("_", ""), 0)
        case "true" | "false":
            return node.type == "true"
        case "nil":
            return None
        case "array" | "symbol_array" | "string_array":
            return [_value(each, documents) for each in node.named_children]
        case "bare_symbol" | "bare_string":
            return _text(node)
        case "hash":
            return {
                _key(each): _value(each.child_by_field_name("value"), documents)
                for each in node.named_children
                if each.type == "pair"
            }
        case "lambda":
            return Call("lambda", line=node.start_point[0] + 1)
        case _:
            return UNKNOWN


def _text(node: "Node | None") -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""
