"""Checkout against database: what is applied, pending and unknown."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.model.evidence import Migration


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
