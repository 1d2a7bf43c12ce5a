"""The TCP proxies of services, as an audit reads them."""

import httpx
import pytest

from tests.railway.answering import SCOPE, AnsweringRailway
from verifier.model.finding import Hidden, Unobserved
from verifier.railway.environment import read_environment

DENIED = httpx.Response(200, json={"errors": [{"message": "Not Authorized"}]})


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        pytest.param({}, ("roundhouse.proxy.rlwy.net:11105",), id="one-that-is-not-deleted"),
        pytest.param({"TcpProxies": lambda _: httpx.Response(502)}, Unobserved, id="unread"),
        pytest.param({"TcpProxies": lambda _: DENIED}, Hidden, id="hidden"),
    ],
)
def test_what_was_not_read_hides_nothing_else(broken, found):
    railway = AnsweringRailway(broken=broken)

    service = read_environment(railway.transport(), SCOPE, ["api"]).services["api"]

    if isinstance(found, type):
        assert type(service.tcp_addresses) is found
    else:
        assert service.tcp_addresses == found
    assert service.variables is not None
