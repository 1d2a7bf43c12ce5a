"""Guards that contradict the environment they are written for are told."""

import pytest

from verifier.decide.first_config import Discovered, propose
from verifier.decide.first_guards import guard_points


def of(app_env, environment):
    services = {"api": {"APP_ENV": app_env, "SUPABASE_PROJECT_REF": "abc"}, "db": {}}
    return [point for point in guard_points(services, environment) if "guards.app-env" in point]


@pytest.mark.parametrize(
    ("app_env", "environment"),
    [
        ("staging", "production"),
        ("production", "staging"),
        ("dev", "prod"),
        ("production", "pr-12"),
        ("production-eu", "production"),
    ],
)
def test_services_that_say_to_be_elsewhere_are_told(app_env, environment):
    (told,) = of(app_env, environment)

    assert f"guards.app-env is {app_env}," in told
    assert f"Railway's environment {environment}:" in told


@pytest.mark.parametrize(
    ("app_env", "environment"),
    [
        ("production", "production"),
        ("Production", "production"),
        ("prod", "production"),
        ("stg", "Staging"),
        ("", "production"),
    ],
)
def test_the_same_name_spelled_otherwise_is_not_told(app_env, environment):
    assert of(app_env, environment) == []


def test_it_is_an_open_point_and_what_is_written_stays_what_is_live():
    services = {"api": {"APP_ENV": "staging"}}

    proposal = propose(Discovered("p", "production", services, "", ()), "")

    assert "  app-env: 'staging'\n" in proposal.files[".github/verifier.yml"]
    assert any("guards.app-env is staging" in point for point in proposal.open_points)
