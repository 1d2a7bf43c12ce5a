"""What statements about triggers mean to older code."""

from verifier.database.pg_nodes import Node, child, dotted, is_set, name_of, strings, text
from verifier.database.recording import Recording
from verifier.database.schema_state import Raising, Routine
from verifier.database.trigger_returns import INSERT
from verifier.model.breaking_change import ChangeKind

_BEFORE, _INSTEAD = 2, 64
#: Functions for triggers that come with PostgreSQL and its extensions; none of them raises.
_HARMLESS = frozenset(
    {"moddatetime", "tsvector_update_trigger", "tsvector_update_trigger_column"}
    | {"set_updated_at", "lo_manage"}
)
#: PostgreSQL's own that leaves out an update by which nothing changes: whoever counts the rows
#: that he wrote counts none.
_SUPPRESSING = "suppress_redundant_updates_trigger"


def create_trigger(tree: Node, recording: Recording) -> None:
    """A trigger: one whose function raises an error may refuse what older code writes."""
    function = dotted(strings(tree, "funcname"))
    owner = name_of(child(tree, "relation"))
    schema = recording.schema
    recording.asked.add(function)
    schema.triggers.setdefault(function, set()).add(owner)
    given, timing = tree.get("events"), tree.get("timing")
    events = given if isinstance(given, int) else 0
    schema.attached.setdefault(owner, {})[text(tree, "trigname")] = function
    filled = recording.filled(owner)
    recording.filling.get(owner, {}).pop(text(tree, "trigname"), None)
    if timing == _BEFORE and events & INSERT:
        recording.filling.setdefault(owner, {})[text(tree, "trigname")] = function
    recording.tell_unfilled(owner, filled)
    if timing == _INSTEAD:
        recording.write_instead(owner, text(tree, "trigname"))
    is_for_each = is_set(tree, "row") and timing in (_BEFORE, _INSTEAD)
    if is_for_each:
        before = schema.before_rows.setdefault(function, {})
        before[owner] = before.get(owner, 0) | events
    if recording.is_new(schema.relation(owner)):
        return
    _tell(function, owner, text(tree, "trigname"), recording)


def _tell(function: str, owner: str, name: str, recording: Recording) -> None:
    """Tell of what a trigger that is there from now on refuses."""
    known = recording.schema.routines.get(function, [])
    if any(routine.nulls for routine in known):
        recording.asked.add(owner)
    raising = [routine.raises for routine in known]
    is_left_out = any(_leaves_out(routine, function, owner, recording) for routine in known)
    if is_left_out or function.rpartition(".")[2] == _SUPPRESSING:
        _tell_skipping(function, owner, name, recording)
    elif any(raising):
        _tell_raising(function, owner, name, recording)
    elif any(_takes_values(routine, function, owner, recording) for routine in known):
        _tell_emptying(function, owner, name, recording)
    elif (not raising or None in raising) and function.rpartition(".")[2] not in _HARMLESS:
        what = f"trigger {name} on {owner} calls {function}, which may refuse what is written"
        recording.tell(ChangeKind.UNREAD, what, "", owner)


def _leaves_out(routine: Routine, function: str, owner: str, recording: Recording) -> bool:
    events = recording.schema.before_rows.get(function, {}).get(owner, 0)
    return bool(routine.leaves_out & events)


def _takes_values(routine: Routine, function: str, owner: str, recording: Recording) -> bool:
    """Whether a trigger takes away the value of a column that must have one."""
    if owner not in recording.schema.before_rows.get(function, {}):
        return False
    table = recording.schema.relations.get(owner)
    columns = table.columns if table is not None else {}
    return any(c.is_required and name.lower() in routine.nulls for name, c in columns.items())


def replace_trigger_function(
    name: str, older: Routine, made: Routine, recording: Recording
) -> None:
    """A function of triggers that does something else from now on."""
    schema = recording.schema
    if made.raises and older.raises is Raising.NEVER:
        for owner in sorted(schema.triggers.get(name, ())):
            _tell_raising(name, owner, name, recording)
    for owner in sorted(schema.before_rows.get(name, ())):
        asked = (name, owner, recording)
        if _leaves_out(made, *asked) and not _leaves_out(older, *asked):
            _tell_skipping(name, owner, name, recording)
        if _takes_values(made, *asked) and not _takes_values(older, *asked):
            _tell_emptying(name, owner, name, recording)


def drop_trigger(owner: str, name: str, recording: Recording) -> None:
    """A trigger that is gone or switched off: what it filled is left to older code."""
    filled = recording.filled(owner)
    recording.asked.add(owner)
    recording.schema.attached.get(owner, {}).pop(name, None)
    if recording.filling.get(owner, {}).pop(name, None) is not None:
        recording.tell_unfilled(owner, filled)


def switch_off(owner: str, name: str, recording: Recording) -> None:
    """A trigger that is switched off, all of them where none is named."""
    filling = recording.filling.get(owner, {})
    off = recording.switched_off.setdefault(owner, {})
    attached = recording.schema.attached.get(owner, {})
    silent = recording.schema.silent.setdefault(owner, {})
    recording.asked.add(owner)
    for each in [name] if name else list(attached):
        if each in attached:
            silent[each] = attached.pop(each)
            if recording.is_older:
                recording.schema.long_silent.add((owner, each))
    for each in [name] if name else list(filling):
        if each in filling:
            off[each] = filling[each]
            drop_trigger(owner, each, recording)


def switch_on(owner: str, name: str, recording: Recording) -> None:
    """A trigger that is switched on again, all of them where none is named."""
    off = recording.switched_off.get(owner, {})
    silent = recording.schema.silent.get(owner, {})
    recording.asked.add(owner)
    switched: list[tuple[str, str]] = []
    for each in [name] if name else list(silent):
        if each in silent:
            function = recording.schema.attached.setdefault(owner, {})[each] = silent.pop(each)
            switched.append((each, function))
    for each in [name] if name else list(off):
        if each in off:
            recording.filling.setdefault(owner, {})[each] = off.pop(each)
    for each, function in switched:
        if (owner, each) in recording.schema.long_silent and not recording.is_older:
            recording.asked.add(function)
            _tell(function, owner, each, recording)
        recording.schema.long_silent.discard((owner, each))


def drop_triggers_by(function: str, recording: Recording) -> None:
    """What goes with a function that is dropped with all that needs it."""
    for attached in recording.schema.attached.values():
        for name in [each for each, called in attached.items() if called == function]:
            del attached[name]
    for owner in sorted(recording.schema.triggers.pop(function, ())):
        calling = [n for n, f in recording.filling.get(owner, {}).items() if f == function]
        for name in calling:
            drop_trigger(owner, name, recording)


def _tell_raising(function: str, owner: str, name: str, recording: Recording) -> None:
    what = f"a trigger on {owner} calls {function}, which raises errors"
    recording.tell(ChangeKind.CONSTRAINED, what, f"trigger {name}", owner)


def _tell_skipping(function: str, owner: str, name: str, recording: Recording) -> None:
    what = f"a trigger on {owner} calls {function}, which may leave out what is written"
    recording.tell(ChangeKind.CONSTRAINED, what, f"trigger {name}", owner)


def _tell_emptying(function: str, owner: str, name: str, recording: Recording) -> None:
    what = f"a trigger on {owner} calls {function}, which empties a column that must have a value"
    recording.tell(ChangeKind.CONSTRAINED, what, f"trigger {name}", owner)
