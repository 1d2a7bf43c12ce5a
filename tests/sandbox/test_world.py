"""What a sandbox says where several parts of it cannot start at once."""

import subprocess
from contextlib import closing

import pytest

from verifier.errors import VerifierError
from verifier.sandbox import world
from verifier.sandbox.host.start_error import could_not_start
from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario

FULL = "initdb failed: initdb: error: could not write: No space left on device"


class EndingKeeper:
    """A keeper whose PostgreSQL may not have started: then it took the folder away."""

    why = ""

    def __init__(self):
        self.folder = SCENARIOS / "gone"

    def begin_postgres(self):
        pass

    def postgres_url(self):
        if self.why:
            raise could_not_start(self.why)
        return "postgresql://"

    def finish(self):
        pass


@pytest.mark.parametrize(
    ("why", "told"),
    [
        pytest.param(FULL, FULL, id="postgresql-did-not-start"),
        pytest.param("", "git failed: fatal: could not parse HEAD", id="it-did"),
    ],
)
def test_a_folder_that_went_with_postgresql_is_not_the_reason(monkeypatch, why, told):
    def break_off(*_):
        raise subprocess.CalledProcessError(128, ["git"], b"", b"fatal: could not parse HEAD\n")

    monkeypatch.setattr(EndingKeeper, "why", why)
    monkeypatch.setattr(world, "Keeper", EndingKeeper)
    monkeypatch.setattr(world, "create_repository", break_off)

    sandbox = world.Sandbox(read_scenario(SCENARIOS / "demo.yml"))
    with closing(sandbox._loop), pytest.raises(VerifierError) as raised, sandbox:
        pass

    assert raised.value.message.endswith(told)
