"""What the configuration may expect of a value, and what holds."""

from datetime import UTC, datetime

import pytest

from verifier.model.expected_value import parse_comparison

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "value", "holds"),
    [
        ("< 1000", 999, True),
        ("< 1000", 1000, False),
        ("<= 1000", 1000, True),
        ("> 0", 0.5, True),
        (">=1", "1", True),
        ("< 1000", "many", None),
        ("< 1000", None, None),
        ("< 1000", True, None),
        ("< 1000", float("nan"), None),
        ("< 1000", 10**400, None),
        ("ok", "ok", True),
        ("ok", "OK", False),
        ("== ok", "ok", True),
        ("!= error", "ok", True),
        ("!= error", "error", False),
        ("!= null", None, False),
        (5, 5.0, True),
        (5, "5", True),
        (5, True, False),
        (True, True, True),
        (True, "true", False),
        (True, 1, False),
        (None, None, True),
        (None, "", False),
        (("closed", "half_open"), "closed", True),
        (("closed", "half_open"), "open", False),
        ("age < 10m", "2026-01-01T11:51:00Z", True),
        ("age < 10m", "2026-01-01T11:49:59+00:00", False),
        ("age < 10m", "2026-01-01T13:51:00+02:00", True),
        ("age < 10m", "2026-01-01T11:55:00", None),
        ("age < 10m", 1767268500, True),
        ("age < 10m", 1767268500000, True),
        ("age < 10m", 1767268500000000, True),
        ("age < 10m", 1767268500000000000, True),
        ("age < 10m", 1767265200000000, False),
        ("age < 10m", 1767265200000000000, False),
        ("age < 10m", "2026-01-01T12:00:30Z", True),
        ("age < 10m", "2026-01-02T12:00:00Z", None),
        ("age < 10m", "2030-01-01T00:00:00Z", None),
        ("age > 10m", 1767300000, None),
        ("1.10", "1.1", False),
        ("== 1.10", "1.1", False),
        ("!= 1.10", "1.1", True),
        ("100000", "1e5", False),
        ("7", "007", False),
        ("7", 7, True),
        ("== 1000", 1000, True),
        ("1000", "1_000", False),
        (1000, "1_000", False),
        ("== true", True, True),
        ("== true", "true", True),
        ("!= null", "null", False),
        ("== true", 1, False),
        ("true", True, False),
        ("age < 10m", "yesterday", None),
        ("age > 1d", "2025-12-30T00:00:00Z", True),
    ],
)
def test_what_holds(written, value, holds):
    assert parse_comparison(written).holds(value, NOW) is holds


def test_a_text_that_reads_as_a_flag_is_shown_as_a_text():
    assert parse_comparison("true").text == '"true"'
    assert parse_comparison(True).text == "true"
    assert parse_comparison("ok").text == "ok"


@pytest.mark.parametrize("written", ["< many", "age < soon", "age == 5m", "==", "> ", (), "< nan"])
def test_what_is_no_comparison(written):
    with pytest.raises(ValueError, match=r"a number|a comparison|at least one"):
        parse_comparison(written)
