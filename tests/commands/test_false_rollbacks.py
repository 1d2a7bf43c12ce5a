"""No trouble that ends takes a good deployment back, and none lets a bad one pass."""

import pytest

from tests.commands.false_rollbacks import KINDS, Count, count


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_good_deployment_stays_and_a_bad_one_does_not_pass(kind):
    assert count(kind, "the gate", range(4)) == Count(rolled_back=0, red=0, passed=0)


@pytest.mark.parametrize(
    ("kind", "practice", "measure"),
    [
        ("overlap", "5-second loop", "passed"),
        ("cold start", "5-second loop", "rolled_back"),
        ("cold start", "poll and smoke", "rolled_back"),
    ],
)
def test_the_models_of_practices_have_their_faults(kind, practice, measure):
    assert getattr(count(kind, practice, range(40)), measure) > 0
