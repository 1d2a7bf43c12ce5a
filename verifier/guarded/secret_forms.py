"""A secret in every form in which it travels: encoded, quoted, in another case, broken up."""

import base64
import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote_plus, unquote, urlsplit

#: Shorter values are too likely to be ordinary words, and masking them would garble everything.
SHORTEST = 6
#: A form of so many characters is found where line breaks or blanks have come into it, too.
_BREAKABLE = 12
#: How text is quoted: each kind is taken away by itself, as one may stand within another.
_QUOTINGS = (
    re.compile(r"(?:%[0-9a-fA-F]{2})+"),
    re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"),
    re.compile(r"(?:\\+u[0-9a-fA-F]{4})+|(?:\\+x[0-9a-fA-F]{2})+|\\.", re.DOTALL),
    re.compile(r"'\"'\"'|'\\''"),
)
#: So many ways of reading a text are tried: three kinds of quoting around one another.
_MOST_READINGS = 40
_FRAME = re.compile(r"-----(?:BEGIN|END)[ \w-]{0,60}-----")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}

#: A text of which each character knows where in the original it starts and ends.
_Mapped = tuple[str, list[int], list[int]]
Range = tuple[int, int]


class KnownSecrets:
    """Finds the secrets that it was given in a text, in whatever form."""

    def __init__(self) -> None:
        self._forms: list[str] = []
        self._broken: list[str] = []
        self._parts: set[str] = set()

    def learn(self, secrets: Iterable[str]) -> bool:
        """Take further secrets, and return whether any was new."""
        new = {part for secret in secrets for part in parts_of(secret)} - self._parts
        if not new:
            return False
        self._parts |= new
        forms = {form for part in self._parts for form in _forms(part)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        squeezed = {"".join(form.split()) for form in self._forms}
        self._broken = [form for form in squeezed if len(form) >= _BREAKABLE]
        return True

    @property
    def lines(self) -> frozenset[str]:
        """What is hidden, line by line."""
        return frozenset(part for part in self._parts if len(part.splitlines()) == 1)

    def find(self, text: str) -> list[Range]:
        """Return where they stand, in no order; parts may overlap."""
        if not self._forms or len(text) < SHORTEST:
            return []
        readings: list[_Mapped] = [(text, list(range(len(text))), list(range(1, len(text) + 1)))]
        seen = {text}
        found: list[Range] = []
        for mapped in readings:  # which grows
            found += self._find(mapped)
            for quoting in _QUOTINGS:
                read = _unquoted(mapped, quoting)
                if read is not None and read[0] not in seen and len(readings) < _MOST_READINGS:
                    seen.add(read[0])
                    readings.append(read)
        return found

    def _find(self, mapped: _Mapped) -> Iterator[Range]:
        text, starts, ends = mapped
        folded = _folded(text)
        for form in self._forms:
            at = folded.find(form)
            while at >= 0:
                yield starts[at], ends[at + len(form) - 1]
                at = folded.find(form, at + 1)
        squeezed = "".join(folded.split())
        if len(squeezed) == len(folded):
            return
        broken = [form for form in self._broken if form in squeezed]
        kept = [i for i, char in enumerate(folded) if not char.isspace()] if broken else []
        for form in broken:
            at = squeezed.find(form)
            while at >= 0:
                yield starts[kept[at]], ends[kept[at + len(form) - 1]]
                at = squeezed.find(form, at + 1)


def parts_of(secret: str) -> set[str]:
    """Return what of a secret is one by itself: its lines, and the password in an address."""
    parts = {secret.strip(), *(line.strip() for line in secret.splitlines())}
    if "://" in secret:
        try:
            password = urlsplit(secret.strip()).password
        except ValueError:
            password = None
        parts |= {password, unquote(password)} if password else set()
    # Blocks of a key are so many; the lines that frame it are the same for everybody.
    return {part for part in parts if len(part) >= SHORTEST and not _FRAME.fullmatch(part)}


def _forms(part: str) -> Iterator[str]:
    """Yield what it becomes where decoding does not bring it back; in lower case."""
    raw = part.encode("utf-8", "surrogatepass")
    yield _folded(part)
    if " " in part or "+" in part:
        yield _folded(part.replace(" ", "+"))
        yield _folded(unquote(quote_plus(part.replace(" ", "+"))))
    yield raw.hex()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            whole = encode(bytes(before) + raw).decode()
            shown = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
            if len(shown) >= SHORTEST:
                yield _folded(shown)


def _folded(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _unquoted(mapped: _Mapped, quoting: re.Pattern[str]) -> _Mapped | None:
    """Take one layer of one kind of quoting away; None where there is none."""
    text, starts, ends = mapped
    chars: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for match in quoting.finditer(text):
        meant = _meaning(match[0])
        if meant is None:
            continue
        begin, end = match.span()
        chars.append(text[at:begin])
        new_starts += starts[at:begin]
        new_ends += ends[at:begin]
        chars.append(meant)
        # Characters of a run share it by their number, so that what stands around stays.
        width = (end - begin) / len(meant)
        for index in range(len(meant)):
            new_starts.append(starts[begin + int(index * width)])
            new_ends.append(ends[min(end, begin + max(1, int((index + 1) * width + 0.5))) - 1])
        at = end
    if at == 0:
        return None
    chars.append(text[at:])
    return "".join(chars), new_starts + starts[at:], new_ends + ends[at:]


def _meaning(escape: str) -> str | None:
    if escape.startswith("%"):
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")
    if escape.startswith("&"):
        meant = html.unescape(escape)
        return meant if meant != escape else None
    if escape.startswith("'"):
        return "'"
    units = [unit for unit in escape.split("\\") if unit]
    if not units:
        return "\\"
    if units[0][0] == "u" and len(units[0]) == 5:
        packed = b"".join(int(unit[1:], 16).to_bytes(2, "big") for unit in units)
        return packed.decode("utf-16-be", "replace")
    if units[0][0] == "x" and len(units[0]) == 3:
        return bytes(int(unit[1:], 16) for unit in units).decode("utf-8", "replace")
    return _CONTROL.get(escape[1], escape[1])
