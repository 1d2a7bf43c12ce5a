"""An audit at a glance: repositories by what was asked of them, with the worst of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.model.finding import Outcome
from verifier.model.report import Report

#: More columns nobody compares; the list below has all.
MOST_COLUMNS = 24


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One repository."""

    repository: str
    """Empty for Railway's services."""
    total: int
    """How many settings are not as they should be."""
    cells: tuple[Outcome | None, ...]
    """The worst of each column; None where nothing was found."""


@dataclass(frozen=True, slots=True)
class DriftMatrix:
    """Repositories as rows, the most drift first; what differs as columns."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    left_out: str
    """What is said of those that have no column; empty where there are none."""


def drift_matrix(report: Report) -> DriftMatrix | None:
    """Return the matrix of an audit; None where fewer than two repositories are to be compared."""
    worst: dict[tuple[str, str], Outcome] = {}
    totals = dict.fromkeys(report.audited, 0)
    often: dict[str, int] = {}
    for row in report.drift:
        often[row.kind] = often.get(row.kind, 0) + 1
        totals[row.repository] = totals.get(row.repository, 0) + 1
        key = row.repository, row.kind
        before = worst.get(key, Outcome.SKIP)
        worst[key] = max(before, row.severity, key=lambda outcome: outcome.rank)
    if not often or len(report.audited or totals) < 2:
        return None
    columns = tuple(sorted(often, key=lambda kind: -often[kind]))
    shown = columns[:MOST_COLUMNS]
    rows = [
        MatrixRow(name, total, tuple(worst.get((name, kind)) for kind in shown))
        for name, total in totals.items()
    ]
    left_out = _left_out(len(columns) - len(shown))
    return DriftMatrix(shown, tuple(sorted(rows, key=_weight)), left_out)


def _left_out(kinds: int) -> str:
    if kinds == 1:
        return "1 more kind of drift has no column here; the list below has it."
    told = f"{kinds} more kinds of drift have no column here; the list below has them."
    return told if kinds else ""


def _weight(row: MatrixRow) -> tuple[Sequence[int], str]:
    """What is worst first, then what has most of it."""
    ranks = [cell.rank for cell in row.cells if cell is not None]
    return (-max(ranks, default=0), -row.total), row.repository
