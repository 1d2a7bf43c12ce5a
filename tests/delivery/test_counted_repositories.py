"""A line every ten seconds, and none of an audit that is shorter."""

import io

import pytest

from verifier.delivery.counted_repositories import CountedRepositories


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ([1, 2, 3], []),
        ([4, 10, 11], ["2 of 300 repositories read"]),
        ([10, 19, 20], ["1 of 300 repositories read", "3 of 300 repositories read"]),
        ([60, 60, 60], ["1 of 300 repositories read"]),
    ],
)
def test_how_far_it_is_is_told_every_ten_seconds(times, told):
    stream, clock = io.StringIO(), iter([0, *times])
    counted = CountedRepositories(stream, lambda: next(clock))

    for number in range(1, len(times) + 1):
        counted.done(number, 300)

    assert stream.getvalue().splitlines() == told
