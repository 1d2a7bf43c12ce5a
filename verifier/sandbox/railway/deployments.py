"""What the sandbox's platform keeps: services, deployments, and the log of requests."""

import itertools
import socket
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from verifier.sandbox.host.process import AppProcess, reserve_port
from verifier.sandbox.scenarios.scenario import SandboxService


@dataclass(slots=True)
class SandboxDeployment:
    """A deployment in the course of its life."""

    service: "PlatformService"
    sha: str
    variables: dict[str, str]
    reason: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "QUEUED"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    image: Path | None = None
    digest: str = ""
    skipped_reason: str = ""
    address: socket.socket = field(default_factory=reserve_port)
    """Keeps its port from others; closed once nothing of it runs or will run."""
    port: int = field(init=False)
    """Where its processes listen."""
    processes: list[AppProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = self.address.getsockname()[1]

    def become(self, status: str) -> None:
        """Enter the next status of its life."""
        self.status = status
        self.updated_at = datetime.now(UTC)

    @property
    def can_rollback(self) -> bool:
        """Whether its image is kept and it once served."""
        return bool(self.digest) and self.status in ("SUCCESS", "REMOVING", "REMOVED")

    @property
    def instances(self) -> list[str]:
        """Railway's words for its replicas."""
        return [process.status for process in self.processes]


@dataclass(slots=True)
class PlatformService:
    """A service and its deployments, oldest first."""

    name: str
    spec: SandboxService
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deployments: list[SandboxDeployment] = field(default_factory=list)
    active: SandboxDeployment | None = None
    public_port: int = 0
    auto_deploy: bool = True
    turns: Iterator[int] = field(default_factory=itertools.count)

    def serving(self) -> list[SandboxDeployment]:
        """Deployments that the edge may send a request to: during overlap there are two."""
        old = [d for d in self.deployments if d.status == "REMOVING" and d is not self.active]
        return [*([self.active] if self.active else []), *old]


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One line of the request log."""

    request_id: str
    deployment_id: str
    method: str
    path: str
    status: int
    at: datetime


@dataclass(slots=True)
class Account:
    """The one project of the sandbox."""

    project: str
    environment: str
    services: dict[str, PlatformService]
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    project_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    environment_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    requests: deque[LoggedRequest] = field(default_factory=lambda: deque(maxlen=5000))

    def find(self, deployment_id: str) -> SandboxDeployment | None:
        """Return the deployment of that id."""
        everything = (d for service in self.services.values() for d in service.deployments)
        return next((d for d in everything if d.id == deployment_id), None)
