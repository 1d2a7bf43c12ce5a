"""What a secret looks like that nobody told of: its shape, or the words that stand before it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from verifier.guarded.secret_forms import Range
from verifier.model.cut_text import CUT

_VENDORS = "vendor_secrets.json"
#: The vendors' patterns are of another language than Python's, which has no such classes.
_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_POSIX = re.compile(rf"\[:({'|'.join(_POSIX_CLASSES)}):\]")


@dataclass(frozen=True, slots=True)
class _Shape:
    """A pattern, and words in lower case, of which every text that it matches holds one."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]


#: Each has a group `secret`, and goes through a text once, however long somebody makes its words.
_SHAPES = (
    # A private key, also one that was cut.
    _Shape(
        ("-----begin",),
        re.compile(
            r"(?P<secret>-----BEGIN[ A-Z0-9_-]{0,40}PRIVATE KEY[ A-Z]{0,10}-----"
            r"(?:(?!-----END)[\s\S])*(?:-----END[ A-Z0-9_-]{0,60}-----)?)"
        ),
    ),
    # User and password in any address; a password may hold what an address may not.
    _Shape(
        ("://",),
        re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://(?P<secret>[^\s/?#@'\"<>]{0,500})(?=@)"),
    ),
    _Shape(
        ("://",),
        re.compile(
            r"\b(?:postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?|mssql)"
            r"(?:\+\w{1,20})?://(?P<secret>[^\s'\"<>]{0,500})(?=@[\w.\[-])",
            re.IGNORECASE,
        ),
    ),
    # The same where somebody has taken the scheme away: a port, or a host that no mail goes to,
    # tells it from a label before an address of mail.
    _Shape(
        ("@",),
        re.compile(
            r"(?<![\w.:/@-])(?P<secret>[\w.%+-]{0,100}:[^\s/?#@'\"<>]{1,200})"
            r"(?=@(?:\[[0-9a-fA-F:]{2,40}\]|[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})"
            r"(?::\d{2,5}(?![\w.])|(?<=\.internal)(?![\w.-])|(?<=@localhost)(?![\w.-])))"
        ),
    ),
    # The same that was cut before the host.
    _Shape(
        (CUT,),
        re.compile(
            r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://(?P<secret>[^\s/?#@'\"<>:]{0,200}:"
            rf"[^\s/?#@'\"<>{CUT}]{{1,500}})(?={CUT})"
        ),
    ),
    _Shape(
        (CUT,),
        re.compile(
            r"\b(?:postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?|mssql)"
            rf"(?:\+\w{{1,20}})?://(?P<secret>[^\s@'\"<>:]{{0,200}}:[^\s@'\"<>{CUT}]{{1,500}})(?={CUT})",
            re.IGNORECASE,
        ),
    ),
    # Headers: the scheme and all that belongs to it.
    _Shape(
        ("authorization",),
        re.compile(
            r"\bauthorization\\{0,3}['\"]?\s{0,3}[:=]\s{0,3}\\{0,3}['\"]?"
            r"(?P<secret>digest(?:\s{1,3}\w{1,20}=(?:\"[^\"]{0,500}\"|[^\s,'\"]{0,500}),?){1,20}|(?:(?:bearer|basic|digest|token|negotiate|ntlm|apikey|hawk|aws4-hmac-sha256)"
            r"\s{1,3})?(?:'[^'\n]{1,500}'|\"[^\"\n]{1,500}\"|[^\s'\"\\,;]+)(?:,\s{0,2}\w{1,20}=(?:\"[^\"]{0,500}\"|[^\s,'\"]{0,500}))*)",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        ("cookie",),
        re.compile(
            r"\b(?:set-)?cookie\\{0,3}['\"]?:\s{0,3}['\"]?(?P<secret>[^\s'\"][^\n'\"]*)",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        ("/webhooks/",),
        re.compile(
            r"\bdiscord(?:app)?\.com/api/(?:v\d{1,3}/)?webhooks/\d{1,25}/(?P<secret>[\w-]+)",
            re.IGNORECASE,
        ),
    ),
    _Shape(("eyj",), re.compile(r"(?<![\w-])(?P<secret>eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?)")),
    _Shape(
        ("gh", "sb", "xox"),
        re.compile(
            r"\b(?P<secret>(?:gh[pousr]_|github_pat_|sb_secret_|sb_publishable_|sbp_|xox[abeprs]-)[\w-]+)"
        ),
    ),
)
#: Words of a name that say that a secret follows.
_NAMES = (
    r"(?P<name>passw(?:or)?d|passphrase|(?<![a-z])pass(?==)|pwd|secret|token|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|(?:account|encryption|license|master|signing)[_-]?key|credentials?|signature"
    r"|(?<=[?&])sig(?==)"
    # Beside a count of passes, and the first pass of a program.
    r"|(?:db|ftp|ldap|mail|mysql|pg|redis|root|smtp|user)_pass(?=\\{0,3}['\"]?\s{0,3}[:=])"
    r"|(?<=[_-])pass(?=\\{0,3}['\"]?\s{0,3}[:=]))"
)
_NAME_WORDS = (
    "passw",
    "pass=",
    "_pass",
    "-pass",
    "sig=",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "signature",
)
_ASSIGNED = (
    _Shape(
        _NAME_WORDS,
        re.compile(
            _NAMES + r"[\w.-]{0,40}\\{0,3}['\"]?\s{0,3}(?P<sign>[:=]>?)\s{0,3}"
            r"(?P<quote>\\{0,3}['\"])(?P<secret>[^\n]{1,2000}?)(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        _NAME_WORDS,
        re.compile(
            _NAMES + r"[\w.-]{0,40}\\{0,3}['\"]?\s{0,3}(?P<sign>[:=]>?)\s{0,3}"
            r"\\{0,3}['\"]?(?P<secret>[^\s'\",;&<>(){}\[\]\\]+)",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        ("bearer", "basic"),
        re.compile(
            r"(?P<name>\bbearer|\bbasic)(?P<sign>\s{0,3}[:=]\s{0,3}|\s{1,3})(?P<secret>[\w.~+/=-]{6,})",
            re.IGNORECASE,
        ),
    ),
)
#: What stands behind an option, or a word of a command, in quotes or without.
_VALUE = (
    r"(?P<secret>'[^'\n]{1,500}'|\"[^\"\n]{1,500}\"|[^\s'\"\\|;&<>()\[\]{}-][^\s'\"\\|;&<>]{0,500})"
)
#: Secrets in the words of a command, as shells and logs of builds write it.
_COMMANDS = (
    _Shape(
        _NAME_WORDS,
        re.compile(
            r"(?<![\w-])--?(?:[a-z0-9]{1,20}-){0,4}(?:password|passwd|passphrase|pass|pwd|secret|token"
            rf"|api-?key|access-?key|secret-?key|private-?key|credentials?)\s{{1,3}}{_VALUE}",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        ("login", "sshpass", "mongo", "sqlcmd"),
        re.compile(
            r"\b(?:login|sshpass|mongo(?:sh|dump|restore)?|sqlcmd)\b[^\n|;&]{0,300}?\s-[pP]\s{0,3}"
            + _VALUE
        ),
    ),
    _Shape(
        ("mysql", "mariadb"),
        re.compile(
            rf"\b(?:mysql|mariadb)\w{{0,20}}(?:-\w{{1,20}})?\b[^\n|;&]{{0,300}}?\s-p{_VALUE}"
        ),
    ),
    _Shape(
        ("redis-cli",),
        re.compile(rf"\bredis-cli\b[^\n|;&]{{0,300}}?\s(?:-a|--pass)\s{{1,3}}{_VALUE}"),
    ),
    # Roles of a database, and what a server says of one.
    _Shape(
        ("password", "identified"),
        re.compile(
            r"\b(?:password|identified\s{1,3}(?:with\s{1,3}\w{1,40}\s{1,3})?(?:by|as))\s{1,3}"
            r"(?P<secret>'(?:[^'\n]|''){1,500}')",
            re.IGNORECASE,
        ),
    ),
    # A line of .netrc.
    _Shape(
        ("machine", "default"),
        re.compile(
            r"\b(?:machine\s{1,8}\S{1,200}|default)(?:\s{1,8}(?:login|account)\s{1,8}\S{1,200}){0,2}"
            rf"\s{{1,8}}password\s{{1,8}}{_VALUE}"
        ),
    ),
    # curl -u name:secret, wget and git through a proxy.
    _Shape(
        ("curl", "-u", "-user"),
        re.compile(
            r"(?<![\w-])(?:-[a-zA-Z]{0,5}[uU]\s{0,3}|--(?:proxy-)?user[ =]\s{0,3})"
            r"['\"]?[^\s:'\"/]{0,200}:"
            r"(?P<secret>[^\s'\"\\/][^\s'\"\\]{0,500})"
        ),
    ),
    _Shape(
        ("sshpass=", "cli_auth="),
        re.compile(rf"\b(?:sshpass|rediscli_auth)={_VALUE}", re.IGNORECASE),
    ),
)
#: The next word of a sentence about an option.
_OF_A_SENTENCE = re.compile(
    r"(?i:to|for|with|without|in|of|or|and|on|from|by|as|at|if|must|may|can|cannot|takes|needs|names"
    r"|given|option|was|were|has|have|had|does|instead|only|here|that|which|it|this|your|value)[.,:]?"
)
#: As in a hint that tells the form of an address.
_PLACEHOLDER = re.compile(r"user:password|USER:PASSWORD|\*+")
_WORD = re.compile(r"[A-Z]?[a-z]{1,20}[.!?]?|[A-Z]{1,12}")
#: What stands in the place of a secret, and says nothing of it.
_NO_VALUE = re.compile(
    r"\*+|(?i:true|false|null|none|nil|undefined|missing|required|invalid|empty|expired|wrong"
    r"|incorrect|unset|yes|no|unauthorized|forbidden|read|write|not|is|was|and|or|the|a|an)[.!?]?"
    r"|\$.*|[0-9]{1,4}|CHOOSE ONE"
)


def find(text: str) -> Iterator[Range]:
    """Yield where a text looks as if it held a secret; parts may overlap."""
    folded = text.casefold()
    kept = _by_word()
    # A pattern takes a hundred times longer than to see that its word is not there.
    standing = [rules for word, rules in kept.items() if word in folded]
    if not standing:
        return
    rules = {rule for rules in standing for rule in rules}
    for shape in (shape for shape in _SHAPES if shape in rules):
        for match in shape.pattern.finditer(text):
            if match["secret"] and not _PLACEHOLDER.fullmatch(match["secret"]):
                yield match.span("secret")
    for assigned in (shape for shape in _ASSIGNED if shape in rules):
        yield from (m.span("secret") for m in assigned.pattern.finditer(text) if _is_secret(m))
    for command in (shape for shape in _COMMANDS if shape in rules):
        for match in command.pattern.finditer(text):
            value = match["secret"].strip("'\"")
            if not _NO_VALUE.fullmatch(value) and not _OF_A_SENTENCE.fullmatch(value):
                yield match.span("secret")
    for pattern in rules:
        if isinstance(pattern, str):
            yield from (_span(m) for m in _compiled(pattern).finditer(text))


def _span(match: re.Match[str]) -> Range:
    return match.span(1) if match.lastindex and match[1] is not None else match.span()


def _is_secret(match: re.Match[str]) -> bool:
    """Whether what follows a name is a value, and not the next word of a sentence."""
    value, name = match["secret"], match["name"].casefold()
    if _NO_VALUE.fullmatch(value):
        return False
    if match["sign"].startswith("=") or name.startswith(("passw", "pwd")) or "_pass" in name:
        return True
    return not all(_WORD.fullmatch(word.strip(".,;:()")) for word in value.split() if word)


@cache
def _by_word() -> Mapping[str, tuple[_Shape | str, ...]]:
    """Return our shapes and the vendors' patterns by the words of which each match holds one."""
    kept = json.loads((files("verifier.guarded") / _VENDORS).read_text("utf-8"))
    rules: dict[str, tuple[_Shape | str, ...]] = {}
    for shape in (*_SHAPES, *_ASSIGNED, *_COMMANDS):
        for word in shape.words:
            rules[word] = (*rules.get(word, ()), shape)
    for rule in kept["rules"]:
        for word in rule["keywords"]:
            rules[word] = (*rules.get(word, ()), rule["pattern"])
    return rules


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_POSIX.sub(lambda found: _POSIX_CLASSES[found[1]], pattern))
