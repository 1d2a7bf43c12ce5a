"""The one sentence that somebody woken up at night must read."""

from verifier.model.report import ExitCode, Report
from verifier.model.verdict import VerdictWord

MARKS = {
    ExitCode.GOOD: "✅",
    ExitCode.FAILED_SAFE: "❌",
    ExitCode.USAGE: "❌",
    ExitCode.NOT_RECOVERED: "🚨",
    ExitCode.INCONCLUSIVE: "❓",
    ExitCode.CANCELLED: "✋",
}


def headline(report: Report) -> str:
    """Return what happened and how production is, without a full stop."""
    match report.exit_code:
        case ExitCode.GOOD if report.command == "rollback":
            is_done = report.verdict is VerdictWord.PASSED
            done = "Rolled back: what serves now was verified"
            return done if is_done else "Planned: nothing was done"
        case ExitCode.GOOD if report.command == "preflight":
            return "Passed: every migration of this branch is applied in production"
        case ExitCode.FAILED_SAFE if report.command == "preflight":
            return "Failed: do not merge before production has every migration"
        case ExitCode.INCONCLUSIVE if report.command == "preflight":
            return "Inconclusive: nobody could tell whether production has every migration"
        case ExitCode.GOOD if report.command == "doctor":
            return "Everything that a gate needs is there"
        case ExitCode.FAILED_SAFE if report.command == "doctor":
            return "Something that a gate needs is missing"
        case ExitCode.GOOD if report.command == "check":
            return "Passed: what is live works"
        case ExitCode.NOT_RECOVERED if report.command == "check":
            return "Failed: what is live does not work"
        case ExitCode.GOOD if report.command == "audit":
            return "No drift: what must guard the repository does"
        case ExitCode.FAILED_SAFE if report.command == "audit":
            return "Drift: something that must guard the repository does not"
        case ExitCode.INCONCLUSIVE if report.command == "audit":
            return "Inconclusive: not everything could be seen"
        case ExitCode.GOOD if report.command == "ready":
            return "Ready: a deploy made now could be undone"
        case ExitCode.FAILED_SAFE if report.command == "ready":
            return "Not ready: a deploy made now could not be undone"
        case ExitCode.GOOD if report.verdict is VerdictWord.PASSED:
            return "Passed: this commit is live and works"
        case ExitCode.GOOD if report.verdict is VerdictWord.SUPERSEDED:
            return "Superseded: a newer deployment took over"
        case ExitCode.GOOD:
            return "Unaffected: there was nothing of this commit to judge"
        case ExitCode.FAILED_SAFE if any(service.rollback for service in report.services):
            took = report.recovered_in_s
            within = f" ({took:.0f} s after the first failing answer)" if took is not None else ""
            return f"Failed and rolled back: production is good again{within}"
        case ExitCode.FAILED_SAFE:
            return "Failed: production was never touched"
        case ExitCode.NOT_RECOVERED:
            return "Failed: production is NOT known to be good"
        case ExitCode.CANCELLED:
            return "Cancelled"
        case ExitCode.INCONCLUSIVE:
            return "Inconclusive: nobody could tell whether this deployment works"
        case ExitCode.USAGE:
            return "Not run: the configuration is wrong"
