"""Secrets as protocols and tools of their own write them: mail, vaults, sessions, codes."""

import re

from verifier.guarded.secret_pattern import Shape
from verifier.model.late_pattern import LatePattern

#: Letters and digits, as no word is.
_MADE = r"(?=[^\s'\"`]{0,200}[0-9])(?=[^\s'\"`]{0,200}[A-Za-z])"

OF_PROTOCOLS = (
    # What a client of mail or files says to log in; PASS alone is a word of tests.
    Shape(
        ("auth login", "auth plain", "auth xoauth2"),
        LatePattern(
            r"\bauth (?:login|plain|xoauth2) (?P<secret>[A-Za-z0-9+/]{8,2000}={0,2})(?![\w./:-])",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("> pass ", ">pass "),
        LatePattern(rf">\s?PASS {_MADE}(?P<secret>[^\s'\"`]{{6,500}})", re.IGNORECASE),
    ),
    Shape(
        ("jsessionid", "phpsessid", "asp.net_sessionid"),
        LatePattern(
            r"\b(?:JSESSIONID|PHPSESSID|ASP\.NET_SessionId)\s?=\s?(?P<secret>[\w.-]{16,200})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("unseal key",),
        LatePattern(
            r"\bunseal key(?: \d{1,2})?:\s{1,3}(?P<secret>[A-Za-z0-9+/]{16,200}={0,2})",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("totp", "otp ", "mfa "),
        LatePattern(
            r"\b(?:totp|otp|mfa) (?:seed|secret|key)[ :=]{1,3}(?P<secret>[A-Z2-7]{16,128})(?!\w)",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("?key=", "&key="),
        LatePattern(
            r"[?&]key=(?=(?:[A-Za-z]{1,20}[0-9]{1,20}){3}|(?:[0-9]{1,20}[A-Za-z]{1,20}){3})"
            r"(?P<secret>[A-Za-z0-9_]{16,500})(?![\w%.:/-])",
            re.IGNORECASE,
        ),
    ),
    Shape(
        ("(hex)", "(base64)"),
        LatePattern(
            rf"\b(?:key|secret|token) \((?:hex|base64)\):?\s{{1,3}}{_MADE}"
            r"(?P<secret>[A-Za-z0-9+/]{16,2000}={0,2})",
            re.IGNORECASE,
        ),
    ),
    # MySQL's, beside IDENTIFIED BY.
    Shape(
        ("set password",),
        LatePattern(
            r"\bset\s{1,3}password(?:\s{1,3}for\s{1,3}[^=\n\x1e]{1,120}?)?\s{0,3}=\s{0,3}"
            r"(?:(?:old_)?password\s{0,3}\(\s{0,3})?(?P<quote>['\"])(?P<secret>[^'\"\n]{4,500})(?P=quote)",
            re.IGNORECASE,
        ),
    ),
    # The first password of Jenkins or Elasticsearch stands alone below its sentence.
    Shape(
        ("password",),
        LatePattern(
            r"\b(?:following\s(?:generated\s)?password|(?:generated|initial|temporary)\spassword"
            r"|password\sfor\sthe)\b[^\n\x1e:]{0,120}:[ \t]{0,3}(?:\r?[\n\x1e][ \t]{0,8}){1,3}"
            r"(?=[^\s]{0,64}[0-9])(?=[^\s]{0,64}[A-Za-z])(?P<secret>[\w+*=-]{12,64})"
            r"(?=[ \t]{0,5}(?:[\r\n\x1e]|$))",
            re.IGNORECASE,
        ),
    ),
    # passphrase for key id_rsa: …
    Shape(
        ("passphrase for", "password for"),
        LatePattern(
            rf"\bpass(?:phrase|word) for [^\n:]{{1,60}}:\s{{1,3}}{_MADE}"
            r"(?!\d{4}-\d\d-|https?:)(?P<secret>[^\s'\"`,;]{8,500})",
            re.IGNORECASE,
        ),
    ),
)
