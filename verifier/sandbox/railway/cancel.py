"""Calling off a deployment that does not serve yet."""

from graphql import GraphQLError

from verifier.sandbox.railway.deployments import SandboxDeployment

_ON_ITS_WAY = ("INITIALIZING", "QUEUED", "WAITING", "NEEDS_APPROVAL", "BUILDING", "DEPLOYING")


def cancel(deployment: SandboxDeployment) -> bool:
    """
    End a deployment on its way; what runs of it already is stopped by its own life.

    Raises:
        GraphQLError: it serves, or has ended.
    """
    if deployment.status not in _ON_ITS_WAY:
        raise GraphQLError("Problem processing request")
    deployment.become("REMOVED")
    return True
