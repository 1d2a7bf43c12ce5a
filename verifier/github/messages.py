"""
What a commit and a pull request are told: one status, one comment that is updated in place.

Sources: https://docs.github.com/en/rest/commits/statuses,
https://docs.github.com/en/rest/issues/comments
"""

import json
import re

from verifier.errors import UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.authors import Authors
from verifier.github.json_shapes import count, mapping
from verifier.model.exit_code import ExitCode
from verifier.model.workflow import RAILWAY_BOT

_STATES = {
    ExitCode.GOOD: "success",
    ExitCode.FAILED_SAFE: "failure",
    ExitCode.NOT_RECOVERED: "failure",
}
#: GitHub takes 140 characters of a description and 65,536 of a comment.
_DESCRIPTION = 140
_COMMENT = 60_000
_DEPLOYMENTS = "Deployments: read"
#: Nobody's name has brackets; an app's is not told of a comment.
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")


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


def pull_request_of(api: Api, sha: str) -> int:
    """
    Return the number of the pull request that brought a commit, 0 where none did.

    Source: https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit

    Raises:
        ProviderError: GitHub did not tell.
    """
    found = [mapping(each) for each in api.pages(f"/commits/{sha}/pulls", "Pull requests: read")]
    merged = [pull for pull in found if isinstance(pull.get("merged_at"), str)]
    # The same commit may be in others that were merged from, or into, its branch.
    brought = [pull for pull in merged if pull.get("merge_commit_sha") == sha] or merged
    return count(brought[0].get("number")) if len(brought) == 1 else 0


def author_of(api: Api, sha: str) -> str:
    """
    Return the account of who wrote a commit, empty where GitHub knows none.

    Raises:
        ProviderError: GitHub did not tell.
    """
    commit = mapping(api.get(f"/commits/{sha}", "Contents: read"))
    if commit.get("sha") != sha:
        raise UnexpectedAnswerError("could not read a commit's author: GitHub did not tell it")
    login = mapping(commit.get("author")).get("login")
    return login if isinstance(login, str) and _ACCOUNT.fullmatch(login) else ""


def tell_railway_deployment(
    api: Api, sha: str, environment: str, state: str, description: str, run_url: str
) -> None:
    """
    Say on the deployment that Railway has made of a commit what became of it, where it says else.

    Source: https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status

    Raises:
        ProviderError: GitHub did not tell, or did not take it.
    """
    found = map(mapping, api.pages("/deployments", _DEPLOYMENTS, sha=sha, environment=environment))
    newest = next(
        (
            each
            for each in found
            if each.get("sha") == sha
            and each.get("environment") == environment
            and mapping(each.get("creator")).get("login") == RAILWAY_BOT
        ),
        None,
    )
    if newest is None:
        return
    path = f"/deployments/{count(newest.get('id'))}/statuses"
    last = next(map(mapping, api.pages(path, _DEPLOYMENTS)), {})
    if last.get("state") == state:
        return
    body: dict[str, object] = {
        "state": state,
        "description": description[:_DESCRIPTION],
        "auto_inactive": False,
    }
    if run_url:
        body["log_url"] = run_url
    api.change("POST", path, "Deployments: write", body)


def keep_comment(api: Api, number: int, command: str, text: str, *, begins: bool = True) -> int:
    """
    Write the one comment of a command on a pull request, where it `begins`, or bring it up to date.

    Returns how many comments of others carry its hidden mark; they are left alone.

    Raises:
        ProviderError: GitHub did not take it.
    """
    marker = f"<!-- railway-deploy-verifier:{command} -->"
    body = f"{text[:_COMMENT]}\n\n{marker}\n"
    comments = map(mapping, api.pages(f"/issues/{number}/comments", "Pull requests: read"))
    marked = [comment for comment in comments if marker in str(comment.get("body"))]
    trusted = list(filter(Authors(api).may_talk, marked))
    own = next(iter(trusted), None)
    permission = "Pull requests: write"
    if own is None and begins:
        api.change("POST", f"/issues/{number}/comments", permission, {"body": body})
    elif own is not None and own.get("body") != body:
        path = f"/issues/comments/{count(own.get('id'))}"
        api.change("PATCH", path, permission, {"body": body})
    return len(marked) - len(trusted)


def number_of(event: str) -> int:
    """Return the pull request of an event's JSON, 0 where it is about none."""
    try:
        value: object = json.loads(event or "{}")
    except (ValueError, RecursionError):
        return 0
    return count(mapping(mapping(value).get("pull_request")).get("number"))
