"""Takes secrets out of text before anybody sees it."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "***"

#: Shorter values are too likely to be ordinary words, and masking them would garble everything.
_SHORTEST = 6

_PATTERNS = (
    # user and password in any URL
    re.compile(r"(?P<keep>[a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/@'\"]*(?=@)"),
    # libpq's key=value form and what frameworks print of it
    re.compile(
        r"(?P<keep>\b(?:password|passwd|pwd|secret|token|api[_-]?key|authorization)"
        r"['\"]?\s*[:=]\s*['\"]?)(?!\*\*\*)[^\s'\",;&]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>\bBearer\s+)[A-Za-z0-9._~+/=-]+", re.IGNORECASE),
    # JSON web tokens, GitHub's tokens, Supabase's and Slack's keys
    re.compile(r"(?P<keep>)\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(r"(?P<keep>)\b(?:gh[pousr]_|github_pat_|sb_secret_|sbp_|xox[abp]-)[A-Za-z0-9_-]+"),
)


class Redactor:
    """
    Knows the secrets of this run and the shapes that secrets usually have.

    Called with a text, it returns the text with each of them replaced by `***`: as they are,
    URL-encoded, and in base64 alone.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern in _PATTERNS:
            text = pattern.sub(lambda match: match["keep"] + MASK, text)
        return text


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
        raw = part.encode()
        encoded |= {part, quote(part, safe=""), quote_plus(part)}
        encoded |= {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    return {form for form in encoded | {f.rstrip("=") for f in encoded} if len(form) >= _SHORTEST}
