"""What is proposed for services of all sorts, and whether it can be read back."""

import pytest
import yaml

from verifier.decide.first_config import Seen, configuration, propose, role_of

HOSTILE = 'a\'b: {c}\n#d "e"'


@pytest.mark.parametrize(
    ("name", "variables", "role"),
    [
        ("julia-api", {}, "api"),
        ("web", {}, "api"),
        ("x", {"RUN_MODE": "scheduler"}, "scheduler"),
        ("nightly-cron", {}, "scheduler"),
        ("queue", {}, "worker"),
        ("thing", {}, ""),
    ],
)
def test_roles(name, variables, role):
    assert role_of(name, variables) == role


def test_whatever_things_are_called_is_data():
    seen = Seen(HOSTILE, HOSTILE, {HOSTILE: {"RUN_MODE": HOSTILE}}, "", (HOSTILE,))

    read = yaml.safe_load(configuration(seen))

    called = HOSTILE.replace("\n", " ")
    assert read["railway"]["project"] == called
    assert read["services"] == {called: {"run-mode": called}}
    assert read["protection"]["checks"] == [called]


def test_databases_are_no_services_of_ours():
    seen = Seen("p", "e", {"api": {}, "Postgres": {}, "redis-cache": {}}, "", ())

    assert list(yaml.safe_load(configuration(seen))["services"]) == ["api"]


def test_without_migrations_there_is_no_preflight():
    files = propose(Seen("p", "e", {"api": {}}, "", ()), "o/r@c").files

    assert not any("preflight" in name for name in files)
