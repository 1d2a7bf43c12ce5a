"""What is proposed for services of all sorts, and whether it can be read back."""

import pytest
import yaml

from verifier.config.settings import load_settings
from verifier.decide.first_config import Seen, configuration, propose, role_of

HOSTILE = 'a\'b: {c}\n#d "e"'


@pytest.mark.parametrize(
    ("name", "variables", "role"),
    [
        ("julia-api", {}, "api"),
        ("web", {}, "api"),
        ("x", {"RUN_MODE": "scheduler"}, "scheduler"),
        ("nightly-cron", {}, "scheduler"),
        ("queue", {}, "worker"),
        ("thing", {}, ""),
    ],
)
def test_roles(name, variables, role):
    assert role_of(name, variables) == role


def test_whatever_things_are_called_is_data():
    seen = Seen(HOSTILE, HOSTILE, {HOSTILE: {"RUN_MODE": HOSTILE}}, "", (HOSTILE,))

    read = yaml.safe_load(configuration(seen))

    called = HOSTILE.replace("\n", " ")
    assert read["railway"]["project"] == called
    assert read["services"] == {called: {"run-mode": called}}
    assert read["protection"]["checks"] == [called]


def test_databases_are_no_services_of_ours():
    seen = Seen("p", "e", {"api": {}, "Postgres": {}, "redis-cache": {}}, "", ())

    assert list(yaml.safe_load(configuration(seen))["services"]) == ["api"]


def test_without_migrations_there_is_no_preflight():
    files = propose(Seen("p", "e", {"api": {}}, "", ()), "o/r@c").files

    assert not any("preflight" in name for name in files)


DOMAIN = {"RAILWAY_PUBLIC_DOMAIN": "x.up.railway.app"}


@pytest.mark.parametrize(
    ("services", "asks", "expected"),
    [
        pytest.param({"api": {}, "jobs": {}}, True, {"api": {"role": "api"}}, id="one-api"),
        pytest.param(
            {"api": DOMAIN, "web": {}},
            False,
            {"api": {"role": "api", "url": "https://x.up.railway.app"}, "web": {}},
            id="two-apis-one-of-them-public",
        ),
        pytest.param(
            {"thing": DOMAIN, "other": {}},
            False,
            {"thing": {"url": "https://x.up.railway.app"}, "other": {}},
            id="no-api",
        ),
    ],
)
def test_every_service_that_has_an_address_is_asked(services, asks, expected, tmp_path):
    proposal = propose(Seen("p", "e", services, "", ()), "o/r@c")
    path = tmp_path / "verifier.yml"
    path.write_text(proposal.files[".github/verifier.yml"])
    environ = {"RAILWAY_TOKEN": "t"} | ({"RAILWAY_APP_URL": "https://a.test"} if asks else {})

    read = yaml.safe_load(path.read_text())["services"]

    assert load_settings(path, environ)
    assert any("RAILWAY_APP_URL" in line for line in proposal.to_set) is asks
    assert expected.items() <= {name: said or {} for name, said in read.items()}.items()
