"""
The runs that nobody has let go on yet.

Source: https://docs.github.com/en/rest/actions/workflow-runs, `GET …/actions/runs`
"""

from verifier.github.api import Api
from verifier.github.json_shapes import all_texts, listed, time
from verifier.model.workflow import WaitingRun

_ACTIONS = "Actions: read"
_PURPOSE = "read the runs that wait"


def read_waiting_runs(api: Api) -> tuple[WaitingRun, ...]:
    """
    Return the runs that wait for an approval, of any workflow.

    Raises:
        ProviderError: GitHub did not give them, or one without its workflow.
    """
    answer = api.get("/actions/runs", _ACTIONS, status="waiting", per_page="100")
    runs = listed(answer, "workflow_runs", _PURPOSE)
    paths = all_texts(runs, "path", _PURPOSE)
    return tuple(
        WaitingRun(
            path.partition("@")[0], time(run.get("created_at")), str(run.get("html_url") or "")
        )
        for path, run in zip(paths, runs, strict=True)
    )
