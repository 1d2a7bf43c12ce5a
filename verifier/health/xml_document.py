"""Small documents in XML: elements in an element are read as fields of an object are."""

import re

from verifier.model.late_pattern import LatePattern

_LONGEST = 20_000
_MOST_TAGS = 500
_DEEPEST = 8
_PROLOG = LatePattern(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)*", re.DOTALL)
_TOKEN = LatePattern(
    r"<(/?)([A-Za-z_][\w.-]{0,60})((?:\s+[\w:.-]{1,60}\s*=\s*(?:\"[^\"<]{0,500}\"|'[^'<]{0,500}'))*)"
    r"\s*(/?)>|([^<]+)"
)
_ATTRIBUTE = LatePattern(r"([\w:.-]{1,60})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_CDATA = LatePattern(r"<!\[CDATA\[([^<\]]{0,2000})\]\]>")
#: `<h:status>` in any namespace.
_PREFIX = LatePattern(r"(</?)[A-Za-z_][\w.-]{0,60}:(?=[A-Za-z_])")
_Element = dict[str, object]


def fields_of_xml(text: str) -> _Element | None:
    """
    Return the elements in the one that is around them; None where that is no plain XML.

    What declares entities, mixes text with elements, or is long is not read.
    """
    if len(text) > _LONGEST:
        return None
    text = _PREFIX.sub(r"\1", _CDATA.sub(r"\1", text))
    at = _PROLOG.match(text)
    position = at.end() if at else 0
    root: _Element = {}
    around: list[tuple[str, _Element, str]] = [("", root, "")]
    for _ in range(_MOST_TAGS * 2):
        if position == len(text):
            break
        token = _TOKEN.match(text, position)
        if token is None or not _take(token, around):
            return None
        position = token.end()
    inner = next(iter(root.values()), None)
    is_one = position == len(text) and len(around) == 1 and len(root) == 1
    return inner if is_one and isinstance(inner, dict) else None


def _take(token: re.Match[str], around: list[tuple[str, _Element, str]]) -> bool:
    """Take one tag or one text; False where it does not fit."""
    closes, name, attributes, is_empty, said = token.groups()
    if said is not None:
        opened, fields, before = around[-1]
        around[-1] = (opened, fields, before + said)
        return bool(opened) or not said.strip()
    if closes:
        opened, fields, text = around.pop()
        return opened == name and bool(around) and _put(around[-1][1], name, _value(fields, text))
    fields = {m[1]: _plain(m[2] or m[3] or "") for m in _ATTRIBUTE.finditer(attributes)}
    if is_empty:
        return _put(around[-1][1], name, fields or "")
    around.append((name, fields, ""))
    return len(around) <= _DEEPEST


def _value(fields: _Element, text: str) -> object:
    said = _plain(text.strip())
    if not fields:
        return said
    return {**fields, "value": said} if said else fields


def _put(fields: _Element, name: str, value: object) -> bool:
    """Put an element beside its like: those of one name are a list."""
    known = fields.get(name)
    if name not in fields:
        fields[name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        fields[name] = [known, value]
    return True


def _plain(text: str) -> str:
    for entity, char in _ENTITIES.items():
        text = text.replace(entity, char)
    return text
