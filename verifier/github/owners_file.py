"""
Which file says whose approval a change takes.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import base64
import binascii

from verifier.errors import UnexpectedAnswerError
from verifier.github.json_shapes import JsonObject
from verifier.model.audited_repository import CodeOwners

#: GitHub reads the first that is there, of the branch that a pull request goes into.
CODE_OWNERS_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def parse_code_owners(path: str, said: JsonObject) -> CodeOwners:
    """
    Read what `GET …/contents/{path}` says of one of them.

    Raises:
        UnexpectedAnswerError: it is not shown: larger than a megabyte, a folder, or no text.
    """
    content = said.get("content")
    if said.get("encoding") != "base64" or not isinstance(content, str):
        raise UnexpectedAnswerError(f"GitHub does not show what is in {path}")
    try:
        text = base64.b64decode(content).decode("utf-8-sig", "replace")
    except binascii.Error as error:
        raise UnexpectedAnswerError(f"{path} is not text") from error
    return CodeOwners(path, any(map(_names_somebody, text.splitlines())))


def _names_somebody(line: str) -> bool:
    """A path without an owner takes the owners of other lines away."""
    _, *owners = line.partition("#")[0].split() or [""]
    return any("@" in owner for owner in owners)
