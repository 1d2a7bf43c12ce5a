"""A required component that stands in the document without a status is not called missing."""

import pytest

from tests.health.corpus import Row, findings


@pytest.mark.parametrize(
    "body",
    [
        {"status": "ok", "database": {"pool": 5}},
        {"status": "ok", "checks": {"redis": "ok"}, "Database": {"readyState": 7}},
        {"data": {"status": "ok", "database": {"pool": 5}}},
    ],
)
def test_it_is_told_as_listed_without_a_status(body):
    row = Row("", "", "", "deep", ["database"], 200, "application/json", body, "", "")
    (found,) = (f for f in findings(row) if f.check == "component.database")

    assert found.summary == "required component database is listed without a status"


def test_what_is_nowhere_is_missing():
    row = Row("", "", "", "deep", ["database"], 200, "", {"checks": {"redis": "ok"}}, "", "")
    (found,) = (f for f in findings(row) if f.check == "component.database")

    assert found.summary == "required component database is missing, as all others are"
