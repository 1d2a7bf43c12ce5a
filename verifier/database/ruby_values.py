"""What expressions of Ruby are, by the grammar of tree-sitter. Nothing of it is run."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from verifier.database.code_calls import REST, UNKNOWN, Call, CodeScope, Value, each_of
from verifier.database.syntax_trees import added, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

    RubyScope = CodeScope[Node]

#: What returns the text or list that it is asked of, but for blanks.
_SAME = ("freeze", "squish", "strip_heredoc", "strip", "chomp", "to_s", "to_sym", "to_a", "uniq")
_PIECES = ("string_content", "heredoc_content", "escape_sequence")


@cache
def _parser() -> "Parser":
    # Loaded only where there is such a migration.
    import tree_sitter_ruby
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_ruby.language()))


def parsed(content: bytes) -> "Node":
    """Return the root of a file's syntax tree."""
    return tree_of(_parser(), content)


def text_of(node: "Node | None") -> str:
    """Return the text of a node, empty where there is none."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""


def documents_of(nodes: Sequence["Node"]) -> dict[str, "Node"]:
    """Return the here documents of a file by the places where they are named."""
    begun = [_place(node) for node in nodes if node.type == "heredoc_beginning"]
    bodies = [node for node in nodes if node.type == "heredoc_body"]
    return dict(zip(begun, bodies, strict=False))


def _place(node: "Node") -> str:
    """A name for a here document that no method has."""
    return f"<<{node.start_byte}"


def value_of(node: "Node | None", scope: "RubyScope") -> Value:
    """Return what an expression is."""
    scope.effort.spend()
    if node is None:
        return UNKNOWN
    match node.type:
        case "simple_symbol":
            return text_of(node).removeprefix(":")
        case "string" | "delimited_symbol" | "heredoc_body":
            return scope.joined([_piece(each, scope) for each in _pieces(node)])
        case "heredoc_beginning":
            body = scope.functions.get(_place(node))
            return UNKNOWN if body is None else value_of(body, scope)
        case "chained_string":
            return scope.joined([value_of(each, scope) for each in node.named_children])
        case "binary":
            return _added(node, scope)
        case "call":
            return _folded(node, scope)
        case "identifier" | "constant":
            return scope.get(text_of(node))
        case "array" | "symbol_array" | "string_array":
            return _values_in_list(node, scope)
        case "bare_symbol" | "bare_string":
            return text_of(node)
        case "hash":
            return _options(node, scope)
        case "lambda":
            return Call("lambda", line=node.start_point[0] + 1)
        case _:
            return _literal(node, scope)


def _literal(node: "Node", scope: "RubyScope") -> Value:
    match node.type:
        case "integer":
            digits = text_of(node).replace("_", "")
            return int(digits, 0) if digits.isdecimal() and digits[0] != "0" else UNKNOWN
        case "true" | "false":
            return node.type == "true"
        case "nil":
            return None
        case "parenthesized_statements" if len(node.named_children) == 1:
            return value_of(node.named_children[0], scope)
        case _:
            return UNKNOWN


def _pieces(node: "Node") -> list["Node"]:
    return [each for each in node.named_children if each.type in (*_PIECES, "interpolation")]


def _piece(node: "Node", scope: "RubyScope") -> Value:
    if node.type != "interpolation":
        return text_of(node)
    return value_of(node.named_children[0], scope) if node.named_children else UNKNOWN


def _values_in_list(node: "Node", scope: "RubyScope") -> list[Value]:
    found: list[Value] = []
    for each in node.named_children:
        found += spread(each, scope)
    scope.effort.spend(len(found))
    return found


def spread(node: "Node", scope: "RubyScope") -> list[Value]:
    """Return a value, or those of a list with a star."""
    if node.type == "splat_argument" and node.named_children:
        return list(each_of(value_of(node.named_children[0], scope)))
    return [] if node.type == "comment" else [value_of(node, scope)]


def _added(node: "Node", scope: "RubyScope") -> Value:
    """Texts or lists that stand behind one another."""
    parts = added(node, "binary")
    if parts is None:
        return UNKNOWN
    values = [value_of(part, scope) for part in parts]
    if any(isinstance(value, list) for value in values):
        listed = [member for value in values for member in each_of(value)]
        scope.effort.spend(len(listed))
        return listed
    return scope.joined(values)


def _folded(node: "Node", scope: "RubyScope") -> Value:
    """A call, or the text or list that comes of it."""
    receiver = node.child_by_field_name("receiver")
    name = text_of(node.child_by_field_name("method"))
    if receiver is not None and name in _SAME:
        return value_of(receiver, scope)
    if receiver is not None and name == "join":
        members = value_of(receiver, scope)
        given = node.child_by_field_name("arguments")
        between = value_of(given.named_children[0], scope) if given is not None else ""
        if isinstance(members, list):
            return scope.joined([part for member in members for part in (between, member)][1:])
    return call_of(node, scope)


def call_of(node: "Node", scope: "RubyScope") -> Call:
    """Return a call, without what is done in its block."""
    receiver = node.child_by_field_name("receiver")
    on: Value = None
    if receiver is not None:
        on = call_of(receiver, scope) if receiver.type == "call" else text_of(receiver)
    given = node.child_by_field_name("arguments")
    arguments: list[Value] = []
    named = _options(given, scope) if given is not None else {}
    for each in given.named_children if given is not None else ():
        if each.type not in ("pair", "block_argument", "hash_splat_argument"):
            arguments += spread(each, scope)
    name = text_of(node.child_by_field_name("method"))
    last = arguments[-1] if arguments else None
    if isinstance(last, dict) and not named and name not in scope.functions:
        named = dict(last)
    return Call(name, tuple(arguments), named, node.start_point[0] + 1, on)


def _options(node: "Node", scope: "RubyScope") -> dict[str, Value]:
    """What stands under names in a hash or among arguments, also as a whole: `**options`."""
    found: dict[str, Value] = {}
    for each in node.named_children:
        if each.type == "pair":
            found[key_of(each)] = value_of(each.child_by_field_name("value"), scope)
        elif each.type == "hash_splat_argument" and each.named_children:
            whole = value_of(each.named_children[0], scope)
            found.update(whole if isinstance(whole, dict) else {REST: whole})
    return found


def key_of(pair: "Node") -> str:
    """Return the name in a pair of a name and a value."""
    return text_of(pair.child_by_field_name("key")).strip(":'\"")
