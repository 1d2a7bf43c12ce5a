"""`verifier audit shard`, `merge` and `trend`: what is done with several audits."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.decorators import FC

from verifier.cli.ending import leaves_report, publish
from verifier.cli.options import AUDIT_FORMS, REPORT, RESULT_FORMS
from verifier.model.output_form import OutputForm

if TYPE_CHECKING:
    from verifier.model.report import Report

_FILE = click.Path(path_type=Path, dir_okay=False)


def DRIFT_FILES(command: FC) -> FC:
    """Give a command the options of which files drift is written to."""
    as_sarif = click.option(
        "--sarif", "sarif_path", type=_FILE, help="Write drift here as SARIF, for code scanning."
    )
    as_csv = click.option("--csv", "csv_path", type=_FILE, help="Write drift here as CSV.")
    return as_sarif(as_csv(command))


@click.command("shard")
@click.option("--count", type=click.IntRange(1, 256), required=True, help="Number of shares.")
def shard_matrix(count: int) -> int:
    """Print a job matrix in which each job audits one share."""
    from verifier.commands.organisation import matrix

    click.echo(matrix(count))
    return 0


@click.command("merge")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@REPORT
@AUDIT_FORMS
@DRIFT_FILES
@leaves_report("audit")
def merge(
    reports: tuple[Path, ...],
    report_path: Path | None,
    form: OutputForm,
    sarif_path: Path | None,
    csv_path: Path | None,
) -> int:
    """Merge the reports of all shards; for a folder, all reports in it."""
    from verifier.decide.drift.audit_report import Audited, merged, report_of
    from verifier.delivery.surfaces import read_report
    from verifier.errors import WrongInputError
    from verifier.report.harmless_text import plain

    files = [file for path in reports for file in _reports_in(path)]
    if not files:
        raise click.UsageError("no report to merge")
    read = [read_report(path) for path in files]
    for path, report in zip(files, read, strict=True):
        if report.command != "audit":
            told = f"{path} is the report of {plain(report.command, 60)}, not of an audit"
            raise WrongInputError(told)
    shares = [
        Audited(
            r.drift,
            r.audited,
            r.findings,
            r.share,
            r.basis,
            r.started_at,
            r.branches,
            r.not_asked,
            "" if r.audited or r.drift or r.share else r.reason or "it says no reason",
        )
        for r in read
    ]
    try:
        found = merged(shares)
    except ValueError as error:
        raise WrongInputError(f"these reports cannot be merged: {error}") from error
    report = report_of(found, min(r.started_at for r in read), max(r.ended_at for r in read))
    write_files(report, sarif_path, csv_path)
    publish(report, report_path, form)
    return int(report.exit_code)


@click.command("trend")
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@RESULT_FORMS
@click.option("--html", "page", type=_FILE, help="Write the newest as a page with the trend here.")
def trend(reports: tuple[Path, ...], form: OutputForm, page: Path | None) -> int:
    """Show how drift changed over earlier audit reports; for a folder, all reports in it."""
    from verifier.commands.audit_questions import KINDS
    from verifier.decide.drift.trend import trend_of
    from verifier.delivery.surfaces import read_report
    from verifier.report.trend_text import trend_json, trend_lines

    files = [file for path in reports for file in _reports_in(path)]
    read = [report for report in map(read_report, files) if report.command == "audit"]
    if not read:
        raise click.UsageError("no report of an audit")
    moments = tuple(trend_of(read, KINDS))
    if page is not None:
        from verifier.delivery.html_report import render
        from verifier.delivery.surfaces import with_names, write_text
        from verifier.guarded.redaction import Redactor, redacted
        from verifier.wiring.known_secrets import known_secrets

        newest = max(read, key=lambda report: report.ended_at)
        shown = with_names(redacted(newest, Redactor(known_secrets())))
        write_text(page, render(shown, moments))
    if form.is_for_programs:
        click.echo(trend_json(moments), nl=False)
    else:
        click.echo("\n".join(trend_lines(moments)))
    return 0


def _reports_in(path: Path) -> Sequence[Path]:
    return sorted(path.rglob("*.json")) if path.is_dir() else (path,)


def write_files(report: "Report", sarif_path: Path | None, csv_path: Path | None) -> None:
    """Write the drift in the forms that were asked for."""
    from verifier.delivery.surfaces import rendered, write_text

    if sarif_path is not None:
        write_text(sarif_path, rendered(report, OutputForm.SARIF))
    if csv_path is not None:
        write_text(csv_path, rendered(report, OutputForm.CSV))
