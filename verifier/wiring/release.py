"""What `release` is given: Railway's switches of the services, and the holds that gates keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.release import Release
from verifier.config.settings import Settings
from verifier.wiring.gate_session import GateSession, open_session


@contextmanager
def open_release(settings: Settings, checkout: Path) -> Iterator[tuple[GateSession, Release]]:
    """
    Connect to Railway, and return the release with every switch read.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("release", settings, checkout) as session:
        yield session, Release(session.railway, session.memory, session.services)
