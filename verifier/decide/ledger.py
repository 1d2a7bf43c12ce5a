"""Checkout against database: what is applied, pending and unknown."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.model.evidence import (
    DatabaseReading,
    Evidence,
    LedgerReport,
    Migration,
    ShippedMigrations,
)


@dataclass(frozen=True, slots=True)
class LedgerComparison:
    """The migrations of a checkout against the rows of a ledger."""

    applied: tuple[Migration, ...]
    """Shipped and in the ledger, in the checkout's order."""
    pending: tuple[Migration, ...]
    """Shipped and not in the ledger, in the checkout's order."""
    unknown: tuple[Migration, ...]
    """In the ledger and not shipped, in the ledger's order."""


def compare(shipped: Sequence[Migration], ledger: Sequence[Migration]) -> LedgerComparison:
    """Compare by version alone, since names are cut and changed by the tools."""
    in_ledger = {migration.version for migration in ledger}
    in_checkout = {migration.version for migration in shipped}
    return LedgerComparison(
        applied=tuple(m for m in shipped if m.version in in_ledger),
        pending=tuple(m for m in shipped if m.version not in in_ledger),
        unknown=tuple(m for m in ledger if m.version not in in_checkout),
    )


def report_ledger(evidence: Evidence) -> LedgerReport | None:
    """Tell the ledger against the checkout, None where one of them was not read."""
    database, shipped = evidence.database, evidence.shipped
    if not isinstance(database, DatabaseReading) or not isinstance(database.applied, tuple):
        return None
    if not isinstance(shipped, ShippedMigrations):
        return None
    compared = compare(shipped.migrations, database.applied)
    return LedgerReport(
        tool=database.ledger_tool,
        table=database.ledger_table,
        applied=tuple(migration.version for migration in compared.applied),
        pending=tuple(migration.version for migration in compared.pending),
        unknown=tuple(migration.version for migration in compared.unknown),
    )
