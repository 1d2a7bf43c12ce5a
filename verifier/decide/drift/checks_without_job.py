"""What is said of a required check that no job of a file reports on every pull request."""

from collections.abc import Sequence
from typing import TypeAlias

from verifier.decide.drift.other_names import other_names
from verifier.decide.drift.reports import Reports, Unresolved
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import ACTIONS_APP, ReportedCheck
from verifier.model.phrases import named
from verifier.model.protection import RequiredCheck

Said: TypeAlias = "tuple[str, Outcome, str]"

_BY_PUSH_ALONE: Said = (
    "only pushes report it: a pull request from a fork waits for it forever",
    Outcome.WARN,
    "run the workflow on pull requests too",
)
#: Source: https://docs.github.com/en/code-security/code-scanning/enabling-code-scanning/configuring-default-setup-for-code-scanning
_BY_GITHUB: Said = (
    "a workflow of GitHub's own reports it, which has no file, such as CodeQL's default setup: a "
    "pull request from a fork waits for it forever",
    Outcome.WARN,
    "write the workflow into the repository, or require code scanning results by a ruleset",
)
_PERHAPS_BY_GITHUB: Said = (
    "no job of a file reports it, and could not read whether a workflow of GitHub's own does",
    Outcome.INCONCLUSIVE,
    "give the audit a token with Actions: read",
)
_WITHOUT_IT = {
    "push": "from a fork, or from a branch whose pushes start no run",
    "deployment": "without a deployment",
    "deployment_status": "without a deployment",
    "pull_request_review": "without a review",
    "pull_request_review_comment": "without a comment on its code",
}


def without_job(
    check: RequiredCheck, reports: Reports, heads: Sequence[frozenset[ReportedCheck]] | Unobserved
) -> Said:
    """
    Return what is to be said, how bad it is, and what to do.

    What the newest merged pull request has, something reports: then no failure is certain, unless
    GitHub refuses a file that may have reported it. By the token of a run an action sets checks
    and statuses that GitHub shows as those of GitHub Actions.
    """
    newest = frozenset() if isinstance(heads, Unobserved) or not heads else heads[0]
    seen = [each for each in newest if each.name == check.name and _is_by_actions(each)]
    doubts = [each for each in reports.unresolved if each.may_be(check.name)]
    if any(each.is_job for each in seen) and check.name in reports.by_push:
        return _BY_PUSH_ALONE
    by_github = {each.by_github for each in seen if each.is_job} - {False}
    if by_github:
        return _BY_GITHUB if True in by_github else _PERHAPS_BY_GITHUB
    event = reports.by_other_event.get(check.name)
    if event is not None and (seen or event != "push") and not isinstance(heads, Unobserved):
        return _by_event(event, is_missed=bool(heads) and not seen)
    if seen and not doubts and not reports.refused:
        return _by_a_token(seen, reports)
    return _unreported(check, doubts, reports, heads)


def _is_by_actions(seen: ReportedCheck) -> bool:
    """A commit status has no app, and GitHub counts it for any: also for Actions."""
    return seen.is_job or seen.app_id in (None, ACTIONS_APP)


def _by_event(event: str, *, is_missed: bool) -> Said:
    actual = f"only {event} reports it: a pull request {_WITHOUT_IT[event]} waits for it forever"
    hint = "run the workflow on pull requests too, or do not require it"
    if is_missed:
        return f"{actual}; the latest merged one does not have it", Outcome.INCONCLUSIVE, hint
    return actual, Outcome.WARN, hint


def _by_a_token(seen: Sequence[ReportedCheck], reports: Reports) -> Said:
    """What no job is called, and was there: an action's own result, or a job of earlier."""
    is_status = not any(each.is_job for each in seen)
    right = "statuses" if is_status else "checks"
    what = "commit status" if is_status else "check of GitHub Actions"
    actual = f"no job has this name, but the latest merged pull request has a {what} of this name"
    if right in reports.may_write:
        hint = "see that the step which writes it runs on every pull request, also after a failure"
        return f"{actual}: a step may write it with the token of its run", Outcome.WARN, hint
    hint = (
        f"if a step writes it, give its job permissions: {right}: write; "
        "if a job was renamed, require the new name"
    )
    reason = f"no file gives a step the right to write it ({right}: write)"
    return f"{actual}; {reason}, so a job may have been renamed", Outcome.INCONCLUSIVE, hint


def _unreported(
    check: RequiredCheck,
    doubts: Sequence[Unresolved],
    reports: Reports,
    heads: Sequence[frozenset[ReportedCheck]] | Unobserved,
) -> Said:
    """What is said where nothing of that name was seen, or a doubt is left."""
    hint = "require the new name, or rename the job back"
    if doubts or isinstance(heads, Unobserved):
        reasons = "; ".join(dict.fromkeys(each.reason for each in doubts[:3]))
        doubt = reasons or "could not read what pull requests reported"
        return f"no job found that reports it ({doubt})", Outcome.INCONCLUSIVE, hint
    if not heads and check.app_id is None:
        actual = "no job reports it, and no merged pull request shows whether something else does"
        return actual, Outcome.WARN, "see that something reports it on the first pull request"
    if reports.refused:
        refused = reports.refused[0]
        actual = f"no job reports it; GitHub runs none of a file that it cannot read: {refused}"
        hint = "mend the file; if the job is elsewhere, require its new name or rename it back"
        return actual, Outcome.FAIL, hint
    actual, hint = _why_none(check.name, reports, other_names(check.name, reports, heads))
    return actual, Outcome.FAIL, hint


def _why_none(name: str, reports: Reports, others: Sequence[str]) -> tuple[str, str]:
    """Why surely no job reports it, and the way out: what does report is known by name."""
    path = reports.elsewhere.get(name)
    if path is not None:
        actual = f"every pull request waits for it forever: {path} does not run on pull requests"
        return actual, f"let {path} run on pull_request, or do not require it"
    if not others and not reports.checks and not reports.unresolved:
        actual = "every pull request waits for it forever: no workflow runs on pull requests"
        return actual, "let a workflow run on pull_request, or do not require it"
    actual = "no job reports it: it was renamed, or every pull request waits for it"
    known = f"what pull requests do get, {named(others)}" if others else "the new name"
    return actual, f"require {known}, or rename the job back"
