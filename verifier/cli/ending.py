"""A command that leaves a report leaves one however it ends, with the cause."""

import contextlib
import functools
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from verifier.cli.command_errors import mistake_of, tell_error
from verifier.cli.interruption import heard, ignore, listen
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.model.report import End, Report

P = ParamSpec("P")

_STAGE = "verifier.stage"
_PUBLISHED = "verifier.published"
#: The exit code of a report that all surfaces have: what comes behind it changes none.
_SAID = "verifier.said"
#: Commands that leave a report.
_REPORTING: set[str] = set()
#: A runner kills ten seconds after it has asked for an end, and the report is still to be written.
_LAST_LOOK_S = 2.0


def leaves_report(name: str) -> Callable[[Callable[P, int]], Callable[P, int]]:
    """
    Decorate the command `name`, which has the option `--report`.

    Where it ends before it has published a report, one is left that says why; what ended it is
    raised as before. A signal that comes behind it ends deliveries alone, and no verdict.
    """

    def decorate(run: Callable[P, int]) -> Callable[P, int]:
        _REPORTING.add(name)

        @functools.wraps(run)
        def command(*args: P.args, **kwargs: P.kwargs) -> int:
            started_at = datetime.now(UTC)
            try:
                listen()
                return run(*args, **kwargs)
            except (Exception, KeyboardInterrupt) as error:
                is_interrupted = _is_interruption(error)
                ended_by = KeyboardInterrupt() if is_interrupted else error
                ignore()
                meta = click.get_current_context().meta
                if is_interrupted and isinstance(said := meta.get(_SAID), int):
                    click.echo(say("warning: ended before all messages were delivered"), err=True)
                    return said
                if not meta.get(_PUBLISHED):
                    _publish_end(name, ended_by, started_at, kwargs)
                if ended_by is error:
                    raise
                raise ended_by from error

        return command

    return decorate


def is_reporting(name: str) -> bool:
    """Whether this command leaves a report, and so hears itself of what ends it."""
    return name in _REPORTING


def publish_usage_error(error: click.ClickException) -> None:
    """Leave the report of a call that was wrong before the command could begin."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None or not (os.environ.get("GITHUB_ACTIONS") == "true" or _report_of(context)):
        return
    if context.info_name in _REPORTING and not context.meta.get(_PUBLISHED):
        with context.scope(cleanup=False):
            _publish_end(context.info_name, error, datetime.now(UTC), context.params)


def _report_of(context: click.Context) -> object:
    return context.params.get("report_path")


def doing(stage: str) -> None:
    """Say what the command does from now on, for the report of an end in the middle of it."""
    click.get_current_context().meta[_STAGE] = stage


def publish(report: "Report", report_path: Path | None, form: OutputForm) -> None:
    """Publish the one report of this command, redacted; an end after it leaves no other."""
    from verifier.delivery import surfaces

    with _published(report):
        surfaces.publish(report, report_path, form)


def write_surfaces(report: "Report", report_path: Path | None, form: OutputForm) -> None:
    """Publish it where the terminal shows already what stands in it."""
    from verifier.delivery import surfaces

    with _published(report):
        surfaces.write_surfaces(report, report_path, form)


@contextlib.contextmanager
def _published(report: "Report") -> Iterator[None]:
    meta = click.get_current_context().meta
    meta[_PUBLISHED] = True
    yield
    meta[_SAID] = int(report.exit_code)


def until_interrupted(run: Callable[[], None]) -> bool:
    """Run, and return whether a signal ended it; further ones do nothing, now and later."""
    try:
        listen()
        run()
        ignore()
    except (Exception, KeyboardInterrupt) as error:
        is_interrupted = _is_interruption(error)
        ignore()
        if not is_interrupted:
            raise
        return True
    return False


def end_of(run: Callable[[], None], refresh: Callable[[float], None]) -> "End":
    """
    Run what may change production, and return how it ended: however that is, it is reported.

    `refresh` looks once more at what is live, for so many seconds at most.
    """
    from verifier.model.report import End

    try:
        if not until_interrupted(run):
            return End.COMPLETED
        end = End.CANCELLED
    except Exception as error:
        tell_error(error)
        end = End.BROKEN
    try:
        refresh(_LAST_LOOK_S)
    except Exception as error:
        tell_error(error)
    return end


def _is_interruption(error: BaseException) -> bool:
    """Whether a signal ended it: a library may have made an error of its own of that."""
    return isinstance(error, KeyboardInterrupt) or heard()


def _publish_end(
    name: str, error: BaseException, started_at: datetime, options: Mapping[str, object]
) -> None:
    from verifier.delivery import surfaces
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.model.exit_code import ExitCode
    from verifier.model.phrases import sentence
    from verifier.model.report import Report
    from verifier.model.verdict import VerdictWord
    from verifier.wiring.known_secrets import known_secrets

    meta = click.get_current_context().meta
    mistake = mistake_of(error, str(meta.get(_STAGE, "reading the configuration")))
    sha = str(options.get("sha") or "").lower()
    report = Report(
        command=name,
        verdict=VerdictWord.INCONCLUSIVE,
        reason=mistake.reason,
        exit_code=ExitCode(mistake.exit_code),
        commit=sha if re.fullmatch("[0-9a-f]{40}", sha) else "",
        environment="",
        started_at=started_at,
        ended_at=datetime.now(UTC),
        findings=mistake.listed,
        advice=(sentence(mistake.hint),) if mistake.hint else (),
    )
    report = redacted(report, Redactor(known_secrets()))
    path = options.get("report_path")
    given = options.get("form")
    form = given if isinstance(given, OutputForm) else OutputForm.TEXT
    if form.is_for_programs:
        sys.stdout.write(surfaces.rendered(report, form))
    # Standard error says what a person has to know.
    write_surfaces(report, path if isinstance(path, Path) else None, form)
