"""What an audit asks of a repository, and the policy that it asks with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from verifier.model.audited_repository import RepositoryEvidence
from verifier.model.finding import Unobserved
from verifier.model.named_values import WantedEnvironment, WantedName
from verifier.model.protection import (
    Demand,
    Drift,
    DriftKind,
    Exemption,
    Protection,
    ProtectionPolicy,
    Setting,
)
from verifier.model.security_settings import SettingsPolicy
from verifier.model.workflow import Workflow

_ALWAYS_WATCHED = SettingsPolicy()
#: By these rows it is told that a source of a branch's protection was not read: as a whole, or as a
#: setting that may be stricter than was seen.
SOURCES_UNREAD = frozenset({"protection", *map(str, Setting)})


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """What a repository should be like."""

    questions: Sequence["Question"]
    """What is asked of it, besides what guards its branches."""
    protection: Callable[[str, str], ProtectionPolicy]
    """By repository and branch."""
    exemptions: tuple[Exemption, ...] = ()
    secrets: tuple[WantedName, ...] = ()
    secrets_read: Demand = Demand.IGNORED
    """How much each secret that a job reads is wanted where the job is given it."""
    variables: tuple[WantedName, ...] = ()
    secrets_renewed_within: timedelta | None = None
    environments: tuple[WantedEnvironment, ...] = ()
    scheduled: tuple[str, ...] = ()
    settings: SettingsPolicy = _ALWAYS_WATCHED


@dataclass(frozen=True, slots=True)
class Asked:
    """One repository as it was read, with what it should be like."""

    evidence: RepositoryEvidence
    policy: AuditPolicy
    at: datetime

    @property
    def workflows(self) -> Sequence[Workflow | Unobserved]:
        """The files of its default branch; empty where it was not read which there are."""
        found = self.evidence.workflows
        return () if isinstance(found, Unobserved) else found

    @property
    def read_workflows(self) -> Sequence[Workflow]:
        """Those of its files that were read."""
        return tuple(each for each in self.workflows if isinstance(each, Workflow))

    @property
    def protections(self) -> Iterator[tuple[str, Protection]]:
        """Each branch with what guards it, where that was read."""
        for branch, found in self.evidence.protections.items():
            if isinstance(found, Protection):
                yield branch, found


def _always(_: AuditPolicy) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that an audit asks about; its file is called as its kind is."""

    kind: DriftKind
    ask: Callable[[Asked], Iterator[Drift]] | None = None
    """None where it is about something else than a repository, and is asked where that is read."""
    is_wanted: Callable[[AuditPolicy], bool] = _always
    """Whether a policy asks for it at all."""
