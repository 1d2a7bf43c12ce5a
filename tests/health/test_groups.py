"""Places for components that hold one alone, or components under the name of their kind."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required, kind="application/json"):
    row = Row("", "", "", "deep", [*required], 200, kind, body, "", "")
    return outcome_of(findings(row))


def database(word):
    return {"name": "database", "status": word}


GROUPS = [
    lambda word: {"checks": database(word)},
    lambda word: {"components": {"component": database(word)}},
    lambda word: {"components": {"component": [database(word)]}},
    lambda word: {"components": {"total": 1, "component": database(word)}},
    lambda word: {"dependencies": {"dependency": database(word)}},
    lambda word: {"services": {"service": database(word)}},
    lambda word: {"details": {"detail": database(word)}},
    lambda word: {"checks": {"item": database(word)}},
    lambda word: {"checks": {"check": [database(word), {"name": "redis", "status": "up"}]}},
    lambda word: {"tests": [{"database": word}, {"redis": "ok"}]},
    lambda word: {"data": [{"database": word}]},
    lambda word: {"checks": [{"name": " database ", "status": word}]},
    lambda word: {"items": [{"name": "database", "status": {"value": word}}]},
    lambda word: {"items": [{"NAME": " database ", "status": f" {word} "}]},
]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: json.dumps(group("up")))
def test_one_component_in_a_group_is_judged_by_its_own_name(group):
    assert outcome({"status": "ok", **group("up")}, "database") == "pass"
    assert outcome({"status": "ok", **group("down")}, "database") == "fail"
    assert outcome({"status": "ok", **group("down")}) == "warn"


ELEMENTS = [
    "<components><component><name>database</name><status>{}</status></component></components>",
    "<checks><check name='database' status='{}'/></checks>",
    "<services><service name='database'><status>{}</status></service></services>",
    "<checks><checks><name>database</name><status>{}</status></checks></checks>",
]


@pytest.mark.parametrize("elements", ELEMENTS)
def test_one_component_of_xml_is_judged_by_its_own_name(elements):
    told = f"<health><status>UP</status>{elements}</health>"

    assert outcome(told.format("UP"), "database", kind="application/xml") == "pass"
    assert outcome(told.format("DOWN"), "database", kind="application/xml") == "fail"


@pytest.mark.parametrize(
    "checks",
    [
        {"name": "shop", "status": "ok", "database": "down"},
        {"name": "ok", "status": "ok", "database": "down"},
        {"name": "shop", "status": "ok", "database": "connect ECONNREFUSED 10.0.0.1:5432"},
        {"service": {"name": "shop", "status": "ok"}, "database": {"status": "down"}},
        {"database": {"name": "PostgreSQL main", "status": "down"}},
        {"type": "full", "status": "ok", "database": "down"},
    ],
    ids=json.dumps,
)
def test_a_group_that_holds_more_is_not_read_as_one(checks):
    assert outcome({"status": "ok", "checks": checks}, "database") == "fail"
