"""Waiting by subscription, and what happens where there is none."""

import pytest

from tests.sandbox.runs import gate, rollbacks

pytestmark = pytest.mark.slow


@pytest.fixture
def slow(town):
    """The shared sandbox, whose builds take longer than a gate takes to start."""
    quick = town.platform.scenario
    timing = quick.timing.model_copy(update={"build": 6.0})
    town.platform.scenario = quick.model_copy(update={"timing": timing})
    yield town
    town.platform.scenario = quick


def test_news_end_the_wait_and_spare_requests(slow, tmp_path):
    town = slow
    town.push("good")

    run = gate(town, "good", tmp_path)

    assert (run.code, town.api.news.told > 0) == (0, True)
    while_it_waited = town.api.requests[: town.api.requests.index("DeploymentVariables")]
    assert len(while_it_waited) <= 5, while_it_waited


@pytest.mark.parametrize("fault", ["refused", "silent", "cut"])
def test_without_news_the_gate_asks(slow, tmp_path, fault):
    town = slow
    town.api.news.fault = fault
    town.push("good")

    run = gate(town, "good", tmp_path)

    assert (run.code, run.report["verdict"], rollbacks(town)) == (0, "passed", 0)


def test_a_bad_commit_is_undone_without_news_too(town, tmp_path):
    town.api.news.fault = "refused"
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, rollbacks(town)) == (1, 2)
