"""What do looks at what serves before a deploy say, and what of it is confirmed?"""

from collections.abc import Mapping, Sequence

from verifier.model.check_ids import SILENT
from verifier.model.deployment import Deployment
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import KnownBefore, SeenFailing, seen_of
from verifier.model.past_verdict import PastVerdict
from verifier.model.verdict import Sample


def known_from(findings: Sequence[Finding]) -> KnownBefore:
    """
    Return what one look, or a verdict, says of its checks.

    What nobody had written in time was not seen good, though it only warns; nor what is bad and
    only warns because the configuration says so.
    """
    failing = tuple(
        SeenFailing(seen_of(f), frozenset(f.objects)) for f in findings if f.outcome.condemns
    )
    good = {
        seen_of(f)
        for f in findings
        if f.outcome is Outcome.PASS
        or (f.outcome is Outcome.WARN and f.later is None and not f.is_tolerated)
    }
    return KnownBefore(frozenset(good), tuple(dict.fromkeys(failing)))


def confirmed(looks: Sequence[KnownBefore], times: int) -> KnownBefore:
    """
    Return what so many looks agree on: what failed in each of them, on the same objects.

    Good is what was so in any look: a failure that was seen once excuses nobody.
    """
    good = frozenset(seen for look in looks for seen in look.good)
    if len(looks) < times:
        return KnownBefore(good)
    tail = looks[-times:]
    failing = [f for f in tail[-1].failing if all(_fails(look, f) for look in tail)]
    return KnownBefore(good, tuple(failing))


def _fails(look: KnownBefore, failing: SeenFailing) -> bool:
    objects = [f.objects for f in look.failing if f.seen == failing.seen]
    return bool(objects) and failing.objects <= frozenset().union(*objects)


def recalled(
    judged: Mapping[str, Deployment | None], records: Sequence[PastVerdict]
) -> KnownBefore:
    """
    Return what earlier runs kept of services; `judged` are by their names, records newest first.

    What was good in any of them counts. What failed, only in the latest that is not about the
    judged code: what that has done cannot excuse it.
    """
    known = [_recalled(service, deployment, records) for service, deployment in judged.items()]
    good = frozenset(seen for one in known for seen in one.good)
    failing = tuple(dict.fromkeys(failed for one in known for failed in one.failing))
    return KnownBefore(good, failing)


def _recalled(
    service: str, judged: Deployment | None, records: Sequence[PastVerdict]
) -> KnownBefore:
    kept = [r for r in records if r.service == service and r.seen is not None]
    good = frozenset(seen for record in kept if record.seen for seen in record.seen.good)
    others = [r for r in kept if judged is None or not r.is_about(service, judged)]
    latest = others[0].seen if others else None
    return KnownBefore(good, latest.failing if latest else ()).of([service])


def silent_before(sample: Sample) -> list[Finding]:
    """Return a failure for each service that is silent without any deploy being to blame."""
    return [Finding(SILENT, Outcome.FAIL, "it did not answer", name) for name in sample.silent]
