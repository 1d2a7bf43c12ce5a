"""The sections `protection` and `audit` of `.github/verifier.yml`: what an audit expects."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from verifier.config.fields import Section
from verifier.model.bypass import Actor, ActorKind, Bypass, BypassMode, PermittedBypass, Role
from verifier.model.named_values import WantedEnvironment, WantedName
from verifier.model.protection import (
    Demand,
    DriftKind,
    Exemption,
    ProtectionPolicy,
    Setting,
    kind_of,
    may_be_exempted,
)
from verifier.model.security_settings import SettingsPolicy

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
        return any(fnmatchcase(repository, pattern) for pattern in self.repositories) and any(
            fnmatchcase(branch, pattern) for pattern in self.branches
        )


def _of_an_audit(value: str) -> str:
    if not may_be_exempted(value):
        raise ValueError("a setting named as in the drift report, such as no-bypass")
    # Older configurations have the former name.
    former = kind_of(value) == DriftKind.SERVICE and value.endswith(": way back")
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
            if fnmatchcase(repository, each.repository) and fnmatchcase(branch, each.branch)
        )
        return ProtectionPolicy(demands, approvals, checks, permitted)

    def exempted(self) -> tuple[Exemption, ...]:
        """Return what may differ for a while."""
        return tuple(
            Exemption(e.setting, e.reason, e.until, e.repository, e.branch) for e in self.exemptions
        )


class NameSection(Section):
    """A secret or variable, and whose jobs must be given it."""

    name: Annotated[str, Field(min_length=1)]
    """Its name, in any case."""
    environment: str = ""
    """GitHub environment whose jobs need it, wherever these read it from."""
    dependabot: StrictBool = False
    """Whether Dependabot's runs need it: they have a store of their own. Secrets only."""


class EnvironmentSection(Section):
    """A GitHub environment, and what must guard it."""

    name: Annotated[str, Field(min_length=1)]
    """Its name, in any case."""
    reviewers: StrictBool = False
    """Whether somebody must approve a deployment."""
    wait_minutes: Annotated[StrictInt, Field(ge=0, le=43_200)] = 0
    """How long a deployment must wait at least."""
    bind_administrators: StrictBool = False
    """Whether administrators must not be able to bypass its rules."""


class AuditSection(Section):
    """What else an audit looks at."""

    secrets: tuple[str | NameSection, ...] = ()
    """Names that must exist in the repository, its organisation, or an environment."""
    secrets_read: Demand = Demand.RECOMMENDED
    """Whether each secret that a job reads must be stored where that job is given it."""
    variables: tuple[str | NameSection, ...] = ()
    """Names of variables that must exist in the repository, its organisation, or an environment."""
    secrets_renewed_within_days: Annotated[StrictInt, Field(ge=1, le=3650)] | None = None
    """Days after which an unchanged secret is reported."""
    environments: tuple[str | EnvironmentSection, ...] = ()
    """GitHub environments that must exist, and let only certain branches deploy."""
    scheduled: tuple[str, ...] = ()
    """Paths of workflows that must exist and run on a schedule."""
    history_days: Annotated[StrictInt, Field(ge=0, le=90)] = 14
    """How far back pushes are compared with merged pull requests; 0 turns it off."""
    administrators: Annotated[StrictInt, Field(ge=1)] | None = None
    """How many administrators the repository may have at most."""
    sha_pins: Demand = Demand.IGNORED
    """Whether GitHub must refuse actions that are not pinned to a commit."""
    immutable_releases: Demand = Demand.IGNORED
    """Whether releases must be immutable."""
    railway: StrictBool = True
    """Also compare the services on Railway (needs a token)."""
    reserve: Annotated[StrictInt, Field(ge=0, le=5000)] = 500
    """Points of GitHub's hourly limit that an audit of an organisation leaves to others."""
    issue: StrictBool = False
    """Whether one issue is opened, updated and closed by the audit."""

    def watched(self) -> SettingsPolicy:
        """Return what is asked of the repository's own settings."""
        return SettingsPolicy(self.administrators, self.sha_pins, self.immutable_releases)

    @staticmethod
    def wanted(names: tuple[str | NameSection, ...]) -> tuple[WantedName, ...]:
        """Return secrets or variables in the words of the audit."""
        return tuple(
            WantedName(name)
            if isinstance(name, str)
            else WantedName(name.name, name.environment, name.dependabot)
            for name in names
        )

    def wanted_environments(self) -> tuple[WantedEnvironment, ...]:
        """Return the environments in the words of the audit."""
        return tuple(
            WantedEnvironment(said)
            if isinstance(said, str)
            else WantedEnvironment(
                said.name, said.reviewers, said.wait_minutes, said.bind_administrators
            )
            for said in self.environments
        )
