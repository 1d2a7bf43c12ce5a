"""`verifier release`."""

import os
import sys
from pathlib import Path

import click

from verifier.cli.options import CHECKOUT, CONFIG, DRY_RUN, NO_TERMINAL, YES, config_in, confirm


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
@CHECKOUT
def release(
    config_path: Path, named: tuple[str, ...], dry_run: bool, yes: bool, checkout: Path
) -> int:
    """Turn auto-deploy back on after a gate rolled back and held it."""
    from verifier.commands.hold import release as switch_on
    from verifier.commands.hold import to_release
    from verifier.commands.ports import attempt
    from verifier.config.settings import load_railway
    from verifier.decide.gate.arrival import Wanted
    from verifier.model.finding import Unobserved
    from verifier.wiring.gate_session import open_session

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
    with open_session("release", settings, checkout, names, Wanted(), None) as session:
        found = attempt(session.memory.holds)
        held = frozenset() if isinstance(found, Unobserved) else found
        if isinstance(found, Unobserved):
            listed = session.redact(found.explained)
            click.echo(f"Could not read which services are held; use --service: {listed}", err=True)
        switches = {
            service.name: session.railway.auto_deploy(service.name) for service in session.services
        }
        for service in session.services:
            by = ", held by a gate" if service.id in held else ""
            word = "on" if switches[service.name].enabled else f"off{by}"
            click.echo(f"{service.name}: auto-deploy is {word}")
        chosen = to_release(session.services, named, switches, held)
        if not chosen:
            click.echo(
                "Nothing to release: no gate holds a service. To turn "
                "auto-deploy on anyway, use --service."
            )
            return 0
        listed = ", ".join(service.name for service in chosen)
        if dry_run:
            click.echo(f"Would turn auto-deploy on for {listed}; nothing was done.")
            return 0
        confirm(f"Turn auto-deploy on for {listed}?", yes)
        for service in chosen:
            switch_on(session.railway, session.memory, service)
            click.echo(f"{service.name}: auto-deploy is on again")
    return 0
