"""
The one issue in which an audit keeps its drift: opened, updated, closed, never twice.

Source: https://docs.github.com/en/rest/issues/issues
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from verifier.errors import AbsentError
from verifier.github.api import Api
from verifier.github.authors import Authors
from verifier.github.issue_text import (
    FORMER_MARK,
    AuditNews,
    AuditSubject,
    DriftSight,
    IssueText,
    read_text,
)
from verifier.github.json_shapes import JsonObject, count, mapping

LABEL = "railway-drift"
_PERMISSION = "Issues: write"
_MOST_RECENT = 300
_COLOUR = "b60205"
_ONCE = "could not see everything once: "
#: A label's description takes 100 characters.
_MOST_ONCE = 6


class IssueChange(StrEnum):
    """What became of the issue."""

    OPENED = "opened"
    REOPENED = "reopened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NONE = "not needed"
    NOT_YET = "not opened the first time that an audit could not see everything"


@dataclass(frozen=True, slots=True)
class Tracked:
    """The issue after the audit."""

    change: IssueChange
    number: int
    """0 where there is none."""
    forged: tuple[int, ...] = ()
    """Issues of others that carry its hidden mark; they are left alone."""


def track(api: Api, subject: AuditSubject, told: AuditNews) -> Tracked:
    """
    Bring the issue to what was found; it is known by a hidden mark in its text.

    Whoever closes it is not asked again about the same drift. Where nothing is known, or all of it
    is gone, and an audit cannot see everything, only the second one in a row opens the issue.

    Raises:
        ProviderError: GitHub did not take it.
    """
    found, forged = _find(api, subject)
    if not found:
        return replace(_first(api, subject, told), forged=forged)
    kept, *duplicates = found
    for duplicate in duplicates:
        if duplicate.get("state") == "open":
            _close(api, count(duplicate.get("number")))
    return replace(_kept(api, subject, told, kept), forged=forged)


def _first(api: Api, subject: AuditSubject, told: AuditNews) -> Tracked:
    match told.seen:
        case DriftSight.NO_DRIFT:
            _forget(api, subject)
            return Tracked(IssueChange.NONE, 0)
        case DriftSight.NOT_ALL if not _is_second(api, subject):
            return Tracked(IssueChange.NOT_YET, 0)
        case _:
            return _open(api, subject, told)


def _kept(api: Api, subject: AuditSubject, told: AuditNews, kept: JsonObject) -> Tracked:
    number, is_open = count(kept.get("number")), kept.get("state") == "open"
    body = str(kept.get("body") or "")
    before = read_text(body, subject)
    told = _as_far_as_seen(told, before)
    if told.seen is DriftSight.NO_DRIFT:
        _forget(api, subject)
        if not before.is_gone:  # the same drift is news again once it was gone
            gone = replace(before, is_gone=True).shown(subject, told.say)
            api.change("PATCH", f"/issues/{number}", _PERMISSION, {"body": gone})
        if not is_open:
            return Tracked(IssueChange.UNCHANGED, number)
        _close(api, number)
        return Tracked(IssueChange.CLOSED, number)
    if not told.body and told.seen is DriftSight.NOT_ALL:
        return Tracked(IssueChange.UNCHANGED, number)
    if not is_open and not before.is_gone and not before.is_news(told):
        return Tracked(IssueChange.UNCHANGED, number)
    is_over = not is_open and before.is_gone
    if is_over and told.seen is DriftSight.NOT_ALL and not _is_second(api, subject):
        return Tracked(IssueChange.NOT_YET, number)
    after = (IssueText() if is_over else before).after(told)
    text = after.shown(subject, told.say)
    if body.strip() == text.strip():
        return Tracked(IssueChange.UNCHANGED, number)
    is_blind = told.seen is DriftSight.NOT_ALL and after.known
    title = str(kept.get("title") or told.title) if is_blind else told.title
    change = {"title": title, "body": text, "state": "open"}
    api.change("PATCH", f"/issues/{number}", _PERMISSION, change)
    return Tracked(IssueChange.UPDATED if is_open else IssueChange.REOPENED, number)


def _as_far_as_seen(told: AuditNews, before: IssueText) -> AuditNews:
    """What is known of a kind that was not looked for this time is not gone by that."""
    is_known = not told.not_asked.isdisjoint(mark.partition(":")[2] for mark in before.marks)
    if not is_known or before.is_gone:
        return told
    match told.seen:
        case DriftSight.NO_DRIFT:
            return replace(told, seen=DriftSight.NOT_ALL, body="")
        case DriftSight.DRIFT:
            return replace(told, seen=DriftSight.PART)
        case _:
            return told


def _find(api: Api, subject: AuditSubject) -> tuple[Sequence[JsonObject], tuple[int, ...]]:
    """
    Every issue with the mark, oldest first, and the numbers of those that others wrote.

    Of two audits at once the first one's stays. The label finds it among any number of issues;
    where somebody took it away, the issue is looked for among those that changed lately. One of
    an earlier version is taken over.
    """
    query = {"state": "all", "sort": "updated", "direction": "desc"}
    labelled = list(api.pages("/issues", "Issues: read", labels=LABEL, **query))
    authors = Authors(api)
    found, forged = _marked(labelled, subject.mark, authors)
    if not found:
        recent = list(islice(api.pages("/issues", "Issues: read", **query), _MOST_RECENT))
        found, more = _marked(recent, subject.mark, authors)
        former, others = _marked([*labelled, *recent], FORMER_MARK, authors)
        found, forged = found or former[:1], forged | more | others
    return sorted(found, key=lambda issue: count(issue.get("number"))), tuple(sorted(forged))


def _marked(
    issues: Iterable[object], mark: str, authors: Authors
) -> tuple[list[JsonObject], frozenset[int]]:
    """Return those with the mark; whoever opens one may close it, and write into it at will."""
    marked = [
        issue
        for issue in map(mapping, issues)
        if mark in str(issue.get("body")) and "pull_request" not in issue
    ]
    ours = [issue for issue in marked if authors.may_talk(issue)]
    return ours, frozenset(count(issue.get("number")) for issue in marked if issue not in ours)


def _open(api: Api, subject: AuditSubject, told: AuditNews) -> Tracked:
    text = IssueText().after(told).shown(subject, told.say)
    wanted = {"title": told.title, "body": text, "labels": [LABEL]}
    made = api.change("POST", "/issues", _PERMISSION, wanted)
    own = count(made.get("number"))
    there, _ = _find(api, subject)
    first = min([count(issue.get("number")) for issue in there], default=own)
    if first != own:
        _close(api, own)
    return Tracked(IssueChange.OPENED, first)


def _close(api: Api, number: int) -> None:
    change = {"state": "closed", "state_reason": "completed"}
    api.change("PATCH", f"/issues/{number}", _PERMISSION, change)


def _is_second(api: Api, subject: AuditSubject) -> bool:
    """
    Whether the audit before could not see everything either; this one is noted where it is not.

    It is kept in the description of the label, as there is no issue yet.
    """
    noted = _noted(api)
    if noted is not None and subject.key in noted:
        return True
    keys = (subject.key, *(noted or ()))[:_MOST_ONCE]
    label = {"name": LABEL, "color": _COLOUR, "description": _ONCE + " ".join(keys)}
    if noted is None:
        api.change("POST", "/labels", _PERMISSION, label)
    else:
        api.change("PATCH", f"/labels/{LABEL}", _PERMISSION, label)
    return False


def _forget(api: Api, subject: AuditSubject) -> None:
    noted = _noted(api)
    if noted and subject.key in noted:
        keys = [key for key in noted if key != subject.key]
        description = _ONCE + " ".join(keys) if keys else ""
        api.change("PATCH", f"/labels/{LABEL}", _PERMISSION, {"description": description})


def _noted(api: Api) -> tuple[str, ...] | None:
    """Subjects whose last audit could not see everything; None where there is no label yet."""
    try:
        label = mapping(api.get(f"/labels/{LABEL}", "Issues: read"))
    except AbsentError:
        return None
    return tuple(str(label.get("description") or "").partition(_ONCE)[2].split())
