"""Ending a deployment that is on its way, over the real client."""

import time

import pytest

from verifier.errors import ConfigError, UnknownOutcomeError
from verifier.guarded import web
from verifier.model.deployment import DeploymentStatus, Service
from verifier.railway.client import RailwayClient
from verifier.railway.token_scope import token_scope
from verifier.railway.transport import Transport


@pytest.fixture
def railway(town):
    with web.open_client({"Project-Access-Token": town.account.token}) as http:
        transport = Transport(http, f"{town.api.url}/graphql/v2")
        scope = token_scope(transport)
        services = [Service(name, id_) for name, id_ in scope.service_ids.items()]
        yield RailwayClient(transport, scope, services)


@pytest.mark.slow
def test_a_deployment_on_its_way_is_ended_and_never_serves(town, railway):
    before = {name: state.active for name, state in railway.fleet().items()}

    ids = town.push("good")
    for id_ in ids.values():
        railway.cancel(id_)
    time.sleep(3)
    shown = railway.fleet()

    statuses = {name: shown[name].find(id_).status for name, id_ in ids.items()}
    assert set(statuses.values()) == {DeploymentStatus.REMOVED}
    assert {name: state.active for name, state in shown.items()} == before


@pytest.mark.slow
def test_what_serves_is_not_cancelled(railway):
    name, state = next(iter(railway.fleet().items()))

    with pytest.raises(UnknownOutcomeError, match="Problem processing request"):
        railway.cancel(state.active[0])

    assert railway.states([name])[name].active == state.active


@pytest.mark.slow
def test_the_owner_of_a_deployment_is_checked(railway):
    fleet = railway.fleet()
    one, other = list(fleet)[:2]

    railway.check_owner(one, fleet[one].active[0])
    with pytest.raises(ConfigError, match=f"is one of {other}, not of {one}"):
        railway.check_owner(one, fleet[other].active[0])
