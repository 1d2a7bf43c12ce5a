"""Opens a repository at GitHub, and turns what PyGithub raises into our errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from github import Auth, Github, GithubException, RateLimitExceededException
from github.GithubException import BadAttributeException
from github.Repository import Repository

from verifier.errors import DeniedError, ProviderError, UnexpectedAnswerError, UnreachableError
from verifier.model.http_status import Meaning, meaning_of

_LIMIT_S = 15
_PAGE = 100


def open_repository(url: str, token: str, name: str, user_agent: str) -> Repository:
    """Return the repository OWNER/NAME without asking for it; nothing is tried twice or slowed."""
    github = Github(
        base_url=url,
        auth=Auth.Token(token),
        timeout=_LIMIT_S,
        per_page=_PAGE,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        user_agent=user_agent,
        lazy=True,
    )
    return github.get_repo(name)


@contextmanager
def asking(purpose: str, permission: str) -> Iterator[None]:
    """
    Run what asks GitHub. `purpose` completes "could not …", `permission` is what it takes.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError.
    """
    try:
        yield
    except OSError as error:  # of requests, and certificates that are not there
        text = f"could not {purpose}: GitHub's API did not answer ({type(error).__name__})"
        raise UnreachableError(text) from error
    except (BadAttributeException, TypeError, KeyError, ValueError) as error:
        # What PyGithub makes of a body that is not what GitHub documents.
        text = f"could not {purpose}: GitHub's API answered in an unexpected format"
        raise UnexpectedAnswerError(text, hint="check GITHUB_API_URL") from error
    except GithubException as error:
        raise _refusal(purpose, permission, error) from error


def _refusal(purpose: str, permission: str, error: GithubException) -> ProviderError:
    said = error.data.get("message", "") if isinstance(error.data, dict) else ""
    text = f"could not {purpose}: GitHub's API answered HTTP {error.status}"
    text += f' "{said}"' if said else ""
    meaning = meaning_of(error.status)
    if isinstance(error, RateLimitExceededException) or meaning is Meaning.NOT_NOW:
        return UnreachableError(text)
    if meaning in (Meaning.DENIED, Meaning.ABSENT):
        return DeniedError(f"{text}; GITHUB_TOKEN needs {permission}")
    if meaning is Meaning.BROKEN:
        return UnreachableError(text)
    return UnexpectedAnswerError(text)
