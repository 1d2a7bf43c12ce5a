"""Secrets, variables and environments at GitHub: what is wanted, and what is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from verifier.model.finding import Unobserved

REPOSITORY = "repository"
ORGANISATION = "organisation"
DEPENDABOT = "Dependabot"


def environment_place(name: str) -> str:
    """Return the place of what is stored in an environment; names are the same in any case."""
    return f"environment {name.casefold()}"


@dataclass(frozen=True, slots=True)
class WantedName:
    """A secret or variable that must be there."""

    name: str
    environment: str = ""
    """Whose jobs must be given it; empty for any place but Dependabot's."""
    is_for_dependabot: bool = False
    """Whether it must be in the store that Dependabot's runs read, and no other."""
    is_outside_environments: bool = False
    """Whether it is for a job without an environment, which is given none of theirs."""

    @property
    def where(self) -> str:
        """For a person; empty where any place is right."""
        if self.is_for_dependabot:
            return " for Dependabot"
        return f" in environment {self.environment}" if self.environment else ""

    def may_be_in(self, place: str) -> bool:
        """Tell whether it counts there: a job sees those of its own environment alone."""
        if self.is_for_dependabot or place == DEPENDABOT:
            return self.is_for_dependabot and place == DEPENDABOT
        if self.environment:
            return place in (REPOSITORY, ORGANISATION, environment_place(self.environment))
        return not self.is_outside_environments or place in (REPOSITORY, ORGANISATION)


@dataclass(frozen=True, slots=True)
class StoredName:
    """A secret or variable, of which only name and age are read."""

    name: str
    place: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredNames:
    """What is stored, as far as the token may see it."""

    found: tuple[StoredName, ...]
    unread: Mapping[str, Unobserved] = field(default_factory=dict)
    """Why, by place."""
    are_all_unread: bool = False
    """Whether nothing was seen at all."""


@dataclass(frozen=True, slots=True)
class WantedEnvironment:
    """An environment that must be there, and what must guard it."""

    name: str
    has_reviewers: bool = False
    wait_minutes: int = 0
    """At least so many."""
    binds_administrators: bool = False


class Branches(StrEnum):
    """Which branches may deploy to an environment."""

    ANY = "any"
    PROTECTED = "protected"
    """Those with a classic rule; where no branch has one, any."""
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class GitHubEnvironment:
    """An environment at GitHub."""

    name: str
    branches: Branches
    reviewers: int = 0
    """How many people and teams may approve."""
    wait_minutes: int = 0
    lets_administrators_by: bool | None = None
    """None where GitHub does not say."""
    has_custom_rules: bool = False
    """Whether an app decides as well."""
    chosen: tuple[str, ...] | Unobserved = ()
    """Patterns of the branches and tags that may deploy, where those are chosen and looked at."""
