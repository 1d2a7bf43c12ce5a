"""A document without a status of its own is as good as its components, and as what it tells."""

import pytest

from tests.health.test_components_that_are_not_required import outcome

COMPONENTS = (
    {"checks": {"cache": "up"}},
    {"cache": {"status": "up"}},
    {"db": "ok", "cache": "ok"},
)
TROUBLE = (
    {"message": "Database is down"},
    {"message": "Failed to reach database"},
    {"message": "degraded"},
    {"code": 200, "message": "Failed to reach database"},
    {"errors": 2},
    {"split_brain": True},
    {"saturated": True},
    {"disk": {"free_percent": 0}},
    {"queue": {"stuck": 12}},
)


@pytest.mark.parametrize("trouble", TROUBLE, ids=str)
@pytest.mark.parametrize("good", COMPONENTS, ids=str)
def test_trouble_is_told_beside_good_components(good, trouble):
    assert outcome({**good, **trouble}, ()) == "warn"
    assert outcome({**trouble, **good}, ()) == "warn"


@pytest.mark.parametrize(
    "fact",
    [
        {"message": "All systems go"},
        {"message": "No problems found"},
        {"code": 200, "message": "success"},
        {"errors": 0},
        {"errors": []},
        {"split_brain": False},
        {"disk": {"free_percent": 40}},
        {"queue": {"stuck": 0}},
        {"requests": 1200, "errors": 3},
        {"description": "Returns an error where a check fails"},
    ],
    ids=str,
)
@pytest.mark.parametrize("good", COMPONENTS, ids=str)
def test_a_fact_beside_good_components_is_no_trouble(good, fact):
    assert outcome({**good, **fact}, ()) == "pass"
