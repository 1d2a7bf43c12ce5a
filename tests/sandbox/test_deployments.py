"""What the sandbox's Railway offers to go back to: what has served, and has an image still."""

import pytest

from verifier.sandbox.railway.deployments import PlatformService, SandboxDeployment
from verifier.sandbox.scenarios.scenario import SandboxService


@pytest.mark.parametrize(
    ("status", "digest", "expected"),
    [
        pytest.param("SUCCESS", "sha256:a", True, id="serves"),
        pytest.param("REMOVED", "sha256:a", True, id="has-served"),
        pytest.param("REMOVED", "", False, id="called-off-before-it-was-built"),
        pytest.param("FAILED", "sha256:a", False, id="never-served"),
        pytest.param("DEPLOYING", "sha256:a", False, id="on-its-way"),
    ],
)
def test_what_can_be_gone_back_to(status, digest, expected):
    service = PlatformService("api", SandboxService(run_mode="api"))
    deployment = SandboxDeployment(service, "a" * 40, {}, "deploy", status=status, digest=digest)
    deployment.address.close()

    assert deployment.can_rollback is expected
