"""How drift went from audit to audit."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from verifier.decide.drift.changes import changes_since, looked_in
from verifier.model.drift_moment import DriftMoment
from verifier.model.finding import Outcome
from verifier.model.protection import DriftKind
from verifier.model.report import Report


def trend_of(reports: Sequence[Report], kinds: Sequence[DriftKind]) -> Iterator[DriftMoment]:
    """Yield what each audit found, oldest first; `kinds` are all that one may ask about."""
    in_order = sorted(reports, key=lambda report: report.ended_at)
    for report in in_order[:1]:
        yield _moment(report)
    for before, report in pairwise(in_order):
        changes = changes_since(before.drift, looked_in(report), kinds)
        yield _moment(report, len(changes.appeared), len(changes.gone))


def _moment(report: Report, appeared: int | None = None, gone: int | None = None) -> DriftMoment:
    counts = {o: sum(row.severity is o for row in report.drift) for o in Outcome}
    return DriftMoment(report.ended_at, len(report.audited), counts, appeared, gone)
