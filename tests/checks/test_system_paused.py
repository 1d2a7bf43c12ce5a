"""Whether a check says that the system is paused."""

import pytest

from verifier.checks.system_paused import check_paused
from verifier.model.finding import NotAsked, Outcome, Unobserved


@pytest.mark.parametrize(
    ("paused", "expected"),
    [
        pytest.param(True, [Outcome.WARN], id="paused"),
        pytest.param(False, [Outcome.PASS], id="running"),
        pytest.param(Unobserved("no route"), [Outcome.SKIP], id="not-read"),
        pytest.param(NotAsked("no kill switch"), [], id="no-switch"),
    ],
)
def test_a_pause_is_a_warning_and_condemns_nothing(paused, expected):
    assert [finding.outcome for finding in check_paused(paused)] == expected
