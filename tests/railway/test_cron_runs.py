"""The runs of a cron service, as an audit reads them beside its settings."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.railway.answering import SCOPE, AnsweringRailway
from verifier.model.finding import Unobserved
from verifier.model.service_settings import CronRun
from verifier.railway.environment import read_environment

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RUNS = (CronRun(NOON, "RUNNING"), CronRun(NOON.replace(hour=11), "EXITED"))


@pytest.mark.parametrize(
    ("cron", "broken", "runs"),
    [
        pytest.param("0 * * * *", {}, RUNS, id="newest-first"),
        pytest.param(None, {}, (), id="no-cron-service"),
        pytest.param(
            "0 * * * *", {"CronRuns": lambda _: httpx.Response(502)}, Unobserved, id="unread"
        ),
    ],
)
def test_runs_are_read_of_cron_services_alone(cron, broken, runs):
    shown = AnsweringRailway(broken=broken)
    settings = shown._settings()
    settings["serviceInstances"]["edges"][0]["node"]["cronSchedule"] = cron
    shown._settings = lambda: settings

    found = read_environment(shown.transport(), SCOPE, ["api"]).services["api"].cron_runs

    assert isinstance(found, Unobserved) if runs is Unobserved else found == runs
    assert ("CronRuns" in shown.asked) is bool(cron)
