"""Objects of the sandbox in the shapes of Railway's schema."""

from collections.abc import Sequence

from verifier.sandbox.github.server import NAME
from verifier.sandbox.railway.deployments import PlatformService, SandboxDeployment

_JsonObject = dict[str, object]


def meta(deployment: SandboxDeployment) -> _JsonObject:
    """Half filled while it is being built, as Railway's is."""
    meta: _JsonObject = {
        "repo": NAME,
        "branch": "main",
        "commitHash": deployment.sha,
        "reason": deployment.reason,
    }
    if deployment.skipped_reason:
        meta["skippedReason"] = deployment.skipped_reason
    if deployment.digest:
        meta["imageDigest"] = deployment.digest
        regions = {"local1": {"numReplicas": deployment.service.spec.replicas}}
        meta["serviceManifest"] = {
            "build": {},
            "deploy": {
                "healthcheckPath": deployment.service.spec.healthcheck,
                "multiRegionConfig": regions,
            },
        }
    return meta


def instance(service: PlatformService) -> _JsonObject:
    """Return the settings of a `ServiceInstance`."""
    own = [{"domain": f"127.0.0.1:{service.public_port}"}] if service.public_port else []
    return {
        "id": service.id,
        "serviceId": service.id,
        "numReplicas": service.spec.replicas,
        "region": "local1",
        "sleepApplication": False,
        "cronSchedule": None,
        "healthcheckPath": "/health",
        "restartPolicyType": "ON_FAILURE",
        "edgeConfig": None,
        "overlapSeconds": 0,
        "drainingSeconds": 0,
        "domains": {"serviceDomains": own, "customDomains": []},
    }


def log_line(text: str, deployment: SandboxDeployment) -> _JsonObject:
    """Return a row of `Log`."""
    return {
        "message": text,
        "severity": "error" if "error" in text.casefold() else "info",
        "timestamp": deployment.updated_at.isoformat(),
    }


def connection(
    items: Sequence[object], first: object = None, after: object = None, **_: object
) -> _JsonObject:
    """Return a page of a list, its cursors being positions."""
    start = int(after) + 1 if isinstance(after, str) else 0
    count = first if isinstance(first, int) else len(items)
    page = items[start : start + count]
    return {
        "edges": [{"cursor": str(start + n), "node": item} for n, item in enumerate(page)],
        "pageInfo": {
            "hasNextPage": start + len(page) < len(items),
            "endCursor": str(start + len(page) - 1),
        },
    }
