"""Pydantic's errors in words for whoever wrote the file."""

import difflib
import types
from collections.abc import Mapping
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from verifier.config.sections import Config
from verifier.guarded.mistakes import Problem
from verifier.guarded.yaml_document import Document, Location
from verifier.model.cut_text import cut_to

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "model_type": "a section with keys",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "tuple_length": "a list",
    "too_short": "at least one entry",
    "string_pattern_mismatch": "lower-case letters, digits, hyphens",
}


_OLDER = "; verifier config upgrade brings a file of an older version up to date"
_NEWER = ": a file of a newer version needs a newer verifier"
_SECRETS_BELOW = ("health", "headers")


def problem_of(
    document: Document, details: ErrorDetails, root: type[BaseModel] = Config
) -> Problem:
    """
    Say what one mistake is: what was found, what was expected, the nearest valid key.

    `root` is what the whole file was read as.
    """
    location = tuple(part for part in details["loc"] if not _is_union_tag(part))
    kind = details["type"]
    where = ".".join(map(str, location))
    if "<<" in location:
        text = "found <<, the merge key of YAML 1.1, which is not read: write the keys out instead"
        return document.key_problem(location[: location.index("<<") + 1], text)
    if kind == "extra_forbidden":
        keys = _keys_at(location[:-1], root)
        near = nearest(str(location[-1]), keys)
        text = f"found the unknown key {where!r}{near}, expected one of {', '.join(keys)}"
        return document.key_problem(location, text)
    if kind == "missing":
        text = f"found no {where!r}, which is required"
        text += _OLDER if location == ("version",) else ""
    elif location[:2] == _SECRETS_BELOW:
        # What was pasted here may be the secret itself.
        text = f"{where}: found a value, expected env:NAME of the variable that holds it"
    else:
        own = "" if root is Config else _pattern(details)
        expected = own or _EXPECTED.get(kind) or _limit(details) or _own_words(details["msg"])
        if location == ("version",):
            expected += _of_format(details["input"])
        # One of a receiver of messages is a secret as a whole.
        is_word = kind == "enum" and "://" in str(details["input"])
        found = "an address" if is_word else _shown(details["input"])
        text = f"{where}: found {found}, expected {expected}"
    return document.problem(location, text)


def _pattern(details: ErrorDetails) -> str:
    """Return the pattern that a text must fit; empty for another mistake."""
    pattern = details.get("ctx", {}).get("pattern")
    return f"a text of the form {pattern}" if pattern else ""


def _of_format(given: object) -> str:
    """Say what a format other than today's comes of."""
    if isinstance(given, str) and given.strip().isdecimal():
        return ": a number, without quotes"
    return _NEWER if isinstance(given, int) and given > 1 else ""


def _limit(details: ErrorDetails) -> str:
    """Say the limit of a number that is passed; empty for another mistake."""
    limits = details.get("ctx", {})
    match details["type"]:
        case "greater_than_equal":
            return f"at least {limits['ge']}"
        case "greater_than":
            return f"more than {limits['gt']}"
        case "less_than_equal":
            return f"at most {limits['le']}"
        case "less_than":
            return f"less than {limits['lt']}"
        case _:
            return ""


def _own_words(message: str) -> str:
    for prefix in ("Value error, ", "Input should be ", "Assertion failed, "):
        message = message.removeprefix(prefix)
    return message


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "nothing" if value is None else cut_to(80, repr(value))


def _is_union_tag(part: str | int) -> bool:
    return isinstance(part, str) and part.startswith("<") and part != "<<"


def _keys_at(location: Location, root: type[BaseModel]) -> list[str]:
    """The valid keys of the section at `location`."""
    section = root
    for part in location:
        by_key = {f.alias or name: f.annotation for name, f in section.model_fields.items()}
        inner = by_key.get(str(part))
        section = (_section_in(inner) if inner is not None else None) or section
    return [f.alias or name for name, f in section.model_fields.items()]


def _section_in(annotation: object) -> type[BaseModel] | None:
    """The section that a type is, or holds: `Section | None`, `dict[str, Section]`, …"""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, dict, tuple, Annotated):
        return next((s for s in map(_section_in, get_args(annotation)) if s), None)
    return None


def nearest(word: str, candidates: Mapping[str, object] | list[str]) -> str:
    """Return a guess of what was meant, in brackets; empty where nothing is near."""
    near = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""
