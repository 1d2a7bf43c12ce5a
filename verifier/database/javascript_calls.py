"""The calls in JavaScript and TypeScript: whatever stands anywhere, as if run once."""

import re
from collections import ChainMap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.database.code_calls import (
    MOST_AGAIN,
    UNKNOWN,
    Call,
    CodeScope,
    Effort,
    Tool,
    Value,
    each_of,
)
from verifier.database.javascript_syntax import (
    FUNCTIONS,
    before_dot,
    changing_names,
    find_up,
    function_of,
    functions_of,
    given_to,
    name_of,
    parameters_of,
    parsed,
    root_of,
    text_of,
)
from verifier.database.javascript_values import bound, is_of_tool, method_of, value_of
from verifier.database.syntax_trees import every

if TYPE_CHECKING:
    from tree_sitter import Node

    JsScope = CodeScope[Node]

#: What runs a function for each member of a list.
_EACH = ("forEach", "map", "flatMap", "filter", "some", "every")
#: What makes one promise of several, and what goes on behind one.
_PROMISES = ("all", "allSettled", "race", "any", "then", "catch", "finally", "tap")
_NO_CODE = ("comment", "import_statement", "type_alias_declaration", "interface_declaration")
_DECLARATIONS = ("function_declaration", "generator_function_declaration", "class_declaration")
#: What gives a migration another thing to work with.
_GIVES = ("transaction", "withSchema", "createQueryRunner", "getQueryInterface", "connection")
#: Names that come from outside: MikroORM's migration itself, Kysely's template.
_OUTER = ("this", "sql")
#: Methods of MikroORM's migration.
_INHERITED = ("addSql", "execute", "reset", "getKnex", "getEntityManager", "isTransactional")
#: How a method of a tool begins that does something: kept, it may do so under any name.
_ACTS = re.compile(
    "drop|rename|alter|remove|change|truncate|clear|query|raw|addSql|execute|sql|del|add|create|sync"
)
_LOGS = ("console", "logger", "log")


def up_calls(content: bytes) -> tuple[Call, ...] | None:
    """Return the calls of the function `up`, in order; None where there is no such function."""
    root = parsed(content)
    nodes = list(every(root))
    function = find_up(nodes)
    if function is None:
        return None
    names = [text_of(each) for each in parameters_of(function)]
    outer = _OUTER if b"kysely" in content else _OUTER[:1]
    tools: dict[str, Value] = {name: Tool(name) for name in (*outer, *names[:1])}
    scope: JsScope = CodeScope(
        ChainMap(tools), functions_of(nodes), Effort.on(content), changing_names(nodes)
    )
    for node in root.named_children:
        declared = node.child_by_field_name("declaration") or node
        if declared.type in ("lexical_declaration", "variable_declaration"):
            for each in declared.named_children:
                _declare(each, scope)
    return tuple(_calls_of_function(function, scope, list(tools.values())[len(outer) :]))


def _declare(declarator: "Node", scope: "JsScope") -> None:
    name, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if name is None:
        return
    known: Value = UNKNOWN
    if value is not None and (method := method_of(value, scope)):
        known = Tool(text_of(name), method)
    elif value is not None and is_of_tool(value, scope):
        call = before_dot(value)
        function = function_of(call) if call is not None else None
        if function is not None and name_of(function) == "getTable":
            known = value_of(value, scope)
        if call is None or (function is not None and name_of(function) in _GIVES):
            known = Tool(text_of(name))
    elif value is not None and value.type not in FUNCTIONS:
        known = value_of(value, scope)
    for each, member in bound(name, known).items():
        scope.assign(each, member)


def _calls_of_function(
    function: "Node", scope: "JsScope", given: Sequence[Value] = ()
) -> Iterator[Call]:
    """The calls of a function that stands at this place."""
    patterns = parameters_of(function)
    values = [*given, *[UNKNOWN] * len(patterns)]
    names: dict[str, Value] = {}
    for pattern, value in zip(patterns, values, strict=False):
        names |= bound(pattern, value)
    body = function.child_by_field_name("body")
    inside = (*scope.within, function.start_byte)
    if body is not None and inside.count(function.start_byte) <= MOST_AGAIN:
        yield from _calls_in(body, scope.called(names, inside))


def _calls_in(node: "Node", scope: "JsScope") -> Iterator[Call]:
    """The calls in a statement or expression, in order."""
    scope.effort.spend()
    match node.type:
        case "call_expression" | "new_expression":
            yield from _calls_of_call(node, scope)
        case "variable_declarator":
            value = node.child_by_field_name("value")
            is_run = value is not None and value.type not in FUNCTIONS
            if value is not None and is_run and not method_of(value, scope):
                yield from _calls_in(value, scope)
            _declare(node, scope)
        case "for_in_statement":
            yield from _in_each(node, scope)
        case "member_expression" if _ACTS.match(method_of(node, scope)):
            yield _at_run_time(node)
        case "statement_block" | "switch_body":
            inner = scope.inner({})
            for each in node.named_children:
                yield from _calls_in(each, inner)
        case kind if kind in _DECLARATIONS or kind in _NO_CODE:
            return  # what is declared is read where it is called
        case kind if kind in FUNCTIONS:
            yield from _calls_of_function(node, scope)
        case _:
            for each in node.named_children:
                yield from _calls_in(each, scope)


def _in_each(node: "Node", scope: "JsScope") -> Iterator[Call]:
    field = node.child_by_field_name
    pattern, listed, body = field("left"), field("right"), field("body")
    if pattern is None or listed is None or body is None:
        return
    yield from _calls_in(listed, scope)
    members = value_of(listed, scope)
    if isinstance(members, dict):
        members = list(members)
    for member in each_of(members):
        yield from _calls_in(body, scope.inner(bound(pattern, member)))


def _calls_of_call(node: "Node", scope: "JsScope") -> Iterator[Call]:
    """A call, after those that it is made of; what one of the tool's is given is a part of it."""
    function = function_of(node)
    if function is None:
        return
    owner = function.child_by_field_name("object")
    is_of_many = owner is not None and name_of(function) in (*_EACH, *_PROMISES)
    is_tools = is_of_tool(node, scope)
    if is_of_many or not is_tools:
        yield from _calls_in(owner or function, scope)
    if owner is not None and is_of_many:
        has_list = name_of(function) in _EACH
        yield from _given(node, scope, each_of(value_of(owner, scope)) if has_list else (UNKNOWN,))
        return
    if not is_tools:
        yield from _given(node, scope, (UNKNOWN,))
    called = _function_named(function, scope)
    value = value_of(node, scope)
    if not isinstance(value, Call):
        return
    if called is not None:
        yield from _calls_of_function(called, scope, value.arguments)
    elif _is_elsewhere(function, value, is_tools=is_tools):
        yield replace(value, why=f"{name_of(function)}(), whose code is not in this file")
    elif is_tools and (not value.name or value.name == "bind"):
        yield _at_run_time(node)
    else:
        yield _with_bodies(node, value, scope) if is_tools else value


def _at_run_time(node: "Node") -> Call:
    why = "a function that is only known when it runs"
    return Call("", line=node.start_point[0] + 1, why=why)


def _is_elsewhere(function: "Node", call: Call, *, is_tools: bool) -> bool:
    """Whether a call of what is not in this file could do what the tool can."""
    if not is_tools:
        return call.has_tool and root_of(function) not in _LOGS
    owner = function.child_by_field_name("object")
    is_own = owner is not None and owner.type == "this"
    return is_own and (call.has_tool or name_of(function) not in _INHERITED)


def _given(node: "Node", scope: "JsScope", members: Sequence[Value]) -> Iterator[Call]:
    """The calls in what a call is given; functions are run for each member of a list."""
    for each in given_to(node):
        run = _as_function(each, scope)
        if run is None:
            yield from _calls_in(each, scope)
            continue
        for number, member in enumerate(members):
            yield from _calls_of_function(run, scope, (member, number))


def _as_function(node: "Node", scope: "JsScope") -> "Node | None":
    if node.type == "identifier":
        return scope.functions.get(text_of(node))
    return node if node.type in FUNCTIONS else None


def _with_bodies(node: "Node", call: Call, scope: "JsScope") -> Call:
    """A call, and those before it in its chain, with what is done in functions that they get."""
    body: list[Call] = []
    for each in given_to(node):
        run = _as_function(each, scope)
        if run is not None:
            tools = [Tool(text_of(parameter)) for parameter in parameters_of(run)]
            body += _calls_of_function(run, scope, tools)
    function = function_of(node)
    before = before_dot(function.child_by_field_name("object")) if function is not None else None
    on = call.on
    if before is not None and isinstance(on, Call):
        on = _with_bodies(before, on, scope)
    return replace(call, body=tuple(body), on=on)


def _function_named(function: "Node", scope: "JsScope") -> "Node | None":
    """A function of the file that is called: by its name, or as a method of the same class."""
    owner = function.child_by_field_name("object")
    is_own = function.type == "identifier" or (owner is not None and owner.type == "this")
    if not is_own or name_of(function) in ("up", "down"):
        return None
    return scope.functions.get(name_of(function))
