"""Takes secrets out of text before anybody sees it."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from urllib.parse import quote, quote_plus, unquote, urlsplit

from verifier.model.report import Report

MASK = "***"

#: Shorter values are too likely to be ordinary words, and masking them would garble everything.
_SHORTEST = 6

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PRIVATE|CREDENTIAL|_KEY\b|^KEY\b|APIKEY|DSN|DATABASE_URL|WEBHOOK",
    re.IGNORECASE,
)

#: Each goes through a text once, however long somebody makes its words.
_PATTERNS = (
    # user and password in any URL
    re.compile(r"(?P<keep>[a-zA-Z][a-zA-Z0-9+.-]{0,30}://)[^\s/@'\"]*(?=@)"),
    # libpq's key=value form and what frameworks print of it
    re.compile(
        r"(?P<keep>\b(?:password|passwd|pwd|secret|token|api[_-]?key|authorization)"
        r"['\"]?\s*[:=]\s*['\"]?)(?!\*\*\*)[^\s'\",;&]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>\bBearer\s+)[A-Za-z0-9._~+/=-]+", re.IGNORECASE),
    # JSON web tokens, GitHub's tokens, Supabase's and Slack's keys
    re.compile(
        r"(?P<keep>)(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"
    ),
    re.compile(r"(?P<keep>)\b(?:gh[pousr]_|github_pat_|sb_secret_|sbp_|xox[abp]-)[A-Za-z0-9_-]+"),
)


class Redactor:
    """
    Knows the secrets of this run and the shapes that secrets usually have.

    Called with a text, it returns the text with each of them replaced by `***`: as they are,
    URL-encoded, quoted as in JSON, and in base64.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Take further secrets, such as those that are read during the run."""
        forms = {form for secret in secrets for form in _forms(secret)}
        self._forms = sorted(forms.union(self._forms), key=lambda form: (-len(form), form))

    def __call__(self, text: str) -> str:
        for form in self._forms:  # the longest first: one may be part of another
            if form in text:
                text = text.replace(form, MASK)
        for pattern in _PATTERNS:
            text = pattern.sub(lambda match: match["keep"] + MASK, text)
        return text


def secrets_in(variables: Mapping[str, str]) -> list[str]:
    """Return the values whose names say that they are secret, and addresses with a password."""
    return [
        value
        for name, value in variables.items()
        if _SECRET_NAME.search(name) or re.search(r"://[^/\s]*:[^/\s]*@", value)
    ]


def _forms(secret: str) -> set[str]:
    parts = {secret.strip()}
    if "://" in secret:
        try:
            password = urlsplit(secret).password
        except ValueError:
            password = None
        parts |= {password, unquote(password)} if password else set()
    encoded = set()
    for part in parts:
        encoded |= {part, quote(part), quote(part, safe=""), quote_plus(part)}
        encoded |= set(_base64_forms(part.encode()))
        quoted = json.dumps(part)[1:-1]
        encoded |= {quoted, quoted.replace("/", "\\/"), repr(part)[1:-1]}
    return {form for form in encoded if len(form) >= _SHORTEST}


def _base64_forms(secret: bytes) -> Iterator[str]:
    """Yield what of it shows in base64, whatever stands before: `user:` in basic authentication."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            whole = encode(bytes(before) + secret).decode()
            yield whole[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]


def redacted(report: Report, redact: Redactor) -> Report:
    """Return the report with every text in it redacted."""
    cleaned = _clean(report, redact)
    if not isinstance(cleaned, Report):
        raise TypeError("a redacted report is a report")
    return cleaned


def _clean(value: object, redact: Redactor) -> object:
    match value:
        case Enum() | datetime():
            return value
        case str():
            return redact(value)
        case tuple():
            return tuple(_clean(item, redact) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{f.name: _clean(getattr(value, f.name), redact) for f in fields(value)}
            )
        case _:
            return value
