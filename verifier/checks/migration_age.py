"""Did this very deploy bring what is pending, though nobody can read what served before?"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from verifier.model.check_ids import PENDING
from verifier.model.evidence import Evidence, Subject
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import LedgerReport

#: Some tools take the time of the machine that a migration was written on, wherever that stands.
_ZONES = timedelta(hours=14)
_TIME = re.compile(r"(\d{14})(?!\d)")


def brought_by_this_deploy(
    evidence: Evidence, report: LedgerReport, found: Sequence[Finding]
) -> Finding | None:
    """
    Return that the migrations of older code are applied, where the versions show it.

    A version that is a time tells when a migration was written. Pending ones that were written
    after what served before was deployed came with this deploy, whatever its commit shipped:
    with the rest applied, the comparison was good before. None where that is not shown.
    """
    since = evidence.served_since
    is_more = any(f.outcome.condemns and f.check != PENDING for f in found)
    if evidence.subject is not Subject.JUDGED or since is None or is_more:
        return None
    if not report.to_apply or not report.applied:
        return None
    latest = max(service.judged.created_at for service in evidence.services) + _ZONES
    times = [_written_at(version) for version in report.to_apply]
    if not all(at and since + _ZONES < at < latest for at in times):
        return None
    count = len(report.applied)
    older = (
        "1 older migration is applied" if count == 1 else f"{count} older migrations are applied"
    )
    text = f"{older}; what is pending was written for this deploy"
    return Finding(PENDING, Outcome.PASS, text)


def _written_at(version: str) -> datetime | None:
    digits = _TIME.match(version)
    try:
        return datetime.strptime(digits[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if digits else None
    except ValueError:
        return None
