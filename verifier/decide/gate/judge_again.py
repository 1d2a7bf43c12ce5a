"""What would another policy have decided over a recorded report?"""

from collections.abc import Sequence

from verifier.decide.gate.reread import Meant, reread, unanswered
from verifier.decide.gate.rollback_plan import NOT_FOR_DOUBT, SWITCHED_OFF
from verifier.model.finding import Finding, Outcome, condemning
from verifier.model.replay import Replay, ReplayTerms, Reread
from verifier.model.report import Report
from verifier.model.verdict import InconclusiveMode, RollbackMode, VerdictWord

ROLLS_BACK = "rolls back"
PLANS = "shows what it would roll back to"
KEEPS = "changes nothing"
_IF_GOOD_BEFORE = (
    "it rolls back if what fails was good before and there is a target: the report shows neither"
)

_JUDGED = (VerdictWord.PASSED, VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)


def replay(report: Report, terms: ReplayTerms) -> Replay:
    """
    Judge the recorded findings by other terms.

    Only what was found is judged again: how often and when something failed is not in a report, so
    other limits (`fail-after`, `stable-for`) change nothing here. What the report does not tell is
    not guessed: then there is no verdict, or nothing is said of a rollback.
    """
    day = report.ended_at.date()
    found = [(f, reread(f, report.findings, terms, day)) for f in report.findings]
    changed = tuple(
        Reread(f.check, f.service, f.outcome, now.outcomes, now.reason)
        for f, now in found
        if now.outcomes != (f.outcome,)
    )
    is_judged = report.verdict in _JUDGED and _is_by_checks(report)
    lacking = tuple(unanswered(report.findings, terms)) if is_judged else ()
    word = _word(report, found, lacking) if is_judged else report.verdict
    recorded_action, why_recorded = _recorded_action(report)
    action, reason = _action(word, found, terms, (recorded_action, why_recorded))
    return Replay(changed, report.verdict, word, recorded_action, action, reason, lacking)


def _is_by_checks(report: Report) -> bool:
    """A verdict that no check gave stands: a build that failed fails under every policy."""
    return bool(condemning(report.findings)) or report.verdict is not VerdictWord.FAILED


def _word(
    report: Report, found: Sequence[tuple[Finding, Meant]], lacking: Sequence[str]
) -> VerdictWord | None:
    """Return the verdict that each way to read the report leads to; None where there are more."""
    meant = [now for _, now in found]
    if any(now.must_condemn for now in meant):
        return VerdictWord.FAILED
    if lacking or any(now.may_condemn for now in meant):
        return None
    open_ = [now for now in meant if Outcome.INCONCLUSIVE in now.outcomes]
    if any(now.outcomes == (Outcome.INCONCLUSIVE,) for now in open_):
        return VerdictWord.INCONCLUSIVE
    if open_:
        return None
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
    word: VerdictWord | None,
    found: Sequence[tuple[Finding, Meant]],
    terms: ReplayTerms,
    recorded: tuple[str, str],
) -> tuple[str | None, str]:
    if word is VerdictWord.INCONCLUSIVE and terms.on_inconclusive is InconclusiveMode.KEEP:
        return KEEPS, "gate.on-inconclusive: keep"
    if word not in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE, None):
        return KEEPS, "nothing is to be undone"
    if terms.mode is RollbackMode.OFF:
        return KEEPS, "gate.rollback: off"
    if word is None:
        return None, "the report does not tell what this configuration would have found"
    if word is VerdictWord.FAILED and not any(n.may_condemn and not f.blameless for f, n in found):
        return KEEPS, "what fails is not held against the deployment"
    done, why = recorded
    is_by_policy = not why or any(reason in why for reason in (SWITCHED_OFF, NOT_FOR_DOUBT))
    is_new = any(now.may_condemn and not f.outcome.condemns for f, now in found)
    if done == KEEPS and not is_by_policy and not is_new:
        if terms.goes_further:
            return None, f"the section rollback may allow what the recorded run refused: {why}"
        return KEEPS, f"as in the recorded run: {why}"
    if word is VerdictWord.FAILED and not any(map(_is_still_blamed, *zip(*found, strict=True))):
        return None, _IF_GOOD_BEFORE
    if terms.mode is RollbackMode.PLAN:
        return PLANS, "gate.rollback: plan"
    if done == KEEPS:
        return ROLLS_BACK, "if it finds a target: the report does not show whether there was one"
    return ROLLS_BACK, why if done == ROLLS_BACK else "gate.rollback: auto"


def _is_still_blamed(finding: Finding, now: Meant) -> bool:
    """Whether the recorded run held it against the deployment, and these terms do."""
    return finding.outcome.condemns and not finding.blameless and now.must_condemn
