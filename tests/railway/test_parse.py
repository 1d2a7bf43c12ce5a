"""Times as Railway may write them: with an offset, in UTC, and without saying where."""

from datetime import UTC, datetime, timedelta

import pytest

from verifier.errors import UnexpectedAnswerError
from verifier.railway.parse import time_of


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-01-01T12:00:00Z", id="utc"),
        pytest.param("2026-01-01T09:00:00-03:00", id="elsewhere"),
        pytest.param("2026-01-01T12:00:00", id="nowhere"),
    ],
)
def test_each_time_is_the_same_moment_and_says_where(text):
    time = time_of(text)

    assert time == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert time.utcoffset() in (timedelta(0), timedelta(hours=-3))


def test_what_is_no_time_is_no_answer():
    with pytest.raises(UnexpectedAnswerError):
        time_of("yesterday")
