"""`verifier ledger`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.options import config_in
from verifier.model.exit_code import ExitCode

if TYPE_CHECKING:
    from verifier.config.ledgers import LedgerSection

_DEFAULT_CONFIG = Path(".github/verifier.yml")


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
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
def ledger(
    config_path: Path | None,
    checkout: Path,
    database_url: str | None,
    tool: str | None,
    as_json: bool,
) -> int:
    """Show applied, pending, unknown, modified and failed migrations; changes nothing."""
    from verifier.commands.ports import attempt
    from verifier.database.addresses import check_url
    from verifier.database.files import Folder
    from verifier.database.ledgers import LEDGERS
    from verifier.model.finding import Unobserved
    from verifier.report import ledger_text
    from verifier.wiring.ledger import read_all

    if tool is not None and tool != "auto" and tool not in LEDGERS:
        known = ", ".join(["auto", *LEDGERS])
        raise click.UsageError(f"--tool takes one of {known}; found {tool!r}")
    sections = _sections(config_path, checkout, tool)
    if not (database_url or "").strip():
        raise click.UsageError("no database to read: set DATABASE_URL, or use --database-url")
    url = check_url((database_url or "").strip())
    read = attempt(lambda: read_all(Folder(checkout), url, sections))
    found = [read] if isinstance(read, Unobserved) else read
    unread = [reason for reason in found if isinstance(reason, Unobserved)]
    compared = [ledger for ledger in found if not isinstance(ledger, Unobserved)]
    for unobserved in unread:
        hint = f"; {unobserved.hint}" if unobserved.hint else ""
        click.echo(f"Inconclusive: {_clean(f'{unobserved.reason}{hint}')}", err=True)
    if as_json and compared:
        click.echo(ledger_text.render_json([ledger.report for ledger in compared]), nl=False)
    else:
        for ledger in compared:
            text = ledger_text.render(ledger.report, ledger.findings, ledger.ledger.apply)
            click.echo(text, nl=False)
    if any(finding.outcome.condemns for ledger in compared for finding in ledger.findings):
        return ExitCode.FAILED_SAFE
    return ExitCode.INCONCLUSIVE if unread else ExitCode.GOOD


def _sections(
    config_path: Path | None, checkout: Path, tool: str | None
) -> "Sequence[LedgerSection]":
    """The configured ledgers, or those of one tool; without any, what is recognised."""
    from verifier.config.ledgers import LedgerSection
    from verifier.config.settings import load_file

    path = config_in(config_path or _DEFAULT_CONFIG, checkout)
    is_there = config_path is not None or path.exists()
    configured = tuple(load_file(path).ledgers.values()) if is_there else ()
    if tool is None:
        return configured or (LedgerSection(),)
    fitting = tuple(section for section in configured if section.tool == tool)
    only = configured[0] if len(configured) == 1 else LedgerSection()
    return fitting or (only.model_copy(update={"tool": tool}),)


def _clean(text: str) -> str:
    from verifier.guarded.redaction import Redactor
    from verifier.report.harmless_text import plain
    from verifier.wiring.connect import known_secrets

    return plain(Redactor(known_secrets())(text))
