"""What a migration tool is asked for, and where it stops, beside what its ledger says."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolRequests:
    """Words of a tool's line that apply migrations, and what stands there for another request."""

    apply: str
    mark: str = ""
    """Notes one migration as applied and runs nothing, whatever else is pending."""
    failed: Sequence[tuple[str, str]] = ()
    """After one that did not end: when, and which request."""
    late: str = ""
    """Applies also what is older than the newest that is applied."""
    merge: str = ""
    """Writes a migration that follows all heads, without which nothing is applied."""
    heads: str = ""
    """Applies what is pending of all heads."""
    squash: str = ""
    """Enters one in place of all that it was squashed from."""
    unmark: str = ""
    """Takes the entry of one away, where the tool stops at one without a file."""
    usual: str = ""
    """The whole line, where a project changes nothing of it."""


@dataclass(frozen=True, slots=True)
class ToolRules:
    """How a tool goes on from a state of its ledger; what nothing is known of, it is not asked."""

    requests: Sequence[ToolRequests] = ()
    """By the line that a project runs: the first where it is none of these."""
    too_late: str = ""
    """What to do about one that is older than its newest entry, of a tool that never applies it."""
    stops_at_missing: bool = False
    """Whether it fails, or applies nothing, while its ledger has an entry without a file."""
    wants_all: bool = False
    """Whether it applies nothing before the checkout has all that its ledger has."""
    marks_all_before: bool = False
    """Whether to mark one as applied marks all in front of it."""
    is_by_number: bool = False
    """Whether every migration is a file of SQL whose name begins with its version."""

    def requests_in(self, line: str) -> ToolRequests:
        """Return what fits a line: no words for a tool that is asked for nothing else."""
        fitting = (each for each in self.requests[1:] if each.apply in line)
        return next(fitting, self.requests[0] if self.requests else ToolRequests(""))


#: Of a tool of which nothing is known.
NO_RULES = ToolRules()
