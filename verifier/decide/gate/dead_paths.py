"""Which health paths lead nowhere, and will not however long one waits?"""

from dataclasses import replace

from verifier.model.check_ids import HEALTH, is_of
from verifier.model.deployment import Deployment
from verifier.model.finding import FOR_GOOD, Finding, Outcome
from verifier.model.known_before import KnownBefore, leads_nowhere


def settled_path(
    finding: Finding,
    deployment: Deployment,
    before: KnownBefore | None,
    watched_s: float,
    starts_within_s: float,
) -> Finding:
    """
    Return a finding as one that no waiting can change, where its path leads nowhere for good.

    A route may appear only once an application has started. So the path must have led nowhere on
    what served before as well, or still do so after the time that a start may take; one that was
    ever seen good is no matter of the configuration.
    """
    if not _is_dead_path(finding) or (before is not None and not _is_unheld(finding, before)):
        return finding
    is_open = finding.outcome is Outcome.INCONCLUSIVE
    up_s = _up_s(finding, deployment)
    has_started = up_s - watched_s >= starts_within_s or (is_open and watched_s >= starts_within_s)
    was_so = before is not None and before.has_always_led_nowhere(finding)
    if not (has_started or was_so):
        return finding
    return replace(finding, is_bare=False, later=FOR_GOOD if is_open else finding.later)


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
