"""Required checks that anybody who can write may report."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from verifier.decide.drift.merged_protection import required_checks
from verifier.decide.drift.question import SOURCES_UNREAD, Asked, Question
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import ReportedCheck
from verifier.model.protection import Drift, DriftKind, RequiredCheck

KIND = DriftKind("check-source", unread_by=SOURCES_UNREAD, is_in_bulk=True)


def check_source_drift(
    required: Collection[RequiredCheck], heads: Sequence[Collection[ReportedCheck]] | Unobserved
) -> Iterator[Drift]:
    """Yield the checks of any source: a commit status satisfies one, which every writer may set."""
    pinned = {check.name for check in required if check.app_id is not None}
    names = sorted({check.name for check in required if check.app_id is None} - pinned)
    if names:
        actual = f"anybody who can write may set a status of that name: {', '.join(names)}"
        hint = "choose the app that reports it, such as GitHub Actions, as the check's source"
        by_apps = _by_other_apps(names, heads)
        if by_apps:
            shown = ", ".join(by_apps)
            hint = f"choose the app that reports it as the check's source; seen lately: {shown}"
        expected = "reported by one app"
        yield Drift(str(KIND), expected, actual, "workflows", Outcome.WARN, hint)


def _by_other_apps(
    names: Collection[str], heads: Sequence[Collection[ReportedCheck]] | Unobserved
) -> list[str]:
    """Which of the checks another app than GitHub Actions reported on merged pull requests."""
    seen = [] if isinstance(heads, Unobserved) else [check for head in heads for check in head]
    found = {
        (check.name, check.app_id)
        for check in seen
        if check.name in names and not check.is_job and check.app_id is not None
    }
    return [f"{name} by app {app_id}" for name, app_id in sorted(found)]


def _ask(asked: Asked) -> Iterator[Drift]:
    for branch, protection in asked.protections:
        heads = asked.evidence.merged_heads.get(branch, ())
        for row in check_source_drift(required_checks(protection), heads):
            yield replace(row, branch=branch)


QUESTION = Question(KIND, _ask)
