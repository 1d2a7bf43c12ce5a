"""Samples in, verdict or another wait out."""

from collections.abc import Sequence

from verifier.model.check_ids import HEALTH, SILENT, is_of
from verifier.model.finding import Finding, Outcome, worst
from verifier.model.shortened_list import first_of
from verifier.model.verdict import Limits, Sample, Verdict, VerdictWord, Wait

#: What is good is looked at at the beginning, in the middle and at the end of `stable_for_s`.
_GOOD_LOOKS_APART = 0.5

_Key = tuple[str, str]


def judge(
    samples: Sequence[Sample], limits: Limits, *, since_s: float, until_s: float
) -> Wait | Verdict:
    """
    Decide on `samples` (oldest first, never empty): look again, or pronounce.

    `since_s` is when the deployment was found active, `until_s` when the looking must end.

    - critical condemns at first sight;
    - a failed check condemns after `fail_after` consecutive answers. Samples in which that
      check saw nothing neither count nor interrupt;
    - silence that is proven to be the deployment's condemns after `ready_within_s`;
    - all good for `stable_for_s` passes;
    - no decision for `ready_within_s`, or until the end, is inconclusive.
    """
    latest = samples[-1]
    if latest.superseded_by:
        return Verdict(VerdictWord.SUPERSEDED, latest.superseded_by, latest.findings)
    critical = [f for f in latest.findings if f.outcome is Outcome.CRITICAL]
    if critical:
        return Verdict(VerdictWord.FAILED, _told(critical), latest.findings)
    confirmed = [f for f in latest.findings if _failures(samples, _key(f)) >= limits.fail_after]
    if confirmed:
        return Verdict(VerdictWord.FAILED, _told(confirmed), latest.findings)
    silent = _silent_for_too_long(samples, limits, since_s)
    if silent:
        findings = (*latest.findings, *silent)
        return Verdict(VerdictWord.FAILED, _told(silent), findings)
    return _wait_or_end(samples, limits, since_s, until_s)


def condemning(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that a failing verdict rests on."""
    return [finding for finding in findings if finding.outcome.condemns]


def _wait_or_end(
    samples: Sequence[Sample], limits: Limits, since_s: float, until_s: float
) -> Wait | Verdict:
    latest = samples[-1]
    outcomes = [_outcome(sample) for sample in samples]
    rest_s = until_s - latest.at_s
    interval_s = limits.interval_s
    if outcomes[-1] in (Outcome.PASS, Outcome.WARN):
        good_since_s = latest.at_s
        for sample, outcome in zip(reversed(samples), reversed(outcomes), strict=True):
            if outcome not in (Outcome.PASS, Outcome.WARN):
                break
            good_since_s = sample.at_s
        lacking_s = good_since_s + limits.stable_for_s - latest.at_s
        if lacking_s <= 0:
            held_s = latest.at_s - good_since_s
            reason = f"all checks passed and held for {held_s:.1f} s"
            return Verdict(VerdictWord.PASSED, reason, latest.findings)
        rest_s = min(rest_s, lacking_s) if rest_s > 0 else rest_s
        interval_s = max(interval_s, _GOOD_LOOKS_APART * limits.stable_for_s)
    elif outcomes[-1] is Outcome.INCONCLUSIVE:
        decided = [s.at_s for s, o in zip(samples, outcomes, strict=True) if _decides(o)]
        unclear_until_s = max([since_s, *decided]) + limits.ready_within_s
        if latest.silent:
            # Silence that begins to be proven just before the limit is followed to its end.
            unclear_until_s = max(unclear_until_s, latest.at_s + limits.interval_s)
        rest_s = min(rest_s, unclear_until_s - latest.at_s)
    if rest_s <= 0:
        unclear = [f for f in latest.findings if f.outcome.rank >= Outcome.INCONCLUSIVE.rank]
        reason = _told(unclear) if unclear else "it did not settle in time"
        return Verdict(VerdictWord.INCONCLUSIVE, reason, latest.findings)
    return Wait(min(interval_s, rest_s))


def _failures(samples: Sequence[Sample], key: _Key) -> int:
    """Count the latest consecutive failing answers of one check."""
    count = 0
    for sample in reversed(samples):
        answers = [f.outcome for f in sample.findings if _key(f) == key]
        if Outcome.FAIL in answers:
            count += 1
        elif any(outcome in (Outcome.PASS, Outcome.WARN) for outcome in answers):
            break
        elif sample is samples[-1]:
            return 0
    return count


def _silent_for_too_long(
    samples: Sequence[Sample], limits: Limits, since_s: float
) -> list[Finding]:
    latest = samples[-1]
    tail = samples[-limits.fail_after :]
    findings = []
    for service in sorted(latest.silent):
        answered = [s.at_s for s in samples if _answered(s, service)]
        silent_s = latest.at_s - max([since_s, *answered])
        confirmed = len(tail) == limits.fail_after and all(service in s.silent for s in tail)
        if silent_s >= limits.ready_within_s and confirmed:
            text = (
                f"it has not answered for {silent_s:.0f} s: Railway's edge does not reach it, "
                "and it is the only active deployment"
            )
            hint = "does it listen on 0.0.0.0 and on the port in PORT? Read its deploy logs"
            findings.append(Finding(SILENT, Outcome.FAIL, text, service, hint=hint))
    return findings


def silent_before(sample: Sample) -> list[Finding]:
    """Tell of services that are silent without any deploy: no deploy is to blame for that."""
    return [Finding(SILENT, Outcome.FAIL, "it did not answer", name) for name in sample.silent]


def _answered(sample: Sample, service: str) -> bool:
    """Whether any health endpoint gave an answer that counts."""
    return any(
        f.service == service and is_of(f.check, HEALTH) and _decides(f.outcome)
        for f in sample.findings
    )


def _key(finding: Finding) -> _Key:
    return finding.check, finding.service


def _outcome(sample: Sample) -> Outcome:
    return worst(finding.outcome for finding in sample.findings)


def _decides(outcome: Outcome) -> bool:
    return outcome not in (Outcome.INCONCLUSIVE, Outcome.SKIP)


def _told(findings: Sequence[Finding]) -> str:
    """The findings a reason names, worst first, without saying one twice."""
    by_severity = sorted(findings, key=lambda f: -f.outcome.rank)
    texts = [
        f"{f.check}{f' of {f.service}' if f.service else ''}: {f.summary}" for f in by_severity
    ]
    return first_of(list(dict.fromkeys(texts)), 3)
