"""A log as if nothing had been broken into lines, without what each line begins or ends with."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

_BREAK = re.compile(r"[\n\x1e]")
_DIGIT = re.compile(r"[0-9]")
#: What ends that which is before each line; other signs may be of what stands there.
_ENDS = " \t\r]:>|)#*+,;\"'-}"
#: Longer ones are no times, names and levels any more.
_LONGEST = 160
#: One or two signs are what a line happens to begin with.
_SHORTEST = 2

#: What a line of a log begins with, whatever the lines around it do: times and numbers, what stands
#: in brackets, levels, a program's name, and names before a stroke, as of containers and pods.
_HEAD = re.compile(
    r"(?:[ \t]+|[0-9][0-9:.,/+TZ_-]{0,40}(?=[ \t|])|\[[^\]\n\x1e]{0,80}\]:?|<[0-9]{1,3}>[0-9]?"
    r"|[a-z]{3}[ ]{1,2}[0-9]{1,2}[ ][0-9]{2}:[0-9]{2}:[0-9]{2}[ ][\w.-]{1,60}(?=[ \t])"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRITICAL|FATAL|PANIC)\b:?"
    r"|(?:[\w./:@-]{1,80}[ \t]+){0,3}[\w./:@-]{0,80}[ \t]?[|\u2502][ \t]?"
    r"|[\w./-]{1,60}(?:\[[\w.-]{1,20}\])?:(?=[ \t]))+",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[0-9a-fA-F]{2}")
#: A line of a dump: its place, its bytes in hex, and what is printable of them, as xxd and hexdump
#: write it.
_DUMPED = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{4,16}(?:"
    r":[ ](?P<x>[0-9a-fA-F]{2,16}(?:[ ][0-9a-fA-F]{2,16}){0,31})[ ]{2,90}(?P<y>[^ ].{0,63})"
    r"|[ ]{1,4}(?P<h>[0-9a-fA-F]{2}(?:[ ]{1,2}[0-9a-fA-F]{2}){0,31})[ ]{2,90}\|(?P<i>.{1,64})\|)$"
)

#: A text of which each character knows where in the original it starts and ends.
Mapped = tuple[str, Sequence[int], Sequence[int]]


def joined(text: str) -> Mapped | None:
    """
    Return the text without its line breaks, and without what two lines that follow have in common.

    That is the time, the level or the quote before each line, and what closes its record. None
    where there is one line.
    """
    spans = _lines(text)
    return _mapped(text, list(_kept(text, spans))) if len(spans) > 1 else None


def headless(text: str) -> Mapped | None:
    """
    Return the text without its line breaks, and without what each line by itself begins with.

    There is no telling by the next line where a number grows, or a level or a name is another one.
    None where there is one line, or no line begins so.
    """
    spans = _lines(text)
    heads = [_HEAD.match(text, begin, min(end, begin + _LONGEST)) for begin, end in spans]
    if len(spans) < 2 or not any(heads):
        return None
    kept = [
        (found.end() if found else begin, end)
        for (begin, end), found in zip(spans, heads, strict=True)
    ]
    return _mapped(text, kept)


def _lines(text: str) -> list[tuple[int, int]]:
    places = [0, *(found.end() for found in _BREAK.finditer(text)), len(text) + 1]
    return [(begin, end - 1) for begin, end in pairwise(places)]


def _mapped(text: str, kept: Sequence[tuple[int, int]]) -> Mapped:
    at = [place for begin, end in kept for place in range(begin, end)]
    shown = "".join(text[begin:end] for begin, end in kept)
    return shown, at, [place + 1 for place in at]


def dumped(text: str) -> list[Mapped]:
    """Return the bytes of a dump over all its lines, and what it shows beside them, if any."""
    pairs: list[tuple[int, int]] = []
    letters: list[int] = []
    begin = 0
    for line in _BREAK.split(text):
        if (found := _DUMPED.search(line)) is not None:
            whole, beside = found.span("x"), found.span("y")
            if whole[0] < 0:
                whole, beside = found.span("h"), found.span("i")
            pairs += [
                (begin + pair.start(), begin + pair.end()) for pair in _PAIR.finditer(line, *whole)
            ]
            letters += range(begin + beside[0], begin + beside[1])
        begin += len(line) + 1
    if not pairs:
        return []
    shown = "".join(chr(int(text[start:end], 16)) for start, end in pairs)
    return [
        (shown, [start for start, _ in pairs], [end for _, end in pairs]),
        ("".join(text[at] for at in letters), letters, [at + 1 for at in letters]),
    ]


def _kept(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of each line."""
    before, after = [0] * len(spans), [0] * len(spans)
    for number, (one, other) in enumerate(pairwise(spans)):
        first, second = text[slice(*one)], text[slice(*other)]
        heads = (_DIGIT.sub("0", line[:_LONGEST]) for line in (first, second))
        before[number + 1] = _common(*heads)
        after[number] = _common(first[: -_LONGEST - 1 : -1], second[: -_LONGEST - 1 : -1])
    for (begin, end), head, tail in zip(spans, before, after, strict=True):
        yield begin + head, max(begin + head, end - tail)


def _common(one: str, other: str) -> int:
    """How far two texts begin alike, up to where that may end."""
    pairs = zip(one, other, strict=False)
    length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    while length and one[length - 1] not in _ENDS:
        length -= 1
    return length if length >= _SHORTEST else 0
