"""Before a green end: is what the run left alone critical, down, or failing, now?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from verifier.commands.judgements import Judgement, overall_verdict
from verifier.commands.ports import attempt
from verifier.commands.recovery import nothing_active
from verifier.commands.run_state import RunState
from verifier.commands.watch import Watch
from verifier.decide.gate.hidden import with_known
from verifier.decide.gate.judge import failing_verdict
from verifier.decide.gate.not_serving import (
    critical_or_down,
    failing_but_up,
    failing_since,
    forbids_green,
    has_gone,
    not_known_if_judged,
    still_failing,
    unheard,
    with_later,
)
from verifier.decide.gate.passed_by import crashed_run_before
from verifier.decide.gate.seen_before import served_before
from verifier.model.check_ids import HEALTH, SERVES, is_of
from verifier.model.deployment import Deployment
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.verdict import Keep, Sample, Verdict, VerdictWord

_RED = (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)
_WITHIN_S, _LONGER_WITHIN_S = 5.0, 20.0
_UNHEARD = "how it is now could not be told"
_GOOD_UNHEARD = "it was good when this run began, and how it is now could not be told"
_LOOK = "see why in its logs at Railway; its next run comes by itself"


def look_at_the_rest(
    watch: Watch,
    run: RunState,
    names: Collection[str],
    until_s: float,
    *,
    has_records: bool,
) -> None:
    """
    Look once at the services of these names; what is critical, down, or fails, is followed.

    Where it stays so, that is one more verdict of the run: red, on what it did not deploy, and so
    nothing goes back. What was judged keeps the verdict that it has. Where one merely fails the
    run is unclear if it was good as the run began, or if nothing (`has_records`) could say whether
    a gate has judged it; else it is told, as it may have failed before this deploy.
    """
    if overall_verdict(run.judgements).word in _RED or not names:
        return
    crashed = _crashed_runs_before(run, names)
    _warn(watch, run, crashed)
    names = sorted(set(names) - {finding.service for finding in crashed})
    watch = replace(watch, before=None, beside=None, earlier=None)
    found, told = _look_on(watch, run, names, until_s, has_records=has_records)
    _warn(watch, run, told)
    if found is None:
        return
    watch.journal.note("verdict", f"{found.word}: {found.reason}")
    last = run.current
    reason = "this run deployed nothing to the services that fail"
    run.current = Judgement(found, Keep(reason), passed=last.passed, awaited=last.awaited)
    run.judgements.append(run.current)


def _look_on(
    watch: Watch, run: RunState, names: Collection[str], until_s: float, *, has_records: bool
) -> tuple[Verdict | None, Sequence[Finding]]:
    """
    Look, and follow what is found, until nothing has got worse meanwhile.

    Return the verdict on that, None where it may be green, and what is told all the same.
    """
    seen = _look_until_heard(watch, run, names, until_s)
    while True:
        ill = critical_or_down(seen)
        if (found := _verdict(watch, run, names, ill, until_s)) is not None:
            return found, ()
        heard = _look_until_heard(watch, run, names, until_s) if ill else seen
        failing, seen = _failing(watch, run, heard, until_s, has_records=has_records)
        if critical_or_down(seen) or any(has_gone(run.fleet[name]) for name in names):
            continue
        told = _not_heard(run, heard)
        if (found := _verdict_on_failing(run, failing, has_records=has_records)) is not None:
            return found, told
        if _is_followed(failing, seen) or watch.clock.now_s() >= until_s:
            return None, [*told, *(replace(f, outcome=Outcome.WARN) for f in failing)]


def _is_followed(failing: Sequence[Finding], seen: Sample) -> bool:
    """Whether all that fails in the latest look was followed."""
    return {f.service for f in failing_but_up(seen)} <= {f.service for f in failing}


def _warn(watch: Watch, run: RunState, found: Sequence[Finding]) -> None:
    """Tell it beside the verdict that the run has."""
    verdict = run.current.verdict
    run.current.verdict = replace(verdict, findings=(*verdict.findings, *found))
    for finding in found:
        watch.journal.note("warning", finding.summary, finding.service)


def _failing(
    watch: Watch,
    run: RunState,
    first: Sample,
    until_s: float,
    *,
    has_records: bool,
) -> tuple[Sequence[Finding], Sample]:
    """
    Return what merely fails of what was looked at `first`, and the latest look at all of that.

    It is looked at as often as a failure is confirmed, until something is critical or down. Where
    it would turn the run red it may be good again for as long as what is judged.
    """
    found, seen = failing_but_up(first), first
    begun_s = watch.clock.now_s()
    while found and not critical_or_down(seen):
        limit_s = (watch.limits.fail_after - 1) * watch.limits.interval_s
        if not has_records or _new(run, found):
            limit_s = max(limit_s, watch.limits.ready_within_s)
        left_s = min(begun_s + limit_s, until_s) - watch.clock.now_s()
        if left_s <= 0:
            break
        watch.journal.waiting("what fails beside this deploy", limit_s - left_s, limit_s)
        watch.world.wait(min(watch.limits.interval_s, left_s))
        seen = _look(watch, run, first.deployments)
        found = still_failing(found, seen)
    return found, seen


def _verdict_on_failing(
    run: RunState, failing: Sequence[Finding], *, has_records: bool
) -> Verdict | None:
    """Return the verdict on what merely fails; None where that may be green."""
    new = _new(run, failing)
    unknown = [] if has_records else [f for f in failing if f not in new]
    doubts = (*failing_since(new), *not_known_if_judged(unknown))
    if not doubts:
        return None
    reason = "; ".join(f"{f.service}: {f.summary}" if f.service else f.summary for f in doubts)
    return Verdict(VerdictWord.INCONCLUSIVE, reason, (*failing, *doubts))


def _new(run: RunState, failing: Sequence[Finding]) -> Sequence[Finding]:
    """Return what this run saw good before, of the same deployment."""
    before, live = run.seen_of_served, {n: s.newest_active for n, s in run.fleet.items()}
    same = {n for n, d in run.served.items() if (now := live[n]) is not None and now.id == d.id}
    return [
        f
        for f in failing
        if f.service in {*same, ""} and before.was_good(f) and not before.excuses(f)
    ]


def _crashed_runs_before(run: RunState, names: Collection[str]) -> Sequence[Finding]:
    """Return a warning for each cron job whose last run had crashed before this deploy."""
    found: list[Finding] = []
    for name in sorted(names):
        passed_by, last = run.followed.get(name), served_before(run.fleet[name], None)
        doubt = run.doubtful.get(last.id) if last else None
        was_seen = not run.active_before.get(name) or (doubt is not None and doubt.is_down)
        pushed_at = passed_by.created_at if passed_by else None
        if text := crashed_run_before(run.fleet[name], pushed_at, was_seen=was_seen):
            found.append(Finding(SERVES, Outcome.WARN, text, name, hint=_LOOK))
    return found


def _verdict(
    watch: Watch, run: RunState, names: Collection[str], found_ill: Collection[str], until_s: float
) -> Verdict | None:
    """Return the verdict on what is critical or down; None where nothing stays so."""
    ill = _serving(run, found_ill)
    if ill:
        watch.journal.note(
            "verify", f"critical or down, but not part of this deploy: {', '.join(ill)}"
        )
    while ill:
        watched = attempt(partial(watch.run, ill, run.fleet, Subject.RESTORED, until_s))
        if isinstance(watched, Unobserved):
            return Verdict(VerdictWord.INCONCLUSIVE, watched.explained)
        run.fleet, verdict = watched.fleet, watched.verdict
        if verdict.word not in _RED:
            break
        merely_failing = {f.service for f in verdict.condemned_by} & ill.keys()
        if not merely_failing or forbids_green(verdict):
            return verdict
        ill = {name: d for name, d in ill.items() if name not in merely_failing}
    gone = [nothing_active(run.fleet[name]) for name in _gone(watch, run, names)]
    return failing_verdict(gone, gone) if gone else None


def _gone(watch: Watch, run: RunState, names: Collection[str]) -> list[str]:
    """Return that of which nothing serves any more, as often as a failure is confirmed."""
    gone = [name for name in sorted(names) if has_gone(run.fleet[name])]
    for _ in range(watch.limits.fail_after - 1):
        if not gone:
            break
        watch.world.wait(watch.limits.interval_s)
        read = attempt(watch.world.fleet)
        if not isinstance(read, Unobserved):
            run.fleet = with_known(read, run.fleet)
            gone = [name for name in gone if has_gone(run.fleet[name])]
    return gone


def _look_until_heard(
    watch: Watch, run: RunState, names: Collection[str], until_s: float
) -> Sample:
    """
    Look at what serves of these services, again where something was not heard of.

    One look that tells nothing must not pass for a good one: it is repeated as often as a failure
    is confirmed, with more time for the answers. What was heard of may fail meanwhile.
    """
    sample, interval_s = _look(watch, run, names), watch.limits.interval_s
    for _ in range(watch.limits.fail_after):
        missed = unheard(sample)
        if not missed or watch.clock.now_s() + interval_s > until_s:
            break
        watch.world.wait(interval_s)
        again = _look(watch, run, names, _LONGER_WITHIN_S)
        sample = with_later(sample, missed | (again.deployments.keys() - unheard(again)), again)
    return sample


def _not_heard(run: RunState, sample: Sample) -> Sequence[Finding]:
    """Return a warning for what tells nothing at the end of the run."""
    was_good = {f.service for f in run.seen_of_served.good if is_of(f.check, HEALTH)}
    texts = {n: _GOOD_UNHEARD if n in was_good else _UNHEARD for n in sorted(unheard(sample))}
    return [
        Finding(SERVES, Outcome.WARN, text, name, hint="verifier check looks at it again")
        for name, text in texts.items()
    ]


def _look(
    watch: Watch, run: RunState, names: Collection[str], within_s: float = _WITHIN_S
) -> Sample:
    """Look once at what serves of these services."""
    serving = _serving(run, names)
    if not serving:
        return Sample(watch.clock.now_s(), ())
    sample, run.fleet = watch.look(serving, run.fleet, Subject.RESTORED, within_s)
    return sample


def _serving(run: RunState, names: Collection[str]) -> Mapping[str, Deployment]:
    return {n: d for n in sorted(names) if (d := run.fleet[n].newest_active)}
