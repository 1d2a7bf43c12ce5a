"""Samples in, the verdict on one service or another wait out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from verifier.decide.gate.flapping import LookState, calm_in_s, flapping, held_between, next_look_s
from verifier.decide.gate.given_up import (
    Key,
    answers_in,
    decides,
    given_up,
    has_passed,
    is_unknown_path,
    key_of,
    settled_path,
)
from verifier.decide.gate.reasons import failed_times, named_findings
from verifier.decide.gate.restarts import restart_loop, stable_for_s
from verifier.decide.gate.silence import silence, silent_in_turns, silent_instance
from verifier.model.check_ids import RAILWAY
from verifier.model.deployment import Deployment
from verifier.model.finding import Finding, Later, Outcome, worst
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Limits, Sample, Verdict, VerdictWord, Wait

#: What is lacking by less is not waited for.
_NOTHING_S = 0.001
#: Two answers closer together than this share of the interval are one answer.
_APART = 0.9
_GOOD = (Outcome.PASS, Outcome.WARN)


@dataclass(frozen=True, slots=True)
class Live:
    """A live deployment that is judged. Times in seconds on the run's clock."""

    service: str
    deployment: Deployment
    since_s: float
    """When it was first seen live."""
    until_s: float
    """When the looking must end."""
    before: KnownBefore | None = None
    """What was seen of the checks before; None where nothing is excused by that."""

    def warm_up_s(self, limits: Limits) -> float:
        """Return how long an answer that names no cause may mean "not yet"."""
        was_checked = self.deployment.is_health_checked
        return (
            min(limits.warm_up_s, limits.ready_within_s) if was_checked else limits.ready_within_s
        )

    def names_nothing_until_s(self, finding: Finding, limits: Limits) -> float:
        """Return how long an answer that names no cause may; a path may be new in this deploy."""
        is_new = is_unknown_path(finding, self.before)
        return limits.ready_within_s if is_new else self.warm_up_s(limits)

    def all_bad_after(self, limits: Limits) -> int:
        """Return how many failures in a row several instances give; 0 where there is but one."""
        running = self.deployment.instances.count("RUNNING")
        return 2 * running * limits.fail_after if running > 1 else 0

    def started_s(self, limits: Limits) -> float:
        """Return when its start must be over: Railway's own health check waits for that."""
        own_s = 0.0 if self.deployment.is_health_checked else limits.ready_within_s
        return self.since_s + own_s


def judge(samples: Sequence[Sample], live: Live, limits: Limits) -> Wait | Verdict:
    """
    Decide on one deployment: look again, or pronounce.

    `samples` are all looks of the run, oldest first; those that did not look at this deployment
    are left out.

    - critical condemns at first sight;
    - a failed check condemns after `fail_after` consecutive answers, or after `flap_bad` of the
      last `flap_of`. Samples in which that check saw nothing neither count nor interrupt;
    - an answer that names no cause counts only after the first good one, or after the warm-up;
    - what says "not yet" is worth what it says of later once that time has come;
    - silence that is proven to be the deployment's condemns after the warm-up, and so do
      instances that end and are restarted again and again;
    - all good for `stable_for_s` passes;
    - no decision for `ready_within_s`, or until the end, is inconclusive.
    """
    seen = [
        _as_of_then(sample, live, limits)
        for sample in samples
        if sample.deployments.get(live.service) == live.deployment.id
    ]
    if not seen:
        return Wait(0.0)
    latest = seen[-1]
    findings = latest.about(live.service)
    critical = [f for f in findings if f.outcome is Outcome.CRITICAL]
    if critical:
        return failing_verdict(critical, findings)
    held = [_without_blameless(sample) for sample in seen]
    reasons = {
        f: _condemned(seen if f.blameless else held, f, live, limits)
        for f in findings
        if f.outcome.condemns
    }
    confirmed = [finding for finding, reason in reasons.items() if reason]
    if confirmed and all(f.blameless for f in confirmed):
        # What no deployment is to blame for ends nothing while anything else is open.
        rest = judge(held, live, limits)
        if isinstance(rest, Wait):
            return rest
        if rest.word is VerdictWord.FAILED:
            blameless = [f for f in findings if f.blameless]
            return replace(rest, findings=(*rest.findings, *blameless))
    if confirmed:
        return failing_verdict(confirmed, findings, reasons[confirmed[0]])
    if (fallen := _fallen(seen, live, limits)) is not None:
        fallen = fallen if live.before is None else live.before.weighed(fallen)
        return failing_verdict([fallen], (*findings, fallen))
    return _wait_or_end(seen, live, limits)


def failing_verdict(
    condemned_by: Sequence[Finding], findings: Sequence[Finding], limit: str = ""
) -> Verdict:
    """Return the failing verdict that rests on some of the findings, and the limit they reached."""
    reason = named_findings(condemned_by) + (f" ({limit})" if limit else "")
    return Verdict(VerdictWord.FAILED, reason, tuple(findings), tuple(condemned_by), limit)


def _without_blameless(sample: Sample) -> Sample:
    held = (f for f in sample.findings if not (f.blameless and f.outcome.condemns))
    return replace(sample, findings=tuple(held))


def _as_of_then(sample: Sample, live: Live, limits: Limits) -> Sample:
    """Return a look with what its findings were worth at its time, and against this deploy."""
    findings = [
        replace(f, outcome=_in_the_end(f, f.later, live.before))
        if f.later is not None and _is_due(f.later, sample.at_s - f.late_s, live, limits)
        else f
        for f in sample.findings
    ]
    if live.before is not None:
        findings = [live.before.weighed(finding) for finding in findings]
    of = (live.deployment, live.before, sample.at_s - live.since_s, limits.ready_within_s)
    findings = [settled_path(finding, *of) for finding in findings]
    return replace(sample, findings=tuple(findings))


def _in_the_end(finding: Finding, later: Later, before: KnownBefore | None) -> Outcome:
    was_good = before is not None and before.was_good(finding)
    return later.if_good_before if later.if_good_before and was_good else later.outcome


def _is_due(later: Later, seen_s: float, live: Live, limits: Limits) -> bool:
    """Whether "not yet" was over when it was seen, whenever that was learned."""
    return seen_s >= _due_at_s(later, seen_s, live, limits)


def _due_at_s(later: Later, looked_at_s: float, live: Live, limits: Limits) -> float:
    """Return when "not yet" of a look is over; what the run is too short for is not waited for."""
    limit_s = limits.ready_within_s if later.after_s is None else later.after_s
    limit_at_s, due_at_s = live.since_s + limit_s, looked_at_s + later.due_in_s
    to_settle_s = max(limits.stable_for_s, limits.fail_after * limits.interval_s)
    is_worth_it = due_at_s + to_settle_s <= live.until_s or later.outcome is Outcome.INCONCLUSIVE
    return max(limit_at_s, due_at_s) if later.due_in_s and is_worth_it else limit_at_s


def _condemned(samples: Sequence[Sample], finding: Finding, live: Live, limits: Limits) -> str:
    """Return the limit that a failing check has reached; empty where it has reached none."""
    answers = _answers(samples, finding, limits)
    seen_s = samples[-1].at_s - finding.late_s
    within_s = live.names_nothing_until_s(finding, limits)
    is_early = finding.is_bare and seen_s - live.since_s < within_s
    if finding.is_bare and not has_passed(samples, finding):
        if is_early:
            return ""
    else:
        # "Not yet" of the warm-up was no failure, and does not become one by what came after it.
        meant = dropwhile(lambda s: _says_not_yet(s, finding, live, limits), samples)
        answers = _answers(list(meant), finding, limits)
    in_a_row = next((n for n, good in enumerate(reversed(answers)) if good), len(answers))
    if is_early and in_a_row < live.all_bad_after(limits):
        return ""  # the good answer was one instance's, and another may still start
    if in_a_row >= limits.fail_after:
        return failed_times(in_a_row, limits.fail_after)
    if live.before is not None and live.before.was_unsteady(finding):
        return ""  # what came and went before the deploy says nothing against it
    return flapping(answers, limits)


def _says_not_yet(sample: Sample, finding: Finding, live: Live, limits: Limits) -> bool:
    """Whether a check had no answer yet but such as name no cause, in the warm-up."""
    return all(
        f.is_bare
        and f.outcome.condemns
        and sample.at_s - f.late_s - live.since_s < live.names_nothing_until_s(f, limits)
        for f in answers_in(sample, finding)
    )


def _answers(samples: Sequence[Sample], finding: Finding, limits: Limits) -> list[bool]:
    """
    Return whether each answer of one check was good, oldest first.

    Answers that came right after one another are one: news may have it asked again at once.
    """
    answers: list[bool] = []
    last_s = None
    for sample in samples:
        told = answers_in(sample, finding)
        if not told:
            continue
        is_bad = any(f.outcome.condemns for f in told)
        seen_s = sample.at_s - max(f.late_s for f in told)
        if last_s is not None and seen_s - last_s < _APART * limits.interval_s:
            answers[-1] = answers[-1] and not is_bad
            continue
        last_s = seen_s
        answers.append(not is_bad)
    return answers


def _fallen(samples: Sequence[Sample], live: Live, limits: Limits) -> Finding | None:
    """Return the failure that no single look shows: silence, or restarts in a loop."""
    warm_up_s = live.warm_up_s(limits)
    of = (live.service, live.since_s)
    silent = silence(samples, *of, warm_up_s, limits) or silent_instance(samples, *of, limits)
    silent = silent or silent_in_turns(samples, live.service, live.before, limits)
    return silent or restart_loop(samples, *of, live.started_s(limits), limits)


def _wait_or_end(samples: Sequence[Sample], live: Live, limits: Limits) -> Wait | Verdict:
    latest = samples[-1]
    findings = latest.about(live.service)
    hopeless = given_up(samples, limits)
    outcomes = [_outcome(sample, live.service, hopeless) for sample in samples]
    final = [f for f in findings if key_of(f) in hopeless]
    rest_s = live.until_s - latest.at_s
    interval_s = limits.interval_s
    stable_s = stable_for_s(samples, live.service, limits)
    good_looks, is_calm = 0, False
    good_since_s: float | None = None
    if outcomes[-1] in _GOOD:
        first = latest
        for sample, outcome in zip(reversed(samples), reversed(outcomes), strict=True):
            if outcome not in _GOOD:
                break
            first, good_looks = sample, good_looks + 1
            if sample.is_after_pause:
                break
        good_since_s = first.at_s
        held_s = held_between(first, latest, live.service)
        calm_in_s = _must_stay_good_s(samples, live, limits)
        lacking_s = max(stable_s - held_s, calm_in_s)
        if lacking_s < _NOTHING_S and final:
            return Verdict(VerdictWord.INCONCLUSIVE, named_findings(final), findings)
        if lacking_s < _NOTHING_S:
            reason = "all checks passed"
            if stable_s > 0:
                reason = f"all checks passed and held for {held_s:.1f} s"
            return Verdict(VerdictWord.PASSED, reason, findings, held_s=held_s)
        rest_s = min(rest_s, lacking_s)
        is_calm = stable_s == limits.stable_for_s and calm_in_s <= 0
        interval_s = next_look_s(good_looks, limits) if is_calm else interval_s
    elif outcomes[-1] is Outcome.INCONCLUSIVE:
        decided = [s.at_s for s, o in zip(samples, outcomes, strict=True) if decides(o)]
        # While Railway is silent, it does not tell of what it runs.
        unshown = [s.at_s for s in samples if any(f.check == RAILWAY for f in s.findings)]
        unclear_until_s = max([live.since_s, *decided, *unshown]) + limits.ready_within_s
        if live.service in latest.silent:
            # Silence that begins to be proven just before the limit is followed to its end.
            unclear_until_s = max(unclear_until_s, latest.at_s + limits.interval_s)
        dues_s = [_due_at_s(f.later, latest.at_s, live, limits) for f in findings if f.later]
        unclear_until_s = max([unclear_until_s, *dues_s])
        if all(f.later and f.later.due_in_s for f in findings if f.outcome is outcomes[-1]):
            interval_s = next_look_s(good_looks, limits)
        rest_s = min(rest_s, unclear_until_s - latest.at_s)
    if rest_s <= 0:
        unclear = [f for f in findings if f.outcome.rank >= Outcome.INCONCLUSIVE.rank]
        reason = named_findings(unclear) if unclear else "it did not settle in time"
        return Verdict(VerdictWord.INCONCLUSIVE, reason, findings)
    return Wait(min(interval_s, rest_s), good_since_s=good_since_s, is_calm=is_calm)


def _must_stay_good_s(samples: Sequence[Sample], live: Live, limits: Limits) -> float:
    """Return how long what has failed must still stay good."""
    return calm_in_s([(sample.at_s, _sight(sample, live, limits)) for sample in samples], limits)


def _sight(sample: Sample, live: Live, limits: Limits) -> LookState:
    found = [f for f in sample.about(live.service) if f.outcome.condemns]
    if any(not _says_not_yet(sample, f, live, limits) for f in found):
        return LookState.BAD
    return LookState.STUMBLED if live.service in sample.stumbled else LookState.GOOD


def _outcome(sample: Sample, service: str, hopeless: Collection[Key]) -> Outcome:
    """Return the worst of what waiting may still change."""
    return worst(f.outcome for f in sample.about(service) if key_of(f) not in hopeless)
