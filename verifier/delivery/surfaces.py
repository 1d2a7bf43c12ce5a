"""Puts a report and its progress onto the surfaces of the process: terminal, files, job."""

import json
import os
import sys
import time
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from verifier.delivery.console import console_of
from verifier.delivery.kept_names import keep_names
from verifier.delivery.progress import PlainProgress
from verifier.errors import WrongInputError, words_of
from verifier.model.output_form import OutputForm
from verifier.model.report import Report
from verifier.report import annotations, json_report, markdown, outputs, terminal
from verifier.report.drift_text import DRIFT_SCHEMA
from verifier.report.harmless_text import plain
from verifier.report.owners_names import NAMES
from verifier.report.shortened import SUMMARY_BYTES, shortened
from verifier.report.spoken import say

if TYPE_CHECKING:
    from verifier.delivery.live_progress import LiveProgress

#: Forms that a report can be written to a file in, besides its JSON.
FILE_FORMS = (OutputForm.HTML, OutputForm.JUNIT, OutputForm.OTLP, OutputForm.OPENMETRICS)


def open_progress(redact: Callable[[str], str]) -> "LiveProgress | PlainProgress":
    """Return what shows live progress on standard error, by the kind of terminal."""
    console = console_of(sys.stderr)
    if not console.is_live:
        return PlainProgress(sys.stderr, redact, console.style)
    from verifier.delivery.live_progress import LiveProgress

    return LiveProgress(sys.stderr, redact, console.style)


def read_report(path: Path) -> Report:
    """
    Read a report that an earlier run wrote.

    Raises:
        WrongInputError: there is none, it is of another version, or a part of it is missing.
    """
    try:
        text = _in_utf8(path.read_bytes())
    except OSError as error:
        raise WrongInputError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return json_report.parse(text)
    except ValueError as error:
        if later := json_report.later_schema(text):
            told = f"{path} was written by another version of the verifier ({plain(later, 60)})"
            raise WrongInputError(
                told, hint="use the version that wrote it, or a newer one"
            ) from error
        told = f"{path} is not a report of the verifier: {_mistake_in(text, error)}"
        raise WrongInputError(told) from error


def _in_utf8(text: bytes) -> bytes:
    """A text as it was written, where an editor or a shell of Windows has saved it anew."""
    if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return text.decode("utf-16", "replace").encode()
    return text.removeprefix(BOM_UTF8)


def _mistake_in(text: bytes, error: ValueError) -> str:
    """Say what keeps it from being read: the first part that is not right."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return "it is no JSON"
    schema = value.get("schema") if isinstance(value, dict) else None
    if schema == DRIFT_SCHEMA:
        return "it is an audit's drift alone; its whole report is what --report writes"
    if not isinstance(schema, str) or not schema.startswith("verifier.report/"):
        return "it does not say that it is one"
    if not isinstance(error, ValidationError):
        return plain(str(error), 200)
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return plain(f"{place}: {first['msg'].lower()}", 200)


def read_event_file() -> object:
    """
    Return the event that started the job, as JSON.

    Raises:
        WrongInputError: there is none.
    """
    path = os.environ.get("GITHUB_EVENT_PATH", "")
    try:
        event: object = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise WrongInputError(f"could not read an event at GITHUB_EVENT_PATH ({path!r})") from error
    return event


def event_of_job() -> object:
    """Return the event that started the job; None where there is none."""
    try:
        return read_event_file()
    except WrongInputError:
        return None


def names_in(report: Report) -> Iterator[str]:
    """What others have named, as a report has it; an older one has less of it."""
    yield from report.names
    yield from (service.name for service in report.services)
    yield from (drift.setting.partition(": ")[2] for drift in report.drift)
    yield from (text for commit in report.commits for text in (commit.title, commit.author))
    yield from (f.service for f in report.findings)
    yield from report.environment.split(" / ")
    for ledger in (report.ledger, *report.further_ledgers):
        for versions in ledger.by_state.values() if ledger else ():
            yield from versions or ()


def with_names(report: Report) -> Report:
    """Return a report that says which names stand in it: another run may show it later."""
    keep_names(names_in(report))
    met = NAMES.get()
    if met is None:
        return report
    found = met.among(repr(replace(report, names=())))
    return replace(report, names=tuple(sorted(found)))


def publish(report: Report, report_path: Path | None, form: OutputForm) -> None:
    """Write a redacted report to standard output, its files, and the surfaces of a job."""
    report = with_names(report)
    if form.is_for_programs:
        _show("standard output", lambda: sys.stdout.write(rendered(report, form)))
    else:
        style = console_of(sys.stdout).style
        _show("the log", lambda: sys.stdout.write("\n" + terminal.render(report, style)))
    write_surfaces(report, report_path, form)


def rendered(report: Report, form: OutputForm) -> str:
    """Return a report in a form for programs; what only one run in many needs is loaded here."""
    keep_names(names_in(report))
    match form:
        case OutputForm.JSON | OutputForm.TEXT:
            return json_report.printed(report)
        case OutputForm.MARKDOWN:
            return markdown.render(report)
        case OutputForm.HTML:
            from verifier.delivery import html_report

            return html_report.render(report)
        case OutputForm.JUNIT:
            from verifier.report import junit

            return junit.render(report)
        case OutputForm.OTLP:
            from verifier.delivery.trace_export import render_trace

            return render_trace(report, os.environ)
        case OutputForm.OPENMETRICS:
            from verifier.report import open_metrics

            return open_metrics.render(report)
        case OutputForm.SARIF:
            from verifier.delivery.project_docs import docs_url
            from verifier.report import sarif

            return sarif.render(report, docs_url(os.environ))
        case OutputForm.CSV:
            from verifier.report import drift_text

            return drift_text.render_csv(report.drift)


def write_surfaces(report: Report, report_path: Path | None, form: OutputForm) -> None:
    """Write a redacted report to its files and the surfaces of a job; standard output has it."""
    report = report if report.names else with_names(report)
    if report_path is not None:
        _write(report_path, lambda: json_report.render(report))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        stream = sys.stderr if form.is_for_programs else sys.stdout
        _show("the annotations", lambda: stream.write(annotations.render(report)))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _write(Path(summary), partial(_summary, report), "a")
    if output := os.environ.get("GITHUB_OUTPUT"):
        _write(Path(output), partial(_outputs, report, report_path), "a")
    sys.stdout.flush()
    context = click.get_current_context(silent=True)
    for file_form in FILE_FORMS:
        path = context.meta.get(f"verifier.{file_form}") if context else None
        if isinstance(path, Path):
            _write(path, partial(rendered, report, file_form))
    if any(name.startswith("OTEL_EXPORTER_OTLP_") for name in os.environ):
        from verifier.delivery.trace_export import send_trace

        _show("the trace", lambda: send_trace(report, os.environ, time.sleep))


def _summary(report: Report) -> str:
    return shortened(markdown.render(report), SUMMARY_BYTES)


def _outputs(report: Report, report_path: Path | None) -> str:
    values = outputs.outputs(report, str(report_path or ""))
    return outputs.render(values, lambda: os.urandom(16).hex())


def write_text(path: Path, text: str) -> None:
    """Write a file beside the report, which a full disk does not change."""
    _write(path, lambda: text)


def _write(path: Path, make: Callable[[], str], mode: str = "w") -> None:
    """Write a file. Whatever goes wrong is told, and neither ends a run nor changes a verdict."""

    def write() -> None:
        text = make()
        with path.open(mode, encoding="utf-8", newline="\n") as file:
            file.write(text)

    _show(str(path), write)


def _show(surface: str, write: Callable[[], object]) -> None:
    """Write one surface. Whatever goes wrong is told, and keeps no other from being written."""
    from verifier.guarded.redaction import without_secrets

    try:
        write()
    except Exception as error:
        said = words_of(error) if isinstance(error, OSError) else repr(error)
        cause = plain(without_secrets(said))
        told = say(f"warning: could not write {plain(surface)}: {cause}")
        click.echo(told, err=True)
