"""Required checks against the jobs that would report them."""

from collections.abc import Collection, Iterator, Sequence

from verifier.decide.drift.merged_protection import effective, required_checks
from verifier.decide.drift.reported_checks import (
    Reported,
    Unresolved,
    reports_on_pull_request,
)
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import ACTIONS_APP, SeenCheck
from verifier.model.protection import Drift, DriftKind, Protection, RequiredCheck, Setting
from verifier.model.workflow import Workflow

_SOURCE = "workflows"


def checks_drift(
    branch: str,
    protection: Protection,
    workflows: Sequence[Workflow | Unobserved] | Unobserved,
    heads: Sequence[frozenset[SeenCheck]] | Unobserved,
    repository: str = "",
) -> Iterator[Drift]:
    """
    Yield required checks that nobody reports, that wait for ever, or that a skip passes.

    `heads` are what was reported on the latest merged pull requests, newest first: what an app
    or a status reported there is reported, whatever the files say. A job that no workflow has for
    pull requests is not: it came by a push.
    """
    required = required_checks(protection)
    if not required:
        return
    if isinstance(workflows, Unobserved):
        actual = f"could not read the workflows: {workflows.reason}"
        outcome, hint = Outcome.INCONCLUSIVE, workflows.hint
        yield Drift("checks-reported", "known", actual, _SOURCE, outcome, hint)
        return
    names = frozenset(check.name for check in required)
    reports = reports_on_pull_request(workflows, branch, names, repository)
    has_queue = effective(protection, Setting.MERGE_QUEUE).level > 0
    newest = frozenset() if isinstance(heads, Unobserved) or not heads else heads[0]
    actions = {ACTIONS_APP, *(seen.app_id for seen in newest if seen.is_job)}
    for check in required:
        reporters = {seen.app_id for seen in newest if seen.name == check.name and not seen.is_job}
        is_foreign = check.app_id is not None and check.app_id not in actions
        found = [reported for reported in reports.checks if reported.name == check.name]
        setting = f"{DriftKind.CHECK_REPORTED}: {check.name}"
        if is_foreign:
            if check.app_id not in reporters:
                yield _pinned_elsewhere(setting, check, found, reporters, newest)
            continue
        if not found:
            if check.app_id is None and reporters:
                continue
            doubts = [each for each in reports.unresolved if each.may_be(check.name)]
            actual, severity = _unreported(doubts, heads)
            hint = "require the new name, or rename the job back"
            yield Drift(setting, "reported by a job", actual, _SOURCE, severity, hint)
            continue
        for actual, hint, severity in _weaknesses(found, has_queue=has_queue):
            first = found[0]
            place = first.path, first.line
            yield Drift(setting, "always reported", actual, _SOURCE, severity, hint, *place)


def _pinned_elsewhere(
    setting: str,
    check: RequiredCheck,
    jobs: Sequence[Reported],
    reporters: Collection[int | None],
    newest: Collection[SeenCheck],
) -> Drift:
    """A check that only one app may report, and which that one was not seen to report."""
    expected = f"reported by app {check.app_id}"
    if jobs or reporters:
        who = "a job of GitHub Actions" if jobs else "another app, or a commit status,"
        actual, severity = f"{who} reports it, which never satisfies it", Outcome.FAIL
    elif newest:
        actual = "the latest merged pull request does not have it"
        severity = Outcome.WARN
    else:
        actual, severity = "it was not found on any merged pull request", Outcome.WARN
    hint = "require it from the app that reports it, or from any source"
    return Drift(setting, expected, actual, "merged pull requests", severity, hint)


def _unreported(
    doubts: Sequence[Unresolved], heads: Sequence[object] | Unobserved
) -> tuple[str, Outcome]:
    """What is to be said of a check that no job reports, and how bad it is."""
    if doubts or isinstance(heads, Unobserved):
        reasons = "; ".join(each.reason for each in doubts[:3])
        doubt = reasons or "could not read what pull requests reported"
        return f"no job found that reports it ({doubt})", Outcome.INCONCLUSIVE
    return "no job reports it: it was renamed, or every pull request waits for it", Outcome.FAIL


def _weaknesses(
    found: Sequence[Reported], *, has_queue: bool
) -> Iterator[tuple[str, str, Outcome]]:
    """What is wrong, what to do, and how bad it is."""
    pending = [reported.pending for reported in found]
    if all(reported.never for reported in found):
        yield (
            f"every pull request waits for it forever: {pending[0]}",
            "run the workflow on pull requests into this branch, or do not require it",
            Outcome.FAIL,
        )
    elif all(pending):
        yield (
            f"it may wait forever: {pending[0]}",
            "run the workflow on every pull request, and let the job decide what to do",
            Outcome.WARN,
        )
    skippable = [reported.skippable for reported in found if reported.skippable]
    if skippable:
        yield (
            f"it may be skipped, which counts as success: {skippable[0]}",
            "give the job if: always() and let it fail, or require the other job as well",
            Outcome.WARN,
        )
    if has_queue and not any(reported.in_merge_queue for reported in found):
        yield (
            "the merge queue waits for it forever: its workflow has no on: merge_group",
            "add merge_group to the workflow's events",
            Outcome.FAIL,
        )
