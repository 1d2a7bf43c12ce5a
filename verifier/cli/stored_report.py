"""`verifier report`: a report that was written before, in another form. Needs no token."""

import sys
from pathlib import Path

import click

from verifier.cli.options import STORED_FORMS
from verifier.model.output_form import OutputForm

_OF_AUDITS = (OutputForm.SARIF, OutputForm.CSV)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--anonymise",
    is_flag=True,
    help="Replace names, people, addresses, ids and log lines, to show it in public.",
)
@STORED_FORMS
def report(file: Path, anonymise: bool, form: OutputForm) -> int:
    """Show a JSON report of an earlier run in any form; changes nothing."""
    from verifier.delivery.console import console_of
    from verifier.delivery.kept_names import keep_names
    from verifier.delivery.surfaces import names_in, read_report, rendered
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.report import json_report, terminal
    from verifier.report.anonymous import anonymised
    from verifier.report.earlier_run import moment_of, with_moment
    from verifier.report.harmless_text import verbatim
    from verifier.wiring.clock import SystemClock
    from verifier.wiring.known_secrets import known_secrets

    given = redacted(read_report(file), Redactor(known_secrets()))
    if form in _OF_AUDITS and given.command != "audit":
        raise click.UsageError(
            f"--format {form} shows drift, and {file} is of verifier {given.command}: "
            "use junit, markdown or html"
        )
    shown = anonymised(given) if anonymise else given
    keep_names(names_in(shown))
    moment = moment_of(shown, SystemClock().now())
    match form:
        case OutputForm.TEXT:
            style = console_of(sys.stdout).style
            text = with_moment(moment, terminal.render(shown, style), style.width)
        case OutputForm.JSON:
            # Whole, of an audit as well: it may be read again.
            text = json_report.render(shown)
        case OutputForm.MARKDOWN:
            text = f"{verbatim(moment)}\n\n{rendered(shown, form)}"
        case _:
            text = rendered(shown, form)
    sys.stdout.write(text)
    return 0
