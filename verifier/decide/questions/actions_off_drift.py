"""Required checks of GitHub Actions where it is switched off, which nothing can report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.decide.drift.merged_protection import required_checks
from verifier.decide.drift.question import SOURCES_UNREAD, Asked, Question
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import ReportedCheck, actions_apps
from verifier.model.phrases import named
from verifier.model.protection import Drift, DriftKind, Protection
from verifier.model.pull_files import BaseBranch, PullFiles

KIND = DriftKind("actions-off", unread_by=SOURCES_UNREAD | {"repository-settings"})


def actions_off_drift(
    base: BaseBranch,
    protection: Protection,
    files: PullFiles | Unobserved,
    heads: Sequence[frozenset[ReportedCheck]] | Unobserved,
) -> Iterator[Drift]:
    """
    Yield the required checks that GitHub Actions alone would report, where it is switched off.

    A check of any source is one where a job has its name, and nothing else was seen to report it.
    """
    required = required_checks(protection)
    newest = frozenset() if isinstance(heads, Unobserved) or not heads else heads[0]
    apps = actions_apps(newest)
    pinned = {check.name for check in required if check.app_id in apps}
    open_to_all = {check.name for check in required if check.app_id is None} - pinned
    others = {seen.name for seen in newest if not seen.is_job}
    were_jobs = {seen.name for seen in newest if seen.is_job}
    by_jobs = (open_to_all & were_jobs | _names_of_jobs(base, files, open_to_all)) - others
    surely = pinned if isinstance(heads, Unobserved) else pinned | by_jobs
    if surely:
        actual = (
            "GitHub Actions is switched off for this repository: every pull request waits forever "
            f"for {named(sorted(surely))}"
        )
        yield _row(actual, Outcome.FAIL)
    if perhaps := by_jobs - surely:
        actual = (
            "GitHub Actions is switched off for this repository, and could not read whether "
            f"something else reports {named(sorted(perhaps))}"
        )
        yield _row(actual, Outcome.INCONCLUSIVE)


def _names_of_jobs(
    base: BaseBranch, files: PullFiles | Unobserved, names: set[str]
) -> frozenset[str]:
    if isinstance(files, Unobserved) or not names:
        return frozenset()
    reports = reports_on_pull_request(files, base, frozenset(names))
    return frozenset(check.name for check in reports.checks) & names


def _row(actual: str, severity: Outcome) -> Drift:
    hint = "turn it on in Settings > Actions > General, or do not require these checks"
    return Drift(str(KIND), "on", actual, "repository settings", severity, hint)


def _ask(asked: Asked) -> Iterator[Drift]:
    evidence = asked.evidence
    if evidence.has_actions is not False:
        return
    for branch, protection in asked.protections:
        heads = evidence.merged_heads.get(branch, ())
        files = evidence.files_of(branch)
        for row in actions_off_drift(evidence.base(branch), protection, files, heads):
            yield replace(row, branch=branch)


QUESTION = Question(KIND, _ask)
