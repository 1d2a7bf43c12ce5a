"""What statements about functions, triggers and blocks of code mean to older code."""

import re
from collections.abc import Iterator

from verifier.database.pg_nodes import (
    Node,
    child,
    dotted,
    every,
    is_set,
    name_of,
    of_kind,
    strings,
    text,
    type_of,
)
from verifier.database.postgres_grammar import GrammarError, parse_procedure
from verifier.database.recording import Recording
from verifier.database.schema_state import Routine
from verifier.database.sql_text import without_comments
from verifier.model.breaking_change import ChangeKind

#: PostgreSQL's level of an error that ends the statement.
_ERROR = 21
_BEFORE = 2
_INSTEAD = 64
_INSERT = 4
#: What a trigger gives a column of the row that is written.
_ASSIGNED = re.compile(r"\bnew\.(?:\"([^\"]{1,63})\"|(\w{1,63}))\s{0,99}:?=", re.IGNORECASE)
_DOLLARS = re.compile(r"\$\w{0,63}\$")
_OUT = ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")
#: Functions for triggers that come with PostgreSQL and its extensions; none of them raises.
_HARMLESS = frozenset(
    {"moddatetime", "tsvector_update_trigger", "tsvector_update_trigger_column"}
    | {"suppress_redundant_updates_trigger", "set_updated_at", "lo_manage"}
)


def create_routine(tree: Node, recording: Recording) -> None:
    """A function or procedure; `or replace` cannot change what it takes and returns."""
    name = dotted(strings(tree, "funcname"))
    parameters = list(of_kind(tree, "parameters", "FunctionParameter"))
    taken = [p for p in parameters if text(p, "mode") not in _OUT]
    shape = [
        f"{text(p, 'name')} {type_of(child(p, 'argType'))}"
        for p in parameters
        if text(p, "mode") in _OUT
    ]
    returns = type_of(child(tree, "returnType"))
    body = _body(tree)
    language = _option(tree, "language")
    raises = _raises(body) if language == "plpgsql" else False
    skips = language == "plpgsql" and returns == "trigger" and _only_skips(body)
    made = Routine(
        arguments=tuple(type_of(child(p, "argType")) for p in taken),
        optional=sum(1 for p in taken if child(p, "defexpr")),
        returns=returns,
        shape=frozenset(shape),
        raises=raises,
        is_trigger=returns == "trigger",
        skips=skips,
    )
    recording.bodies[name.rpartition(".")[2]] = (language, "" if made.is_trigger else body)
    known = recording.schema.routines.setdefault(name, [])
    same = [r for r in known if r.arguments == made.arguments]
    for older in same:
        known.remove(older)
        if made.raises and older.raises is False and made.is_trigger:
            for owner in recording.schema.triggers.get(name, ()):
                _tell_raising(name, owner, name, recording)
        if made.skips and not older.skips:
            for owner in recording.schema.before_rows.get(name, ()):
                _tell_skipping(name, owner, name, recording)
    known.append(made)
    filled = [(owner, recording.filled(owner)) for owner in recording.schema.triggers.get(name, ())]
    recording.fills[name] = frozenset(
        (found[1] or found[2]).lower() for found in _ASSIGNED.finditer(without_comments(body))
    )
    for owner, before in filled if same else ():
        recording.tell_unfilled(owner, before)
    if not recording.is_older and not same:
        recording.schema.new_names.add(f"{name}()")


def _body(tree: Node) -> str:
    for option in of_kind(tree, "options", "DefElem"):
        if text(option, "defname") == "as":
            found = list(of_kind(child(child(option, "arg"), "List"), "items", "String"))
            return text(found[0], "sval") if found else ""
    return ""


def _option(tree: Node, name: str) -> str:
    for option in of_kind(tree, "options", "DefElem"):
        if text(option, "defname") == name:
            return text(child(child(option, "arg"), "String"), "sval").lower()
    return ""


def _raises(body: str) -> bool | None:
    tree = _plpgsql(body, is_trigger=True)
    if tree is None:
        return None
    return any(r.get("elog_level", _ERROR) == _ERROR for r in every(tree, "PLpgSQL_stmt_raise"))


def _only_skips(body: str) -> bool:
    """Whether it returns NULL and nothing else: before a row is written, that leaves it out."""
    tree = _plpgsql(body, is_trigger=True)
    returned = [
        text(child(child(each, "expr"), "PLpgSQL_expr"), "query").strip().lower()
        for each in every(tree, "PLpgSQL_stmt_return")
    ]
    written = [each for each in returned if each]
    return bool(written) and all(each == "null" for each in written)


def _plpgsql(body: str, *, is_trigger: bool) -> object:
    """The tree of a body, None where it cannot be read."""
    try:
        return parse_procedure(body, is_trigger=is_trigger)
    except GrammarError:
        return None


def drop_routine(tree: Node, recording: Recording) -> None:
    """A function that is gone, unless it is made again so that its callers do not notice."""
    for target in of_kind(tree, "objects", "ObjectWithArgs"):
        name = dotted(strings(target, "objname"))
        known = recording.schema.routines.get(name, [])
        arguments = tuple(type_of(each) for each in of_kind(target, "objargs", "TypeName"))
        is_bare = is_set(target, "args_unspecified")
        fitting = [r for r in known if is_bare or r.arguments == arguments]
        if known and not fitting and is_set(tree, "missing_ok"):
            continue  # what is known under this name takes other arguments, and stays
        for routine in fitting:
            known.remove(routine)
        if text(tree, "behavior") == "DROP_CASCADE":
            drop_triggers_by(name, recording)
        if f"{name}()" in recording.schema.new_names:
            continue
        older = fitting[0] if fitting else None if is_bare else Routine(arguments)
        if older is not None and older.is_trigger:
            continue
        kind = text(tree, "removeType").removeprefix("OBJECT_").lower()
        change = recording.tell(ChangeKind.DROPPED, f"{kind} {name} was dropped", name)
        recording.lose(change, older or Routine((), optional=0))


def create_trigger(tree: Node, recording: Recording) -> None:
    """A trigger: one whose function raises an error may refuse what older code writes."""
    function = dotted(strings(tree, "funcname"))
    owner = name_of(child(tree, "relation"))
    schema = recording.schema
    schema.triggers.setdefault(function, set()).add(owner)
    events = tree.get("events")
    timing = tree.get("timing")
    filled = recording.filled(owner)
    recording.filling.get(owner, {}).pop(text(tree, "trigname"), None)
    if timing == _BEFORE and isinstance(events, int) and events & _INSERT:
        recording.filling.setdefault(owner, {})[text(tree, "trigname")] = function
    recording.tell_unfilled(owner, filled)
    is_for_each = is_set(tree, "row") and timing in (_BEFORE, _INSTEAD)
    if is_for_each:
        schema.before_rows.setdefault(function, set()).add(owner)
    if recording.is_new(schema.relation(owner)):
        return
    raising = [routine.raises for routine in schema.routines.get(function, [])]
    name = text(tree, "trigname")
    if is_for_each and any(routine.skips for routine in schema.routines.get(function, [])):
        _tell_skipping(function, owner, name, recording)
        return
    if True in raising:
        _tell_raising(function, owner, name, recording)
    elif (not raising or None in raising) and function.rpartition(".")[2] not in _HARMLESS:
        what = f"trigger {name} on {owner} calls {function}, which may refuse what is written"
        recording.tell(ChangeKind.UNREAD, what, "", owner)


def drop_trigger(owner: str, name: str, recording: Recording) -> None:
    """A trigger that is gone or switched off: what it filled is left to older code."""
    filled = recording.filled(owner)
    if recording.filling.get(owner, {}).pop(name, None) is not None:
        recording.tell_unfilled(owner, filled)


def drop_triggers_by(function: str, recording: Recording) -> None:
    """What goes with a function that is dropped with all that needs it."""
    for owner in sorted(recording.schema.triggers.pop(function, ())):
        calling = [n for n, f in recording.filling.get(owner, {}).items() if f == function]
        for name in calling:
            drop_trigger(owner, name, recording)


def _tell_raising(function: str, owner: str, name: str, recording: Recording) -> None:
    what = f"a trigger on {owner} calls {function}, which raises errors"
    recording.tell(ChangeKind.CONSTRAINED, what, f"trigger {name}", owner)


def _tell_skipping(function: str, owner: str, name: str, recording: Recording) -> None:
    what = f"a trigger on {owner} calls {function}, which leaves out what is written"
    recording.tell(ChangeKind.CONSTRAINED, what, f"trigger {name}", owner)


def statements_in_block(tree: Node) -> Iterator[str] | None:
    """Return the SQL in a `do` block, None where the block cannot be read."""
    body = ""
    for option in of_kind(tree, "args", "DefElem"):
        if text(option, "defname") == "as":
            body = text(child(child(option, "arg"), "String"), "sval")
    return statements_in("plpgsql", body)


def statements_in(language: str, body: str) -> Iterator[str] | None:
    """Return the SQL of a function's body, None where it cannot be read."""
    if language == "sql":
        return iter([body])
    if language != "plpgsql":
        return None
    found = _plpgsql(body, is_trigger=False)
    return None if found is None else _statements(found)


def _statements(block: object) -> Iterator[str]:
    match block:
        case {"PLpgSQL_stmt_execsql": dict(statement)}:
            yield from _queries(statement, "sqlstmt")
        case {"PLpgSQL_stmt_perform": dict(statement)}:
            yield from _queries(statement, "expr")
        case {"PLpgSQL_stmt_dynexecute": dict(statement)}:
            for query in _queries(statement, "query"):
                yield _constant(query)
        case dict():
            for value in block.values():
                yield from _statements(value)
        case list():
            for value in block:
                yield from _statements(value)
        case _:
            return


def _queries(statement: Node, key: str) -> Iterator[str]:
    query = text(child(child(statement, key), "PLpgSQL_expr"), "query")
    if query:
        yield query


def _constant(expression: str) -> str:
    """The text of a quoted constant; any other expression is a statement that cannot be read."""
    bare = expression.strip()
    if bare.startswith("'") and bare.endswith("'") and "'" not in bare[1:-1].replace("''", ""):
        return bare[1:-1].replace("''", "'")
    quote = _DOLLARS.match(bare)
    if quote and bare.find(quote[0], quote.end()) == len(bare) - len(quote[0]):
        return bare[quote.end() : -len(quote[0])]
    return f"execute {bare}"
