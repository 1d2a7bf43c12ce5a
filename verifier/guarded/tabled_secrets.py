"""Secrets in tables, under words of other languages, and of kinds with a name of their own."""

import re

from verifier.guarded.secret_pattern import Shape
from verifier.guarded.secret_words import NAME_WORDS, NAMES
from verifier.model.late_pattern import LatePattern

_SIGN = r"\\{0,3}['\"]?\s{0,3}(?P<sign>[:=\uff1a\uff1d]>?)\s{0,3}"
_GIVEN = r"\s{0,3}[:=]\s{0,3}['\"]?"
_ELSEWHERE = (
    r"(?P<name>senha|contrase(?:\u00f1|n|n\u0303)a|passwort|kennwort|mot de passe|chave secreta)"
    r"(?P<suffix>)(?:\s(?:do|da|de|del|des|der|para|f\u00fcr)\s\w{1,20}){0,2}"
)
#: Neither a word of a sentence nor a day: it has a digit and a letter.
_MADE = r"(?=[^\s|]{0,200}[0-9])(?=[^\s|]{0,200}[A-Za-z])(?!\d{4}-\d\d-|[(\[{<$]|secrets\.|vars\.)"
#: A variable that has the name of a secret at its end.
_VARIABLE = (
    r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){0,6}_?"
    r"(?<![A-Z0-9])(?:PASSWORD|PASSWD|PASS|SECRET|TOKEN|KEY|SENHA)"
)
#: `_is_value` of the words' room judges what follows.
IN_WORDS = (
    Shape(
        ("senha", "contrase", "passwort", "kennwort", "mot de passe", "chave secreta"),
        LatePattern(
            _ELSEWHERE + _SIGN + r"(?:(?P<quote>['\"])(?P<secret>[^\n'\"]{1,500})(?P=quote))",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("senha", "contrase", "passwort", "kennwort", "mot de passe", "chave secreta"),
        LatePattern(
            _ELSEWHERE + _SIGN + r"(?P<secret>[^\s'\",;&<>(){}\[\]\\]+)",
            re.IGNORECASE,
        ),
    ),
    # - name: DB_PASSWORD, and its value in the next line, as Kubernetes writes it.
    Shape(
        NAME_WORDS,
        LatePattern(
            rf"(?<![a-z])(?:key|name)\s{{0,3}}:\s{{0,3}}['\"]?[\w.-]{{0,40}}?{NAMES}['\"]?"
            r"[ \t]{0,3}\r?\n[ \t]{0,40}value\s{0,3}(?P<sign>:)\s{0,3}"
            r"(?P<secret>[^\s'\"|>{][^\n'\"]{0,500})",
            re.IGNORECASE,
        ),
    ),
    # DB_PASSWORD: >- and the value below.
    Shape(
        NAME_WORDS,
        LatePattern(
            NAMES + r"['\"]?(?P<sign>:)[ \t]{0,3}[|>][+-]?[ \t]{0,3}\r?\n[ \t]{1,40}"
            r"(?P<secret>[^\n]{1,500})",
            re.IGNORECASE,
        ),
    ),
)
OF_THEIR_OWN = (
    # A table of variables, or what `printenv` is made to look like.
    Shape(
        ("_pass", "_secret", "_token", "_key", "_senha"),
        LatePattern(
            rf"{_VARIABLE}(?:[ \t]{{0,60}}\|[ \t]{{0,60}}|[ \t]{{1,3}}->[ \t]{{1,3}}|[ \t]{{1,60}}"
            # In a line of values that commas keep apart, and no other name.
            r"|(?<!KEY)[,;](?![A-Z0-9_]{1,60}(?:[,;\s]|$)))"
            rf"{_MADE}(?P<secret>[^\s|'\"=,;]{{6,500}}(?![^\s|]))"
        ),
    ),
    # Laravel's one secret, and that of Rails in its file.
    Shape(("base64:",), LatePattern(r"(?P<secret>\bbase64:[A-Za-z0-9+/]{32,100}={0,2})")),
    Shape(("master.key",), LatePattern(rf"\bmaster\.key{_GIVEN}(?P<secret>[0-9a-f]{{32}})")),
    Shape(
        ("mac key", "mac_key", "aes key", "aes_key"),
        LatePattern(
            rf"\b(?:hmac|mac|aes)[ _]key{_GIVEN}{_MADE}(?P<secret>[^\s'\",;]{{8,500}})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("x-auth", "protection-bypass"),
        LatePattern(
            rf"\bx-(?:vercel-protection-bypass|auth)['\"]?{_GIVEN}{_MADE}"
            r"(?P<secret>[^\s'\",;]{8,500})",
            re.IGNORECASE,
        ),
    ),
    # What a sign-in comes back with, which buys a token.
    Shape(
        ("?code=", "&code="),
        LatePattern(rf"[?&]code={_MADE}(?P<secret>[^\s&'\"<>#]{{16,500}})", re.IGNORECASE),
    ),
    Shape(
        ("pgp_sym_",),
        LatePattern(
            r"\bpgp_sym_(?:en|de)crypt(?:_bytea)?\([^()\n]{1,200},\s{0,3}(?P<secret>'[^'\n]{1,200}')",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("phrase", "mnemonic"),
        LatePattern(
            rf"\b(?:(?:seed|recovery)[ _]phrase|mnemonic){_GIVEN}"
            r"(?P<secret>[a-z]{3,8}(?: [a-z]{3,8}){5,23})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("otp",),
        LatePattern(rf"\bt?otp{_GIVEN}(?P<secret>\d{{6,8}})(?![\w.])", re.IGNORECASE),
    ),
)
