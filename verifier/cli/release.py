"""`verifier release`."""

import os
from pathlib import Path

import click

from verifier.cli.options import (
    CONFIG,
    DRY_RUN,
    NO_TERMINAL,
    REPOSITORY,
    RESULT_FORMS,
    YES,
    config_in,
    confirm,
    is_on_terminal,
)
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say

_NOTHING = (
    "Nothing to release: no gate holds a service. To turn auto-deploy on anyway, use --service."
)
_NOTHING_KNOWN = "Nothing was released."


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
@RESULT_FORMS
@REPOSITORY
def release(
    config_path: Path,
    named: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    form: OutputForm,
    checkout: Path,
) -> int:
    """Turn auto-deploy back on after a gate rolled back and held it."""
    from verifier.config.settings import load_railway
    from verifier.report import result_json
    from verifier.wiring.release import open_release

    if not dry_run and not yes and not is_on_terminal():
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
        is_json = form.is_for_programs
        for line in run.lines():
            click.echo(say(line), err=is_json)
        chosen = run.chosen(named)
        listed = ", ".join(service.name for service in chosen)
        if not chosen:
            click.echo(say(_NOTHING_KNOWN if run.unread else _NOTHING), err=is_json)
        elif dry_run:
            told = say(f"Would turn auto-deploy on for {listed}; nothing was done.")
            click.echo(told, err=is_json)
        else:
            confirm(f"Turn auto-deploy on for {listed}?", yes, err=is_json)
            for service in chosen:
                run.switch_on(service)
                told = say(f"{service.name}: auto-deploy is on again")
                click.echo(told, err=is_json)
        if is_json:
            result = {
                "services": run.states(),
                "chosen": [service.name for service in chosen],
                "released": bool(chosen) and not dry_run,
                "not_read": session.redact(run.unread),
            }
            click.echo(result_json.render("release", result), nl=False)
    return 0
