"""Drift that is known and accepted for a while."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from verifier.model.finding import Outcome
from verifier.model.protection import Drift, Exemption, is_named_by


def exempt(drift: Sequence[Drift], exemptions: Sequence[Exemption], today: date) -> Iterator[Drift]:
    """
    Yield the drift, what is exempt as a warning that names reason and last day.

    An exemption that expired changes nothing, and is told beside what it was for.
    """
    for row in drift:
        fitting = [e for e in exemptions if _fits(e, row)]
        valid = [e for e in fitting if today <= e.until]
        if valid and row.severity.condemns:
            noted = f"{row.actual} (exempt until {valid[0].until}: {valid[0].reason})"
            yield replace(row, actual=noted, severity=Outcome.WARN)
        elif fitting and not valid:
            noted = f"{row.actual} (the exemption expired on {fitting[0].until})"
            yield replace(row, actual=noted)
        else:
            yield row


def is_exempt(row: Drift, exemptions: Sequence[Exemption], today: date) -> bool:
    """Tell whether a drift is accepted today."""
    return any(_fits(exemption, row) and today <= exemption.until for exemption in exemptions)


def _fits(exemption: Exemption, row: Drift) -> bool:
    return (
        exemption.setting in (row.setting, row.kind)
        and is_named_by(exemption.repository, row.repository)
        and fnmatchcase(row.branch, exemption.branch)
    )
