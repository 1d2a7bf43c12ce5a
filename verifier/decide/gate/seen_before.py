"""What do looks at what serves before a deploy say, and what of it is confirmed?"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from verifier.decide.gate.deployment_history import DeploymentHistory
from verifier.model.check_ids import COMPONENT, DEEP, HEALTH, NOT_THERE, SILENT, is_of
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import (
    NOTHING_KNOWN,
    KnownBefore,
    SeenCheck,
    SeenFailing,
    seen_of,
)
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Sample

#: What was seen failing longer ago may have been mended since.
EXCUSES_FOR = timedelta(hours=48)


def known_from(findings: Sequence[Finding], earlier: KnownBefore = NOTHING_KNOWN) -> KnownBefore:
    """
    Return what one look, or a verdict, says of its checks.

    What nobody had written in time was not seen good, though it only warns; nor what is bad and
    only warns because the configuration says so. What a deployment fails by in the end, as it was
    good `earlier`, has failed here as well.
    """
    failing = tuple(
        SeenFailing(seen_of(f), frozenset(f.objects))
        for f in findings
        if f.outcome.condemns or (_fails_once_good(f) and earlier.was_good(f))
    )
    good = {
        seen_of(f)
        for f in findings
        if f.outcome is Outcome.PASS
        or (f.outcome is Outcome.WARN and f.later is None and not f.is_tolerated)
    }
    return KnownBefore(frozenset(good), tuple(dict.fromkeys(failing)))


def _fails_once_good(finding: Finding) -> bool:
    later = finding.later
    is_open = finding.outcome is Outcome.INCONCLUSIVE and bool(finding.objects)
    return is_open and later is not None and later.if_good_before is Outcome.FAIL


def confirmed(looks: Sequence[KnownBefore], times: int) -> KnownBefore:
    """
    Return what so many looks agree on: what failed in each of them, on the same objects.

    Good is what was so in any look: a failure that was seen once excuses nobody. Looks in which a
    check saw nothing neither count nor interrupt.
    """
    good = frozenset(seen for look in looks for seen in look.good)
    if len(looks) < times:
        return KnownBefore(good)
    failing: list[SeenFailing] = []
    for seen in _failing_ever(looks):
        tail = [look for look in looks if _tells(look, seen)][-times:]
        found = [f for f in tail[-1].failing if f.seen == seen]
        failing += [f for f in found if len(tail) == times and all(_fails(t, f) for t in tail)]
    return KnownBefore(good, tuple(failing))


def is_told_enough(looks: Sequence[KnownBefore], times: int) -> bool:
    """Whether so many looks have told of each check that failed in one of them; twice is all."""
    if len(looks) >= 2 * times:
        return True
    told = (sum(_tells(look, seen) for look in looks) for seen in _failing_ever(looks))
    return len(looks) >= times and all(n >= times for n in told)


def _failing_ever(looks: Sequence[KnownBefore]) -> tuple[SeenCheck, ...]:
    return tuple(dict.fromkeys(f.seen for look in looks for f in look.failing))


def _tells(look: KnownBefore, seen: SeenCheck) -> bool:
    """Whether a look saw anything of a check: that a service is silent, or has answered."""
    of_health = {s for s in (*look.good, *(f.seen for f in look.failing)) if is_of(s.check, HEALTH)}
    answered = seen.check == SILENT and any(s.service == seen.service for s in of_health)
    return answered or look.has_good(seen) or look.knows_failing(seen)


def unsteady(looks: Sequence[KnownBefore]) -> frozenset[SeenCheck]:
    """Return what failed in several of these looks and was good in another: none confirms that."""
    failing = Counter(seen for look in looks for seen in {f.seen for f in look.failing})
    good = frozenset(seen for look in looks for seen in look.good)
    return frozenset(seen for seen, times in failing.items() if times > 1) & good


def still_failing(known: KnownBefore, look: KnownBefore) -> KnownBefore:
    """
    Return what is known with a later look at what still serves: what is good again excuses nobody.

    What that look did not see stays as it was; where it fails on less, or on something else, it
    excuses that alone.
    """
    failing = []
    for failed in known.failing:
        now = [f.objects for f in look.failing if f.seen.is_same(failed.seen)]
        if now:
            on = frozenset().union(*now)
            failing.append(SeenFailing(failed.seen, failed.objects & on or on))
        elif not look.has_good(failed.seen):
            failing.append(failed)
    return replace(known, good=known.good | look.good, failing=tuple(failing))


def without_itself(known: KnownBefore, kept: KnownBefore, services: Collection[str]) -> KnownBefore:
    """
    Return what is known where what served before is judged by now in these services.

    What looks saw of it then excuses nothing of its own; what `kept` says of it stays.
    """
    failing = tuple(
        f for f in known.failing if f.seen.service not in services or kept.knows_failing(f.seen)
    )
    return replace(known, failing=failing)


def _fails(look: KnownBefore, failing: SeenFailing) -> bool:
    objects = [f.objects for f in look.failing if f.seen == failing.seen]
    return bool(objects) and failing.objects <= frozenset().union(*objects)


def recalled(
    judged: Mapping[str, Deployment | None],
    records: Sequence[PastVerdict],
    fleet: Fleet,
    now: datetime,
) -> KnownBefore:
    """
    Return what earlier runs kept of services; `judged` are by their names, records newest first.

    What was good in any of them counts, but for those that condemn. What failed, only in the
    latest, and not long ago, about the code that served before: what the judged code has done
    cannot excuse it, nor what somebody has gone back from since.
    """
    known = [
        _recalled(fleet[service], deployment, records, now)
        for service, deployment in judged.items()
    ]
    good = frozenset(seen for one in known for seen in one.good)
    failing = tuple(dict.fromkeys(failed for one in known for failed in one.failing))
    return KnownBefore(good, failing)


def _recalled(
    state: ServiceState,
    judged: Deployment | None,
    records: Sequence[PastVerdict],
    now: datetime,
) -> KnownBefore:
    service = state.service.name
    kept = [
        r
        for r in records
        if r.service == service and r.seen is not None and r.status is not PastStatus.CONDEMNED
    ]
    good = frozenset(seen for record in kept if record.seen for seen in record.seen.good)
    others = [r for r in kept if judged is None or not r.is_about(service, judged)]
    before = served_before(state, judged)
    latest = next((r for r in others if before is None or r.is_about(service, before)), None)
    is_old = latest is not None and latest.at is not None and now - latest.at > EXCUSES_FOR
    seen = None if latest is None or is_old else latest.seen
    failing = (*seen.failing, *_unnamed(seen, good)) if seen else ()
    return KnownBefore(good, failing).of([service])


def _unnamed(seen: KnownBefore, good: frozenset[SeenCheck]) -> Iterator[SeenFailing]:
    """What an answer lacked that failed without naming anything: all that was good in others."""
    if not any(f.seen.check == DEEP and not f.is_statement for f in seen.failing):
        return
    told = {*seen.good, *(f.seen for f in seen.failing)}
    components = {one for one in good if is_of(one.check, COMPONENT)}
    told_any = any(is_of(one.check, COMPONENT) for one in told)
    for one in () if told_any else sorted(components, key=lambda c: (c.check, c.service, c.asked)):
        yield SeenFailing(one, frozenset({NOT_THERE}))


def served_before(state: ServiceState, judged: Deployment | None) -> Deployment | None:
    """Return what served before the judged deployment; None where Railway does not show it."""
    past = DeploymentHistory(state)
    served = [
        d
        for d in state.deployments
        if d.status.has_served
        and not past.was_never_switched_to(d)
        and (judged is None or (d.created_at < judged.created_at and not d.same_code_as(judged)))
    ]
    return max(served, key=lambda d: d.created_at, default=None)


def silent_before(sample: Sample) -> list[Finding]:
    """Return a failure for each service that is silent without any deploy being to blame."""
    return [Finding(SILENT, Outcome.FAIL, "it did not answer", name) for name in sample.silent]
