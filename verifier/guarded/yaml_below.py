"""Finds the values that YAML writes in lines of their own, below the name of a secret."""

import re
from collections.abc import Iterator

from verifier.guarded.known_forms import Range
from verifier.model.late_pattern import LatePattern

_TYPES = r"!!(?:str|binary|int|float|bool|null|map|seq|set|omap|timestamp)"
MARKS = LatePattern(
    r"(?:(?:!{1,2}[A-Za-z][\w:/.-]{0,30}|&[A-Za-z][\w-]{0,30})[ \t]{1,3}){1,2}"
    rf"|(?:{_TYPES}|&[A-Za-z][\w-]{{0,30}})(?=[ \t]{{0,3}}\r?[\n\x1e])"
)
#: Those of well-known programs: another word with such a sign may be the value.
TAG = LatePattern(
    r"!(?:env|ref|sub|getatt|vault|secret|reference|importvalue|base64|join|include)\s"
    rf"|{_TYPES}\s",
    re.IGNORECASE,
)
BLOCK = LatePattern(r"[|>](?:[+-]?[1-9]?|[1-9][+-])[ \t]{0,3}(?:#[^\n\x1e]{0,200})?\r?(?=[\n\x1e])")
_LINE = LatePattern(r"[\n\x1e](?P<indent>[ \t]{1,60})(?P<value>[^\s][^\n\r\x1e]{0,1000})\r?")
#: A field, and the value alone, of an item that is a record.
_FIELD = (
    r"(?P<of>[\w.-]{1,60}):"
    r"(?:[ \t]{1,4}(?P<mark>['\"]?)(?P<said>[^\s][^\n\r\x1e]{0,500}?)(?P=mark))?"
    r"[ \t]{0,3}\r?(?=[\n\x1e]|$)"
)
_FIRST_FIELD = LatePattern(_FIELD)
_NEXT_FIELD = LatePattern(rf"\r?[\n\x1e](?P<indent>[ \t]{{1,60}}){_FIELD}")
BELOW = LatePattern(
    r"[ \t]{0,3}\r?[\n\x1e][ \t]{1,60}(?!-[ \t])"
    r"(?P<value>(?![\w.-]{1,60}:(?:\s|$))[^\s][^\n\r\x1e]{0,500})"
)
_ITEM = LatePattern(
    r"[ \t]{0,3}\r?[\n\x1e](?P<indent>[ \t]{0,60})-[ \t]{1,4}(?:![A-Za-z!]{1,20}[ \t])?"
    r"(?:(?P<quote>['\"])"
    r"(?P<quoted>(?:(?!(?P=quote)[ \t]{0,3}\r?(?:[\n\x1e]|$))[^\n\r\x1e]){1,500})(?P=quote)"
    r"|(?P<bare>[\w.-]{1,60}:[ \t][^\n\r\x1e]{0,500}"
    r"|[^\s'\"](?:[^\n\r\x1e'\"]{0,500}|\S{0,500})))[ \t]{0,3}\r?(?=[\n\x1e]|$)"
)
_MOST_LINES = 200
_MOST_FIELDS = 20
#: The one field of a wrapper.
OF_A_WRAPPER = LatePattern(
    r"\W{0,4}(?i:_?inner\w{0,20}|_?value|val|data|raw|default|secret\w{0,20}|plain\w{0,20})\W{0,4}"
)


def items(text: str, at: int) -> Iterator[Range]:
    """Yield the items of a list of YAML below a name, and the values in those that are records."""
    indent: str | None = None
    for _ in range(_MOST_LINES):
        item = _ITEM.match(text, at)
        if item is None or (indent is not None and item["indent"] != indent):
            return
        indent, at = item["indent"], item.end()
        kind = "bare" if item["quote"] is None else "quoted"
        field = _FIRST_FIELD.match(text, item.start(kind), at)
        if field is None:
            yield item.span(kind)
        for _ in range(_MOST_FIELDS):
            if field is None:
                break
            if field["said"] and OF_A_WRAPPER.fullmatch(field["of"]):
                yield field.span("said")
            at = field.end()
            field = _NEXT_FIELD.match(text, at)
            if field is not None and len(field["indent"]) <= len(indent):
                break


def block(text: str, at: int) -> Iterator[Range]:
    """Yield the lines of a block, whose head ends at a place of the text."""
    indent = 0
    for _ in range(_MOST_LINES):
        line = _LINE.match(text, at)
        if line is None or len(line["indent"]) < indent:
            return
        indent, at = indent or len(line["indent"]), line.end()
        yield line.span("value")
