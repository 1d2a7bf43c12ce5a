"""What `stats` is given: the records of gates in one repository, about one Railway environment."""

from collections.abc import Callable
from pathlib import Path

from verifier.commands.stats import stats
from verifier.config.settings import Settings
from verifier.database.worktree import Worktree
from verifier.errors import MissingSettingError
from verifier.model.delivery_figures import DeliveryFigures
from verifier.wiring.clock import SystemClock
from verifier.wiring.github_access import open_records
from verifier.wiring.railway_environment import find_environment


def open_stats(settings: Settings, checkout: Path) -> Callable[[int], DeliveryFigures]:
    """
    Return what counts so many days back from now.

    Raises:
        ConfigError: no repository is named whose records could be read.
        ProviderError: Railway could not be asked which environment this is.
    """
    if settings.github is None:
        raise MissingSettingError(
            f"no records to count: {settings.no_github}",
            hint="in a workflow they are set; on a laptop, export them",
        )
    _, scope = find_environment(settings, settings.config.gate.reach_within)
    records = open_records(settings, settings.github, scope)
    environment = f"{scope.project_name} / {scope.environment_name}"
    return lambda days: stats(records, Worktree(checkout), environment, SystemClock().now(), days)
