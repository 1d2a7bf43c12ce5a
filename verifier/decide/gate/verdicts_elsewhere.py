"""What gates have found of a commit in other services, or while another gate was looking."""

from collections.abc import Sequence
from datetime import datetime

from verifier.model.deployment import Deployment
from verifier.model.past_verdict import PastStatus, PastVerdict


def failed_elsewhere(deployment: Deployment, records: Sequence[PastVerdict]) -> bool:
    """Whether the latest verdict on its commit, in whatever service, condemns it."""
    commit = deployment.commit_sha
    of_commit = (r for r in records if commit and r.commit_sha == commit)
    latest = next((r for r in of_commit if r.status is not PastStatus.SEEN), None)
    return latest is not None and latest.status is PastStatus.CONDEMNED


def failed_in_others(
    service: str, deployment: Deployment, records: Sequence[PastVerdict]
) -> tuple[str, ...]:
    """Return the other services in which the latest verdict on its commit condemns it."""
    latest: dict[str, PastStatus] = {}
    for record in records:
        is_same = bool(record.commit_sha) and record.commit_sha == deployment.commit_sha
        if is_same and record.service != service and record.status is not PastStatus.SEEN:
            latest.setdefault(record.service, record.status)
    return tuple(sorted(n for n, status in latest.items() if status is PastStatus.CONDEMNED))


def found_before(records: Sequence[PastVerdict], since: datetime) -> tuple[PastVerdict, ...]:
    """Return what gates had found by then; what says no time counts as found before."""
    return tuple(r for r in records if r.at is None or r.at < since)


def failed_meanwhile(
    service: str,
    deployment: Deployment,
    before: Sequence[PastVerdict],
    now: Sequence[PastVerdict],
) -> bool:
    """
    Whether a gate has failed it, or its commit elsewhere, between two readings of the records.

    Whoever looked at it all the while has no answer to that, however well it held.
    """
    known = set(before)
    since = [r for r in now if r not in known and r.status is not PastStatus.SEEN]
    own = [r for r in since if (r.service, r.deployment_id) == (service, deployment.id)]
    return any(r.status is PastStatus.CONDEMNED for r in own) or failed_elsewhere(deployment, since)
