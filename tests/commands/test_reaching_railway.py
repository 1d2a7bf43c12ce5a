"""Nobody waits in silence for a Railway that does not answer; it is the one that is configured."""

import pytest

from tests.commands.script import FakeClock
from tests.config.test_settings import load  # noqa: F401
from tests.railway.answering import AnsweringRailway
from verifier.errors import ConfigError, UnreachableError
from verifier.wiring import railway_environment


def test_each_attempt_that_failed_is_told(monkeypatch):
    def fail(*_):
        raise UnreachableError("no connection")

    class Settings:
        railway_headers = {}  # noqa: RUF012
        railway_url = "https://railway.test"

    told = []
    monkeypatch.setattr(railway_environment, "_find_scope", fail)
    monkeypatch.setattr(railway_environment, "SystemClock", FakeClock)

    with pytest.raises(UnreachableError):
        railway_environment.find_environment(Settings(), 5.0, told.append)

    assert told[0] == "no connection; asking again in 0.5 s, for 5 s at most"
    assert len(told) >= 2


#: The token is for the environment "production", whose id is "e", of "acme", whose id is "p".
PLACES = [
    ("acme", "production", ""),
    ("p", "production", ""),
    ("acme", "e", ""),
    ("p", "e", ""),
    (None, "e", ""),
    ("e", "e", "railway.project is e"),
    ("production", "production", "railway.project is production"),
    ("acme", "p", "railway.environment is p"),
    ("acme", "acme", "railway.environment is acme"),
    (None, "staging", "railway.environment is staging"),
]


@pytest.mark.parametrize(("project", "environment", "told"), PLACES)
def test_the_token_is_for_the_configured_place(load, project, environment, told):  # noqa: F811
    named = f"project: {project}, " if project else ""
    text = (
        f"version: 1\nrailway: {{ {named}environment: {environment} }}\nservices: {{ api: {{}} }}\n"
    )
    settings, transport = load(text), AnsweringRailway().transport()

    if told:
        with pytest.raises(ConfigError, match=told):
            railway_environment._find_scope(settings, transport)
    else:
        assert railway_environment._find_scope(settings, transport).environment_id == "e"
