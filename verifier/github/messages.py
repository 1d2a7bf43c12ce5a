"""
What a commit and a pull request are told: one status, one comment that is updated in place.

Sources: https://docs.github.com/en/rest/commits/statuses,
https://docs.github.com/en/rest/issues/comments
"""

import json

from verifier.github.api import Api
from verifier.github.authors import is_trusted
from verifier.github.json_shapes import count, mapping
from verifier.model.exit_code import ExitCode

_STATES = {
    ExitCode.GOOD: "success",
    ExitCode.FAILED_SAFE: "failure",
    ExitCode.NOT_RECOVERED: "failure",
}
#: GitHub takes 140 characters of a description and 65,536 of a comment.
_DESCRIPTION = 140
_COMMENT = 60_000


def set_status(
    api: Api, sha: str, context: str, code: ExitCode, description: str, run_url: str
) -> None:
    """
    Set the status of a commit.

    Raises:
        ProviderError: GitHub did not take it.
    """
    body = {
        "state": _STATES.get(code, "error"),
        "context": context,
        "description": description[:_DESCRIPTION],
    }
    if run_url:
        body["target_url"] = run_url
    api.change("POST", f"/statuses/{sha}", "Commit statuses: write", body)


def keep_comment(api: Api, number: int, command: str, text: str) -> int:
    """
    Write the one comment of a command on a pull request, or bring it up to date.

    Returns how many comments of strangers carry its hidden mark; they are left alone.

    Raises:
        ProviderError: GitHub did not take it.
    """
    marker = f"<!-- railway-deploy-verifier:{command} -->"
    body = f"{text[:_COMMENT]}\n\n{marker}\n"
    comments = map(mapping, api.pages(f"/issues/{number}/comments", "Pull requests: read"))
    marked = [comment for comment in comments if marker in str(comment.get("body"))]
    own = next(filter(is_trusted, marked), None)
    permission = "Pull requests: write"
    if own is None:
        api.change("POST", f"/issues/{number}/comments", permission, {"body": body})
    elif own.get("body") != body:
        path = f"/issues/comments/{count(own.get('id'))}"
        api.change("PATCH", path, permission, {"body": body})
    return len([comment for comment in marked if not is_trusted(comment)])


def number_of(event: str) -> int:
    """Return the pull request of an event's JSON, 0 where it is about none."""
    try:
        value: object = json.loads(event or "{}")
    except (ValueError, RecursionError):
        return 0
    return count(mapping(mapping(value).get("pull_request")).get("number"))
