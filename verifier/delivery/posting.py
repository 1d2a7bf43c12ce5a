"""Posts a message to a receiver that may be slow, full or away. No failure reaches a verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click
import httpx

from verifier.errors import ProviderError, UnreachableError
from verifier.guarded import rate_limits, web
from verifier.guarded.redaction import without_secrets
from verifier.model.host_name import goes_in_the_clear
from verifier.model.http_status import Meaning, meaning_of
from verifier.report.harmless_text import plain
from verifier.report.spoken import say, word

#: A hundred messages of Slack's take some of it.
_LIMIT_BYTES = 2_000_000
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a message goes. Its address and its headers may be secret."""

    url: str = field(repr=False)
    named: str
    """The variable that holds the address."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limit_s: float = 10.0
    """For one attempt."""
    tries: int = 3
    content_type: str = "application/json"
    may_be_read: bool = False
    """Whether others on the way may read what is sent."""


def post(receiver: Receiver, body: str, sleep: Callable[[float], None]) -> bytes:
    """
    Post a text, again where the receiver asks for that or is broken, and return what it answers.

    Raises:
        UnreachableError: it did not take it.
    """
    if goes_in_the_clear(receiver.url) and not receiver.may_be_read:
        raise UnreachableError(f"not sent to {receiver.named}: http:// is for this machine alone")
    said = "no answer"
    with web.open_client({"Content-Type": receiver.content_type}) as http:
        for attempt in range(receiver.tries):
            try:
                request = http.build_request(
                    "POST", receiver.url, content=body.encode(), headers=dict(receiver.headers)
                )
                answer = web.fetch(
                    http, request, limit_s=receiver.limit_s, limit_bytes=_LIMIT_BYTES
                )
            except httpx.InvalidURL as error:
                raise UnreachableError(f"{receiver.named} is not a valid URL") from error
            except UnicodeEncodeError as error:
                raise UnreachableError("a header has a letter outside of ASCII") from error
            except UnreachableError as error:
                said = error.explained
                pause_s = _PAUSE_S
            else:
                meaning = meaning_of(answer.status_code)
                if meaning is Meaning.SUCCESS:
                    return answer.body
                said = f"HTTP {answer.status_code}"
                if meaning not in (Meaning.NOT_NOW, Meaning.BROKEN):
                    break
                pause_s = rate_limits.pause_s(answer.headers, datetime.now(UTC), _PAUSE_S)
            if pause_s > _LONGEST_PAUSE_S or attempt == receiver.tries - 1:
                break
            sleep(pause_s)
    raise UnreachableError(f"not delivered: {said}")


def try_to_deliver(whom: str, send_it: Callable[[], None]) -> None:
    """Deliver something; a failure is a warning on standard error, whatever it is."""
    try:
        send_it()
    except ProviderError as error:
        told = plain(say(without_secrets(error.explained)))
        click.echo(f"{word('warning')}: {say(whom)}: {told}", err=True)
    except Exception as error:
        click.echo(
            say(f"warning: {whom}: notification not delivered ({type(error).__name__})"), err=True
        )
