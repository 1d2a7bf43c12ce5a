"""HTML pages that frameworks serve as their default liveness: Rails' and Laravel's `/up`."""

import re

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
