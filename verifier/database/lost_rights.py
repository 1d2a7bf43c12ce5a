"""What older code may miss of the rights on something that goes, if it is made again."""

from collections.abc import Iterable

from verifier.database.granted_rights import ROUTINE, SCHEMA
from verifier.database.recording import Recording
from verifier.model.breaking_change import ChangeKind


def lose_rights(on: str, label: str, recording: Recording) -> None:
    """Note that something is gone, and tell of the rights on it in case that it is made again."""
    rights = recording.rights
    if rights.made:
        rights.made.pop(on, None)
    if rights.knows(on):
        _tell_lost(on, label, rights.forget(on), recording)


def move_rights(old: str, new: str, label: str, recording: Recording) -> None:
    """Note that something has another name, and tell as if what had the former one were gone."""
    _tell_lost(old, label, recording.rights.move(old, new), recording)


def lose_column_rights(on: str, column: str, recording: Recording, *, is_known: bool) -> None:
    """Note that a column is gone, and tell of the rights on it alone in case it is added again."""
    roles = recording.rights.forget_column(on, column)
    if is_known:
        recording.asked.add(on)
        _tell_lost(on, f"{column} of {on}", roles, recording, column)


def _tell_lost(
    on: str, label: str, roles: Iterable[str], recording: Recording, column: str = ""
) -> None:
    for role in () if recording.is_older else roles:
        what = f"{role} has no longer the rights on {label} that it had before it was made again"
        recording.rights.told[what] = (on, column)
        name = on.removesuffix(ROUTINE).removeprefix(SCHEMA)
        recording.tell(ChangeKind.REVOKED, what, name, role, is_unnamed=on.startswith(SCHEMA))
