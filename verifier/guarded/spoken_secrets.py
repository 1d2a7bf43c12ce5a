"""Secrets in sentences, in tables with names in small letters, and codes and phrases of people."""

import re

from verifier.guarded.secret_pattern import Shape
from verifier.model.late_pattern import LatePattern

_NAME = (
    r"(?:pass(?:word|wd|phrase)|pwd?|secret|(?:(?:auth|access|api|bearer|bot|csrf|id|refresh|session|user"
    r"|client|deploy|reset|invitation|webhook|auth)[ _-]?)?token"
    r"|(?:api|access|account|encryption|license|master|private|secret|service|signing|subscription)"
    r"[ _-]?key(?:[ _-]base)?|(?:client|webhook|app|jwt|signing|session|shared)[ _-]?secret)"
)
#: Before it other words may stand: `db_password`, `X-Api-Key`.
_BEFORE = r"(?<![A-Za-z])"
#: Neither a word of a sentence, nor a day, a path, or what is put in place of it.
_MADE = (
    r"(?=[^\s|\u2502,;]{0,200}[0-9])(?=[^\s|\u2502,;]{0,200}[A-Za-z])"
    r"(?!\d{4}-\d\d-|v?\d{1,4}\.\d|\d{1,6}(?:ms|[a-z]{1,2}|th|rd)(?![\w-])|sha\d|md5|utf|base64|argon|[(\[{<$/]"
    r"|secrets\.|vars\.|https?:|[\w.-]{1,60}@)"
)
_PART = r"[^\s|\u2502'\"=,;()<>{}\[\]/]"
#: Words with their number are none: bucket23, my-secret-1.
_LONG_MADE = (
    rf"{_MADE}(?![A-Za-z]{{2,20}}(?:[-_][A-Za-z]{{2,20}}){{0,4}}[-_]?\d{{1,3}}(?:[\s|\u2502,;.)\]}}'\"]|$))"
    rf"(?P<secret>{_PART}{{8,500}}(?<![.]))(?=\.?(?:[\s|\u2502,;)\]}}'\"]|$))"
)
_GAP = (
    r"(?:[ \t]{0,60}[|\u2502][ \t]{0,60}|[ \t]{1,3}[-=]>[ \t]{1,3}|[ \t]{1,60})"
    r"(?:value[ \t]{1,3})?"
)
_SET = (
    r"\s(?:(?:is|was|has\sbeen)\s)?(?:now\s|set\s|changed\s|reset\s|rotated\s|updated\s){1,2}"
    r"(?:from\s(?P<old>\S{6,200})\s)?to:?\s['\"`]?"
)
_ELSEWHERE = (
    r"(?:senha|contrase(?:\u00f1|n|n\u0303)a|passwort|kennwort|mot de passe|chave secreta"
    r"|(?:chave|clave)\s(?:d[aeo]l?\s)?(?:api|acesso|acceso)|token de ac(?:esso|ceso)"
    r"|cl\u00e9 d'api)"
    r"(?:\s(?:do|da|de|del|des|der|para|f\u00fcr|nova|tempor\u00e1ria)\s\S{1,20}){0,2}"
    r"(?:\s\w{1,20}){0,3}:?\s(?:\u00e9:?\s|es:?\s|est:?\s|ist:?\s|lautet:?\s)?['\"`]?"
)
_ELSEWHERE_WORDS = (
    "senha", "contrase", "passwort", "kennwort", "mot de passe", "chave", "clave", "token de ac",
    "cl\u00e9 d'api",
)  # fmt: skip
_SECRET_WORDS = ("passw", "pass", "pw", "secret", "token", "key")
#: A code of several parts, or one with a digit.
_DRAWER = r"(?:[a-z0-9]{4,8}(?:-[a-z0-9]{4,8}){1,5}|[a-z0-9]{0,9}\d[a-z0-9]{5,15})"
#: What a value stands in, and not a question that a program asks for it.
_WRAPPED = r"(?:Some|Just|Ok|Optional|Box|Secret\w{0,20})"
SPOKEN = (
    Shape(
        _SECRET_WORDS,
        LatePattern(rf"{_BEFORE}{_NAME}{_GAP}{_LONG_MADE}", re.IGNORECASE),
    ),
    # minio secret key: …, and what stands behind more words than its name.
    Shape(
        (" key:", " key ="),
        LatePattern(rf"{_BEFORE}{_NAME}\s{{0,3}}[:=]\s{{0,3}}{_LONG_MADE}", re.IGNORECASE),
    ),
    Shape(
        ("passw", "token", "secret"),
        LatePattern(
            r"(?<![A-Za-z])(?:password|token|secret)\s[^\n:=]{1,40}:\s{1,3}"
            r"(?=[^\s]{0,200}[a-z])(?=(?:[^\s0-9]{0,40}[0-9]){3})(?P<secret>[\w+=-]{16,500})(?![\w/.:])",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("credential",),
        LatePattern(
            rf"\bcredentials?(?:\sfor)?:?\s{{1,3}}['\"`]?[\w.@-]{{1,60}}:{_MADE}(?P<secret>[^\s'\"`,;/]{{6,500}})",
            re.IGNORECASE,
        ),
    ),
    # invalid token "…", wrong password '…': in quotes, as a value stands.
    Shape(
        ("token", "key", "secret", "passw"),
        LatePattern(
            rf"{_BEFORE}{_NAME}(?:\s(?:value|provided))?\s?:?\s(?P<quote>['\"`])"
            rf"{_MADE}(?P<secret>[^\s'\"`]{{8,500}})(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("provided:", "supplied:", "given:", "received:", "used:"),
        LatePattern(
            rf"{_BEFORE}{_NAME}\s(?:was\s)?(?:provided|supplied|given|received|used):\s{_LONG_MADE}",
            re.IGNORECASE,
        ),
    ),
    # It was set to x, it was changed from x to y.
    Shape(
        (" to ", " to:"),
        LatePattern(
            rf"{_BEFORE}{_NAME}{_SET}(?!\d{{4}}-\d\d-)(?=\S{{0,200}}[0-9])(?P<secret>[^\s'\"`,;]{{6,500}})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        (" from ",),
        LatePattern(
            rf"{_BEFORE}{_NAME}\s(?:(?:is|was)\s)?(?:changed|reset|rotated|updated)\sfrom\s['\"`]?"
            r"(?!\d{4}-\d\d-)(?=\S{0,200}[0-9])(?P<secret>[^\s'\"`,;]{6,500})",
            re.IGNORECASE,
        ),
    ),
    # As a program tells whom it has made one for.
    Shape(
        ("generated", "temporary", "initial", "created"),
        LatePattern(
            rf"\b(?:generated|temporary|initial|created)\b[^\n:]{{0,40}}?{_NAME}[^\n:]{{0,60}}:\s{{1,3}}"
            rf"{_MADE}(?P<secret>[^\s'\"`,;]{{6,500}})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("generated", "created"),
        LatePattern(
            rf"{_NAME}\b[^\n:]{{0,20}}?\b(?:generated|created)\b[^\n:]{{0,60}}:\s{{1,3}}"
            rf"{_MADE}(?P<secret>[^\s'\"`,;]{{6,500}})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        _ELSEWHERE_WORDS,
        LatePattern(rf"{_ELSEWHERE}{_MADE}(?P<secret>[^\s'\"`,;]{{6,500}})", re.IGNORECASE),
    ),
    # Some("…") of Rust, SecretStr('…') of Python.
    Shape(
        _SECRET_WORDS,
        LatePattern(
            rf"{_NAME}\\{{0,3}}['\"]?\s{{0,3}}[:=]\s{{0,3}}{_WRAPPED}\(\s?(?P<quote>\\{{0,3}}['\"])"
            r"(?P<secret>[^'\"\n]{1,500}?)(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # Several words that are one.
    Shape(
        ("passphrase",),
        LatePattern(
            r"\bpassphrase['\"]?\s{0,3}(?:[:=]|is)\s{0,3}['\"]?"
            r"(?![^\n'\"]{0,200}\b(?:must|should|is|not|the|required|be|at|least|has|have|with|for|of|to|was"
            r"|were|are|and|or|please|wrong|invalid|empty|missing|no|a|an|in|on|from|never|using)\b)"
            r"(?P<secret>[a-z]{3,20}(?:[ -][a-z]{3,20}){2,11})(?=['\"]?(?:[\n\x1e,;.]|$))",
            re.IGNORECASE,
        ),
    ),
)
#: What a person types once, or keeps in a drawer.
CODES = (
    Shape(
        ("code", "pin"),
        LatePattern(
            r"\b(?:(?:2fa|mfa|otp|totp|one[- ]time|verification|security|login|sign[- ]in"
            r"|confirmation|auth(?:entication)?)[ _-]?(?:pass)?code|pin)"
            r"(?:\s{0,3}[:=]\s{0,3}|\sis:?\s|\s)['\"]?"
            r"(?P<secret>\d{3}[ -]?\d{3}|\d{4,8})(?![\w.]\w)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("otp",),
        LatePattern(
            r"\botp\b[^\n=]{0,60}?\s(?:is|code):?\s(?P<secret>\d{6,8})(?![\w.]\w)", re.IGNORECASE
        ),
    ),
    # What proves a webhook.
    Shape(
        ("v1=", "v0="),
        LatePattern(r"(?<![\w.])v[01]=(?P<secret>[0-9a-f]{64})(?![\w.-])"),
    ),
    Shape(
        ("signature",),
        LatePattern(
            r"signature['\"]?\s{0,3}[:=]\s{0,3}['\"]?"
            r"(?P<secret>v1a?,[\w+/=-]{40,200}(?:\sv1a?,[\w+/=-]{40,200}){0,5})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("recovery", "backup", "scratch"),
        LatePattern(
            r"\b(?:recovery|backup|scratch)[ _-]?codes?\s{0,3}[:=]?\s{0,3}"
            rf"(?P<secret>{_DRAWER}(?:[ ,]{{1,3}}{_DRAWER}){{0,30}})"
            r"(?![\w-])",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("salt", "pepper", "fernet"),
        LatePattern(
            rf"(?<![a-z])(?:salt|pepper|fernet(?:_key)?)['\"]?\s{{0,3}}[:=]\s{{0,3}}['\"]?{_MADE}(?P<secret>[\w+/=.$-]{{8,200}})",
            re.IGNORECASE,
        ),
    ),
    # Credentials for as long as somebody is signed in.
    Shape(
        ("jwt=", "auth=", "session", "sessid"),
        LatePattern(
            r"(?:[?&](?:jwt|auth)=|(?<![a-z])(?:session[_-]?(?:id|key)|sessid)['\"]?\s{0,3}[:=]\s{0,3}['\"]?)"
            rf"{_MADE}(?P<secret>[\w%.~+/=-]{{16,1000}})",
            re.IGNORECASE,
        ),
    ),
)
