"""What one run found, as it is kept for the runs that come later."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from verifier.commands.judgements import Judgement
from verifier.commands.run_state import RunState, caused_elsewhere
from verifier.decide.gate.history import went_back_from
from verifier.decide.gate.remainders import remainders
from verifier.decide.gate.rollback_plan import points_at_platform
from verifier.decide.gate.seen_before import known_from
from verifier.decide.gate.succession import on_its_way
from verifier.decide.gate.verdicts_elsewhere import failed_meanwhile
from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.finding import Finding, Outcome, condemning
from verifier.model.known_before import NOTHING_KNOWN
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.report import RestoreOutcome
from verifier.model.verdict import RollBackTo, VerdictWord

_REMOVED = (DeploymentStatus.REMOVING, DeploymentStatus.REMOVED)
_NOT_PASSED = (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE, VerdictWord.SUPERSEDED)


def past_verdicts_of(run: RunState) -> tuple[PastVerdict, ...]:
    """
    Return what this run found, for the runs that come later.

    A deployment is condemned only where it is to blame, and going back was not shown to be of no
    help; else it was merely seen. What was condemned and stays is verified by no later look of the
    same run. Where the run did not pass, what served before is part of it: what was good then is
    what the next deployment may be excused by least.
    """
    found = [
        record
        for one in run.judgements
        for record in _found(one, run, helped=not _was_in_vain(one, run))
    ]
    if run.afterwards is not None and run.afterwards.word is VerdictWord.PASSED:
        restored = _records(run.restored, PastStatus.VERIFIED, run.afterwards.findings)
        found += [
            replace(r, reason=run.rollback_reason, put_back_in_s=_put_back_in_s(run, r.service))
            if r.service in run.rollbacks
            else r
            for r in restored
        ]
    if any(one.verdict.word in _NOT_PASSED for one in run.judgements):
        served = {name: d for name, d in run.served.items() if name in run.followed}
        seen = [
            replace(r, seen=run.seen_of_served.of([r.service]))
            for r in _records(served, PastStatus.SEEN, ())
        ]
        found = [*(r for r in seen if _says_anything(r)), *found]
    own = [r for r in found if r.status is PastStatus.CONDEMNED]
    return tuple(dict.fromkeys(_unless_failed_meanwhile(r, run, own) for r in found))


def _unless_failed_meanwhile(
    record: PastVerdict, run: RunState, own: Collection[PastVerdict]
) -> PastVerdict:
    """
    Verify nothing of what this gate has failed, or another one while this run looked at it.

    What it failed is a commit, in whatever service and deployment.
    """
    found = run.fleet[record.service].find(record.deployment_id)
    if record.status is not PastStatus.VERIFIED or found is None:
        return record
    if any(_is_same_code(record, failed) for failed in own):
        return replace(record, status=PastStatus.SEEN)
    if failed_meanwhile(record.service, found, run.known_at_start, run.past_verdicts):
        return replace(record, status=PastStatus.SEEN)
    return record


def _is_same_code(one: PastVerdict, other: PastVerdict) -> bool:
    """Whether two speak of one deployment or one commit, as `remainders.is_of` tells them apart."""
    if one.deployment_id == other.deployment_id:
        return True
    if one.commit_sha and other.commit_sha:
        return one.commit_sha == other.commit_sha
    return bool(one.image_digest) and one.image_digest == other.image_digest


def taken_back_since(
    kept: Collection[PastVerdict], now: Sequence[PastVerdict]
) -> tuple[PastVerdict, ...]:
    """Return what takes back each verdict that was kept too early: going back was of no help."""
    still = {(r.service, r.deployment_id) for r in now if r.status is PastStatus.CONDEMNED}
    withdrawn = [
        r
        for r in kept
        if r.status is PastStatus.CONDEMNED and (r.service, r.deployment_id) not in still
    ]
    return tuple(
        dict.fromkeys(
            replace(r, status=PastStatus.SEEN, seen=None, takes_back=True) for r in withdrawn
        )
    )


def condemned_before(run: RunState, at: datetime) -> tuple[PastVerdict, ...]:
    """Return what this run has condemned before it judged the rest, as its next plan knows it."""
    found = [
        r for one in run.judgements if one is not run.current for r in _found(one, run, helped=True)
    ]
    return tuple(replace(r, at=at) for r in found if r.status is PastStatus.CONDEMNED)


def _found(one: Judgement, run: RunState, *, helped: bool) -> list[PastVerdict]:
    word, findings = one.verdict.word, one.verdict.findings
    if word is VerdictWord.PASSED:
        left = {n: d for n, d in one.passed.items() if _is_being_left(run.fleet[n], d)}
        lost = {n: d for n, d in one.passed.items() if n not in left and _is_lost(n, d, run)}
        stays = {n: d for n, d in one.passed.items() if n not in {*left, *lost}}
        verified = _records(stays, PastStatus.VERIFIED, findings)
        in_the_end = run.afterwards.findings if run.afterwards else ()
        seen = _records(lost, PastStatus.SEEN, in_the_end)
        return [*verified, *_records(left, PastStatus.SEEN, findings), *seen]
    if word is VerdictWord.FAILED and _is_to_blame(one, run) and helped:
        own = [finding for finding in condemning(findings) if not finding.blameless]
        failed = _records(_condemned_by_now(one, run), PastStatus.CONDEMNED, own)
        rest = _still_coming(one, run)
        return [*(replace(r, restored_in_s=one.recovered_in_s) for r in failed), *rest]
    is_moved = any(name in run.results for name in one.judged)
    if word in _NOT_PASSED and not is_moved:
        seen = [
            replace(r, seen=(r.seen or NOTHING_KNOWN).with_good(one.seen.of([r.service])))
            for r in _records(one.judged, PastStatus.SEEN, findings)
        ]
        return [*seen, *_given_up(one)]
    return []


def _condemned_by_now(one: Judgement, run: RunState) -> dict[str, Deployment]:
    """Return what a judgement condemns: what was on its way then as it is shown now, if it came."""
    if not one.condemned:
        return dict(one.judged)
    return {name: _as_it_came(name, d, run) for name, d in one.must_go(run.fleet).items()}


def _as_it_came(name: str, deployment: Deployment, run: RunState) -> Deployment:
    """
    Return what was on its way as Railway shows it now, unless it was removed unseen.

    What was live as it was condemned stays so: a restart has it under way again, with the same id.
    """
    if deployment.status.has_served:
        return deployment
    shown = run.fleet[name].find(deployment.id) or deployment
    result = run.results.get(name)
    is_put_back = result is not None and result.from_ == deployment.id
    return shown if shown.status not in _REMOVED or is_put_back else deployment


def _still_coming(one: Judgement, run: RunState) -> list[PastVerdict]:
    """Return what a judgement condemns and may still go live: no run follows it any more."""
    left = remainders(run.fleet, one.must_go(run.fleet))
    return [_without_judgement(name, d) for name, item in left.items() for d in item.coming]


def _given_up(one: Judgement) -> list[PastVerdict]:
    """Return what was still on its way when the run ended: it may go live, and nobody judges it."""
    return [
        _without_judgement(name, d)
        for name, d in one.judged.items()
        if name in one.awaited and not d.status.has_served
    ]


def _without_judgement(name: str, d: Deployment) -> PastVerdict:
    return PastVerdict(name, d.id, d.commit_sha, d.image_digest, PastStatus.SEEN, given_up=True)


def _is_lost(name: str, deployment: Deployment, run: RunState) -> bool:
    """Whether what has passed is critical in the run's own last look."""
    looked_at = run.restored.get(name)
    if run.afterwards is None or looked_at is None or looked_at.id != deployment.id:
        return False
    own = (f for f in run.afterwards.findings if f.service == name)
    return any(finding.outcome is Outcome.CRITICAL for finding in own)


def _is_being_left(state: ServiceState, deployment: Deployment) -> bool:
    """Whether somebody rolls it back just now, for a reason that no check may know."""
    coming = on_its_way(state, deployment)
    return coming is not None and went_back_from(state, coming, deployment)


def _is_to_blame(one: Judgement, run: RunState) -> bool:
    """Whether what it condemns is bad by itself, also where it stays for a reason that may pass."""
    if isinstance(one.plan, RollBackTo) or one.plan.is_condemned:
        return True
    held = [f for f in condemning(one.verdict.findings) if not run.before.weighed(f).blameless]
    return one.plan.may_pass and bool(held) and not points_at_platform(one.verdict)


def _was_in_vain(one: Judgement, run: RunState) -> bool:
    """
    Whether what it condemned went back, and the same check fails there too, or in what all share.

    What fails in a service that runs anything else says nothing of that, nor what failed before.
    """
    back = {name for name in one.condemned if _is_back(name, run)}
    why = {finding.check for finding in condemning(one.verdict.findings)}
    return bool(back) and any(
        finding.check in why and (not finding.service or finding.service in back)
        for finding in caused_elsewhere(run)
        if not run.before.excuses(finding)
    )


def _is_back(name: str, run: RunState) -> bool:
    """Whether what was looked at in the end is what a service was to go back to."""
    result, looked_at = run.rollbacks.get(name), run.restored.get(name)
    if result is None or looked_at is None:
        return False
    target = run.fleet[name].find(result.to)
    is_same = target is not None and looked_at.same_code_as(target)
    return is_same or looked_at.id in (result.to, result.deployment)


def _says_anything(record: PastVerdict) -> bool:
    seen = record.seen or NOTHING_KNOWN
    about = (*seen.good, *(f.seen for f in seen.failing))
    return any(check.service == record.service for check in about)


def _put_back_in_s(run: RunState, service: str) -> float | None:
    """How long this run's own rollback of a service took; None where it made none."""
    result = run.results.get(service)
    is_own = result is not None and result.outcome is RestoreOutcome.RESTORED
    if not is_own:
        return None
    of_it = (one for one in reversed(run.judgements) if service in one.condemned)
    return next(of_it, run.current).put_back_in_s


def _records(
    deployments: Mapping[str, Deployment], status: PastStatus, findings: Sequence[Finding]
) -> list[PastVerdict]:
    seen = known_from(findings)
    return [
        PastVerdict(
            name,
            d.id,
            d.commit_sha,
            d.image_digest,
            status,
            seen=seen.of([name]) if findings else None,
        )
        for name, d in deployments.items()
        if d.status.has_served
    ]
