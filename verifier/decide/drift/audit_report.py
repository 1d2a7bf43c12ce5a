"""What an audit read and found into its report."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from verifier.decide.drift.repository_drift import severity_of
from verifier.model.cut_text import cut_to
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.phrases import first_of, sentence
from verifier.model.protection import Drift
from verifier.model.report import READ_ONLY_EXIT_CODES, Report
from verifier.model.verdict import VerdictWord

#: The shares of one audit begin within this time of each other.
_ONE_AUDIT = timedelta(days=1)
_SHARE = re.compile(r"(\S+) ([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")
#: So many jobs a matrix may have.
_MOST_SHARES = 256
#: More of them nobody reads before the list.
_MOST_STEPS = 3
#: Whether there is a configuration to compare with.
CONFIGURED = "audit.configuration"
_NO_FILE = "check the repository out before the audit, or name the file: --config"
_CHANGE = "Change what is listed below to what is expected there, or the configuration."


@dataclass(frozen=True, slots=True)
class Audited:
    """What was read, and what differs."""

    drift: tuple[Drift, ...]
    repositories: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    """What could not be asked at all."""
    share: str = ""
    """Which share of an owner's repositories, as "OWNER 2/4"; empty for the whole."""
    basis: str = ""
    """Fingerprint of what a share was judged by: configuration, selection, version."""
    started_at: datetime | None = None
    """When the audit of a share began."""
    branches: tuple[str, ...] = ()
    """Those that were looked at; empty where only default ones were."""
    not_asked: tuple[str, ...] = ()
    """Kinds of drift that were not looked for."""
    why_ended: str = ""
    """Why nothing at all was read; empty where something was."""


def with_note(audited: Audited, without_file: str) -> Audited:
    """Say of an audit what was not compared as there is no configuration; nothing where empty."""
    if not without_file:
        return audited
    told = Finding(CONFIGURED, Outcome.WARN, without_file, hint=_NO_FILE)
    return replace(audited, findings=(told, *audited.findings))


def unread(name: str, missing: Unobserved) -> Drift:
    """Return what stands in the report for a repository that could not be read."""
    return Drift(
        "repository",
        "readable",
        f"could not be read: {missing.reason}",
        "GitHub",
        Outcome.INCONCLUSIVE,
        missing.hint,
        repository=name,
    )


def merged(shares: Sequence[Audited]) -> Audited:
    """
    Return what several shares found together; one that is missing or ended stands in the drift.

    Raises:
        ValueError: they do not belong together, or something is there twice.
    """
    names = [name for share in shares for name in share.repositories]
    drift = [row for share in shares for row in share.drift]
    # Of what ended before it read anything nobody knows which share it was to be.
    drift += [_ended(share.why_ended) for share in shares if share.why_ended]
    whole = [share for share in shares if not share.why_ended]
    told = [share.share for share in whole]
    if any(told):
        drift += [_missing(share) for share in _missing_shares(told)]
        _refuse_unequal(whole)
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise ValueError(f"{first_of(twice, 3)}: audited in more than one of the reports")
    findings = dict.fromkeys(finding for share in shares for finding in share.findings)
    branches = dict.fromkeys(branch for share in shares for branch in share.branches)
    not_asked = sorted({kind for share in shares for kind in share.not_asked})
    return Audited(
        tuple(drift),
        tuple(names),
        tuple(findings),
        branches=tuple(branches),
        not_asked=tuple(not_asked),
    )


def _refuse_unequal(shares: Sequence[Audited]) -> None:
    """Raise ValueError where shares were judged by different rules, or at different times."""
    if len({share.basis for share in shares}) > 1:
        raise ValueError("they were made with different configurations, or versions")
    times = [share.started_at for share in shares if share.started_at is not None]
    if times and max(times) - min(times) > _ONE_AUDIT:
        raise ValueError(f"one was made on {min(times):%Y-%m-%d}, another on {max(times):%Y-%m-%d}")


def _missing_shares(told: Sequence[str]) -> Sequence[str]:
    """The shares that none of the reports is of; raises ValueError where they do not fit."""
    if not all(told):
        raise ValueError("some of the reports are of a share, others of no share")
    twice = [share for share, times in Counter(told).items() if times > 1]
    if twice:
        raise ValueError(f"share {twice[0]} is there twice")
    for share in told:
        found = _SHARE.fullmatch(share)
        if not found or not int(found[2]) <= int(found[3]) <= _MOST_SHARES:
            raise ValueError(f"share {cut_to(60, share)!r} is none that an audit makes")
    splits = {(share.partition(" ")[0], share.rpartition("/")[2]) for share in told}
    if len(splits) > 1:
        shown = ", ".join(f"{owner} in {many}" for owner, many in sorted(splits))
        raise ValueError(f"the reports are of different audits: {shown}")
    ((owner, many),) = splits
    wanted = [f"{owner} {number}/{many}" for number in range(1, int(many) + 1)]
    return [share for share in wanted if share not in told]


def _ended(why: str) -> Drift:
    return Drift(
        "report",
        "what an audit read",
        f"ended before it read anything: {why}",
        "reports",
        Outcome.INCONCLUSIVE,
        "run this audit again, then merge all reports",
    )


def _missing(share: str) -> Drift:
    return Drift(
        f"share {share}",
        "a report",
        "missing: its repositories were not looked at",
        "reports",
        Outcome.INCONCLUSIVE,
        "run the audit of this share again, then merge all reports",
    )


def report_of(audited: Audited, started_at: datetime, ended_at: datetime) -> Report:
    """Return the report; what is merely recommended leaves it green."""
    drift = tuple(sorted(audited.drift, key=lambda row: (row.repository, -row.severity.rank)))
    worst = severity_of(drift)
    word = VerdictWord.PASSED
    if worst.condemns:
        word = VerdictWord.FAILED
    elif worst is Outcome.INCONCLUSIVE or not audited.repositories:
        word = VerdictWord.INCONCLUSIVE
    telling = [row for row in drift if row.severity is worst and worst is not Outcome.SKIP]
    listed = [f"{row.repository} {row.setting}: {row.actual}".strip() for row in telling]
    if word is VerdictWord.PASSED:
        listed = []
    return Report(
        command="audit",
        verdict=word,
        reason=first_of(listed, 1) or _all_well(audited, len(telling)),
        exit_code=READ_ONLY_EXIT_CODES[word],
        commit="",
        environment="",
        started_at=started_at,
        ended_at=ended_at,
        findings=audited.findings,
        drift=drift,
        advice=tuple(_steps(telling)),
        audited=audited.repositories,
        share=audited.share,
        basis=audited.basis,
        branches=audited.branches,
        not_asked=audited.not_asked,
    )


def _all_well(audited: Audited, warnings: int) -> str:
    repositories = audited.repositories
    if not repositories:
        return "no repository was read"
    many = len(repositories)
    subject = repositories[0] if many == 1 else f"{many} repositories"
    if {row.repository for row in audited.drift if row.is_of_nothing}.issuperset(repositories):
        return f"{subject}: nothing to protect"
    if not warnings:
        return f"{subject}: no drift"
    return f"{subject}: no drift; {warnings} {'warning' if warnings == 1 else 'warnings'}"


def _steps(telling: Sequence[Drift]) -> Iterator[str]:
    """Yield what to do about what the verdict rests on, each thing once."""
    steps = list(dict.fromkeys(sentence(row.hint) if row.hint else _CHANGE for row in telling))
    yield from steps[:_MOST_STEPS]
    left = len(steps) - _MOST_STEPS
    if left > 0:
        yield f"{left} further {'step stands' if left == 1 else 'steps stand'} below."
