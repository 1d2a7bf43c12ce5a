"""Pauses or resumes the system by its own status table, and sees that it took effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from verifier.commands.ports import Clock, attempt
from verifier.model.finding import Unobserved

_LIMIT_S = 30.0
_EVERY_S = 1.0


class StatusTable(Protocol):
    """Where the status stands. Both methods may raise a `ProviderError`."""

    def write(self, values: Mapping[str, str]) -> None: ...
    def read(self, values: Mapping[str, str]) -> str: ...


@dataclass(frozen=True, slots=True)
class Emergency:
    """The kill switch in the hands of a gate whose rollback failed."""

    table: StatusTable
    paused: str
    """The status of a system that is paused."""

    def pause(self, clock: Clock, reason: str, actor: str) -> str | None:
        """
        Pause the system; None where it took effect, else what was read instead.

        Raises:
            ProviderError: it was not written, or nobody knows.
        """
        values = {"status": self.paused, "reason": reason, "actor": actor}
        return set_status(self.table, clock, values)


def set_status(table: StatusTable, clock: Clock, values: Mapping[str, str]) -> str | None:
    """
    Write `values` (status, reason, actor) once, and read until the status is there.

    Returns None where it took effect within half a minute, else what was read instead.

    Raises:
        ProviderError: it was not written, or nobody knows.
    """
    table.write(values)
    until_s = clock.now_s() + _LIMIT_S
    while True:
        read = attempt(lambda: table.read(values))
        if read == values["status"]:
            return None
        if clock.now_s() >= until_s:
            return read.explained if isinstance(read, Unobserved) else f"the status is {read!r}"
        clock.sleep(_EVERY_S)
