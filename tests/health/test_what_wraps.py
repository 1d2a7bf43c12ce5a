"""An object beside components that are flags is one among them, and holds not the whole document."""

import pytest

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
