"""Options that several commands have, and how a command is confirmed."""

import sys
from pathlib import Path

import click
from click.decorators import FC

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


REPORT_FILE = click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="VERIFIER_REPORT",
    help="Write the JSON report here.",
)


def _kept(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep the option for whoever writes to a stream; no command has to pass it on."""
    context.meta[f"verifier.{parameter.name}"] = value


_HTML = click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="VERIFIER_HTML",
    expose_value=False,
    callback=_kept,
    help="Write the report as one HTML page here.",
)
_QUIET = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_kept,
    help="Print only the verdict, what is live and what to do.",
)
_VERBOSE = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_kept,
    help="Print also what passed and which deployments were judged.",
)


def REPORT(command: FC) -> FC:
    """Give a command the options of where its report goes, and how much of it is printed."""
    return REPORT_FILE(_HTML(_QUIET(_VERBOSE(command))))


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


def confirm(question: str, yes: bool, *, err: bool = False) -> None:
    """
    Ask a person, unless `yes`; on standard error where the other one is for a program.

    Raises:
        UsageError: nobody is there to be asked.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(NO_TERMINAL)
    click.confirm(question, abort=True, err=err)
