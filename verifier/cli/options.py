"""Options that several commands have, and how a command is confirmed or interrupted."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from verifier.cli.mistakes import tell_error

if TYPE_CHECKING:
    from verifier.model.report import End

NO_TERMINAL = "no terminal to confirm on: use --yes, or --dry-run to preview"

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path(".github/verifier.yml"),
    show_default=True,
    envvar="VERIFIER_CONFIG",
    help="Configuration file.",
)


REPORT = click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="VERIFIER_REPORT",
    help="Write the JSON report here.",
)

CHECKOUT = click.option(
    "--checkout",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="GITHUB_WORKSPACE",
    help="Git checkout of the deployed commit. [default: the current folder]",
)


DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


def config_in(config_path: Path, checkout: Path) -> Path:
    """Return where the configuration lies: a relative path starts at the checkout."""
    return config_path if config_path.is_absolute() else checkout / config_path


def confirm(question: str, yes: bool) -> None:
    """
    Ask a person, unless `yes`.

    Raises:
        UsageError: nobody is there to be asked.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(NO_TERMINAL)
    click.confirm(question, abort=True)


def until_interrupted(run: Callable[[], None]) -> bool:
    """Run, and return whether SIGINT or SIGTERM ended it; a second one then does nothing."""
    # Also SIGINT: what starts us may have it ignored, as shells do for background jobs.
    for wanted_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted_end, _interrupt)
    cancelled = False
    try:
        run()
    except KeyboardInterrupt:
        cancelled = True
    for wanted_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted_end, signal.SIG_IGN)
    return cancelled


def end_of(run: Callable[[], None]) -> "End":
    """Run what may change production, and return how it ended: however that is, it is reported."""
    from verifier.model.report import End

    try:
        return End.CANCELLED if until_interrupted(run) else End.COMPLETED
    except Exception as error:
        tell_error(error)
        return End.BROKEN


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
