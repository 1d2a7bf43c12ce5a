"""`verifier release`."""

import os
import sys
from pathlib import Path

import click

from verifier.cli.options import CONFIG, DRY_RUN, NO_TERMINAL, REPOSITORY, YES, config_in, confirm
from verifier.report.spoken import say


@click.command()
@CONFIG
@click.option(
    "--service",
    "named",
    multiple=True,
    metavar="NAME",
    help="Turn auto-deploy on for this service, held by a gate or not. Repeatable.",
)
@DRY_RUN
@YES
@REPOSITORY
def release(
    config_path: Path, named: tuple[str, ...], dry_run: bool, yes: bool, checkout: Path
) -> int:
    """Turn auto-deploy back on after a gate rolled back and held it."""
    from verifier.config.settings import load_railway
    from verifier.wiring.release import open_release

    if not dry_run and not yes and not sys.stdin.isatty():
        raise click.UsageError(NO_TERMINAL)
    settings = load_railway(config_in(config_path, checkout), os.environ)
    names = list(settings.config.services)
    unknown = [name for name in named if name not in names]
    if unknown:
        raise click.UsageError(
            f"--service takes a service of the configuration ({', '.join(names)}), "
            f"found {', '.join(unknown)}"
        )
    with open_release(settings, checkout) as (session, run):
        if run.unread:
            listed = session.redact(run.unread)
            click.echo(
                say(f"Could not read which services are held; use --service: {listed}"), err=True
            )
        for line in run.lines():
            click.echo(say(line))
        chosen = run.chosen(named)
        if not chosen:
            click.echo(
                "Nothing to release: no gate holds a service. To turn "
                "auto-deploy on anyway, use --service."
            )
            return 0
        listed = ", ".join(service.name for service in chosen)
        if dry_run:
            click.echo(say(f"Would turn auto-deploy on for {listed}; nothing was done."))
            return 0
        confirm(f"Turn auto-deploy on for {listed}?", yes)
        for service in chosen:
            run.switch_on(service)
            click.echo(say(f"{service.name}: auto-deploy is on again"))
    return 0
