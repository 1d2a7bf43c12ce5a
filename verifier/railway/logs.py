"""What Railway has written down of a deployment: its logs, and which requests it served."""

from collections.abc import Sequence

from verifier.model.background import LogLine
from verifier.railway import operations
from verifier.railway.parse import parse_log, parse_request_log
from verifier.railway.transport import Transport

_REQUEST_IDS = 20
_LINES = 300


def read_logged_requests(
    transport: Transport, deployment_id: str, request_ids: Sequence[str], limit_s: float
) -> frozenset[str]:
    """Return those of `request_ids` that Railway's log says this deployment served."""
    asked = [id_ for id_ in request_ids if id_.replace("-", "").replace("_", "").isalnum()]
    if not asked:
        return frozenset()
    data = transport.read(
        "read the request log",
        operations.REQUEST_LOG,
        {
            "id": deployment_id,
            "filter": " OR ".join(f"@requestId:{id_}" for id_ in asked[:_REQUEST_IDS]),
            "limit": 2 * _REQUEST_IDS,
        },
        limit_s=limit_s,
    )
    served = parse_request_log(data.get("httpLogs"), deployment_id)
    return served.intersection(asked)


def read_build_log(transport: Transport, deployment_id: str) -> tuple[LogLine, ...]:
    """Return the last lines of a deployment's build, oldest first. They may hold secrets."""
    asked = {"id": deployment_id, "limit": _LINES}
    data = transport.read("read the build log", operations.BUILD_LOG, asked)
    return parse_log(data.get("buildLogs"))


def read_deploy_log(transport: Transport, deployment_id: str) -> tuple[LogLine, ...]:
    """Return the last lines of a deployment's instances, oldest first. They may hold secrets."""
    asked = {"id": deployment_id, "limit": _LINES}
    data = transport.read("read the deploy log", operations.DEPLOY_LOG, asked)
    return parse_log(data.get("deploymentLogs"))
