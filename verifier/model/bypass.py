"""Who may bypass a protection, and how far."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class ActorKind(StrEnum):
    """Sorts of actors that a protection may let through."""

    ROLE = "role"
    """Everybody with this role in the repository, or a higher one."""
    OWNERS = "owners"
    """Owners of the organisation, who are administrators of each of its repositories."""
    TEAM = "team"
    APP = "app"
    DEPLOY_KEYS = "deploy keys"
    USER = "user"
    TOKEN = "token"  # noqa: S105  a word of the report, no password
    """Whoever the audit's token belongs to."""
    UNKNOWN = "unknown"
    """A sort that is not known yet: it may be anybody."""


class Role(IntEnum):
    """GitHub's roles in a repository; each may do what the lower ones may."""

    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5


class BypassMode(IntEnum):
    """How far an actor is freed; the higher includes the lower."""

    PULL_REQUEST = 1
    """Only when merging a pull request."""
    ALWAYS = 2
    """By a direct push too."""
    EXEMPT = 3
    """The rules are not even run, and nothing is logged."""


_MODE_NOTES = {
    BypassMode.PULL_REQUEST: " (through a pull request)",
    BypassMode.ALWAYS: "",
    BypassMode.EXEMPT: " (exempt: without an audit entry)",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who may be let through."""

    kind: ActorKind
    number: int = 0
    """GitHub's id; 0 where it was not told."""
    name: str = ""
    """Login, slug, or the name of a role; empty where it was not told."""
    role: Role | None = None
    """None where it is no role, or an organisation's own one."""

    def __str__(self) -> str:
        match self.kind:
            case ActorKind.ROLE if self.role is Role.ADMIN:
                return "administrators"
            case ActorKind.ROLE:
                shown = self.role.name.lower() if self.role else self.name or self.number
                return f"the role {shown}"
            case ActorKind.OWNERS:
                return "owners of the organisation"
            case ActorKind.DEPLOY_KEYS:
                return "deploy keys"
            case ActorKind.TOKEN:
                return "the owner of this token"
            case ActorKind.UNKNOWN:
                return f"{self.name or 'somebody'} {self.number or ''}".strip()
            case _:
                return f"{self.kind} {self.name or self.number}"


#: Those whom classic protection does not bind; a list of a ruleset gives the role a number.
CLASSIC_ADMINISTRATORS = Actor(ActorKind.ROLE, 0, "admin", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Bypass:
    """One actor whom a protection lets through."""

    actor: Actor
    mode: BypassMode = BypassMode.ALWAYS

    def __str__(self) -> str:
        return f"{self.actor}{_MODE_NOTES[self.mode]}"


@dataclass(frozen=True, slots=True)
class PermittedBypass:
    """An actor who may be let through, with the reason and the last day of it, in UTC."""

    bypass: Bypass
    reason: str
    until: date
