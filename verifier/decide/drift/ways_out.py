"""What is to be done about a missing requirement, by what the repository reports."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from verifier.decide.drift.mergeable import Merging, why_never_reported
from verifier.decide.drift.merged_protection import has_merge_queue
from verifier.decide.drift.other_names import other_names
from verifier.decide.drift.refused_actions import policies_of
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.drift.token_rights import default_rights
from verifier.model.audited_repository import RepositoryEvidence
from verifier.model.finding import Outcome, Unobserved
from verifier.model.merging import FIXABLE, MergeFacts
from verifier.model.phrases import named
from verifier.model.protection import (
    Drift,
    Protection,
    ProtectionPolicy,
    RequiredCheck,
    Setting,
)

_NOT_ASKED = Unobserved("it was not asked for")
_CHECK = f"{Setting.CHECKS}: "


def with_ways_out(
    rows: Sequence[Drift],
    evidence: RepositoryEvidence,
    branch: str,
    protection: Protection,
    wanted: ProtectionPolicy,
    today: date,
) -> Iterator[Drift]:
    """
    Yield the rows, each with what can be done.

    To require a check that a pull request does not get would keep every one from being merged, so
    it is said first what it lacks. What a fix would not do is not sent to it.
    """
    is_missing = any(map(_is_missing_check, rows))
    merging = _merging(evidence, branch, frozenset(wanted.checks), today) if is_missing else None
    fix = f", or run: verifier audit --fix{wanted.option} --repo {evidence.facts.name}"
    for row in rows:
        if protection.is_in_plan is False or row.severity is Outcome.INCONCLUSIVE:
            yield row
        elif merging is not None and _is_missing_check(row):
            yield _with_check(row, merging, protection, fix)
        elif row.severity is Outcome.FAIL and row.setting in FIXABLE:
            yield replace(row, hint=f"{row.hint}{fix}")
        else:
            yield row


def _is_missing_check(row: Drift) -> bool:
    return row.setting.startswith(_CHECK) and row.severity is not Outcome.INCONCLUSIVE


def _merging(
    evidence: RepositoryEvidence, branch: str, checks: frozenset[str], today: date
) -> Merging:
    files = evidence.files_of(branch)
    reports = (
        files
        if isinstance(files, Unobserved)
        else reports_on_pull_request(
            files, evidence.base(branch), checks, default_rights(evidence.security)
        )
    )
    heads = evidence.merged_heads.get(branch, ())
    has_actions = evidence.has_actions is not False
    facts = MergeFacts(heads, _NOT_ASKED, _NOT_ASKED, has_actions, policies_of(evidence.security))
    return Merging(reports, facts, today)


def _with_check(row: Drift, merging: Merging, protection: Protection, fix: str) -> Drift:
    name = row.setting.removeprefix(_CHECK)
    why = why_never_reported(RequiredCheck(name), merging, has_merge_queue(protection))
    if not why:
        return replace(row, hint=f"{row.hint}{fix}") if row.severity is Outcome.FAIL else row
    reports = merging.reports
    others = (
        () if isinstance(reports, Unobserved) else other_names(name, reports, merging.facts.heads)
    )
    known = f" (they get {named(others)})" if others else ""
    hint = f"see first that every pull request gets it{known}, then {row.hint}"
    return replace(row, actual=f"{row.actual}; {why}", hint=hint)
