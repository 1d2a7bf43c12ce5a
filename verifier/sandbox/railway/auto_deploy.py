"""Auto-deploy of the services."""

from collections.abc import Mapping

from graphql import GraphQLError

from verifier.sandbox.railway.deployments import PlatformService
from verifier.sandbox.scenarios.scenario import Faults

_JsonObject = dict[str, object]


def auto_deploy_status(service: PlatformService) -> _JsonObject:
    """Return a `ServiceInstanceAutoDeployStatus`."""
    return {"enabled": service.auto_deploy, "canEnable": True, "reason": None}


def set_auto_deploy(
    service: PlatformService, wanted: Mapping[str, object], faults: Faults
) -> _JsonObject:
    """
    Switch it as the input says.

    Raises:
        GraphQLError: this token may not.
    """
    if faults.auto_deploy == "refused":
        raise GraphQLError("Not Authorized")
    service.auto_deploy = wanted.get("enabled") is True
    return {"enabled": service.auto_deploy}
