"""A recorded run under another policy: what it is read with, and what comes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verifier.model.expectations import Worth
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import InconclusiveMode, Reaction, RollbackMode, VerdictWord, Waiver


@dataclass(frozen=True, slots=True)
class ReplayTerms:
    """What of a configuration decides about what was found."""

    is_asked: Callable[[str, str], bool]
    """Whether it has a check asked of a service; the service is empty for what all share."""
    asks: tuple[tuple[str, str], ...]
    """Checks, each with its service, that a gate of it always answers: `family.*` for any of it."""
    waivers: tuple[Waiver, ...]
    worth: Callable[[str], Worth | None]
    """What a bad component is worth, by its name."""
    required: Callable[[str], frozenset[str]]
    """The checks of the components that a service must have."""
    reactions: Callable[[str], tuple[Reaction, ...]]
    """What a difference of a ledger may be worth, by the check that finds it; of others none."""
    mode: RollbackMode
    on_inconclusive: InconclusiveMode
    promoted: frozenset[str] = frozenset()
    """The checks of components that it says of that they fail."""
    promoted_kinds: tuple[str, ...] = ()
    """The same of kinds of components, with `*` for any letters."""
    goes_further: bool = False
    """Whether its section `rollback` allows what a gate without one refuses."""
    asked_again: Callable[[Finding], Sequence[Finding] | None] = lambda _: None
    """What it says of the document of a recorded finding; None where none is recorded."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A finding that the other policy takes for something else."""

    check: str
    service: str
    recorded: Outcome
    becomes: tuple[Outcome | None, ...]
    """None where it would not be asked; several where the report does not tell which."""
    reason: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What the other policy would have made of a recorded run."""

    changed: tuple[Reread, ...]
    recorded: VerdictWord
    word: VerdictWord | None
    """None where the report does not tell."""
    recorded_action: str
    action: str | None
    """None where the report does not tell."""
    reason: str
    """Why it does that."""
    unanswered: tuple[str, ...] = ()
    """What it asks and the report does not answer."""

    @property
    def is_known(self) -> bool:
        """Whether the report tells what would have come out."""
        return self.word is not None and self.action is not None

    @property
    def is_same(self) -> bool:
        """Whether it comes to the same verdict and does the same."""
        return self.recorded is self.word and self.recorded_action == self.action
