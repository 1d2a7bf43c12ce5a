"""The one sentence that somebody woken up at night must read."""

from verifier.model.check_ids import CONTRACT, GITHUB_CONTRACT, MISTAKE, UNASKED
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.report import Report, ServiceReport, names_migrations, takes_from_live_code
from verifier.model.verdict import VerdictWord
from verifier.report.harmless_text import prose
from verifier.report.spoken import say
from verifier.report.story import SHORT, back_on, back_since, failed_object, failing_services

MARKS = {
    ExitCode.GOOD: "✅",
    ExitCode.FAILED_SAFE: "❌",
    ExitCode.USAGE: "❌",
    ExitCode.NOT_RECOVERED: "🚨",
    ExitCode.INCONCLUSIVE: "❓",
    ExitCode.CANCELLED: "✋",
}

#: Of commands that only look, where the exit code says it all.
_OF_COMMANDS = {
    ("doctor", ExitCode.GOOD): "Ready: a gate has everything it needs",
    ("doctor", ExitCode.FAILED_SAFE): "Not ready: something that a gate needs is missing",
    ("doctor", ExitCode.INCONCLUSIVE): "Inconclusive: could not check everything that a gate needs",
    ("check", ExitCode.NOT_RECOVERED): "Failed: the live deployment is unhealthy",
    ("audit", ExitCode.GOOD): "No drift: all required protections are in place",
    ("audit", ExitCode.FAILED_SAFE): "Drift: a required protection is missing or too weak",
    ("audit", ExitCode.INCONCLUSIVE): "Inconclusive: some settings could not be read",
    ("ready", ExitCode.GOOD): "Ready: a deploy made now can be undone",
    ("ready", ExitCode.FAILED_SAFE): "Not ready: a deploy made now cannot be undone",
}
_LONGEST = 200
_CONTRACTS = (CONTRACT, GITHUB_CONTRACT)


def headline(report: Report) -> str:
    """Return what happened, how production is, and what failed where, without a full stop."""
    return prose(_whole(report), _LONGEST)


def spoken_headline(report: Report) -> str:
    """Return the headline for people, in the language in force."""
    return prose(say(_whole(report)), _LONGEST)


def _whole(report: Report) -> str:
    return f"{outcome_words(report)}{_what_failed(report)}"


def _what_failed(report: Report) -> str:
    """Name the services and the cause of a red verdict on deployments; else nothing."""
    if report.verdict is VerdictWord.FAILED and report.cause:
        services, object_ = failing_services(report), failed_object(report)
        subject = f"; {services}: " if services else "; "
        return f"{subject}{report.cause.text}{f' ({object_})' if object_ else ''}"
    unclear = [f for f in report.findings if f.outcome is Outcome.INCONCLUSIVE]
    if report.verdict is VerdictWord.INCONCLUSIVE and report.services and unclear:
        subject = f"{unclear[0].service}: " if unclear[0].service else ""
        return f"; {subject}{unclear[0].summary}"
    return ""


def outcome_words(report: Report) -> str:
    """Return what happened and how production is."""
    if words := _other_words(report):
        return words
    if own := _OF_COMMANDS.get((report.command, report.exit_code)):
        return own
    match report.exit_code:
        case ExitCode.GOOD if report.command == "rollback":
            return _manual_words(report)
        case ExitCode.NOT_RECOVERED if report.command == "rollback" and not _was_tried(report):
            return _manual_words(report)
        case ExitCode.GOOD if report.command == "preflight":
            if not names_migrations(report.findings):
                return "Passed: production has the schema version that this branch expects"
            return "Passed: every migration of this branch is applied in production"
        case ExitCode.FAILED_SAFE if report.command == "preflight":
            if takes_from_live_code(report.findings):
                return "Failed: do not merge or apply: a migration takes away what live code uses"
            return "Failed: do not merge until every migration is applied in production"
        case ExitCode.INCONCLUSIVE if report.command == "preflight":
            return "Inconclusive: could not determine whether every migration is applied"
        case ExitCode.GOOD if report.command == "check":
            return f"Passed: the live deployment is {_how_good(report)}"
        case ExitCode.GOOD if report.verdict is VerdictWord.PASSED:
            return f"Passed: this commit is live and {_how_good(report)}"
        case ExitCode.GOOD if report.verdict is VerdictWord.SUPERSEDED:
            return "Superseded: a newer deployment took over"
        case ExitCode.GOOD:
            return "Unaffected: this commit deployed nothing"
        case ExitCode.FAILED_SAFE if any(service.rollback for service in report.services):
            return _back_words(report)
        case ExitCode.FAILED_SAFE if not report.services:
            return "Failed: no service was judged, and production was not looked at"
        case ExitCode.FAILED_SAFE:
            return "Failed: production was never touched"
        case ExitCode.NOT_RECOVERED:
            return _left_words(report)
        case ExitCode.CANCELLED:
            return _cancelled_words(report)
        case ExitCode.INCONCLUSIVE:
            return "Inconclusive: could not verify this deployment"
        case ExitCode.USAGE:
            return _unrun_words(report)


def _other_words(report: Report) -> str:
    """Of what judges no deployment and no set-up; empty for all the rest."""
    if report.command == "rehearse":
        return _drill_words(report)
    if report.command == "audit" and report.exit_code is ExitCode.GOOD:
        return _unprotected_words(report)
    is_contract = report.findings and all(f.check in _CONTRACTS for f in report.findings)
    return _contract_words(report) if is_contract else ""


def _unprotected_words(report: Report) -> str:
    """Of a good audit of what has nothing to protect: there no protection is in place."""
    bare = {row.repository for row in report.drift if row.is_of_nothing}
    if not bare:
        return ""
    if bare.issuperset(report.audited):
        return "Nothing to protect: no branch of it can be merged into"
    return "No drift: required protections are in place wherever there is something to protect"


def _contract_words(report: Report) -> str:
    """Of a comparison of APIs with what is sent to them, which says nothing of any set-up."""
    if report.exit_code is ExitCode.FAILED_SAFE:
        return "Changed: an API no longer takes or answers what this verifier relies on"
    if report.exit_code is not ExitCode.GOOD:
        return "Inconclusive: an API could not be compared with what is sent to it"
    if any(f.outcome is Outcome.SKIP for f in report.findings):
        return "Unchanged: Railway's API fits what is sent to it; nothing else was looked at"
    return "Unchanged: the APIs of Railway and GitHub fit what is sent to them"


def _manual_words(report: Report) -> str:
    """Of a rollback by hand that is verified, or was not made."""
    if report.exit_code is not ExitCode.GOOD:
        return "Nothing was rolled back: production is as it was, and was not checked"
    is_done = report.verdict is VerdictWord.PASSED
    done = "Rolled back: the live deployment is verified"
    return done if is_done else "Planned: nothing was done"


def _unrun_words(report: Report) -> str:
    if any(finding.check == MISTAKE for finding in report.findings):
        return "Not run: invalid configuration"
    return "Not run: an option, input or token is missing or wrong"


def _back_words(report: Report) -> str:
    commit, at = back_on(report), back_since(report)
    if commit and at:
        since = f"{at:%H:%M}"
        return f"Failed and rolled back: production is healthy again on {commit} since {since} UTC"
    where = f" on {commit}" if commit else ""
    return f"Failed and rolled back: production is healthy again{where}"


def _left_words(report: Report) -> str:
    """Of what failed and did not recover: what nobody has rolled back is known to be bad."""
    judged = {s.judged.commit for s in report.services if s.judged}
    is_left = any(_is_live(s) for s in report.services) and not _was_tried(report)
    is_failed = report.command == "gate" and report.verdict is VerdictWord.FAILED
    # Of several commits nobody can tell here which one it is.
    if not (is_failed and is_left and len(judged) == 1):
        return "Failed: production is NOT confirmed healthy"
    if sha := next(iter(judged)):
        return f"Failed and NOT rolled back: commit {sha[:SHORT]}, which failed, is still live"
    return "Failed and NOT rolled back: the upload that failed is still live"


def _cancelled_words(report: Report) -> str:
    """Of a run that was interrupted: whether it had touched production, and how that is known."""
    tried = _was_tried(report)
    if not tried:
        return "Cancelled"
    left = [s for s in report.services if not s.rollback and s.judged and _is_live(s)]
    is_over = not left and all(s.rollback.outcome.is_back for s in tried if s.rollback)
    to = f" to {back_on(report)}" if is_over and back_on(report) else ""
    ended = f"Cancelled after rolling back{to}" if is_over else "Cancelled during a rollback"
    if is_over and report.recovered_in_s is not None:
        return f"{ended}: production was healthy again"
    return f"{ended}: production is NOT confirmed healthy"


def _was_tried(report: Report) -> list[ServiceReport]:
    return [s for s in report.services if s.rollback and s.rollback.outcome.was_tried]


def _is_live(service: ServiceReport) -> bool:
    return bool(service.judged and service.judged.id == service.active_after)


def _drill_words(report: Report) -> str:
    """Of a drill on a real environment."""
    match report.exit_code:
        case ExitCode.GOOD if report.verdict is VerdictWord.PASSED:
            return "Drilled: rolled back and forward again, both verified"
        case ExitCode.GOOD:
            return "Planned: nothing was done"
        case ExitCode.FAILED_SAFE:
            return "Drill failed: the former deployments are live again, verified"
        case ExitCode.NOT_RECOVERED:
            return "Drill failed: the live deployments are NOT known to be the former ones"
        case ExitCode.INCONCLUSIVE:
            return "No drill: nothing was touched"
        case ExitCode.CANCELLED:
            return "Drill cancelled"
        case ExitCode.USAGE:
            return _unrun_words(report)


def _how_good(report: Report) -> str:
    is_unasked = any(finding.check == UNASKED for finding in report.findings)
    return "up; no health endpoint was checked" if is_unasked else "healthy"
