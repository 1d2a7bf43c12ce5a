"""How well a team delivers: reads what gates left behind; changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from verifier.decide.gate.dora import Period, figures_of
from verifier.model.delivery_figures import DeliveryFigures
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import ReportedCommit


class GateRecords(Protocol):
    """What gates left behind."""

    def records_since(self, since: datetime) -> tuple[Sequence[PastVerdict], bool]:
        """Return what they found since then, and whether that is all of it."""


class Commits(Protocol):
    """The checkout."""

    def describe(self, shas: Collection[str]) -> Mapping[str, ReportedCommit | Unobserved]:
        """Return what those of the commits are that it has, by hash."""


def stats(
    records: GateRecords, commits: Commits, environment: str, until: datetime, days: int
) -> DeliveryFigures:
    """
    Return the figures of so many days.

    Raises:
        ProviderError: the records could not be read.
    """
    period = Period(environment, until, days)
    history, is_complete = records.records_since(period.since)
    known = commits.describe({record.commit_sha for record in history})
    committed = {
        sha: commit.committed_at
        for sha, commit in known.items()
        if isinstance(commit, ReportedCommit)
    }
    return figures_of(history, Period(environment, until, days, is_complete), committed)
