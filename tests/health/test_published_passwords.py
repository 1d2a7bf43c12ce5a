"""Passwords in health documents: where one stands is told, and what is none is not."""

import json

import pytest

from verifier.health.published_passwords import places_of_passwords
from verifier.health.reader import parse_health


@pytest.mark.parametrize(
    ("value", "places"),
    [
        pytest.param({"a": {"redis": "u:pw@redis.railway.internal:6379"}}, ("a.redis",), id="bare"),
        pytest.param({"redis": ":pw@cache.acme.io:6379"}, ("redis",), id="no-user"),
        pytest.param({"urls": ["x", "redis://u:pw@h/0"]}, ("urls",), id="in-a-list"),
        pytest.param({"m": "Violations: ['A=http://s:pw@localhost:8']"}, ("m",), id="in-a-text"),
        pytest.param({"redis": "u:***@redis.railway.internal:6379"}, (), id="masked"),
        pytest.param({"redis": "redis://u:[REDACTED]@h/0"}, (), id="redacted"),
        pytest.param({"redis": "default:@localhost:6379"}, (), id="no-password"),
        pytest.param({"redis": "redis.railway.internal:6379"}, (), id="host-alone"),
        pytest.param({"image": "nginx:1.25@sha256:4bf5c0d7a9"}, (), id="image"),
        pytest.param({"contact": "mailto:ana@acme.io", "at": "12:30"}, (), id="mail"),
        pytest.param([{"x": {"y": 1}}, None, True], (), id="no-text"),
        pytest.param({str(n): "u:pw@h:6379" for n in range(9)}, ("0", "1", "2"), id="many"),
    ],
)
def test_where_a_password_stands(value, places):
    assert places_of_passwords(value) == places


def test_a_document_of_any_depth_is_looked_through():
    text = '{"a":' * 300 + '"redis://u:pw@h/0"' + "}" * 300

    document = parse_health(f'{{"status": "ok", "in": {text}}}'.encode())

    assert len(document.passwords_at) == 1


def test_a_text_of_colons_is_read_at_once():
    body = json.dumps({"status": "ok", "x": "a:" * 100_000 + "@"})

    assert parse_health(body.encode()).passwords_at == ()
