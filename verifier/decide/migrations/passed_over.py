"""New migrations that a ledger of one number is already past: no tool would apply them."""

from collections.abc import Iterator, Sequence

from verifier.decide.migrations.comparison import version_order
from verifier.model.check_ids import ORDER
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import EntryState, LedgerReading, Migration, Reach


def check_passed_over(
    shipped: Sequence[Migration], base: Sequence[Migration], reading: LedgerReading
) -> Iterator[Finding]:
    """
    Tell of each migration that is new in `shipped` and below the number that was reached.

    Such a ledger says of everything below that it is applied. What the branch added at its end and
    had applied in order is fine; what stands between older ones was not there when they were run.
    """
    reached = _reached(reading)
    if reached is None:
        return
    end = version_order(reached)
    of_base = {m.version for m in base}
    passed = [version_order(m.entry_version) for m in base if not m.is_repeatable]
    highest_passed = max((order for order in passed if order <= end), default=())
    is_ours = any(m.entry_version == reached for m in (*shipped, *base))
    for migration in shipped:
        order = version_order(migration.entry_version)
        if migration.is_repeatable or migration.version in of_base or order >= end:
            continue
        if order < highest_passed:
            yield Finding(
                ORDER,
                Outcome.FAIL,
                f"{migration.label} is new in this branch, and production is already at {reached}: "
                f"{reading.tool} never applies it",
                hint=f"give it a number above {reached}, and apply it then",
                file=migration.file,
                line=1,
            )
        elif not is_ours:
            yield Finding(
                ORDER,
                Outcome.INCONCLUSIVE,
                f"could not determine whether {migration.label} is applied: production is at "
                f"{reached}, which is neither in this branch nor in its base",
                hint="update the branch from the one that has it; if this one was not applied "
                f"before, give it a number above {reached}",
                file=migration.file,
                line=1,
            )


def _reached(reading: LedgerReading) -> str | None:
    """The number of an entry that speaks of everything before it, the highest of several."""
    ends = [
        entry.version
        for entry in reading.entries
        if entry.reach is Reach.UP_TO and entry.state is EntryState.APPLIED
    ]
    return max(ends, key=version_order, default=None)
