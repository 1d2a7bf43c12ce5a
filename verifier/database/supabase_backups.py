"""The backups of a project, as Supabase's management API lists them."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx

from verifier.errors import DeniedError, ProviderError, UnexpectedAnswerError, UnreachableError
from verifier.guarded.web import fetch
from verifier.model.backups import Backups
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.secret import Secret

TOKEN = "SUPABASE_ACCESS_TOKEN"  # noqa: S105  the name of a variable
#: Source: https://supabase.com/docs/reference/api/v1-list-all-backups
_URL = "https://api.supabase.com/v1/projects/{}/database/backups"
_REF = re.compile(r"[a-z0-9]{20}")
_LIMIT_S = 15.0
_LIMIT_BYTES = 1_000_000
_PURPOSE = "could not read the backups of the database"


def read_backups(http: httpx.Client, token: Secret, ref: str) -> Backups:
    """
    Ask what the database of a project could be restored from.

    Raises:
        DeniedError: the token may not see that.
        ProviderError: no project is named, or Supabase did not say it.
    """
    if not _REF.fullmatch(ref):
        hint = "set guards.supabase-project-ref"
        raise ProviderError(f"{_PURPOSE}: no project of Supabase's is named", hint=hint)
    if not re.fullmatch(r"[\x21-\x7e]+", token.reveal()):
        raise DeniedError(f"{_PURPOSE}: {TOKEN} is no token alone", hint=f"check {TOKEN}")
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    request = http.build_request("GET", _URL.format(ref), headers=headers)
    answer = fetch(http, request, limit_s=_LIMIT_S, limit_bytes=_LIMIT_BYTES)
    said = f"{_PURPOSE}: Supabase answered HTTP {answer.status_code}"
    match meaning_of(answer.status_code):
        case Meaning.SUCCESS:
            return _parse(answer.body)
        case Meaning.DENIED | Meaning.ABSENT:
            hint = f"give {TOKEN} of an account that sees the project and may read its backups"
            raise DeniedError(said, hint=hint)
        case Meaning.NOT_NOW | Meaning.BROKEN:
            raise UnreachableError(said)
        case _:
            raise UnexpectedAnswerError(said)


def _parse(body: bytes) -> Backups:
    try:
        told: object = json.loads(body)
        match told:
            case {"pitr_enabled": bool(is_on), "backups": list() | None as listed, **rest}:
                made = max(_completed(listed or []), default=None)
                return Backups(made, _window(rest.get("physical_backup_data")) if is_on else None)
            case _:
                pass
    except (ValueError, OverflowError, OSError, RecursionError):
        pass
    raise UnexpectedAnswerError(f"{_PURPOSE}: Supabase's answer is malformed")


def _completed(listed: list[object]) -> Iterator[datetime]:
    for row in listed:
        match row:
            case {"status": "COMPLETED", "inserted_at": str(at)}:
                made = datetime.fromisoformat(at)
                yield made if made.tzinfo else made.replace(tzinfo=UTC)
            case _:
                continue


def _window(told: object) -> tuple[datetime, datetime] | None:
    match told:
        case {
            "earliest_physical_backup_date_unix": int(first),
            "latest_physical_backup_date_unix": int(last),
        }:
            return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
        case _:
            return None
