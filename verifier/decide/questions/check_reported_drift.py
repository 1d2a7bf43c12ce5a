"""Required checks against the jobs that would report them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from verifier.decide.drift.checks_without_job import without_job
from verifier.decide.drift.merged_protection import has_merge_queue, required_checks
from verifier.decide.drift.question import SOURCES_UNREAD, Asked, Question
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.drift.reports import Reported, Reports
from verifier.decide.drift.token_rights import default_rights
from verifier.decide.workflows.needed_results import TESTS_NOTHING
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import ReportedCheck, actions_apps
from verifier.model.protection import Drift, DriftKind, Protection, RequiredCheck
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.workflow import Value

KIND = DriftKind(
    "check-reported",
    unread_by=SOURCES_UNREAD | {"checks-reported", "workflows"},
    is_in_bulk=True,
)

_SOURCE = "workflows"


def checks_drift(
    base: BaseBranch,
    protection: Protection,
    files: PullFiles | Unobserved,
    heads: Sequence[frozenset[ReportedCheck]] | Unobserved,
    default_rights: Value = None,
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
    if isinstance(files, Unobserved):
        actual = f"could not read the workflows: {files.reason}"
        outcome, hint = Outcome.INCONCLUSIVE, files.hint
        yield Drift("checks-reported", "known", actual, _SOURCE, outcome, hint)
        return
    names = frozenset(check.name for check in required)
    reports = reports_on_pull_request(files, base, names, default_rights)
    queue = has_merge_queue(protection)
    newest = frozenset() if isinstance(heads, Unobserved) or not heads else heads[0]
    actions = actions_apps(newest)
    for check in required:
        reporters = {seen.app_id for seen in newest if seen.name == check.name and not seen.is_job}
        is_seen = any(seen.name == check.name and seen.is_job for seen in newest)
        is_foreign = check.app_id is not None and check.app_id not in actions
        found = reports.named(check.name, is_seen=is_seen)
        setting = f"{KIND}: {check.name}"
        if is_foreign:
            # A status may be the app's own: GitHub does not tell by which app one was set.
            if check.app_id not in reporters and None not in reporters:
                yield _pinned_elsewhere(setting, check, found, reporters, heads)
            continue
        if not found:
            if check.app_id is None and reporters:
                continue
            actual, severity, hint = without_job(check, reports, heads)
            yield Drift(setting, "reported by a job", actual, _SOURCE, severity, hint)
            continue
        weaknesses = [
            *_weaknesses(found),
            *_unseen_lately(found, heads),
            *(_not_in_queue(found, reports) if queue is True else ()),
        ]
        for actual, hint, severity in weaknesses:
            first = found[0]
            place = first.path, first.line
            yield Drift(setting, "always reported", actual, _SOURCE, severity, hint, *place)
    if isinstance(queue, Unobserved):
        yield from _perhaps_in_queue(names, reports, queue)


def _perhaps_in_queue(
    names: Collection[str], reports: Reports, unread: Unobserved
) -> Iterator[Drift]:
    """What a merge queue would wait for, where none was read, told once for all checks."""
    found = {check.name: check for check in reports.checks if check.name in names}
    waiting = [name for name, check in found.items() if not check.in_merge_queue]
    if waiting:
        actual = (
            f"could not read whether there is a merge queue ({unread.reason}), which would wait "
            f"forever for {', '.join(sorted(waiting))}: their workflows have no on: merge_group"
        )
        outcome, hint = Outcome.INCONCLUSIVE, unread.hint
        yield Drift("checks-reported", "known", actual, _SOURCE, outcome, hint)


def _pinned_elsewhere(
    setting: str,
    check: RequiredCheck,
    jobs: Sequence[Reported],
    reporters: Collection[int | None],
    heads: Sequence[Collection[ReportedCheck]] | Unobserved,
) -> Drift:
    """A check that only one app may report, and which that one was not seen to report."""
    expected = f"reported by app {check.app_id}"
    newest = () if isinstance(heads, Unobserved) else heads[:1]
    if jobs and not reporters and not any(seen.is_job for head in newest for seen in head):
        # At github.com it has a number that is known, an own server gives it another one.
        actual = (
            "a job of GitHub Actions has this name, and no merged pull request shows whether app "
            f"{check.app_id} is GitHub Actions on this server"
        )
        severity = Outcome.INCONCLUSIVE
    elif jobs or reporters:
        who = "a job of GitHub Actions" if jobs else "another app"
        actual, severity = f"{who} reports it, which never satisfies it", Outcome.FAIL
    elif isinstance(heads, Unobserved):
        actual = f"could not read what pull requests reported: {heads.reason}"
        severity = Outcome.INCONCLUSIVE
    elif heads and heads[0]:
        actual = "the latest merged pull request does not have it"
        severity = Outcome.WARN
    else:
        actual, severity = "it was not found on any merged pull request", Outcome.WARN
    hint = "require it from the app that reports it, or from any source"
    return Drift(setting, expected, actual, "merged pull requests", severity, hint)


def _weaknesses(found: Sequence[Reported]) -> Iterator[tuple[str, str, Outcome]]:
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
    unseen = [r.is_disabled for r in found if isinstance(r.is_disabled, Unobserved)]
    if unseen and len(unseen) == len(found):
        yield (
            f"could not read whether its workflow is disabled: {unseen[0].reason}",
            unseen[0].hint or "give the audit a token with Actions: read",
            Outcome.INCONCLUSIVE,
        )
    skippable = [reported.skippable for reported in found if reported.skippable]
    if skippable:
        yield (
            f"it may be skipped, which counts as success: {skippable[0]}",
            "give the job if: always() and let it fail, or require the other job as well",
            Outcome.WARN,
        )
    jobs = {(r.path, r.line) for r in found if r.is_on_every}
    if len(jobs) > 1:
        files = ", ".join(sorted({path.rpartition("/")[2] for path, _ in jobs}))
        yield (
            f"{len(jobs)} jobs report it on every pull request, and either may satisfy it: {files}",
            "give the jobs different names",
            Outcome.WARN,
        )
    passing = [reported.passing for reported in found if reported.passing]
    if len(passing) < len(found):
        passing = [reason for reason in passing if reason != TESTS_NOTHING]
    if passing:
        yield (
            passing[0],
            "let a step of it fail unless each result is success, or require the other job as well",
            Outcome.WARN,
        )


def _unseen_lately(
    found: Sequence[Reported], heads: Sequence[Collection[ReportedCheck]] | Unobserved
) -> Iterator[tuple[str, str, Outcome]]:
    """A check that the files promise and nobody saw: GitHub may refuse them."""
    if isinstance(heads, Unobserved) or all(reported.pending for reported in found):
        return
    if heads and all(seen.name != found[0].name for head in heads for seen in head):
        which = "the latest merged pull request does not have it"
        if len(heads) > 1:
            which = f"none of the {len(heads)} latest merged pull requests has it"
        yield (
            f"{which}: GitHub may run no job of its workflow",
            "see on a pull request that it is reported; one that is new shows on the next",
            Outcome.WARN,
        )


def _not_in_queue(
    found: Sequence[Reported], reports: Reports
) -> Iterator[tuple[str, str, Outcome]]:
    if any(reported.in_merge_queue for reported in found):
        skipped = [reported.skipped_in_queue for reported in found]
        if all(skipped):
            yield (
                f"the merge queue skips it, which counts as success: {skipped[0]}",
                "let the job run on merge_group too",
                Outcome.WARN,
            )
        return
    doubts = [each.reason for each in reports.in_queue if each.may_be(found[0].name)]
    if doubts:
        yield (
            f"could not read whether a job reports it in the merge queue ({doubts[0]})",
            "give the job that runs on merge_group a name that is written out",
            Outcome.INCONCLUSIVE,
        )
    else:
        yield (
            "the merge queue waits for it forever: its workflow has no on: merge_group",
            "add merge_group to the workflow's events",
            Outcome.FAIL,
        )


def _ask(asked: Asked) -> Iterator[Drift]:
    evidence = asked.evidence
    rights = default_rights(evidence.security)
    for branch, protection in asked.protections:
        heads = evidence.merged_heads.get(branch, ())
        base, files = evidence.base(branch), evidence.files_of(branch)
        for row in checks_drift(base, protection, files, heads, rights):
            yield replace(row, branch=branch)


QUESTION = Question(KIND, _ask)
