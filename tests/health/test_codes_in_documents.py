"""A good word beside a code of 5xx contradicts it: neither is believed."""

import pytest

from tests.health.corpus import Row, findings
from tests.health.test_sentences import outcome
from verifier.model.finding import Outcome


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "code": 500, "message": "database gone"},
        {"status": "ok", "code": 500},
        {"status": "ok", "statusCode": 503},
        {"status": "ok", "code": "500"},
        {"status": "warning", "code": 500},
        {"success": True, "code": 500, "data": {"db": "up"}},
        {"data": {"status": "ok", "code": 502}},
        {"checks": {"db": "ok"}, "code": 500},
    ],
)
def test_a_good_word_beside_a_code_of_5xx_does_not_pass(body):
    assert outcome(body) is Outcome.INCONCLUSIVE


def test_the_code_is_named():
    row = Row("", "", "", "deep", [], 200, "", {"status": "ok", "statusCode": 503}, "", "")

    assert "ok, but statusCode 503" in findings(row)[0].summary


def test_a_required_component_with_a_code_of_5xx_does_not_pass():
    body = {"status": "ok", "checks": {"db": {"status": "ok", "statusCode": 503}}}

    assert outcome(body, "db") is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("word", ["ok", "healthy", "UP", True])
def test_no_good_word_beside_it_makes_a_bad_code_good(word):
    bad = {"code": 500, "message": "database gone"}

    assert outcome(bad) is Outcome.FAIL
    for key in ("status", "success", "ok", "healthy", "state"):
        assert outcome({**bad, key: word}).rank >= Outcome.INCONCLUSIVE.rank


@pytest.mark.parametrize(
    "body",
    [
        {"status": "ok", "code": 200},
        {"status": "ok", "code": 0},
        {"status": "ok", "code": "OK"},
        {"status": "ok", "code": 5000},
        {"status": "ok", "errorCode": 500},
    ],
)
def test_other_codes_change_nothing(body):
    assert outcome(body) is Outcome.PASS


def test_what_is_bad_stays_bad_beside_any_code():
    assert outcome({"status": "down", "code": 500}) is Outcome.FAIL
    assert outcome({"status": "down", "code": 200}) is Outcome.FAIL
