"""Bodies that are nearly a health document: each is told for what it is, and condemns nobody."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.health.reader import parse_health
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
