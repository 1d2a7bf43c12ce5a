"""What a gate's family of commands is given: that it is what the file and the call say."""

from dataclasses import replace

import httpx
import pytest

from tests.config.test_settings import ENVIRON, load  # noqa: F401
from tests.railway.answering import SCOPE, AnsweringRailway
from verifier.decide.gate.arrival import Wanted
from verifier.errors import ConfigError
from verifier.model.evidence import Endpoint
from verifier.model.verdict import RollbackMode
from verifier.wiring import connect
from verifier.wiring.drill import open_drill
from verifier.wiring.gate_session import open_session

TWO = "version: 1\nservices: { api: { role: api }, worker: { role: worker } }\n"
BOTH = replace(SCOPE, service_ids={"api": "id-api", "worker": "id-worker"})
SCOPED = "version: 1\nrailway: {{ environment: {} }}\nservices: {{ api: {{ role: api }} }}\n"


@pytest.fixture(autouse=True)
def _railway(monkeypatch):
    there = AnsweringRailway().transport(), BOTH
    monkeypatch.setattr(connect, "find_environment", lambda *_: there)


@pytest.mark.parametrize("said", RollbackMode)
@pytest.mark.parametrize("mode", [None, *RollbackMode])
def test_the_mode_of_the_call_overrides_that_of_the_file(load, tmp_path, said, mode):  # noqa: F811
    settings = load(f"{TWO}gate: {{ rollback: '{said.value}' }}\n")

    with open_session("gate", settings, tmp_path, mode=mode) as session:
        assert session.task.policy.mode is (mode or said)


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        pytest.param(None, ["api", "worker"], id="without-ids-all"),
        pytest.param({"worker": "d1"}, ["worker"], id="those-that-are-named"),
        pytest.param({}, [], id="none-of-an-empty-list"),
    ],
)
def test_the_services_are_those_that_are_wanted_by_id(load, tmp_path, ids, names):  # noqa: F811
    with open_session("gate", load(TWO), tmp_path, Wanted(ids=ids)) as session:
        assert [service.name for service in session.services] == names
        assert session.task.wanted.ids == ids


@pytest.mark.parametrize(
    ("configured", "confirmed", "is_elsewhere"),
    [
        pytest.param("staging", "", True, id="another-one"),
        pytest.param("production", "production", False, id="its-name"),
        pytest.param("PRODUCTION", "production", False, id="its-name-in-other-letters"),
        pytest.param("e", "production", False, id="its-id"),
        pytest.param("production", "", None, id="unconfirmed"),
        pytest.param("PRODUCTION", "", None, id="unconfirmed-in-other-letters"),
        pytest.param("e", "", None, id="its-id-unconfirmed"),
        pytest.param("production", "yes", None, id="confirmed-by-another-word"),
        pytest.param("production", "staging", None, id="confirmed-by-another-name"),
    ],
)
def test_a_drill_of_the_configured_environment_is_confirmed_by_its_name(
    load,  # noqa: F811
    tmp_path,
    configured,
    confirmed,
    is_elsewhere,
):
    settings = load(SCOPED.format(configured))
    if is_elsewhere is None:
        with (
            pytest.raises(ConfigError, match="is the configured environment"),
            open_drill(settings, tmp_path, "production", confirmed),
        ):
            pass
        return
    with open_drill(settings, tmp_path, "production", confirmed) as (session, drill):
        assert session.scope is BOTH
        assert drill._is_elsewhere is is_elsewhere


ADMIN = """\
version: 1
services:
  api: { role: api, url: "https://api.test" }
  worker:
    { role: worker, url: "https://Worker.test", health: { headers: { X: "env:HEALTH_B" } } }
health: { headers: { X: "env:HEALTH_A" } }
"""


def test_a_host_is_sent_the_headers_of_its_own_service(load, tmp_path, monkeypatch):  # noqa: F811
    sent = {}

    def answer(request):
        sent[request.url.host] = request.headers.get("X")
        return httpx.Response(200, json={})

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(connect.web, "open_client", lambda *_: client)
    settings = load(ADMIN, {**ENVIRON, "HEALTH_A": "of-all", "HEALTH_B": "its-own"})

    with open_session("gate", settings, tmp_path) as session:
        for host in ("api.test", "worker.test", "elsewhere.test"):
            url = f"https://{host}/up"
            session.world._sources.prober.probe(Endpoint.LIVE, url, ["api.test", "worker.test"])

    assert sent == {"api.test": "of-all", "worker.test": "its-own", "elsewhere.test": None}
