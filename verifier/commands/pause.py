"""Pauses or resumes the system by its own status table, and sees that it took effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from verifier.commands.ports import Clock, attempt
from verifier.model.finding import Unobserved
from verifier.model.switch_answer import SwitchPlace

_LIMIT_S = 30.0
_EVERY_S = 1.0
_NO_ROW = (
    "the database says that it wrote no row: a rule or a trigger of the table may take it away"
)
_NOT_SEEN = (
    "it is not read back as the newest row: a newer one may say otherwise, or row level security "
    "hides it from this role. Look at the table: it may be in effect"
)


class StatusTable(Protocol):
    """Where the status stands. Both methods may raise a `ProviderError`."""

    def write(self, values: Mapping[str, str]) -> bool:
        """Return whether the database says that a row was written."""

    def read(self, values: Mapping[str, str]) -> str: ...


@dataclass(frozen=True, slots=True)
class Emergency:
    """The kill switch in the hands of a gate whose rollback failed."""

    table: StatusTable
    paused: str
    """The status of a system that is paused."""
    ask_place: Callable[[], SwitchPlace] = SwitchPlace
    """Tells whose database it is."""

    def pause(self, clock: Clock, reason: str, actor: str) -> str | None:
        """
        Pause the system; None where it took effect, else what was read instead.

        Raises:
            ProviderError: it was not written, or nobody knows.
        """
        values = {"status": self.paused, "reason": reason, "actor": actor}
        problem = set_status(self.table, clock, values)
        another = self.ask_place().another
        if another is None:
            return problem
        told = f"the status is written, but {another.reason}"
        return f"{told}; {problem}" if problem else told


def set_status(table: StatusTable, clock: Clock, values: Mapping[str, str]) -> str | None:
    """
    Write `values` (status, reason, actor) once, and read until the status is there.

    Returns None where it took effect within half a minute, else what was read instead. What the
    database says it did not write is not waited for.

    Raises:
        ProviderError: it was not written, or nobody knows.
    """
    is_written = table.write(values)
    until_s = clock.now_s() + _LIMIT_S
    while True:
        read = attempt(lambda: table.read(values))
        if read == values["status"]:
            return None
        if not is_written:
            return _NO_ROW
        if clock.now_s() >= until_s:
            return read.explained if isinstance(read, Unobserved) else _status_words(read)
        clock.sleep(_EVERY_S)


def _status_words(status: str) -> str:
    return f"the status is {status!r}" if status else _NOT_SEEN
