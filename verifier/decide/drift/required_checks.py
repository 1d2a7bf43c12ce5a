"""Required checks against the jobs that would report them."""

from collections.abc import Collection, Iterator, Sequence

from verifier.decide.drift.merged_protection import effective, required_checks
from verifier.decide.drift.reported_checks import Reported, reports_on_pull_request
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind, Protection, Setting
from verifier.model.workflow import Workflow

_ACTIONS_APP = 15368
_SOURCE = "workflows"


def checks_drift(
    branch: str,
    protection: Protection,
    workflows: Sequence[Workflow | Unobserved] | Unobserved,
    recent: Collection[str] | Unobserved,
) -> Iterator[Drift]:
    """
    Yield required checks that nobody reports, that wait for ever, or that a skip passes.

    `recent` are the names of the checks that were reported on the branch lately: what is among
    them is reported, whatever the files say.
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
    reports = reports_on_pull_request(workflows, branch, names)
    has_queue = effective(protection, Setting.MERGE_QUEUE).level > 0
    seen = set() if isinstance(recent, Unobserved) else set(recent)
    for check in required:
        is_foreign = check.app_id not in (None, -1, _ACTIONS_APP)
        found = [reported for reported in reports.checks if reported.name == check.name]
        setting = f"{DriftKind.CHECK_REPORTED}: {check.name}"
        if not found:
            if is_foreign or check.name in seen:
                continue
            actual, severity = _unreported(reports.unresolved, recent)
            hint = "require the new name, or rename the job back"
            yield Drift(setting, "reported by a job", actual, _SOURCE, severity, hint)
            continue
        for actual, hint, severity in _weaknesses(found, has_queue=has_queue):
            first = found[0]
            place = first.path, first.line
            yield Drift(setting, "always reported", actual, _SOURCE, severity, hint, *place)


def _unreported(
    unresolved: Sequence[str], recent: Collection[str] | Unobserved
) -> tuple[str, Outcome]:
    """What is to be said of a check that no job reports, and how bad it is."""
    if unresolved or isinstance(recent, Unobserved):
        doubt = "; ".join(unresolved[:3]) or "could not read recent checks"
        return f"no job found that reports it ({doubt})", Outcome.INCONCLUSIVE
    return "no job reports it: it was renamed, or every pull request waits for it", Outcome.FAIL


def _weaknesses(
    found: Sequence[Reported], *, has_queue: bool
) -> Iterator[tuple[str, str, Outcome]]:
    """What is wrong, what to do, and how bad it is."""
    pending = [reported.pending for reported in found]
    if all(pending):
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
