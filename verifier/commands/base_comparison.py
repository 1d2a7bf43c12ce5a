"""A ledger against a branch and its base together: what a merge of both would ship."""

from collections.abc import Sequence
from dataclasses import replace

from verifier.checks.migrations import judge_ledger
from verifier.commands.ledger import Compared
from verifier.decide.migrations.comparison import compare
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import Migration
from verifier.model.verdict import LedgerPolicy

Base = tuple[Migration, ...] | Unobserved


def with_base(compared: Compared, base: Base, policy: LedgerPolicy) -> Compared:
    """
    Return the comparison; an entry that only the base knows leaves nothing undefined.

    Nor does it stand for a migration of the branch that has its name.
    """
    before = compared.report
    is_clear = before.pending is not None and not before.restamped and not before.doubtful
    if is_clear or isinstance(base, Unobserved):
        return compared
    shipped, reading = compared.evidence.shipped.migrations, compared.evidence.reading
    is_chained = compared.evidence.shipped.is_chained
    report = compare(_together(shipped, base), reading, is_chained=is_chained)
    if report.applied is None or report.pending is None:
        return compared
    own = {migration.version for migration in shipped}
    report = replace(
        report,
        name=compared.report.name,
        applied=tuple(v for v in report.applied if v in own),
        pending=tuple(v for v in report.pending if v in own),
        out_of_order=tuple(v for v in report.out_of_order if v in own),
        restamped=tuple(each for each in report.restamped if each.version in own),
        doubtful=tuple(each for each in report.doubtful if each.version in own),
    )
    findings = tuple(judge_ledger(report, shipped, policy, reading.rules, compared.evidence.apply))
    return replace(compared, report=report, findings=findings)


def unknown_to_both(compared: Compared, base: Base) -> tuple[str, ...]:
    """Return the versions of the ledger that neither branch nor base has."""
    if isinstance(base, Unobserved) or not compared.report.unknown:
        return compared.report.unknown
    shipped = _together(compared.evidence.shipped.migrations, base)
    return compare(shipped, compared.evidence.reading).unknown


def _together(shipped: Sequence[Migration], base: Sequence[Migration]) -> tuple[Migration, ...]:
    own = {migration.version for migration in shipped}
    return (*shipped, *(m for m in base if m.version not in own))
