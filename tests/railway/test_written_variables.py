"""Variables as they are written at Railway: which have a value of their own."""

import httpx
import pytest

from tests.builders import START
from tests.railway.answering import SCOPE, AnsweringRailway
from verifier.decide.questions.service_drift import service_drift
from verifier.model.service_settings import WantedService
from verifier.railway.environment import read_environment


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ({"A": "x", "B": "${{Redis.REDIS_URL}}", "C": "redis://${{Redis.HOST}}:1", "D": ""}, {"A"}),
        (None, set()),
        ("odd", set()),
    ],
    ids=["told", "not-told", "malformed"],
)
def test_a_variable_without_a_reference_has_a_value_of_its_own(written, own):
    shown = AnsweringRailway()
    shown.written = written

    found = read_environment(shown.transport(), SCOPE, ["api"]).services["api"]

    assert found.written_out == own


REFERRED = {
    "APP_ENV": "${{ shared.APP_ENV }}",
    "REDIS_URL": "redis://${{Redis.HOST}}:${{Redis.PORT}}",
}


def test_references_are_read_with_what_the_running_deployment_was_started_with():
    shown = AnsweringRailway()
    shown.written = {**REFERRED, "OWN": "${{APP_ENV}}", "PLAIN": "x", "ODD": None}

    found = read_environment(shown.transport(), SCOPE, ["api"]).services["api"]

    assert found.references == {
        "APP_ENV": ("shared.APP_ENV",),
        "REDIS_URL": ("Redis.HOST", "Redis.PORT"),
    }
    assert found.started_with["APP_ENV"] == "production"
    assert shown.asked.count("DeploymentVariables") == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            {"data": {"s0": None}},
            "keeps no snapshot",
        ),
        ({"errors": [{"message": "Not Authorized"}]}, "what deployments were started with"),
    ],
    ids=["not-kept", "refused"],
)
def test_a_start_that_railway_does_not_give_is_not_read(answer, reason):
    shown = AnsweringRailway()
    shown.written = REFERRED
    shown.break_operation("DeploymentVariables", lambda _: httpx.Response(200, json=answer), 1)

    found = read_environment(shown.transport(), SCOPE, ["api"]).services["api"]

    assert reason in found.started_with.reason


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("production", []),
        ("", ["${{shared.APP_ENV}} gives nothing"]),
        ("dev", ["${{shared.APP_ENV}} has changed since the running deployment was started"]),
    ],
    ids=["resolved", "missing", "changed"],
)
def test_a_reference_from_railways_answer_to_what_is_told(now, told):
    shown = AnsweringRailway()
    shown.written = {"APP_ENV": "${{ shared.APP_ENV }}"}
    given = {**shown.data("AuditedServices", {}), "s0": {"APP_ENV": now}}
    answer = httpx.Response(200, json={"data": given})
    shown.break_operation("AuditedServices", lambda _: answer, 1)
    found = read_environment(shown.transport(), SCOPE, ["api"])

    rows = service_drift([WantedService("api")], found, START)

    assert [row.actual for row in rows if "variable" in row.setting] == told


def test_without_a_reference_no_start_is_read():
    shown = AnsweringRailway()
    shown.written = {"A": "x"}

    read_environment(shown.transport(), SCOPE, ["api"])

    assert "DeploymentVariables" not in shown.asked
