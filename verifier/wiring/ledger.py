"""A checkout against a ledger, without any deployment: reads both and compares them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import psycopg

from verifier.checks.migrations import judge_ledger
from verifier.commands.ports import attempt
from verifier.config.ledgers import LedgerSection, VersionInFile
from verifier.database.checkout import InFile, Project, choose_ledger, shipped_by
from verifier.database.files import Files
from verifier.database.ledgers import LEDGERS, plain
from verifier.database.ledgers.detect import signs_of
from verifier.database.ledgers.tool import Ledger
from verifier.database.session import read_ledger_alone, read_only_connection
from verifier.database.worktree import Worktree
from verifier.decide.migrations.comparison import compare
from verifier.model.finding import Finding, Unobserved
from verifier.model.migration_ledger import LedgerReport, Migration

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found."""

    ledger: Ledger
    section: LedgerSection
    report: LedgerReport
    findings: tuple[Finding, ...]
    shipped: tuple[Migration, ...]


def read_all(
    files: Files, url: str, sections: Sequence[LedgerSection]
) -> list[Compared | Unobserved]:
    """
    Compare a checkout with all these ledgers, in one session.

    Raises:
        UnreachableError, DeniedError: the database could not be asked.
    """
    with read_only_connection(url) as connection:
        return [read_against(files, connection, section) for section in sections]


def ledger_of(ledger: Ledger, section: LedgerSection) -> Ledger:
    """Return a tool's ledger as the configuration says that this database keeps it."""
    if ledger is plain.LEDGER and section.table:
        ledger = plain.own_table(section.table, section.column, section.pattern or "")
    if not section.schema_:
        return ledger
    table = ledger.table.rpartition(".")[2]
    return replace(ledger, table=f"{section.schema_}.{table}", is_schema_fixed=True)


def project_of(section: LedgerSection, worktree: Worktree) -> Project:
    """Return the ledger that a section means, and where the checkout keeps its migrations."""
    expected = section.expected
    wanted = (
        InFile(expected.file, expected.pattern) if isinstance(expected, VersionInFile) else expected
    )
    ledger = choose_ledger(section.tool, worktree, wanted)
    if isinstance(ledger, Ledger):
        ledger = ledger_of(ledger, section)
    return Project(ledger, section.path, wanted)


def read_against(
    files: Files, connection: psycopg.Connection, section: LedgerSection
) -> Compared | Unobserved:
    """Compare a checkout with one ledger of a database."""
    candidates = [ledger_of(ledger, section) for ledger in LEDGERS.values()]
    if section.tool != AUTO:
        candidates = [ledger_of(LEDGERS[section.tool], section)]
    signs = attempt(lambda: signs_of(files)) if section.tool == AUTO else {}
    if isinstance(signs, Unobserved):
        return signs
    found = attempt(lambda: read_ledger_alone(connection, signs, candidates))
    if isinstance(found, Unobserved):
        return found
    ledger, reading = found
    shipped = shipped_by(ledger, files, section.path)
    if isinstance(shipped, Unobserved):
        return shipped
    report = compare(shipped.migrations, reading, is_chained=ledger.is_chained)
    report = replace(report, name=section.name or "")
    findings = tuple(judge_ledger(report, shipped.migrations, section.reactions()))
    return Compared(ledger, section, report, findings, shipped.migrations)
