"""The section `protection` of `.github/verifier.yml`: how branches are to be guarded."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StrictInt

from verifier.config.fields import Section
from verifier.model.bypass import Actor, ActorKind, Bypass, BypassMode, PermittedBypass, Role
from verifier.model.protection import (
    Demand,
    Exemption,
    ProtectionPolicy,
    Setting,
    is_named_by,
    kind_of,
    kind_of_file,
)

_RUNBOOK_CHECKS = ("Lint & Type Check", "Run Tests", "Build Docker Image")


class ProtectionSettings(Section):
    """How much each setting of a branch is wanted: required, recommended or ignored."""

    pull_request: Demand = Demand.REQUIRED
    approvals: Demand = Demand.RECOMMENDED
    stale_reviews: Demand = Demand.IGNORED
    """Approvals are dismissed when commits are pushed."""
    code_owners: Demand = Demand.IGNORED
    """Code owners approve."""
    last_push: Demand = Demand.IGNORED
    """Someone other than the last pusher approves."""
    conversations: Demand = Demand.IGNORED
    """All conversations are resolved."""
    checks: Demand = Demand.REQUIRED
    up_to_date: Demand = Demand.REQUIRED
    """The branch is up to date with its base before it is merged."""
    no_bypass: Demand = Demand.REQUIRED
    """No one can bypass what is required, including administrators."""
    no_force_push: Demand = Demand.REQUIRED
    no_deletion: Demand = Demand.RECOMMENDED
    linear_history: Demand = Demand.RECOMMENDED
    signatures: Demand = Demand.IGNORED
    lock: Demand = Demand.IGNORED
    """The branch is read-only."""
    push_restrictions: Demand = Demand.IGNORED
    merge_queue: Demand = Demand.IGNORED
    deployments: Demand = Demand.IGNORED
    """Deployments must have succeeded."""

    def said(self) -> Mapping[Setting, Demand]:
        """Return what was written down, without the defaults."""
        return {Setting(name.replace("_", "-")): getattr(self, name) for name in self.set_names()}

    def demands(self) -> Mapping[Setting, Demand]:
        """Return all of them."""
        return {Setting(name.replace("_", "-")): demand for name, demand in self}

    def set_names(self) -> frozenset[str]:
        """Return the fields that were written down."""
        return frozenset(self.model_fields_set)


class OverrideSection(Section):
    """Another policy for some repositories or branches. The last match wins."""

    repositories: tuple[str, ...] = ("*",)
    """OWNER/NAME, with * for anything."""
    branches: tuple[str, ...] = ("*",)
    """Names of branches, with * for anything."""
    checks: tuple[str, ...] | None = None
    """Checks that must be required there."""
    approvals: Annotated[StrictInt, Field(ge=0, le=10)] | None = None
    """Approvals that must be required there."""
    settings: ProtectionSettings = ProtectionSettings()

    def fits(self, repository: str, branch: str) -> bool:
        """Tell whether it is about this branch."""
        return any(is_named_by(pattern, repository) for pattern in self.repositories) and any(
            fnmatchcase(branch, pattern) for pattern in self.branches
        )


#: A file a kind of drift, called as the kind is. None is imported: their names are enough here.
_QUESTIONS = Path(__file__).parents[1] / "decide" / "questions"


def may_be_exempted(setting: str) -> bool:
    """Whether a drift may only warn for a while: one of a known kind, not what is unreadable."""
    kinds = {kind_of_file(file.stem) for file in _QUESTIONS.glob("*_drift.py")}
    return kind_of(setting) in {*Setting, *kinds}


def _of_an_audit(value: str) -> str:
    if not may_be_exempted(value):
        raise ValueError("a setting named as in the drift report, such as no-bypass")
    # Older configurations have the former name.
    former = kind_of(value) == "service" and value.endswith(": way back")
    return f"{value.removesuffix('way back')}rollback target" if former else value


class ExemptionSection(Section):
    """Known drift: until a given day it is only a warning."""

    setting: Annotated[str, AfterValidator(_of_an_audit)]
    """Its name, as in the report."""
    reason: Annotated[str, Field(min_length=1)]
    """Why; shown in every report."""
    until: date
    """Last day, as 2026-12-31."""
    repository: str = "*"
    """OWNER/NAME, with * for anything."""
    branch: str = "*"
    """Name of the branch, with * for anything."""


_ACTORS = (
    "administrators, owners, deploy-keys, role NAME, team SLUG, app SLUG or user LOGIN, "
    "or the number in place of the name"
)


_WORDS = {
    "administrators": Actor(ActorKind.ROLE, 5, "admin", Role.ADMIN),
    "owners": Actor(ActorKind.OWNERS),
    "deploy-keys": Actor(ActorKind.DEPLOY_KEYS),
}


_NAMED = {
    "role": ActorKind.ROLE,
    "team": ActorKind.TEAM,
    "app": ActorKind.APP,
    "user": ActorKind.USER,
}


def _actor(text: str) -> Actor:
    """Return the actor that a configuration names; raises ValueError where it names none."""
    if text in _WORDS:
        return _WORDS[text]
    sort, _, name = text.partition(" ")
    if sort not in _NAMED or not name.strip():
        raise ValueError(_ACTORS)
    kind, name = _NAMED[sort], name.strip()
    roles = {role.name.lower(): role for role in Role}
    role = roles.get(name.casefold()) if kind is ActorKind.ROLE else None
    number = int(name) if name.isdecimal() else 0
    return Actor(kind, number, "" if number else name, role)


def _of_an_actor(value: str) -> str:
    _actor(value)
    return value


class BypassModeWord(StrEnum):
    """How far an actor may be let through."""

    PULL_REQUEST = "pull-request"
    ALWAYS = "always"
    EXEMPT = "exempt"


class BypassSection(Section):
    """Who may bypass a requirement, until a given day."""

    actor: Annotated[str, AfterValidator(_of_an_actor)]
    """administrators, owners, deploy-keys, role NAME, team SLUG, app SLUG, user LOGIN."""
    mode: BypassModeWord = BypassModeWord.ALWAYS
    """pull-request: only when merging; always: by a direct push too; exempt: without a trace."""
    reason: Annotated[str, Field(min_length=1)]
    """Why; shown in every report."""
    until: date
    """Last day, as 2026-12-31."""
    repository: str = "*"
    """OWNER/NAME, with * for anything."""
    branch: str = "*"
    """Name of the branch, with * for anything."""

    def permitted(self) -> PermittedBypass:
        """Return it in the words of the audit."""
        mode = BypassMode[self.mode.name]
        return PermittedBypass(Bypass(_actor(self.actor), mode), self.reason, self.until)


class ProtectionSection(Section):
    """How branches must be protected. The default is the runbook's policy."""

    branch: str = ""
    """The branch that is deployed; empty for the repository's default branch."""
    branches: tuple[str, ...] = ()
    """Further branches, with * for anything."""
    checks: tuple[str, ...] = _RUNBOOK_CHECKS
    """Names of the checks that must be required."""
    approvals: Annotated[StrictInt, Field(ge=0, le=10)] = 1
    """Approvals that a pull request must need."""
    settings: ProtectionSettings = ProtectionSettings()
    overrides: tuple[OverrideSection, ...] = ()
    """Another policy for some repositories or branches."""
    exemptions: tuple[ExemptionSection, ...] = ()
    """Known drift that only warns for a while."""
    bypass: tuple[BypassSection, ...] = ()
    """Who may bypass the requirements; everybody else is drift."""

    def policy(self, repository: str, branch: str) -> ProtectionPolicy:
        """Return what one branch should have."""
        demands = dict(self.settings.demands())
        approvals, checks = self.approvals, self.checks
        for override in self.overrides:
            if override.fits(repository, branch):
                demands |= override.settings.said()
                approvals = approvals if override.approvals is None else override.approvals
                checks = checks if override.checks is None else override.checks
        permitted = tuple(
            each.permitted()
            for each in self.bypass
            if is_named_by(each.repository, repository) and fnmatchcase(branch, each.branch)
        )
        return ProtectionPolicy(demands, approvals, checks, permitted)

    def exempted(self) -> tuple[Exemption, ...]:
        """Return what may differ for a while."""
        return tuple(
            Exemption(e.setting, e.reason, e.until, e.repository, e.branch) for e in self.exemptions
        )
