"""
What an answer says of its server's limits: is it one, for how long to wait, how much is left.

Sources: https://docs.railway.com/integrations/api (what stands in front of Railway sends a bare
429), https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and
https://www.rfc-editor.org/rfc/rfc9110#field.retry-after.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from verifier.model.http_status import DENIED, TOO_MANY
from verifier.model.platform import RateBudget

_LONGEST_PAUSE_S = 3600.0
#: A year: what a date says beyond it is a default or a mistake, and leads out of the calendar.
_MOST_AHEAD_S = 366 * 86_400.0
#: The limits of Railway's plans, and those of GitHub's tokens, are by the hour.
_WINDOW_S = 3600.0
#: What GitHub says in words of a 403 that is a limit.
_LIMITED = ("rate limit", "abuse detection")
#: Greater numbers are moments, in seconds or milliseconds since 1970; smaller ones are durations.
_FIRST_MOMENT_S = 1_000_000_000.0
_FIRST_MOMENT_MS = _FIRST_MOMENT_S * 1000
_NUMBER = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?", re.ASCII)


def is_rate_limit(status_code: int, headers: Mapping[str, str], said: str = "") -> bool:
    """
    Whether an answer refuses a request for being one too many; it was not carried out.

    GitHub answers such a request with 403 as well, which else means that the token may not: `said`
    is what it says of it. `headers` are in lower case.
    """
    if status_code != DENIED:
        return status_code == TOO_MANY
    is_told = any(words in said.casefold() for words in _LIMITED)
    return is_told or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def asked_pause_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """
    Return for how many seconds no request may be sent by Retry-After, None where it says nothing.

    `headers` are in lower case; `now` counts where the answer has no date of its own.
    """
    asked_s = _seconds(headers.get("retry-after", ""), _sent_at(headers, now))
    return None if asked_s is None else min(asked_s, _LONGEST_PAUSE_S)


def pause_s(headers: Mapping[str, str], now: datetime, otherwise_s: float) -> float:
    """
    Return for how many seconds no request may be sent after one that was one too many.

    Where Retry-After does not say it, the moment does at which a limit that is used up begins anew;
    without either it is `otherwise_s`.
    """
    asked_s = asked_pause_s(headers, now)
    if asked_s is not None:
        return asked_s
    budget = rate_budget(headers, now)
    is_spent = budget is not None and budget.remaining == 0 and "x-ratelimit-reset" in headers
    return min(budget.reset_s, _LONGEST_PAUSE_S) if budget and is_spent else otherwise_s


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


def ahead_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """
    Return by how many seconds the clock of who answered is ahead of this one, at the least.

    Its `Date` has no fractions, and is as old as the way here: the truth is a little more. None
    where it says no date, or one that is no clock's.
    """
    sent_at = _moment(headers.get("date", ""))
    told_s = None if sent_at is None else (sent_at - now).total_seconds()
    return told_s if told_s is not None and abs(told_s) <= _MOST_AHEAD_S else None


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
