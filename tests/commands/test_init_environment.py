"""What `verifier init` learns of services by Railway, and by its configuration in a folder."""

import httpx
import pytest

from tests.railway.answering import SCOPE, AnsweringRailway
from verifier.wiring.init import ProjectFolder, TokenEnvironment


@pytest.mark.parametrize(
    ("app_url", "expected"),
    [
        pytest.param("", "https://api.test", id="of-railway"),
        pytest.param("http://api.test", "http://api.test", id="of-a-person"),
        pytest.param("https://elsewhere.test", "https://api.test", id="of-another-service"),
    ],
)
def test_a_service_has_the_address_and_the_health_check_that_it_has_at_railway(app_url, expected):
    railway = AnsweringRailway()
    with httpx.Client() as http:
        place = TokenEnvironment(SCOPE, railway.client(), railway.transport(), http, app_url)
        served = place.served()

    assert {"api": (expected, "/")} == {
        name: (service.url, service.health_path) for name, service in served.items()
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"railway.json": '{"deploy": {"healthcheckPath": "/up"}}'}, "/up", id="json"),
        pytest.param({"railway.toml": '[deploy]\nhealthcheckPath = "/up"'}, "/up", id="toml"),
        pytest.param(
            {"railway.json": "{", "railway.toml": '[deploy]\nhealthcheckPath = "/up"'},
            "/up",
            id="one-is-broken",
        ),
        pytest.param(
            {
                "railway.json": '{"deploy": {"healthcheckPath": "/first"}}',
                "railway.toml": '[deploy]\nhealthcheckPath = "/second"',
            },
            "/first",
            id="both",
        ),
        pytest.param({"railway.json": '{"deploy": {"healthcheckPath": 5}}'}, "", id="no-text"),
        pytest.param({"railway.json": '{"deploy": {"healthcheckPath": "up"}}'}, "", id="no-path"),
        pytest.param({"railway.json": "[" * 100_000}, "", id="deep"),
        pytest.param({"railway.json": "[]"}, "", id="no-object"),
        pytest.param({}, "", id="none"),
    ],
)
def test_the_health_check_of_a_folder_is_that_of_its_configuration(tmp_path, files, expected):
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")

    assert ProjectFolder(tmp_path).health_path() == expected
