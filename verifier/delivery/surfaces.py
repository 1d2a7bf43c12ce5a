"""Puts a report and its progress onto the surfaces of the process: terminal, files, job."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.delivery.console import HTML, console_of
from verifier.delivery.progress import PlainProgress
from verifier.errors import ConfigError
from verifier.model.report import Report
from verifier.report import annotations, json_report, markdown, outputs, terminal
from verifier.report.harmless_text import plain
from verifier.report.shortened import SUMMARY_BYTES, shortened

if TYPE_CHECKING:
    from verifier.delivery.live_progress import LiveProgress


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
        ConfigError: there is none.
    """
    try:
        return json_report.parse(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} is not a report of the verifier") from error


def read_event_file() -> object:
    """
    Return the event that started the job, as JSON.

    Raises:
        ConfigError: there is none.
    """
    path = os.environ.get("GITHUB_EVENT_PATH", "")
    try:
        event: object = json.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"could not read an event at GITHUB_EVENT_PATH ({path!r})") from error
    return event


def publish(report: Report, report_path: Path | None, as_json: bool) -> None:
    """Write a redacted report to standard output, its file, and the surfaces of a job."""
    if as_json:
        sys.stdout.write(json_report.printed(report))
    else:
        sys.stdout.write("\n" + terminal.render(report, console_of(sys.stdout).style))
    write_surfaces(report, report_path, as_json)


def write_surfaces(report: Report, report_path: Path | None, as_json: bool = False) -> None:
    """Write a redacted report to its file and the surfaces of a job; standard output has it."""
    if report_path is not None:
        _write(report_path, json_report.render(report), "w")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        (sys.stderr if as_json else sys.stdout).write(annotations.render(report))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _write(Path(summary), shortened(markdown.render(report), SUMMARY_BYTES), "a")
    if output := os.environ.get("GITHUB_OUTPUT"):
        values = outputs.outputs(report, str(report_path or ""))
        _write(Path(output), outputs.render(values, lambda: os.urandom(16).hex()), "a")
    sys.stdout.flush()
    context = click.get_current_context(silent=True)
    page = context.meta.get(HTML) if context else None
    if isinstance(page, Path):
        _write_page(report, page)


def _write_page(report: Report, path: Path) -> None:
    """Write the HTML page. Whatever goes wrong with it is told, and changes no verdict."""
    from verifier.delivery.html_report import render

    try:
        text = render(report)
    except Exception as error:
        click.echo(f"warning: could not make the HTML page: {plain(repr(error))}", err=True)
    else:
        _write(path, text, "w")


def write_text(path: Path, text: str) -> None:
    """Write a file beside the report, which a full disk does not change."""
    _write(path, text, "w")


def _write(path: Path, text: str, mode: str) -> None:
    """Write a report. A full disk or a wrong path is told, and changes no verdict."""
    try:
        with path.open(mode, encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        click.echo(f"warning: could not write {plain(str(path))}: {error.strerror}", err=True)
