"""
What was really reported on pull requests that were merged: checks and commit statuses, by app.

Sources: https://docs.github.com/en/rest/pulls/pulls, https://docs.github.com/en/rest/checks/runs,
https://docs.github.com/en/rest/commits/statuses
"""

from verifier.github.api import Api
from verifier.github.json_shapes import count, entries, mapping, texts
from verifier.model.merging import SeenCheck

_MOST_HEADS = 3
_CLOSED = "30"
_ACTIONS = "github-actions"


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
    heads = [str(mapping(pull.get("head")).get("sha")) for pull in merged[:_MOST_HEADS]]
    return tuple(_reported_on(api, sha) for sha in heads)


def _reported_on(api: Api, sha: str) -> frozenset[SeenCheck]:
    path = f"/commits/{sha}"
    runs = api.pages(f"{path}/check-runs", "Checks: read", key="check_runs")
    seen = {
        SeenCheck(str(run.get("name")), count(app.get("id")), app.get("slug") == _ACTIONS)
        for run in map(mapping, runs)
        for app in [mapping(run.get("app"))]
    }
    statuses = api.pages(f"{path}/status", "Commit statuses: read", key="statuses")
    return frozenset({*seen, *map(SeenCheck, texts(statuses, "context"))})
