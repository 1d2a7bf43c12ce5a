"""
The runs that have not started, and will not by themselves.

Source: https://docs.github.com/en/rest/actions/workflow-runs, `GET …/actions/runs`
"""

from verifier.github.api import Api
from verifier.github.json_shapes import all_texts, listed, time
from verifier.github.side_by_side import side_by_side
from verifier.model.workflow import WaitingRun

_ACTIONS = "Actions: read"
_PURPOSE = "read the runs that wait"
_FOR_AN_APPROVAL, _FOR_ANOTHER_RUN = "waiting", "pending"


def read_waiting_runs(api: Api) -> tuple[WaitingRun, ...]:
    """
    Return the runs that wait for an approval or for another run, of any workflow.

    Raises:
        ProviderError: GitHub did not give them, or one without its workflow.
    """
    read = side_by_side(lambda status: _runs(api, status), [_FOR_AN_APPROVAL, _FOR_ANOTHER_RUN])
    return tuple(run for runs in read for run in runs)


def _runs(api: Api, status: str) -> list[WaitingRun]:
    answer = api.get("/actions/runs", _ACTIONS, status=status, per_page="100")
    runs = listed(answer, "workflow_runs", _PURPOSE)
    paths = all_texts(runs, "path", _PURPOSE)
    return [
        WaitingRun(
            path.partition("@")[0],
            time(run.get("created_at")),
            str(run.get("html_url") or ""),
            status == _FOR_ANOTHER_RUN,
        )
        for path, run in zip(paths, runs, strict=True)
    ]
