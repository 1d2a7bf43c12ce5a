"""What an application answers at the paths where applications usually tell their health."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from verifier.model.deployment import Deployment
from verifier.model.evidence import Answer, HealthDocument
from verifier.model.finding import Unobserved


@dataclass(frozen=True, slots=True)
class SurveyedPath:
    """One path, asked once."""

    path: str
    answer: Answer | Unobserved
    ids: Mapping[str, str] = field(default_factory=dict)
    """What looks like a commit or a deployment id, by its place, such as "version.git_sha"."""
    beside: HealthDocument | Unobserved = field(
        default_factory=lambda: Unobserved("it was not read for that")
    )
    """Its breakers, limits and jobs."""
    body: str = ""
    """What was sent, as text; empty where it is too long to be no more than an echo of the path."""


@dataclass(frozen=True, slots=True)
class ServedService:
    """A service that the public can reach, as Railway has it."""

    url: str
    """Its address, without a path."""
    health_path: str
    """Path of Railway's own health check; empty where there is none."""
    live: Deployment | None
    """None where not exactly one deployment is active."""


class WhyUnasked(Enum):
    """Why a path that answers is asked for nothing."""

    BAD = "bad"
    """It is not good now, or does not answer in time."""
    CLOSED = "closed"
    """It wants to know who asks."""
    MOVED = "moved"
    """It redirects."""
    SPARE = "spare"
    """Others were chosen."""
    MISSING = "missing"
    """Somebody has named it, and it is not there."""


@dataclass(frozen=True, slots=True)
class UnaskedPath:
    """A path that answers for itself, and that a first configuration does not name."""

    path: str
    why: WhyUnasked
    key: str = "deep"
    """Which key of `health` it is for."""
    told: str = ""
    """Its HTTP code; where it has moved, where it leads."""


@dataclass(frozen=True, slots=True)
class HealthChoice:
    """A `health` and `identity` section that works on what is live; empty where there is none."""

    live: str = ""
    live_is_page: bool = False
    ready: str = ""
    unready: str = ""
    """A path for `ready` that is left out, since it is not good now though another one is."""
    deep: str = ""
    schema: str = ""
    required: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Further components that are good now, which are not required."""
    not_good: tuple[str, ...] = ()
    """Components that are not good now, and so cannot be required yet."""
    unread: tuple[str, ...] = ()
    """Components of `deep` without a status that is known."""
    unjudged: tuple[str, ...] = ()
    """What the other paths list, where none is asked for its components."""
    unasked: tuple[UnaskedPath, ...] = ()
    """Further paths that answer for themselves."""
    hidden: Mapping[str, int] = field(default_factory=dict)
    """What may be there or not, as every address is refused so: the HTTP code, by path."""
    extras: Mapping[str, str] = field(default_factory=dict)
    """Paths of what tells breakers, limits and jobs, by name."""
    sha: tuple[str, ...] = ()
    deployment: tuple[str, ...] = ()

    @property
    def has_paths(self) -> bool:
        """Whether anything is to be asked for its health."""
        return any((self.live, self.ready, self.deep, self.schema))
