"""Which exit code a run ends with."""

from collections.abc import Sequence

from verifier.model.report import ExitCode, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord


def exit_code(
    verdict: Verdict,
    plan: RollBackTo | Keep,
    records: Sequence[RollbackResult],
    verified: Verdict | None,
) -> ExitCode:
    """
    Tell the caller how it ended.

    `records` are the rollbacks that were tried, `verified` the verdict on what serves after
    them. Red stays red: a perfect recovery is still exit 1.
    """
    match verdict.word:
        case VerdictWord.PASSED | VerdictWord.SUPERSEDED | VerdictWord.UNAFFECTED:
            return ExitCode.GOOD
        case VerdictWord.INCONCLUSIVE if not records:
            return ExitCode.INCONCLUSIVE
        case VerdictWord.INCONCLUSIVE | VerdictWord.FAILED:
            is_back = all(record.outcome.is_back for record in records)
            is_proven = verified is not None and verified.word is VerdictWord.PASSED
            untouched = isinstance(plan, Keep) and plan.production_untouched
            nothing_left = untouched or isinstance(plan, RollBackTo)
            recovered = nothing_left and is_back and is_proven if records else untouched
            return ExitCode.FAILED_SAFE if recovered else ExitCode.NOT_RECOVERED
