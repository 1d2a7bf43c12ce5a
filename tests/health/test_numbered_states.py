"""Numbers that a library or a protocol means something by."""

import pytest

from tests.health.test_components_that_are_not_required import outcome
from verifier.health.numbered_states import status_of_state

ONCE = ((0, "fail"), (1, "pass"), (2, "inconclusive"), (3, "fail"), (99, "inconclusive"))


@pytest.mark.parametrize(("number", "expected"), ONCE)
@pytest.mark.parametrize(
    "body",
    [
        lambda n: {"status": "ok", "db": {"readyState": n}},
        lambda n: {"status": "ok", "checks": {"db": {"readyState": n, "host": "cluster0"}}},
        lambda n: {"status": "ok", "checks": {"db": {"ready_state": n}}},
        lambda n: {"status": "ok", "checks": [{"name": "db", "readyState": n}]},
        lambda n: {"status": "ok", "dbState": n},
        lambda n: {"checks": {"dbState": n}},
    ],
)
def test_mongoose_s_state_is_read(body, number, expected):
    assert outcome(body(number)) == expected


@pytest.mark.parametrize(("number", "expected"), ONCE)
@pytest.mark.parametrize("key", ["state", "status", "connection"])
def test_a_component_called_after_mongodb_keeps_the_same_number(key, number, expected):
    assert outcome({"status": "ok", "mongodb": {key: number}}, ["mongodb"]) == expected


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_state_that_nobody_requires_warns(number):
    assert outcome({"status": "ok", "mongo": {"readyState": number}}, []) == "warn"
    assert outcome({"status": "ok", "mongoState": number}, []) == "warn"


def test_a_state_beside_the_status_of_the_whole_is_not_final():
    assert outcome({"status": "ok", "readyState": 1}, []) == "pass"
    assert outcome({"status": "ok", "readyState": 0}, []) == "inconclusive"


@pytest.mark.parametrize(
    ("code", "expected"), [(0, "pass"), (1, "inconclusive"), (2, "fail"), (7, "inconclusive")]
)
def test_the_exit_code_of_a_plugin_is_read(code, expected):
    body = {"status": "ok", "checks": [{"name": "disk", "exit_code": code, "text": "71 % used"}]}

    assert outcome(body, ["disk"]) == expected


@pytest.mark.parametrize("key", ["vacuum_state", "game_state", "estado_id", "tls_state"])
def test_the_number_of_something_else_is_none(key):
    assert outcome({"status": "ok", "db": "ok", key: 0}) == "pass"


def test_a_flag_is_no_number_of_a_state():
    assert status_of_state("readystate", 1) is not None
    assert status_of_state("readystate", True) is None
    assert status_of_state("readystate", False) is None
