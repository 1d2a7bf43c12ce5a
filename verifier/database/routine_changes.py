"""What statements about functions and triggers mean to older code."""

import re

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
from verifier.database.recording import Recording
from verifier.database.routine_bodies import plpgsql
from verifier.database.routine_settings import set_path, takes_callers_rights
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
    is_list = is_set(child(tree, "returnType"), "setof")
    returns = f"{'setof ' if is_list else ''}{type_of(child(tree, 'returnType'))}"
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
        is_definer=_is_definer(tree),
        names=tuple(text(p, "name") for p in taken),
        is_procedure=is_set(tree, "is_procedure"),
    )
    recording.bodies[name.rpartition(".")[2]] = (language, body)
    recording.asked.add(name)
    known = recording.schema.routines.setdefault(name, [])
    same = [r for r in known if r.arguments == made.arguments]
    for older in same:
        known.remove(older)
        if older.is_definer and not made.is_definer:
            takes_callers_rights(name, recording)
        if made.raises and older.raises is False and made.is_trigger:
            for owner in recording.schema.triggers.get(name, ()):
                _tell_raising(name, owner, name, recording)
        if made.skips and not older.skips:
            for owner in recording.schema.before_rows.get(name, ()):
                _tell_skipping(name, owner, name, recording)
    if f"{name}()" not in recording.schema.new_names:
        _tell_twofold(name, made, known, recording)
    known.append(made)
    filled = [(owner, recording.filled(owner)) for owner in recording.schema.triggers.get(name, ())]
    recording.fills[name] = frozenset(
        (found[1] or found[2]).lower() for found in _ASSIGNED.finditer(without_comments(body))
    )
    for owner, before in filled if same else ():
        recording.tell_unfilled(owner, before)
    if not recording.is_older and not same:
        recording.schema.new_names.add(f"{name}()")
    for option in of_kind(tree, "options", "DefElem") if same else ():
        if text(option, "defname") == "set":
            set_path(name, child(child(option, "arg"), "VariableSetStmt"), recording)


def _tell_twofold(name: str, made: Routine, known: list[Routine], recording: Recording) -> None:
    """Another function of the name, beside one whose calls it takes as well."""
    if any(made.takes_calls_beside(other) for other in known):
        what = f"a call of function {name} fits two that take other arguments"
        recording.twofold.add(what)
        recording.tell(ChangeKind.NARROWED, what, name)


def _is_definer(tree: Node) -> bool:
    """Whether it has the rights of who made it."""
    return any(
        text(option, "defname") == "security"
        and is_set(child(child(option, "arg"), "Boolean"), "boolval")
        for option in of_kind(tree, "options", "DefElem")
    )


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
    tree = plpgsql(body, is_trigger=True)
    if tree is None:
        return None
    return any(r.get("elog_level", _ERROR) == _ERROR for r in every(tree, "PLpgSQL_stmt_raise"))


def _only_skips(body: str) -> bool:
    """Whether it returns NULL and nothing else: before a row is written, that leaves it out."""
    tree = plpgsql(body, is_trigger=True)
    returned = [
        text(child(child(each, "expr"), "PLpgSQL_expr"), "query").strip().lower()
        for each in every(tree, "PLpgSQL_stmt_return")
    ]
    written = [each for each in returned if each]
    return bool(written) and all(each == "null" for each in written)


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
    recording.asked.add(function)
    schema.triggers.setdefault(function, set()).add(owner)
    events = tree.get("events")
    timing = tree.get("timing")
    filled = recording.filled(owner)
    recording.filling.get(owner, {}).pop(text(tree, "trigname"), None)
    if timing == _BEFORE and isinstance(events, int) and events & _INSERT:
        recording.filling.setdefault(owner, {})[text(tree, "trigname")] = function
    recording.tell_unfilled(owner, filled)
    if timing == _INSTEAD:
        recording.write_instead(owner)
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
    recording.asked.add(owner)
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
