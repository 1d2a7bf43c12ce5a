"""What is known of the checks that the workflows of a repository report on a pull request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.decide.drift.event_filters import start_together
from verifier.decide.workflows.job_names import JobName
from verifier.model.finding import Unobserved
from verifier.model.workflow import Trigger


@dataclass(frozen=True, slots=True)
class Reported:
    """A check that some job reports on a pull request."""

    name: str
    path: str
    """Of the workflow file."""
    line: int
    pending: str = ""
    """Why it may not be reported at all, so that a pull request waits for ever."""
    skippable: str = ""
    """Why it may be skipped, which counts as success."""
    passing: str = ""
    """Why it succeeds whatever its own steps find, or the jobs that it needs."""
    in_merge_queue: bool = True
    """Whether some job of that name runs for the merge queue, of whichever workflow."""
    never: bool = False
    """Whether it is certain that it is not reported."""
    is_disabled: bool | Unobserved = False
    """Whether its workflow is; `Unobserved` where it may be."""
    by_change: Trigger | None = None
    """What starts it where some changes do not: of certain files, or at a certain time."""
    skipped_in_queue: str = ""
    """Why the merge queue skips it, which counts as success, though a pull request does not."""
    is_on_every: bool = False
    """Whether every pull request has it by this job."""
    uses: tuple[str, ...] = ()
    """Actions and called workflows that its job uses."""
    used_beside: tuple[str, ...] = ()
    """Those that any job of its file uses, or of one that is called."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Checks whose names only a run tells."""

    reason: str
    name: JobName | None = None
    """What is known of them; None where they may have any name."""
    job: Reported | None = None
    """What is known of the job beside its name: what keeps it from being reported."""

    def may_be(self, name: str) -> bool:
        """Tell whether one of them may turn out to have this name."""
        return self.name is None or self.name.may_be(name)

    def is_likely(self, name: str) -> bool:
        """Tell whether what is known of the names fits this one, and is not nothing."""
        return self.name is not None and self.name.may_be(name) and self.name.is_partly_known


@dataclass(frozen=True, slots=True)
class Reports:
    """What is known of the checks of a repository."""

    checks: tuple[Reported, ...]
    unresolved: tuple[Unresolved, ...]
    """Jobs and files whose checks only a run tells."""
    by_push: frozenset[str] = frozenset()
    """Names of jobs that a push to any branch reports: on its pull request too, not on a fork's."""
    refused: tuple[str, ...] = ()
    """Files of which GitHub runs no job, each with the reason."""
    in_queue: tuple[Unresolved, ...] = ()
    """Jobs and files of which only a run tells what they report in the merge queue."""
    by_other_event: Mapping[str, str] = field(default_factory=dict)
    """Names of jobs that no pull request starts by itself, each with the event that does."""
    may_write: frozenset[str] = frozenset()
    """Of "checks" and "statuses", what a file gives some token the right to write."""
    pushing: tuple[str, ...] = ()
    """Files of which a step seems to push to the branch."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Names of jobs of files that run on no pull request, each with its file."""

    def named(self, name: str, *, is_seen: bool) -> tuple[Reported, ...]:
        """
        Return the jobs that report a check.

        Where a job was seen to have the name, one of which the name is not known in full is one.
        """
        found = [check for check in self.checks if check.name == name]
        if is_seen:
            queued = {d.name for d in self.in_queue if d.is_likely(name)}
            found += [
                replace(doubt.job, name=name, in_merge_queue=doubt.name in queued)
                for doubt in self.unresolved
                if doubt.job is not None and doubt.is_likely(name)
            ]
        return tuple(completed(found))


def completed(checks: Sequence[Reported]) -> Iterator[Reported]:
    """Yield the checks; those that two workflows report in turn do not wait."""
    by_change: dict[str, list[Trigger]] = {}
    for check in checks:
        if check.by_change is not None:
            by_change.setdefault(check.name, []).append(check.by_change)
    sets = {name: tuple(dict.fromkeys(triggers)) for name, triggers in by_change.items()}
    together = {triggers: start_together(triggers) for triggers in set(sets.values())}
    complete = {name for name, triggers in sets.items() if together[triggers]}
    for check in checks:
        if check.by_change is not None and check.name in complete:
            yield replace(check, pending="", by_change=None)
        else:
            yield check
