"""Answers that are no documents: Rails' and Laravel's page `/up`, and a demand for credentials."""

import re

from verifier.health.document_keys import normal
from verifier.health.own_status import Said, message_of, own_status, word
from verifier.model.cut_text import cut_to
from verifier.model.evidence import HealthDocument, HealthStatus

_MAX_PAGE = 20_000

#: Source: `html_status` of https://github.com/rails/rails (rails/health_controller.rb)
_RAILS = re.compile(
    r"\s*<!DOCTYPE html><html>(?:<head>.{0,200}</head>)?"
    r'<body style="background-color: (green|red)"></body></html>\s*',
    re.IGNORECASE | re.DOTALL,
)
#: Source: `health-up.blade.php` of https://github.com/laravel/framework
_LARAVEL = {
    "Application up": HealthStatus.GOOD,
    "Application experiencing problems": HealthStatus.BAD,
}
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})</title>", re.IGNORECASE)
_WANTS_LOGIN = re.compile(
    r"unauthori[sz]ed|unauthenticated|not authenticated|forbidden|access denied|log ?in required|"
    r"(?:invalid|missing|expired|no) (?:access |api |auth )?"
    r"(?:token|key|credentials)",
    re.IGNORECASE,
)
_EXPLAINS = frozenset(("documentation", "docs", "help", "hint", "runbook", "description"))


def read_known_page(text: str, status_code: int) -> HealthDocument | None:
    """Read a framework's own page of its health; None for any other page."""
    if len(text) > _MAX_PAGE:
        return None
    rails = _RAILS.fullmatch(text)
    if rails:
        status = HealthStatus.GOOD if rails[1].casefold() == "green" else HealthStatus.BAD
        return HealthDocument(status, f"{rails[1]} page", rule="Rails' default health page")
    for says, status in _LARAVEL.items():
        is_laravel = says in text and "HTTP request received" in text
        if is_laravel and (status is HealthStatus.GOOD) == (status_code < 400):
            return HealthDocument(status, says, rule="Laravel's default health page")
    return None


def title_of(text: str) -> str:
    """Return the title of a page, empty where it has none."""
    match = _TITLE.search(text[:_MAX_PAGE])
    return cut_to(100, " ".join(match[1].split())) if match else ""


def wants_login(value: object) -> bool:
    """Whether a document says nothing but that the verifier may not see it."""
    if not isinstance(value, dict) or own_status(value) not in (
        None,
        Said(HealthStatus.BAD, "false"),
    ):
        return False
    told = {key: item for key, item in value.items() if normal(key) not in _EXPLAINS}
    texts = [word(item) or message_of(item) for item in told.values() if isinstance(item, dict)]
    texts += [word(item) for item in told.values() if isinstance(item, str)]
    return len(value) <= 6 and any(_WANTS_LOGIN.search(text) for text in texts)
