"""What a report says to a person, in the order in which it is asked: live now, to do, failing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from verifier.model.cause import CauseKind
from verifier.model.check_ids import (
    ARRIVAL,
    BLOCKED_BY_CI,
    COMPONENT,
    MIGRATIONS,
    PROBE,
    RELATIONS,
    is_of,
)
from verifier.model.finding import Finding, Outcome
from verifier.model.known_cause import KnownCause
from verifier.model.phrases import sentence
from verifier.model.report import Report, ReportedCommit, ServiceReport
from verifier.model.verdict import VerdictWord
from verifier.report.spoken import word
from verifier.report.words import duration, listed, place_of, rollback_words

SHORT = 8
#: How many known causes a person is shown at once.
MOST_CAUSES = 3
#: What was made longer ago is told with its date.
_A_DAY_S = 86400
#: What alone becomes a link: a commit's page, as the job's own environment names it, and a cause's,
#: which is a section of one page in older reports.
_EXPLAINED = re.compile(
    r"https://[A-Za-z0-9.:-]+/[\w./-]*causes(?:/[a-z0-9-]+\.md|(?:\.md|/)#[a-z0-9-]+)"
)
_LONGEST_OBJECT = 40
_NOT_GOOD = (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)
_SERVICE_PAGE = re.compile(
    r"([\w.-]{1,100}) (https://railway\.com/project/[0-9a-f-]{36}/service/[0-9a-f-]{36}"
    r"(?:\?environmentId=[0-9a-f-]{36})?)"
)
_PAGES = re.compile(
    rf"(?P<text>.{{1,2000}}?): (?P<pages>{_SERVICE_PAGE.pattern}(?:, {_SERVICE_PAGE.pattern})*)\.?",
    re.DOTALL,
)
_PAGE = re.compile(r"https?://[A-Za-z0-9.:-]+/[\w.-]+/[\w.-]+/commit/[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class LiveNow:
    """What serves services at the end of the run; those that share it stand together."""

    services: tuple[str, ...]
    commit: str
    """Full hash; empty where it is not known."""
    ids: tuple[str, ...]
    """Of the deployments, in the order of the services."""
    age: str
    """How long before the end of the run the oldest was made, and when; empty if unknown."""
    became: str
    """What the run did about it, or what it is to the run."""


@dataclass(frozen=True, slots=True)
class SharedFinding:
    """One finding, and every service that it is about."""

    finding: Finding
    services: tuple[str, ...]
    hint: str
    """What can be done about it; empty where it is good, or a step says that already."""


def live_now(report: Report) -> tuple[LiveNow, ...]:
    """Return what serves now, in the services' order."""
    groups: dict[tuple[str, str, bool], list[ServiceReport]] = {}
    for service in report.services:
        commit = service.live_after.commit if service.live_after else ""
        is_known = bool(service.active_after)
        key = commit, _became(service, report), is_known and bool(commit)
        groups.setdefault(key, []).append(service)
    return tuple(
        LiveNow(
            tuple(s.name for s in services),
            commit,
            tuple(s.active_after for s in services),
            _age(services, report),
            became,
        )
        for (commit, became, _), services in groups.items()
    )


def _became(service: ServiceReport, report: Report) -> str:
    if not service.active_after:
        return "nothing is live"
    if service.rollback:
        return rollback_words(service.rollback)
    if service.judged is None:
        return ""
    if service.active_after == service.judged.id:
        if report.command == "gate" and report.verdict in _NOT_GOOD:
            return "this deploy, not rolled back"
        return "" if report.command in ("check", "rollback") else "this deploy"
    if service.active_after == service.active_before:
        return "unchanged"
    return "another deployment"


def _age(services: Sequence[ServiceReport], report: Report) -> str:
    """Of what runs there: a deployment that a rollback made is as old as its rollback."""
    made = [s.live_after.created_at for s in services if s.live_after]
    if not made:
        return ""
    ago_s = (report.ended_at - min(made)).total_seconds()
    if ago_s < _A_DAY_S:
        return f"{duration(ago_s)} ago, at {min(made):%H:%M} UTC"
    return f"{duration(ago_s)} ago, on {min(made):%Y-%m-%d %H:%M} UTC"


def live_words(report: Report, live: LiveNow) -> str:
    """Say in one line what serves which services, since when, and what the run did about it."""
    since = f", deployed {live.age}" if live.age else ""
    return _live_text(report, live, commit_words(report, live.commit), since)


def live_in_short(report: Report, live: LiveNow) -> str:
    """Say the same without what is known of the commit, and without its age."""
    return _live_text(report, live, live.commit[:SHORT], "")


def _live_text(report: Report, live: LiveNow, commit: str, since: str) -> str:
    count = len(live.services)
    is_all = count == len(report.services) and count > 2
    names = f"all {count} services" if is_all else listed(live.services, 4)
    ids = listed(tuple(dict.fromkeys(id_[:SHORT] for id_ in live.ids if id_)), 3)
    what = f"commit {commit}" if commit else ids or "nothing"
    became = f" ({live.became})" if live.became and live.ids[0] else ""
    return f"{names}: {what}{since}{became}"


def is_worrying(report: Report, live: LiveNow) -> bool:
    """Whether a person must know of it first: nothing is live, or still what failed is."""
    is_red = report.verdict is not VerdictWord.PASSED
    return not live.ids[0] or (is_red and live.commit == report.commit)


def why(report: Report) -> str:
    """Return the reason of the verdict, and how long production was not good."""
    took = report.recovered_in_s
    within = f"; recovered {took:.0f} s after the first failing answer" if took is not None else ""
    return f"{report.reason}{within}"


def commit_of(report: Report, sha: str) -> ReportedCommit | None:
    """Return what is known of a commit."""
    return next((commit for commit in report.commits if commit.hash == sha), None)


def page_of(commit: ReportedCommit) -> str:
    """Return the commit's page; empty where the address is no such page."""
    return commit.url if _PAGE.fullmatch(commit.url) else ""


def explained_at(cause: KnownCause) -> str:
    """Return the page that explains a known cause; empty where the address is no such page."""
    return cause.page if _EXPLAINED.fullmatch(cause.page) else ""


def commit_words(report: Report, sha: str) -> str:
    """Name a commit: its short hash, title, author and age, as far as they are known."""
    if not sha:
        return ""
    known = commit_of(report, sha)
    if known is None:
        return sha[:SHORT]
    age = duration((report.ended_at - known.committed_at).total_seconds())
    title = known.title if len(known.title) <= 60 else f"{known.title[:59]}…"
    return f"{sha[:SHORT]} “{title}” by {known.author[:40]}, {age} old"


def judged_words(report: Report) -> str:
    """Name the commit that a red or unclear run judged; empty where it is told as what is live."""
    live = [one.commit for one in live_now(report)]
    gone = {s.judged.commit for s in report.services if s.rollback and s.judged}
    judged = next(iter(gone)) if len(gone) == 1 and "" not in gone else report.commit
    is_told = not live or judged in live or report.verdict not in _NOT_GOOD
    return "" if is_told else commit_words(report, judged)


def back_on(report: Report) -> str:
    """Return the short hash that all that was rolled back is on now; empty where they differ."""
    back = [s.live_after for s in report.services if s.rollback and s.rollback.outcome.is_back]
    hashes = {live.commit for live in back if live}
    return next(iter(hashes))[:SHORT] if len(hashes) == 1 else ""


def back_since(report: Report) -> datetime | None:
    """Return when the last of what was rolled back was made anew (UTC); None where nobody knows."""
    back = [s.live_after for s in report.services if s.rollback and s.rollback.outcome.is_back]
    made = [live.created_at for live in back if live]
    return max(made) if made and len(made) == len(back) else None


def failing_services(report: Report) -> str:
    """Name the services whose own checks failed; empty where only shared things failed."""
    named = [f.service for f in report.findings if f.outcome.condemns and f.service]
    found = tuple(dict.fromkeys(named))
    everything = len(report.services)
    if found and len(found) == everything > 1:
        return f"all {everything} services"
    return listed(found)


def failed_object(report: Report) -> str:
    """Name what failed, as `table orders`; empty where it is nothing, several or long."""
    bad = [f for f in report.findings if f.outcome.condemns]
    of_database = [f for f in bad if is_of(f.check, MIGRATIONS) or is_of(f.check, RELATIONS)]
    if of_database and report.cause and report.cause.kind is CauseKind.DATABASE:
        first, *_ = of_database
        kind = "migration " if is_of(first.check, MIGRATIONS) else ""
        named = f"{kind}{first.objects[0]}" if len(first.objects) == 1 else ""
    else:
        parts = [f.check for f in bad if is_of(f.check, COMPONENT) or is_of(f.check, PROBE)]
        named = parts[0].partition(".")[2] if len({f.check for f in bad}) == 1 and parts else ""
    said = report.cause.text.casefold() if report.cause else ""
    is_plain = len(named) <= _LONGEST_OBJECT and ":" not in named
    return named if is_plain and named.casefold() not in said else ""


def together(report: Report) -> tuple[SharedFinding, ...]:
    """Return the findings worst first; what is the same for several services is said once."""
    said = frozenset((*steps(report), *report.advice))
    groups: dict[tuple[str, Outcome, str, str, str, str], list[Finding]] = {}
    for finding in sorted(report.findings, key=lambda finding: -finding.outcome.rank):
        hint = "" if {finding.hint, sentence(finding.hint)} & said else finding.hint
        what = finding.check, finding.outcome, finding.summary, finding.detail
        groups.setdefault((*what, place_of(finding), hint), []).append(finding)
    return tuple(
        SharedFinding(
            same[0],
            tuple(dict.fromkeys(f.service for f in same if f.service)),
            "" if outcome is Outcome.PASS else hint,
        )
        for (_, outcome, _, _, _, hint), same in groups.items()
    )


def cause_words(cause: KnownCause) -> str:
    """Say what a known cause is, of which services, and what to do next."""
    services = f"{listed(cause.services)}: " if cause.services else ""
    return f"{services}{cause.text}. {word('Next')}: {cause.step}"


def steps(report: Report) -> tuple[str, ...]:
    """
    Return what to do, first thing first, each thing once.

    A hint of what failed says the same as the cause's usual next step, more exactly.
    """
    has_hint = any(
        f.hint for f in report.findings if f.outcome.condemns or f.check in (ARRIVAL, BLOCKED_BY_CI)
    )
    cause = report.cause
    is_said = bool(report.advice) and (has_hint or report.verdict is VerdictWord.INCONCLUSIVE)
    first = [cause.next_step] if cause and not is_said else []
    said = [sentence(step) for step in first if step]
    names = [service.name for service in report.services]
    return _of_several([*said, *report.advice], names)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, and the pages of services where it is done: by name."""

    text: str
    pages: tuple[tuple[str, str], ...] = ()


def step_of(text: str) -> NextStep:
    """Return a step without the addresses at its end, which nobody reads."""
    found = _PAGES.fullmatch(text)
    if found is None:
        return NextStep(text)
    return NextStep(sentence(found["text"]), tuple(_SERVICE_PAGE.findall(found["pages"])))


def _of_several(advice: Sequence[str], services: Sequence[str]) -> tuple[str, ...]:
    """Say a step once that is the same for several services: `read the logs of a and b`."""
    found: dict[tuple[str, str], list[str]] = {}
    for step in advice:
        named = [name for name in services if f" of {name} " in step]
        only = named[0] if len(named) == 1 and step.count(named[0]) == 1 else ""
        before, _, behind = step.partition(f" of {only} ") if only else (step, "", "")
        found.setdefault((before, behind), []).append(only)
    return tuple(
        f"{before} of {listed(tuple(dict.fromkeys(names)), 5)} {behind}" if names[0] else before
        for (before, behind), names in found.items()
    )
