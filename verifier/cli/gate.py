"""`verifier gate`."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.ending import doing, end_of, leaves_report, publish
from verifier.cli.options import CHECKOUT, CONFIG, REPORT, REPORT_FORMS, config_in
from verifier.model.output_form import OutputForm

if TYPE_CHECKING:
    from verifier.decide.gate.arrival import Wanted

#: Source: Railway's ids of deployments are UUIDs.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: So much may the clock that a time was read from be ahead of this one.
_AHEAD = timedelta(minutes=5)


class _Names(click.types.StringParamType):
    """Names that may have spaces in them: in a variable they stand between commas."""

    envvar_list_splitter = ","


@click.command()
@CONFIG
@click.option(
    "--sha", envvar=["VERIFIER_SHA", "GITHUB_SHA"], help="Full hash of the commit to judge."
)
@click.option(
    "--deployment",
    "deployments",
    multiple=True,
    metavar="SERVICE=ID",
    envvar="VERIFIER_DEPLOYMENT",
    help="Judge this deployment instead of a commit's; for `railway up`. Repeatable.",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="NAME",
    type=_Names(),
    envvar="VERIFIER_SERVICES",
    help="Wait for the deployment of this service alone; for pipelines that deploy one service "
    "after another. Repeatable.",
)
@click.option(
    "--since", envvar="VERIFIER_SINCE", help="Ignore deployments created before this ISO time."
)
@click.option(
    "--rollback",
    type=click.Choice(["auto", "off", "plan"]),
    envvar="VERIFIER_ROLLBACK",
    help="Override gate.rollback of the configuration.",
)
@REPORT
@REPORT_FORMS
@CHECKOUT
@leaves_report("gate")
def gate(
    config_path: Path,
    sha: str | None,
    deployments: tuple[str, ...],
    services: tuple[str, ...],
    since: str | None,
    rollback: str | None,
    report_path: Path | None,
    form: OutputForm,
    checkout: Path,
) -> int:
    """Wait for a commit's deployment, verify it, and roll it back if it is bad."""
    from verifier.commands.ports import attempt
    from verifier.config.settings import load_settings
    from verifier.decide.gate.advice import naming_plan
    from verifier.decide.gate.railway_event import NotOurs, nothing_to_judge, read_event
    from verifier.delivery.notifications import tell
    from verifier.delivery.surfaces import read_event_file
    from verifier.model.verdict import RollbackMode
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.gate import open_gate

    settings = load_settings(config_in(config_path, checkout), _with_commit(os.environ, sha))
    is_given = bool(deployments or (sha and sha != os.environ.get("GITHUB_SHA")))
    if os.environ.get("GITHUB_EVENT_NAME") == "deployment_status" and not is_given:
        railway = settings.config.railway
        announced = read_event(read_event_file(), railway.project or "", railway.environment)
        if isinstance(announced, NotOurs):
            now = SystemClock().now()
            report = nothing_to_judge(railway.environment, announced.reason, now)
            publish(report, report_path, form)
            return int(report.exit_code)
        sha = announced.commit_sha
    configured = list(settings.config.services)
    named = _services_waited_for(services, deployments, configured)
    wanted = replace(_wanted(sha, deployments, since, configured), services=named)
    mode = RollbackMode(rollback) if rollback else None
    doing("connecting to Railway")
    with open_gate(settings, checkout, wanted, mode) as (session, run):
        end = end_of(run.run, run.refresh)
        report = session.finished(run.report(end))
        if report_path:
            advice = naming_plan(report.advice, shlex.quote(str(report_path)))
            report = replace(report, advice=advice)
        publish(report, report_path, form)
        tell(report, settings.config.notify, lambda: attempt(session.memory.records))
    return int(report.exit_code)


def _services_waited_for(
    services: tuple[str, ...], deployments: tuple[str, ...], configured: list[str]
) -> frozenset[str] | None:
    """Return the services that are waited for alone; None for all."""
    if services and deployments:
        raise click.UsageError(
            "give --service or --deployment, not both: --deployment judges the services it names"
        )
    names = [name for given in services for name in _split(given.strip(), configured)]
    unknown = [name for name in names if name not in configured]
    if unknown:
        raise click.UsageError(
            f"--service takes a service of the configuration ({', '.join(configured)}), "
            f"found {', '.join(name or 'an empty name' for name in unknown)}"
        )
    return frozenset(names) or None


def _split(given: str, configured: list[str]) -> list[str]:
    """Return the names between the commas of one option, unless a service is called like that."""
    return [given] if given in configured else [name.strip() for name in given.split(",")]


def _wanted(
    sha: str | None, deployments: tuple[str, ...], since: str | None, services: list[str]
) -> "Wanted":
    from verifier.decide.gate.arrival import Wanted

    since_at = _time(since) if since else None
    if deployments:
        ids = dict(pair.partition("=")[::2] for pair in deployments)
        if len(ids) < len(deployments):
            raise click.UsageError("--deployment names a service twice; give one id per service")
        empty = [name for name, id_ in ids.items() if not id_]
        if empty:
            raise click.UsageError(
                f"--deployment takes SERVICE=ID; the id of {', '.join(empty)} is missing"
            )
        malformed = [id_ for id_ in ids.values() if id_ and not _ID.fullmatch(id_)]
        if malformed:
            raise click.UsageError(
                "--deployment takes SERVICE=ID with an id of Railway's, such as "
                f"3f2a9c1e-0000-4000-8000-000000000001; found {', '.join(malformed)}"
            )
        unknown = [name for name in ids if name not in services]
        if unknown:
            raise click.UsageError(
                f"--deployment takes SERVICE=ID with a service of the configuration "
                f"({', '.join(services)}), found {', '.join(unknown)}"
            )
        return Wanted(ids={name: id_.lower() for name, id_ in ids.items()}, since=since_at)
    if not sha and since_at is not None:
        return Wanted(since=since_at)
    if not sha:
        raise click.UsageError("nothing to judge: use --sha, --deployment or --since")
    if len(sha) != 40 or not all(c in "0123456789abcdef" for c in sha.lower()):
        raise click.UsageError(f"--sha takes a full commit hash of 40 hex digits; found {sha!r}")
    return Wanted(commit_sha=sha.lower(), since=since_at, job_blocks_ci=_is_push_workflow_of(sha))


def _is_push_workflow_of(sha: str) -> bool:
    """Whether this runs in a workflow that Railway's "Wait for CI" waits for."""
    environ = os.environ
    return (
        environ.get("GITHUB_ACTIONS") == "true"
        and environ.get("GITHUB_EVENT_NAME") == "push"
        and environ.get("GITHUB_SHA", "").lower() == sha.lower()
    )


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(
            f"--since takes a time such as 2026-01-31T12:00:00Z, found {text!r}"
        ) from error
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    now = datetime.now(UTC)
    if time > now + _AHEAD:
        raise click.UsageError(
            f"--since takes the time at which the deploy began, found {text}, which is still to "
            f"come: here it is {now:%Y-%m-%dT%H:%M:%SZ}, and a time without a zone is UTC"
        )
    return time


def _with_commit(environ: Mapping[str, str], sha: str | None) -> Mapping[str, str]:
    """Let the commit that is judged stand for the job's, where the environment names none."""
    return {"GITHUB_SHA": sha, **environ} if sha else environ
