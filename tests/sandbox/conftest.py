"""A sandbox that the tests of one process share: starting one takes seconds."""

import time
from pathlib import Path

import pytest

from tests.sandbox.runs import environ, verifier
from verifier.sandbox.scenario import read_scenario
from verifier.sandbox.world import Sandbox


@pytest.fixture(scope="session")
def running():
    with Sandbox(read_scenario(Path(__file__).parent / "town.yml")) as sandbox:
        # The first command is slow to start, the later ones are not.
        verifier("--version", env=environ(sandbox), cwd=sandbox.repository.folder)
        yield sandbox


@pytest.fixture
def town(running):
    """A sandbox in which a good commit serves and nothing is on its way."""
    for service in running.account.services.values():
        service.auto_deploy = True
    if running.call(lambda: _is_calm(running)):
        running.repository.check_out("first")
    else:
        running.push("first")
    deadline = time.monotonic() + 90
    while not running.call(lambda: _is_calm(running)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.api.requests.clear()
    running.forge.forget()
    running.api.news.fault, running.api.news.told = "works", 0
    return running


def _is_calm(sandbox):
    first = sandbox.repository.shas["first"]
    return all(
        service.active.sha == first
        and service.deployments[-1] is service.active
        and all(
            d.status not in ("QUEUED", "BUILDING", "DEPLOYING", "REMOVING")
            for d in service.deployments
        )
        for service in sandbox.account.services.values()
    )
