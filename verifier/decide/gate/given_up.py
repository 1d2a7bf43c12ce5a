"""Which checks could not be determined, and never will be? Which paths lead nowhere for good?"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from verifier.model.check_ids import HEALTH, is_of
from verifier.model.deployment import Deployment
from verifier.model.finding import FOR_GOOD, Finding, Outcome
from verifier.model.known_before import KnownBefore, leads_nowhere
from verifier.model.verdict import Limits, Sample

#: A check's id, and its service.
Key = tuple[str, str]


def given_up(samples: Sequence[Sample], limits: Limits) -> Collection[Key]:
    """
    Return the checks that could not be determined, and never will be.

    One such answer may be a hiccup, as of a name server: it has to be the same several times in a
    row, and nothing else may ever have been said.
    """
    tail = samples[-limits.fail_after :]
    if len(tail) < limits.fail_after:
        return set()
    found = set.intersection(*({key_of(f) for f in s.findings if _is_final(f)} for s in tail))
    said = (f for sample in samples for f in sample.findings if found and decides(f.outcome))
    return found.difference(map(key_of, said))


def key_of(finding: Finding) -> Key:
    """Return which check of which service said it."""
    return finding.check, finding.service


def decides(outcome: Outcome) -> bool:
    """Whether a check with this outcome has seen something."""
    return outcome not in (Outcome.INCONCLUSIVE, Outcome.SKIP)


def answers_in(sample: Sample, finding: Finding) -> list[Finding]:
    """Return what one look has seen of the check that a finding is of."""
    return [f for f in sample.findings if key_of(f) == key_of(finding) and decides(f.outcome)]


def has_passed(samples: Sequence[Sample], finding: Finding) -> bool:
    """Whether a check was good in any look, however soon after it it failed."""
    told = (answers_in(sample, finding) for sample in samples)
    return any(one and not any(f.outcome.condemns for f in one) for one in told)


def _is_final(finding: Finding) -> bool:
    return finding.outcome is Outcome.INCONCLUSIVE and finding.later == FOR_GOOD


def settled_path(
    finding: Finding,
    deployment: Deployment,
    before: KnownBefore | None,
    watched_s: float,
    starts_within_s: float,
) -> Finding:
    """
    Return a finding as one that no waiting can change, where its path leads nowhere for good.

    A route may appear only once an application has started, and be new in this deployment: so the
    path must still lead nowhere after the time that a start may take. One that was ever seen good
    is no matter of the configuration.
    """
    if not is_unknown_path(finding, before):
        return finding
    is_open = finding.outcome is Outcome.INCONCLUSIVE
    up_s = _up_s(finding, deployment)
    if up_s - watched_s < starts_within_s and watched_s < starts_within_s:
        return finding
    return replace(finding, is_bare=False, later=FOR_GOOD if is_open else finding.later)


def is_unknown_path(finding: Finding, before: KnownBefore | None) -> bool:
    """Whether a path leads nowhere that nobody has seen good, so that it may not be there yet."""
    return _is_dead_path(finding) and (before is None or _is_unheld(finding, before))


def is_path_of_configuration(finding: Finding) -> bool:
    """Whether a path leads nowhere, and no deployment was seen to be to blame for that."""
    return _is_dead_path(finding) and (bool(finding.blameless) or not finding.outcome.condemns)


def _is_dead_path(finding: Finding) -> bool:
    return leads_nowhere(finding) and is_of(finding.check, HEALTH)


def _is_unheld(finding: Finding, before: KnownBefore) -> bool:
    return is_path_of_configuration(finding) and not before.was_good(finding)


def _up_s(finding: Finding, deployment: Deployment) -> float:
    """Return for how long Railway had called the deployment up as the answer came."""
    if finding.evidence is None or deployment.settled_at is None or not deployment.status.is_up:
        return 0.0
    return (finding.evidence.observed_at - deployment.settled_at).total_seconds()
