"""Does what this deploy did not change fail alike, at the same time? Then it is the environment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.gate.remainders import is_of
from verifier.model.check_ids import HEALTH
from verifier.model.check_ids import is_of as is_in
from verifier.model.deployment import Deployment, Fleet, sole_active
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Sample

Earlier = Mapping[str, Sequence[Sample]]
"""What the looks before have said, oldest first, by service name."""
Environment = frozenset[tuple[str, frozenset[str]]]
"""Checks, and on what they failed in all code at the same time."""


def suspects(sample: Sample) -> frozenset[str]:
    """
    Return the services that fail by what their own health says, or are silent.

    None where anything is critical: that waits for nothing.
    """
    if any(f.outcome is Outcome.CRITICAL for f in sample.findings):
        return frozenset()
    return frozenset({f.service for f in sample.findings if _fails(f)} | sample.silent)


def witnesses(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """Return what serves, and was made neither by this deploy nor later; by service name."""
    judged = [live[name] for name in doubted if name in live]
    return {
        name: d
        for name, d in sole_active(fleet).items()
        if judged and name not in live
        if all(d.created_at < one.created_at and not is_of(d, one) for one in judged)
    }


def unless_all_fail(
    sample: Sample,
    live: Mapping[str, Deployment],
    earlier: Earlier,
    told: Sample | None,
    before: Environment = frozenset(),
) -> Sample:
    """
    Return a look that condemns nothing for what fails alike in all that runs other code.

    `told` is what the witnesses said at the same time; None where there are none. What is judged
    in this run as well, is of another commit and was good in it is one too. Where none is left,
    what failed in all of them `before`, and nowhere was good since, still is no deployment's doing.
    """
    doubted = suspects(sample)
    others = {n: told for n in told.deployments if _is_asked(n, told)} if told is not None else {}
    also_judged = [n for n in live if _has_answered(n, sample, earlier)]
    beside: dict[str, Mapping[str, Sample]] = {}
    for name in doubted & live.keys():
        judged = {n: sample for n in also_judged if not is_of(live[n], live[name])}
        beside[name] = {**others, **judged}
    silent = {
        name
        for name, all_ in beside.items()
        if all_ and all(n in look.silent for n, look in all_.items())
    }
    findings = tuple(
        _doubtful(f, beside[f.service], before) if f.service in beside and _fails(f) else f
        for f in sample.findings
    )
    return replace(sample, findings=findings, silent=sample.silent - silent)


def environment(
    before: Environment, sample: Sample, weighed: Sample, told: Sample | None
) -> Environment:
    """Return what fails in all that was asked, after a look: what was good anywhere does not."""
    looks = (sample, told) if told is not None else (sample,)
    good = {f.check for s in looks for f in s.findings if f.outcome is Outcome.PASS}
    found = {
        (f.check, frozenset(f.objects))
        for f, now in zip(sample.findings, weighed.findings, strict=True)
        if f.outcome is not now.outcome
    }
    return frozenset((check, objects) for check, objects in before | found if check not in good)


def _doubtful(finding: Finding, beside: Mapping[str, Sample], before: Environment) -> Finding:
    objects = set(finding.objects)
    if beside:
        is_alike = all(_fails_alike(finding, n, look) for n, look in beside.items())
    else:
        is_alike = any(check == finding.check and objects <= known for check, known in before)
    if not is_alike:
        return finding
    names = ", ".join(sorted(beside))
    text = f"the same fails at the same time in other code ({names}): {finding.summary}"
    if not beside:
        text = f"the same failed in other code, and was good nowhere since: {finding.summary}"
    return replace(finding, outcome=Outcome.INCONCLUSIVE, summary=text)


def _fails_alike(finding: Finding, service: str, look: Sample) -> bool:
    """Whether another service fails the same check, in all that fails here."""
    return any(
        other.outcome.condemns
        and (other.check, other.service) == (finding.check, service)
        and set(finding.objects) <= set(other.objects)
        for other in look.findings
    )


def _is_asked(service: str, look: Sample) -> bool:
    """Whether a service has any address to ask."""
    of_health = (f for f in look.findings if f.service == service and is_in(f.check, HEALTH))
    return service in look.silent or any(f.outcome is not Outcome.SKIP for f in of_health)


def _fails(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAIL and is_in(finding.check, HEALTH)


def _has_answered(service: str, sample: Sample, earlier: Earlier) -> bool:
    """Whether what is looked at now has answered well in this run."""
    id_ = sample.deployments.get(service)
    return any(
        f.outcome is Outcome.PASS and f.service == service and is_in(f.check, HEALTH)
        for look in earlier.get(service, ())
        for f in look.findings
        if look.deployments.get(service) == id_
    )
