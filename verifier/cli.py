"""The command line. Alone has the arguments, the environment, the streams and the exit code."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from verifier import __version__
from verifier.errors import ConfigError, VerifierError

if TYPE_CHECKING:
    from verifier.decide.arrival import Wanted

_CANCELLED = 130
_BROKEN = 4

_CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path(".github/verifier.yml"),
    show_default=True,
    envvar="VERIFIER_CONFIG",
    help="Configuration file.",
)


_REPORT = click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="VERIFIER_REPORT",
    help="Write the report here, as JSON.",
)

_CHECKOUT = click.option(
    "--checkout",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="GITHUB_WORKSPACE",
    help="Git checkout of the deployed commit. [default: the current folder]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="verifier")
@click.option("--debug", is_flag=True, envvar="VERIFIER_DEBUG", help="Show tracebacks.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Prove that a Railway deployment works with its database; undo it when it does not."""
    context.obj = debug


@cli.command()
@_CONFIG
@click.option(
    "--sha", envvar=["VERIFIER_SHA", "GITHUB_SHA"], help="Full hash of the deployed commit."
)
@click.option(
    "--deployment",
    "deployments",
    multiple=True,
    metavar="SERVICE=ID",
    envvar="VERIFIER_DEPLOYMENT",
    help="Judge this deployment instead of a commit's; for `railway up`. Repeatable.",
)
@click.option("--since", envvar="VERIFIER_SINCE", help="Ignore deployments made before (ISO time).")
@click.option(
    "--rollback",
    type=click.Choice(["auto", "off", "plan"]),
    envvar="VERIFIER_ROLLBACK",
    help="Overrides gate.rollback of the configuration.",
)
@_REPORT
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@_CHECKOUT
def gate(
    config_path: Path,
    sha: str | None,
    deployments: tuple[str, ...],
    since: str | None,
    rollback: str | None,
    report_path: Path | None,
    as_json: bool,
    checkout: Path,
) -> int:
    """Wait for a commit's deployment, verify it, and roll it back when it is bad."""
    from verifier.commands.gate import Gate
    from verifier.config.settings import load_settings
    from verifier.decide.event import NotOurs, read_event
    from verifier.model.verdict import RollbackMode
    from verifier.session import nothing_to_judge, open_session
    from verifier.surfaces import publish, read_event_file

    settings = load_settings(_path(config_path, checkout), os.environ)
    is_given = bool(deployments or (sha and sha != os.environ.get("GITHUB_SHA")))
    if os.environ.get("GITHUB_EVENT_NAME") == "deployment_status" and not is_given:
        railway = settings.config.railway
        announced = read_event(read_event_file(), railway.project or "", railway.environment)
        if isinstance(announced, NotOurs):
            report = nothing_to_judge(railway.environment, announced.reason)
            publish(report, report_path, as_json)
            return int(report.exit_code)
        sha = announced.commit_sha
    wanted = _wanted(sha, deployments, since, list(settings.config.services))
    names = list(wanted.ids) if wanted.ids is not None else list(settings.config.services)
    mode = RollbackMode(rollback) if rollback else None
    with open_session("gate", settings, checkout, names, wanted, mode) as session:
        run = Gate(session.world, session.memory, session.task, session.clock, session.journal)
        cancelled = _until_interrupted(run.run)
    report = session.redacted(run.report(cancelled=cancelled))
    publish(report, report_path, as_json)
    return int(report.exit_code)


@cli.command()
@_CONFIG
@click.option("--to", "named", multiple=True, metavar="ID", help="Deployment to go back to.")
@click.option(
    "--plan",
    "plan_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Make the moves that a gate with rollback: plan left in this report.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@_REPORT
@_CHECKOUT
def rollback(
    config_path: Path,
    named: tuple[str, ...],
    plan_path: Path | None,
    dry_run: bool,
    yes: bool,
    report_path: Path | None,
    checkout: Path,
) -> int:
    """Put the last good deployments back by hand, and verify what serves then."""
    from verifier.commands.rollback import Rollback
    from verifier.config.settings import load_settings
    from verifier.decide.arrival import Wanted
    from verifier.model.verdict import RollBackTo
    from verifier.report.terminal import render_plan
    from verifier.session import open_session
    from verifier.surfaces import publish, read_report

    if named and plan_path:
        raise click.UsageError("--to and --plan both say what goes back: give one of them")
    if not (dry_run or yes or sys.stdin.isatty()):
        raise click.UsageError("nobody can confirm here: give --yes, or --dry-run to see the plan")
    settings = load_settings(_path(config_path, checkout), os.environ)
    planned = read_report(plan_path) if plan_path else None
    names = list(settings.config.services)
    with open_session("rollback", settings, checkout, names, Wanted(), None) as session:
        run = Rollback(session.world, session.memory, session.task, session.clock, session.journal)
        plan = run.plan(named, planned)
        cancelled = False
        if isinstance(plan, RollBackTo):
            click.echo(session.redact(render_plan(plan)))
            if not dry_run:
                if not yes:
                    click.confirm("Put these back?", abort=True)
                cancelled = _until_interrupted(run.carry_out)
    report = session.redacted(run.report(cancelled=cancelled))
    publish(report, report_path, as_json=False)
    return int(report.exit_code)


@cli.command()
@click.argument("scenario", type=click.Path(path_type=Path, exists=True), required=False)
def sandbox(scenario: Path | None) -> int:
    """Start a local Railway, with real processes and a real PostgreSQL."""
    with _sandbox_extra():
        from verifier.sandbox.command import run_sandbox

    return run_sandbox(scenario, sys.stdout)


@cli.command()
def demo() -> int:
    """Watch bad deployments being caught and undone, in a sandbox."""
    with _sandbox_extra():
        from verifier.sandbox.demo import run_demo

    return run_demo(sys.stdout)


@contextlib.contextmanager
def _sandbox_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the sandbox needs the package {error.name}, which is not installed",
            hint="install it with: pip install 'railway-deploy-verifier[sandbox]'",
        ) from error


def _path(config_path: Path, checkout: Path) -> Path:
    return config_path if config_path.is_absolute() else checkout / config_path


def _until_interrupted(run: Callable[[], None]) -> bool:
    """Run, and return whether SIGINT or SIGTERM ended it; a second one then does nothing."""
    # Also SIGINT: what starts us may have it ignored, as shells do for background jobs.
    for wanted_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted_end, _interrupt)
    cancelled = False
    try:
        run()
    except KeyboardInterrupt:
        cancelled = True
    for wanted_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted_end, signal.SIG_IGN)
    return cancelled


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _wanted(
    sha: str | None, deployments: tuple[str, ...], since: str | None, services: list[str]
) -> "Wanted":
    from verifier.decide.arrival import Wanted

    since_at = _time(since) if since else None
    if deployments:
        ids = dict(pair.partition("=")[::2] for pair in deployments)
        unknown = [name for name, id_ in ids.items() if name not in services or not id_]
        if unknown:
            raise click.UsageError(
                f"--deployment takes SERVICE=ID with a service of the configuration "
                f"({', '.join(services)}), found {', '.join(unknown)}"
            )
        return Wanted(ids=ids, since=since_at)
    if not sha and since_at is not None:
        return Wanted(since=since_at)
    if not sha:
        raise click.UsageError("what is to be judged? Give --sha, or --deployment, or --since")
    if len(sha) != 40 or not all(c in "0123456789abcdef" for c in sha.lower()):
        raise click.UsageError(f"--sha takes a full commit hash of 40 digits, found {sha!r}")
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
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    debug = "--debug" in sys.argv or bool(os.environ.get("VERIFIER_DEBUG"))
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = _CANCELLED
    except VerifierError as error:
        code = error.exit_code
        _tell(error, debug)
    except Exception as error:
        code = _BROKEN
        _tell(error, debug)
    sys.exit(code)


def _tell(error: Exception, debug: bool) -> None:
    """Say what went wrong in one sentence, and what to do."""
    from verifier.connect import known_secrets
    from verifier.redaction import Redactor
    from verifier.report.text import plain

    redact = Redactor(known_secrets())
    if debug:
        click.echo(redact("".join(traceback.format_exception(error))), err=True)
    if isinstance(error, ConfigError):
        lines = [plain(redact(line)) for line in error.message.splitlines()]
        click.echo("The configuration is wrong; nothing was done.", err=True)
        click.echo("\n".join(f"  {line}" for line in lines), err=True)
        hint = error.hint
    elif isinstance(error, VerifierError):
        click.echo(f"Error: {plain(redact(error.message))}", err=True)
        hint = error.hint
    else:
        click.echo(f"The verifier broke: {plain(redact(repr(error)))}", err=True)
        hint = "run it again with --debug and report what it prints"
    if hint:
        click.echo(f"What to do: {plain(redact(hint))}", err=True)
