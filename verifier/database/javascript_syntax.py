"""The syntax of JavaScript and TypeScript, by the grammar of tree-sitter: where things stand."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from verifier.database.syntax_trees import tree_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

FUNCTIONS = (
    "arrow_function",
    "function_expression",
    "function_declaration",
    "method_definition",
    "generator_function",
    "generator_function_declaration",
)
#: What stands around an expression and does not change it.
WRAPPERS = (
    "await_expression",
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "satisfies_expression",
    "expression_statement",
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
#: Calls in a row; a table of more columns has no chain of so many.
_LONGEST_CHAIN = 2000
_NAMED = frozenset(
    {"function_declaration", "method_definition", "generator_function_declaration", "pair"}
    | {"variable_declarator", "public_field_definition", "assignment_expression"}
)
_ASSIGNMENTS = ("assignment_expression", "augmented_assignment_expression", "update_expression")


@cache
def _parser() -> "Parser":
    # Loaded only where there is such a migration.
    import tree_sitter_typescript
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_typescript.language_typescript()))


def parsed(content: bytes) -> "Node":
    """Return the root of a file's syntax tree."""
    return tree_of(_parser(), content)


def text_of(node: "Node | None") -> str:
    """Return the text of a node, empty where there is none."""
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""


def find_up(nodes: Sequence["Node"]) -> "Node | None":
    """Return the function that a migration applies, of the nodes of its file."""
    return next((found for each in nodes if (found := _up(each)) is not None), None)


def _up(node: "Node") -> "Node | None":
    key, value = _value_and_name(node)
    is_up = text_of(key).strip("'\"") in ("up", "exports.up", "module.exports.up")
    return value if is_up and value is not None and value.type in FUNCTIONS else None


def _value_and_name(node: "Node") -> "tuple[Node | None, Node | None]":
    """What is given a name, and the name."""
    kind, field = node.type, node.child_by_field_name
    if kind not in _NAMED:
        return None, None
    match kind:
        case "function_declaration" | "method_definition" | "generator_function_declaration":
            return field("name"), node
        case "pair":
            return field("key"), field("value")
        case "variable_declarator" | "public_field_definition":
            return field("name"), field("value")
        case _:
            return field("left"), field("right")


def functions_of(nodes: Sequence["Node"]) -> dict[str, "Node"]:
    """Return the functions of a file by name, but for the one that takes a migration back."""
    found: dict[str, Node] = {}
    for node in nodes:
        key, value = _value_and_name(node)
        if value is not None and value.type in FUNCTIONS:
            found.setdefault(text_of(key), value)
    return found


def changing_names(nodes: Sequence["Node"]) -> frozenset[str]:
    """Return the names that are given another value somewhere."""
    found = [
        node.child_by_field_name("left") or node.child_by_field_name("argument")
        for node in nodes
        if node.type in _ASSIGNMENTS
    ]
    names = [each for each in found if each is not None and each.type == "identifier"]
    return frozenset(map(text_of, names))


def parameters_of(function: "Node") -> list["Node"]:
    """Return the patterns of what a function is given."""
    alone = function.child_by_field_name("parameter")
    if alone is not None:
        return [alone]
    given = function.child_by_field_name("parameters")
    nodes = given.named_children if given is not None else []
    return [
        each.child_by_field_name("pattern") or each.child_by_field_name("left") or each
        for each in nodes
        if each.type != "comment"
    ]


def string_of(node: "Node") -> str:
    """Return the text of a literal."""
    return "".join(piece_of(each) for each in node.named_children)


def piece_of(node: "Node") -> str:
    """Return a piece of a literal; what is escaped, as it is meant."""
    text = text_of(node)
    return _ESCAPES.get(text[1:], text[1:]) if node.type == "escape_sequence" else text


def function_of(call: "Node") -> "Node | None":
    """Return what a call calls."""
    return call.child_by_field_name("function") or call.child_by_field_name("constructor")


def name_of(function: "Node") -> str:
    """Return the last name of what is called."""
    return text_of(function.child_by_field_name("property") or function)


def given_to(call: "Node") -> list["Node"]:
    """Return what a call is given; a template right behind it is a text that it is given."""
    given = call.child_by_field_name("arguments")
    if given is None:
        return []
    if given.type == "template_string":
        return [given]
    return [each for each in given.named_children if each.type != "comment"]


def before_dot(node: "Node | None") -> "Node | None":
    """Return the call that a property or method is of; None where it is of a name."""
    while node is not None and node.type not in ("call_expression", "new_expression"):
        if node.type in WRAPPERS:
            node = node.named_children[0] if node.named_children else None
        else:
            node = node.child_by_field_name("object")
    return node


def root_of(node: "Node | None") -> str:
    """Return the name at which a chain of calls begins."""
    for _ in range(_LONGEST_CHAIN):
        if node is None or node.type in ("identifier", "this"):
            return text_of(node)
        if node.type in WRAPPERS:
            node = node.named_children[0] if node.named_children else None
        else:
            node = function_of(node) or node.child_by_field_name("object")
    raise RecursionError
