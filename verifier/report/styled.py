"""Text for a terminal: spans with a tone, wrapped to a width, painted with colours or without."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from verifier.report.harmless_text import prose
from verifier.report.spoken import say


class Tone(StrEnum):
    """What a span means. The values are its colours, as ANSI's own numbers."""

    PLAIN = ""
    STRONG = "1"
    QUIET = "2"
    GOOD = "1;32"
    BAD = "1;31"
    WARNING = "33"
    NAME = "36"


#: Cells that a wrapped text keeps, however far it is indented.
_NARROWEST = 30
#: A label, and the gap behind it.
_LABELLED = re.compile(r" *\S(?:[^ ]| (?! ))* {2,}(?=\S)")
#: Everything of ours that a terminal is told besides text and links; no other escape leaves us.
ESCAPES = (*(f"\x1b[{tone}m" for tone in Tone if tone), "\x1b[0m")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. Its text is harmless: made by `span`."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and how far its continuation is indented where it must be wrapped."""

    spans: tuple[Span, ...] = ()
    hang: int = 0


def span(text: str, tone: Tone = Tone.PLAIN, limit: int = 600) -> Span:
    """Return a message in the language in force as a span: it stays text on one line."""
    return verbatim(say(text), tone, limit)


def verbatim(text: str, tone: Tone = Tone.PLAIN, limit: int = 600) -> Span:
    """Return `text` as a span: whatever it says stays text on one line."""
    return Span(prose(text, limit), tone)


def width_of(text: str) -> int:
    """Return how many cells of a terminal a text takes: wide letters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, width: int) -> str:
    """Return `text` with spaces up to so many cells."""
    return text + " " * (width - width_of(text))


def columns(rows: Sequence[Sequence[Span]], indent: int, gap: int = 2) -> Iterator[Line]:
    """Yield a line a row with its columns aligned; the last one is wrapped below itself."""
    most = max((len(row) for row in rows), default=0)
    widths = [
        max((width_of(row[n].text) for row in rows if n < len(row) - 1), default=0)
        for n in range(most)
    ]
    for row in rows:
        spans = [Span(" " * indent)]
        for n, cell in enumerate(row[:-1]):
            spans.append(Span(padded(cell.text, widths[n] + (gap if widths[n] else 0)), cell.tone))
        hang = sum(width_of(s.text) for s in spans)
        yield Line((*spans, *row[-1:]), hang)


def laid_out(lines: Iterable[Line], width: int | None) -> Iterator[Line]:
    """Yield the lines in at most so many cells; None wraps nothing."""
    for line in lines:
        yield from [line] if width is None else _wrapped(line, width)


def fitted(text: str, width: int | None) -> str:
    """
    Return finished lines in at most so many cells, each ending in a newline.

    What does not fit goes on below the text behind its label, or a little further in.
    """
    lines = (Line((Span(line),), _hang_of(line)) for line in text.splitlines())
    return painted(laid_out(lines, width), is_coloured=False)


def _hang_of(line: str) -> int:
    label = _LABELLED.match(line)
    return width_of(label[0]) if label else width_of(line) - width_of(line.lstrip(" ")) + 2


def painted(lines: Iterable[Line], *, is_coloured: bool) -> str:
    """Return the lines as text, each ending in a newline, with colours where they are wanted."""
    return "".join(
        "".join(_paint(s, is_coloured=is_coloured) for s in line.spans).rstrip(" ") + "\n"
        for line in lines
    )


def linked(text: str, pages: Mapping[str, str]) -> str:
    """
    Return painted text with each of these words as a link to its page.

    The pages are addresses that were checked to be nothing else.

    Source: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    """
    if not pages:
        return text
    # Not within an address or a longer id.
    words = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, pages))})(?![\w/-])")
    return words.sub(lambda found: _link(found[0], pages[found[0]]), text)


def _link(word: str, page: str) -> str:
    return f"\x1b]8;;{page}\x1b\\{word}\x1b]8;;\x1b\\"


def _paint(part: Span, *, is_coloured: bool) -> str:
    if not is_coloured or part.tone is Tone.PLAIN or not part.text.strip():
        return part.text
    return f"\x1b[{part.tone}m{part.text}\x1b[0m"


def _wrapped(line: Line, width: int) -> Iterator[Line]:
    """Break between words, and inside a word that no line can hold."""
    hang = min(line.hang, max(width - _NARROWEST, 0))
    spans: list[Span] = []
    used = 0
    for part in line.spans:
        for word in _words(part.text, max(10, width - hang)):
            size = width_of(word)
            if used + width_of(word.rstrip(" ")) > width and used > hang:
                spans.append(Span(spans[-1].text.rstrip(" "), spans.pop().tone))
                yield Line(tuple(spans))
                spans, used = [Span(" " * hang)], hang
                word = word.lstrip(" ")
                size = width_of(word)
            _append(spans, Span(word, part.tone))
            used += size
    yield Line(tuple(spans))


def _append(spans: list[Span], part: Span) -> None:
    """Put a span behind others: one of the same tone becomes part of the last."""
    if spans and spans[-1].tone is part.tone:
        part = Span(spans.pop().text + part.text, part.tone)
    spans.append(part)


def _words(text: str, longest: int) -> Iterator[str]:
    """Yield words with the spaces after them."""
    word, width = "", 0
    for letter in text:
        size = width_of(letter)
        if word and ((word.endswith(" ") and letter != " ") or width + size > longest):
            yield word
            word, width = "", 0
        word, width = word + letter, width + size
    if word:
        yield word
