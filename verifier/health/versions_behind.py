"""Whether a schema is behind by what an object says of it: `schema_version: 11, expected: 12`."""

import re
from collections.abc import Iterator
from itertools import islice

from verifier.health.document_keys import is_of_another_time, normal
from verifier.health.flag_names import words_of
from verifier.health.own_status import Json, cut
from verifier.health.word_set import word_set

_SCHEMAS = word_set(
    "schema migration migrations alembic flyway liquibase goose esquema migracao migracoes"
)
#: A schema of these is none of a database.
_OTHERS = word_set(
    "registry json graphql openapi api event events message avro proto config response supported "
    "client app"
)
_HAS = word_set("actual current applied installed db database")
_WANTED = word_set("required expected wanted target latest head heads min minimum")
#: Under these stands what an application says itself that it needs.
_SURE = word_set("required expected wanted")
_VERSION = word_set("version versions revision revisions rev id number schema")
#: `head_revision` may be of a repository, unless what stands beside it is of a database.
_REVISIONS = word_set("revision rev")
_LONGEST = 200
_MOST = 100
_DIGITS = re.compile(r"\d{1,20}")
_DOTTED = re.compile(r"[vV]?(\d{1,9}(?:\.\d{1,9}){1,4})")
_NUMBERED = re.compile(r"[vV]?(\d{1,20})(?:_|-|\.)+[A-Za-z]")
_NAMES = re.compile(r"[\w.-]{4,64}")
_IS_HEAD = re.compile(r"\(?\bhead\b\)?")


def behind_in(key: str, value: Json) -> Iterator[tuple[str, str]]:
    """
    Yield the key and the text of the version that an object has which is not the one it needs.

    One that is ahead is so for a while; revisions without a number only differ.
    """
    outer = frozenset(words_of(key))
    if not _OTHERS.isdisjoint(outer):
        return
    fields = {k: v for k, v in islice(value.items(), _MOST) if _is_version(v)}
    kinds = {k: _kind(k, outer, fields) for k in fields}
    has = next((k for k, kind in kinds.items() if kind == "has"), "")
    wanted = next((k for k, kind in kinds.items() if kind == "wanted"), "")
    if not has or not wanted:
        return
    is_of_heads = not {"head", "heads"}.isdisjoint(words_of(wanted))
    if _is_behind(fields[has], fields[wanted], is_of_heads=is_of_heads):
        yield has, f"{has}: {_text(fields[has])}, {wanted}: {_text(fields[wanted])}"


def _is_version(item: object) -> bool:
    if isinstance(item, bool | float | dict):
        return False
    return item is None or len(_text(item)) <= _LONGEST


def _text(item: object) -> str:
    if isinstance(item, list):
        return ", ".join(cut(str(each)) for each in item[:20])
    if isinstance(item, int):
        return str(item) if abs(item) < 10**_LONGEST else "0" * (_LONGEST + 1)
    return "none" if item is None else str(item).strip()


def _kind(key: str, outer: frozenset[str], fields: Json) -> str:
    """Return whether a key is that of the version that a schema has, or of the wanted one."""
    words = frozenset(words_of(key))
    if not words or not _OTHERS.isdisjoint(words):
        return ""
    is_wanted = not _WANTED.isdisjoint(words)
    if not is_wanted and is_of_another_time(key):
        return ""
    is_of_it = not _SCHEMAS.isdisjoint(words | outer)
    if not is_of_it:
        is_of_it = _is_beside_one(words, fields)
    if not is_of_it or not words <= _SCHEMAS | _HAS | _WANTED | _VERSION:
        return ""
    if is_wanted:
        return "wanted"
    is_named = not _HAS.isdisjoint(words) or (
        not _SCHEMAS.isdisjoint(words) and not _VERSION.isdisjoint(words)
    )
    is_whole = _SCHEMAS.issuperset(words) and any(_expects(k, words) for k in fields)
    return "has" if is_named or is_whole else ""


def _is_beside_one(words: frozenset[str], fields: Json) -> bool:
    """Whether a version that names no schema is one by its neighbour: `required_version`."""
    others = [frozenset(words_of(key)) for key in fields]
    if not _REVISIONS.isdisjoint(words):
        databases = word_set("db database")
        return any(not databases.isdisjoint(o) and not _REVISIONS.isdisjoint(o) for o in others)
    is_sure = not _SURE.isdisjoint(words) and not _VERSION.isdisjoint(words)
    return is_sure and any(
        not _SCHEMAS.isdisjoint(o) and not _VERSION.isdisjoint(o) for o in others
    )


def _expects(key: str, words: frozenset[str]) -> bool:
    others = frozenset(words_of(key))
    return words < others and not _SURE.isdisjoint(others)


def _is_behind(has: object, wanted: object, *, is_of_heads: bool) -> bool:
    here, there = _text(has), _text(wanted)
    if has is None or wanted is None or isinstance(has, list) or isinstance(wanted, list):
        return is_of_heads and wanted is not None and _lacks_a_head(has, wanted)
    if _DIGITS.fullmatch(here) and _DIGITS.fullmatch(there):
        # A count of migrations beside the time of the last one is no version behind it.
        return abs(len(here) - len(there)) <= 1 and int(here) < int(there)
    if (ours := _DOTTED.fullmatch(here)) and (theirs := _DOTTED.fullmatch(there)):
        return _numbers(ours[1]) < _numbers(theirs[1])
    first, second = _NUMBERED.match(here), _NUMBERED.match(there)
    if first and second:
        return len(first[1]) == len(second[1]) and int(first[1]) < int(second[1])
    return is_of_heads and _lacks_a_head(has, wanted)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


def _lacks_a_head(has: object, wanted: object) -> bool:
    """Whether a database has not each of the last revisions; an id may be written in short."""
    here = "" if has is None else _text(has)
    if _IS_HEAD.search(here):
        return False
    ours, theirs = _NAMES.findall(here), _NAMES.findall(_text(wanted))
    if not theirs or normal(theirs[0]) in _WANTED or (here and not ours):
        return False
    return any(not any(a.startswith(b) or b.startswith(a) for a in ours) for b in theirs)
