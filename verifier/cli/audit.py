"""`verifier audit`."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.ending import doing, leaves_report, publish
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, config_in

if TYPE_CHECKING:
    from verifier.commands.organisation import Selection
    from verifier.config.audit_settings import AuditSettings
    from verifier.decide.drift.audit_report import Audited
    from verifier.model.report import Report
    from verifier.wiring.audit import SettingsWorld

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(invoke_without_command=True)
@CONFIG
@click.option(
    "--repo",
    "repositories",
    multiple=True,
    metavar="OWNER/NAME",
    help="Repository to audit. Repeatable.  [default: the repository of the job]",
)
@click.option("--org", "owner", metavar="NAME", help="Audit all repositories of this owner.")
@click.option(
    "--include",
    multiple=True,
    help="With --org: only repositories that match this pattern. Repeatable.",
)
@click.option(
    "--exclude",
    multiple=True,
    help="With --org: skip repositories that match this pattern. Repeatable.",
)
@click.option("--shard", metavar="N/M", help="With --org: audit only share N of M.")
@click.option(
    "--state", "state_path", type=_FILE, help="With --org: save progress here, and resume from it."
)
@click.option(
    "--state-max-age",
    metavar="DURATION",
    default="1h",
    show_default=True,
    help="With --state: start again where what was saved is older.",
)
@REPORT
@click.option("--json", "as_json", is_flag=True, help="Print drift and counts as JSON.")
@click.option(
    "--sarif", "sarif_path", type=_FILE, help="Write drift here as SARIF, for code scanning."
)
@click.option("--csv", "csv_path", type=_FILE, help="Write drift here as CSV.")
@click.option(
    "--previous",
    "previous_path",
    type=_FILE,
    help="Report of an earlier audit, to show what changed since.",
)
@click.option("--fix", is_flag=True, help="Plan the smallest change that fixes the drift.")
@click.option(
    "--dry-run/--apply",
    "is_dry",
    default=True,
    help="Show the change, or make it.  [default: --dry-run]",
)
@click.option(
    "--plan",
    "plan_path",
    type=_FILE,
    help="With --fix: write the plan here; with --apply: change only what the plan lists.",
)
@CHECKOUT
@click.pass_context
@leaves_report("audit")
def audit(
    context: click.Context,
    config_path: Path,
    repositories: tuple[str, ...],
    owner: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    shard: str | None,
    state_path: Path | None,
    state_max_age: str,
    report_path: Path | None,
    as_json: bool,
    sarif_path: Path | None,
    csv_path: Path | None,
    previous_path: Path | None,
    fix: bool,
    is_dry: bool,
    plan_path: Path | None,
    checkout: Path,
) -> int:
    """Compare protections, workflows and services with the configuration; read-only by default."""
    from verifier.cli.audit_fix import fix_branches
    from verifier.commands.audit import audit as look
    from verifier.config.audit_settings import load_audit
    from verifier.decide.drift.audit_report import report_of
    from verifier.delivery.notifications import tell
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.wiring.audit import SettingsWorld, audit_request_of
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.known_secrets import known_secrets

    if context.invoked_subcommand is not None:
        return 0
    settings = load_audit(config_in(config_path, checkout), os.environ)
    world = SettingsWorld(settings, checkout)
    clock = SystemClock()
    started_at = clock.now()
    doing("reading GitHub and Railway")
    if owner is not None:
        if repositories or fix or not is_dry:
            raise click.UsageError("--org cannot be combined with --repo or --fix")
        selection = _selection(owner, include, exclude, shard)
        found = _audit_owner(settings, selection, state_path, state_max_age)
    else:
        names = _names(repositories, settings)
        if fix:
            fix_branches(world, names, started_at.date(), plan_path, is_dry=is_dry)
        elif not is_dry or plan_path is not None:
            raise click.UsageError("--apply and --plan require --fix")
        request = audit_request_of(settings)
        found = look(world, names, request, started_at, lint=not repositories)
    report = redacted(report_of(found, started_at, clock.now()), Redactor(known_secrets()))
    if previous_path is not None:
        report = _with_changes(report, previous_path)
    _write_files(report, sarif_path, csv_path)
    publish(report, report_path, as_json)
    if settings.config is not None and settings.config.audit.issue:
        _keep_issue(world, report)
    tell(report, settings.config.notify if settings.config else None)
    return int(report.exit_code)


def _selection(
    owner: str, include: tuple[str, ...], exclude: tuple[str, ...], shard: str | None
) -> "Selection":
    from verifier.commands.organisation import Selection

    number, shards = _share(shard or "1/1")
    return Selection(owner, include or ("*",), exclude, number, shards)


def _max_age(text: str) -> timedelta:
    from pydantic import TypeAdapter, ValidationError

    from verifier.config.fields import PositiveDuration

    try:
        seconds: float = TypeAdapter(PositiveDuration).validate_python(text)
    except ValidationError as error:
        raise click.UsageError("--state-max-age takes a duration such as 30m or 1h") from error
    return timedelta(seconds=seconds)


def _audit_owner(
    settings: "AuditSettings", selection: "Selection", state_path: Path | None, max_age: str
) -> "Audited":
    from verifier.commands.organisation import audit_owner
    from verifier.wiring.audit import audit_request_of
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.organisation import open_organisation

    policy = audit_request_of(settings).policy
    now = SystemClock().now()
    with open_organisation(settings, selection, state_path, _max_age(max_age), now) as organisation:
        github, state = organisation.repositories, organisation.state
        if state.renewed:
            click.echo(f"starting again, not from {state_path}: {state.renewed}", err=True)
        found = audit_owner(github, state, selection, policy, now)
    requests = github.requests
    click.echo(f"{len(found.repositories)} repositories, {requests} requests to GitHub", err=True)
    return found


def _share(text: str) -> tuple[int, int]:
    number, _, shards = text.partition("/")
    if number.isdecimal() and shards.isdecimal() and 1 <= int(number) <= int(shards) <= 256:
        return int(number), int(shards)
    raise click.UsageError(f"--shard takes N/M, such as 1/4; found {text!r}")


@audit.command("shard")
@click.option("--count", type=click.IntRange(1, 256), required=True, help="Number of shares.")
def shard_matrix(count: int) -> int:
    """Print a job matrix in which each job audits one share."""
    from verifier.commands.organisation import matrix

    click.echo(matrix(count))
    return 0


@audit.command("merge")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@REPORT
@click.option("--json", "as_json", is_flag=True, help="Print drift and counts as JSON.")
@click.option(
    "--sarif", "sarif_path", type=_FILE, help="Write drift here as SARIF, for code scanning."
)
@click.option("--csv", "csv_path", type=_FILE, help="Write drift here as CSV.")
@leaves_report("audit")
def merge(
    reports: tuple[Path, ...],
    report_path: Path | None,
    as_json: bool,
    sarif_path: Path | None,
    csv_path: Path | None,
) -> int:
    """Merge the reports of all shares; a folder stands for every report in it."""
    from verifier.decide.drift.audit_report import Audited, merged, report_of
    from verifier.delivery.surfaces import read_report
    from verifier.errors import ConfigError

    files = [file for path in reports for file in _reports_in(path)]
    if not files:
        raise click.UsageError("no report to merge")
    read = [read_report(path) for path in files]
    shares = [Audited(r.drift, r.audited, r.findings, r.share) for r in read]
    try:
        found = merged(shares)
    except ValueError as error:
        raise ConfigError(f"these reports cannot be merged: {error}") from error
    report = report_of(found, min(r.started_at for r in read), max(r.ended_at for r in read))
    _write_files(report, sarif_path, csv_path)
    publish(report, report_path, as_json)
    return int(report.exit_code)


def _reports_in(path: Path) -> Sequence[Path]:
    return sorted(path.rglob("*.json")) if path.is_dir() else (path,)


def _write_files(report: "Report", sarif_path: Path | None, csv_path: Path | None) -> None:
    from verifier.delivery.surfaces import write_text
    from verifier.report import drift_text, sarif

    if sarif_path is not None:
        write_text(sarif_path, sarif.render(report.drift))
    if csv_path is not None:
        write_text(csv_path, drift_text.render_csv(report.drift))


def _keep_issue(world: "SettingsWorld", report: "Report") -> None:
    """Update the issue. A failure is a warning, and changes no verdict."""
    from verifier.errors import ProviderError
    from verifier.report import markdown
    from verifier.report.harmless_text import plain
    from verifier.report.headline import headline

    try:
        body = markdown.render_drift(report)
        tracked = world.keep_issue(headline(report), body, report.verdict)
    except ProviderError as error:
        told = plain(error.explained)
        click.echo(f"warning: the tracked issue was not updated: {told}", err=True)
        return
    number = f" #{tracked.number}" if tracked.number else ""
    click.echo(f"issue{number}: {tracked.change}", err=True)


def _names(repositories: Sequence[str], settings: "AuditSettings") -> Sequence[str]:
    names = tuple(dict.fromkeys(repositories)) or (settings.repository,)
    for name in names:
        if name.count("/") != 1 or not all(name.split("/")):
            raise click.UsageError(
                f"no repository to audit: use --repo OWNER/NAME (found {name!r})"
            )
    return names


def _with_changes(report: "Report", previous_path: Path) -> "Report":
    from dataclasses import replace

    from verifier.commands.organisation import BULK
    from verifier.decide.drift.changes import Looked, changes_since
    from verifier.delivery.surfaces import read_report

    in_bulk = any(finding.check == BULK for finding in report.findings)
    looked = Looked(report.drift, report.audited, in_bulk)
    changes = changes_since(read_report(previous_path).drift, looked)
    lines = [f"new: {row.repository} {row.setting}: {row.actual}" for row in changes.appeared]
    lines += [f"resolved: {row.repository} {row.setting}" for row in changes.gone]
    lines.append(f"{changes.stayed} differences unchanged since the last report")
    return replace(report, changes=tuple(lines))
