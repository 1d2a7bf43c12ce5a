"""What a document without a status of its own is worth where others than the required are bad."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.model.finding import Outcome

JSON, TEXT = "application/json", "text/plain"
PARTS = {"checks": {"database": "ok", "sendgrid": "down"}}


def found(body, *required, endpoint="deep", code=200, kind=JSON):
    return findings(Row("", "", "", endpoint, [*required], code, kind, body, "", ""))


@pytest.mark.parametrize("endpoint", ["deep", "live", "ready"])
def test_what_is_not_required_only_warns_where_a_document_has_no_status_of_its_own(endpoint):
    telling = found(PARTS, "database", endpoint=endpoint)

    assert outcome_of(telling) is Outcome.WARN
    assert any("sendgrid" in f.summary and f.outcome is Outcome.WARN for f in telling)


@pytest.mark.parametrize(
    ("body", "required", "kind"),
    [
        pytest.param(PARTS, (), JSON, id="nothing-is-required"),
        pytest.param(PARTS, ("sendgrid",), JSON, id="it-is-required"),
        pytest.param(PARTS, ("database", "redis"), JSON, id="another-is-missing"),
        pytest.param({**PARTS, "status": "error"}, ("database",), JSON, id="own-status"),
        pytest.param({"checks": {"db": "ok", "redis": "down"}}, ("db",), JSON, id="own-store"),
        pytest.param({**PARTS, "passing": False}, ("database",), JSON, id="whole-by-a-flag"),
        pytest.param({**PARTS, "deploy_safe": False}, ("database",), JSON, id="unsafe"),
        pytest.param("status: down\ndatabase: ok\n", ("database",), TEXT, id="line-of-status"),
        pytest.param("database: down\nsendgrid: ok\n", ("database",), TEXT, id="required-line"),
    ],
)
def test_it_fails_as_before_where(body, required, kind):
    assert outcome_of(found(body, *required, kind=kind)) is Outcome.FAIL


def test_it_fails_under_an_http_code_of_its_own():
    assert outcome_of(found(PARTS, "database", code=503)) is Outcome.FAIL


def test_lines_of_text_that_are_not_required_only_warn():
    lines = "database: ok\nsendgrid: down\n"

    assert outcome_of(found(lines, "database", kind=TEXT)) is Outcome.WARN


def test_the_component_and_its_word_are_named_and_no_word_that_no_document_said():
    (whole,) = (f for f in found(PARTS) if f.check == "health.deep")

    assert whole.summary == 'HTTP 200, sendgrid "down"'


def test_a_flag_is_quoted_as_the_document_writes_it():
    (whole,) = found({"status": "ok", "hasErrors": True})

    assert "hasErrors: true" in whole.summary
