"""What speaks against going back to a deployment that nothing speaks for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from verifier.decide.gate.arrival import Wanted, is_wanted
from verifier.decide.gate.history import known_bad
from verifier.decide.gate.unmoved import is_told_by_itself
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet
from verifier.model.finding import Outcome, Unobserved
from verifier.model.known_before import KnownBefore
from verifier.model.target_doubt import Doubt
from verifier.model.verdict import Sample

_CRITICAL = Doubt("it was CRITICAL when this run looked at it", is_certain=True)
_CRASHED = Doubt("it had crashed when this run began", is_down=True)
_FAILING = Doubt("it was failing when this run looked at it", is_last_resort=True)
_SAME_DEPLOY = Doubt("it is an earlier upload of the same deploy")


def crashed_before(fleet: Fleet) -> Mapping[str, Doubt]:
    """Return what Railway shows as crashed, by deployment id."""
    return {
        d.id: _CRASHED
        for state in fleet.values()
        for d in state.deployments
        if d.status is DeploymentStatus.CRASHED or (d.instances and set(d.instances) == {"CRASHED"})
    }


def critical_before(
    sample: Sample, served: Mapping[str, Deployment], fleet: Fleet
) -> Mapping[str, Doubt]:
    """
    Return what a look found CRITICAL of what is in `served`; what all share is nobody's.

    With it whatever else brought the same code and variables: its rollbacks, and what it puts back.
    """
    found = {
        f.service for f in sample.findings if f.outcome is Outcome.CRITICAL and f.service in served
    }
    return {
        d.id: _CRITICAL
        for name in found
        for d in fleet[name].deployments
        if d.id == served[name].id or _is_alike(d, served[name])
    }


def failing_when_heard(
    heard: Mapping[str, Sequence[KnownBefore]], enough: int
) -> Mapping[str, Doubt]:
    """
    Return what failed by what it says of itself when last heard of, by deployment id.

    `heard` is what looks said of each, oldest first; one across a switch says nothing, and the one
    before it stands. What failed in `enough` of them in a row counts as down, as what condemns;
    where it was replaced before, what failed twice and was never good.
    """
    found: dict[str, Doubt] = {}
    for id_, looks in heard.items():
        failures = _failures(looks)
        in_a_row = len(list(takewhile(bool, reversed(failures))))
        if in_a_row:
            is_down = in_a_row >= min(enough, max(2, len(failures)))
            found[id_] = replace(_FAILING, is_down=is_down)
    return found


def as_heard(
    doubtful: Mapping[str, Doubt], heard: Mapping[str, Sequence[KnownBefore]], enough: int
) -> Mapping[str, Doubt]:
    """Return the doubts with what has been heard by now in place of what was heard before."""
    others = {id_: d for id_, d in doubtful.items() if d.reason != _FAILING.reason}
    return {**failing_when_heard(heard, enough), **others}


def _failures(looks: Sequence[KnownBefore]) -> list[bool]:
    """Return whether it failed in each of these looks at one service that says anything."""
    failed = [any(is_told_by_itself(f.seen.check) for f in look.failing) for look in looks]
    good = [any(is_told_by_itself(seen.check) for seen in look.good) for look in looks]
    return [is_bad for is_bad, is_good in zip(failed, good, strict=True) if is_bad or is_good]


def _is_alike(deployment: Deployment, critical: Deployment) -> bool:
    """Whether it runs the same with the same variables, as far as that is known."""
    is_changed = "redeploy" in (deployment.reason, critical.reason)
    return not is_changed and deployment.same_code_as(critical)


def seen_good(seen: KnownBefore, served: Mapping[str, Deployment]) -> frozenset[str]:
    """Return the ids of what was good by what it says of itself, and in nothing of that failed."""
    good = {s.service for s in seen.good if is_told_by_itself(s.check)}
    failing = {f.seen.service for f in seen.failing if is_told_by_itself(f.seen.check)}
    return frozenset(d.id for name, d in served.items() if name in good - failing)


def bad_elsewhere(
    doubtful: Mapping[str, Doubt], fleet: Fleet | Unobserved, good: frozenset[str]
) -> Mapping[str, Doubt]:
    """
    Return what brought a commit that this run saw bad in another service, by deployment id.

    `doubtful` is what it saw of each deployment; what it saw `good` itself is not doubted for that.
    Of a commit the latest deployment of a service counts, and no run of a cron job.
    """
    if isinstance(fleet, Unobserved):
        return {}
    bad: dict[str, set[str]] = {}
    for name, state in fleet.items():
        oldest_first = sorted(state.deployments, key=lambda d: d.created_at)
        latest = {d.commit_sha: d for d in oldest_first if d.status.has_served}
        for d in latest.values():
            if d.id in doubtful and not d.is_scheduled:
                bad.setdefault(d.commit_sha, set()).add(name)
    bad.pop("", None)
    return {
        d.id: Doubt(f"its commit was bad in {others[0]} when this run began", is_last_resort=True)
        for name, state in fleet.items()
        for d in state.deployments
        if d.id not in good and (others := sorted(bad.get(d.commit_sha, set()) - {name}))
    }


def left_elsewhere(fleet: Fleet | Unobserved) -> Mapping[str, Doubt]:
    """Return what brought a commit that another service has gone back from, by deployment id."""
    if isinstance(fleet, Unobserved):
        return {}
    left: dict[str, set[str]] = {}
    for name, state in fleet.items():
        for d in known_bad(state):
            left.setdefault(d.commit_sha, set()).add(name)
    left.pop("", None)
    return {
        d.id: Doubt(f"its commit was rolled back in {others[0]}", is_last_resort=True)
        for name, state in fleet.items()
        for d in state.deployments
        if (others := sorted(left.get(d.commit_sha, set()) - {name}))
    }


def earlier_uploads(fleet: Fleet, wanted: Wanted) -> Mapping[str, Doubt]:
    """Return the uploads that this run was asked to judge: none of them was good yet."""
    return {
        d.id: _SAME_DEPLOY
        for state in fleet.values()
        for d in state.deployments
        if not d.commit_sha and is_wanted(d, wanted)
    }
