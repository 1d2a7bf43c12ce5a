"""`verifier rollback`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.ending import doing, end_of, leaves_report, publish
from verifier.cli.options import (
    CHECKOUT,
    CONFIG,
    DRY_RUN,
    NO_TERMINAL,
    REPORT,
    REPORT_FORMS,
    YES,
    agrees,
    config_in,
    is_on_terminal,
)
from verifier.model.output_form import OutputForm

if TYPE_CHECKING:
    from verifier.model.verdict import RollbackMode

_LONGEST_REASON = 500
#: Nobody would see the warning of the plan.
_NOT_ASKED = (
    "--yes needs the records of what gates have failed: set GITHUB_TOKEN, GITHUB_REPOSITORY and "
    "GITHUB_SHA, name what to go back to with --to, or leave --yes away and answer the question, "
    "which shows the plan"
)
_REFUSED = (
    "--yes needs the records of what gates have failed, which GitHub refuses to this token: give "
    "it `deployments: read`, name what to go back to with --to, or leave --yes away and answer the "
    "question, which shows the plan"
)
#: The tokens of different apps do not vouch for each other.
_NOT_COUNTED = (
    "--yes needs the records of what gates have failed, and some do not count, as another app than "
    "this job's token wrote them: let all jobs use the token of one app, or GITHUB_TOKEN; else "
    "name what to go back to with --to, or leave --yes away and answer the question, which shows "
    "the plan. Written by"
)
#: A job of another repository is shown that one's, which are empty.
_NONE_HERE = (
    "--yes needs the records of what gates have failed, so GITHUB_REPOSITORY has to be the "
    "repository whose jobs run the gate; else name what to go back to with --to, or leave --yes "
    "away and answer the question, which shows the plan."
)

_OFF = (
    "the configuration says `gate: { rollback: off }`: no plan of a gate is carried out; a person "
    "rolls back without --plan"
)
#: The plan may be one of `--rollback plan`, which says nothing of what the file asks for.
_PLAN_ONLY = (
    "the configuration says `gate: { rollback: plan }`: no plan of a gate is carried out with "
    "--yes; set it to auto once you trust the gate's verdicts, or leave --yes away and answer the "
    "question"
)


@click.command()
@CONFIG
@click.option(
    "--to", "named", multiple=True, metavar="ID", help="Deployment to roll back to. Repeatable."
)
@click.option(
    "--plan",
    "plan_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Carry out the plan in this report, left by a gate with rollback: plan.",
)
@click.option(
    "--reason",
    default="",
    metavar="TEXT",
    help="Why, in your words: kept in the record and the report.",
)
@DRY_RUN
@YES
@REPORT
@REPORT_FORMS
@CHECKOUT
@leaves_report("rollback")
def rollback(
    config_path: Path,
    named: tuple[str, ...],
    plan_path: Path | None,
    reason: str,
    dry_run: bool,
    yes: bool,
    report_path: Path | None,
    form: OutputForm,
    checkout: Path,
) -> int:
    """Roll back to the last good deployments manually, and verify the result."""
    from verifier.config.settings import load_settings
    from verifier.delivery.notifications import tell
    from verifier.delivery.surfaces import read_report
    from verifier.model.report import End
    from verifier.model.verdict import Keep, RollBackTo
    from verifier.report.terminal import render_plan
    from verifier.wiring.rollback import open_rollback

    if named and plan_path:
        raise click.UsageError("--to and --plan cannot be combined")
    if not dry_run and not yes and not is_on_terminal():
        raise click.UsageError(NO_TERMINAL)
    if len(reason) > _LONGEST_REASON:
        raise click.UsageError(f"--reason takes {_LONGEST_REASON} characters at most")
    settings = load_settings(config_in(config_path, checkout), os.environ)
    if plan_path:
        _refuse_by_file(settings.config.gate.rollback, is_unasked=yes and not dry_run)
    planned = read_report(plan_path) if plan_path else None
    needs_records = yes and not dry_run and not named and planned is None
    if needs_records and settings.github is None:
        raise click.UsageError(_NOT_ASKED)
    doing("connecting to Railway")
    with open_rollback(settings, checkout, reason) as (session, run):
        doing("planning the rollback")
        plan = run.plan(named, planned)
        if isinstance(plan, Keep) and plan.is_misnamed:
            raise click.UsageError(session.redact.keep_lines(plan.reason))
        if needs_records and run.has_refused_records:
            raise click.UsageError(_REFUSED)
        if needs_records and (whose := run.whose_records_do_not_count):
            raise click.UsageError(session.redact(f"{_NOT_COUNTED} {whose}"))
        if needs_records and (why := run.why_not_its_records):
            raise click.UsageError(session.redact(f"{_NONE_HERE} {why}"))
        end = End.COMPLETED
        if isinstance(plan, RollBackTo):
            aside = form.is_for_programs
            click.echo(session.redact.keep_lines(render_plan(plan, reason)), err=aside)
            if not dry_run:
                doing("waiting for a confirmation")
                if yes or agrees("Roll these back?", err=aside):
                    end = end_of(run.carry_out, run.refresh)
                else:
                    run.decline()
    report = session.finished(run.report(end))
    publish(report, report_path, form)
    tell(report, settings.config.notify)
    return int(report.exit_code)


def _refuse_by_file(mode: "RollbackMode", *, is_unasked: bool) -> None:
    """Refuse a gate's plan where the file lets no gate roll back; `plan` leaves it to a person."""
    from verifier.model.verdict import RollbackMode

    if mode is RollbackMode.OFF:
        raise click.UsageError(_OFF)
    if mode is RollbackMode.PLAN and is_unasked:
        raise click.UsageError(_PLAN_ONLY)
