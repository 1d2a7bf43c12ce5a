"""What triggers of the whole database refuse: each statement of a kind, or each login."""

from verifier.database.pg_nodes import Node, dotted, strings, text
from verifier.database.recording import Recording
from verifier.database.schema_state import EVENT_TRIGGER, Raising
from verifier.model.breaking_change import ChangeKind


def create_event_trigger(tree: Node, recording: Recording) -> None:
    """One whose function raises an error refuses what it is called for."""
    trigger, event = text(tree, "trigname"), text(tree, "eventname")
    name = f"{EVENT_TRIGGER}{trigger}"
    function = dotted(strings(tree, "funcname"))
    recording.asked.add(function)
    recording.schema.event_triggers.add(name)
    known = recording.schema.routines.get(function, ())
    raising = [routine.raises for routine in known]
    if any(each in (Raising.SOMETIMES, Raising.ALWAYS) for each in raising):
        what = f"event trigger {trigger}, on {event}, calls {function}, which raises errors"
        recording.tell(ChangeKind.CONSTRAINED, what, name)
    elif event == "login" and (not raising or None in raising):
        what = f"event trigger {trigger} calls {function} at each login, and may refuse it"
        recording.tell(ChangeKind.UNREAD, what, "")


def alter_event_trigger(tree: Node, recording: Recording) -> None:
    name = f"{EVENT_TRIGGER}{text(tree, 'trigname')}"
    if text(tree, "tgenabled") == "D":
        recording.schema.event_triggers.discard(name)
    else:
        recording.schema.event_triggers.add(name)
