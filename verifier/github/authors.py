"""Whose word counts at GitHub: on a public repository everybody may open issues and comment."""

from verifier.errors import ProviderError
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, mapping

_TRUSTED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
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

    def may_talk(self, written: JsonObject) -> bool:
        """
        Whether an issue or a comment is of a workflow, of this token, or of who may write here.

        Source: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation

        Raises:
            ProviderError: an app wrote it, and GitHub does not tell whose this token is.
        """
        if _is_app(written.get("user")):
            return self._is_own_app(written.get("user"))
        return written.get("author_association") in _TRUSTED

    def may_deploy(self, deployment: JsonObject) -> bool:
        """
        Whether a deployment is of a workflow, of this token, or of a person: it takes push access.

        One without a creator is nobody's, and so is an app's where GitHub does not tell whose
        this token is: what others recorded is not lost with it.
        """
        creator = deployment.get("creator")
        if not _is_app(creator):
            is_nobody = "creator" in deployment and not name_of(creator)
            return not is_nobody and not _may_be_app(creator)
        try:
            return self._is_own_app(creator)
        except ProviderError:
            return False

    def _is_own_app(self, user: object) -> bool:
        login = name_of(user)
        if login == _WORKFLOWS:
            return True
        self._own = self._own or self._api.viewer()
        return login == self._own


def name_of(user: object) -> str:
    """Return the name that GitHub shows of somebody, "" where it shows none."""
    return str(mapping(user).get("login") or "")


def _is_app(user: object) -> bool:
    return mapping(user).get("type") == "Bot"


def _may_be_app(user: object) -> bool:
    return "type" not in mapping(user) and name_of(user).endswith("[bot]")
