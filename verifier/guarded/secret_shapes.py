"""What a secret looks like that nobody told of: its shape, or the words that stand before it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from verifier.guarded import (
    listed_secrets,
    protocol_secrets,
    secret_words,
    spoken_secrets,
    tabled_secrets,
    told_values,
    vendor_tokens,
    worded_records,
)
from verifier.guarded.known_forms import Range
from verifier.guarded.public_words import stands_for_one
from verifier.guarded.secret_pattern import Shape
from verifier.model.cut_text import CUT
from verifier.model.late_pattern import LatePattern

_COOKIE = Shape(
    ("cookie",),
    LatePattern(
        r"\b(?:set-)?cookie\\{0,3}['\"]?:\s{0,3}(?:[\[(]\s{0,3})?['\"]?(?P<secret>[^\s'\"][^\n'\"]*)",
        re.IGNORECASE,
    ),
)
_SHAPES = (
    # A private key, also one that was cut.
    Shape(
        ("-----begin",),
        LatePattern(
            r"(?P<secret>-----BEGIN[ A-Z0-9_-]{0,40}PRIVATE KEY[ A-Z]{0,10}-----"
            r"(?:(?!-----END)[\s\S])*(?:-----END[ A-Z0-9_-]{0,60}-----)?)"
        ),
    ),
    # User and password in any address; a password may hold what an address may not.
    Shape(
        ("://",),
        # A short word alone is a user, such as git.
        LatePattern(
            r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://(?![a-z]{1,8}@)(?P<secret>[^\s/?#@'\"<>]{0,500})(?=@)"
        ),
    ),
    # The same as JSON of other languages writes it, in an address of an address, and cut before.
    Shape(
        ("\\/", "//"),
        LatePattern(
            r"(?:(?<![\w:/\\])|\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}:?)\\{0,3}/\\{0,3}/"
            r"(?P<secret>[^\s/?#@'\"<>:\\]{0,100}:[^\s/?#@'\"<>\\]{1,300})(?=@)"
        ),
    ),
    Shape(
        ("%2f%2f",),
        LatePattern(
            r"%3A%2F%2F(?P<secret>(?:[\w.~:+-]|%(?!40|2F|3F|23)[0-9A-F]{2}){1,500})(?=%40|@)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("://",),
        LatePattern(
            r"\b(?:postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?|mssql)"
            r"(?:\+\w{1,20})?://(?![a-z]{1,8}@[^\s@'\"<>]*(?:[\s'\"<>]|$))"
            r"(?P<secret>[^\s'\"<>]{0,500})(?=@[\w.\[-])",
            re.IGNORECASE,
        ),
    ),
    # The same where somebody has taken the scheme away: a port, or a host that no mail goes to,
    # tells it from a label before an address of mail.
    Shape(
        ("@",),
        LatePattern(
            r"(?<![\w.:/@-])(?:[\w.%+-]{1,60}@)?(?P<secret>[\w.%+-]{0,100}:[^\s/?#@'\"<>]{1,200})"
            r"(?=@(?:(?:tcp|udp|unix|cloudsql)?\([^\s()]{1,200}\)/"
            r"|/\w{1,60}(?:[?\s'\"]|$)|(?:[\w-]{1,63}\.){1,8}[a-z]{2,20}/\w"
            r"|(?:\[[0-9a-fA-F:]{2,40}\]|[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})"
            r"(?::\d{2,5}(?![\w.])|(?<=\.internal)(?![\w.-])|(?<=@localhost)(?![\w.-]))))"
        ),
    ),
    # As Oracle is asked.
    Shape(("@//",), LatePattern(r"\b[\w$#]{1,30}/(?P<secret>[^\s/@'\"]{1,60})(?=@//\w)")),
    # A password of Neon's.
    Shape(("npg_",), LatePattern(r"(?<![A-Za-z0-9_])(?P<secret>npg_[A-Za-z0-9]{10,40})")),
    # What a parser of addresses took for the port: a password that holds a sign.
    Shape(
        ("port could", "integer value", "invalid port", "url port", "port component"),
        LatePattern(
            r"(?:port could not be cast to integer value as |invalid integer value |url port: "
            r"|port component\): |invalid port(?: number)?(?:: | (?=['\"`])))['\"`]?:?"
            r"(?P<secret>(?!\d{1,5}(?!\w)|(?:must|should|the|expected|not|an?|out|got|nan|in|undefined)\b)"
            r"[^\s'\"`]{1,200})",
            re.IGNORECASE,
        ),
    ),
    # The same that was cut before the host.
    Shape(
        (CUT,),
        LatePattern(
            r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://(?P<secret>[^\s/?#@'\"<>:]{0,200}:"
            rf"[^\s/?#@'\"<>{CUT}]{{1,500}})(?={CUT})"
        ),
    ),
    Shape(
        (CUT,),
        LatePattern(
            r"\b(?:postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?|mssql)"
            rf"(?:\+\w{{1,20}})?://(?P<secret>[^\s@'\"<>:]{{0,200}}:[^\s@'\"<>{CUT}]{{1,500}})(?={CUT})",
            re.IGNORECASE,
        ),
    ),
    # Headers: the scheme and all that belongs to it.
    Shape(
        ("authorization",),
        LatePattern(
            r"(?<![A-Za-z])authorization\\{0,3}['\"]?\s{0,3}[:=]\s{0,3}(?:[\[({]\s{0,3})?(?:b(?=['\"]))?\\{0,3}['\"]?"
            r"(?P<secret>digest(?:\s{1,3}\w{1,20}=(?:\"[^\"]{0,500}\"|[^\s,'\"]{0,500}),?){1,20}|(?:(?:bearer|basic|digest|token|negotiate|ntlm|apikey|hawk|aws4-hmac-sha256)"
            r"\s{1,3})?(?:'[^'\n]{1,500}'|\"[^\"\n]{1,500}\"|[^\s'\"\\,;]+)(?:,\s{0,2}\w{1,20}=(?:\"[^\"]{0,500}\"|[^\s,'\"]{0,500}))*)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("/webhooks/",),
        LatePattern(
            r"\bdiscord(?:app)?\.com/api/(?:v\d{1,3}/)?webhooks/\d{1,25}/(?P<secret>[\w-]+)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("eyj",),
        LatePattern(
            r"(?<![\w-])(?P<secret>eyJ[\w-]+(?:\.[\w-]+(?:\.[\w-]*){0,3}|\.(?:\.[\w-]+){3}))"
        ),
    ),
    # A hook of Teams, by its address.
    Shape(
        ("/incomingwebhook/",),
        LatePattern(r"/IncomingWebhook/(?P<secret>[0-9a-fA-F]{32}(?:/[\w-]{36,100})?)"),
    ),
    Shape(
        ("gh", "github_pat_", "sb", "xox"),
        LatePattern(
            r"\b(?P<secret>(?:gh[pousr]_|github_pat_|sb_secret_|sb_publishable_|sbp_|xox[abeprs]-)[\w-]+)"
        ),
    ),
)
#: Where a program or a shell puts in a part of an address.
_FILLED_IN = (
    r"\$?\{{1,2}\s?[A-Za-z_][\w.:\[\]'\"-]{0,60}\s?\}{1,2}|\$[A-Z_]{2,40}|%s|<[\w -]{1,30}>"
)
#: As in a hint that tells the form of an address, a time before a name, settings of a cookie.
_PLACEHOLDER = LatePattern(
    rf"user:password|USER:PASSWORD|(?:{_FILLED_IN})?:(?:{_FILLED_IN})|(?:[^:\s]{{0,60}}:)?\*+"
    r"|(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,9})?"
    r"|(?i:(?:samesite|path|domain|secure|httponly|max-age|expires|partitioned)\b[^;]{0,100}(?:;\s?|$))+"
)

#: What a text that was cut may have stood in.
_CLOSING = (" ", '"', "'")
_FEW = 20
_MOST_BEFORE_A_CUT = 1000
#: Where what an address of a hook says begins to be a secret.
_CUT_HOOK = LatePattern(
    rf"\bhooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[^\s'\"{CUT}]{{4,300}})(?={CUT})"
)
#: Letters of both cases and digits by turns, as no name of anything has them.
_CUT_ROW = LatePattern(
    r"(?<![\w.+/=-])(?P<secret>(?=[\w+=-]{0,200}[a-z])(?=[\w+=-]{0,200}[A-Z])"
    r"(?=(?:[A-Za-z_+=-]{0,60}[0-9]{1,20}){2}[A-Za-z_+=-]{0,60}[0-9A-Za-z])[\w+=-]{12,300})(?=\u2026)",
    re.ASCII,
)

_OF_A_COOKIE = LatePattern(r"[=0-9]|\w{16}")


def _is_cookie(match: re.Match[str]) -> bool:
    """Whether it is one, and not what is said of it, which has no sign and no digit."""
    value = match["secret"]
    return _OF_A_COOKIE.search(value) is not None and not _says_nothing(value)


_WORDED = (
    *secret_words.ASSIGNED,
    *secret_words.COMMANDS,
    *worded_records.RECORDS,
    *tabled_secrets.IN_WORDS,
    *listed_secrets.IN_LISTS,
)
#: What of a shape's finds is a secret, where its pattern does not say all of it.
_JUDGES = {
    **dict.fromkeys(told_values.TOLD, told_values.is_told),
    **dict.fromkeys(told_values.QUOTED, told_values.is_quoted),
    _COOKIE: _is_cookie,
}
_JUDGED = frozenset(_WORDED)
_OF_COMMANDS = frozenset(secret_words.COMMANDS)


def find(text: str) -> Iterator[Range]:
    """Yield where a text looks as if it held a secret; parts may overlap."""
    yield from _whole(text)
    if CUT in text:
        yield from _begun(text)


def _begun(text: str) -> Iterator[Range]:
    """Yield where a secret seems to stand whose end and closing sign were cut off."""
    for pattern in (vendor_tokens.BEGUN, _CUT_HOOK, _CUT_ROW):
        yield from (match.span("secret") for match in pattern.finditer(text))
    # Many are looked at together: each by itself is sought for each word.
    parts = [(0, text)] if text.count(CUT) > _FEW else _before_cuts(text)
    for at, part in parts:
        for closing in _CLOSING:
            for start, end in _whole(part.replace(CUT, closing)):
                if (cut_at := part.find(CUT, start, end + 1)) > start:
                    yield at + start, at + cut_at


def _before_cuts(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands in one line before each mark of a cut, with the mark, and where."""
    behind = 0
    for line in re.split(rf"(?<={CUT})|[\n\x1e]", text):
        if line.endswith(CUT):
            part = line[-_MOST_BEFORE_A_CUT:]
            yield behind + len(line) - len(part), part
        behind += len(line) + (not line.endswith(CUT))


def _whole(text: str) -> Iterator[Range]:
    folded = text.casefold()
    # A pattern takes a hundred times longer than to see that its word is not there.
    rules = {rule for word, kept in _by_word().items() if word in folded for rule in kept}
    if vendor_tokens.LONG_ROW.search(text):
        words = vendor_tokens.words()
        rules |= {shape for word, shapes in words.items() if word in folded for shape in shapes}
    before: dict[int, int] = {}
    if any(word in folded for word in secret_words.NAME_WORDS):
        from verifier.guarded import written_values

        values, before = written_values.read(text)
        yield from values
    for rule in rules:
        if isinstance(rule, str):
            yield from (_span(m) for m in vendor_tokens.compiled(rule).finditer(text))
        elif rule in _JUDGED:
            spans = secret_words.spans(text, rule)
            yield from (span for span in spans if before.get(span[0], -1) < span[1])
        elif judge := _JUDGES.get(rule):
            yield from (m.span("secret") for m in rule.pattern.finditer(text) if judge(m))
        else:
            for match in rule.pattern.finditer(text):
                if match["secret"] and not _says_nothing(match["secret"]):
                    yield match.span("secret")
    commands = [rule for rule in rules if rule in _OF_COMMANDS]
    listed = listed_secrets.as_line(text) if commands else None
    if listed is not None:
        line, starts, ends = listed
        for start, end in (span for rule in commands for span in secret_words.spans(line, rule)):
            yield starts[start], ends[end - 1]


def _says_nothing(value: str) -> bool:
    is_no_value = not value.startswith("$") and stands_for_one(value)
    return is_no_value or _PLACEHOLDER.fullmatch(value) is not None


def _span(match: re.Match[str]) -> Range:
    return match.span(1) if match.lastindex and match[1] is not None else match.span()


@cache
def _by_word() -> Mapping[str, tuple[Shape | str, ...]]:
    """Return our shapes and the vendors' patterns by the words of which each match holds one."""
    rules: dict[str, tuple[Shape | str, ...]] = {}
    spoken = (*spoken_secrets.SPOKEN, *spoken_secrets.CODES)
    own = protocol_secrets.OF_PROTOCOLS
    rows = (
        *own,
        *worded_records.ROWS,
        *tabled_secrets.OF_THEIR_OWN,
        *listed_secrets.PAIRS,
        *spoken,
    )
    for shape in (*_SHAPES, *_WORDED, *rows, *_JUDGES):
        for word in shape.words:
            rules[word] = (*rules.get(word, ()), shape)
    for word, pattern in vendor_tokens.patterns():
        rules[word] = (*rules.get(word, ()), pattern)
    return rules
