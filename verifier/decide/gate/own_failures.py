"""Is what failed before a deploy the doing of what served then, and so no excuse for the next?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from verifier.decide.gate.deployment_history import DeploymentHistory
from verifier.decide.gate.history import SERVED_LONG, is_verified, is_verified_now
from verifier.decide.gate.seen_before import served_before
from verifier.model.check_ids import DEPLOYMENT, HEALTH, INSTANCES, SILENT, STATUS, is_of
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict


@dataclass(frozen=True, slots=True)
class Brought:
    """A failure that a deployment showed which no gate verified, after one that was verified."""

    failing: SeenFailing
    by: Deployment
    verified: Deployment
    is_proven: bool
    """Whether records prove that it is that deployment's own doing."""
    is_verified: bool = True
    """Whether a gate verified the one before; else it was seen good while its successor was made,
    and a gate has failed that for this, or it has ended."""

    @property
    def excuse_words(self) -> str:
        """Say whether it excuses the next one, and why."""
        check, by, verified = self.failing.seen.check, self.by.id[:8], self.verified.id[:8]
        if not self.is_verified:
            return f"{check} was good on {verified} until {by} went live: that is no excuse"
        if self.is_proven:
            return (
                f"{check} was good on {verified}, which was verified; what {by} broke is no excuse"
            )
        return (
            f"{check} fails on {by}, never verified; whether {verified}, the last verified one, "
            "would fail it too is not known, so it counts as failing before. If the code is to "
            "blame, roll back yourself: verifier rollback"
        )


def brought(
    known: KnownBefore,
    judged: Mapping[str, Deployment | None],
    fleet: Fleet,
    records: Sequence[PastVerdict],
    now: datetime,
    crashed: Mapping[str, Deployment] | None = None,
) -> tuple[Brought, ...]:
    """
    Return what a deployment may have brought itself of what failed before those to be judged.

    `judged` are by service name, `records` newest first. It is proven where the check was good on
    the verified one after its successor had been made, or where a gate condemned that one for
    it; and where nothing speaks for a cause outside: the check was good on no successor, none of
    them served for long, and no verified deployment of another service fails it, or is down where
    it ended. Where none was verified yet, it takes both: seen good then, and a gate that condemned
    its successor. An end, such as a crash or silence, takes less: nothing serves beside it that
    going back could harm, so that a verified one before it is enough, or one that was seen good
    then. What all services share is nobody's own. `crashed` is what `crashed_though_verified` says.
    """
    before = {n: served_before(state, judged.get(n)) for n, state in fleet.items()}
    elsewhere = {f.seen for f in known.failing if _is_on_verified(f.seen, before, fleet, records)}
    are_down = {seen.service for seen in elsewhere if _is_end(seen)}
    found: list[Brought] = []
    for failing in known.failing:
        name = failing.seen.service
        by = before.get(name)
        if by is None or is_verified_now(fleet[name], by, records):
            continue
        verified = _verified_before(fleet[name], by, records)
        good = verified or _seen_good_before(fleet[name], by, failing, records)
        if good is None:
            continue
        is_elsewhere = any(seen.check == failing.seen.check for seen in elsewhere)
        if _is_end(failing.seen):
            is_elsewhere = bool((are_down | _with_it(crashed or {}, by)) - {name})
        is_proven = not is_elsewhere and _is_own(failing, fleet[name], by, good, records, now)
        if is_proven or verified is not None:
            found.append(Brought(failing, by, good, is_proven, is_verified=verified is not None))
    return tuple(found)


def without(known: KnownBefore, own: Sequence[Brought]) -> KnownBefore:
    """Return what is known without the failures that excuse nothing."""
    left = {one.failing for one in own if one.is_proven}
    return replace(known, failing=tuple(f for f in known.failing if f not in left))


def _is_own(
    failing: SeenFailing,
    state: ServiceState,
    by: Deployment,
    verified: Deployment,
    records: Sequence[PastVerdict],
    now: datetime,
) -> bool:
    seen, name = failing.seen, state.service.name
    on_verified = [r for r in records if r.is_about(name, verified) and _says(r, seen)]
    if on_verified and not _was_good(on_verified[0], seen):
        return False
    if any(r.is_about(name, by) and _condemns_for(r, failing) for r in records):
        return True
    since = [
        d
        for d in state.deployments
        if verified.created_at < d.created_at <= by.created_at and d.status.has_served
    ]
    past = DeploymentHistory(state)
    if any(past.lifetime(d, now) >= SERVED_LONG for d in since):
        return False
    if any(r.is_about(name, d) and _was_good(r, seen) for r in records for d in since):
        return False
    made_at = min(d.created_at for d in since)
    return _is_end(failing.seen) or any(r.at is not None and r.at >= made_at for r in on_verified)


def _is_end(seen: SeenCheck) -> bool:
    """Whether nothing is left of it that serves: it has ended, as Railway says, or is silent."""
    return seen.check == SILENT or is_of(seen.check, DEPLOYMENT)


def crashed_though_verified(
    fleet: Fleet, records: Sequence[PastVerdict]
) -> Mapping[str, Deployment]:
    """Return what lies crashed though a gate has verified it as it stands, by service name."""
    last = {name: served_before(state, None) for name, state in fleet.items()}
    return {
        name: d
        for name, d in last.items()
        if d is not None and d.status is DeploymentStatus.CRASHED
        if is_verified_now(fleet[name], d, records)
    }


def with_ends(
    known: KnownBefore,
    judged: Mapping[str, Deployment | None],
    fleet: Fleet,
    records: Sequence[PastVerdict],
    crashed: Mapping[str, Deployment],
) -> KnownBefore:
    """
    Return what is known, where one end excuses any other if all was down before the deploy.

    That is what served before of the service itself, and whatever a gate has verified elsewhere.
    """
    before = {n: served_before(state, judged.get(n)) for n, state in fleet.items()}
    ended = {f.seen.service for f in known.failing if _is_end(f.seen)}
    verified = {n for n, d in before.items() if d and is_verified_now(fleet[n], d, records)}
    ends: list[SeenFailing] = []
    for name in ended:
        by = before.get(name)
        others = (verified | crashed.keys()) - {name}
        down = ended | (_with_it(crashed, by) if by else set())
        if others and others <= down:
            ends += [
                SeenFailing(SeenCheck(c, name), frozenset()) for c in (STATUS, INSTANCES, SILENT)
            ]
    return replace(known, failing=(*known.failing, *ends))


def _with_it(crashed: Mapping[str, Deployment], by: Deployment) -> set[str]:
    """Return the services that may have crashed by what ended another deployment."""
    return {
        name for name, d in crashed.items() if d.settled_at is None or d.settled_at >= by.created_at
    }


def _verified_before(
    state: ServiceState, by: Deployment, records: Sequence[PastVerdict]
) -> Deployment | None:
    verified = [
        d
        for d in state.deployments
        if d.created_at < by.created_at
        and not d.same_code_as(by)
        and is_verified(state, d, records, by.created_at)
    ]
    return max(verified, key=lambda d: d.created_at, default=None)


def _seen_good_before(
    state: ServiceState, by: Deployment, failing: SeenFailing, records: Sequence[PastVerdict]
) -> Deployment | None:
    """
    Return what was seen good once its successor was made, which a gate has condemned for it.

    One that has ended needs no gate for that.
    """
    name = state.service.name
    is_condemned = any(r.is_about(name, by) and _condemns_for(r, failing) for r in records)
    if not is_condemned and not _is_end(failing.seen):
        return None
    before = served_before(state, by)
    seen = [r for r in records if before is not None and r.is_about(name, before)]
    latest = next((r for r in seen if _says(r, failing.seen)), None)
    is_good = latest is not None and _was_good(latest, failing.seen)
    is_later = latest is not None and latest.at is not None and latest.at >= by.created_at
    return before if is_good and is_later else None


def _is_on_verified(
    seen: SeenCheck,
    before: Mapping[str, Deployment | None],
    fleet: Fleet,
    records: Sequence[PastVerdict],
) -> bool:
    deployment = before.get(seen.service)
    return deployment is not None and is_verified_now(fleet[seen.service], deployment, records)


def _says(record: PastVerdict, seen: SeenCheck) -> bool:
    return _was_good(record, seen) or _failed(record, seen)


def _was_good(record: PastVerdict, seen: SeenCheck) -> bool:
    """Whether it was good and did not fail; of silence, whether anything was answered at all."""
    if record.seen is None or _failed(record, seen):
        return False
    if seen.check == SILENT:
        return any(g.service == seen.service and is_of(g.check, HEALTH) for g in record.seen.good)
    return record.seen.has_good(seen)


def _failed(record: PastVerdict, seen: SeenCheck) -> bool:
    return record.seen is not None and any(f.seen.is_same(seen) for f in record.seen.failing)


def _condemns_for(record: PastVerdict, failing: SeenFailing) -> bool:
    """Whether a gate failed it for that; what has crashed is silent because of that."""
    if record.status is not PastStatus.CONDEMNED or record.seen is None:
        return False
    has_crashed = any(is_of(f.seen.check, DEPLOYMENT) for f in record.seen.failing)
    return _failed(record, failing.seen) or (failing.seen.check == SILENT and has_crashed)
