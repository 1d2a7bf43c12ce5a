"""Secrets in records that name their fields elsewhere: errors of databases, XML, settings."""

import re

from verifier.guarded.secret_pattern import Shape
from verifier.guarded.secret_words import NAME_WORDS, NAMES
from verifier.model.cut_text import CUT
from verifier.model.late_pattern import LatePattern

_QUOTE = r"\\{0,3}['\"]"
_BREAK = r"(?:\r?\n|\x1e|\\{1,3}r\\{1,3}n|\\{1,3}n)"
#: Under a name that says so: `_is_value` of the other room judges what follows.
RECORDS = (
    # <password>…</password>, with a prefix, attributes and CDATA.
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"<[\w:.-]{{0,40}}?{NAMES}(?:\s[^<>]{{0,200}})?(?P<sign>>)\s{{0,8}}(?:<!\[CDATA\[)?"
            rf"(?P<secret>[^\s<>{CUT}][^<>\n{CUT}]{{0,500}})(?:\]\]>|</|<\\/|{CUT})",
            re.IGNORECASE,
        ),
    ),
    # <property name="connection.password">…</property>
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"<[a-z]\w{{1,20}}\s(?:name|key|id)={_QUOTE}[\w:. -]{{0,40}}?{NAMES}{_QUOTE}"
            r"(?P<sign>>)\s{0,8}(?:<!\[CDATA\[)?(?P<secret>[^\s<>][^<>\n]{0,500})(?:\]\]>|</|<\\/)",
            re.IGNORECASE,
        ),
    ),
    # <key>Password</key><string>…</string>
    Shape(
        ("</key>", "</name>"),
        LatePattern(
            rf"<(?:key|name)>[\w .-]{{0,40}}?{NAMES}\s{{0,3}}</(?:key|name)(?P<sign>>)\s{{0,20}}"
            r"<(?:string|value)>(?P<secret>[^<>\n]{1,500})",
            re.IGNORECASE,
        ),
    ),
    # <add key="Password" value="…"/>, {"name": "API_TOKEN", "value": "…"}
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"(?<![a-z])(?:key|name)(?:{_QUOTE})?\s{{0,3}}[:=]\s{{0,3}}{_QUOTE}[\w:. -]{{0,40}}?"
            rf"{NAMES}{_QUOTE}(?:[\s,][^<>{{}}]{{0,100}}?)?[\s,'\"\\]value(?:{_QUOTE})?"
            r"\s{0,3}(?P<sign>[:=])\s{0,3}"
            rf"(?P<quote>{_QUOTE})(?P<secret>[^\n]{{1,1000}}?)(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # A block of YAML.
    Shape(
        NAME_WORDS,
        LatePattern(
            NAMES + r"['\"]?(?P<sign>:)\s{1,3}[|>][+-]?(?:\r?\n|\x1e)[ \t]{1,40}"
            r"(?P<secret>[^\s][^\n\r\x1e]{0,500})",
            re.IGNORECASE,
        ),
    ),
    # A field of a form, below its head.
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"\bname(?P<sign>=){_QUOTE}[\w.-]{{0,40}}?{NAMES}{_QUOTE}"
            rf"(?:{_BREAK}[\w-]{{1,40}}:[^\n\r\\\x1e]{{1,100}}){{0,3}}{_BREAK}{{2}}"
            r"(?P<secret>[^\n\r\\\x1e]{1,500})",
            re.IGNORECASE,
        ),
    ),
    # PostgreSQL: Key (email, token)=(…) already exists.
    Shape(
        ("key (",),
        LatePattern(
            rf"\bkey\s{{1,3}}\((?=[^\n=]{{0,200}}?{NAMES})[^\n=]{{1,250}}\)\s?(?P<sign>=)\s?\("
            r"(?P<secret>[^\n\x1e]+?)(?:\)(?=\s(?:already|is|conflicts|exists)\b|[.'\"\\\n\x1e]|$)|(?=\x1e)|$)",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    # MySQL: Duplicate entry '…' for key 'users.api_token'
    Shape(
        ("duplicate entry",),
        LatePattern(
            r"\bduplicate entry (?P<quote>\\{0,3}['\"])(?P<secret>[^\n\x1e]{1,1000}?)(?P=quote)"
            rf"\sfor\skey(?P<sign>)\s(?P=quote)[^\n'\"]{{0,100}}?{NAMES}",
            re.IGNORECASE,
        ),
    ),
)
#: What a database says of a whole row, of which some fields may be secrets.
ROWS = (
    # INSERT INTO users (name, password) VALUES ('…', '…')
    Shape(
        NAME_WORDS,
        LatePattern(
            r"\b(?:insert|replace)(?:\s{1,5}(?:ignore|low_priority|delayed|or\s\w{1,10})){0,2}\s{1,5}"
            rf"into\s{{1,5}}[^\s(]{{1,200}}\s{{0,5}}\((?=[^()]{{0,1000}}?{NAMES})[^()]{{1,1000}}\)"
            r"[^()'\"]{0,60}?values\s{0,5}\((?=[^\"\n\x1e]{0,1000}?')"
            r"(?P<secret>(?:'(?:[^'\n\\]|''|\\.)*'?|[^';\"\n\x1e])+)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("failing row contains",),
        LatePattern(
            r"\bfailing row contains \((?P<secret>[^\n\x1e]+?)"
            r"(?=\)\.?[\\'\"]{0,4}(?:[\n\x1e,}]|$)|\n|\x1e|$)",
            re.IGNORECASE,
        ),
    ),
    # SQLAlchemy's and PostgreSQL's parameters of a statement: their names stand elsewhere.
    Shape(
        ("[parameters:",),
        LatePattern(
            r"\[parameters:\s{0,3}[(\[{]{1,2}(?=[^\n\x1e]{0,1000}?['\"])"
            r"(?P<secret>[^\n\x1e]+?)(?=[)}\]]{1,2}\](?:[^,)}\]]|$)|\n|\x1e|$)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("parameters: $1",),
        LatePattern(r"\bparameters: (?P<secret>\$1 = [^\n\x1e]+)", re.IGNORECASE),
    ),
    # What is kept instead of a password.
    Shape(
        ("$2", "$1$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2", "$scrypt$", "$pbkdf2"),
        LatePattern(
            r"(?P<secret>\$(?:2[abxy]?|1|5|6|7|y|apr1|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,20})\$"
            r"[\w./+=$,*-]{20,500})"
        ),
    ),
    Shape(
        ("pbkdf2", "scram-sha", "scrypt:", "bcrypt", "argon2$"),
        LatePattern(
            r"(?P<secret>\b(?:pbkdf2[_:][\w:-]{1,30}|scrypt:[\d:]{3,30}|bcrypt(?:_sha256)?|argon2)"
            r"\$[\w./+=$,*-]{20,500}|\bscram-sha-\d{1,4}\$\d{1,9}:[\w./+=$:-]{20,500})",
            re.IGNORECASE,
        ),
    ),
    Shape(("md5",), LatePattern(r"(?<![\w/.-])(?P<secret>md5[0-9a-f]{32})(?![\w.-])")),
)
