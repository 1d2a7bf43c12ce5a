"""Which commit each service of a sandbox serves, and since when, seen from beside it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from verifier.sandbox.world import Sandbox

_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Cutover:
    """A service begins to serve another deployment."""

    at: datetime
    service: str
    sha: str
    reason: str
    """Why the deployment was made: deploy, rollback, redeploy."""


@dataclass
class Switches:
    """All of them, oldest first."""

    sandbox: Sandbox
    seen: list[Cutover] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Note each change until it is over."""
        last: dict[str, str] = {}
        while not self.is_over.wait(_EVERY_S):
            for name, service in self.sandbox.account.services.items():
                active = service.active
                if active is not None and last.get(name) != active.id:
                    last[name] = active.id
                    self.seen.append(Cutover(datetime.now(UTC), name, active.sha, active.reason))

    def exposures(self, sha: str) -> list[float]:
        """Return for each service that was put back how long it had served a commit, in seconds."""
        found = []
        for switch in self.seen:
            if switch.sha == sha:
                later = (s.at for s in self.seen if s.service == switch.service)
                ends = [at for at in later if at > switch.at]
                found += [(end - switch.at).total_seconds() for end in ends[:1]]
        return found

    def longest_exposure(self, sha: str) -> float | None:
        """Return the longest of them; 0 where no service ever served it, None without an end."""
        was_served = any(switch.sha == sha for switch in self.seen)
        return max(self.exposures(sha), default=None if was_served else 0.0)

    def back_at(self, since: datetime) -> list[datetime]:
        """Return when each service was put back after a moment."""
        return [s.at for s in self.seen if s.at > since and s.reason == "rollback"]


@contextmanager
def watched(sandbox: Sandbox) -> Iterator[Switches]:
    """Watch a sandbox for as long as the context is open."""
    switches = Switches(sandbox)
    watching = threading.Thread(target=switches.watch, daemon=True)
    watching.start()
    try:
        yield switches
    finally:
        switches.is_over.set()
        watching.join()
