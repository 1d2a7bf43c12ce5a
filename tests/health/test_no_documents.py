"""Bodies that are nearly a health document: each is told for what it is, and condemns nobody."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.health.bounds import TooManyError, at_most
from verifier.health.reader import parse_health
from verifier.model.evidence import Component, HealthStatus
from verifier.model.finding import Unobserved


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("/**/ typeof cb === 'function' && cb({\"a\": 1});", "JSONP", id="express"),
        pytest.param('/**/cb({"status": "ok"});', "JSONP", id="comment-before-a-call"),
        pytest.param("{'status': 'ok', 'db': 'up'}", "single quotes", id="python-s-own-text"),
        pytest.param('{"status": "ok", "db": "up",}', "a comma too many", id="trailing-comma"),
        pytest.param('["ok",]', "a comma too many", id="trailing-comma-in-a-list"),
        pytest.param('{"status": "ok", "db": {"up": 1}', "cut off", id="ends-within"),
        pytest.param('{"status": "o', "cut off", id="ends-in-a-text"),
        pytest.param('{"status":', "cut off", id="ends-before-a-value"),
        pytest.param('{"status": "ok"}\n{"status": "down"}\n', "more than one", id="lines"),
    ],
)
def test_what_is_nearly_json_is_told_for_what_it_is(body, reason):
    found = parse_health(body.encode())

    assert isinstance(found, Unobserved)
    assert reason in found.reason
    row = Row("", "", "", "deep", ["db"], 200, "application/json", body, "", "")
    assert outcome_of(findings(row)).value == "inconclusive"


def test_no_more_is_read_of_a_document_that_has_too_much():
    looked_at = []

    def endless():
        while True:
            looked_at.append(Component("db", HealthStatus.GOOD, "ok"))
            yield looked_at[-1]

    with pytest.raises(TooManyError):
        list(at_most(endless(), 5))
    assert len(looked_at) == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        pytest.param([{"status": "up"}] * 10_001, id="a-list"),
        pytest.param(
            {"status": "ok", "db": {"ok": True, "nodes": [{"ok": True}] * 10_001}}, id="in"
        ),
        pytest.param({"status": "ok", "checks": {f"p{n}": "ok" for n in range(5_001)}}, id="a-map"),
    ],
)
def test_more_components_than_anybody_reads_are_told(body):
    found = parse_health(json.dumps(body).encode())

    assert isinstance(found, Unobserved)
    assert found.reason == "the document has more than 5,000 components"
