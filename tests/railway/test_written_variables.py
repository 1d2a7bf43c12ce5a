"""Variables as they are written at Railway: which have a value of their own."""

import pytest

from tests.railway.answering import SCOPE, AnsweringRailway
from verifier.railway.environment import read_environment


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ({"A": "x", "B": "${{Redis.REDIS_URL}}", "C": "redis://${{Redis.HOST}}:1", "D": ""}, {"A"}),
        (None, set()),
        ("odd", set()),
    ],
    ids=["told", "not-told", "malformed"],
)
def test_a_variable_without_a_reference_has_a_value_of_its_own(written, own):
    shown = AnsweringRailway()
    shown.written = written

    found = read_environment(shown.transport(), SCOPE, ["api"]).services["api"]

    assert found.written_out == own
