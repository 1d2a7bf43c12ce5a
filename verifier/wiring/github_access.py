"""GitHub as the settings give it: one repository's API, and what outlasts a run."""

from typing import TYPE_CHECKING

from verifier.commands.no_memory import NoMemory
from verifier.commands.ports import Memory
from verifier.config.settings import GitHubJob, Settings
from verifier.model.deployment import Scope
from verifier.model.secret import Secret

if TYPE_CHECKING:
    from verifier.github.api import Api
    from verifier.github.memory import GitHubMemory


def open_api(
    url: str, token: Secret, name: str, patience_s: float = 0.0, reserve: int = 0
) -> "Api":
    """
    Return the API of the repository OWNER/NAME.

    It is silent for so long where GitHub asks, and leaves `reserve` requests to others.
    """
    from verifier.github.api import Api
    from verifier.github.connection import open_connection

    return Api(open_connection(url, token.reveal()), name, patience_s, reserve=reserve)


def open_memory(settings: Settings, scope: Scope) -> Memory:
    """Return what outlasts a run, as far as the settings name a repository and a token."""
    github = settings.github
    if github is None:
        return NoMemory(settings.no_github)
    return open_records(settings, github, scope)


def open_records(settings: Settings, github: GitHubJob, scope: Scope) -> "GitHubMemory":
    """Return what gates keep in a repository about one Railway environment."""
    from verifier.github.memory import GitHubMemory

    return GitHubMemory(
        api=open_api(github.url, github.token, github.repository),
        name=github.repository,
        environment=settings.config.memory.environment,
        railway_environment=scope.environment_id,
        sha=github.sha,
        run_url=github.run_url,
    )
