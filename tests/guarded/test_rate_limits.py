"""One reading of every server's limits: is this answer one, and for how long to wait."""

from datetime import UTC, datetime

import pytest

from verifier.guarded.rate_limits import (
    ahead_s,
    asked_pause_s,
    is_rate_limit,
    pause_s,
    rate_budget,
)

NOW = datetime(2026, 10, 21, 7, 28, 0, tzinfo=UTC)
IN_A_MINUTE = "Wed, 21 Oct 2026 07:29:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("99999999", 3600.0),
        (IN_A_MINUTE, 60.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2020 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 3600.0),
        (str(int(NOW.timestamp()) + 30), 30.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1e9", None),
        ("\u0663", None),
        ("Wed, 99 Foo 2026", None),
        ("9" * 400, None),
    ],
)
def test_retry_after(value, seconds):
    assert asked_pause_s({"retry-after": value}, NOW) == seconds


def test_retry_after_is_not_always_there():
    assert asked_pause_s({}, NOW) is None


def test_a_date_counts_from_when_the_answer_left_by_its_own_clock():
    late = {"retry-after": IN_A_MINUTE, "date": "Wed, 21 Oct 2026 07:28:50 GMT"}

    assert asked_pause_s(late, NOW) == 10.0


GITHUB = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0"}
RESET = {"x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, 60, id="bare"),
        pytest.param({"retry-after": "7"}, 7, id="retry-after"),
        pytest.param({**GITHUB, **RESET}, 90, id="github-begins-anew-at-a-moment"),
        pytest.param({**GITHUB, "x-ratelimit-reset": "90"}, 90, id="railway-begins-anew-in"),
        pytest.param({**GITHUB, **RESET, "retry-after": "7"}, 7, id="retry-after-wins"),
        pytest.param({**GITHUB, **RESET, "x-ratelimit-remaining": "9"}, 60, id="another-limit"),
        pytest.param(GITHUB, 60, id="no-word-of-when"),
        pytest.param({**GITHUB, "x-ratelimit-reset": "soon"}, 3600, id="an-hour-at-most"),
    ],
)
def test_the_pause_after_one_too_many(headers, seconds):
    assert pause_s(headers, NOW, 60.0) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "said", "expected"),
    [
        pytest.param(429, {}, "", True, id="429"),
        pytest.param(403, {}, "Resource not accessible by integration", False, id="may-not"),
        pytest.param(403, {"retry-after": "7"}, "", True, id="asks-to-wait"),
        pytest.param(403, {"x-ratelimit-remaining": "0"}, "", True, id="nothing-left"),
        pytest.param(403, {"x-ratelimit-remaining": "1"}, "", False, id="something-left"),
        pytest.param(403, {}, "You have exceeded a secondary Rate Limit", True, id="in-words"),
        pytest.param(403, {}, "You have triggered an abuse detection", True, id="older-words"),
        pytest.param(401, {"retry-after": "7"}, "rate limit", False, id="no-token"),
        pytest.param(503, {"retry-after": "7"}, "", False, id="maintenance"),
        pytest.param(200, {"x-ratelimit-remaining": "0"}, "", False, id="the-last-one"),
    ],
)
def test_which_answers_are_one_too_many(status, headers, said, expected):
    assert is_rate_limit(status, headers, said) is expected


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        (GITHUB, (5000, 0, 3600.0)),
        ({**GITHUB, **RESET}, (5000, 0, 90.0)),
        ({"x-ratelimit-limit": "many", "x-ratelimit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_what_is_left_of_a_limit(headers, left):
    budget = rate_budget(headers, NOW)

    assert (budget and (budget.limit, budget.remaining, budget.reset_s)) == left


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (IN_A_MINUTE, 60.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", -60.0),
        ("Wed, 28 Oct 2026 07:28:00 GMT", 604_800.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_a_date_that_no_clock_shows_tells_nothing_of_one(date, seconds):
    """A moment of this run, moved by it, may be one that does not exist."""
    assert ahead_s({"date": date}, NOW) == seconds
