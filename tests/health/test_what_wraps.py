"""An object beside components that are flags is one among them, and holds not the whole document."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from tests.health.test_components_that_are_not_required import outcome

NOBODY_THERE = [
    {"clients": {"connected": 0}},
    {"websocket": {"connected": 0}},
    {"users": {"online": 0}},
    {"updates": {"available": False, "version": "1.2"}},
    {"trial": {"available": False}},
    {"devices": {"online": 0, "offline": 12}},
    {"tasks": {"success": 0, "running": 0}},
]


@pytest.mark.parametrize("beside", NOBODY_THERE)
def test_nobody_connected_beside_good_flags_condemns_nothing(beside):
    assert outcome({"database": True, "redis": True, **beside}, []) != "fail"
    assert outcome({"database": True, **beside}, []) != "fail"


def test_what_is_bad_beside_good_flags_never_passes():
    assert outcome({"database": True, "info": {"status": "down"}}, []) != "pass"
    assert outcome({"database": True, "redis": {"connected": False}}, []) != "pass"


@pytest.mark.parametrize("body", [{"info": {"status": "down"}}, {"took": 3, "it": {"ok": False}}])
def test_an_object_that_stands_alone_is_the_document(body):
    assert outcome(body, []) == "fail"


@pytest.mark.parametrize(
    "beside",
    [
        {"counter": {"http_failure": 0, "success": 0}},
        {"counter": {"client_errors": 0, "success": 0}},
        {"requests": {"http_failures": 0, "ok": 0}},
    ],
)
@pytest.mark.parametrize("document", [{"nodes": [{"ip": "10.0.0.1", "status": "healthy"}]}, {}])
def test_nothing_counted_yet_is_no_failure(document, beside):
    assert outcome({**document, **beside}, []) != "fail"


@pytest.mark.parametrize("key", ["update", "updates", "upgrade", "trial", "preview"])
@pytest.mark.parametrize("document", [{"version": "1.2"}, {"uptime": 3600, "took": 3}, {}])
def test_what_is_not_offered_is_no_failure_of_the_document(document, key):
    assert outcome({**document, key: {"available": False}}, []) != "fail"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ruok": True}, "pass"),
        ({"ruok": False}, "fail"),
        ({"ruok": False, "db": "ok"}, "fail"),
        ({"data": True}, "pass"),
    ],
    ids=str,
)
def test_a_flag_alone_in_an_object_is_what_it_says(body, expected):
    row = Row("", "", "", "deep", [], 200, "application/json", body, "", "")

    assert outcome_of(findings(row)).value == expected
