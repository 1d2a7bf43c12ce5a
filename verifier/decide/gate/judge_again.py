"""What would another policy have decided over a recorded report?"""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.decide.gate.documents_anew import UNTOLD_AND_GOOD, documents_anew
from verifier.decide.gate.reread import (
    Meant,
    reread,
    unanswered,
    unminded,
    unminded_components,
)
from verifier.model.finding import Finding, Outcome, condemning
from verifier.model.known_before import FAILS_AT_THE_END
from verifier.model.replay import Replay, ReplayTerms, Reread
from verifier.model.report import Report
from verifier.model.verdict import InconclusiveMode, RollbackMode, VerdictWord

ROLLS_BACK = "rolls back"
PLANS = "shows what it would roll back to"
KEEPS = "changes nothing"
_IF_GOOD_BEFORE = (
    "it rolls back if what fails was good before and there is a target: the report shows neither"
)

_KEPT_BY_WHAT = "the report does not tell whether a setting kept production as it was"

_JUDGED = (VerdictWord.PASSED, VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What the recorded run did, and why in its words."""

    what: str
    why: str = ""
    is_by_setting: bool | None = True
    """Whether facts spoke against no more than that; None where the report does not tell."""


def replay(report: Report, terms: ReplayTerms) -> Replay:
    """
    Judge the recorded findings by other terms.

    Only what was found is judged again: how often and when something failed is not in a report, so
    other limits (`fail-after`, `stable-for`) change nothing here. What the report does not tell is
    not guessed: then there is no verdict, or nothing is said of a rollback.
    """
    day = report.ended_at.date()
    # What serves in the end has no part in what is decided about the judged deployment.
    recorded = [f for f in report.findings if f.blameless != FAILS_AT_THE_END]
    anew = documents_anew(recorded, terms, day)
    found = [(f, reread(f, recorded, terms, day)) for f in recorded if not anew.covers(f)]
    found += anew.found
    changed = tuple(
        Reread(f.check, f.service, f.outcome, now.outcomes, now.reason)
        for f, now in found
        if now.outcomes != (f.outcome,) and (f.outcome, *now.outcomes) != UNTOLD_AND_GOOD
    )
    is_judged = report.verdict in _JUDGED and _is_by_checks(report.verdict, recorded)
    lacking: tuple[str, ...] = ()
    if is_judged:
        others = [f for f in recorded if f.service not in anew.services]
        left_out = (
            *unanswered(recorded, report.worth, terms, anew.services),
            *unminded(recorded, report.worth, terms, 1 + len(report.further_ledgers)),
            *unminded_components(others, report.worth, terms),
        )
        lacking = tuple(dict.fromkeys(left_out))
    word = _word(report, found, lacking) if is_judged else report.verdict
    before = _recorded_action(report)
    action, reason = _action(word, found, terms, before, is_lacking=bool(lacking))
    return Replay(changed, report.verdict, word, before.what, action, reason, lacking)


def _is_by_checks(verdict: VerdictWord, findings: Sequence[Finding]) -> bool:
    """A verdict that no check gave stands: a build that failed fails under every policy."""
    return bool(condemning(findings)) or verdict is not VerdictWord.FAILED


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


def _recorded_action(report: Report) -> _Recorded:
    tried = [service.rollback for service in report.services if service.rollback is not None]
    if any(result.outcome.was_tried for result in tried):
        return _Recorded(ROLLS_BACK, "so did the recorded run")
    if tried:
        return _Recorded(PLANS, "so did the recorded run")
    kept = next((entry for entry in report.timeline if entry.event == "keep"), None)
    return _Recorded(KEEPS, kept.text, report.kept_by_setting) if kept else _Recorded(KEEPS)


def _action(
    word: VerdictWord | None,
    found: Sequence[tuple[Finding, Meant]],
    terms: ReplayTerms,
    recorded: _Recorded,
    *,
    is_lacking: bool,
) -> tuple[str | None, str]:
    if word is VerdictWord.INCONCLUSIVE and terms.on_inconclusive is InconclusiveMode.KEEP:
        return KEEPS, "gate.on-inconclusive: keep"
    if word not in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE, None):
        return KEEPS, "nothing is to be undone"
    if terms.mode is RollbackMode.OFF:
        return KEEPS, "gate.rollback: off"
    if word is None:
        return None, "the report does not tell what this configuration would have found"
    is_held = any(map(_is_still_blamed, *zip(*found, strict=True))) if found else False
    if word is VerdictWord.FAILED and is_lacking and not is_held:
        return None, "what the report does not answer may be held against the deployment"
    if word is VerdictWord.FAILED and not any(n.may_condemn and not f.blameless for f, n in found):
        return KEEPS, "what fails is not held against the deployment"
    is_new = any(now.may_condemn and not f.outcome.condemns for f, now in found)
    if not recorded.is_by_setting and not is_new:
        return _as_kept(recorded, terms)
    if word is VerdictWord.FAILED and not is_held:
        return None, _IF_GOOD_BEFORE
    if terms.mode is RollbackMode.PLAN:
        return PLANS, "gate.rollback: plan"
    if recorded.what == KEEPS:
        return ROLLS_BACK, "if it finds a target: the report does not show whether there was one"
    return ROLLS_BACK, recorded.why if recorded.what == ROLLS_BACK else "gate.rollback: auto"


def _as_kept(recorded: _Recorded, terms: ReplayTerms) -> tuple[str | None, str]:
    """What kept production in the recorded run does so again, as far as that is known."""
    if recorded.is_by_setting is None:
        return None, f"{_KEPT_BY_WHAT}: {recorded.why}"
    if terms.goes_further:
        told = f"the section rollback may allow what the recorded run refused: {recorded.why}"
        return None, told
    return KEEPS, f"as in the recorded run: {recorded.why}"


def _is_still_blamed(finding: Finding, now: Meant) -> bool:
    """Whether the recorded run held it against the deployment, and these terms do."""
    return finding.outcome.condemns and not finding.blameless and now.must_condemn
