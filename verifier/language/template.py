"""One template of the catalogue: how it is found in a finished text, and what was filled in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

FIELD = re.compile(r"\{(\d+)(?::([nw]))?\}")
_NUMBER = r"-?[0-9](?:[0-9.,]{0,22}[0-9])?"


@dataclass(frozen=True, slots=True)
class Template:
    """One template, ready to be found in a text."""

    segments: tuple[re.Pattern[str], ...]
    """Between free fields, in order; numbers are groups of theirs."""
    fields: tuple[tuple[int, ...], ...]
    """The numbers of the fields in each segment, and of the free one behind it, last."""
    literal: int
    """How many characters of the text are the template's own."""
    starts_literal: bool
    is_upper: bool
    quoted: frozenset[int]
    """Fields that stand between quotation marks."""
    translated: str


def filled(
    template: Template, text: str, quoted: Sequence[tuple[int, int]] = ()
) -> dict[int, tuple[str, bool]] | None:
    """
    Return by the number of a field what was filled in, and whether it is a formatted number.

    `quoted` is where somebody's own words stand in the text: none of them is a template's.
    """
    theirs = () if template.quoted else quoted
    parts: dict[int, tuple[str, bool]] = {}
    at, free = 0, 0
    last = len(template.segments) - 1
    for index, segment in enumerate(template.segments):
        if index == 0:
            found = segment.fullmatch(text) if last == 0 else segment.match(text)
        else:
            found = segment.search(text, at)
            while found is not None and _is_within(found.span(), theirs):
                found = segment.search(text, found.start() + 1)
        if found is None:
            return None
        *numbers, behind = template.fields[index]
        if index > 0:
            parts[free] = text[at : found.start()], False
        parts.update((n, (found[k], True)) for k, n in enumerate(numbers, start=1))
        at, free = found.end(), behind
    return parts


def _is_within(span: tuple[int, int], quoted: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[0] and span[1] < end for start, end in quoted)


@cache
def template_of(english: str, translated: str) -> Template:
    """Return a template and its translation, ready to be found."""
    pattern = ""
    patterns: list[str] = []
    fields: list[tuple[int, ...]] = []
    numbers: list[int] = []
    quoted: set[int] = set()
    at = 0
    for found in FIELD.finditer(english):
        pattern += re.escape(english[at : found.start()])
        number, at = int(found[1]), found.end()
        if found[2]:
            pattern += f"({_NUMBER})"
            numbers.append(number)
            continue
        if english[found.start() - 1 : found.start()] in ('"', "`", "'", "“") and found.start():
            quoted.add(number)
        patterns.append(pattern)
        fields.append((*numbers, number))
        pattern, numbers = "", []
    pattern += re.escape(english[at:])
    patterns.append(pattern)
    fields.append((*numbers, 0))
    patterns[-1] += r"\Z"
    first = english[:1]
    if first.isalpha():
        patterns[0] = f"(?i:{re.escape(first)}){patterns[0][len(re.escape(first)) :]}"
    return Template(
        tuple(re.compile(each) for each in patterns),
        tuple(fields),
        len(FIELD.sub("", english)),
        first.isalpha(),
        first.isupper(),
        frozenset(quoted),
        translated,
    )


def literal_words(english: str) -> list[str]:
    """The whole words of a template: none that a field touches."""
    marked = FIELD.sub("\0", english.lower())
    words = re.finditer(r"(?<![a-z'\u2019\0-])[a-z][a-z'\u2019-]*(?![a-z'\u2019\0-])", marked)
    return [found[0] for found in words]
