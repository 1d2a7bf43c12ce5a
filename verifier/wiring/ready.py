"""What `ready` is given: the environment, the rights of its token, the commit that is to come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.ready import Providers, ready
from verifier.config.settings import Settings
from verifier.model.report import Report
from verifier.wiring.gate_session import open_session


@contextmanager
def open_ready(settings: Settings, checkout: Path) -> Iterator[Callable[[], Report]]:
    """
    Connect to Railway, and return the look ahead, for a report without secrets.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("ready", settings, checkout) as session:

        def look() -> Report:
            report = ready(
                Providers(session.world, session.railway, session.memory),
                session.task,
                session.clock,
                session.journal,
                is_project_token=settings.has_project_token,
                coming_sha=session.commits.head(),
            )
            return session.finished(report)

        yield look
