"""What GitHub's API means where it does not answer a question, and in whose words."""

from collections.abc import Iterator
from datetime import UTC, datetime

from verifier.errors import (
    AbsentError,
    DeniedError,
    InvalidRequestError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.github.json_shapes import mapping
from verifier.guarded.rate_limits import is_rate_limit, pause_s
from verifier.guarded.web import Fetched
from verifier.model.cut_text import cut_to
from verifier.model.http_status import Meaning, meaning_of

#: Where GitHub does not say how long.
PAUSE_S = 60.0
#: Of what GitHub says of a refusal, in characters.
MOST_SAID = 300
_INVALID = 422
_UNKNOWN_TOKEN = 401


def _details(answer: object) -> Iterator[str]:
    """What is wrong with each part of a change, as GitHub says it: texts, or fields with codes."""
    errors = mapping(answer).get("errors")
    for error in errors if isinstance(errors, list) else []:
        match error:
            case str(text):
                yield text
            case {"message": str(text)}:
                yield text
            case {"field": str(field), "code": str(code)}:
                yield f"{field}: {code}"
            case _:
                continue


def refusal(purpose: str, permission: str, fetched: Fetched, answer: object) -> ProviderError:
    """Return what an answer that is none means for the person who must act."""
    said = answer.get("message") if isinstance(answer, dict) else None
    said = said if isinstance(said, str) else ""
    status = fetched.status_code
    told = f"could not {purpose}: GitHub's API answered HTTP {status}"
    told += f' "{said}"' if said else ""
    details = cut_to(MOST_SAID, "; ".join(_details(answer)))
    told += f": {details}" if details else ""
    meaning = meaning_of(status)
    if is_rate_limit(status, fetched.headers, said):
        asked_s = pause_s(fetched.headers, datetime.now(UTC), PAUSE_S)
        return RateLimitedError(told, retry_after_s=asked_s)
    if meaning is Meaning.ABSENT:
        return AbsentError(f"{told}; it does not exist, or the token lacks {permission}", said)
    if status == _UNKNOWN_TOKEN:
        return DeniedError(told, hint="the token has ended or was revoked: give the job a new one")
    if meaning is Meaning.DENIED:
        return DeniedError(f"{told}; the token needs {permission}")
    if meaning in (Meaning.BROKEN, Meaning.NOT_NOW):
        return UnreachableError(told)
    if status == _INVALID and said:
        return InvalidRequestError(told)
    return UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
