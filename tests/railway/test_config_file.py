"""railway.json and railway.toml as Railway's reference has them."""

import json

import pytest

from verifier.model.railway_file import FileSettings
from verifier.railway.config_file import parse_railway_file

WHOLE = {
    "$schema": "https://railway.com/railway.schema.json",
    "build": {
        "builder": "DOCKERFILE",
        "dockerfilePath": "Dockerfile.api",
        "watchPatterns": ["/src/**"],
        "nixpacksPlan": {"phases": {"setup": {"nixPkgs": ["...", "ffmpeg"]}}},
        "railpackVersion": None,
    },
    "deploy": {
        "startCommand": "run",
        "preDeployCommand": ["migrate"],
        "healthcheckPath": "/ready",
        "healthcheckTimeout": 300,
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 5,
        "cronSchedule": None,
        "numReplicas": 2,
        "multiRegionConfig": {"us-west2": {"numReplicas": 2}},
        "overlapSeconds": "60",
        "drainingSeconds": 10,
        "sleepApplication": False,
    },
    "environments": {"pr": {"deploy": {"startCommand": "run pr"}}},
}


def test_the_whole_reference_has_no_mistake():
    file = parse_railway_file("railway.json", json.dumps(WHOLE))

    assert file.mistakes == ()
    assert file.settings == {
        "": FileSettings("DOCKERFILE", "Dockerfile.api", ("/src/**",), "run", "/ready"),
        "environments.pr.": FileSettings(start_command="run pr"),
    }


def test_toml_says_the_same():
    text = '[build]\nbuilder = "RAILPACK"\n[deploy]\nhealthcheckPath = "/up"\n'
    file = parse_railway_file("api/railway.toml", text)

    assert file.mistakes == ()
    assert file.settings[""] == FileSettings(builder="RAILPACK", health_path="/up")


@pytest.mark.parametrize(
    ("said", "place", "expected"),
    [
        ({"deploy": {"healthCheckPath": "/x"}}, "deploy.healthCheckPath", "healthcheckPath"),
        ({"deploy": {"start_command": "x"}}, "deploy.start_command", "startCommand"),
        ({"deploy": {"colour": "x"}}, "deploy.colour", "a key of Railway's reference"),
        ({"startCommand": "x"}, "startCommand", "startCommand"),
        ({"build": {"builder": "docker"}}, "build.builder", "'RAILPACK'"),
        ({"deploy": {"restartPolicyType": "on_fail"}}, "deploy.restartPolicyType", "'NEVER'"),
        ({"deploy": {"preDeployCommand": ["a", "b"]}}, "deploy.preDeployCommand", "at most 1"),
        ({"deploy": {"healthcheckTimeout": "5m"}}, "deploy.healthcheckTimeout", "integer"),
        ({"deploy": {"numReplicas": -1}}, "deploy.numReplicas", "0"),
        ({"build": {"watchPatterns": "src/**"}}, "build.watchPatterns", "a valid list"),
        ({"environments": {"pr": {"x": 1}}}, "environments.pr.x", "key of Railway's"),
        ({"build": 3}, "build", "dictionary"),
    ],
)
def test_what_railway_would_ignore_or_refuse(said, place, expected):
    mistakes = parse_railway_file("railway.json", json.dumps(said)).mistakes

    assert place in [mistake.place for mistake in mistakes]
    assert any(expected in mistake.expected for mistake in mistakes), mistakes


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("railway.json", ""),
        ("railway.json", "{"),
        ("railway.json", "[" * 100_000),
        ("railway.json", "[]"),
        ("railway.json", "null"),
        ("railway.json", '{"deploy": {"startCommand": "\\ud800"}}'),
        ("railway.toml", "= 1"),
        ("railway.toml", "a = 1\na = 2\n"),
        ("railway.toml", "[build]\nwatchPatterns = [1, 2]\n"),
        ("railway.toml", "[build]\nbuilder = 1979-05-27\n"),
    ],
)
def test_what_is_no_configuration_is_told(path, text):
    file = parse_railway_file(path, text)

    assert file.mistakes or file.settings[""].start_command
