"""What an audit of many repositories is given: GitHub in bulk, and the file that it keeps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verifier.commands.organisation import Selection
from verifier.config.settings import AuditSettings
from verifier.github.bulk import Bulk
from verifier.guarded import web
from verifier.wiring.audit_state import AuditState, open_state


@dataclass(frozen=True, slots=True)
class Organisation:
    """An owner's repositories, and what is known of them already."""

    repositories: Bulk
    state: AuditState


@contextmanager
def open_organisation(
    settings: AuditSettings, selection: Selection, state_path: Path | None
) -> Iterator[Organisation]:
    """
    Open GitHub's GraphQL API, and the state where one is kept.

    Raises:
        ConfigError: the state is of another audit, or cannot be read or written.
        UnreachableError: no connection can be made with the settings of this runner.
    """
    token = {"Authorization": f"bearer {settings.token.reveal()}"}
    reserve = settings.config.audit.reserve if settings.config else 0
    with web.open_client(token) as http, open_state(state_path, selection) as state:
        bulk = Bulk(http, graphql_url(settings.github_url), reserve, time.sleep)
        yield Organisation(bulk, state)


def graphql_url(api_url: str) -> str:
    """Return the address of GraphQL beside that of REST, of an own server too."""
    root = api_url.rstrip("/")
    return f"{root.removesuffix('/v3')}/graphql"
