"""
What was really reported on pull requests that were merged: checks and commit statuses, by app.

Sources: https://docs.github.com/en/rest/pulls/pulls, https://docs.github.com/en/rest/checks/runs,
https://docs.github.com/en/rest/commits/statuses
"""

from verifier.errors import ProviderError
from verifier.github.api import Api
from verifier.github.json_shapes import (
    JsonObject,
    all_texts,
    count,
    listed,
    mapping,
    time_if_readable,
)
from verifier.model.merging import ReportedCheck

_MOST_HEADS = 3
_CLOSED = "50"
#: A bot that locks old ones makes them the last that were changed; one that was open for long is
#: none of the last that were opened.
_ORDERS = ("created", "updated")
_ACTIONS = "github-actions"
#: A check that ended in one of these does not keep a pull request from being merged.
#: Source: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
PASSED_CONCLUSIONS = ("success", "neutral", "skipped")
PASSED_STATE = "success"
#: What GitHub starts by itself: CodeQL's default setup, Dependabot, Pages. It has no file, and the
#: path of its run begins so: "dynamic/github-code-scanning/codeql".
WITHOUT_FILE = "dynamic"


def read_merged_heads(api: Api, branch: str) -> tuple[frozenset[ReportedCheck], ...]:
    """
    Return what was reported on the heads of the latest pull requests merged into a branch.

    Raises:
        ProviderError: GitHub did not tell.
    """
    closed = [pull for order in _ORDERS for pull in _last_closed(api, branch, order)]
    merged = {
        count(pull.get("number")): pull for pull in closed if isinstance(pull.get("merged_at"), str)
    }
    newest = sorted(merged.values(), key=lambda pull: str(pull.get("merged_at")), reverse=True)
    return tuple(_reported_on(api, pull) for pull in newest[:_MOST_HEADS])


def _last_closed(api: Api, branch: str, order: str) -> list[JsonObject]:
    answer = api.get(
        "/pulls",
        "Pull requests: read",
        state="closed",
        base=branch,
        sort=order,
        direction="desc",
        per_page=_CLOSED,
    )
    return listed(answer, "", "read the merged pull requests")


def _reported_on(api: Api, pull: JsonObject) -> frozenset[ReportedCheck]:
    sha = str(mapping(pull.get("head")).get("sha"))
    seen_at = time_if_readable(pull.get("merged_at"))
    path = f"/commits/{sha}"
    runs = [*map(mapping, api.pages(f"{path}/check-runs", "Checks: read", key="check_runs"))]
    names = all_texts(runs, "name", f"read the checks of {sha}")
    jobs = [run for run in runs if mapping(run.get("app")).get("slug") == _ACTIONS]
    without_file = _suites_without_file(api, sha) if jobs else frozenset()
    seen = {
        ReportedCheck(
            name=name,
            app_id=count(app.get("id")),
            is_job=run in jobs,
            is_passed=run.get("conclusion") in PASSED_CONCLUSIONS,
            seen_at=seen_at,
            by_github=run in jobs and _is_of(run, without_file),
        )
        for run, name in zip(runs, names, strict=True)
        for app in [mapping(run.get("app"))]
    }
    pages = api.pages(f"{path}/status", "Commit statuses: read", key="statuses")
    statuses = [*map(mapping, pages)]
    contexts = all_texts(statuses, "context", f"read the statuses of {sha}")
    seen |= {
        ReportedCheck(
            name=context,
            is_passed=status.get("state") == PASSED_STATE,
            seen_at=seen_at,
        )
        for status, context in zip(statuses, contexts, strict=True)
    }
    return frozenset(seen)


def _suites_without_file(api: Api, sha: str) -> frozenset[int] | None:
    """The check suites of a commit whose workflows GitHub has no file of; None where unread."""
    try:
        runs = api.pages("/actions/runs", "Actions: read", key="workflow_runs", head_sha=sha)
        return frozenset(
            count(run.get("check_suite_id"))
            for run in map(mapping, runs)
            if run.get("event") == WITHOUT_FILE
        )
    except ProviderError:
        return None  # which checks were reported is known all the same


def _is_of(run: JsonObject, suites: frozenset[int] | None) -> bool | None:
    return None if suites is None else count(mapping(run.get("check_suite")).get("id")) in suites
