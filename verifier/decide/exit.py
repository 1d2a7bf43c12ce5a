"""Which exit code a run ends with."""

from collections.abc import Sequence

from verifier.model.report import ExitCode, RestoreOutcome, RollbackRecord
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord

_BACK = (RestoreOutcome.RESTORED, RestoreOutcome.ADOPTED)


def exit_code(
    verdict: Verdict,
    plan: RollBackTo | Keep,
    records: Sequence[RollbackRecord],
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
            recovered = (
                all(record.outcome in _BACK for record in records)
                and verified is not None
                and verified.word is VerdictWord.PASSED
            )
            untouched = isinstance(plan, Keep) and plan.production_untouched
            return ExitCode.RECOVERED if recovered or untouched else ExitCode.NOT_RECOVERED
