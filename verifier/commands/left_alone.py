"""Before a green end: is what the run left alone critical, or down, now?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from verifier.commands.judgements import Judgement, overall_verdict
from verifier.commands.ports import Journal, attempt
from verifier.commands.recovery import SERVES, nothing_active
from verifier.commands.run_state import RunState
from verifier.commands.watch import Watch
from verifier.decide.gate.hidden import with_known
from verifier.decide.gate.judge import failing_verdict
from verifier.decide.gate.not_serving import critical_or_down, forbids_green, has_gone
from verifier.decide.gate.passed_by import crashed_run_before
from verifier.decide.gate.seen_before import served_before
from verifier.model.deployment import Deployment
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.verdict import Keep, Verdict, VerdictWord

_RED = (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)
_WITHIN_S = 5.0
_LOOK = "see why in its logs at Railway; its next run comes by itself"


def look_at_the_rest(
    watch: Watch, run: RunState, names: Collection[str], until_s: float, journal: Journal
) -> None:
    """
    Look once at the services of these names; what is critical, or down, is followed.

    Where it stays so, that is one more verdict of the run: red, on what it did not deploy, and so
    nothing goes back. What was judged keeps the verdict that it has. What is up again and merely
    fails, as it may have before this deploy, is no reason.
    """
    if overall_verdict(run.judgements).word in _RED or not names:
        return
    crashed = _crashed_runs_before(run, names)
    if crashed:
        verdict = run.current.verdict
        run.current.verdict = replace(verdict, findings=(*verdict.findings, *crashed))
        for finding in crashed:
            journal.note("warning", finding.summary, finding.service)
    names = sorted(set(names) - {finding.service for finding in crashed})
    found = _verdict(replace(watch, before=None, beside=None, earlier=None), run, names, until_s)
    if found is None:
        return
    journal.note("verdict", f"{found.word}: {found.reason}")
    last = run.current
    reason = "this run deployed nothing to the services that fail"
    run.current = Judgement(found, Keep(reason), passed=last.passed, awaited=last.awaited)
    run.judgements.append(run.current)


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


def _verdict(watch: Watch, run: RunState, names: Collection[str], until_s: float) -> Verdict | None:
    """Return the verdict on what does not serve as it should; None where all does."""
    serving = {n: d for n in sorted(names) if (d := run.fleet[n].newest_active)}
    ill = _ill(watch, run, serving) if serving else {}
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


def _ill(
    watch: Watch, run: RunState, serving: Mapping[str, Deployment]
) -> Mapping[str, Deployment]:
    sample, run.fleet = watch.look(serving, run.fleet, Subject.RESTORED, _WITHIN_S)
    ill = critical_or_down(sample)
    return {name: d for name, d in serving.items() if name in ill}
