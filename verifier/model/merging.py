"""What is known of how pull requests are merged into a branch, and of a change to its rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from verifier.model.bypass import Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import RequiredCheck, Setting
from verifier.model.security_settings import ActionPolicy

#: GitHub Actions at github.com; an own server's has another number, which is seen there.
ACTIONS_APP = 15368
#: What a ruleset can switch on, and a simulated pull request can tell to be harmless.
FIXABLE = (
    Setting.PULL_REQUEST,
    Setting.APPROVALS,
    Setting.STALE_REVIEWS,
    Setting.CONVERSATIONS,
    Setting.NO_FORCE_PUSH,
    Setting.NO_DELETION,
    Setting.LINEAR_HISTORY,
    Setting.UP_TO_DATE,
)


@dataclass(frozen=True, slots=True)
class ReportedCheck:
    """A check that really was reported."""

    name: str
    app_id: int | None = None
    """The app that reported it; None for a commit status, which any writer can set."""
    is_job: bool = False
    """Whether it was a job of GitHub Actions."""
    is_passed: bool = True
    """Whether it ended in a way that lets a pull request be merged."""
    seen_at: datetime | None = None
    """When the pull request was merged that had it; None where that is not known."""
    by_github: bool | None = False
    """
    Whether it was a job of a workflow without a file, as CodeQL's default setup; None where that
    is not known.
    """


def actions_apps(newest: Iterable[ReportedCheck]) -> frozenset[int]:
    """
    Return which app's checks are jobs: GitHub's own number, or that of the server's own app.

    Where a job of a file was seen, its number alone: nothing there reports as the other one.
    """
    jobs = [seen for seen in newest if seen.is_job and seen.app_id is not None]
    numbers = frozenset(seen.app_id for seen in jobs if seen.app_id is not None)
    is_sure = any(seen.by_github is False for seen in jobs)
    return numbers if is_sure else numbers | {ACTIONS_APP}


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What pull requests into a branch have met lately."""

    heads: tuple[frozenset[ReportedCheck], ...] | Unobserved
    """What was reported on the heads of the latest merged pull requests, newest first."""
    methods: frozenset[str] | Unobserved
    """How the repository lets them be merged: merge, squash, rebase."""
    approvers: int | Unobserved
    """How many people may approve one: those who can write."""
    has_actions: bool = True
    """False where it was seen that GitHub Actions is switched off, and so reports nothing."""
    action_policies: tuple[ActionPolicy, ...] = ()
    """Which actions GitHub lets run, as far as that was seen."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What one ruleset of ours is to have beside what it has."""

    levels: Mapping[Setting, int]
    checks: tuple[RequiredCheck, ...]
    bypass: tuple[Bypass, ...] = ()
    """Who is to be let through: whom the configuration permits."""
    refused: tuple[str, ...] = ()
    """What is left to a person, and why."""
    warned: tuple[str, ...] = ()
    """What will no longer work, and what to do."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.levels or self.checks)


def own_ruleset(branch: str) -> str:
    """Return the name of the one ruleset that a fix of a branch may touch."""
    return f"Railway deploy verifier: {branch}"
