"""Is a report worth a message?"""

from collections.abc import Sequence

from verifier.model.exit_code import ExitCode
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.report import Report
from verifier.model.verdict import NotifyMode, VerdictWord


def is_due(report: Report, mode: NotifyMode, records: Sequence[PastVerdict] | Unobserved) -> bool:
    """
    Decide by the mode; `records` are what gates found, newest first.

    On change: what is not good is told, and what is good again after a commit that was condemned.
    """
    is_good = report.exit_code is ExitCode.GOOD
    match mode:
        case NotifyMode.NEVER:
            return False
        case NotifyMode.ALWAYS:
            return True
        case NotifyMode.FAILURE:
            return not is_good
        case NotifyMode.ON_CHANGE if not is_good:
            return True
        case NotifyMode.ON_CHANGE if report.verdict is not VerdictWord.PASSED:
            return False
        case NotifyMode.ON_CHANGE:
            if isinstance(records, Unobserved):
                return True
            judged = [r for r in records if r.status is not PastStatus.SEEN]
            before = next((r for r in judged if r.commit_sha != report.commit), None)
            return before is not None and before.status is PastStatus.CONDEMNED
