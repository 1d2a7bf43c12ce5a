"""What an audit of many repositories is given: GitHub in bulk, and the file that it keeps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from verifier import __version__
from verifier.commands.organisation import Selection
from verifier.config.audit_settings import AuditSettings
from verifier.github.bulk import Bulk
from verifier.github.connection import graphql_url
from verifier.guarded import web
from verifier.wiring.audit_state import AuditState, Basis, open_state

#: Source: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
_OF_AN_INSTALLATION = "ghs_"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An owner's repositories, and what is known of them already."""

    repositories: Bulk
    state: AuditState


@contextmanager
def open_organisation(
    settings: AuditSettings,
    selection: Selection,
    state_path: Path | None,
    max_age: timedelta,
    now: datetime,
) -> Iterator[Organisation]:
    """
    Open GitHub's GraphQL API, and the state where one is kept, none older than `max_age`.

    Raises:
        ConfigError: the state is of another audit, or cannot be read or written.
        ProviderError: GitHub does not tell whose token it is.
    """
    token = {"Authorization": f"bearer {settings.token.reveal()}"}
    reserve = settings.config.audit.reserve if settings.config else 0
    with web.open_client(token) as http:
        bulk = Bulk(http, graphql_url(settings.github_url), reserve, time.sleep)
        viewer = _sight(bulk.viewer(), settings.token.reveal()) if state_path is not None else ""
        basis = Basis(selection, _fingerprint(settings, selection, now), viewer, max_age, now)
        with open_state(state_path, basis) as state:
            yield Organisation(bulk, state)


def _sight(login: str, token: str) -> str:
    """
    Whose token it is and which of theirs: another one of the same login may see more or less.

    That of an app's installation is made anew for every run, and has the rights of the app.
    """
    if token.startswith(_OF_AN_INSTALLATION):
        return login
    return f"{login} {sha256(token.encode()).hexdigest()[:16]}"


def _fingerprint(settings: AuditSettings, selection: Selection, now: datetime) -> str:
    """What is expected, as a short text: exemptions and permissions end on a day."""
    return f"{now:%Y-%m-%d} {policy_digest(settings, selection)}"


def policy_digest(settings: AuditSettings, selection: Selection) -> str:
    """Return what repositories are judged by, and which are chosen, as a short text."""
    config = settings.config
    sections = (config.protection, config.audit) if config else ()
    chosen = (selection.include, selection.exclude, selection.one_by_one)
    parts = (__version__, *(section.model_dump_json() for section in sections), repr(chosen))
    return sha256(" ".join(parts).encode()).hexdigest()[:16]
