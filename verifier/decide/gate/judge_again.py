"""What would another policy have decided over a recorded report?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from verifier.decide.gate.rollback_plan import NOT_FOR_DOUBT, SWITCHED_OFF
from verifier.model.check_ids import COMPONENT, is_of
from verifier.model.expectations import Worth
from verifier.model.finding import Finding, Outcome, condemning
from verifier.model.replay import Replay, ReplayTerms, Reread
from verifier.model.report import Report
from verifier.model.verdict import OUTCOMES, InconclusiveMode, Reaction, RollbackMode, VerdictWord

ROLLS_BACK = "rolls back"
PLANS = "shows what it would roll back to"
KEEPS = "changes nothing"

_JUDGED = (VerdictWord.PASSED, VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)
_BAD = (Outcome.WARN, Outcome.FAIL)


def replay(report: Report, terms: ReplayTerms) -> Replay:
    """
    Judge the recorded findings by other terms.

    Only what was found is judged again: how often and when something failed is not in a report, so
    other limits (`fail-after`, `stable-for`) change nothing here.
    """
    found = [_reread(finding, terms, report.ended_at.date()) for finding in report.findings]
    changed = tuple(
        Reread(f.check, f.service, f.outcome, now.outcome if now else None, reason)
        for f, (now, reason) in zip(report.findings, found, strict=True)
        if now is None or now.outcome is not f.outcome
    )
    left = [now for now, _ in found if now is not None]
    word = _word(report, left)
    recorded_action, why_recorded = _recorded_action(report)
    action, reason = _action(word, left, terms, (recorded_action, why_recorded))
    return Replay(changed, report.verdict, word, recorded_action, action, reason)


def _reread(finding: Finding, terms: ReplayTerms, day: date) -> tuple[Finding | None, str]:
    """Return what a finding would be, with the reason; None where it would not be asked."""
    if not terms.is_asked(finding.check, finding.service):
        return None, "this configuration does not ask it"
    outcome, reason = finding.outcome, ""
    if finding.is_tolerated:
        outcome, reason = Outcome.FAIL, "no longer tolerated"
    for setting, wanted in _wanted(finding.check, terms):
        if wanted is not None and outcome in _BAD:
            meant, reason = OUTCOMES[Reaction(wanted)], f"{setting}: {wanted}"
            if meant is None:
                return None, reason
            outcome = meant
    waiver = next((w for w in terms.waivers if w.check == finding.check and day <= w.until), None)
    if waiver is not None and outcome is Outcome.FAIL:
        outcome, reason = Outcome.WARN, f"waived until {waiver.until}"
    return replace(finding, outcome=outcome), reason


def _wanted(check: str, terms: ReplayTerms) -> Iterator[tuple[str, Worth | Reaction | None]]:
    """Yield the settings that say what a bad finding of this check is worth, the later one wins."""
    if is_of(check, COMPONENT):
        yield "health.components", terms.worth(check.removeprefix(f"{COMPONENT}."))
    yield "ledger.policy", terms.reaction(check)


def _word(report: Report, left: Sequence[Finding]) -> VerdictWord:
    """A verdict that no check gave stands: a build that failed fails under every policy."""
    is_by_checks = bool(condemning(report.findings)) or report.verdict is not VerdictWord.FAILED
    if report.verdict not in _JUDGED or not is_by_checks:
        return report.verdict
    if condemning(left):
        return VerdictWord.FAILED
    if any(finding.outcome is Outcome.INCONCLUSIVE for finding in left):
        return VerdictWord.INCONCLUSIVE
    if report.verdict is VerdictWord.INCONCLUSIVE and not any(
        finding.outcome is Outcome.INCONCLUSIVE for finding in report.findings
    ):
        return report.verdict
    return VerdictWord.PASSED


def _recorded_action(report: Report) -> tuple[str, str]:
    tried = [service.rollback for service in report.services if service.rollback is not None]
    if any(result.outcome.was_tried for result in tried):
        return ROLLS_BACK, "so did the recorded run"
    if tried:
        return PLANS, "so did the recorded run"
    kept = [entry.text for entry in report.timeline if entry.event == "keep"]
    return KEEPS, next(iter(kept), "")


def _action(
    word: VerdictWord, left: Sequence[Finding], terms: ReplayTerms, recorded: tuple[str, str]
) -> tuple[str, str]:
    if word is VerdictWord.INCONCLUSIVE and terms.on_inconclusive is InconclusiveMode.KEEP:
        return KEEPS, "gate.on-inconclusive: keep"
    if word not in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE):
        return KEEPS, "nothing is to be undone"
    if terms.mode is RollbackMode.OFF:
        return KEEPS, "gate.rollback: off"
    if word is VerdictWord.FAILED and not any(not f.blameless for f in condemning(left)):
        return KEEPS, "what fails is not held against the deployment"
    done, why = recorded
    is_by_policy = any(reason in why for reason in (SWITCHED_OFF, NOT_FOR_DOUBT))
    if done == KEEPS and why and not is_by_policy:
        return KEEPS, f"as in the recorded run: {why}"
    if terms.mode is RollbackMode.PLAN:
        return PLANS, "gate.rollback: plan"
    if done == KEEPS:
        return ROLLS_BACK, "if it finds a target: the report does not show whether there was one"
    return ROLLS_BACK, why
