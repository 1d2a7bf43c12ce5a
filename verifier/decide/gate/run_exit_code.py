"""Which exit code a run ends with."""

from collections.abc import Sequence

from verifier.model.exit_code import ExitCode
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Verdict, VerdictWord


def exit_code(
    verdict: Verdict,
    results: Sequence[RollbackResult],
    afterwards: Verdict | None,
    *,
    is_clear: bool,
) -> ExitCode:
    """
    Tell the caller how it ended.

    `results` are the rollbacks that were tried; `afterwards` is the verdict on what serves in every
    service at the end; `is_clear` tells that nothing of the failed commit is live or on its way.
    Red stays red: a perfect recovery is still exit 1.
    """
    match verdict.word:
        case VerdictWord.PASSED | VerdictWord.SUPERSEDED | VerdictWord.UNAFFECTED:
            return ExitCode.GOOD
        case VerdictWord.INCONCLUSIVE if not results:
            return ExitCode.INCONCLUSIVE
        case VerdictWord.INCONCLUSIVE | VerdictWord.FAILED:
            # What was not requested was no longer due: what serves instead is verified too.
            is_back = all(
                result.outcome.is_back or result.outcome is RestoreOutcome.NOT_SENT
                for result in results
            )
            is_proven = afterwards is not None and afterwards.word is VerdictWord.PASSED
            is_safe = is_clear and is_back and is_proven
            return ExitCode.FAILED_SAFE if is_safe else ExitCode.NOT_RECOVERED
