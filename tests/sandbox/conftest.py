"""A sandbox that the tests of one process share: starting one takes seconds."""

from pathlib import Path

import pytest

from tests.sandbox.runs import environ, is_calm, verifier, wait_until_calm
from verifier.sandbox.scenarios.scenario import read_scenario
from verifier.sandbox.world import Sandbox


@pytest.fixture(scope="session")
def running():
    with Sandbox(read_scenario(Path(__file__).parent / "town.yml")) as sandbox:
        # The first command is slow to start, the later ones are not.
        verifier("--version", env=environ(sandbox), cwd=sandbox.repository.folder)
        yield sandbox


@pytest.fixture
def town(running):
    """A sandbox in which a good commit serves, with no past, and nothing is on its way."""
    for service in running.account.services.values():
        service.auto_deploy = True
    if is_calm(running, "first"):
        running.repository.check_out("first")
    else:
        running.push("first")
    wait_until_calm(running, "first")
    running.call(lambda: forget_the_past(running))
    running.api.requests.clear()
    running.github.forget()
    running.api.news.fault, running.api.news.told = "works", 0
    return running


def forget_the_past(sandbox):
    """What another test rolled back from says nothing of the commits of this one."""
    for service in sandbox.account.services.values():
        del service.deployments[:-1]
