"""What of a service that a run left alone forbids a green end?"""

from verifier.model.check_ids import DEPLOYMENT, SILENT, is_of
from verifier.model.deployment import ServiceState
from verifier.model.finding import Outcome
from verifier.model.verdict import Sample, Verdict


def critical_or_down(sample: Sample) -> frozenset[str]:
    """
    Return the services that one look finds critical, ended, or silent.

    What is critical in what all services share is so for each of them.
    """
    ended = {
        f.service
        for f in sample.findings
        if f.outcome is Outcome.FAIL and is_of(f.check, DEPLOYMENT)
    }
    critical = {f.service for f in sample.findings if f.outcome is Outcome.CRITICAL}
    shared = sample.deployments.keys() if "" in critical else set()
    return frozenset(ended | critical | sample.silent | shared) & sample.deployments.keys()


def forbids_green(verdict: Verdict) -> bool:
    """Whether a failing verdict rests on what is critical, has ended, or is silent."""
    return any(
        f.outcome is Outcome.CRITICAL or f.check == SILENT or is_of(f.check, DEPLOYMENT)
        for f in verdict.condemned_by
    )


def has_gone(state: ServiceState) -> bool:
    """Whether a service has served, and nothing of it does now, nor is coming."""
    made = state.deployments
    is_open = state.unread or state.active or any(d.status.is_under_way for d in made)
    return not is_open and any(d.status.has_served for d in made)
