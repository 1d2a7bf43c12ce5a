"""Whose word counts at GitHub: on a public repository everybody may open issues and comment."""

from urllib.parse import quote

from verifier.errors import AbsentError, DeniedError, ProviderError, UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, mapping

_OWNER = "OWNER"
#: Of these some may only read: a member of the organisation, somebody who was let in for issues.
_MAY_WRITE = frozenset({"MEMBER", "COLLABORATOR"})
_WRITERS = frozenset({"admin", "write"})
#: Who writes with the token that a workflow is given; only the repository's own workflows are.
#: Source: https://docs.github.com/en/actions/concepts/security/github_token
_WORKFLOWS = "github-actions[bot]"


class Authors:
    """
    Tells who wrote something. Apps that are installed for something else are strangers.

    They repeat what strangers tell them: a translation, a preview, an answer to a command.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._own = ""
        self._writers: dict[str, bool] = {}

    def may_talk(self, written: JsonObject) -> bool:
        """
        Whether an issue or a comment is of a workflow, of this token, or of who may write here.

        Source: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation

        Raises:
            ProviderError: an app wrote it, and GitHub does not tell whose this token is; or a
                person, and it does not tell what that one may do.
        """
        user, association = written.get("user"), written.get("author_association")
        if _is_app(user):
            return self._is_own_app(user)
        return association == _OWNER or (association in _MAY_WRITE and self._writes(name_of(user)))

    def may_deploy(self, deployment: JsonObject) -> bool:
        """
        Whether a deployment is of a workflow, of this token, or of a person: it takes push access.

        One of nobody does not count, nor of what is neither app nor person, nor an app's where
        GitHub does not tell whose this token is: what others recorded is not lost with it.
        """
        creator = deployment.get("creator")
        if not _is_app(creator):
            return "creator" not in deployment or _is_person(creator)
        try:
            return self._is_own_app(creator)
        except ProviderError:
            return False

    def _writes(self, login: str) -> bool:
        """
        Whether a person may push here. Where this token may not ask, it is a person's whose it is.

        Source: https://docs.github.com/en/rest/collaborators/collaborators, `permission`: a role
        that may maintain is "write" there, one for triage "read".
        """
        if login not in self._writers:
            self._writers[login] = bool(login) and self._asked(login)
        return self._writers[login]

    def _asked(self, login: str) -> bool:
        path = f"/collaborators/{quote(login, safe='')}/permission"
        purpose = f"read what {login} may do here"
        try:
            answer = self._api.get(path, "Metadata: read", purpose=purpose)
        except (AbsentError, DeniedError):
            return login == self._viewer()
        match answer:
            case {"permission": str(permission)}:
                return permission in _WRITERS
            case _:
                raise UnexpectedAnswerError(f"could not {purpose}: GitHub's answer is malformed")

    def _viewer(self) -> str:
        self._own = self._own or self._api.viewer()
        return self._own

    def _is_own_app(self, user: object) -> bool:
        login = name_of(user)
        return login == _WORKFLOWS or login == self._viewer()


def name_of(user: object) -> str:
    """Return the name that GitHub shows of somebody, "" where it shows none."""
    return str(mapping(user).get("login") or "")


def _is_app(user: object) -> bool:
    return mapping(user).get("type") == "Bot"


def _is_person(user: object) -> bool:
    return mapping(user).get("type") == "User" and not name_of(user).endswith("[bot]")
