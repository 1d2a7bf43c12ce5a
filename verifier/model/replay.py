"""A recorded run under another policy: what it is read with, and what comes out."""

from collections.abc import Callable
from dataclasses import dataclass

from verifier.model.expectations import Worth
from verifier.model.finding import Outcome
from verifier.model.verdict import InconclusiveMode, Reaction, RollbackMode, VerdictWord, Waiver


@dataclass(frozen=True, slots=True)
class ReplayTerms:
    """What of a configuration decides about what was found."""

    is_asked: Callable[[str, str], bool]
    """Whether it has a check asked of a service; the service is empty for what all share."""
    waivers: tuple[Waiver, ...]
    worth: Callable[[str], Worth | None]
    """What a bad component is worth, by its name."""
    reaction: Callable[[str], Reaction | None]
    """What a difference of the ledger is worth, by the check that finds it."""
    mode: RollbackMode
    on_inconclusive: InconclusiveMode


@dataclass(frozen=True, slots=True)
class Reread:
    """A finding that the other policy takes for something else."""

    check: str
    service: str
    recorded: Outcome
    becomes: Outcome | None
    """None where it would not be asked."""
    reason: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What the other policy would have made of a recorded run."""

    changed: tuple[Reread, ...]
    recorded: VerdictWord
    word: VerdictWord
    recorded_action: str
    action: str
    reason: str
    """Why it does that."""

    @property
    def is_same(self) -> bool:
        """Whether it comes to the same verdict and does the same."""
        return self.recorded is self.word and self.recorded_action == self.action
