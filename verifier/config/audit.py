"""The section `audit` of `.github/verifier.yml`: what an audit looks at beside branches."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from verifier.config.fields import Section
from verifier.model.named_values import WantedEnvironment, WantedName
from verifier.model.protection import Demand
from verifier.model.security_settings import SettingsPolicy


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
