"""Whose word counts at GitHub: on a public repository everybody may open issues and comment."""

from verifier.github.json_shapes import JsonObject, mapping

_TRUSTED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


def is_trusted(written: JsonObject) -> bool:
    """
    Whether an issue or a comment is of somebody who may write to the repository.

    A bot is one that was installed there: a workflow's own is among them.

    Source: https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
    """
    is_bot = mapping(written.get("user")).get("type") == "Bot"
    return is_bot or written.get("author_association") in _TRUSTED
