"""What is secret is sent to the service's own domains, and to nobody else."""

from datetime import UTC, datetime

import httpx
import pytest

from verifier.guarded.probe import IdentityPaths, Prober
from verifier.model.evidence import Endpoint
from verifier.model.secret import Secret


@pytest.mark.parametrize(
    ("url", "domains", "token"),
    [
        pytest.param("https://api.test/health", ["api.test"], "hush", id="of-all"),
        pytest.param("https://admin.test/health", ["admin.test"], "own", id="its-own"),
        pytest.param("https://Admin.test/health", ["admin.test"], "own", id="in-capitals"),
        pytest.param("https://open.test/health", ["open.test"], None, id="none-of-its-own"),
        pytest.param("https://admin.test/health", ["api.test"], None, id="not-its-domain"),
    ],
)
def test_a_service_has_headers_of_its_own(url, domains, token):
    sent = []

    def answer(request):
        sent.append(request.headers.get("X-Token"))
        return httpx.Response(200, json={"status": "ok"})

    own = {"admin.test": {"X-Token": Secret("own")}, "open.test": {}}
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        places, headers = IdentityPaths((), ()), {"X-Token": Secret("hush")}
        prober = Prober(http, places, lambda: datetime.now(UTC), headers, own)
        prober.probe(Endpoint.LIVE, url, domains)

    assert sent == [token]


@pytest.mark.parametrize(
    ("url", "domains", "is_sent"),
    [
        pytest.param("https://api.test/health", ["api.test"], True, id="own"),
        pytest.param("https://API.test:443/health", ["api.test"], True, id="own-with-its-port"),
        pytest.param("http://127.0.0.1:81/health", ["127.0.0.1:81"], True, id="this-machine"),
        pytest.param("http://api.test/health", ["api.test"], False, id="not-encrypted"),
        pytest.param("https://staging.test/health", ["api.test"], False, id="another-host"),
        pytest.param("https://api.test.evil.test/x", ["api.test"], False, id="own-as-a-part"),
        pytest.param("https://api.test@evil.test/x", ["api.test"], False, id="own-as-a-user"),
        pytest.param("https://api.test:8443/health", ["api.test"], False, id="another-port"),
        pytest.param("https://api.test/health", [], False, id="domains-not-known"),
    ],
)
def test_to_whom_it_is_sent(url, domains, is_sent):
    sent = []

    def answer(request):
        sent.append(request.headers.get("X-Token"))
        return httpx.Response(200, json={"status": "ok"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        headers = {"X-Token": Secret("hush")}
        prober = Prober(http, IdentityPaths((), ()), lambda: datetime.now(UTC), headers)
        prober.probe(Endpoint.LIVE, url, domains)

    assert sent == ["hush" if is_sent else None]
