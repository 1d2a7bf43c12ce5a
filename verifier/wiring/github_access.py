"""GitHub as the settings give it: one repository's API, and what outlasts a run."""

from typing import TYPE_CHECKING

from verifier.commands.ports import Memory, NoMemory
from verifier.config.settings import Settings
from verifier.model.deployment import Scope
from verifier.model.secret import Secret

if TYPE_CHECKING:
    from verifier.github.api import Api


def open_api(url: str, token: Secret, name: str, patience_s: float = 0.0) -> "Api":
    """Return the API of the repository OWNER/NAME, which is silent so long where GitHub asks."""
    from verifier.github.api import Api
    from verifier.github.connection import open_connection

    return Api(open_connection(url, token.reveal()), name, patience_s)


def open_memory(settings: Settings, scope: Scope) -> Memory:
    """Return what outlasts a run, as far as the settings name a repository and a token."""
    github = settings.github
    if github is None:
        return NoMemory("GITHUB_TOKEN, GITHUB_REPOSITORY or GITHUB_SHA is not set")
    from verifier.github.memory import GitHubMemory

    return GitHubMemory(
        api=open_api(github.url, github.token, github.repository),
        name=github.repository,
        environment=settings.config.memory.environment,
        railway_environment=scope.environment_id,
        sha=github.sha,
        run_url=github.run_url,
    )
