"""Secrets that words tell of which stand before them: names, options, statements."""

import re
from collections.abc import Iterator

from verifier.guarded.public_words import stands_for_one
from verifier.guarded.secret_pattern import Shape
from verifier.model.late_pattern import LatePattern

#: Words of a name that say that a secret follows.
NAMES = (
    r"(?P<name>passw(?:or)?d|passphrase|(?<!by)(?<!com)pass(?==)|pwd|secret|token(?!i[sz])|api[_-]?key"
    r"|access[_-]?key|(?<![a-z])pw(?=\\{0,3}['\"]?\s{0,3}[:=])"
    r"|private[_-]?key|(?:account|encryption|functions|license|master|signing|subscription)[_-]?key|credentials?|signature"
    r"|(?<=[?&])sig(?==)"
    # Beside a count of passes, and the first pass of a program.
    r"|(?:db|ftp|ldap|mail|mysql|pg|redis|root|smtp|user)_pass(?=\\{0,3}['\"]?\s{0,3}[:=])"
    r"|(?<=[_-])pass(?=\\{0,3}['\"]?\s{0,3}[:=]))(?P<suffix>[\w.-]{0,40})"
)
#: In full width, too, as texts of East Asia have it.
_SIGN = r"\\{0,3}['\"]?\s{0,3}(?P<sign>:[:=]|={1,3}>?|[:\uff1a\uff1d]>?)\s{0,3}"
#: The first of a list, and how languages mark a literal: `[b'…']`, `u"…"`, `@"…"`.
_LITERAL = r"(?:[\[(]\s{0,3})?(?:[bBuUrRfFL@$]{1,2}(?=\\{0,3}['\"]))?"
#: The next line's own name, and the sign of an item, in YAML.
_NOT_BEFORE = r"(?!-[ \t]|(?:(?<=[\n\x1e])|(?<=[\n\x1e]\s)|(?<=[\n\x1e]\s\s))[\w.-]{1,60}:(?:\s|$))"
NAME_WORDS = (
    *("passw", "pass=", "_pass", "-pass", "pw", "sig=", "passphrase", "pwd", "secret"),
    *("token", "key", "credential", "signature"),
)
ASSIGNED = (
    Shape(
        NAME_WORDS,
        LatePattern(
            # A quote within escaped ones is escaped once more.
            NAMES + _SIGN + _LITERAL + r"(?P<quote>(?P<escaped>\\{1,3})?['\"])"
            r"(?!(?P=quote)[\s,;}\])])"
            r"(?P<secret>[^\n]{1,2000}?(?(escaped)(?<!\\)(?:\\{4}){0,3}))(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        NAME_WORDS,
        LatePattern(
            # A sign of an address ends it where a next name follows.
            NAMES
            + _SIGN
            + _NOT_BEFORE
            + r"(?![bBuUrRfFL@$]{1,2}['\"])\\{0,3}['\"]?(?P<secret>(?:[^\s'\",;&<>(){}\[\]\\]"
            r"|(?<=[^\s'\",;&<>(){}\[\]\\=:])&(?![\w.%\[\]-]{1,60}=|#?\w{1,8};|[&\s]|$))+"
            # So does another sign, except within what is made as no word is.
            r"(?:[(;<,'\[](?![\w.-]{1,60}\s{0,3}[:=(])(?=[\w!@#$%^*+.-]{0,60}[0-9])(?=[\w!@#$%^*+.-]{0,60}[a-zA-Z])"
            r"[\w!@#$%^*+.-]{2,60}(?=[\s)\]>]|$))?)",
            re.IGNORECASE,
        ),
    ),
    # In quotes that are doubled or escaped within, as in connection strings and in $'…' of a shell.
    Shape(
        NAME_WORDS,
        LatePattern(
            NAMES + _SIGN + r"\$?(?P<quote>['\"])"
            r"(?P<secret>(?:\\.|(?P=quote){2}|(?!(?P=quote))[^\n\\]){1,1000})(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # A quote within those of a shell: 'it'"'"'s', 'it'\''s'
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"{NAMES}{_SIGN}'(?P<secret>(?:[^'\n\x1e]{{0,300}}'(?:\"'\"|\\')'){{1,20}}[^'\n\x1e]{{0,300}})'",
            re.IGNORECASE,
        ),
    ),
    # In braces, as ODBC quotes: one that closes is doubled within.
    Shape(
        ("pwd", "passw"),
        LatePattern(
            r"(?<![a-z])(?P<name>pwd|password)(?P<suffix>)\s{0,3}(?P<sign>=)\s{0,3}"
            r"\{(?![{'\"}])(?P<secret>(?:[^}\n]|\}\}){1,200})(?:\}|$)",
            re.IGNORECASE | re.MULTILINE,
        ),
    ),
    # That begins with a sign which may open something, and nothing closes.
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"(?i:{NAMES}{_SIGN})(?P<secret>[&<>(\[{{|,;](?=\S{{0,60}}[0-9])(?=\S{{0,60}}[a-z])(?=\S{{0,60}}[A-Z])"
            r"[\w!@#$%^*+.?~-]{6,60})(?=\s|$)",
            re.MULTILINE,
        ),
    ),
    # As settings of mail and of clients are written; a pass by itself is a word of tests, too.
    Shape(
        ("pass", "key"),
        LatePattern(
            r"(?<![a-z0-9_-])(?P<name>pass|key)(?P<suffix>)"
            + (_SIGN + _LITERAL)
            + r"(?P<quote>\\{0,3}['\"])(?P<secret>[^\n'\"\\]{1,500})(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("pass",),
        LatePattern(
            r"(?<![a-z0-9_-])(?P<name>pass)(?P<suffix>)(?P<sign>:)\s{0,3}"
            r"(?P<secret>(?=\S{0,100}[0-9])(?=\S{0,100}[a-z])[^\s'\",;&<>(){}\[\]\\]{6,})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("bearer", "basic"),
        LatePattern(
            r"(?P<name>\bbearer|\bbasic)(?P<suffix>)(?P<sign>\s{0,3}[:=]\s{0,3}|\s{1,3})"
            r"(?!\w{1,20}=\\{0,3}['\"])(?P<secret>[\w.~+/=-]{6,})",
            re.IGNORECASE,
        ),
    ),
)
#: What stands behind an option, or a word of a command, in quotes or without.
_VALUE = (
    r"(?P<secret>\$'(?:\\.|[^'\\\n]){1,500}'|\$\"(?:\\.|[^\"\\\n]){1,500}\"|'[^'\n]{1,500}'"
    r"|\"[^\"\n]{1,500}\"|[^\s'\"\\|;&<>()\[\]{}-][^\s'\"\\|;&<>]{0,500})"
)
#: Secrets in the words of a command, as shells and logs of builds write it.
COMMANDS = (
    Shape(
        NAME_WORDS,
        LatePattern(
            r"(?<![\w-])--?(?:[a-z0-9]{1,20}-){0,4}(?:password|passwd|passphrase|pass|pwd|secret|token"
            rf"|api-?key|access-?key|secret-?key|private-?key|credentials?)\s{{1,3}}{_VALUE}",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("login", "sshpass", "mongo", "sqlcmd", "bcp", "cqlsh", "cypher-shell", "mosquitto_"),
        LatePattern(
            r"\b(?:login|sshpass|mongo(?:sh|dump|restore)?|sqlcmd|bcp|cqlsh|cypher-shell"
            r"|mosquitto_[ps]ub)\b[^\n|;&]{0,300}?\s-[pP]\s{0,3}" + _VALUE
        ),
    ),
    Shape(
        ("mysql", "mariadb"),
        LatePattern(
            rf"\b(?:mysql|mariadb)\w{{0,20}}(?:-\w{{1,20}})?\b[^\n|;&]{{0,300}}?\s-p{_VALUE}"
        ),
    ),
    Shape(
        ("redis-cli",),
        LatePattern(rf"\bredis-cli\b[^\n|;&]{{0,300}}?\s(?:-a|--pass)\s{{1,3}}{_VALUE}"),
    ),
    Shape(
        ("ldap", "zip", "keytool", "jarsigner", "rabbitmqctl"),
        LatePattern(
            r"\b(?:ldap\w{3,10}\b[^\n|;&]{0,300}?\s-w|(?:un)?zip\b[^\n|;&]{0,300}?\s-P"
            r"|(?:keytool|jarsigner)\b[^\n|;&]{0,300}?\s-(?:store|key)pass"
            rf"|rabbitmqctl\b[^\n|;&]{{0,100}}?\s(?:add_user|change_password)\s{{1,3}}\S{{1,100}})\s{{1,3}}{_VALUE}"
        ),
    ),
    # Roles of a database, and what a server says of one.
    Shape(
        ("password", "identified"),
        LatePattern(
            r"\b(?:password(?:\s{1,3}|\s{0,3}\(\s{0,3})|(?:user|role|grant|to)\b[^\n;]{0,200}?\bidentified"
            r"\s{1,3}(?:with\s{1,3}\w{1,40}\s{1,3})?(?:by|as)\s{1,3}(?:password\s{1,3})?)"
            r"(?P<secret>(?:E|N|U&)?'(?:[^'\n]|''){1,500}'|\$\w{0,20}\$[^\n$]{1,500}\$\w{0,20}\$)",
            re.IGNORECASE,
        ),
    ),
    # As Oracle's programs take it, and openssl.
    Shape(
        ("sqlplus", "sqlldr", "expdp", "impdp", "rman"),
        LatePattern(
            r"\b(?:sqlplus|sqlldr|expdp|impdp|rman\s{1,3}target)\b[^\n|;&/]{0,100}?\s['\"]?[\w$#]{1,30}/"
            r"(?P<secret>[^\s/@'\"]{1,60})(?=@|\s|['\"]|$)"
        ),
    ),
    Shape(
        ("openssl",),
        LatePattern(
            r"\bopenssl\b[^\n|;&]{0,300}?\s(?:-k\s{1,3}|-pass(?:in|out)?\s{1,3}(?:pass:)?)"
            rf"(?!(?:file|env|fd|stdin):?){_VALUE}"
        ),
    ),
    # What is given to a command that reads it.
    Shape(
        ("-stdin", "--with-token", "chpasswd", "sudo"),
        LatePattern(
            rf"\b(?:echo(?:\s-[ne]{{1,2}})?|printf(?:\s['\"]?%s(?:\\n)?['\"]?)?)\s{{1,3}}{_VALUE}\s{{0,3}}\|[^\n|]{{0,200}}?"
            r"(?:--(?:password-|passphrase-)?stdin\b|--with-token\b|\bchpasswd\b|\bsudo\b[^\n|]{0,20}\s-S\b)"
        ),
    ),
    # A line of .netrc.
    Shape(
        ("machine", "default"),
        LatePattern(
            r"\b(?:machine\s{1,8}\S{1,200}|default)(?:\s{1,8}(?:login|account)\s{1,8}\S{1,200}){0,2}"
            rf"\s{{1,8}}password\s{{1,8}}{_VALUE}"
        ),
    ),
    # curl -u name:secret, wget and git through a proxy.
    Shape(
        ("curl", "-u", "-user", "--auth"),
        LatePattern(
            r"(?<![\w-])(?:-[a-zA-Z]{0,5}[uU]\s{0,3}|--(?:(?:proxy-)?user|auth)[ =]\s{0,3})"
            r"['\"]?[^\s:'\"/]{0,200}:"
            r"(?P<secret>[^\s'\"\\/][^\s'\"\\]{0,500})"
        ),
    ),
    Shape(
        ("sshpass=", "cli_auth="),
        LatePattern(rf"\b(?:sshpass|rediscli_auth)={_VALUE}", re.IGNORECASE),
    ),
)
#: The next word of a sentence about an option.
_OF_A_SENTENCE = LatePattern(
    r"(?i:to|for|with|without|in|of|or|and|on|from|by|as|at|if|must|may|can|cannot|takes|needs|names"
    r"|given|option|was|were|has|have|had|does|instead|only|here|that|which|it|this|your|value)[.,:]?"
    # Where openssl finds it.
    r"|(?:file|env|fd):\S{1,200}|stdin"
)
WORD = LatePattern(
    r"[A-Z]?[a-z\u00df-\u024f]{1,20}[.!?]?|[A-Z]{1,12}|[^\W\d_a-zA-Z\u00c0-\u024f]{1,20}"
)
#: A name goes on so that means something else than the secret, such as where it is kept.
OF_ANOTHER = LatePattern(
    r"[_.-]?(?i:names?|endpoints?|policy|policies|types?|ur[il]s?|refs?|counts?|limits?|length|size"
    r"|paths?|files?|key_?refs?|provider|version|issuer|expir(?:y|es|ed|ation)\w{0,12}|ttl|lifetime|usage|age"
    r"|audience|scopes?|kind|format|algorithm|(?:\w{1,30}_)?alg|manager|store|fields?|headers?|params?|prefix"
    r"|validator|reset|rotation|service|required|enabled|min|max|(?:\w{1,20}[_-])?(?:at|on))(?![a-z])\w{0,20}"
)
#: As tokens and keys are made: of letters in both cases and digits.
RANDOM = LatePattern(
    r"(?=[^A-Z]{0,200}[A-Z])(?=[^a-z]{0,200}[a-z])(?=[^0-9]{0,200}[0-9])[\w+=.~-]{16,500}"
)
#: What is said of a variable, instead of its value.
_SAID = LatePattern(
    r"(?i:set|unknown|present|found|defined|loaded|ok|changed|rotated|all|passed|done|complete|skipped)"
)
#: Commands to which -u means something else than a user with a password.
_OTHER_COMMAND = LatePattern(
    r"(?:^|[\s|;&(/`])(?:sort|date|ps|chown|chgrp|ruby|uniq|systemd-run)(?:\s-[\w-]{1,20}){0,5}\s{1,3}$"
)
#: Where somebody works: a variable that has the name of a password as well.
_FOLDER = LatePattern(r"(?:/[a-z0-9_.@-]{1,60}){1,12}/?|/")
_COUNT = LatePattern(r"(?:[a-z]{1,20}=)?\d{1,12}")
#: A line of code, in a traceback.
_CODE = LatePattern(r"\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|php|cs|exs?|vue|svelte)$")
_PLACE = LatePattern(r"\d{1,6}(?::\d{1,6})?")
_ENDS = LatePattern(r"[\\'\"]{0,4}(?:[,}\]\n\x1e]|$)")


def spans(text: str, shape: Shape) -> Iterator[tuple[int, int]]:
    """Yield where a value follows one of the shape's words; parts may overlap."""
    is_one = _is_value if "name" in shape.pattern.groupindex else _is_argument
    yield from (match.span("secret") for match in shape.pattern.finditer(text) if is_one(match))


def _is_argument(match: re.Match[str]) -> bool:
    value = match["secret"]
    before = match.string[max(0, match.start() - 100) : match.start()]
    if match[0].startswith("-") and _OTHER_COMMAND.search(before):
        return False
    value = (value[1:] if value[:2] in ("$'", '$"') else value).strip("'\"")
    return not stands_for_one(value) and not _OF_A_SENTENCE.fullmatch(value)


def _is_value(match: re.Match[str]) -> bool:
    """Whether what follows a name is a value, and not the next word of a sentence."""
    value, name, suffix = match["secret"], match["name"].casefold(), match["suffix"]
    if stands_for_one(value):
        return False
    if name == "key" or OF_ANOTHER.fullmatch(suffix):
        return bool(RANDOM.fullmatch(value))
    if name == "pwd" and not suffix and _FOLDER.fullmatch(value):
        return match.string[max(0, match.start() - 1) : match.start()] in tuple("_-;?&")
    if suffix[:1] == "s" and _COUNT.fullmatch(value):  # such as a model counts them
        return False
    if _CODE.search(suffix) and _PLACE.fullmatch(value):
        return False
    words = [word.strip(".,;:()`") for word in value.split()]
    is_of_a_variable = _is_of_a_variable(match)
    if name == "pass" and ":" in match["sign"] and not is_of_a_variable:
        is_said = len(words) != 1 or _SAID.fullmatch(value)
        return not is_said and ("quote" in match.re.groupindex or not WORD.fullmatch(value))
    is_plain = name.startswith(("passw", "pwd")) and name != "passwort"
    if match["sign"].startswith(("=", ">")) or is_plain or "_pass" in name:
        return True
    if is_of_a_variable and len(words) == 1:
        return not _SAID.fullmatch(value)
    return not all(WORD.fullmatch(word) for word in words if word)


def _is_of_a_variable(match: re.Match[str]) -> bool:
    """Whether NAME_OF_A_SECRET: value is a line or a field, and no sentence."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    is_one = before == "_" and match["name"].isupper()
    return is_one and _ENDS.match(match.string, match.end("secret")) is not None
