"""Nobody waits in silence for a Railway that does not answer."""

import pytest

from tests.commands.script import FakeClock
from verifier.errors import UnreachableError
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
