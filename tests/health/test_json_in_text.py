"""A document in a string is read: the code of the envelope around it is the proxy's."""

import base64
import json

import pytest

from tests.health.test_components_that_are_not_required import outcome
from verifier.health.reader import parse_health
from verifier.model.evidence import HealthDocument


def envelope(body, **more):
    return {"statusCode": 200, **more, "body": body if isinstance(body, str) else json.dumps(body)}


@pytest.mark.parametrize(
    ("body", "required", "expected"),
    [
        ({"status": "error"}, [], "fail"),
        ({"status": "ok"}, [], "pass"),
        ({"status": "ok", "db": "down"}, ["db"], "fail"),
        ({"status": "ok", "db": "up"}, ["db"], "pass"),
        ({"checks": [{"name": "db", "status": "down"}]}, ["db"], "fail"),
        ("OK", [], "pass"),
        ("Database is down", [], "warn"),
        ("Hello from Lambda!", [], "warn"),
        ('{"status": "error"', [], "inconclusive"),
        ('{"status": "ok", "status": "down"}', [], "inconclusive"),
    ],
)
def test_the_body_of_a_proxys_envelope_is_read(body, required, expected):
    assert outcome(envelope(body), required) == expected


def test_a_body_in_base64_is_read():
    down = base64.b64encode(b'{"status": "down"}').decode()

    assert outcome(envelope(down, isBase64Encoded=True), []) == "fail"


@pytest.mark.parametrize("key", ["body", "data", "payload", "response", "result"])
@pytest.mark.parametrize("around", [{}, {"status": "success"}, {"code": 200}])
def test_a_bad_store_in_a_string_does_not_pass(key, around):
    told = outcome({**around, key: json.dumps({"status": "down", "db": "down"})}, [])

    assert told in ("fail", "inconclusive", "warn")
    assert outcome({**around, key: json.dumps({"status": "ok", "db": "up"})}, []) == "pass"


def test_a_string_in_a_string_is_read():
    assert outcome(json.dumps(envelope({"status": "down"})), []) == "fail"
    assert outcome(envelope(json.dumps(json.dumps({"status": "down"}))), []) == "fail"


def test_a_string_that_is_nested_too_deeply_is_told_as_that():
    body = json.dumps(envelope("[" * 100_000 + "]" * 100_000)).encode()

    found = parse_health(body)

    assert not isinstance(found, HealthDocument)
    assert "nested too deeply" in found.reason


def test_an_envelope_in_an_envelope_is_read_or_left_open():
    down = {"status": "down"}
    for levels in range(1, 9):
        down = envelope(down)
        assert outcome(down, []) in ("fail", "inconclusive"), levels
