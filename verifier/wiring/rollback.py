"""What a manual rollback is given: every configured service, and the reason as it may be kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.rollback import Rollback
from verifier.config.settings import Settings
from verifier.wiring.gate_session import GateSession, open_session


@contextmanager
def open_rollback(
    settings: Settings, checkout: Path, reason: str
) -> Iterator[tuple[GateSession, Rollback]]:
    """
    Connect to Railway, and return a rollback that is ready to be planned; `reason` may be empty.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("rollback", settings, checkout) as session:
        # The record of it is read by whoever may read the repository.
        kept = session.redact(" ".join(reason.split()))
        repository = settings.github.repository if settings.github else ""
        yield session, Rollback(session.tools, session.task, kept, repository)
