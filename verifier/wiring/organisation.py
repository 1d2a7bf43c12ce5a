"""What an audit of many repositories is given: GitHub in bulk, and the file that it keeps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from verifier.commands.organisation import Selection
from verifier.config.audit_settings import AuditSettings
from verifier.github.bulk import Bulk
from verifier.guarded import web
from verifier.wiring.audit_state import AuditState, Basis, open_state


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
        viewer = bulk.viewer() if state_path is not None else ""
        basis = Basis(selection, _fingerprint(settings, now), viewer, max_age, now)
        with open_state(state_path, basis) as state:
            yield Organisation(bulk, state)


def _fingerprint(settings: AuditSettings, now: datetime) -> str:
    """What is expected, as a short text: exemptions and permissions end on a day."""
    config = settings.config
    said = config.protection.model_dump_json() if config else ""
    return sha256(f"{now:%Y-%m-%d} {said}".encode()).hexdigest()[:16]


def graphql_url(api_url: str) -> str:
    """Return the address of GraphQL beside that of REST, of an own server too."""
    root = api_url.rstrip("/")
    return f"{root.removesuffix('/v3')}/graphql"
