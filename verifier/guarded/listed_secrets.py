"""Secrets in the lists, pairs and dumps that languages print, and behind a name with a remark."""

import re
from itertools import chain, pairwise

from verifier.guarded.joined_lines import Mapped
from verifier.guarded.secret_pattern import Shape
from verifier.guarded.secret_words import NAME_WORDS, NAMES
from verifier.model.late_pattern import LatePattern

_HEADERS = r"(?:(?:proxy-)?authorization|(?:set-)?cookie)"
_QUOTE = r"\\{0,3}['\"]"
#: Neither a word of a sentence nor a day: it has a digit and a letter.
_MADE = r"(?=[^\s,\]]{0,200}[0-9])(?=[^\s,\]]{0,200}[A-Za-z])(?!\d{4}-\d\d-|[\[({<$*])"
_ONE = rf"{_MADE}(?P<secret>[^\s'\"`,;<>()\[\]{{}}\\]{{8,500}})(?![^\s'\"`,;.)\]}}\\])"
#: A word with its number is none, nor a version: my-job-12, v2beta1.
_NO_WORD = r"(?![a-z]{2,20}(?:[-_][a-z]{2,20}){0,4}[-_]?\d{1,3}(?:[\s,;.)\]}>]|$)|v\d)"
_NAME = (
    r"(?<![a-z])(?:pass(?:word|wd|phrase)"
    r"|(?:(?:access|api|auth|bearer|bot|deploy|refresh)[ _-]?)?token"
    r"|(?:api|access|account|license|master|private|secret|signing)[ _-]?key"
    r"|(?:client[ _-]?)?secret)"
)
#: Between two words of a list: `', '` of Python and Ruby, `","` of JSON, `" "` of Rust.
_BETWEEN = LatePattern(rf"{_QUOTE}(?:\s{{0,3}},\s{{0,40}}|\s{{1,3}}){_QUOTE}")
_GIVEN = r"(?:['\"][^'\"\n]{0,200}['\"]|[\w$.:>()-]{1,60}),\s{0,40}"
#: Calls that take a password by its place: the third, and the second.
_TAKING = (
    r"(?<![\w$])(?:(?:pdo(?:::|->)(?:__construct|connect)|new (?:pdo|mysqli|sequelize)"
    r"|mysqli(?:_real)?_connect|mysqli(?:::|->)(?:__construct|real_connect)|imap_open|ldap_bind"
    r"|(?:drivermanager|datasource|pymysql|mysqldb)\.(?:get)?connect(?:ion)?)"
    rf"\(\s{{0,40}}{_GIVEN}{_GIVEN}"
    r"|(?:(?:smtp|imap|ftp|server|mail|client|session)\w{0,10}\.login|(?:oracledb|cx_oracle)\.connect"
    r"|new (?:network|icloud|plain|usernamepassword)\w{0,20}(?:credentials?|token))"
    rf"\(\s{{0,40}}{_GIVEN})"
)
#: `_is_value` of the words' room judges what follows.
IN_LISTS = (
    # headers={X-Auth-Token=[…]} of Java, map[X-Auth-Token:[…]] of Go; a list of names is none.
    Shape(
        NAME_WORDS,
        LatePattern(
            NAMES.replace(r"(?P<suffix>", r"(?!s)(?P<suffix>")
            + r"(?:\\{0,3}['\"])?\s{0,3}(?P<sign>[:=])\s{0,3}"
            + r"(?:\[\]\w{1,12})?[\[({<]{1,2}\\{0,3}['\"]?"
            + rf"{_NO_WORD}{_MADE}(?P<secret>[^\s'\",;<>()\[\]{{}}\\]{{6,500}})"
            + r"(?=\\{0,3}['\"]?[\])}>,])",
            re.IGNORECASE,
        ),
    ),
    # [password] => … of PHP's print_r, ["password"]=> string(9) "…" of its var_dump.
    Shape(
        NAME_WORDS,
        LatePattern(
            r"\[['\"]?[\w.-]{0,40}?"
            + NAMES
            + r"['\"]?(?::\w{1,20}){0,2}\](?P<sign>\s{0,3}=>)\s{1,8}"
            # A quote within ends it only where the next field follows.
            r"string\(\d{1,6}\)\s{1,3}\""
            r"(?P<secret>[^\n\x1e]{1,500}?)(?:\"(?=\s{0,40}(?:[\[}\x1e]|$))|(?=[\n\x1e]|$))",
            re.IGNORECASE,
        ),
    ),
    Shape(
        NAME_WORDS,
        LatePattern(
            r"\[[\w.-]{0,40}?" + NAMES + r"(?::\w{1,20}){0,2}\](?P<sign>\s=>)\s"
            r"(?P<secret>[^\s'\"\[({][^\s'\"]{0,500})",
            re.IGNORECASE,
        ),
    ),
)
PAIRS = (
    # 'api_key' => string '…' (length=12), of PHP as well.
    Shape(
        ("=> string",),
        LatePattern(
            rf"{_NAME}[\w-]{{0,40}}['\"]?\s{{0,3}}=>\s{{1,3}}string\s{{1,3}}(?P<quote>['\"])"
            r"(?P<secret>[^\n]{1,500}?)(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # process.env.API_SECRET || '…', in the line of code that a traceback shows.
    Shape(
        ("||", "??"),
        LatePattern(
            rf"{_NAME}\w{{0,20}}['\"\])]{{0,3}}"
            r"\s{0,3}(?:\|\||\?\?)\s{0,3}"
            r"(?P<quote>['\"`])(?P<secret>[^\s'\"`]{6,500})(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # ('authorization', '…'), [b'cookie', b'…']: headers as servers keep them.
    Shape(
        ("authorization", "cookie"),
        LatePattern(
            rf"b?{_QUOTE}{_HEADERS}{_QUOTE}\s{{0,3}},\s{{0,3}}b?(?P<quote>{_QUOTE})"
            r"(?P<secret>[^\n\x1e]{1,1000}?)(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # auth=('joe', '…'), and AUTH=joe:… of the environment.
    Shape(
        ("auth",),
        LatePattern(
            rf"(?:auth(?:{_QUOTE})?\s{{0,3}}[:=]\s{{0,3}}[(\[]|(?:basic|digest)_?auth\()\s{{0,3}}{_QUOTE}[^'\"\n\\]{{0,100}}{_QUOTE}"
            rf"\s{{0,3}},\s{{0,3}}(?P<quote>{_QUOTE})(?P<secret>[^'\"\n]{{1,500}}?)(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("auth=", "auth:"),
        LatePattern(
            r"(?<![A-Za-z])AUTH\s{0,3}[:=]\s{0,3}['\"]?[\w.@+-]{1,64}:(?!//)"
            r"(?=[^\s'\"]{0,200}[0-9])(?=[^\s'\"]{0,200}[A-Za-z])(?P<secret>[^\s'\"]{6,500})"
        ),
    ),
    # PDO->__construct('…', 'joe', '…')
    Shape(
        ("__construct(", "connect(", "connection(", "imap_open(", "bind(", "login(", "new "),
        LatePattern(
            rf"{_TAKING}(?P<quote>['\"`])(?P<secret>[^\n'\"`]{{4,300}})(?P=quote)", re.IGNORECASE
        ),
    ),
    # Password (admin): …
    Shape(
        ("passw", "token", "secret", "key", "passphrase"),
        LatePattern(
            rf"{_NAME}\s?\([^()\n\x1e]{{1,40}}\)\s{{0,3}}[:=]\s{{0,3}}['\"`]?{_NO_WORD}{_ONE}",
            re.IGNORECASE,
        ),
    ),
    # The password for user admin is …, your new API key is: …
    Shape(
        (" is ", " is:"),
        LatePattern(
            rf"{_NAME}(?:\s(?:for|of|to)\s[^\n:=\x1e]{{1,40}}?)?\s(?:is|was):?\s['\"`]?{_NO_WORD}"
            rf"(?!sha\d|md5|utf|base64|argon){_ONE}",
            re.IGNORECASE,
        ),
    ),
    # A key in an address, made as no word is: in both cases and of digits, or of hex.
    Shape(
        ("?key=", "&key="),
        LatePattern(
            r"[?&]key=(?P<secret>(?=[\w-]{0,100}[A-Z])(?=[\w-]{0,100}[a-z])(?=[\w-]{0,100}[0-9])"
            r"[\w-]{16,200}|[0-9a-f]{32,64})(?![\w./%-])"
        ),
    ),
    # STRIPE_KEY=…: what is no key of a table, of a cache or of everybody.
    Shape(
        ("_key",),
        LatePattern(
            r"(?<![A-Za-z0-9_])(?![A-Z0-9_]{0,60}(?:CACHE|PARTITION|SORT|PRIMARY|FOREIGN|IDEMPOTENCY|ROUTING"
            r"|PUBLIC|PUBLISHABLE|ANON|S3|OBJECT|HOST|REGISTRY|HKEY|LOOKUP|TRANSLATION|QUERY|SHARD"
            r"|GROUP|BUILD|REDIS|QUEUE|FEATURE|IMAGE|CONFIG|STATE|LOCK|ROW|INDEX|DEDUP\w{0,20}|PROJECT|ISSUE|JOB)_KEY)"
            r"[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){0,6}_KEY\s{0,3}[:=]\s{0,3}(?:b(?=['\"]))?['\"]?"
            rf"{_NO_WORD}(?![\w.-]{{0,100}}[:/]){_ONE}"
        ),
    ),
    # StripeKey:"…", made as no word is.
    Shape(
        ("key",),
        LatePattern(
            r"(?<![A-Za-z])(?!(?i:cache|partition|sort|primary|foreign|public|publishable|anon|object|row"
            r"|state|query|group|lookup|shard|idempotency|dedup|routing|translation|project|issue|job"
            r"|host|react|index|registry))[A-Za-z][a-z0-9]{1,20}(?:[A-Z][a-z0-9]{1,20}){0,3}Key"
            r"\\{0,3}['\"]?\s{0,3}[:=]\s{0,3}(?P<quote>\\{0,3}['\"])"
            r"(?P<secret>(?=[\w+=/-]{0,200}[a-z])(?=[\w+=/-]{0,200}[A-Z])(?=(?:[^0-9\s'\"]{0,60}[0-9]){3})"
            r"[\w+=/-]{20,200})(?P=quote)"
        ),
    ),
    # What Supabase's vault is given to keep.
    Shape(
        ("create_secret(", "update_secret("),
        LatePattern(
            r"\b(?:create_secret\(|update_secret\([^,\n]{1,100},)\s{0,3}(?P<secret>E?'(?:[^'\n]|''){1,500}')\s{0,3}[,)]",
            re.IGNORECASE,
        ),
    ),
)


def as_line(text: str) -> Mapped | None:
    """Return a text with the words of each list as a shell has them; None where it has no list."""
    gaps = [match.span() for match in _BETWEEN.finditer(text)]
    if not gaps:
        return None
    edges = [0, *chain.from_iterable(gaps), len(text)]
    kept = [range(*edge) for edge in pairwise(edges)][::2]
    line = " ".join(text[part.start : part.stop] for part in kept)
    starts = [*kept[0]]
    for (begin, _), part in zip(gaps, kept[1:], strict=True):
        starts += [begin, *part]
    return line, starts, [at + 1 for at in starts]
