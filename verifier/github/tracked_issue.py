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


def track(api: Api, title: str, body: str, *, has_drift: bool) -> Tracked:
    """
    Bring the issue to what was found; it is known by a hidden mark in its text.

    Raises:
        ProviderError: GitHub did not take it.
    """
    found = _find(api)
    text = f"{body[:_MOST_CHARACTERS]}\n\n{MARKER}\n"
    if not found:
        return _open(api, title, text) if has_drift else Tracked(IssueChange.NONE, 0)
    kept, *duplicates = found
    for duplicate in duplicates:
        if duplicate.get("state") == "open":
            _close(api, count(duplicate.get("number")))
    number, is_open = count(kept.get("number")), kept.get("state") == "open"
    if not has_drift:
        if not is_open:
            return Tracked(IssueChange.UNCHANGED, number)
        _close(api, number)
        return Tracked(IssueChange.CLOSED, number)
    if is_open and kept.get("body") == text and kept.get("title") == title:
        return Tracked(IssueChange.UNCHANGED, number)
    change = {"title": title, "body": text, "state": "open"}
    api.change("PATCH", f"/issues/{number}", _PERMISSION, change)
    return Tracked(IssueChange.UPDATED if is_open else IssueChange.REOPENED, number)


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
