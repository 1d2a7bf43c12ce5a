"""The sandbox knows Railway's statuses by itself; both lists are the same."""

from verifier.model.deployment import DeploymentStatus
from verifier.sandbox.railway import cancel


def test_the_sandbox_calls_off_what_is_on_its_way():
    under_way = {status.value for status in DeploymentStatus if status.is_under_way}

    # What Railway has no word for yet is no status of the sandbox.
    assert set(cancel._ON_ITS_WAY) == under_way - {DeploymentStatus.UNKNOWN.value}
