"""`verifier rehearse`."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.ending import doing, end_of, leaves_report, publish
from verifier.cli.interruption import heard, ignore, listen
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
from verifier.cli.sandbox import sandbox_extra
from verifier.cli.streams import finish
from verifier.errors import WrongInputError
from verifier.model.exit_code import ExitCode
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.sandbox.rehearsal.incident import Incident


def _names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """What the shell offers for an incident; none where the sandbox's packages are missing."""
    try:
        from verifier.sandbox.rehearsal.incident import chosen
    except ImportError:
        return []
    checkout = context.params.get("checkout")
    found = chosen((), checkout if isinstance(checkout, Path) else Path())
    return [name for name in found if name.startswith(begun)]


@click.command()
@click.argument("incidents", nargs=-1, metavar="[INCIDENT]...", shell_complete=_names)
@click.option("--list", "is_list", is_flag=True, help="List the incidents and what must come out.")
@click.option("--all", "is_all", is_flag=True, help="Play the whole catalogue.")
@click.option(
    "--skip",
    multiple=True,
    metavar="INCIDENT",
    shell_complete=_names,
    help="With --all, leave this one out. Repeatable.",
)
@CONFIG
@REPOSITORY
@click.option(
    "--schema",
    "dump",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Begin with this schema, as pg_dump --schema-only writes it.",
)
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results as JSON here.",
)
@click.option(
    "--railway",
    "environment",
    metavar="ENVIRONMENT",
    help="Run the drill on this environment at Railway instead of in a sandbox.",
)
@click.option(
    "--confirm-environment",
    "confirmed",
    default="",
    metavar="ENVIRONMENT",
    help="Repeat its name if it is railway.environment of the configuration.",
)
@DRY_RUN
@YES
@click.option(
    "--replay",
    "recorded",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Replay a gate's JSON report: show what this configuration would have decided.",
)
@RESULT_FORMS
def rehearse(
    incidents: tuple[str, ...],
    is_list: bool,
    is_all: bool,
    skip: tuple[str, ...],
    config_path: Path,
    checkout: Path,
    dump: Path | None,
    report_path: Path | None,
    environment: str | None,
    confirmed: str,
    dry_run: bool,
    yes: bool,
    recorded: Path | None,
    form: OutputForm,
) -> int:
    """Play incidents on your configuration in a sandbox; say whether the gate did what it must."""
    if environment is not None:
        if incidents or is_all or is_list or recorded is not None:
            raise click.UsageError("--railway plays no incident: do not name one")
        _refuse_those_of_incidents(skip, dump)
        if confirmed not in ("", environment):
            raise click.UsageError(f"--confirm-environment is not {environment}, as --railway is")
        if not dry_run and not yes and not is_on_terminal():
            raise click.UsageError(NO_TERMINAL)
        _refuse_no_place(report_path)
        where = (config_in(config_path, checkout), checkout, environment, confirmed)
        return _drill(where, dry_run=dry_run, yes=yes, report_path=report_path, form=form)
    if confirmed or dry_run or yes:
        raise click.UsageError("--confirm-environment, --dry-run and --yes go with --railway")
    if recorded is not None:
        if incidents or is_all or is_list:
            raise click.UsageError("--replay plays no incident: do not name one")
        _refuse_those_of_incidents(skip, dump)
        _refuse_no_place(report_path)
        return _replay(recorded, config_in(config_path, checkout), report_path, form)
    if not (incidents or is_all or is_list):
        raise click.UsageError("name an incident, or use --all; --list shows them")
    if incidents and is_all:
        raise click.UsageError("--all plays every incident: do not name one as well")
    if is_list and (dump or report_path):
        raise click.UsageError("--schema and --report go with what is played, --list plays nothing")
    _refuse_no_place(report_path)
    wanted = _wanted(incidents, skip, checkout)
    if is_list:
        from verifier.sandbox.rehearsal import told

        listed = told.listed_json if form.is_for_programs else told.listed
        click.echo(listed(wanted), nl=False)
        return ExitCode.GOOD
    return _play(wanted, config_in(config_path, checkout), checkout, dump, report_path, form)


def _refuse_those_of_incidents(skip: tuple[str, ...], dump: Path | None) -> None:
    if skip or dump:
        raise click.UsageError("--skip and --schema go with incidents, and none is played")


def _refuse_no_place(report_path: Path | None) -> None:
    """Find out now that a report cannot be written, not once everything has been played."""
    if report_path is None:
        return
    if not report_path.parent.is_dir():
        told = f"{report_path.parent} is no folder: the report cannot be written there"
        raise WrongInputError(told, hint=f"make it first: mkdir -p {report_path.parent}")
    place = report_path if report_path.exists() else report_path.parent
    if not os.access(place, os.W_OK):
        raise WrongInputError(f"{place} cannot be written: the report would be lost")


def _wanted(
    incidents: tuple[str, ...], skip: tuple[str, ...], checkout: Path
) -> "Mapping[str, Incident]":
    with sandbox_extra():
        from verifier.sandbox.rehearsal.incident import chosen

    found = chosen(incidents, checkout)
    unknown = [name for name in skip if name not in found]
    if unknown:
        raise click.UsageError(f"--skip: there is no incident {unknown[0]!r} to leave out")
    return {name: incident for name, incident in found.items() if name not in skip}


def _play(
    wanted: "Mapping[str, Incident]",
    config_path: Path,
    checkout: Path,
    dump: Path | None,
    report_path: Path | None,
    form: OutputForm,
) -> int:
    """Play them, and tell what came of it."""
    with sandbox_extra():
        from verifier.sandbox.rehearsal import told
        from verifier.sandbox.rehearsal.series import rehearse as play

    from verifier.delivery.surfaces import write_text

    listen()
    progress = sys.stderr if form.is_for_programs else sys.stdout
    try:
        rehearsal = play(config_path, checkout, wanted, dump, progress)
    except (Exception, KeyboardInterrupt) as error:
        # A library may have made an error of its own of what asked for an end.
        is_interrupted = isinstance(error, KeyboardInterrupt) or heard()
        ignore()
        if not is_interrupted:
            raise
        gone = "Cancelled: what was being played was stopped, and its sandboxes are removed."
        click.echo(say(gone), err=True)
        finish()
        # Not by the end of each thread: one that makes a PostgreSQL would be waited for.
        os._exit(ExitCode.CANCELLED)
    if form.is_for_programs:
        click.echo(told.as_json(rehearsal), nl=False)
    else:
        click.echo("\n" + told.as_text(rehearsal), nl=False)
    if report_path is not None:
        write_text(report_path, told.as_json(rehearsal))
    return ExitCode.GOOD if rehearsal.is_good else ExitCode.FAILED_SAFE


@leaves_report("rehearse")
def _drill(
    where: tuple[Path, Path, str, str],
    *,
    dry_run: bool,
    yes: bool,
    report_path: Path | None,
    form: OutputForm,
) -> int:
    """Roll an environment back and forward again; `where`: configuration, checkout, its name."""
    from verifier.config.settings import load_settings
    from verifier.delivery.notifications import tell
    from verifier.model.report import End
    from verifier.model.verdict import RollBackTo
    from verifier.report.terminal import render_plan
    from verifier.wiring.drill import open_drill

    config_path, checkout, environment, confirmed = where
    settings = load_settings(config_path, os.environ)
    doing("connecting to Railway")
    with open_drill(settings, checkout, environment, confirmed) as (session, drill):
        doing("planning the drill")
        plan = drill.plan()
        end = End.COMPLETED
        if isinstance(plan, RollBackTo):
            aside = form.is_for_programs
            click.echo(session.redact.keep_lines(render_plan(plan)), err=aside)
            if not dry_run:
                doing("waiting for a confirmation")
                question = f"Roll these back in {environment}, and forward again?"
                confirm(question, yes, err=aside)
                end = end_of(drill.carry_out, drill.refresh)
    report = session.finished(drill.report(end))
    publish(report, report_path, form)
    tell(report, settings.config.notify)
    return int(report.exit_code)


def _replay(recorded: Path, config_path: Path, report_path: Path | None, form: OutputForm) -> int:
    """Judge a recorded run by this configuration; exit with 1 where that makes a difference."""
    from verifier.checks.asked_again import asked_again
    from verifier.config.gate_terms import expectations_of
    from verifier.config.replay_terms import replay_terms_of
    from verifier.config.settings import load_document
    from verifier.decide.gate.judge_again import replay
    from verifier.delivery.surfaces import read_report, write_text
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.report import replay_text
    from verifier.wiring.known_secrets import known_secrets

    report = redacted(read_report(recorded), Redactor(known_secrets()))
    if report.command not in ("gate", "check"):
        raise WrongInputError(
            f"{recorded} is the report of verifier {report.command}, not of a gate",
            hint="give it the file that --report or the action's output report names",
        )
    _, config = load_document(config_path)
    judged = [service.name for service in report.services]
    if judged and not any(name in config.services for name in judged):
        raise WrongInputError(
            f"{recorded} is of {', '.join(judged)}, and {config_path} has none of these services",
            hint=f"it has {', '.join(config.services)}: replay a report of the same project",
        )
    again = partial(asked_again, expected=expectations_of(config))
    found = replay(report, replace(replay_terms_of(config), asked_again=again))
    render = replay_text.render_json if form.is_for_programs else replay_text.render
    click.echo(render(found), nl=False)
    if report_path is not None:
        write_text(report_path, replay_text.render_json(found))
    if not found.is_known:
        return ExitCode.INCONCLUSIVE
    return ExitCode.GOOD if found.is_same else ExitCode.FAILED_SAFE
