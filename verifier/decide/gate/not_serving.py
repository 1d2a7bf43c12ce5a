"""What of a service that a run left alone forbids a green end?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from verifier.model.check_ids import DEPLOYMENT, HEALTH, SERVES, SILENT, UNJUDGED, is_of
from verifier.model.deployment import ServiceState
from verifier.model.finding import Finding, Outcome
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


def failing_but_up(sample: Sample) -> Sequence[Finding]:
    """Return what one look finds failing in services that are neither critical nor down."""
    apart = critical_or_down(sample)
    return [f for f in sample.findings if f.outcome is Outcome.FAIL and f.service not in apart]


def still_failing(earlier: Sequence[Finding], sample: Sample) -> Sequence[Finding]:
    """
    Return what fails in a later look of what failed before; what it does not say, as it was.

    A service that fails in another way by now fails all the same.
    """
    now, services = failing_but_up(sample), {f.service for f in earlier}
    unclear = {(f.check, f.service) for f in sample.findings if f.outcome is Outcome.INCONCLUSIVE}
    heard = {f.service for f in sample.findings if f.outcome is not Outcome.INCONCLUSIVE}
    failing = {(f.check, f.service) for f in now}
    unsaid = [
        f
        for f in earlier
        if (f.check, f.service) not in failing
        and ((f.check, f.service) in unclear or f.service not in heard)
    ]
    return [*(f for f in now if f.service in services), *unsaid]


def unheard(sample: Sample) -> frozenset[str]:
    """Return the services of whose health a look tells nothing: neither good nor bad."""
    found = [f for f in sample.findings if f.service in sample.deployments]
    bad = {f.service for f in found if f.outcome.condemns} | sample.silent
    told = {f.service for f in found if f.outcome is not Outcome.INCONCLUSIVE}
    unclear = {
        f.service for f in found if f.outcome is Outcome.INCONCLUSIVE and is_of(f.check, HEALTH)
    }
    return frozenset((sample.deployments.keys() - told) | unclear) - bad


def with_later(sample: Sample, services: Collection[str], later: Sample) -> Sample:
    """Return a look with what a later one says of these services."""
    kept = [f for f in sample.findings if f.service not in services]
    new = [f for f in later.findings if f.service in {*services, ""}]
    return replace(
        later,
        findings=(*kept, *new),
        silent=(sample.silent - frozenset(services)) | (later.silent & frozenset(services)),
        deployments={**sample.deployments, **later.deployments},
    )


def failing_since(failing: Sequence[Finding]) -> Sequence[Finding]:
    """Say of each service that it was good as the run began, and fails now."""
    return [
        Finding(
            SERVES,
            Outcome.INCONCLUSIVE,
            f"it was good when this run began and fails now ({checks}), although this run deployed "
            "nothing to it",
            service,
            hint="see why it fails: in its logs at Railway, and with verifier check",
        )
        for service, checks in _by_service(failing).items()
    ]


def not_known_if_judged(failing: Sequence[Finding]) -> Sequence[Finding]:
    """Say of each service that fails that no record tells whether a gate has judged it."""
    return [
        Finding(
            UNJUDGED,
            Outcome.INCONCLUSIVE,
            f"it fails ({checks}), and the records that say whether a gate has judged it could not "
            "be read",
            service,
            hint="run this job again once GitHub answers: it judges what no gate has judged",
        )
        for service, checks in _by_service(failing).items()
    ]


def _by_service(failing: Sequence[Finding]) -> Mapping[str, str]:
    checks: dict[str, list[str]] = {}
    for finding in failing:
        checks.setdefault(finding.service, []).append(finding.check)
    return {service: ", ".join(dict.fromkeys(names)) for service, names in checks.items()}


def has_gone(state: ServiceState) -> bool:
    """Whether a service has served, and nothing of it does now, nor is coming."""
    made = state.deployments
    is_open = state.unread or state.active or any(d.status.is_under_way for d in made)
    return not is_open and any(d.status.has_served for d in made)
