"""What statements about functions mean to older code."""

import re
from dataclasses import replace

from verifier.database.access_changes import drop_policies_calling
from verifier.database.lost_rights import lose_rights
from verifier.database.pg_nodes import (
    Node,
    child,
    dotted,
    every,
    is_set,
    of_kind,
    option,
    strings,
    text,
    type_of,
)
from verifier.database.recording import Recording
from verifier.database.routine_bodies import plpgsql_with
from verifier.database.routine_refusals import fails_in_sql, nulled_by, refusal_of
from verifier.database.routine_settings import set_path, takes_callers_rights
from verifier.database.schema_state import Raising, Routine
from verifier.database.sql_text import without_comments
from verifier.database.table_changes import change_default
from verifier.database.trigger_changes import drop_triggers_by, replace_trigger_function
from verifier.database.trigger_returns import left_out_by
from verifier.model.breaking_change import ChangeKind

#: What a trigger gives a column of the row that is written.
_ASSIGNED = re.compile(
    r"\bnew\.(?:\"([^\"]{1,63})\"|(\w{1,63}))\s{0,99}:?=([^;]{0,2000})", re.IGNORECASE
)
#: What makes a value of none.
_MAKES_VALUE = re.compile(r"\bcoalesce\b|\bcase\b|\bconcat|\bformat\b", re.IGNORECASE)
#: What a function returns, as far as it matters to how its body is read.
_ANY = "text"
_OUT = ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")


def create_routine(tree: Node, recording: Recording) -> None:
    """A function or procedure; `or replace` cannot change what it takes and returns."""
    name = dotted(strings(tree, "funcname"))
    body = _body(tree)
    language = text(child(option(tree, "language"), "String"), "sval").lower()
    made = _made(tree, body, language, recording)
    recording.bodies[name.rpartition(".")[2]] = (language, body)
    recording.asked.add(name)
    if not recording.is_older:
        recording.schema.remade[name] = recording.migration, recording.line
    known = recording.schema.routines.setdefault(name, [])
    same = [r for r in known if r.arguments == made.arguments]
    if same or not known:
        recording.policies.note_function(name.rpartition(".")[2], tree, language, body)
    for older in same:
        known.remove(older)
        _replace(name, older, made, recording)
    if f"{name}()" not in recording.schema.new_names:
        _tell_twofold(name, made, known, recording)
    known.append(made)
    filled = [(owner, recording.filled(owner)) for owner in recording.schema.triggers.get(name, ())]
    recording.fills[name] = _filled_by(body)
    for owner, before in filled if same else ():
        recording.tell_unfilled(owner, before)
    if not recording.is_older and not same:
        recording.schema.new_names.add(f"{name}()")
    for each in of_kind(tree, "options", "DefElem") if same else ():
        if text(each, "defname") == "set":
            set_path(name, child(child(each, "arg"), "VariableSetStmt"), recording)


def _filled_by(body: str) -> frozenset[str]:
    """The columns, in lower case, that a trigger gives a value whatever they had."""
    filled: set[str] = set()
    for found in _ASSIGNED.finditer(without_comments(body)):
        name, given = (found[1] or found[2]).lower(), found[3].strip().lower()
        is_own = re.search(rf"\bnew\.\"?{re.escape(name)}\b", given)
        if given != "null" and (not is_own or _MAKES_VALUE.search(given)):
            filled.add(name)
    return frozenset(filled)


def _tell_twofold(name: str, made: Routine, known: list[Routine], recording: Recording) -> None:
    """Another function of the name, beside one whose calls it takes as well."""
    if any(made.takes_calls_beside(o) or o.takes_calls_beside(made) for o in known):
        what = f"a call of function {name} fits two that take other arguments"
        recording.twofold.add(what)
        recording.tell(ChangeKind.NARROWED, what, name)


def _is_definer(tree: Node) -> bool:
    """Whether it has the rights of who made it."""
    return any(
        text(each, "defname") == "security"
        and is_set(child(child(each, "arg"), "Boolean"), "boolval")
        for each in of_kind(tree, "options", "DefElem")
    )


def _body(tree: Node) -> str:
    return next(iter(strings(child(option(tree, "as"), "List"), "items")), "")


def _made(tree: Node, body: str, language: str, recording: Recording) -> Routine:
    """What a function is, by its head and by what its body does."""
    parameters = list(of_kind(tree, "parameters", "FunctionParameter"))
    taken = [p for p in parameters if text(p, "mode") not in _OUT]
    shape = [
        f"{text(p, 'name')} {type_of(child(p, 'argType'))}"
        for p in parameters
        if text(p, "mode") in _OUT
    ]
    is_list = is_set(child(tree, "returnType"), "setof")
    returns = f"{'setof ' if is_list else ''}{type_of(child(tree, 'returnType'))}"
    made = Routine(
        arguments=tuple(type_of(child(p, "argType")) for p in taken),
        optional=sum(1 for p in taken if child(p, "defexpr")),
        returns=returns,
        shape=frozenset(shape),
        raises=Raising.NEVER,
        is_trigger=returns == "trigger",
        is_definer=_is_definer(tree),
        names=tuple(text(p, "name") for p in taken),
        is_procedure=is_set(tree, "is_procedure"),
    )
    if language == "sql":
        fails = fails_in_sql(body, made.names, recording)
        return replace(made, raises=Raising.ALWAYS) if fails else made
    if language != "plpgsql":
        return made
    as_parsed = f"setof {_ANY}" if is_list else "" if shape or made.is_procedure else _ANY
    named = [text(p, "name") for p in parameters]
    read = plpgsql_with(body, named, returns if returns in ("trigger", "void") else as_parsed)
    if read is None:
        return replace(made, raises=None)
    return replace(
        made,
        raises=refusal_of(read, recording),
        leaves_out=left_out_by(read) if made.is_trigger else 0,
        nulls=nulled_by(read) if made.is_trigger else frozenset(),
    )


def _replace(name: str, older: Routine, made: Routine, recording: Recording) -> None:
    """A function in place of another one that takes the same."""
    if older.is_definer and not made.is_definer:
        takes_callers_rights(name, recording)
    if made.is_trigger:
        replace_trigger_function(name, older, made, recording)
    elif f"{name}()" in recording.schema.new_names or older.raises is not Raising.NEVER:
        return
    elif made.raises is Raising.ALWAYS:
        what = f"function {name} does nothing but raise an error"
        recording.tell(ChangeKind.NARROWED, what, name)
    elif made.raises is Raising.SOMETIMES:
        what = f"function {name} raises errors that it did not raise before"
        recording.tell(ChangeKind.UNREAD, what, "", name)


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
        if not known:
            lose_rights(f"{name}()", f"function {name}", recording)
        if text(tree, "behavior") == "DROP_CASCADE":
            drop_triggers_by(name, recording)
            _drop_defaults_calling(name, recording)
            if not known:
                drop_policies_calling(name.rpartition(".")[2], recording)
        if f"{name}()" in recording.schema.new_names:
            continue
        older = fitting[0] if fitting else None if is_bare else Routine(arguments)
        if older is not None and older.is_trigger:
            continue
        kind = text(tree, "removeType").removeprefix("OBJECT_").lower()
        change = recording.tell(ChangeKind.DROPPED, f"{kind} {name} was dropped", name)
        recording.lose(change, older or Routine((), optional=0))


def _drop_defaults_calling(function: str, recording: Recording) -> None:
    """What goes with a function that is dropped with all that needs it."""
    for table in list(recording.schema.relations.values()):
        for name, column in table.columns.items():
            calls = (strings(each, "funcname") for each in every(column.default, "FuncCall"))
            if any(dotted(called) == function for called in calls):
                change_default(table.name, name, None, recording)
