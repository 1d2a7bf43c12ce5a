"""
What an answer of Railway's API says: data, a refusal, or nothing that can be relied on.

A query may be asked again, a mutation may not. So of a mutation's answers only those are taken
for "it was not carried out" that are known to be given before anything runs; whatever else is no
clean yes leaves the outcome open, for what Railway then shows.

Source: https://docs.railway.com/integrations/api. Failures of execution and authorisation come
with HTTP 200 and `errors`, those of parsing and validation with HTTP 400.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    LostAnswerError,
    ProviderError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
    in_doubt,
)
from verifier.guarded.met_names import meet_answer
from verifier.guarded.web import Fetched
from verifier.model.cut_text import cut_to
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.railway_trace import with_trace

_DENIED_HINT = (
    "Railway gives the same answer for an expired token, a token of the wrong kind or "
    "environment, and a wrong id. RAILWAY_TOKEN takes a project token, RAILWAY_API_TOKEN an "
    "account or workspace one"
)
_DENIALS = (
    "not authorized",
    "project token not found",
    "unauthenticated",
    "two factor authentication required",
)
#: Codes of errors that are raised before a document runs.
_BEFORE_IT_RAN = ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")
_JSON_TYPES = ("application/json", "application/graphql-response+json")
_SHOWN = 80

_Error = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Parts:
    """The answer to a query of several fields, some of which may have been refused."""

    data: Mapping[str, object]
    """By field. Empty where the refusal of one field has taken the others with it."""
    refused: Mapping[str, str]
    """Railway's own words, by field."""


def data_of(purpose: str, fetched: Fetched) -> Mapping[str, object]:
    """
    Return the `data` of an answer to a query. `purpose` completes "could not …".

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError.
    """
    body = _parsed(fetched)
    match body:
        case {"errors": [dict(first), *_]}:
            raise _refusal(purpose, first)
        case {"data": dict(data)} if fetched.status_code == 200:
            return data
        case _:
            raise _not_graphql(purpose, fetched.status_code)


def parts_of(purpose: str, fetched: Fetched) -> Parts:
    """
    Return the `data` of an answer to a query, and which of its fields this token may not see.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError.
    """
    match _parsed(fetched):
        case {"errors": [_, *_] as errors, **rest} if fetched.status_code == 200:
            refused = dict(_refused_field(error) for error in errors)
            if "" not in refused:
                data = rest.get("data")
                return Parts(data if isinstance(data, dict) else {}, refused)
        case _:
            pass
    return Parts(data_of(purpose, fetched), {})


def written_data_of(purpose: str, fetched: Fetched) -> Mapping[str, object]:
    """
    Return the `data` of a mutation's answer, where it has nothing but data.

    Raises:
        DeniedError, InvalidRequestError: it was not carried out.
        LostAnswerError: what answered is not Railway's API, which may still be at it.
        UnknownOutcomeError: any other answer.
    """
    status, body = fetched.status_code, _parsed(fetched)
    data, errors = _halves(body) if _is_json(fetched) else ({}, ())
    has_data = any(value is not None for value in data.values())
    if status == 200 and has_data and not errors:
        return data
    if not has_data and (refusal := _not_carried_out(purpose, status, errors)) is not None:
        raise refusal
    told = f"could not {purpose}: {_described(fetched, errors)}"
    raise unknown_outcome(told) if _is_graphql(fetched, body) else lost_answer(told)


def odd_value(purpose: str, value: object) -> UnknownOutcomeError:
    """Return the error for a mutation whose answer is not the documented value."""
    said = cut_to(_SHOWN, json.dumps(value))
    return unknown_outcome(f"could not {purpose}: Railway answered {said}")


def unknown_outcome(told: str) -> UnknownOutcomeError:
    """Return the error for a mutation of which nothing says what became of it."""
    return UnknownOutcomeError(in_doubt(told))


def lost_answer(told: str) -> LostAnswerError:
    """Return the error for a mutation that Railway's API has given no answer of its own to."""
    return LostAnswerError(in_doubt(told))


def _not_carried_out(purpose: str, status: int, errors: Sequence[_Error]) -> ProviderError | None:
    if meaning_of(status) is Meaning.DENIED:
        return _not_graphql(purpose, status)
    if not errors:
        return None
    told = _words_of(purpose, errors[0])
    if status == 200 and all(_message(error) in _DENIALS for error in errors):
        return DeniedError(told, hint=_DENIED_HINT)
    if status == 400 or (status == 200 and all(_code(e) in _BEFORE_IT_RAN for e in errors)):
        return InvalidRequestError(told)
    return None


def _described(fetched: Fetched, errors: Sequence[_Error]) -> str:
    if errors:
        return f"Railway says {_quoted(errors[0])}"
    if fetched.status_code != 200:
        return f"Railway's API answered HTTP {fetched.status_code}"
    if not fetched.body:
        return "Railway's API gave an empty answer"
    if not _is_json(fetched):
        kind = fetched.headers.get("content-type", "") or "no content type"
        return f"Railway's API answered with {cut_to(_SHOWN, kind)}"
    return f"Railway answered {cut_to(_SHOWN, fetched.body.decode(errors='replace'))}"


def _halves(body: object) -> tuple[Mapping[str, object], Sequence[_Error]]:
    """Return the data of a body, and its errors: one that is no object counts as one."""
    match body:
        case dict():
            data, errors = body.get("data"), body.get("errors") or []
            listed = errors if isinstance(errors, list) else [errors]
            return (
                data if isinstance(data, dict) else {},
                [error if isinstance(error, dict) else {} for error in listed],
            )
        case _:
            return {}, ()


def _parsed(fetched: Fetched) -> object:
    """Return the JSON of the body, None where it is none."""
    try:
        body: object = json.loads(fetched.body)
    except (ValueError, RecursionError):
        return None
    meet_answer(body)
    return body


def _is_json(fetched: Fetched) -> bool:
    kind = fetched.headers.get("content-type", "").partition(";")[0].strip().casefold()
    return kind in _JSON_TYPES


def _is_graphql(fetched: Fetched, body: object) -> bool:
    """Whether an answer is of the API itself: what stands in front may speak JSON as well."""
    return _is_json(fetched) and isinstance(body, dict) and ("data" in body or "errors" in body)


def _refused_field(error: object) -> tuple[str, str]:
    """Return the field that was refused and Railway's words; no field for any other error."""
    match error:
        case {"path": [str(field), *_], "message": str(message)} if _is_denial(message):
            return field, message
        case _:
            return "", ""


def _refusal(purpose: str, error: _Error) -> ProviderError:
    told = _words_of(purpose, error)
    if _is_denial(_message(error)):
        return DeniedError(told, hint=_DENIED_HINT)
    if _code(error) == "INTERNAL_SERVER_ERROR":
        return UnreachableError(told)
    if _code(error) in _BEFORE_IT_RAN:
        return InvalidRequestError(told)
    return UnexpectedAnswerError(told)


def _not_graphql(purpose: str, status_code: int) -> ProviderError:
    told = f"could not {purpose}: Railway's API answered HTTP {status_code}"
    meaning = meaning_of(status_code)
    if meaning is Meaning.DENIED:
        return DeniedError(told, hint=_DENIED_HINT)
    if meaning in (Meaning.BROKEN, Meaning.NOT_NOW):
        return UnreachableError(told)
    return UnexpectedAnswerError(f"{told}, not a GraphQL response", hint="check RAILWAY_API_URL")


def _words_of(purpose: str, error: _Error) -> str:
    return f"could not {purpose}: Railway says {_quoted(error)}"


def _quoted(error: _Error) -> str:
    trace = error.get("traceId")
    return with_trace(f'"{error.get("message")}"', trace if isinstance(trace, str) else "")


def _message(error: _Error) -> str:
    return str(error.get("message")).strip().rstrip(".").casefold()


def _is_denial(message: str) -> bool:
    return any(denial in message.casefold() for denial in _DENIALS)


def _code(error: _Error) -> object:
    match error.get("extensions"):
        case {"code": code}:
            return code
        case _:
            return None
