"""`verifier audit`."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.audit_reports import DRIFT_FILES, merge, shard_matrix, trend, write_files
from verifier.cli.ending import doing, leaves_report, publish
from verifier.cli.languages import SpokenGroup
from verifier.cli.options import AUDIT_FORMS, CONFIG, REPORT, REPOSITORY, config_in
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.commands.organisation import Selection
    from verifier.config.audit_settings import AuditSettings
    from verifier.decide.drift.audit_report import Audited
    from verifier.model.report import Report
    from verifier.wiring.audit import SettingsWorld

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(cls=SpokenGroup, invoke_without_command=True)
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
@click.option(
    "--one-by-one",
    multiple=True,
    metavar="PATTERN",
    help="With --org: read these by themselves, with all that bulk does not show. Repeatable.",
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
@AUDIT_FORMS
@DRIFT_FILES
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
@REPOSITORY
@click.pass_context
@leaves_report("audit")
def audit(
    context: click.Context,
    config_path: Path,
    repositories: tuple[str, ...],
    owner: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    one_by_one: tuple[str, ...],
    shard: str | None,
    state_path: Path | None,
    state_max_age: str,
    report_path: Path | None,
    form: OutputForm,
    sarif_path: Path | None,
    csv_path: Path | None,
    previous_path: Path | None,
    fix: bool,
    is_dry: bool,
    plan_path: Path | None,
    checkout: Path,
) -> int:
    """Compare protections, workflows and services with the configuration; read-only by default."""
    from verifier.cli.audit_fix import fix_branches, load_settings
    from verifier.commands.audit import audit as look
    from verifier.delivery.notifications import tell
    from verifier.wiring.audit import SettingsWorld, audit_request_of
    from verifier.wiring.clock import SystemClock

    if context.invoked_subcommand is not None:
        return 0
    path = config_in(config_path, checkout)
    settings = load_settings(path, config_path, checkout)
    world = SettingsWorld(settings, checkout)
    clock = SystemClock()
    started_at = clock.now()
    doing("reading GitHub and Railway")
    if owner is not None:
        if repositories or fix or not is_dry:
            raise click.UsageError("--org cannot be combined with --repo or --fix")
        selection = _selection(owner, (include, exclude, one_by_one), shard)
        found = _audit_owner(world, selection, state_path, state_max_age)
        names = selection.about
    else:
        names = _names(repositories, settings)
        if fix:
            fix_branches(world, names, started_at.date(), plan_path, is_dry=is_dry)
        elif not is_dry or plan_path is not None:
            raise click.UsageError("--apply and --plan require --fix")
        found = look(world, names, audit_request_of(settings), started_at, lint=not repositories)
    report = _report(found, settings, started_at, clock.now())
    if previous_path is not None:
        report = _with_changes(report, previous_path)
    write_files(report, sarif_path, csv_path)
    publish(report, report_path, form)
    _keep_issue(world, report, path, names)
    tell(report, settings.config.notify if settings.config else None)
    return int(report.exit_code)


def _report(
    found: "Audited", settings: "AuditSettings", started_at: datetime, ended_at: datetime
) -> "Report":
    from verifier.decide.drift.audit_report import report_of, with_note
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.wiring.known_secrets import known_secrets

    report = report_of(with_note(found, settings.without_file), started_at, ended_at)
    return redacted(report, Redactor(known_secrets()))


def _selection(owner: str, patterns: tuple[tuple[str, ...], ...], shard: str | None) -> "Selection":
    from verifier.commands.organisation import Selection

    include, exclude, one_by_one = patterns
    number, shards = _share(shard or "1/1")
    return Selection(owner, include or ("*",), exclude, number, shards, one_by_one)


def _max_age(text: str) -> timedelta:
    from pydantic import TypeAdapter, ValidationError

    from verifier.config.fields import PositiveDuration

    try:
        seconds: float = TypeAdapter(PositiveDuration).validate_python(text)
    except ValidationError as error:
        raise click.UsageError("--state-max-age takes a duration such as 30m or 1h") from error
    return timedelta(seconds=seconds)


def _audit_owner(
    world: "SettingsWorld", selection: "Selection", state_path: Path | None, max_age: str
) -> "Audited":
    from dataclasses import replace

    from verifier.commands.organisation import OwnerSources, audit_owner
    from verifier.delivery.counted_repositories import CountedRepositories
    from verifier.guarded.redaction import without_secrets
    from verifier.wiring.audit import audit_request_of
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.organisation import open_organisation, policy_digest

    clock, age = SystemClock(), _max_age(max_age)
    now = clock.now()
    with open_organisation(world.settings, selection, state_path, age, now) as organisation:
        github, state = organisation.repositories, organisation.state
        sources = OwnerSources(github, world.repository)
        if state.renewed:
            why = without_secrets(state.renewed)
            click.echo(say(f"starting again, not from {state_path}: {why}"), err=True)
        request = audit_request_of(world.settings)
        counted = CountedRepositories(sys.stderr, clock.now_s).done
        found = audit_owner(sources, state, selection, request, now, counted)
    many, requests = len(found.repositories), github.requests
    asked = f"{requests} {'request' if requests == 1 else 'requests'}"
    click.echo(
        say(f"{many} {'repository' if many == 1 else 'repositories'}, {asked} to GitHub"), err=True
    )
    if state.drift and state.started_at is not None:
        kept = f"{len(state.drift)} of them as they were on {state.started_at:%Y-%m-%d at %H:%M}"
        click.echo(say(f"{kept} UTC: from {state_path}, which can be deleted"), err=True)
    basis = policy_digest(world.settings, selection) if selection.share else ""
    return replace(found, basis=basis)


def _share(text: str) -> tuple[int, int]:
    number, _, shards = text.partition("/")
    if number.isdecimal() and shards.isdecimal() and 1 <= int(number) <= int(shards) <= 256:
        return int(number), int(shards)
    raise click.UsageError(f"--shard takes N/M, such as 1/4; found {text!r}")


def _keep_issue(
    world: "SettingsWorld", report: "Report", config_path: Path, about: tuple[str, ...]
) -> None:
    """Update the issue, where one is wanted. A failure is a warning, and changes no verdict."""
    from verifier.errors import ProviderError
    from verifier.guarded.redaction import without_secrets
    from verifier.report.harmless_text import plain

    config = world.settings.config
    if config is None or not config.audit.issue:
        return
    if not world.settings.repository:
        told = "warning: audit.issue opens it in the job's repository: GITHUB_REPOSITORY is not set"
        click.echo(say(told), err=True)
        return
    try:
        tracked = world.keep_issue(report, config_path, about)
    except ProviderError as error:
        told = plain(without_secrets(error.explained))
        click.echo(say(f"warning: the tracked issue was not updated: {told}"), err=True)
        return
    number = f" #{tracked.number}" if tracked.number else ""
    click.echo(say(f"issue{number}: {tracked.change}"), err=True)
    if tracked.forged:
        forged = ", ".join(f"#{each}" for each in tracked.forged)
        told = f"warning: ignored issues by others that pose as the verifier's: {forged}"
        click.echo(say(told), err=True)


def _names(repositories: Sequence[str], settings: "AuditSettings") -> tuple[str, ...]:
    names = tuple(dict.fromkeys(repositories)) or (settings.repository,)
    for name in names:
        if name.count("/") != 1 or not all(name.split("/")):
            raise click.UsageError(
                f"no repository to audit: use --repo OWNER/NAME (found {name!r})"
            )
    return names


def _with_changes(report: "Report", previous_path: Path) -> "Report":
    from dataclasses import replace

    from verifier.commands.audit_questions import KINDS
    from verifier.decide.drift.changes import changes_since, looked_in
    from verifier.delivery.surfaces import read_report

    changes = changes_since(read_report(previous_path).drift, looked_in(report), KINDS)
    lines = [f"new: {row.repository} {row.setting}: {row.actual}" for row in changes.appeared]
    lines += [f"resolved: {row.repository} {row.setting}" for row in changes.gone]
    lines.append(
        "1 difference unchanged since the last report"
        if changes.stayed == 1
        else f"{changes.stayed} differences unchanged since the last report"
    )
    return replace(report, changes=tuple(lines))


for _command in (shard_matrix, merge, trend):
    audit.add_command(_command)
