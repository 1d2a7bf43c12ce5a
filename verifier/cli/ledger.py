"""`verifier ledger`."""

import os
from pathlib import Path

import click
from click.core import ParameterSource

from verifier.cli.options import USUAL_CONFIG, config_in, forms
from verifier.model.output_form import OutputForm
from verifier.report.spoken import say, word


@click.command()
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="VERIFIER_CONFIG",
    help="Configuration file; its ledger section is used.  [default: .github/verifier.yml, if any]",
)
@click.option(
    "--checkout",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    envvar="GITHUB_WORKSPACE",
    help="Folder with the migrations.  [default: the current folder]",
)
@click.option(
    "--database-url",
    envvar="DATABASE_URL",
    help="PostgreSQL address; prefer the variable DATABASE_URL.",
)
@click.option("--tool", help="Migration tool.  [default: the configured one, or auto]")
@click.option("--path", help="Folder of the migrations.  [default: the configured one]")
@click.option("--table", help="The tool's table, where it has another name.")
@forms("Print the ledger as JSON.")
def ledger(
    config_path: Path | None,
    checkout: Path,
    database_url: str | None,
    tool: str | None,
    path: str | None,
    table: str | None,
    form: OutputForm,
) -> int:
    """Show applied, pending, unknown, modified and failed migrations; changes nothing."""
    from verifier.commands.ledger import apply_line, compare_ledgers, exit_code_of
    from verifier.delivery.console import show_fitted
    from verifier.guarded.redaction import Redactor, redacted
    from verifier.model.finding import Unobserved
    from verifier.report import ledger_text
    from verifier.report.harmless_text import plain
    from verifier.wiring.known_secrets import known_secrets
    from verifier.wiring.ledger import (
        NO_MARKERS,
        TOOLS,
        LedgerOptions,
        ledgers_in,
        load_markers,
        load_sections,
    )

    if tool is not None and tool not in TOOLS:
        known = ", ".join(TOOLS)
        raise click.UsageError(f"--tool takes one of {known}; found {tool!r}")
    file = config_in(config_path or USUAL_CONFIG, checkout)
    # A link that leads nowhere was meant to lead to one.
    is_wanted = config_path is not None or os.path.lexists(file)
    sections = load_sections(file if is_wanted else None, LedgerOptions(tool, path, table))
    if not (database_url or "").strip():
        raise click.UsageError("no database to read: set DATABASE_URL, or use --database-url")
    # The one of the option is in no variable.
    redact = Redactor([*known_secrets(), (database_url or "").strip()])
    # Who names a database means that one; a variable may lead to another than its configuration.
    source = click.get_current_context().get_parameter_source("database_url")
    is_named = source is ParameterSource.COMMANDLINE
    markers = load_markers(file) if is_wanted and not is_named else NO_MARKERS
    found = compare_ledgers(ledgers_in(checkout, (database_url or "").strip(), sections, markers))
    for unobserved in (each for each in found if isinstance(each, Unobserved)):
        click.echo(f"{word('Inconclusive')}: {plain(redact(say(unobserved.explained)))}", err=True)
    compared = [each for each in found if not isinstance(each, Unobserved)]
    if form.is_for_programs:
        unread = [plain(redact(each.explained)) for each in found if isinstance(each, Unobserved)]
        reports = [redacted(each.report, redact) for each in compared]
        click.echo(ledger_text.render_json(reports, unread), nl=False)
    else:
        for each in compared:
            text = ledger_text.render(each.report, each.findings, apply_line(each))
            show_fitted(redact.keep_lines(text))
    return int(exit_code_of(found))
