"""Gates in a row must not bring the sandbox to its limit of open files."""

import pytest

from tests.patience import remaining, until
from verifier.sandbox.railway.cancel import cancel

pytestmark = pytest.mark.slow


def ports_kept_for_nothing(town):
    """Ids of deployments that keep their port and serve no more."""

    def look():
        services = town.account.services.values()
        deployments = [d for service in services for d in service.deployments]
        live = [service.active.id for service in services]
        return [d.id for d in deployments if d.address.fileno() >= 0 and d.id not in live]

    return town.call(look)


def wait_until_none_is_kept(town):
    assert remaining(lambda: ports_kept_for_nothing(town)) == []


@pytest.mark.parametrize(
    "ends", ["broken-build", "exits", "untouched", "good", "missing-migration"]
)
def test_a_deployment_that_has_ended_keeps_no_socket(town, ends):
    town.push(ends)

    wait_until_none_is_kept(town)


@pytest.mark.parametrize("status", ["QUEUED", "BUILDING", "DEPLOYING"])
def test_a_cancelled_deployment_keeps_no_socket(town, status):
    def follow():
        found = [town.account.find(id_) for id_ in pushed]
        for deployment in found:
            if deployment.status == status:
                cancel(deployment)
        return all(deployment.status in ("REMOVED", "SUCCESS") for deployment in found)

    pushed = town.push("good").values()
    until(lambda: town.call(follow), every_s=0.005)

    wait_until_none_is_kept(town)
