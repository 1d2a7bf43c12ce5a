"""
The one issue in which an audit keeps its drift: opened, updated, closed, never twice.

Source: https://docs.github.com/en/rest/issues/issues
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from verifier.github.api import Api
from verifier.github.authors import is_trusted
from verifier.github.json_shapes import JsonObject, count, mapping

MARKER = "<!-- railway-deploy-verifier:drift -->"
LABEL = "railway-drift"
_PERMISSION = "Issues: write"
_MOST_RECENT = 300
_MOST_CHARACTERS = 60_000
_GONE = "<!-- no drift -->\n"
_NOT_ALL = "The last audit could not see everything; nothing above was seen to be gone:"


class Seen(StrEnum):
    """What an audit can say of the drift."""

    DRIFT = "drift"
    NO_DRIFT = "no drift"
    NOT_ALL = "not all"
    """Something could not be read: what was known is not gone by that."""


class IssueChange(StrEnum):
    """What became of the issue."""

    OPENED = "opened"
    REOPENED = "reopened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NONE = "not needed"


@dataclass(frozen=True, slots=True)
class Tracked:
    """The issue after the audit."""

    change: IssueChange
    number: int
    """0 where there is none."""


def track(api: Api, title: str, body: str, seen: Seen) -> Tracked:
    """
    Bring the issue to what was found; it is known by a hidden mark in its text.

    Above the mark stands what was seen, below it what an audit said that did not see all. Whoever
    closes it is not asked again about the same.

    Raises:
        ProviderError: GitHub did not take it.
    """
    found = _find(api)
    if not found:
        if seen is Seen.NO_DRIFT:
            return Tracked(IssueChange.NONE, 0)
        return _open(api, title, _text("", body, seen))
    kept, *duplicates = found
    for duplicate in duplicates:
        if duplicate.get("state") == "open":
            _close(api, count(duplicate.get("number")))
    number, is_open = count(kept.get("number")), kept.get("state") == "open"
    before = str(kept.get("body") or "")
    if seen is Seen.NO_DRIFT:
        if _GONE not in before:  # the same drift is news again once it was gone
            api.change("PATCH", f"/issues/{number}", _PERMISSION, {"body": f"{before}{_GONE}"})
        if not is_open:
            return Tracked(IssueChange.UNCHANGED, number)
        _close(api, number)
        return Tracked(IssueChange.CLOSED, number)
    if seen is Seen.NOT_ALL and not is_open and _GONE not in before:
        return Tracked(IssueChange.UNCHANGED, number)
    known = before.partition(MARKER)[0] if is_open else ""
    text = _text(known, body, seen)
    if before.strip() == text.strip():
        return Tracked(IssueChange.UNCHANGED, number)
    if known and seen is Seen.NOT_ALL:
        title = str(kept.get("title") or title)
    change = {"title": title, "body": text, "state": "open"}
    api.change("PATCH", f"/issues/{number}", _PERMISSION, change)
    return Tracked(IssueChange.UPDATED if is_open else IssueChange.REOPENED, number)


def _text(known: str, body: str, seen: Seen) -> str:
    if seen is Seen.DRIFT:
        return f"{body[:_MOST_CHARACTERS]}\n\n{MARKER}\n"
    kept = f"{known.rstrip()}\n\n" if known.strip() else ""
    left = _MOST_CHARACTERS - len(kept)
    told = f"{_NOT_ALL}\n\n" if kept else ""
    return f"{kept}{MARKER}\n\n{told}{body[: max(left, 0)]}\n"


def _find(api: Api) -> list[JsonObject]:
    """
    Every issue with the mark, oldest first: of two audits at once the first one's stays.

    The label finds it among any number of issues; where somebody took it away, the issue is
    looked for among those that changed lately.
    """
    query = {"state": "all", "sort": "updated", "direction": "desc"}
    labelled = api.pages("/issues", "Issues: read", labels=LABEL, **query)
    found = _marked(labelled)
    if not found:
        found = _marked(islice(api.pages("/issues", "Issues: read", **query), _MOST_RECENT))
    return sorted(found, key=lambda issue: count(issue.get("number")))


def _marked(issues: Iterable[object]) -> list[JsonObject]:
    return [
        issue
        for issue in map(mapping, issues)
        if MARKER in str(issue.get("body"))
        and "pull_request" not in issue
        # Whoever opens an issue may close it again, and write into it what they want.
        and is_trusted(issue)
    ]


def _open(api: Api, title: str, text: str) -> Tracked:
    wanted = {"title": title, "body": text, "labels": [LABEL]}
    made = api.change("POST", "/issues", _PERMISSION, wanted)
    own = count(made.get("number"))
    first = min([count(issue.get("number")) for issue in _find(api)], default=own)
    if first != own:
        _close(api, own)
    return Tracked(IssueChange.OPENED, first)


def _close(api: Api, number: int) -> None:
    change = {"state": "closed", "state_reason": "completed"}
    api.change("PATCH", f"/issues/{number}", _PERMISSION, change)
