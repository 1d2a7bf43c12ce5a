"""
What Railway's headers say of its limits: how many requests are left, and for how long to wait.

Source: https://docs.railway.com/integrations/api. What stands in front of Railway sends a bare 429.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from verifier.model.platform import RateBudget

#: Where a 429 does not say for how long.
_PAUSE_S = 10.0
_LONGEST_PAUSE_S = 3600.0
#: The limits of Railway's plans are by the hour.
_WINDOW_S = 3600.0
_TOO_MANY = 429
#: Greater numbers are moments, in seconds or milliseconds since 1970; smaller ones are durations.
_FIRST_MOMENT_S = 1_000_000_000.0
_FIRST_MOMENT_MS = _FIRST_MOMENT_S * 1000
_NUMBER = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?", re.ASCII)


def pause_s(status_code: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """
    Return for how many seconds no request may be sent, None where nothing is asked for.

    `headers` are in lower case; `now` counts where the answer has no date of its own.
    """
    asked_s = _seconds(headers.get("retry-after", ""), _sent_at(headers, now))
    if asked_s is None and status_code == _TOO_MANY:
        budget = rate_budget(headers, now)
        is_spent = budget is not None and budget.remaining == 0 and "x-ratelimit-reset" in headers
        asked_s = budget.reset_s if budget is not None and is_spent else _PAUSE_S
    return None if asked_s is None else min(asked_s, _LONGEST_PAUSE_S)


def rate_budget(headers: Mapping[str, str], now: datetime) -> RateBudget | None:
    """Return what is left of the limit, None where the headers do not say."""
    limit, remaining = (headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining"))
    if not (_NUMBER.fullmatch(limit) and _NUMBER.fullmatch(remaining)):
        return None
    reset_s = _seconds(headers.get("x-ratelimit-reset", ""), _sent_at(headers, now))
    window_s = _WINDOW_S if reset_s is None else min(reset_s, _WINDOW_S)
    return RateBudget(int(float(limit)), int(float(remaining)), window_s)


def _seconds(text: str, now: datetime) -> float | None:
    """Read a duration, a moment since 1970 or a date as seconds from now; None where it is none."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number >= _FIRST_MOMENT_MS:
            number /= 1000
        return max(number - now.timestamp(), 0.0) if number >= _FIRST_MOMENT_S else number
    moment = _moment(text)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)


def _sent_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """When the answer left, by the clock that its moments are of."""
    return _moment(headers.get("date", "")) or now


def _moment(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
