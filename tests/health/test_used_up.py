"""Room of which nothing is left, and what is no room or has some."""

import pytest

from verifier.health.used_up import used_up, used_up_in


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("disk", "100%", "100%"),
        ("disk", " 100.00 % ", " 100.00 % "),
        ("disk", "99.9%", ""),
        ("disk", "1000%", ""),
        ("cpu", "100%", ""),
        ("disk_used_percent", 100, "100"),
        ("disk_used_percent", 99.9, ""),
        ("disk_percent", 100, ""),
        ("disk_free", 0, "0"),
        ("disk_free", 1, ""),
        ("disk_free", False, ""),
        ("memory_free", 0, ""),
        ("disk", {"free": 0}, "free: 0"),
        ("disk", {"free": True}, ""),
        ("disk", {"full": True}, "full: true"),
        ("disk", {"full": 1}, ""),
        ("door", {"full": True}, ""),
        ("pool", {"used": 10, "max": 10, "waiting": 1}, "waiting: 1"),
        ("pool", {"used": 9, "max": 10, "waiting": 1}, ""),
        ("pool", {"used": 11, "max": 10, "waiting": 1}, ""),
        ("pool", {"used": 10, "max": 10, "waiting": 0}, ""),
        ("pool", {"used": 10, "max": 10}, ""),
        ("pool", {"used": 0, "max": 0, "waiting": 1}, ""),
        ("pool", {"waiting": 1}, ""),
        ("disk", None, ""),
        ("disk", ["100%"], ""),
    ],
)
def test_what_none_is_left_of(key, value, told):
    assert used_up(key, value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"pool": {"used": 5, "max": 5, "queued": 2}}, "pool.queued: 2"),
        ({"pool": {"used": 0, "max": 0, "queued": 2}}, ""),
        ({"volume": {"free": 3}, "disk": {"free": 0}}, "disk.free: 0"),
        ({"used": 5, "max": 5, "pending": 2, "disk": {"free": 0}}, "pending: 2"),
        ({"pool": [{"used": 5, "max": 5, "queued": 2}]}, ""),
    ],
)
def test_an_entry_is_asked_itself_and_then_what_it_holds(value, told):
    assert used_up_in("db", value) == told
