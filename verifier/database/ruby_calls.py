"""The calls in Ruby: whatever stands anywhere in a method, as if run once."""

from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.database.code_calls import (
    MOST_AGAIN,
    UNKNOWN,
    Call,
    CodeScope,
    Effort,
    Value,
    each_of,
)
from verifier.database.ruby_values import (
    call_of,
    documents_of,
    parsed,
    text_of,
    value_of,
)
from verifier.database.syntax_trees import every

if TYPE_CHECKING:
    from tree_sitter import Node

    RubyScope = CodeScope[Node]

#: What runs a block for each member of a list.
_EACH = ("each", "each_with_index", "each_pair", "map", "flat_map", "each_with_object", "select")
#: What has a table's columns in its block.
_TABLES = ("create_table", "change_table", "create_join_table", "change_table_with_lock")
_SENDS = ("send", "public_send", "__send__")
_DECLARED = ("method", "singleton_method", "class", "module", "comment", "heredoc_body")
#: Of the instance, and, as older migrations have them, of the class: `def self.up`.
_METHODS = ("method", "singleton_method")
#: What stands around statements.
_BODIES = ("body_statement", "block_body", "then", "else", "do", "begin", "ensure", "program")
#: What a call is given and may run.
_RUN_LATER = ("block_argument", "lambda", "call")
_ASSIGNED = ("assignment", "operator_assignment")


def method_calls(content: bytes, names: tuple[str, ...]) -> tuple[Call, ...] | None:
    """Return the calls of the first method with one of these names, in order; None without one."""
    root = parsed(content)
    nodes = list(every(root))
    methods = {
        text_of(node.child_by_field_name("name")): node
        for node in reversed(nodes)
        if node.type in _METHODS
    }
    wanted = [method for name, method in methods.items() if name in names]
    if not wanted:
        return None
    first = min(wanted, key=lambda method: method.start_byte)
    scope: RubyScope = CodeScope(
        ChainMap(), {**methods, **documents_of(nodes)}, Effort.on(content), _changing(nodes)
    )
    for node in (each for each in nodes if each.type == "assignment"):
        left = node.child_by_field_name("left")
        if left is not None and left.type == "constant":
            scope.assign(text_of(left), value_of(node.child_by_field_name("right"), scope))
    return tuple(_of_method(first, (), {}, scope))


def _changing(nodes: Sequence["Node"]) -> frozenset[str]:
    """The names that stand for one thing or another, as the code runs."""
    counted: Counter[tuple[int, str]] = Counter()
    method = end = -1
    for node in nodes:  # in the order of the text: a node's parent is found by a long search
        if node.type in _METHODS and node.start_byte >= end:
            method, end = node.start_byte, node.end_byte
        if node.type in _ASSIGNED:
            around = method if node.start_byte < end else -1
            name = text_of(node.child_by_field_name("left"))
            counted[around, name] += 2 if node.type == "operator_assignment" else 1
    return frozenset(name for (_, name), count in counted.items() if count > 1)


def _of_method(
    method: "Node", given: Sequence[Value], named: Mapping[str, Value], scope: "RubyScope"
) -> Iterator[Call]:
    listed = method.child_by_field_name("parameters")
    parameters = listed.named_children if listed is not None else []
    names: dict[str, Value] = {}
    taken = {text_of(each.child_by_field_name("name") or each) for each in parameters}
    left = {key: value for key, value in named.items() if key not in taken}
    if left and all(each.type != "hash_splat_parameter" for each in parameters):
        given = [*given, left]  # `options = {}` takes what is given by names
    for number, each in enumerate(parameters):
        name = text_of(each.child_by_field_name("name") or each)
        if each.type == "hash_splat_parameter":
            names[name] = {key: value for key, value in named.items() if key not in names}
            continue
        default = each.child_by_field_name("value")
        known = value_of(default, scope) if default is not None else UNKNOWN
        names[name] = named.get(name, given[number] if number < len(given) else known)
    body = method.child_by_field_name("body")
    inside = (*scope.within, method.start_byte)
    if body is not None and inside.count(method.start_byte) <= MOST_AGAIN:
        yield from _calls_in(body, scope.called(names, inside), is_step=True)


def _calls_in(node: "Node", scope: "RubyScope", *, is_step: bool) -> Iterator[Call]:
    """The calls in a statement or expression, in order; of a step, what it is for is itself."""
    scope.effort.spend()
    match node.type:
        case "call":
            yield from _calls_of_call(node, scope, is_step=is_step)
        case "assignment":
            right = node.child_by_field_name("right")
            if right is not None:
                yield from _calls_in(right, scope, is_step=False)
            name = node.child_by_field_name("left")
            if name is not None and name.type == "identifier":
                scope.assign(text_of(name), value_of(right, scope))
        case "subshell":
            yield Call("backtick", line=node.start_point[0] + 1)
        case "for":
            yield from _for(node, scope)
        case "argument_list" | "array" | "hash" | "operator_assignment":
            for each in node.named_children:
                yield from _calls_in(each, scope, is_step=is_step and node.type == "argument_list")
        case kind if kind in _DECLARED:
            return
        case kind:
            for each in node.named_children:
                if each.type == "identifier" and kind in _BODIES:
                    yield from _of_name(each, scope)
                else:
                    yield from _calls_in(each, scope, is_step=is_step)


def _of_name(node: "Node", scope: "RubyScope") -> Iterator[Call]:
    """A method that is called without anything, unless it is a variable."""
    name = text_of(node)
    if name not in scope.names:
        yield from _called(Call(name, line=node.start_point[0] + 1), scope, is_step=True)


def _for(node: "Node", scope: "RubyScope") -> Iterator[Call]:
    pattern, listed = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    body = node.child_by_field_name("body")
    if pattern is None or listed is None or body is None:
        return
    for member in each_of(value_of(listed.named_children[0], scope)):
        inner = scope.inner(_bound([pattern], [member]))
        yield from _calls_in(body, inner, is_step=True)


def _bound(patterns: Sequence["Node"], members: Sequence[Value]) -> dict[str, Value]:
    """What the parameters of a block stand for; several share out one list."""
    names = [text_of(each) for each in patterns]
    values = list(members)
    if len(names) > 1 and len(values) and isinstance(values[0], list):
        values = [*values[0], *values[1:]]
    values += [UNKNOWN] * len(names)
    return dict(zip(names, values, strict=False))


def _calls_of_call(node: "Node", scope: "RubyScope", *, is_step: bool) -> Iterator[Call]:
    receiver, block = node.child_by_field_name("receiver"), node.child_by_field_name("block")
    if receiver is not None and receiver.type not in ("identifier", "constant"):
        yield from _calls_in(receiver, scope, is_step=False)
    handed = node.child_by_field_name("arguments")
    for each in handed.named_children if handed is not None else ():
        if each.type in _RUN_LATER:
            yield from _calls_in(each, scope, is_step=False)
    call = call_of(node, scope)
    if call.name in _SENDS and call.arguments:
        sent, *rest = call.arguments
        call = replace(call, name=sent if isinstance(sent, str) else "", arguments=tuple(rest))
    inner = block.child_by_field_name("body") if block is not None else None
    if inner is None and call.name in _TABLES:
        call = replace(call, body=_lines_of_symbol(node))
    if inner is None or block is None:
        yield from _called(call, scope, is_step=is_step)
        return
    listed = block.child_by_field_name("parameters")
    patterns = listed.named_children if listed is not None else []
    if call.name in _TABLES:
        given = dict.fromkeys(map(text_of, patterns), UNKNOWN)
        is_step = call.name != "create_table"
        body = tuple(_calls_in(inner, scope.inner(given), is_step=is_step))
        yield replace(call, body=body)
        return
    if call.name == "down" or call.name == "revert":
        # What is undone in a block: of `reversible` not by going forward, of `revert` the reverse.
        yield replace(call, why="what revert takes back" if call.name == "revert" else "")
        return
    if call.name == "with_options":
        for done in _calls_in(inner, scope.inner(_bound(patterns, [UNKNOWN])), is_step=True):
            yield replace(done, named={**call.named, **done.named})
        return
    yield from _called(call, scope, is_step=is_step)
    members: Sequence[Value] = (UNKNOWN,)
    if call.name in _EACH and receiver is not None:
        value = value_of(receiver, scope)
        pairs: list[Value] = [[k, v] for k, v in value.items()] if isinstance(value, dict) else []
        members = pairs or each_of(value)
    for number, member in enumerate(members):
        within = scope.inner(_bound(patterns, [member, number]))
        yield from _calls_in(inner, within, is_step=True)


def _lines_of_symbol(node: "Node") -> tuple[Call, ...]:
    """What stands in place of a block: `&:timestamps` calls it on the table, others may be any."""
    given = node.child_by_field_name("arguments")
    blocks = (
        [each for each in given.named_children if each.type == "block_argument"] if given else []
    )
    line = node.start_point[0] + 1
    return tuple(
        Call(text_of(named).lstrip(":"), line=line)
        if named.type == "simple_symbol"
        else Call(text_of(each), line=line, why=text_of(each))
        for each in blocks
        for named in each.named_children
    )


def _called(call: Call, scope: "RubyScope", *, is_step: bool) -> Iterator[Call]:
    """A call, and in place of one of a method of the same file those that it makes."""
    is_own = call.on in (None, "self")
    method = scope.functions.get(call.name) if is_own else None
    if method is not None and call.name not in ("up", "down", "change"):
        yield from _of_method(method, call.arguments, call.named, scope)
    elif is_own and is_step:
        yield replace(call, why=f"{call.name or 'a method'}, which is not in this file")
    else:
        yield call
