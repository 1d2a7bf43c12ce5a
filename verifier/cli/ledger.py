"""`verifier ledger`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from verifier.cli.options import config_in

if TYPE_CHECKING:
    from verifier.config.sections import LedgerSection

_DEFAULT_CONFIG = Path(".github/verifier.yml")


@click.command()
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="VERIFIER_CONFIG",
    help="Configuration file; its section ledger is used.  [default: .github/verifier.yml, if any]",
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
    help="PostgreSQL address; better given as DATABASE_URL.",
)
@click.option("--tool", help="Migration tool.  [default: that of the configuration, or auto]")
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON.")
def ledger(
    config_path: Path | None,
    checkout: Path,
    database_url: str | None,
    tool: str | None,
    as_json: bool,
) -> int:
    """Say what is applied, pending, unknown, modified and failed; changes nothing."""
    from verifier.config.settings import ledger_policy
    from verifier.database.files import Folder
    from verifier.database.ledgers import LEDGERS
    from verifier.database.session import check_url
    from verifier.ledger import read_against
    from verifier.model.finding import Unobserved
    from verifier.report import ledgertext

    section = _section(config_path, checkout)
    chosen = tool or section.tool
    if chosen != "auto" and chosen not in LEDGERS:
        known = ", ".join(["auto", *LEDGERS])
        raise click.UsageError(f"--tool takes one of {known}; found {chosen!r}")
    if not (database_url or "").strip():
        raise click.UsageError("which database? Give DATABASE_URL, or --database-url")
    url = check_url((database_url or "").strip())
    found = read_against(Folder(checkout), url, chosen, section.path, ledger_policy(section))
    if isinstance(found, Unobserved):
        click.echo(f"Inconclusive: {_clean(found.reason)}", err=True)
        return 4
    if as_json:
        click.echo(ledgertext.render_json(found.report), nl=False)
    else:
        click.echo(ledgertext.render(found.report, found.findings, found.apply), nl=False)
    return 1 if any(finding.outcome.condemns for finding in found.findings) else 0


def _section(config_path: Path | None, checkout: Path) -> "LedgerSection":
    from verifier.config.sections import LedgerSection
    from verifier.config.settings import load_file

    path = config_in(config_path or _DEFAULT_CONFIG, checkout)
    if config_path is None and not path.exists():
        return LedgerSection()
    return load_file(path).ledger or LedgerSection()


def _clean(text: str) -> str:
    from verifier.connect import known_secrets
    from verifier.redaction import Redactor
    from verifier.report.text import plain

    return plain(Redactor(known_secrets())(text))
