"""The text of the tracked issue: what was seen, what could not be seen, what was known before."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

#: An issue takes 65,536 characters.
_MOST_CHARACTERS = 60_000
#: Of issues that earlier versions opened, whatever their audit was about.
FORMER_MARK = "<!-- railway-deploy-verifier:drift -->"
#: Of more drift than this the first marks stand for all.
_MOST_MARKS = 500
_GONE = "<!-- no drift -->"
_NOT_ALL = "The last audit could not read everything; it confirmed none of these as fixed:"
_EARLIER = "Known from before, when not all of it could be seen since:"


class DriftSight(StrEnum):
    """What an audit can say of the drift."""

    DRIFT = "drift"
    NO_DRIFT = "no drift"
    PART = "part"
    """Drift, and something that could not be read."""
    NOT_ALL = "not all"
    """No drift, and something that could not be read: what was known is not gone by that."""


@dataclass(frozen=True, slots=True)
class AuditSubject:
    """What an audit is about. Another configuration, branch or owner has an issue of its own."""

    config: str
    """Path of the configuration; empty where there is none."""
    branches: tuple[str, ...]
    repositories: tuple[str, ...]
    """OWNER/NAME, or an owner, its share, and what of it is chosen and left out."""

    @property
    def key(self) -> str:
        """Eight digits that are its own."""
        said = "\0".join((self.config, *sorted(self.branches), "", *sorted(self.repositories)))
        return sha256(said.encode()).hexdigest()[:8]

    @property
    def mark(self) -> str:
        """What its issue is known by."""
        return f"<!-- railway-deploy-verifier:drift {self.key} -->"


@dataclass(frozen=True, slots=True)
class AuditNews:
    """What an audit has to say."""

    title: str
    body: str
    """Markdown; drift stands in its tables, a line each."""
    marks: frozenset[str]
    """Of each drift that was seen; the same for the same drift, however it is worded today."""
    seen: DriftSight
    not_asked: frozenset[str] = frozenset()
    """Kinds of drift that this audit did not look for; a mark ends in its kind."""
    say: Callable[[str], str] = str
    """Says the issue's own sentences in the language of who reads it."""


@dataclass(frozen=True, slots=True)
class IssueText:
    """The parts of the text."""

    known: str = ""
    """What the last audit that saw drift said."""
    marks: tuple[str, ...] = ()
    """Of the drift that is known, sorted; of very much drift the first ones."""
    unseen: str = ""
    """What could not be read since."""
    earlier: str = ""
    """Rows that were there before, and were not seen to be gone."""
    is_gone: bool = False
    """Whether an audit saw everything, and no drift, since."""

    def is_news(self, told: AuditNews) -> bool:
        """
        Tell whether what was told is other drift than is known.

        What could not all be seen is news only by what was seen; what is missing there is not.
        """
        if told.seen is DriftSight.NOT_ALL:
            return False
        if told.seen is DriftSight.DRIFT:
            return _first(told.marks) != self.marks
        last = self.marks[-1] if len(self.marks) == _MOST_MARKS else None
        return any(last is None or mark <= last for mark in told.marks.difference(self.marks))

    def after(self, told: AuditNews) -> "IssueText":
        """Return what the text is to be once an audit has told this."""
        if told.seen is DriftSight.DRIFT:
            return IssueText(told.body.strip(), _first(told.marks))
        if told.seen is DriftSight.PART:
            earlier = _rows_missing(f"{self.known}\n{self.earlier}", told.body)
            known = _first(told.marks.union(self.marks))
            return IssueText(told.body.strip(), known, earlier=earlier)
        return IssueText(self.known, self.marks, told.body.strip(), self.earlier)

    def shown(self, subject: AuditSubject, say: Callable[[str], str] = str) -> str:
        """Return the text, within what an issue takes."""
        mark = f"{subject.mark}<!-- {' '.join(self.marks)} -->{_GONE if self.is_gone else ''}"
        known = self.known[: _MOST_CHARACTERS - len(mark) - 2]  # without its mark it is lost
        unseen = [_said(_NOT_ALL, say), self.unseen] if self.unseen and known else [self.unseen]
        earlier = [_said(_EARLIER, say), self.earlier] if self.earlier else []
        text = "\n\n".join(part for part in (known, mark, *unseen, *earlier) if part)
        return f"{text[:_MOST_CHARACTERS].strip()}\n"


def read_text(text: str, subject: AuditSubject) -> IssueText:
    """Return the parts of an issue's text, also of one that an earlier version wrote."""
    known, _, below = text.replace(FORMER_MARK, subject.mark).partition(subject.mark)
    marks = ""
    if below.startswith("<!-- "):
        marks, _, below = below.removeprefix("<!-- ").partition(" -->")
    for sentence in (_NOT_ALL, _EARLIER):
        below = re.sub(f"<!-- {re.escape(sentence)} -->[^\n]*", sentence, below)
    is_gone = _GONE in below
    unseen, _, earlier = below.replace(_GONE, "").partition(_EARLIER)
    return IssueText(
        known.strip(),
        tuple(marks.split()),
        unseen.replace(_NOT_ALL, "").strip(),
        earlier.strip(),
        is_gone,
    )


def _first(marks: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(marks)[:_MOST_MARKS])


def _said(sentence: str, say: Callable[[str], str]) -> str:
    """In another language a sentence keeps its English one, by which it is found again."""
    said = say(sentence)
    return said if said == sentence else f"<!-- {sentence} -->{said}"


def _rows_missing(before: str, now: str) -> str:
    """The rows of tables that are not there any more, under the title of the first table."""
    lines = [line for line in before.splitlines() if line.startswith("|")]
    title = lines[:2]
    current = set(now.splitlines())
    rows = [line for line in dict.fromkeys(lines) if line not in (*title, *current)]
    return "\n".join((*title, *rows)) if rows else ""
