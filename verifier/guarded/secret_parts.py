"""What of a secret is one by itself, as libraries tell it: the password, a line, the last word."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import unquote

from verifier.guarded.public_words import is_common, looks_public

#: Shorter values are too likely to be ordinary words, and masking them would garble everything.
SHORTEST = 6
#: Of parts of parts: so deep, so many of one secret, and no longer than this to be taken apart.
_DEEPEST = 4
_MOST = 400
_LONGEST = 40_000
_FRAME = re.compile(r"-----(?:BEGIN|END)[ \w-]{0,60}-----")
_QUOTES = "'\"`"
_LINE_BREAK = re.compile(r"(?:\\{1,4}r)?\\{1,4}n")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
#: What keeps the words of a command, of a file of settings or of a program apart.
_BETWEEN_WORDS = re.compile(r"[\s'\"`\u201c\u201d\u2018\u2019,;=(){}\[\]<>|&]+")
_ODD = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])(?!.*//).{8,500}")
_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{0,40})?:?//(?P<rest>\S+)", re.IGNORECASE)
#: As Go and Python take an address without its scheme, and Oracle with a stroke.
_BARE = re.compile(r"(?P<rest>[^\s:/@]{0,64}(?:@[\w.-]{1,64})?:\S{1,300}@[\w.\[(/-]\S*)")
_ORACLE = re.compile(r"[\w$#]{1,30}/(?P<password>[^\s@/]{1,200})@\S+")
_LOGIN = re.compile(r"(?!(?i:sha\d|md5))[\w.+-]{1,64}(?:@[\w.-]{1,64})?:\s?(?P<password>\S{1,500})")
#: As drivers of databases quote: in braces or quotes that are doubled within, or escaped.
_PAIR = re.compile(
    r"(?<![a-z])(?:password|passwd|pwd|accountkey|sharedaccesskey)\s{0,3}=\s{0,3}"
    r"(?:\{(?P<braced>(?:[^}]|\}\}){1,500})\}|(?P<quote>['\"])(?P<quoted>(?:\\.|(?P=quote){2}"
    r"|(?!(?P=quote))[^\\]){1,500})(?P=quote)|(?P<bare>[^;'\"{][^;]{0,500}))",
    re.IGNORECASE,
)
_OF_A_SHELL = re.compile(
    r"\$(?P<quote>['\"])(?P<said>(?:\\.|(?!(?P=quote))[^\\]){1,40000})(?P=quote)", re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SCHEME = re.compile(
    r"(?:authorization:\s{0,3})?(?:bearer|basic|token|apikey|api-key|bot|key|digest|splunk|sso-key)"
    r"\s{1,3}(?P<rest>\S{1,2000})",
    re.IGNORECASE,
)
#: Of letters and digits by turns, as no word, no version and no unit is.
_SHORT = re.compile(
    r"(?=.*[0-9])(?:(?=.*[a-z])(?=.*[A-Z])|(?=.*[a-zA-Z][0-9]+[a-zA-Z])(?!.*[0-9]{3}))[A-Za-z0-9]{4,5}"
)
#: Where the parsers of addresses end a user, a host, a port or a path.
_SIGNS = re.compile(r"[@/?#:]")
_MOST_SIGNS = 12
_PORT = re.compile(r"[^:/?#]{0,200}:\d{2,5}(?:[/?#]|$)")
_OF_THE_WEB = re.compile(r"https?|wss?", re.IGNORECASE)
#: Instead of a password, where the user is the secret.
_NO_PASSWORD = frozenset(("", "x", "x-oauth-basic", "x-token-auth", "unused", "none"))
_FILE = re.compile(r".{1,100}\.[a-z]{2,5}[0-9]?")
_CHANGES = re.compile(r"[a-zA-Z](?=[0-9])|[0-9](?=[a-zA-Z])")


def parts_of(secret: str) -> set[str]:
    """Return what of a secret is to be hidden: all of it, and each part that tells it alone."""
    parts = {secret.strip()}
    new = set(parts)
    for _ in range(_DEEPEST):
        found = {p for part in new if len(part) <= _LONGEST for p in islice(_within(part), _MOST)}
        new = set(sorted(found - parts)[:_MOST])
        parts |= new
        if not new or len(parts) > _MOST:
            break
    parts |= {line.strip() for line in secret.splitlines()}
    # Blocks of a key are so many; the lines that frame it are the same for everybody.
    return {
        part
        for part in parts
        if len(part) >= SHORTEST and not _FRAME.fullmatch(part) and not is_common(part)
    }


def unwrapped(value: str) -> Iterator[str]:
    """Yield what a value says once its quotes and its coding are taken away, each by itself."""
    bare = value.strip().replace('\\"', '"')
    while len(bare) > 2 and bare[0] in _QUOTES and bare[0] == bare[-1]:
        bare = bare[1:-1]
    if bare != value.strip():
        yield bare
    if match := _OF_A_SHELL.fullmatch(bare):
        yield match["said"]
        yield _ESCAPED.sub(r"\1", match["said"])
    if _LINE_BREAK.search(bare):
        yield _LINE_BREAK.sub("\n", bare)
    if "%" in bare and (decoded := unquote(bare)) != bare:
        yield decoded
    if (plain := _decoded(bare)) is not None:
        yield plain


def _decoded(coded: str) -> str | None:
    """Return what a value in base64 or in hex says, where that is text."""
    try:
        if _HEX.fullmatch(coded):
            plain = bytes.fromhex(coded).decode()
        elif _BASE64.fullmatch(coded):
            kept = coded.rstrip("=").replace("-", "+").replace("_", "/")
            plain = base64.b64decode(kept + "=" * (-len(kept) % 4)).decode()
        else:
            return None
    except (binascii.Error, UnicodeDecodeError):
        return None
    shown = plain.replace("\n", "").replace("\r", "").replace("\t", "")
    return plain if shown.isprintable() and not looks_public(plain) else None


def _within(text: str) -> Iterator[str]:
    yield from unwrapped(text)
    lines = [line.strip() for line in text.splitlines()]
    if len(lines) > 1:
        is_key = _FRAME.search(text) is not None
        yield from (line for line in lines if is_key or not looks_public(line))
        return
    words = islice(filter(_ODD.fullmatch, _BETWEEN_WORDS.split(text)), _MOST)
    yield from (word for word in words if word != text and not looks_public(word))
    if match := _SCHEME.fullmatch(text):
        yield match["rest"]
    for match in islice(_ADDRESS.finditer(text), 20):
        yield from _of_address(match["rest"], bool(_OF_THE_WEB.fullmatch(match["scheme"] or "")))
    if "//" not in text and (match := _BARE.fullmatch(text)):
        yield from _of_address(match["rest"], is_web=False)
    for match in islice(_PAIR.finditer(text), 20):
        yield from _of_pair(match)
    if match := _ORACLE.fullmatch(text):
        yield from _telling([match["password"]])
    elif "//" not in text and (match := _LOGIN.fullmatch(text)):
        yield from _telling([match["password"]], longest_word=11)


def _of_pair(match: re.Match[str]) -> Iterator[str]:
    """Yield the password of a connection string, as it is written there and as it is meant."""
    if match["bare"]:
        yield match["bare"].strip()
        yield match["bare"].split()[0]  # libpq ends it there
    elif match["braced"]:
        yield from (match["braced"], match["braced"].replace("}}", "}"))
    else:
        said, sign = match["quoted"], match["quote"]
        yield from (said, said.replace(sign * 2, sign), _ESCAPED.sub(r"\1", said))


def short_parts_of(secret: str) -> set[str]:
    """Return what stands between the signs in a password: no word, and too short to be a part."""
    found = {part for password in _passwords_in(secret) for part in _SIGNS.split(password)}
    return {part for part in found if _SHORT.fullmatch(part)}


def pieces_of(secret: str) -> set[str]:
    """Return what of a password a parser may take for a host or a port, too short to be a part."""
    found = set()
    for password in _passwords_in(secret):
        signs = [match.start() for match in islice(_SIGNS.finditer(password), _MOST_SIGNS)]
        if signs:
            begins, ends = [0, *(at + 1 for at in signs)], [*signs, len(password)]
            found |= {password[begin:end] for begin in begins for end in ends if begin < end}
    return {piece for piece in found if len(piece) < SHORTEST}


def _passwords_in(secret: str) -> set[str]:
    found = set()
    for said in {secret.strip(), *unwrapped(secret)}:
        whole = said if len(said) <= _LONGEST else ""
        for match in islice(_ADDRESS.finditer(whole), 20):
            is_web = bool(_OF_THE_WEB.fullmatch(match["scheme"] or ""))
            if (login := _login_of(match["rest"], is_web)) is not None:
                found |= {login[1], unquote(login[1])}
    return found


def _login_of(rest: str, is_web: bool) -> tuple[str, str, str] | None:
    """Return the user and the password of an address behind its scheme, and the place."""
    info, at, place = rest.rpartition("@")
    user, _, password = info.partition(":")
    # A sign at the end of a path, as in https://host/@name, makes no password of what is before it.
    is_of_path = is_web and (_PORT.match(info) or _SIGNS.search(user))
    return (user, password, place) if at and not is_of_path else None


def _of_address(rest: str, is_web: bool) -> Iterator[str]:
    """Yield what is secret of an address behind its scheme."""
    login = _login_of(rest, is_web)
    if login is None:
        if is_web:
            yield from _of_path(rest)
        return
    user, password, place = login
    if password in _NO_PASSWORD:
        yield from _telling([user, unquote(user)])
        return
    host = _SIGNS.split(place, maxsplit=1)[0]
    names = {user.casefold(), *re.split(r"[/?.:]", place.casefold())}
    for whole in (password, unquote(password)):
        if whole.casefold() not in names or not looks_public(whole):
            yield whole
        yield from _broken(whole, host)
    if is_web:
        yield from _of_path(place)


def _broken(password: str, host: str) -> Iterator[str]:
    """Yield what a parser takes for a host, a port or a path: a password may hold their signs."""
    yield from _telling(_SIGNS.split(password))
    for sign in islice(_SIGNS.finditer(password), _MOST_SIGNS):
        before, behind = password[: sign.start()], password[sign.end() :]
        yield from _telling([before])
        # What is short or a word is known by the host alone that stands behind it.
        yield from _telling([behind]) if _tells(behind) else [f"{behind}@{host}"] * bool(behind)


def _of_path(rest: str) -> Iterator[str]:
    """Yield the parts of a path and of a query that look like a secret, such as those of hooks."""
    path, _, query = rest.partition("?")
    for segment in path.split("/")[1:]:
        for said in {segment, unquote(segment)}:
            if _FILE.fullmatch(said):
                continue
            if len(said) >= 8:
                yield from _telling([said, said.removeprefix("bot")])
            elif len(_CHANGES.findall(said)) >= 4:
                yield f"/{said}"
    for pair in re.split(r"[&;#]", query):
        said = pair.partition("=")[2] or pair
        yield from (text for text in _telling({said, unquote(said)}) if len(text) >= 8)


def _telling(texts: Iterable[str], longest_word: int = 200) -> Iterator[str]:
    return (text for text in texts if _tells(text, longest_word))


def _tells(text: str, longest_word: int = 200) -> bool:
    """Whether a part of a secret is long and odd enough to be no word that texts have anyway."""
    if len(text) < SHORTEST:
        return False
    return not looks_public(text) or (len(text) > longest_word and not is_common(text))
