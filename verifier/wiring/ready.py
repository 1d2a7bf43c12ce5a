"""What `ready` is given: the environment, the rights of its token, the commit that is to come."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from verifier.commands.ready import Providers, ready
from verifier.config.settings import Settings
from verifier.database.supabase_backups import TOKEN, read_backups
from verifier.guarded.web import open_client
from verifier.model.backups import Backups
from verifier.model.report import Report
from verifier.model.same_database import project_read_at
from verifier.model.secret import Secret
from verifier.wiring.gate_session import open_session


@contextmanager
def open_ready(settings: Settings, checkout: Path) -> Iterator[Callable[[], Report]]:
    """
    Connect to Railway, and return the look ahead, for a report without secrets.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    with open_session("ready", settings, checkout) as session:

        def look() -> Report:
            report = ready(
                Providers(session.world, session.railway, session.memory, backups_of(settings)),
                session.task,
                session.clock,
                session.journal,
                is_project_token=settings.has_project_token,
                coming_sha=session.commits.head(),
            )
            return session.finished(report)

        yield look


def backups_of(
    settings: Settings, environ: Mapping[str, str] = os.environ
) -> Callable[[], Backups] | None:
    """Return who is asked for backups, where the environment holds a token for that."""
    token = environ.get(TOKEN, "").strip()
    if not token:
        return None
    guards = settings.config.guards
    expected = guards.supabase_project_ref if guards else ""
    ref = project_read_at(settings.database_url.reveal()) or expected

    def read() -> Backups:
        with open_client() as http:
            return read_backups(http, Secret(token), ref)

    return read
