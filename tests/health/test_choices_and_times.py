"""What was set up so, what happened at times, and flags whose names say what is wrong."""

import pytest

from tests.health.test_components_that_are_not_required import outcome
from verifier.health.bad_lines import says_bad
from verifier.health.flag_names import name_means
from verifier.model.evidence import HealthStatus

OK = {"status": "ok"}


@pytest.mark.parametrize("key", ["deploys", "releases", "executions", "snapshots", "days"])
def test_an_error_of_one_of_many_times_condemns_nobody(key):
    for times in (
        [{"error": "timeout", "ts": 1}],
        [{"error": "timeout", "finished_at": "x"}, {"ts": 2}],
    ):
        assert outcome({"db": OK, key: times}) == "warn"
        assert outcome({"checks": {"db": OK}, key: times}, []) == "warn"


def test_an_error_of_a_component_with_a_time_condemns_all_the_same():
    failed = {"name": "queue", "error": "refused", "ts": 1}

    assert outcome({"checks": {"db": OK}, "checks2": OK, "dependencies": [failed]}, []) == "fail"
    assert outcome({"checks": {"db": OK, "queue": {"error": "refused", "ts": 1}}}, []) == "fail"


@pytest.mark.parametrize("key", ["modules", "plugins", "integrations"])
@pytest.mark.parametrize(
    "chosen",
    [{"enabled": False}, {"mail": False, "chat": True}, {"level": "error"}, {"on_failure": "fail"}],
    ids=str,
)
def test_what_is_switched_off_by_choice_condemns_nobody(key, chosen):
    for body in ({"checks": {"db": OK}, key: chosen}, {"db": True, "redis": True, key: chosen}):
        for required in (["db"], []):
            assert outcome(body, required) in ("pass", "warn")


def test_a_module_that_is_down_or_required_is_told_as_before():
    assert outcome({"checks": {"db": OK}, "modules": {"mail": "down"}}, []) == "fail"
    assert outcome({"checks": {"x": OK}, "modules": {"db": False}}) == "fail"


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("no_connection", HealthStatus.BAD),
        ("in_failed_state", HealthStatus.BAD),
        ("has_lost_connection", HealthStatus.UNKNOWN),
        ("in_degraded_mode", HealthStatus.UNKNOWN),
        ("has_connection", HealthStatus.GOOD),
        ("state", HealthStatus.GOOD),
    ],
)
def test_what_a_flag_means(name, means):
    assert name_means(name) is means
    assert (
        outcome({"status": "ok", "checks": {"db": {name: True}}}) != "pass"
        or means is HealthStatus.GOOD
    )


def test_a_run_of_blanks_is_read_as_one():
    assert says_bad("DOWN" + " " * 100_000 + ": db")
    assert not says_bad("a" + "\t" * 100_000 + "b")
