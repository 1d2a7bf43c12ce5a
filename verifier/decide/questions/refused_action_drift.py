"""Required checks whose job uses an action that GitHub does not let run."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.decide.drift.merged_protection import required_checks
from verifier.decide.drift.question import SOURCES_UNREAD, Asked, Question
from verifier.decide.drift.refused_actions import (
    Certainty,
    Refusal,
    is_of_others,
    least_refusal,
    least_refusal_beside,
    policies_of,
)
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.drift.reports import Reported, Reports
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import ReportedCheck, actions_apps
from verifier.model.protection import Drift, DriftKind, Protection, RequiredCheck
from verifier.model.security_settings import ActionPolicy, RepositorySecurity

KIND = DriftKind(
    "refused-action",
    unread_by=SOURCES_UNREAD | {"repository-settings", "workflows", "action-policies"},
)
_ALLOW = "allow it in Settings > Actions > General, use another one, or do not require this check"
_PIN = "pin it to a full-length commit SHA"
_EXPECTED = "uses actions that may run"


def refused_action_drift(
    protection: Protection,
    reports: Reports,
    heads: Sequence[frozenset[ReportedCheck]] | Unobserved,
    policies: Sequence[ActionPolicy],
) -> Iterator[Drift]:
    """
    Yield the required checks whose job cannot run, or may turn out not to.

    What is surely refused counts whatever ran before: the setting may be newer. What only may be
    is no more than told where the job passed on the latest merged pull request.
    """
    newest = frozenset() if isinstance(heads, Unobserved) or not heads else heads[0]
    for check, jobs in _by_jobs(protection, reports, newest):
        found = _row(jobs, policies)
        if found is None:
            continue
        actual, refusal, severity = found
        ran = any(s.name == check.name and s.is_job and s.is_passed for s in newest)
        if ran and severity is Outcome.INCONCLUSIVE:
            is_unknown = refusal.certainty is Certainty.UNKNOWN
            severity = Outcome.SKIP if is_unknown else Outcome.WARN
        hint = _PIN if refusal.is_for_pins else _ALLOW
        place = jobs[0].path, jobs[0].line
        setting, source = f"{KIND}: {check.name}", "repository settings"
        yield Drift(setting, _EXPECTED, actual, source, severity, hint, *place)


def _by_jobs(
    protection: Protection, reports: Reports, newest: frozenset[ReportedCheck]
) -> Iterator[tuple[RequiredCheck, Sequence[Reported]]]:
    """The required checks that jobs alone report, with the jobs."""
    actions = actions_apps(newest)
    others = {seen.name for seen in newest if not seen.is_job}
    told: set[str] = set()
    for check in required_checks(protection):
        is_of_actions = check.app_id in actions
        if check.name in told or not (is_of_actions or check.app_id is None):
            continue
        if check.app_id is None and check.name in others:
            continue
        is_seen = any(seen.name == check.name and seen.is_job for seen in newest)
        jobs = [job for job in reports.named(check.name, is_seen=is_seen) if not job.never]
        if jobs:
            told.add(check.name)
            yield check, jobs


def _row(
    jobs: Sequence[Reported], policies: Sequence[ActionPolicy]
) -> tuple[str, Refusal, Outcome] | None:
    """What is refused, where that is so of each of the jobs; of several the least sure one."""
    own = least_refusal([job.uses for job in jobs], policies)
    if own is not None and own.certainty is Certainty.SURE:
        actual = f"it can never succeed: its job uses {own.uses}, {own.why}"
        return actual, own, Outcome.FAIL
    beside = least_refusal_beside([job.used_beside for job in jobs], policies)
    if beside is not None and beside.certainty is Certainty.SURE:
        actual = f"GitHub starts no job of its file: another one uses {beside.uses}, {beside.why}"
        return actual, beside, Outcome.FAIL
    if own is not None:
        actual = f"it may never succeed: its job uses {own.uses}, {own.why}"
        return actual, own, Outcome.INCONCLUSIVE
    return None


def _ask(asked: Asked) -> Iterator[Drift]:
    evidence = asked.evidence
    seen = evidence.security
    if not isinstance(seen, RepositorySecurity) or seen.has_actions is False:
        return
    policies, is_used = policies_of(seen), False
    for branch, protection in asked.protections:
        files = evidence.files_of(branch)
        required = required_checks(protection)
        if isinstance(files, Unobserved) or not required:
            continue
        names = frozenset(check.name for check in required)
        reports = reports_on_pull_request(files, evidence.base(branch), names)
        is_used |= any(
            is_of_others(uses)
            for job in reports.checks
            if job.name in names
            for uses in job.used_beside
        )
        heads = evidence.merged_heads.get(branch, ())
        for row in refused_action_drift(protection, reports, heads, policies):
            yield replace(row, branch=branch)
    if is_used and seen.policy_above is not None:
        actual = (
            "which actions its organisation or enterprise lets run is not visible to this token: "
            f"{seen.policy_above.reason}"
        )
        hint = seen.policy_above.hint
        yield Drift("action-policies", "visible", actual, "GitHub", Outcome.SKIP, hint)


QUESTION = Question(KIND, _ask)
