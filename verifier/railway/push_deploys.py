"""Whether a push deploys a service, and the switch for it."""

from verifier.errors import UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.model.platform import AutoDeploy
from verifier.railway import operations
from verifier.railway.answer import odd_value
from verifier.railway.transport import Transport


def read_auto_deploy(
    transport: Transport, scope: Scope, service: str, limit_s: float
) -> AutoDeploy:
    """Return whether a push deploys a service."""
    data = transport.read(
        "read auto-deploy",
        operations.AUTO_DEPLOY,
        _ids(scope, service),
        limit_s=limit_s,
    )
    match data.get("serviceInstanceAutoDeployStatus"):
        case {"enabled": bool(enabled), **rest}:
            reason = rest.get("reason")
            return AutoDeploy(enabled, reason if isinstance(reason, str) else "")
        case _:
            raise UnexpectedAnswerError("Railway's auto-deploy status is malformed")


def switch_auto_deploy(
    transport: Transport, scope: Scope, service: str, *, enabled: bool, limit_s: float
) -> None:
    """
    Ask Railway once that pushes deploy a service, or do not. Read afterwards what came of it.

    Raises:
        As `RailwayClient.roll_back`.
    """
    purpose = "switch auto-deploy"
    asked = {**_ids(scope, service), "enabled": enabled}
    data = transport.write(purpose, operations.SET_AUTO_DEPLOY, asked, limit_s=limit_s)
    match data.get("serviceInstanceAutoDeployUpdate"):
        case {"enabled": bool(shown)} if shown is enabled:
            return
        case other:
            raise odd_value(purpose, other)


def _ids(scope: Scope, service: str) -> dict[str, str]:
    return {
        "project": scope.project_id,
        "environment": scope.environment_id,
        "service": scope.service_ids[service],
    }
