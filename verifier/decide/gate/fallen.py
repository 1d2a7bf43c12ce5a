"""Do applications end, or restart, in what this deploy did not change as well?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.gate.since_live import naming_others
from verifier.decide.gate.unmoved import Earlier, left_open
from verifier.model.check_ids import INSTANCES, RESTARTING, STATUS
from verifier.model.deployment import Deployment
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Sample


def fallen(sample: Sample) -> frozenset[str]:
    """
    Return the services whose instances have ended or are started again, as Railway says.

    None where anything is critical: that waits for nothing.
    """
    if any(f.outcome is Outcome.CRITICAL for f in sample.findings):
        return frozenset()
    return frozenset(f.service for f in sample.findings if _has_fallen(f))


def was_up(service: str, sample: Sample, earlier: Earlier, since_s: float) -> bool:
    """Whether what is looked at ran in a look since then."""
    id_ = sample.deployments.get(service)
    return any(
        f.outcome is Outcome.PASS
        for look in earlier.get(service, ())
        for f in look.findings
        if look.at_s >= since_s and look.deployments.get(service) == id_ and f.check == INSTANCES
    )


def without_falls(sample: Sample, beside: Mapping[str, Sequence[str]]) -> Sample:
    """
    Return a look that condemns nothing for an end that all other code has come to as well.

    `beside` names the witnesses that have fallen, by the service that fell.
    """
    findings = tuple(
        _ended_as_well(f, beside[f.service]) if f.service in beside and _has_fallen(f) else f
        for f in sample.findings
    )
    return replace(sample, findings=findings, silent=sample.silent - beside.keys())


def with_falls(sample: Sample, beside: Mapping[str, Mapping[str, Deployment]]) -> Sample:
    """Return a look that tells of an end, which counts, who has ended as well."""
    findings = tuple(
        naming_others(f, beside[f.service]) if f.service in beside and _has_fallen(f) else f
        for f in sample.findings
    )
    return replace(sample, findings=findings)


def _ended_as_well(finding: Finding, others: Sequence[str]) -> Finding:
    text = (
        f"services that run other code have ended as well ({', '.join(others)}): {finding.summary}"
    )
    return left_open(finding, text)


def _has_fallen(finding: Finding) -> bool:
    is_down = finding.outcome is Outcome.FAIL or RESTARTING in finding.objects
    return finding.check in (STATUS, INSTANCES) and is_down
