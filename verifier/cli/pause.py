"""`verifier pause` and `verifier resume`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.decorators import FC

from verifier.cli.languages import speak_as_configured
from verifier.cli.options import CONFIG, DRY_RUN, YES, confirm
from verifier.model.exit_code import ExitCode
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.config.sections import PauseSection
    from verifier.model.secret import Secret

_REASON = click.option("--reason", required=True, help="Why; stored with your name.")
_ACTOR = click.option("--actor", envvar="GITHUB_ACTOR", help="Name to store. [default: you]")


def _options(command: FC) -> FC:
    return CONFIG(_REASON(_ACTOR(DRY_RUN(YES(command)))))


@click.command()
@_options
def pause(config_path: Path, reason: str, actor: str | None, dry_run: bool, yes: bool) -> int:
    """Pause the system by writing one row to its database."""
    from verifier.config.settings import load_pause

    speak_as_configured(config_path)
    section, url = load_pause(config_path, os.environ)
    return _write_status(section, url, section.paused, reason, actor, dry_run, yes)


@click.command()
@_options
def resume(config_path: Path, reason: str, actor: str | None, dry_run: bool, yes: bool) -> int:
    """Resume the system by writing one row to its database."""
    from verifier.config.settings import load_pause

    speak_as_configured(config_path)
    section, url = load_pause(config_path, os.environ)
    return _write_status(section, url, section.running, reason, actor, dry_run, yes)


def _write_status(
    section: "PauseSection",
    url: "Secret",
    status: str,
    reason: str,
    actor: str | None,
    dry_run: bool,
    yes: bool,
) -> int:
    from verifier.commands.pause import set_status
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.pause import status_table

    values = {
        "status": status,
        "reason": reason,
        "actor": f"verifier: {actor or user()}",
    }
    click.echo(say("This writes to the application's database:"))
    click.echo(f"  {section.write}")
    for name, value in values.items():
        click.echo(f"  {name}: {value}")
    if dry_run:
        click.echo(say("Nothing was written."))
        return ExitCode.GOOD
    confirm("Write this?", yes)
    problem = set_status(status_table(section, url), SystemClock(), values)
    if problem is None:
        click.echo(say(f"Done: the status is {status!r}."))
        return ExitCode.GOOD
    click.echo(say(f"Written, but it did not take effect within 30 s: {problem}"), err=True)
    return ExitCode.NOT_RECOVERED


def user() -> str:
    """Return who runs this; containers often have a number without a name."""
    import getpass

    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown user"
