"""Services at Railway against the configuration, a row a difference."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from verifier.decide.questions.service_drift import service_drift
from verifier.model.finding import Unobserved
from verifier.model.service_settings import (
    DeployTrigger,
    ObservedEnvironment,
    ObservedService,
    WantedService,
)

TRIGGER = DeployTrigger("acme/shop", "main", waits_for_ci=True)
FOUND = ObservedService(
    name="scheduler",
    replicas_by_region={"us-west": 1},
    sleeps=False,
    cron="",
    restart="ON_FAILURE",
    health_path="/health",
    config_file="",
    trigger=TRIGGER,
    auto_deploys=True,
    under_attack_until=None,
    variables={"RUN_MODE": "scheduler", "APP_ENV": "production"},
)
WANTED = WantedService("scheduler", "scheduler", 1, values={"APP_ENV": "production"})


def drift(wanted=None, found=None, changes=0, now=START):
    observed = ObservedEnvironment(
        "production", changes, {"scheduler": replace(FOUND, **(found or {}))}
    )
    return {
        row.setting.removeprefix("service: scheduler: "): row.severity
        for row in service_drift([replace(WANTED, **(wanted or {}))], observed, now)
    }


@pytest.mark.parametrize(
    ("wanted", "found", "told"),
    [
        pytest.param({}, {}, {}, id="as-configured"),
        pytest.param({}, {"replicas_by_region": {"a": 2}}, {"replicas": "fail"}, id="two-run"),
        pytest.param(
            {}, {"replicas_by_region": {"a": 1, "b": 1}}, {"replicas": "fail"}, id="one-in-each"
        ),
        pytest.param({}, {"replicas_by_region": {}}, {"replicas": "fail"}, id="none-runs"),
        pytest.param(
            {}, {"replicas_by_region": {"a": 1, "b": 0}}, {}, id="a-region-that-is-switched-off"
        ),
        pytest.param(
            {},
            {"variables": {"RUN_MODE": "worker", "APP_ENV": "production"}},
            {"RUN_MODE": "fail"},
            id="wrong-mode",
        ),
        pytest.param(
            {},
            {"variables": {"RUN_MODE": "scheduler", "APP_ENV": "staging"}},
            {"variable APP_ENV": "critical"},
            id="another-environment",
        ),
        pytest.param(
            {"variables": ("REDIS_URL",)}, {}, {"variable REDIS_URL": "fail"}, id="variable-missing"
        ),
        pytest.param({}, {"variables": None}, {"variables": "inconclusive"}, id="unread"),
        pytest.param({"sleeps": False}, {"sleeps": True}, {"sleep": "fail"}, id="sleeps"),
        pytest.param({"cron": "0 * * * *"}, {}, {"cron": "fail"}, id="no-cron"),
        pytest.param({"restart": "ALWAYS"}, {}, {"restart policy": "fail"}, id="restart"),
        pytest.param({"health_path": "/ok"}, {}, {"health-check path": "fail"}, id="health-path"),
        pytest.param({"branch": "prod"}, {}, {"source branch": "fail"}, id="branch"),
        pytest.param({"waits_for_ci": True}, {"trigger": None}, {"wait for CI": "fail"}, id="ci"),
        pytest.param(
            {"auto_deploys": True}, {"auto_deploys": False}, {"auto-deploy": "fail"}, id="held"
        ),
        pytest.param(
            {"auto_deploys": True}, {"auto_deploys": None}, {"auto-deploy": "inconclusive"}, id="?"
        ),
        pytest.param(
            {},
            {"under_attack_until": START + timedelta(hours=1)},
            {"under-attack mode": "warn"},
            id="under-attack",
        ),
        pytest.param(
            {}, {"under_attack_until": START - timedelta(hours=1)}, {}, id="attack-is-over"
        ),
    ],
)
def test_a_service(wanted, found, told):
    assert drift(wanted, found) == told


@pytest.mark.parametrize(("day", "severity"), [("2026-11-30", "warn"), ("2026-12-01", "fail")])
def test_a_config_file_that_railway_stops_reading(day, severity):
    now = START.fromisoformat(f"{day}T12:00:00+00:00")

    assert drift(found={"config_file": "railway.json"}, now=now) == {"config file": severity}


def test_staged_changes_are_told():
    assert drift(changes=3) == {"service: staged changes": "warn"}


@pytest.mark.parametrize(
    ("observed", "severity"),
    [
        pytest.param(ObservedEnvironment("production", 0, {}), "fail", id="not-there"),
        pytest.param(Unobserved("HTTP 503"), "inconclusive", id="unread"),
    ],
)
def test_a_service_that_was_not_seen(observed, severity):
    assert [row.severity for row in service_drift([WANTED], observed, START)] == [severity]
