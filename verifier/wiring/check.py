"""What a check is given: what is live in every configured service, and the memory of gates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.check import check
from verifier.commands.status import status
from verifier.config.settings import Settings
from verifier.guarded.redaction import redacted
from verifier.model.live_view import LiveView
from verifier.model.report import Report
from verifier.wiring.gate_session import open_session
from verifier.wiring.pause import read_paused


@contextmanager
def open_check(settings: Settings, checkout: Path) -> Iterator[Callable[[], Report]]:
    """
    Connect to Railway, and return the check that looks once, for a report without secrets.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("check", settings, checkout) as session:
        task, clock, journal = session.task, session.clock, session.journal

        def look() -> Report:
            paused = read_paused(settings)
            return session.finished(
                check(session.world, session.memory, task, clock, journal, paused)
            )

        yield look


@contextmanager
def open_view(settings: Settings, checkout: Path) -> Iterator[Callable[[], LiveView]]:
    """
    Connect to Railway, and return the look at everything at once, without secrets.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("check", settings, checkout) as session:
        world, memory, task = session.world, session.memory, session.task

        def look() -> LiveView:
            paused = read_paused(settings)
            report = check(world, memory, task, session.clock, session.journal, paused)
            stands = status(world, memory, task.policy, task.environment, session.clock, paused)
            return LiveView(redacted(stands, session.redact), session.finished(report))

        yield look
