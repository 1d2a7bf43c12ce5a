"""What a secret becomes where decoding a text does not bring it back: each way in lower case."""

import base64
import json
import unicodedata
from collections.abc import Callable, Iterator
from math import gcd
from urllib.parse import quote, quote_plus, unquote

from verifier.guarded.secret_parts import SHORTEST

#: Longer ones travel in base64 as they are; what is encoded twice is a password or a token.
_LONGEST_ENCODED_TWICE = 4_000


def forms_of(part: str) -> Iterator[str]:
    """Yield the texts by which a part of a secret is known, itself among them."""
    # Some letters become two in another case: "ß", "ﬁ", "İ".
    for cased in (part, part.upper(), part.lower(), part.swapcase(), part.title()):
        yield folded(cased)
    if " " in part or "+" in part:
        yield folded(part.replace(" ", "+"))
        yield folded(unquote(quote_plus(part.replace(" ", "+"))))
    # Within quotes SQL, YAML and CSV write a quote twice, and templates their own signs.
    for quote_sign in "'\"`%$":
        if quote_sign in part:
            yield folded(part.replace(quote_sign, quote_sign * 2))
    raw = part.encode("utf-8", "surrogatepass")
    wide = part.encode("utf-16-le", "surrogatepass")
    if not part.isascii():
        yield from _of_letters(part)
    if "=" in part or not part.isascii():
        yield folded(_as_in_mail(raw))
    # Without its last letter's zero it stands in the other order of bytes as well.
    yield wide.hex()[:-2]
    for letters in _letters(raw, base64.b64encode, 6):
        yield letters.encode().hex()
    for carried in (raw, wide):
        yield carried.hex()
        yield from _in_letters(carried, base64.b32encode, 5)
        yield from _in_letters(carried, base64.b32hexencode, 5)
    yield from _in_groups(raw, base64.b85encode)
    yield from _in_groups(raw, base64.a85encode)
    for carried in _carried(part, raw, wide):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield from _in_letters(carried, encode, 6)


def folded(text: str) -> str:
    """Return a text in lower case, with each letter at the place where it was."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _of_letters(part: str) -> Iterator[str]:
    """Yield a text with letters of its own as others keep it: in parts, bare, or read wrongly."""
    for form in ("NFC", "NFD", "NFKC"):
        yield folded(unicodedata.normalize(form, part))
    bare = [char for char in unicodedata.normalize("NFKD", part) if not unicodedata.combining(char)]
    if len(bare) >= SHORTEST:
        yield folded("".join(bare))
    raw = part.encode("utf-8", "surrogatepass")
    for read_as in ("latin-1", "cp1252"):
        wrong = raw.decode(read_as, "ignore")
        yield folded(wrong)
        yield folded("".join(char for char in wrong if char.isprintable()))


def _as_in_mail(raw: bytes) -> str:
    """Return it as quoted-printable writes it, on one line."""
    return "".join(chr(b) if 32 <= b < 127 and b != 61 else f"={b:02X}" for b in raw)


def _carried(part: str, raw: bytes, wide: bytes) -> set[bytes]:
    """Return the bytes of it that are put into base64: encoded before in some way, or not."""
    carried = {raw, wide, quote(part, safe="", errors="surrogatepass").encode()}
    if len(part) <= _LONGEST_ENCODED_TWICE:
        # Twice, as where a login is kept in a file that is encoded: behind `user:`, of any length.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            carried |= {letters.encode() for letters in _letters(raw, encode, 6)}
        carried |= {base64.b64encode(base64.b64encode(raw)), raw.hex().encode()}
        for is_ascii in (True, False):
            said = json.dumps(part, ensure_ascii=is_ascii)[1:-1]
            carried.add(said.encode("utf-8", "surrogatepass"))
    return carried


def _in_letters(raw: bytes, encode: Callable[[bytes], bytes], bits: int) -> Iterator[str]:
    """Yield them in lower case."""
    yield from map(folded, _letters(raw, encode, bits))


def _in_groups(raw: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Yield what of base85 is its own: whole groups of four bytes, wherever it may begin."""
    for before in range(4):
        whole = encode(b"u" * before + raw).decode("ascii")
        begin, left = 5 if before else 0, (before + len(raw)) % 4
        for shown in dict.fromkeys((whole[begin:], whole[begin : len(whole) - left - bool(left)])):
            if len(shown) >= SHORTEST:
                yield folded(shown)


def _letters(raw: bytes, encode: Callable[[bytes], bytes], bits: int) -> Iterator[str]:
    """
    Yield the letters, of so many bits each, that are its own, wherever it may begin.

    Where it is at the end, the last letter is its own as well, which otherwise is also of what
    comes behind it.
    """
    for before in range(bits // gcd(bits, 8)):
        whole = encode(bytes(before) + raw).decode()
        begin, end = -(-before * 8 // bits), (before + len(raw)) * 8 // bits
        last = -(-(before + len(raw)) * 8 // bits)
        for shown in dict.fromkeys((whole[begin:end], whole[begin:last])):
            if len(shown) >= SHORTEST:
                yield shown
