"""
A report without what tells whose it is, for an issue or a question in public.

What stays: what was checked, how it ended, when, states, codes and numbers. What goes: names of
services, projects, repositories, people, hosts and branches, hashes, ids, addresses, log lines,
titles. A name is replaced by the same word everywhere, so that the report can still be followed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Literal, get_args, get_origin

from pydantic import TypeAdapter

from verifier.model.printable_text import InPublic, LeftOut
from verifier.model.report import Report

#: What becomes of text of which its field does not say whose it is.
_UNSAID = LeftOut("(text)")
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_HASH = re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b")
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"<>)\]]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_IPV6 = re.compile(r"(?<![\w:])(?=[0-9a-f:]*::|(?:[0-9a-f]+:){7})[0-9a-f:]{3,39}(?![\w:])", re.I)
_HOST = re.compile(
    r"\b(?:[a-z0-9-]{1,63}\.){1,40}(?:app|com|net|org|io|dev|internal|co|test|ai|br|cloud|tech|run|xyz|me"
    r"|sh|so|site|online|page|info|eu|us|uk|de|fr|es|pt|nl|in|gov|edu|local|lan)\b"
)
#: As PostgreSQL names a host, whatever it ends in.
_SERVER = re.compile(r"(?<=server at \")[^\"\s]{1,255}|(?<=host name \")[^\"\s]{1,255}")
#: An id of a provider, such as a project's at Supabase; no word of the program is as long.
_REF = re.compile(r"(?<![\w-])(?=[a-z0-9]*[a-z])[a-z0-9]{16,64}(?![\w-])")
#: Shorter names than this are words that may stand anywhere.
_SHORTEST = 3


def anonymised(report: Report) -> Report:
    """Return the report under other names. Its verdict, checks, times and numbers are the same."""
    scrubber = _Scrubber(dict(_names(report)))
    adapter = TypeAdapter(type(report))
    shown = _scrubbed(adapter.dump_python(report), type(report), scrubber.text)
    return adapter.validate_python(shown, by_alias=False, by_name=True)


def _names(report: Report) -> Iterator[tuple[str, str]]:
    """What is known to be a name, and the word that stands for it."""
    services = [s.name for s in report.services] + [f.service for f in report.findings]
    for number, name in enumerate(dict.fromkeys(filter(None, services)), start=1):
        yield name, f"service-{number}"
    repositories = [*report.audited, *(row.repository for row in report.drift)]
    for number, name in enumerate(dict.fromkeys(filter(None, repositories)), start=1):
        yield name, f"owner/repository-{number}"
        yield name.partition("/")[0], "owner"
    for number, author in enumerate(dict.fromkeys(c.author for c in report.commits), start=1):
        yield author, f"author-{number}"
    project, _, environment = report.environment.rpartition(" / ")
    yield project, "project"
    if environment not in ("production", "staging"):
        yield environment, "environment"


class _Scrubber:
    """Replaces names and whatever looks like an address or an id, each by the same word."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = {name: word for name, word in names.items() if len(name) >= _SHORTEST}
        longest_first = sorted(self._names, key=len, reverse=True)
        parts = "|".join(map(re.escape, longest_first))
        self._known = re.compile(rf"(?<![\w-])(?:{parts})(?![\w-])") if parts else None
        self._found: dict[str, str] = {}

    def text(self, given: str) -> str:
        """Return it without what is known, and what looks like something of theirs."""
        said = _URL.sub(lambda m: self._word(m[0], "https://host-%d.invalid"), given)
        said = _MAIL.sub(lambda m: self._word(m[0], "person-%d@host.invalid"), said)
        said = _UUID.sub(
            lambda m: self._word(m[0].lower(), "%08d-0000-4000-8000-000000000000"), said
        )
        said = _HASH.sub(lambda m: self._hash(m[0]), said)
        said = _IP.sub(lambda m: self._word(m[0], "192.0.2.%d"), said)
        said = _IPV6.sub(lambda m: self._word(m[0], "2001:db8::%d"), said)
        said = _SERVER.sub(lambda m: self._word(m[0], "host-%d.invalid"), said)
        said = _HOST.sub(lambda m: self._word(m[0], "host-%d.invalid"), said)
        said = _REF.sub(lambda m: self._word(m[0], "id-%d"), said)
        return self._known.sub(lambda m: self._names[m[0]], said) if self._known else said

    def _word(self, found: str, form: str) -> str:
        return self._found.setdefault(found, form % (len(self._found) + 1))

    def _hash(self, found: str) -> str:
        """A hash and its first digits are the same commit."""
        known = self._found.setdefault(found[:7], f"{len(self._found) + 1:07x}")
        return (known + "0" * 64)[: len(found)]


def _scrubbed(value: object, kind: object, scrub: Callable[[str], str]) -> object:
    """Return a value of a field of that type with what the type says that becomes of its text."""
    part, said = _part_in(kind), _said_of(kind) or _UNSAID
    match value:
        case Enum():
            return value
        case dict() if part is not None:
            return {f.name: _scrubbed(value[f.name], f.type, scrub) for f in fields(part)}
        case dict():
            return {
                _scrubbed(key, kind, scrub): _scrubbed(inner, kind, scrub)
                for key, inner in value.items()
            }
        case list() | tuple() | frozenset():
            return [_scrubbed(inner, kind, scrub) for inner in value]
        case str() if value and isinstance(said, LeftOut):
            return said.instead
        case str() if said is InPublic.RENAMED:
            return scrub(value)
        case _:
            return value


def _part_in(kind: object) -> type | None:
    """Return the part of a report that a field holds, one or several of it; None for no such."""
    if isinstance(kind, type) and is_dataclass(kind):
        return kind
    parts = (_part_in(inner) for inner in get_args(kind))
    return next((part for part in parts if part is not None), None)


def _said_of(kind: object) -> InPublic | LeftOut | None:
    """Return what a type says of its text; None where it says nothing."""
    if get_origin(kind) is Literal:
        return InPublic.KEPT
    if isinstance(kind, InPublic | LeftOut):
        return kind
    said = (_said_of(inner) for inner in get_args(kind))
    return next((each for each in said if each is not None), None)
