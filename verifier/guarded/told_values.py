"""Secrets in lines of tools: password files, a cache's commands, errors that quote a value."""

import re

from verifier.guarded.public_words import looks_public
from verifier.guarded.secret_pattern import Shape
from verifier.guarded.secret_words import NAME_WORDS, NAMES
from verifier.model.late_pattern import LatePattern

_END = r"(?=[\s'\"`,;)\]}]{0,5}(?:$|[\n\x1e\\]))"
#: A word that stands for itself or in quotes, escaped or not.
_ONE = (
    r"(?:\\{0,3}['\"][^'\"\n\x1e]{1,300}\\{0,3}['\"]"
    r"|[^\s'\"\\,;<>\[\](){}\x1e][^\s'\"\\,;\x1e]{0,300})"
)
#: Numbers of characters that a program puts together: `CHR(104)||CHR(117)`, in whatever language.
_CODE = r"(?:n?char|chrw?|string\.fromcharcode)\(\s?(?:0x[0-9a-f]{2}|[0-9]{2,3})\s?\)"
_CODES = r"(?:0x[0-9a-f]{2}|[0-9]{2,3})"
TOLD = (
    # A line of .pgpass: host, port, database, user, password.
    Shape(
        (":",),
        LatePattern(
            r"(?<![\w.:/*@-])(?:\[[0-9a-fA-F:]{2,40}\]|[\w.*-]{1,200}):(?:\d{4,5}|\*)"
            r":(?:[a-zA-Z_][\w$.-]{0,63}|\*):(?:[a-zA-Z_][\w$.@-]{0,63}|\*)"
            r":(?P<secret>(?:\\.|[^\s:\\'\"]){1,300})(?![:\w])",
        ),
    ),
    # What a cache is told, as its monitor, its clients and its file of settings write it.
    Shape(
        ("auth",),
        LatePattern(
            r"(?:(?<=^)|(?<=[\n\x1e>:\]'\"`$]))\s{0,3}AUTH[ \t]{1,3}"
            r"(?P<secret>(?:[^\s'\"]{1,64}[ \t]{1,3})?(?P<last>[^\s'\"<>]{1,300}))" + _END,
            re.MULTILINE,
        ),
    ),
    Shape(
        ("auth",),
        LatePattern(
            r"(?<![\w/.-])(?:AUTH[ \t]{1,3}|(?<=\d> )auth[ \t]{1,3})(?:[^\s'\"]{1,64}[ \t]{1,3})?"
            r"(?P<secret>(?P<odd>[^\s'\"<>]{1,300}))" + _END,
            re.MULTILINE,
        ),
    ),
    Shape(
        ("auth",),
        LatePattern(
            r"\\{0,3}['\"]auth\\{0,3}['\"][ \t]{1,3}"
            r"(?P<secret>\\{0,3}['\"][^'\"\n\x1e]{1,300}['\"]"
            r"(?:[ \t]{1,3}\\{0,3}['\"][^'\"\n\x1e]{1,300}['\"])?)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("auth",),
        LatePattern(
            r"['\"]AUTH\\{0,3}['\"],\s{0,3}(?:\\{0,3}['\"]?args\\{0,3}['\"]?:\s{0,3})?\[?\s{0,3}"
            r"(?P<secret>\\{0,3}['\"][^'\"\n\x1e]{0,300}['\"](?:,\s{0,3}\\{0,3}['\"][^'\"\n\x1e]{0,300}['\"])?)",
        ),
    ),
    Shape(
        ("requirepass", "masterauth", "auth-pass"),
        LatePattern(
            r"\b(?:requirepass|masterauth|auth-pass[ \t]{1,3}[\w.-]{1,60})\\{0,3}['\"]?"
            r"(?:\s{0,3}[:=,]\s{0,3}|[ \t]{1,3})"
            rf"(?P<secret>(?P<told>{_ONE}))",
            re.IGNORECASE,
        ),
    ),
    # A user of a cache: what is added to its passwords, and what is taken away.
    Shape(
        ("user",),
        LatePattern(
            r"\b(?:set)?user\s{1,3}[\w.-]{1,60}\s(?=[^\n]{0,200}[~&+])"
            r"(?:(?:on|off|reset|resetpass|nopass|sanitize-payload)\s{1,3}){1,4}"
            r"[>#<](?P<secret>\S{1,300})",
            re.IGNORECASE,
        ),
    ),
    # What a program puts together of the numbers of its characters.
    Shape(
        ("chr", "char"),
        LatePattern(
            rf"(?P<secret>{_CODE}(?:\s{{0,3}}(?:\|\||[+&.,])\s{{0,3}}{_CODE}){{2,}}"
            rf"|(?<!var)(?:n?char|fromcharcode)\(\s?{_CODES}(?:\s?,\s?{_CODES}){{3,}}\s?\))",
            re.IGNORECASE,
        ),
    ),
    # An option and its value in a list, and a name in brackets: ['--db-password', 'x'].
    Shape(
        NAME_WORDS,
        LatePattern(
            NAMES + r"\\{0,3}['\"](?:\]\s{0,3}=|,)\s{0,3}(?P<quote>\\{0,3}['\"])"
            r"(?P<secret>(?=[^'\"\s]{0,200}[0-9])[^'\"\s\\]{6,300})(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # In a sentence, where it is made as no word is: of letters in both cases and digits.
    Shape(
        NAME_WORDS,
        LatePattern(
            r"(?i:(?<![a-z])(?:password|passwd|passphrase|token|secret|api[ _-]?key"
            r"|authtoken|identified by))"
            r"\s(?i:is\s|was\s)?[('\"`]{0,2}(?=[^\s'\"]{0,100}[a-z])(?=[^\s'\"]{0,100}[A-Z])"
            r"(?=[^\s'\"]{0,100}[0-9])(?P<secret>[\w.+=~!@#$%^&*-]{8,200})(?![\w/:])",
        ),
    ),
    # What a library would not send as a header, and quotes.
    Shape(
        ("header value", "header content"),
        LatePattern(
            r"\b(?:illegal|invalid) header (?:value|content)\s{0,3}:?\s?"
            r"(?P<secret>b?(?P<quote>['\"])[^\n]{1,1000}?(?P=quote))",
            re.IGNORECASE,
        ),
    ),
)
#: Errors of what settings must be, which quote what they are: a pattern whose groups say the value,
#: and the name of the setting where one stands beside it.
_VALUE = r"(?P<quote>\\{0,3}['\"])(?P<secret>[^\n\x1e]{1,1000}?)(?P=quote)"
QUOTED = (
    # pydantic's, the name in a line before.
    Shape(
        ("input_value",),
        LatePattern(
            rf"(?:(?P<of>[\w.-]{{1,200}})\s{{0,8}}[\n\x1e]\s{{0,8}}[^\n\x1e]{{0,300}})?\binput_value={_VALUE}",
        ),
    ),
    Shape(
        ("'input'", '"input"'),
        LatePattern(
            r"\\{0,3}['\"]loc\\{0,3}['\"]:\s?[(\[](?P<of>[^)\]]{0,200})[)\]][^\n\x1e{}]{0,400}?"
            rf"['\"]input\\{{0,3}}['\"]:\s?{_VALUE}",
        ),
    ),
    # zod's, and what checks a value against a list.
    Shape(
        ("received",),
        LatePattern(
            rf"(?:(?P<of>[\w.-]{{1,100}})[^\n\x1e]{{0,200}})?\breceived(?:\\{{0,3}}['\"])?\s{{0,3}}:?\s{{0,3}}{_VALUE}"
            r"(?:[^{}]{0,300}?path\\{0,3}['\"]?:\s{0,3}\[(?P<path>[^\]]{0,200})\])?",
            re.IGNORECASE,
        ),
    ),
    # libpq's, of a part of what it was told to connect to.
    Shape(
        ("in connection info string", "percent-encoded token"),
        LatePattern(
            rf"\b(?:missing \"=\" after |percent-encoded token: ){_VALUE}",
            re.IGNORECASE,
        ),
    ),
    # joi's, class-validator's, envalid's, of frameworks: `"JWT_SECRET" with value "x" fails`.
    Shape(
        ("with value", "value:", "invalid value"),
        LatePattern(
            r"(?:(?P<of>[\w.-]{1,100})[^\n\x1e]{0,60})?\b"
            r"(?:with value|value:|invalid value(?: of| for)?)\s{0,3}"
            rf"{_VALUE}(?:[^\n\x1e]{{0,60}}?(?:property|for|of)['\"]?:?\s{{0,3}}['\"]?(?P<path>[\w.-]{{1,100}}))?",
            re.IGNORECASE,
        ),
    ),
)
_NAME = LatePattern(NAMES, re.IGNORECASE)
#: What is said of a command, instead of its secret.
_SAID = LatePattern(
    r"(?i:failed|failure|ok|okay|required|requires?|success|successful|succeeded|error|errors|enabled"
    r"|disabled|command|commands|sent|skipped|denied|rejected|refused|passed|timeout|reply|response"
    r"|request|token|tokens|needed|missing|done|complete|completed|started|check|checks|mechanisms?"
    r"|method|methods|login|plain|external|anonymous|is|are|was|were|not|no|to|for|with|without|the"
    r"|a|an|and|or|of|in|on|by|as|at|if|from|must|may|can|has|have|directive|option|setting|set"
    r"|config|configured|module|service|server|user|users|provider|header|state|flow|session|before"
    r"|after|called|unset|changed|rotated|but|then|when|first|again)[.,:;!?]?"
)
_WORD = LatePattern(r"[A-Z]?[a-z]{1,20}[.!?]?|[A-Z_]{1,20}|[A-Z][\w-]{1,20}\b(?=:)|[0-9]{1,4}|\W+")
_NO_SECRET = LatePattern(r"[*.]+|\W*|[A-Z_]{2,20}")
#: Kinds of a value that an error names instead of it.
_KIND = LatePattern(
    r"(?i:string|number|integer|float|nan|undefined|null|none|object|array|boolean|bool|date|bigint"
    r"|symbol|function|map|set|promise|unknown|void|never|dict|list|str|int)"
)


def is_told(match: re.Match[str]) -> bool:
    """Whether what was found of `TOLD` is a value, and not the next word of a sentence."""
    groups = match.groupdict()
    words = match["secret"].strip("\\'\"").split()
    if any(_SAID.fullmatch(word.strip("\\'\"(),;")) for word in words):
        return False
    if groups.get("odd"):
        return not _WORD.fullmatch(groups["odd"])
    if groups.get("last"):
        return not _WORD.fullmatch(groups["last"]) or groups["last"].islower()
    return not all(_NO_SECRET.fullmatch(word.strip("\\'\"(),;")) for word in words)


def is_quoted(match: re.Match[str]) -> bool:
    """Whether the value that an error quotes may be a secret: by its name, or by its looks."""
    groups = match.groupdict()
    value = match["secret"]
    if _KIND.fullmatch(value) or re.fullmatch(r"\*+|[0-9.:-]{1,30}|\W{1,8}", value):
        return False
    beside = f"{groups.get('of') or ''} {groups.get('path') or ''}"
    return bool(_NAME.search(beside)) or not _looks_plain(value)


def _looks_plain(value: str) -> bool:
    is_odd = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return looks_public(value) and not is_odd
