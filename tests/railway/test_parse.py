"""Railway's rows as it may write them: times with and without an offset, replicas by region."""

from datetime import UTC, datetime, timedelta

import pytest

from verifier.errors import UnexpectedAnswerError
from verifier.railway.parse import parse_deployment, time_of

ROW = {"id": "d1", "status": "SUCCESS", "createdAt": "2026-01-01T00:00:00.000Z"}
REGIONS = {"a": {"numReplicas": 2}, "b": None, "c": {"numReplicas": 1}}


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


@pytest.mark.parametrize(
    ("deploy", "count", "regions"),
    [
        pytest.param({"multiRegionConfig": REGIONS}, 3, 2, id="regions"),
        pytest.param({"multiRegionConfig": REGIONS, "numReplicas": 1}, 3, 2, id="they-come-first"),
        pytest.param({"multiRegionConfig": None, "numReplicas": 2}, 2, 1, id="one-number"),
        pytest.param({}, None, 1, id="untold"),
    ],
)
def test_replicas_are_summed_over_regions(deploy, count, regions):
    found = parse_deployment({**ROW, "meta": {"serviceManifest": {"deploy": deploy}}})

    assert (found.replica_count, found.region_count) == (count, regions)
