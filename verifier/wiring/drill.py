"""What a drill is given: an environment that is named, and is not the configured one by mistake."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from verifier.commands.drill import Drill
from verifier.config.settings import Settings
from verifier.errors import ConfigError
from verifier.wiring.gate_session import GateSession, open_session


@contextmanager
def open_drill(
    settings: Settings, checkout: Path, environment: str, confirmed: str
) -> Iterator[tuple[GateSession, Drill]]:
    """
    Connect to an environment, by its name or id, and return a drill that is ready to be planned.

    `confirmed` is its name once more, where it is the one of the configuration; else empty.

    Raises:
        ConfigError: it is the configured environment and was not confirmed, or the configuration
            does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    section = settings.config.railway
    there = section.model_copy(update={"environment": environment})
    config = settings.config.model_copy(update={"railway": there})
    with open_session("rehearse", replace(settings, config=config), checkout) as session:
        names = {session.scope.environment_name.casefold(), session.scope.environment_id}
        is_elsewhere = section.environment.casefold() not in names
        if not is_elsewhere and confirmed != environment:
            raise ConfigError(
                f"{environment} is the configured environment: a drill rolls it back for real",
                hint=f"to do so anyway, add --confirm-environment {environment}",
            )
        yield session, Drill(session.tools, session.task, is_elsewhere=is_elsewhere)
