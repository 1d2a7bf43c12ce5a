"""The runs of a service that Railway starts by the clock."""

from verifier.errors import UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.model.service_settings import CronRun
from verifier.railway import operations
from verifier.railway.parse import nodes, time_of
from verifier.railway.transport import Transport

_MOST = 20


def read_cron_runs(transport: Transport, scope: Scope, service: str) -> tuple[CronRun, ...]:
    """
    Return the latest runs of a service, newest first.

    Raises:
        ProviderError: Railway did not give them.
    """
    data = transport.read(
        f"read the runs of {service}",
        operations.CRON_RUNS,
        {
            "environment": scope.environment_id,
            "service": scope.service_ids[service],
            "first": _MOST,
        },
    )
    runs: list[CronRun] = []
    for row in nodes(data.get("deploymentInstanceExecutions"), "runs"):
        match row:
            case {"createdAt": str(started_at), "status": str(status)}:
                runs.append(CronRun(time_of(started_at), status))
            case _:
                raise UnexpectedAnswerError("a run of Railway's has no time or status")
    return tuple(sorted(runs, key=lambda run: run.started_at, reverse=True))
