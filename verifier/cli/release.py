"""`verifier release`."""

import os
import sys
from pathlib import Path

import click

from verifier.cli.options import CHECKOUT, CONFIG, DRY_RUN, NOBODY, YES, config_in, confirm


@click.command()
@CONFIG
@click.option(
    "--service",
    "named",
    multiple=True,
    metavar="NAME",
    help="Switch on auto-deploy of this service, held by a gate or not. Repeatable.",
)
@DRY_RUN
@YES
@CHECKOUT
def release(
    config_path: Path, named: tuple[str, ...], dry_run: bool, yes: bool, checkout: Path
) -> int:
    """Let pushes deploy again, after a gate has rolled back and held them."""
    from verifier.commands.hold import release as switch_on
    from verifier.commands.hold import to_release
    from verifier.commands.ports import attempt
    from verifier.config.settings import load_settings
    from verifier.decide.gate.arrival import Wanted
    from verifier.model.finding import Unobserved
    from verifier.wiring.gate_session import open_session

    if not dry_run and not yes and not sys.stdin.isatty():
        raise click.UsageError(NOBODY)
    settings = load_settings(config_in(config_path, checkout), os.environ)
    names = list(settings.config.services)
    unknown = [name for name in named if name not in names]
    if unknown:
        raise click.UsageError(
            f"--service takes a service of the configuration ({', '.join(names)}), "
            f"found {', '.join(unknown)}"
        )
    with open_session("release", settings, checkout, names, Wanted(), None) as session:
        found = attempt(session.memory.holds)
        held = frozenset() if isinstance(found, Unobserved) else found
        if isinstance(found, Unobserved):
            told = session.redact(found.reason)
            click.echo(f"What gates hold is not known, name the services: {told}", err=True)
        switches = {
            service.name: session.railway.auto_deploy(service.name) for service in session.services
        }
        for service in session.services:
            by = ", held by a gate" if service.id in held else ""
            word = "on" if switches[service.name].enabled else f"off{by}"
            click.echo(f"{service.name}: auto-deploy is {word}")
        chosen = to_release(session.services, named, switches, held)
        if not chosen:
            click.echo("Nothing to release. What no gate holds is named by --service.")
            return 0
        told = ", ".join(service.name for service in chosen)
        if dry_run:
            click.echo(f"Auto-deploy of {told} would be switched on; nothing was done.")
            return 0
        confirm(f"Switch on auto-deploy of {told}?", yes)
        for service in chosen:
            switch_on(session.railway, session.memory, service)
            click.echo(f"{service.name}: auto-deploy is on again")
    return 0
