"""A secret in every form in which it travels: encoded, quoted, in another case, broken up."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

from verifier.guarded.joined_lines import Mapped, dumped, headless, joined
from verifier.guarded.known_forms import KnownForms, Range
from verifier.guarded.secret_parts import SHORTEST, parts_of, pieces_of, short_parts_of
from verifier.guarded.written_forms import folded, forms_of

#: A form of so many characters is found where line breaks or blanks have come into it, too.
_BREAKABLE = 12
#: How text is quoted: each kind is taken away by itself, as one may stand within another.
QUOTINGS = (
    re.compile(r"(?:%[0-9a-fA-F]{2})+"),
    # A reader of HTML takes these without a semicolon, too.
    re.compile(
        r"&(?:(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot);?|[A-Za-z]{2,8};)",
        re.IGNORECASE,
    ),
    # Of so many backslashes at most: each one of a long row would look for the end of the row.
    re.compile(
        r"(?:\\{1,8}u[0-9a-fA-F]{4})+|(?:\\{1,8}x[0-9a-fA-F]{2})+"
        r"|(?:\\{1,8}(?:u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}))+|\\.",
        re.DOTALL,
    ),
    re.compile(r"'\"'\"'|'\\''"),
    # Older scripts' own, and what mail makes of each character.
    re.compile(r"(?:%u[0-9a-fA-F]{4})+"),
    re.compile(r"(?:=(?:[0-9a-fA-F]{2}|\r?\n))+"),
    # Letters of other shapes and widths.
    re.compile("[\uff01-\uff5e\u24b6-\u24e9\U0001d400-\U0001d7ff]+"),
    # Pieces of a text that a program puts together.
    re.compile(r"(?P<sign>['\"])\s{0,20}(?:\+|\|\||[.&])?\s{0,20}(?P=sign)"),
    # In octal, as shells and C write it; behind another backslash it is one of JSON's.
    re.compile(r"(?<!\\)(?:\\[0-7]{1,3})+"),
)
#: A quote within quotes.
_OF_SHELLS = ("'\"'\"'", "'\\''")
#: What a cut has left of one quoted character: a part of it, and what comes before in UTF-8 or 16.
_HALF = (
    r"(?:(?:%[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){0,2})?%[0-9a-fA-F]{0,2}"
    r"|(?:\\{1,8}u[dD][89abAB][0-9a-fA-F]{2})?\\{1,8}(?:[uU]\{?[0-9a-fA-F]{0,7})?"
    r"|(?:\\{1,8}x[c-fC-F][0-9a-fA-F](?:\\{1,8}x[89abAB][0-9a-fA-F]){0,2})?\\{1,8}x[0-9a-fA-F]{0,2}"
    r"|&(?:#[xX]?[0-9a-fA-F]{0,7}|[A-Za-z]{0,8}))(?=\u2026|\.\.\.)"
)
#: What a reader does not see, or takes away without a thought: colours of a terminal, characters
#: without a width, accents, the time before each line of a log, and what a cut has left.
UNSEEN = re.compile(
    _HALF + r"|\x1b\[[0-9;?]{0,20}[A-Za-z]"
    r"|(?<=[\n\x1e])[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]{5,18}(?:Z|[+-][0-9:]{4,6})?[ \t]?"
    "|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0300-\u036f\u0483-\u0489\u0600-\u0605\u061c"
    "\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2800\u3164\ud800-\uf8ff\ufe00-\ufe0f"
    "\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffd\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: So many ways of reading a text are tried: layers of quoting around one another, and characters
#: of a text that somebody made long.
_MOST_LAYERS = 4
_MOST_READINGS = 40
_MOST_CHARACTERS = 2_000_000
#: A character by its number, as Rust and JavaScript write it, and Python; so many there are.
_NUMBERED = re.compile(r"u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}")
_NUMBERS = 0x110000
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}

#: A row of pieces that are kept apart, as lists of characters or bytes are printed.
_APART = r"\s'\",:;|\[\](){}<>`^-"
_ROW = re.compile(
    rf"(?<![^{_APART}])(?:(?:0x)?[^{_APART}]{{1,3}}[{_APART}]{{1,16}}){{5,}}"
    rf"(?:(?:0x)?[^{_APART}]{{1,3}}(?![^{_APART}]))?"
)
#: Go writes bytes as hex with their sign: 0x6b, 0x4e.
_SEPARATOR = re.compile(rf"[{_APART}]+|(?<![^{_APART}])0x(?=[0-9a-f]{{1,2}}(?![^{_APART}]))")
#: What is known of a secret that stands in such a row.
_IN_A_ROW = 8

#: What libraries say before a host or a port that they could not use.
_NAMED = (
    r"(?:host(?: ?name)?|lookup|enotfound|eai_again|resolve|port|integer value|address|server at"
    r"|connect(?:ion)? to)[\s\"'`:=(]{1,4}"
)
#: Nothing in it is quoted or unseen, as in nearly all texts.
_PLAIN = re.compile(r"[ -~]*", re.ASCII)
_QUOTES = re.compile(r"[%&\\']|=[0-9a-fA-F]{2}|\"\s{0,20}(?:\+|\|\||[.&])?\s{0,20}\"")


class KnownSecrets:
    """Finds the secrets that it was given in a text, in whatever form."""

    def __init__(self) -> None:
        self._forms = KnownForms()
        self._broken = KnownForms()
        self._rows = KnownForms()
        self._parts: set[str] = set()
        self._short: set[str] = set()
        self._words: re.Pattern[str] | None = None
        self._pieces: set[str] = set()
        self._named: re.Pattern[str] | None = None

    def learn(self, secrets: Iterable[str]) -> bool:
        """Take further secrets, and return whether any was new."""
        given = tuple(secrets)
        new = {part for secret in given for part in parts_of(secret)} - self._parts
        short = {part.lower() for secret in given for part in short_parts_of(secret)} - self._short
        pieces = {p.lower() for secret in given for p in pieces_of(secret)} - self._pieces
        if not new and not short and not pieces:
            return False
        self._pieces |= pieces
        if self._pieces:
            longest_first = sorted(map(re.escape, self._pieces), key=len, reverse=True)
            self._named = re.compile(rf"{_NAMED}({'|'.join(longest_first)})(?![\w-])")
        self._parts |= new
        self._short |= short
        if self._short:  # as words alone, since they may stand within any other
            self._words = re.compile(rf"(?<![\w.-])(?:{'|'.join(sorted(self._short))})(?![\w-])")
        forms = {form for part in self._parts for form in forms_of(part)}
        squeezed = {"".join(form.split()) for form in forms}
        self._forms = KnownForms(forms)
        self._broken = KnownForms(squeezed, _BREAKABLE)
        raw = [part.encode("utf-8", "ignore") for part in self._parts]
        bytes_of = {"".join(f"{byte:{base}}" for byte in part) for part in raw for base in "dx"}
        in_rows = {_SEPARATOR.sub("", form) for form in forms} | bytes_of
        self._rows = KnownForms(in_rows, _IN_A_ROW)
        return True

    @property
    def lines(self) -> frozenset[str]:
        """What is hidden, line by line."""
        return frozenset(part for part in self._parts if len(part.splitlines()) == 1)

    def find(self, text: str) -> list[Range]:
        """Return where they stand, in no order; parts may overlap."""
        if not self._forms or len(text) < SHORTEST:
            return []
        return [found for mapped in readings(text) for found in self._find(mapped)]

    def _find(self, mapped: Mapped) -> Iterator[Range]:
        text, starts, ends = mapped
        lower = folded(text)
        for at, end in self._forms.find(lower):
            yield starts[at], ends[end - 1]
        for word in self._words.finditer(lower) if self._words else ():
            yield starts[word.start()], ends[word.end() - 1]
        for piece in self._named.finditer(lower) if self._named else ():
            yield starts[piece.start(1)], ends[piece.end(1) - 1]
        for row in _ROW.finditer(lower):
            apart = {
                at for gap in _SEPARATOR.finditer(lower, *row.span()) for at in range(*gap.span())
            }
            kept = [at for at in range(*row.span()) if at not in apart]
            for at, end in self._rows.find("".join(lower[at] for at in kept)):
                yield starts[kept[at]], ends[kept[end - 1]]
        squeezed = "".join(lower.split())
        if len(squeezed) == len(lower):
            return
        broken = self._broken.find(squeezed)
        kept = [i for i, char in enumerate(lower) if not char.isspace()] if broken else []
        for at, end in broken:
            yield starts[kept[at]], ends[kept[end - 1]]


def readings(text: str) -> list[Mapped]:
    """Return the text as it is, and with layers of quoting taken away, the outermost first."""
    read_so: list[Mapped] = [(text, range(len(text)), range(1, len(text) + 1))]
    if _PLAIN.fullmatch(text) and not _QUOTES.search(text):
        return read_so
    layers = [0]
    seen = {text}
    if (whole := joined(text)) is not None:
        read_so.append(whole)
        layers.append(0)
        seen.add(whole[0])
        alone = headless(text)
        others = [alone] if alone is not None and alone[0] not in seen else []
        for shown in (*others, *dumped(text)):
            read_so.append(shown)
            layers.append(_MOST_LAYERS)
    left = _MOST_CHARACTERS
    for mapped, layer in zip(read_so, layers, strict=False):  # which grow
        for quoting in (UNSEEN, *QUOTINGS) if layer < _MOST_LAYERS else ():
            read = unquoted(mapped, quoting)
            if read is None or read[0] in seen:
                continue
            left -= len(read[0])
            if len(read_so) >= _MOST_READINGS or left < 0:
                return read_so
            seen.add(read[0])
            read_so.append(read)
            layers.append(layer + 1)
    return read_so


def unquoted(mapped: Mapped, quoting: re.Pattern[str]) -> Mapped | None:
    """Take one layer of one kind of quoting away; None where there is none."""
    text, starts, ends = mapped
    chars: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    at = 0
    for match in quoting.finditer(text):
        if quoting is UNSEEN:
            meant: str | None = ""
        else:
            meant = _of_octal(match[0]) if quoting is QUOTINGS[-1] else _meaning(match[0])
        if meant is None:
            continue
        begin, end = match.span()
        chars.append(text[at:begin])
        new_starts += starts[at:begin]
        new_ends += ends[at:begin]
        chars.append(meant)
        # Characters of a run share it by their number, so that what stands around stays.
        width = (end - begin) / max(1, len(meant))
        for index in range(len(meant)):
            new_starts.append(starts[begin + int(index * width)])
            new_ends.append(ends[min(end, begin + max(1, int((index + 1) * width + 0.5))) - 1])
        at = end
    if at == 0:
        return None
    chars.append(text[at:])
    return "".join(chars), [*new_starts, *starts[at:]], [*new_ends, *ends[at:]]


def _of_octal(escape: str) -> str:
    units = escape.split("\\")[1:]
    return _text_of(bytes(int(unit, 8) & 255 for unit in units))


def _text_of(raw: bytes) -> str:
    """Read bytes as UTF-8, and those that are none as the characters that have their numbers."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _meaning(escape: str) -> str | None:
    if escape[0] in "'\"" and escape[-1] == escape[0] and escape not in _OF_SHELLS:
        return ""
    if escape.startswith("%u"):
        return bytes.fromhex(escape.replace("%u", "")).decode("utf-16-be", "replace")
    if escape.startswith("="):
        return _text_of(bytes.fromhex(re.sub(r"=\r?\n|=", "", escape)))
    if not escape[0].isascii():
        return unicodedata.normalize("NFKC", escape)
    if escape.startswith("%"):
        return _text_of(bytes.fromhex(escape.replace("%", "")))
    if escape.startswith("&"):
        meant = html.unescape(escape)
        return meant if meant != escape else None
    if escape.startswith("'"):
        return "'"
    units = [unit for unit in escape.split("\\") if unit]
    if not units:
        return "\\"
    if _NUMBERED.fullmatch(units[0]):
        numbers = [int(unit.strip("uU{}"), 16) for unit in units]
        return "".join(chr(n) if n < _NUMBERS else "\ufffd" for n in numbers)
    if units[0][0] == "u" and len(units[0]) == 5:
        packed = b"".join(int(unit[1:], 16).to_bytes(2, "big") for unit in units)
        return packed.decode("utf-16-be", "replace")
    if units[0][0] == "x" and len(units[0]) == 3:
        return _text_of(bytes(int(unit[1:], 16) for unit in units))
    return _CONTROL.get(escape[1], escape[1])
