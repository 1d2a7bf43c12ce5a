"""What services really answer, by format and state, and what no wrapping may make of it."""

import json
import random

import pytest

from tests.health.corpus import Row, findings, outcome_of, problem_of, rows
from verifier.health.reader import parse_health
from verifier.model.evidence import HealthDocument, HealthStatus
from verifier.model.finding import Outcome

ROWS = [row for file in ("health_formats.jsonl",) for row in rows(file)]
JSON_ROWS = [row for row in ROWS if isinstance(row.body, dict) and row.endpoint == "deep"]
BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)


def name(row: Row) -> str:
    return row.name


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_document_is_read_as_its_user_expects(row):
    assert problem_of(row) == ""


#: Keys that a proxy, a library or a person puts around or beside a document.
WRAPPINGS = {
    "data": lambda body: {"data": body},
    "envelope": lambda body: {"success": True, "code": 200, "data": body, "message": "success"},
    "unknown-key": lambda body: {"shop": body},
    "two-levels": lambda body: {"result": {"health": body}},
    "beside-facts": lambda body: {"version": {"git_sha": "abc1234"}, "uptime": 12, "app": body},
    "more-keys": lambda body: {
        "name": "shop",
        "debug": False,
        "mode": "open",
        "log_level": "CRITICAL",
        "registration": "disabled",
        "limits": {"rate": 10, "burst": None},
        "regions": ["eu", "us"],
        **body,
    },
    "a-list": lambda body: [body],
}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("row", [r for r in JSON_ROWS if r.outcome == "pass"], ids=name)
def test_no_healthy_document_condemns_under_any_wrapping(row, wrap):
    found = findings(row, json.dumps(wrap(row.body)).encode())

    assert [f for f in found if f.outcome.condemns] == []


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("row", [r for r in JSON_ROWS if r.outcome == "fail"], ids=name)
def test_no_bad_document_passes_under_any_wrapping(row, wrap):
    found = findings(row, json.dumps(wrap(row.body)).encode())

    assert outcome_of(found) not in (Outcome.PASS, Outcome.WARN)


def worst_of(body, status_code=200):
    document = parse_health(json.dumps(body).encode(), status_code=status_code)
    if not isinstance(document, HealthDocument):
        return HealthStatus.UNKNOWN
    statuses = {document.status, *(c.status for c in document.components)}
    return next((status for status in BAD if status in statuses), HealthStatus.GOOD)


SAYS_BAD = (
    {"status": "down"},
    {"status": "CRITICAL"},
    {"healthy": False, "message": "refused"},
    {"success": False},
    {"state": "error"},
    "disconnected",
    {"ok": False},
)
WHERE = ("checks", "components", "services", "details", "entries", "dependencies", "results")
KEYS = ("a", "info", "data", "meta", "checks", "version", "app", "shop", "x-y", "deps", "health")
FILLERS = (1, None, "text", "ok", True, [], {}, {"status": "ok"}, ["a"], {"a": {"b": 1}}, "healthy")


@pytest.mark.parametrize("seed", range(400))
def test_no_keys_around_a_bad_component_make_it_good(seed):
    """Whatever stands around or beside it, a component that says it is bad is seen as bad."""
    random_ = random.Random(seed)  # noqa: S311
    body = {random_.choice(WHERE): {"database": random_.choice(SAYS_BAD)}}
    for _ in range(random_.randrange(6)):
        beside = {random_.choice(KEYS): random_.choice(FILLERS) for _ in range(3)}
        if random_.random() < 0.5:
            body = {**beside, random_.choice(KEYS): body}
        else:
            body = {**beside, **body}
        if random_.random() < 0.2:
            body = {"status": random_.choice(("ok", "UP", "healthy")), **body}

    assert worst_of(body) in BAD, body
