"""What guards a branch: settings, where they come from, and what should be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from verifier.model.bypass import Bypass, PermittedBypass
from verifier.model.finding import Outcome, Unobserved
from verifier.model.printable_text import LeftOut, NamingText


class Setting(StrEnum):
    """One thing that may guard a branch, on or off."""

    PULL_REQUEST = "pull-request"
    APPROVALS = "approvals"
    """Its level is how many."""
    STALE_REVIEWS = "stale-reviews"
    CODE_OWNERS = "code-owners"
    LAST_PUSH = "last-push"
    CONVERSATIONS = "conversations"
    CHECKS = "checks"
    UP_TO_DATE = "up-to-date"
    NO_BYPASS = "no-bypass"
    NO_FORCE_PUSH = "no-force-push"
    NO_DELETION = "no-deletion"
    LINEAR_HISTORY = "linear-history"
    SIGNATURES = "signatures"
    LOCK = "lock"
    PUSH_RESTRICTIONS = "push-restrictions"
    MERGE_QUEUE = "merge-queue"
    DEPLOYMENTS = "deployments"


@dataclass(frozen=True, slots=True)
class DriftKind:
    """
    What a drift is about, besides the settings of a branch. Each stands in the file that asks.

    What could not be read at all has another first word, so that no exemption hides it.
    """

    word: str
    """The first word of its `setting`."""
    unread_by: frozenset[str] = frozenset()
    """The `setting` of each row that says of all rows of this kind that they were not read."""
    is_in_bulk: bool = False
    """Whether an audit that reads many repositories at once asks for it, too."""
    is_of_checkout: bool = False
    """Whether only an audit beside a checkout asks for it, which its report does not say."""

    def __str__(self) -> str:
        return self.word


#: What is expected of a repository, in the row that says that it has no branch to merge into.
TO_PROTECT = "something to protect"


def kind_of(setting: str) -> str:
    """Return what sort of drift a `setting` is: its first word."""
    return re.split("[: ]", setting, maxsplit=1)[0]


def is_named_by(pattern: str, repository: str) -> bool:
    """Tell whether a pattern names a repository: GitHub tells names apart by no case."""
    return fnmatchcase(repository.casefold(), pattern.casefold())


def kind_of_file(stem: str) -> str:
    """Return what the file of a question is about: `gate_run_drift` about `gate-run`."""
    return stem.removesuffix("_drift").replace("_", "-")


#: Parts of a pull request's rule: whoever need not make one bypasses them.
OF_REVIEWS = (
    Setting.PULL_REQUEST,
    Setting.APPROVALS,
    Setting.STALE_REVIEWS,
    Setting.CODE_OWNERS,
    Setting.LAST_PUSH,
)


@dataclass(frozen=True, slots=True, order=True)
class RequiredCheck:
    """A check that must have passed before a merge."""

    name: str
    app_id: int | None = None
    """The app that must report it; None for anybody."""


CLASSIC = "classic branch protection"
#: What classic protection blocks for administrators too, whether or not they are bound by the rest.
#: Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/managing-a-branch-protection-rule
#: ("Rules applied to everyone including administrators")
_BLOCKED_FOR_ALL = (Setting.NO_FORCE_PUSH, Setting.NO_DELETION)
_WHOSE_QUEUE = Unobserved(
    "GitHub does not tell whether the merge queue of a ruleset is one of classic protection, too",
    "let the ruleset with the merge queue bind everybody, require branches to be up to date in the "
    "classic rule, or permit them by name in protection.bypass",
)


@dataclass(frozen=True, slots=True)
class ProtectionSource:
    """Classic branch protection, or one active ruleset that applies to the branch."""

    name: str
    """As a person knows it."""
    levels: Mapping[Setting, int]
    """What it switches on: 1, or how many. What is not there is off."""
    checks: frozenset[RequiredCheck] = frozenset()
    bypass: tuple[Bypass, ...] = ()
    """Who is seen to bypass all of it."""
    hidden_bypass: Unobserved | None = None
    """Why others may bypass it as well; None where the list is whole."""
    bypass_of_reviews: tuple[Bypass, ...] = ()
    """Who may bypass its pull-request rule alone."""
    bypass_of_force_push: tuple[Bypass, ...] = ()
    """Who may force-push although nobody else may."""
    hidden_force_push: Unobserved | None = None
    """Why others may force-push as well."""
    unread: frozenset[Setting] = frozenset()
    """Settings of which GitHub's answer does not say how it has them."""
    hidden_queue: Unobserved | None = None
    """Why it is not known whether it has a merge queue, which `levels` then may have."""
    queue_method: str = ""
    """How a queue of classic protection merges: merge, squash, rebase; empty without one."""
    merge_methods: frozenset[str] = frozenset()
    """How a pull request may be merged: merge, squash, rebase; empty where it does not say."""
    hidden_methods: Unobserved | None = None
    """Why it is not known which of them it allows; None where `merge_methods` say so."""
    unjudged_rules: tuple[str, ...] = ()
    """Sorts of rules that it has besides, as GitHub calls them, and that no audit judges."""
    is_above: bool = False
    """Whether an organisation or an enterprise has it, whose owners alone can change it."""
    last_change: str = ""
    """When it was last changed, and by whom, for a person; empty where GitHub does not tell."""

    def hidden_bypass_of(self, setting: Setting) -> Unobserved | None:
        """Return why others than those who were seen may do without one of its settings."""
        hidden = None if self._blocks_for_all(setting) else self.hidden_bypass
        if hidden is None and setting is Setting.NO_FORCE_PUSH:
            return self.hidden_force_push
        return self.hidden_queue if hidden is None and self._asks_by_queue(setting) else hidden

    def freed_of(self, setting: Setting) -> tuple[Bypass, ...]:
        """Return who is seen to do without one of its settings as without all that can be done."""
        return () if self._blocks_for_all(setting) else self.bypass

    def _asks_by_queue(self, setting: Setting) -> bool:
        """Whether nothing but its merge queue asks for it."""
        if setting is Setting.UP_TO_DATE:
            return not self.levels.get(setting)
        return setting is Setting.MERGE_QUEUE

    def _blocks_for_all(self, setting: Setting) -> bool:
        return self.is_classic and setting in _BLOCKED_FOR_ALL

    @property
    def is_classic(self) -> bool:
        """Whether it is the older kind of rule."""
        return self.name == CLASSIC


def with_doubted_queue(sources: Sequence[ProtectionSource]) -> tuple[ProtectionSource, ...]:
    """
    Return the sources, the merge queue of classic protection in doubt where a ruleset has one.

    GitHub tells of a branch that it has a queue, not which rule brings it.
    """
    queued = [source for source in sources if Setting.MERGE_QUEUE in source.levels]
    if all(source.is_classic for source in queued):
        return tuple(sources)
    return tuple(
        replace(source, hidden_queue=_WHOSE_QUEUE)
        if source.is_classic and source in queued
        else source
        for source in sources
    )


@dataclass(frozen=True, slots=True)
class Protection:
    """Everything that guards one branch, as far as it was seen."""

    sources: tuple[ProtectionSource, ...]
    hidden: tuple[str, ...] = ()
    """What could not be seen, each with the permission that would show it."""
    inactive: tuple[str, ...] = ()
    """Rulesets that are there and guard nothing: disabled, or only evaluated."""
    elsewhere: tuple[str, ...] = ()
    """Rulesets that are in force, and not for this branch."""
    is_in_plan: bool | None = True
    """Whether GitHub protects branches of it at all, for what its owner pays; None: not known."""


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting as all its sources make it together."""

    level: int
    """0 where no source that was seen switches it on."""
    sources: tuple[str, ...]
    """Names of those that do."""
    hidden: tuple[str, ...]
    """What could not be seen, and may be stricter."""


class Demand(StrEnum):
    """How much a setting is wanted."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A setting that may differ for a while."""

    setting: str
    """As it stands in the drift."""
    reason: str
    until: date
    """The last day of it, in UTC."""
    repository: str = "*"
    branch: str = "*"


@dataclass(frozen=True, slots=True)
class ProtectionPolicy:
    """What should guard a branch."""

    demands: Mapping[Setting, Demand]
    approvals: int = 1
    checks: tuple[str, ...] = ()
    permitted: tuple[PermittedBypass, ...] = ()  # who may bypass it
    option: str = ""  # of a printed command: " --config FILE"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that nobody is to do without."""

    setting: Setting
    level: int = 1
    """How many, of approvals."""
    check: str = ""
    """Which, of checks."""

    def __str__(self) -> str:
        return f"{self.setting}: {self.check}" if self.check else str(self.setting)


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between what should be and what is."""

    setting: NamingText
    """What is compared, such as "approvals", "check-reported: Run Tests" or "secret NAME"."""
    expected: NamingText
    """What it should be."""
    actual: NamingText
    """What it is."""
    source: NamingText
    """Where the actual state was read."""
    severity: Outcome
    """How bad that is, in the words of a finding."""
    hint: NamingText = ""
    """What to do about it; empty where there is nothing to add."""
    file: Annotated[str, LeftOut("(file)")] = ""
    """Path in the repository that it is about; empty where it is about none."""
    line: int = 0
    """From 1; 0 where there is no file."""
    branch: NamingText = ""
    """Empty where it is about no branch."""
    repository: NamingText = ""
    """The audited repository, OWNER/NAME; empty where none is named."""

    @property
    def kind(self) -> str:
        """What sort of setting it is: its first word."""
        return kind_of(self.setting)

    @property
    def is_of_nothing(self) -> bool:
        """Whether it says that a repository has nothing that could be protected."""
        return self.expected == TO_PROTECT

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same drift in another report."""
        return self.repository, self.branch, self.setting
