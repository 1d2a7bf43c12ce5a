"""What stands under a key for failures may say that there is none of them."""

import pytest

from tests.health.test_sentences import outcome
from verifier.health.none_of_it import says_none
from verifier.model.finding import Outcome

NONE = [
    "No errors",
    "no problems",
    "none found",
    "No errors found.",
    "nothing",
    "nothing to report",
    "never",
    "never failed",
    "off",
    "clear",
    "all clear",
    "inactive",
    "disabled",
    "normal",
    "not",
    "N/A",
    "0 errors",
    "There are no known issues",
]
TROUBLE = [
    "No error handler is registered for the database",
    "no connection",
    "no space left on device",
    "not connected",
    "not found",
    "never connected",
    "no errors, but the database is down",
    "nothing works",
    "none of the nodes answers",
    "all nodes",
    "all down",
    "all failed",
    "No route to host",
]
KEYS = ["error", "errors", "failing", "failed", "down", "unhealthy", "problems", "exception"]


@pytest.mark.parametrize("key", KEYS)
def test_a_word_for_none_under_a_key_for_failures_condemns_nobody(key):
    for text in NONE:
        for said in (text, [text], {"database": text}):
            beside = {key: said}
            assert outcome({"database": "ok", **beside}, "database") is Outcome.PASS, beside
            assert outcome({"status": "ok", **beside}) is Outcome.PASS, beside
            listed = {"checks": {"database": {"status": "ok"}}, **beside}
            assert outcome(listed, "database") is Outcome.PASS, beside
    inner = {"checks": {"database": {"status": "ok", key: "No errors"}}}
    assert outcome(inner, "database") is Outcome.PASS


def test_a_connection_that_is_closed_is_told():
    assert outcome({"database": "ok", "error": "closed"}, "database") is Outcome.WARN


@pytest.mark.parametrize("text", TROUBLE)
def test_a_denial_of_something_else_is_a_failure(text):
    assert not says_none(text)
    assert outcome({"database": "ok", "error": text}, "database") is Outcome.FAIL
    assert outcome({"status": "ok", "errors": text}) is Outcome.WARN


@pytest.mark.parametrize("word", ["errors", "Failures", "FAILED", "DOWN", "error", "unhealthy"])
@pytest.mark.parametrize(
    "text",
    ["nothing", "never", "nenhum", "nada", "none found", "nothing to report", "empty", "-", "00"],
)
def test_a_line_says_it_in_the_same_words(word, text):
    lines = f"{word}: {text}\ndatabase: ok\n"

    assert outcome(lines, content_type="text/plain") is Outcome.PASS


@pytest.mark.parametrize("text", ["inactive", "disabled", "off", "db", "none of the nodes answers"])
def test_what_is_down_in_a_line_may_be_called_by_a_word_that_denies_a_flag(text):
    assert says_none(text) == (text in ("inactive", "disabled", "off"))
    assert outcome(f"DOWN: {text}", content_type="text/plain") is Outcome.FAIL


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "errors": {"E-14": "closed"}}, "pass"),
        ({"status": "ok", "problems": {"disk": "closed", "mail": "resolved"}}, "warn"),
        ({"status": "ok", "problems": {"PRB-3": "closed", "mail": "resolved"}}, "pass"),
        ({"status": "ok", "incidents": {"INC-1": "closed", "INC-2": "fixed"}}, "pass"),
        ({"status": "ok", "incidents": {"INC-1": "open"}}, "warn"),
        ({"status": "ok", "errors": {"db": "closed"}}, "warn"),
        ({"status": "ok", "errors": {"db": "connection closed"}}, "warn"),
    ],
)
def test_what_is_over_is_no_failure(body, expected):
    assert outcome(body).value == expected
