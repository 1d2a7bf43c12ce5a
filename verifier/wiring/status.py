"""What `status` is given: the environment, and what gates keep of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.status import status
from verifier.config.settings import Settings
from verifier.guarded.redaction import redacted
from verifier.model.environment_status import EnvironmentStatus
from verifier.wiring.gate_session import open_session
from verifier.wiring.pause import read_paused


@contextmanager
def open_status(settings: Settings, checkout: Path) -> Iterator[Callable[[], EnvironmentStatus]]:
    """
    Connect to Railway, and return the look at what is live, for a status without secrets.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("status", settings, checkout) as session:
        world, memory, task = session.world, session.memory, session.task

        def look() -> EnvironmentStatus:
            paused = read_paused(settings)
            found = status(world, memory, task.policy, task.environment, session.clock, paused)
            return redacted(found, session.redact)

        yield look
