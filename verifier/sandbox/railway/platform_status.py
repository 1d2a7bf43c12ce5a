"""What the platform says of itself."""

from verifier.sandbox.scenarios.scenario import Faults


def platform_status(faults: Faults) -> dict[str, object]:
    """Return a `PlatformStatus`."""
    url = "https://status.railway.com"
    incident = {"message": faults.platform, "status": "INVESTIGATING", "url": url}
    return {"isStable": not faults.platform, "incident": incident if faults.platform else None}
