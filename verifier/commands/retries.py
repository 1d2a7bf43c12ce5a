"""Asks again where an answer failed, for as long as its purpose has; each source fails alone."""

from collections.abc import Callable
from typing import TypeVar

from verifier.commands.ports import Clock, Journal, attempt, provider_error
from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    ProviderError,
    RateLimitedError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.model.finding import Unobserved

T = TypeVar("T")

_SHORTEST_PAUSE_S = 1.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 10.0
#: So much of a read's time is kept for a last attempt.
_LAST_TRY_S = 1.0
#: What another attempt does not change, or must not be repeated.
_FINAL = (DeniedError, InvalidRequestError, UnknownOutcomeError)


def retrying(
    ask: Callable[[float], T],
    clock: Clock,
    limit_s: float,
    told: Callable[[ProviderError, float], None],
) -> T:
    """
    Read again where a provider had a hiccup, for `limit_s` in all.

    `ask` is given the seconds that are left, `told` each error that is not the last one and for
    how long is waited then. Not for writes, which may have been carried out.

    Raises:
        ProviderError: a refusal, or the last error when the time is over.
    """
    until_s = clock.now_s() + limit_s
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            return ask(until_s - clock.now_s())
        except _FINAL:
            raise
        except Exception as raised:
            error = provider_error(raised)
            left_s = until_s - clock.now_s()
            if isinstance(error, RateLimitedError):
                wait_s = max(error.retry_after_s, _SHORTEST_PAUSE_S) + clock.jitter()
            else:
                wait_s = min(pause_s * (0.5 + clock.jitter()), left_s - _LAST_TRY_S)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            if wait_s <= 0 or wait_s >= left_s:
                if error is raised:
                    raise
                raise error from raised
            told(error, wait_s)
            clock.sleep(wait_s)


def persist(
    ask: Callable[[], T], clock: Clock, limit_s: float, journal: Journal | None = None
) -> T | Unobserved:
    """Read what a decision needs, as `retrying`; each retry is noted in the journal, if any."""

    def note_retry(error: ProviderError, wait_s: float) -> None:
        if journal is not None:
            journal.note("retry", f"{error.message}; reading again in {wait_s:.1f} s")

    return attempt(lambda: retrying(lambda _: ask(), clock, limit_s, note_retry))


def once_let_in(ask: Callable[[], T]) -> Callable[[], T]:
    """Return a read whose refusal is asked again: its token was let in a moment ago."""

    def read() -> T:
        try:
            return ask()
        except DeniedError as error:
            raise UnreachableError(error.message, hint=error.hint) from error

    return read


def attempt_source(what: str, ask: Callable[[], T]) -> T | Unobserved:
    """
    Read one source of evidence, which fails alone, however it fails.

    A source meets bytes of strangers: an error that is not foreseen there is no verdict on the
    deployment, and must not end the run that would undo it.
    """
    try:
        return ask()
    except ProviderError as error:
        return Unobserved(error.message, error.hint)
    except Exception as error:
        return Unobserved(f"could not read the {what}: {type(error).__name__}: {error}")
