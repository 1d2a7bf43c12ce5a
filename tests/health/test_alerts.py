"""Counts of alerts: one of the worst gravity is told."""

import pytest

from tests.health.test_sentences import outcome
from verifier.model.finding import Outcome


@pytest.mark.parametrize(("count", "expected"), [(0, Outcome.PASS), (1, Outcome.WARN)])
def test_one_alert_of_the_worst_gravity_is_enough(count, expected):
    assert outcome({"status": "ok", "alerts": {"critical": count}}) is expected
