"""
What was really reported on pull requests that were merged: checks and commit statuses, by app.

Sources: https://docs.github.com/en/rest/pulls/pulls, https://docs.github.com/en/rest/checks/runs,
https://docs.github.com/en/rest/commits/statuses
"""

from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, count, entries, mapping, time_if_readable
from verifier.model.merging import SeenCheck

_MOST_HEADS = 3
_CLOSED = "30"
_ACTIONS = "github-actions"
#: A check that ended in one of these does not keep a pull request from being merged.
#: Source: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
PASSED_CONCLUSIONS = ("success", "neutral", "skipped")
PASSED_STATE = "success"


def read_merged_heads(api: Api, branch: str) -> tuple[frozenset[SeenCheck], ...]:
    """
    Return what was reported on the heads of the latest pull requests merged into a branch.

    Raises:
        ProviderError: GitHub did not tell.
    """
    closed = api.get(
        "/pulls",
        "Pull requests: read",
        state="closed",
        base=branch,
        sort="updated",
        direction="desc",
        per_page=_CLOSED,
    )
    merged = [pull for pull in entries(closed) if isinstance(pull.get("merged_at"), str)]
    merged.sort(key=lambda pull: str(pull.get("merged_at")), reverse=True)
    return tuple(_reported_on(api, pull) for pull in merged[:_MOST_HEADS])


def _reported_on(api: Api, pull: JsonObject) -> frozenset[SeenCheck]:
    sha = str(mapping(pull.get("head")).get("sha"))
    seen_at = time_if_readable(pull.get("merged_at"))
    path = f"/commits/{sha}"
    runs = api.pages(f"{path}/check-runs", "Checks: read", key="check_runs")
    seen = {
        SeenCheck(
            name=str(run.get("name")),
            app_id=count(app.get("id")),
            is_job=app.get("slug") == _ACTIONS,
            is_passed=run.get("conclusion") in PASSED_CONCLUSIONS,
            seen_at=seen_at,
        )
        for run in map(mapping, runs)
        for app in [mapping(run.get("app"))]
    }
    statuses = api.pages(f"{path}/status", "Commit statuses: read", key="statuses")
    seen |= {
        SeenCheck(
            name=str(status.get("context")),
            is_passed=status.get("state") == PASSED_STATE,
            seen_at=seen_at,
        )
        for status in map(mapping, statuses)
    }
    return frozenset(seen)
