"""What a document without a status of its own is worth where others than the required are bad."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED
from tests.health.corpus import Row, findings, outcome_of
from verifier.model.expectations import Worth
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
        pytest.param(
            {
                "checkResults": [
                    {"name": n, "status": s} for n, s in (("Db", "ok"), ("Redis", "failed"))
                ]
            },
            ("Db",),
            JSON,
            id="own-store-by-spatie",
        ),
        pytest.param({**PARTS, "passing": False}, ("database",), JSON, id="whole-by-a-flag"),
        pytest.param({"app": {**PARTS, "passing": False}}, ("database",), JSON, id="whole-within"),
        pytest.param({**PARTS, "deploy_safe": False}, ("database",), JSON, id="unsafe"),
        pytest.param("status: down\ndatabase: ok\n", ("database",), TEXT, id="line-of-status"),
        pytest.param("database: down\nsendgrid: ok\n", ("database",), TEXT, id="required-line"),
    ],
)
def test_it_fails_as_before_where(body, required, kind):
    assert outcome_of(found(body, *required, kind=kind)) is Outcome.FAIL


def test_a_wrong_environment_is_needed_whatever_is_required():
    body = {"checks": {"app": "ok", "environment": "CRITICAL"}}

    assert outcome_of(found(body, "app")) is Outcome.CRITICAL


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


def shapes(name, word):
    """The same in every shape: the required one is good, the other says that word."""
    status = {"status": word}
    return (
        ({"checks": {"web": "ok", name: word}}, JSON),
        ({"checks": {"web": {"status": "ok"}, name: status}}, JSON),
        ({"web": "ok", name: word}, JSON),
        ({"web": {"status": "ok"}, name: status}, JSON),
        ({"data": {"checks": {"web": "ok", name: word}}}, JSON),
        ({"success": True, "code": 200, "data": {"services": {"web": "ok", name: word}}}, JSON),
        (
            {
                "message": "success",
                "checks": [{"name": "web", "status": "ok"}, {"name": name, **status}],
            },
            JSON,
        ),
        ([{"name": "web", "status": "ok"}, {"name": name, **status}], JSON),
        (f"web: ok\n{name}: {word}\n", TEXT),
    )


@pytest.mark.parametrize("name", ["redis", "sendgrid", "cache_database", "queue"])
@pytest.mark.parametrize("shape", range(9))
def test_what_nobody_requires_warns_in_every_shape(name, shape):
    body, kind = shapes(name, "down")[shape]

    assert outcome_of(found(body, "web", kind=kind)) is Outcome.WARN


@pytest.mark.parametrize("name", ["db", "database", "postgres", "primaryDb", "mongodb"])
@pytest.mark.parametrize("shape", range(9))
def test_a_database_of_its_own_that_nobody_requires_is_left_open_in_every_shape(name, shape):
    body, kind = shapes(name, "down")[shape]

    assert outcome_of(found(body, "web", kind=kind)) is Outcome.INCONCLUSIVE
    assert outcome_of(found(body, "web", name, kind=kind)) is Outcome.FAIL


def test_a_plain_database_is_left_open_where_nothing_is_required():
    assert outcome_of(found({"web": "ok", "db": "down"})) is Outcome.INCONCLUSIVE


def test_a_database_that_the_configuration_has_warn_is_no_question():
    row = Row("", "", "", "deep", ["web"], 200, JSON, {"web": "ok", "db": "down"}, "", "")
    lesser = replace(EXPECTED, required_components=("web",), components={"db": Worth.WARN})

    assert outcome_of(findings(row, expected=lesser)) is Outcome.WARN


@pytest.mark.parametrize(
    ("lesser", "outcome"),
    [({}, Outcome.FAIL), ({"optional": True}, Outcome.WARN), ({"critical": False}, Outcome.WARN)],
    ids=["needed", "optional", "not-critical"],
)
def test_a_part_of_what_is_required_counts_unless_the_document_can_do_without(lesser, outcome):
    parts = {"primary": {"status": "ok"}, "cache": {"status": "down", **lesser}}
    body = {"checks": {"web": {"status": "ok", "checks": parts}}}

    assert outcome_of(found(body, "web")) is outcome
