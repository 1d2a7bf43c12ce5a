"""Services and their deployments, as Railway tells them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from verifier.model.host_name import plain_host


class DeploymentStatus(StrEnum):
    """Railway's `DeploymentStatus` (schema of August 2026), and a place for words to come."""

    INITIALIZING = "INITIALIZING"
    QUEUED = "QUEUED"
    WAITING = "WAITING"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    BUILDING = "BUILDING"
    DEPLOYING = "DEPLOYING"
    SUCCESS = "SUCCESS"
    SLEEPING = "SLEEPING"
    CRASHED = "CRASHED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    REMOVING = "REMOVING"
    REMOVED = "REMOVED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_under_way(self) -> bool:
        """Whether this deployment may still become the one that serves."""
        return self in _UNDER_WAY

    @property
    def has_served(self) -> bool:
        """Whether a deployment in this status may ever have been switched to."""
        return self in _HAS_SERVED

    @property
    def is_up(self) -> bool:
        """Whether Railway calls a deployment in this status deployed."""
        return self in (DeploymentStatus.SUCCESS, DeploymentStatus.SLEEPING)


_UNDER_WAY = frozenset(
    {
        DeploymentStatus.INITIALIZING,
        DeploymentStatus.QUEUED,
        DeploymentStatus.WAITING,
        DeploymentStatus.NEEDS_APPROVAL,
        DeploymentStatus.BUILDING,
        DeploymentStatus.DEPLOYING,
        DeploymentStatus.UNKNOWN,
    }
)


_HAS_SERVED = frozenset(
    {
        DeploymentStatus.SUCCESS,
        DeploymentStatus.SLEEPING,
        DeploymentStatus.CRASHED,
        DeploymentStatus.REMOVING,
        DeploymentStatus.REMOVED,
    }
)

#: Statuses in which nothing of a deployment runs any more, unless its instances say otherwise.
#: What is REMOVED is over: overlap and draining end before Railway says so.
_ENDED = frozenset({DeploymentStatus.CRASHED, DeploymentStatus.FAILED})
#: Statuses in which a deployment may answer requests: it serves, or it is being replaced.
MAY_ANSWER = frozenset(
    {
        DeploymentStatus.SUCCESS,
        DeploymentStatus.SLEEPING,
        DeploymentStatus.REMOVING,
        DeploymentStatus.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of one service."""

    id: str
    status: DeploymentStatus
    created_at: datetime
    status_word: str = ""
    """Railway's own word, which says more than `status` where that is UNKNOWN."""
    settled_at: datetime | None = None
    """When it entered its status; None where Railway does not say."""
    commit_sha: str = ""
    """Full hash; empty for an upload, which has none."""
    author: str = ""
    """Who made the commit, as its repository says; empty for an upload."""
    repository: str = ""
    """OWNER/NAME that Railway took the commit from; empty for an upload or an image."""
    image_digest: str = ""
    reason: str = ""
    """Why Railway made it: "deploy", "redeploy", "rollback", or a word to come."""
    skipped_reason: str = ""
    can_rollback: bool = False
    can_redeploy: bool = False
    is_health_checked: bool = False
    """Whether Railway switched to it only after its own health check had passed."""
    has_ended: bool = False
    """All instances have ended, whatever the status says."""
    instances: tuple[str, ...] = ()
    """Railway's words for the state of each replica, such as RUNNING or EXITED."""
    replica_count: int | None = None
    """Replicas over all regions, as its manifest says; None where that says nothing."""
    is_scheduled: bool = False
    """Whether its manifest has it run at times, and end: a cron job."""
    region_count: int = 1
    """Regions in which its manifest has replicas."""

    def same_code_as(self, other: "Deployment") -> bool:
        """Whether both run the same commit or the same image."""
        same_commit = bool(self.commit_sha) and self.commit_sha == other.commit_sha
        return same_commit or (bool(self.image_digest) and self.image_digest == other.image_digest)

    @property
    def label(self) -> str:
        """Its id and the beginning of its commit, for people."""
        return f"{self.id} (commit {self.commit_sha[:8]})" if self.commit_sha else self.id

    @property
    def named_by_commit(self) -> str:
        """Its commit, for people; its id where no commit is known."""
        return f"commit {self.commit_sha[:8]}" if self.commit_sha else f"deployment {self.id}"

    @property
    def may_answer(self) -> bool:
        """Whether it may answer requests, by its status or by an instance that runs on."""
        runs_on = self.status in _ENDED and "RUNNING" in self.instances
        return self.status in MAY_ANSWER or runs_on


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the environment that is looked at."""

    name: str
    id: str
    role: str = ""
    run_mode: str = ""
    url: str = ""
    """Public address; empty for a service that has none."""
    replicas: int | None = None
    """Instances that must run; None where any number is right."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One service at one moment."""

    service: Service
    deployments: tuple[Deployment, ...]
    """Newest first. Not the whole history: as many as were asked for."""
    active: tuple[str, ...]
    """Ids of the deployments that Railway calls active."""
    domains: tuple[str, ...] = ()
    """Public host names, with a port where it is not the usual one."""
    may_hide: bool = False
    """Whether deployments that may answer requests could be missing from the list."""
    has_older: bool = False
    """Whether Railway has older deployments than were read."""
    unread: str = ""
    """Why Railway did not show this service: then nothing else here is known. Else empty."""
    is_stale: bool = False
    """Whether it is of an earlier reading, as Railway does not show this service now."""

    @property
    def all_active(self) -> list[Deployment]:
        """The active deployments that are known: while one replaces another, both are."""
        return [d for d in self.deployments if d.id in self.active]

    @property
    def newest_active(self) -> Deployment | None:
        """The newest of the active deployments."""
        return max(self.all_active, key=lambda d: d.created_at, default=None)

    @property
    def sole_active(self) -> Deployment | None:
        """The deployment that alone is active; None where none or several are."""
        return self.find(self.active[0]) if len(self.active) == 1 else None

    @property
    def may_answer(self) -> frozenset[str]:
        """Ids of the deployments that may answer a request: the active, and those going away."""
        draining = (d.id for d in self.deployments if d.may_answer)
        return frozenset((*self.active, *draining))

    def draining_beside(self, judged: Deployment) -> Deployment | None:
        """Return the older deployment that alone may answer beside one that has just gone live."""
        older = [
            d
            for d in self.deployments
            if d.id in self.may_answer and d.created_at < judged.created_at
        ]
        return older[0] if len(older) == 1 and not older[0].same_code_as(judged) else None

    def current_replica_of(self, judged: Deployment) -> Deployment:
        """
        Return the deployment that stands for `judged` now.

        Railway moves a deployment to another host by making a new one of the same code.
        """
        if judged.id in self.active:
            return judged
        newer = (d for d in self.deployments if d.id in self.active)
        moved = [d for d in newer if d.created_at > judged.created_at and d.same_code_as(judged)]
        return max(moved, key=lambda d: d.created_at, default=judged)

    def lists(self, url: str) -> bool:
        """Whether Railway lists the host of this address as one of the service's."""
        return plain_host(urlsplit(url).netloc) in map(plain_host, self.domains)

    def find(self, deployment_id: str) -> Deployment | None:
        """Return the deployment of that id, None where it is not among those read."""
        return next((d for d in self.deployments if d.id == deployment_id), None)


#: The states of all services at one moment, by service name.
Fleet = Mapping[str, ServiceState]


def served_since(fleet: Fleet, judged: Collection[Deployment]) -> datetime | None:
    """When the newest deployment was made, of whatever service, that served before `judged`."""
    ids = {deployment.id for deployment in judged}
    latest = max((deployment.created_at for deployment in judged), default=None)
    made = [
        d.created_at
        for state in fleet.values()
        for d in state.deployments
        if latest and d.id not in ids and d.created_at < latest and d.status.has_served
    ]
    return max(made, default=None)


def sole_active(fleet: Fleet) -> Mapping[str, Deployment]:
    """Return by service what alone is active, without the services where none or several are."""
    return {name: found for name, state in fleet.items() if (found := state.sole_active)}


@dataclass(frozen=True, slots=True)
class Scope:
    """The project and environment that a token or the configuration points at."""

    project_id: str
    project_name: str
    environment_id: str
    environment_name: str
    service_ids: Mapping[str, str]
    """Service ids by name; of two services of one name, one of the ids."""
    ambiguous: frozenset[str] = frozenset()
    """Names that several services have."""
