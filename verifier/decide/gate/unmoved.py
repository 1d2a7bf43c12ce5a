"""Does what this deploy did not change fail alike, at the same time? Then it is the environment."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.decide.gate.remainders import is_of
from verifier.decide.gate.since_live import Borne, has_passed
from verifier.model.check_ids import (
    COMPONENT,
    DEEP,
    EXTRA,
    HEALTH,
    NO_ANSWER,
    RAILWAY,
    SILENT,
)
from verifier.model.check_ids import is_of as is_in
from verifier.model.deployment import Deployment
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Limits, Sample

Earlier = Mapping[str, Sequence[Sample]]
"""What the looks before have said, oldest first, by service name."""
FailingEverywhere = frozenset[tuple[str, frozenset[str]]]
"""Checks, and on what they failed in all code at the same time."""

#: Nobody can tell from outside which of both it is.
_SHARED = (
    "see whether what these services share is down; if this deploy broke it, run verifier rollback"
)
_TOLD_BY_ITSELF = (HEALTH, COMPONENT, EXTRA)
SILENCE = Finding(SILENT, Outcome.FAIL, "it did not answer")


def suspects(sample: Sample) -> frozenset[str]:
    """
    Return the services that fail by what they say of themselves, or are silent.

    None where anything is critical: that waits for nothing.
    """
    if any(f.outcome is Outcome.CRITICAL for f in sample.findings):
        return frozenset()
    return frozenset({f.service for f in sample.findings if _fails(f)} | sample.silent)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known beside a look, when something fails in it."""

    told: Sample | None = None
    """What the witnesses said at the same time; None where there are none."""
    before: FailingEverywhere = frozenset()
    """What failed in all of them before, and nowhere was good since."""
    own: frozenset[str] = frozenset()
    """Services whose deployments are one release: none of them speaks for another."""
    newer: Mapping[str, float] = field(default_factory=dict)
    """Services that run newer code, and since when: they speak for what was good before that."""
    is_patient: bool = False
    """Whether what has not answered yet counts as failing alike."""
    borne: Borne = field(default_factory=Borne)
    """For how long it is believed that it is the environment's."""
    was_up: frozenset[str] = frozenset()
    """Who was good in this run's last look before: its silence now is an end that it came to."""


def unless_all_fail(
    sample: Sample, live: Mapping[str, Deployment], earlier: Earlier, heard: Heard
) -> Sample:
    """
    Return a look that condemns nothing for what fails alike in all that runs other code.

    What is judged in this run as well, is of another release and was good in it is asked too.
    Newer code is believed in its failing alone, by what was good until that went live. Where nobody
    is left to ask, what failed in all of them before still is no deployment's doing.
    """
    told = heard.told
    doubted = suspects(sample)
    asked = {n: told for n in told.deployments if is_asked(n, told)} if told is not None else {}
    others = {n: look for n, look in asked.items() if n not in heard.newer}
    also_judged = [n for n in live if _has_answered(n, sample, earlier)]
    beside: dict[str, Mapping[str, Sample]] = {}
    for name in doubted & live.keys():
        judged = {
            n: sample
            for n in also_judged
            if not is_of(live[n], live[name]) and not {n, name} <= heard.own
        }
        beside[name] = {**others, **judged} or {
            n: asked[n]
            for n, since_s in heard.newer.items()
            if n in asked and _has_answered(name, sample, earlier, since_s)
        }
    silent = {
        name
        for name, all_ in beside.items()
        if all_ and all(n in look.silent for n, look in all_.items())
    }
    silent -= unborne(sample, {n: beside[n] for n in silent}, earlier, heard.borne)
    findings = tuple(
        _as_it_counts(f, beside[f.service], has_passed(f, sample, _of(earlier, f)), heard)
        if f.service in beside and may_fail(f)
        else f
        for f in sample.findings
    )
    return replace(sample, findings=findings, silent=sample.silent - silent)


def unborne(
    sample: Sample, silent: Mapping[str, Collection[str]], earlier: Earlier, borne: Borne
) -> frozenset[str]:
    """Return whose silence counts by now, of the services that others are as silent as."""
    findings = [(replace(SILENCE, service=name), others) for name, others in silent.items()]
    return frozenset(
        f.service
        for f, others in findings
        if borne.is_over(f, others, was_good=has_passed(f, sample, _of(earlier, f)))
    )


def _of(earlier: Earlier, finding: Finding) -> Sequence[Sample]:
    return earlier.get(finding.service, ())


def _as_it_counts(
    finding: Finding, beside: Mapping[str, Sample], was_good: bool, heard: Heard
) -> Finding:
    """Return a failure as it counts beside what others say, and by how long it is borne."""
    clear = _clear(finding, beside, heard.is_patient)
    weighed = _doubtful(finding, clear, heard)
    if weighed is finding or not heard.borne.is_over(finding, clear, was_good=was_good):
        return weighed
    alike = [n for n, look in clear.items() if not has_not_answered(finding, n, look)]
    return heard.borne.naming_others(finding, alike)


def is_about_to_condemn(sample: Sample, earlier: Earlier, limits: Limits) -> bool:
    """Whether one failing look more may condemn."""
    needed = min(limits.fail_after, limits.flap_bad) - 1
    return any(
        sum(_was_bad(finding, earlier)[-limits.flap_of :]) >= needed
        for finding in sample.findings
        if _fails(finding)
    )


def _was_bad(finding: Finding, earlier: Earlier) -> list[bool]:
    """Return of each look in which a check told anything whether it failed, oldest first."""
    return [
        f.outcome is Outcome.FAIL
        for look in earlier.get(finding.service, ())
        for f in look.findings
        if (f.check, f.service) == (finding.check, finding.service)
        and f.outcome in (Outcome.FAIL, Outcome.PASS)
    ]


def is_unclear(sample: Sample, told: Sample) -> bool:
    """Whether a witness has not answered yet what fails."""
    asked = [n for n in told.deployments if is_asked(n, told)]
    return any(has_not_answered(f, n, told) for f in sample.findings if _fails(f) for n in asked)


def failing_everywhere(
    before: FailingEverywhere, sample: Sample, weighed: Sample, told: Sample | None
) -> FailingEverywhere:
    """Return what fails in all that was asked, after a look: what was good anywhere does not."""
    looks = (sample, told) if told is not None else (sample,)
    good = {f.check for s in looks for f in s.findings if f.outcome is Outcome.PASS}
    found = {
        (f.check, frozenset(f.objects))
        for f, now in zip(sample.findings, weighed.findings, strict=True)
        if f.outcome is not now.outcome or f.later != now.later
    }
    return frozenset((check, objects) for check, objects in before | found if check not in good)


def _clear(
    finding: Finding, beside: Mapping[str, Sample], is_patient: bool
) -> Mapping[str, Sample]:
    """Return who counts: what does not answer is waited for, and then says nothing."""
    if finding.objects == (NO_ANSWER,):
        return beside
    # What is down cannot say whether anything else fails, where somebody can.
    up = {n: look for n, look in beside.items() if n not in look.silent} or beside
    if is_patient:
        return up
    return {n: look for n, look in up.items() if not has_not_answered(finding, n, look)}


def _doubtful(finding: Finding, beside: Mapping[str, Sample], heard: Heard) -> Finding:
    objects, said = set(finding.objects), finding.summary
    if not beside:
        if any(check == finding.check and objects <= known for check, known in heard.before):
            text = "services that run other code failed the same way, and none was good since"
            return left_open(finding, f"{text}: {said}")
        return finding
    unclear = [n for n, look in beside.items() if has_not_answered(finding, n, look)]
    fell = [n for n, look in beside.items() if n in look.silent and n in heard.was_up]
    open_ = {*unclear, *fell}
    if not all(n in open_ or fails_alike(finding, n, look) for n, look in beside.items()):
        return finding
    names = ", ".join(sorted(fell or unclear or beside))
    text = f"services that run other code fail the same way at the same time ({names})"
    if fell:
        text = f"services that run other code were good and do not answer any more ({names})"
    elif unclear:
        text = f"services that run other code have not answered yet ({names})"
    return left_open(finding, f"{text}: {said}")


def left_open(finding: Finding, text: str) -> Finding:
    """Return a finding that condemns nothing, now or later, and says why."""
    return replace(
        finding, outcome=Outcome.INCONCLUSIVE, summary=text, hint=_SHARED, objects=(), later=None
    )


def fails_alike(finding: Finding, service: str, look: Sample) -> bool:
    """
    Whether another service fails the same check, in all that fails here.

    What need not be good there only warns. What is not asked there fails with its health.
    """
    there = [f for f in look.findings if (f.check, f.service) == (finding.check, service)]
    if not any(f.outcome is not Outcome.SKIP for f in there) and is_in(finding.check, EXTRA):
        return any(f.service == service and _fails(f) for f in look.findings)
    return any(
        f.is_tolerated or (may_fail(f) and set(finding.objects) <= set(f.objects)) for f in there
    )


def has_not_answered(finding: Finding, service: str, look: Sample) -> bool:
    """Whether nothing came yet of what a check asks of another service, in time and proven."""
    if service in look.silent:
        return False
    if any(f.check == RAILWAY for f in look.findings):
        return True
    own = [f for f in look.findings if f.service == service and f.outcome is not Outcome.SKIP]
    there = [f for f in own if f.check == finding.check]
    if not there and not is_in(finding.check, HEALTH):
        there = [f for f in own if f.check == DEEP]
    return bool(there) and all(
        f.outcome is Outcome.INCONCLUSIVE and not _fails_later(f) for f in there
    )


def is_asked(service: str, look: Sample) -> bool:
    """Whether a service has any address to ask."""
    of_health = (f for f in look.findings if f.service == service and is_in(f.check, HEALTH))
    is_unread = any(f.check == RAILWAY for f in look.findings)
    return (
        is_unread or service in look.silent or any(f.outcome is not Outcome.SKIP for f in of_health)
    )


def is_told_by_itself(check: str) -> bool:
    """Whether a check asks what a service says of itself, or whether it answers at all."""
    return check == SILENT or any(is_in(check, family) for family in _TOLD_BY_ITSELF)


def _fails(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAIL and is_told_by_itself(finding.check)


def may_fail(finding: Finding) -> bool:
    return _fails(finding) or (_fails_later(finding) and is_told_by_itself(finding.check))


def _fails_later(finding: Finding) -> bool:
    later = finding.later
    return later is not None and Outcome.FAIL in (later.outcome, later.if_good_before)


def _has_answered(
    service: str, sample: Sample, earlier: Earlier, until_s: float = math.inf
) -> bool:
    """Whether what is looked at now has answered well in this run, before a moment."""
    id_ = sample.deployments.get(service)
    return any(
        f.outcome is Outcome.PASS and f.service == service and is_in(f.check, HEALTH)
        for look in earlier.get(service, ())
        for f in look.findings
        if look.deployments.get(service) == id_ and look.at_s < until_s
    )
