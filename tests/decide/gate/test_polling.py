"""How often Railway is asked while a deployment is on its way."""

from datetime import timedelta

import pytest

from tests.builders import old, state
from verifier.decide.gate.polling import poll_interval_s, usual_duration_s
from verifier.model.deployment import DeploymentStatus as Status


@pytest.mark.parametrize(
    ("waited_s", "usual_s", "expected"),
    [
        pytest.param(0, None, 5, id="at-first"),
        pytest.param(6, None, 9, id="later"),
        pytest.param(400, None, 10, id="much-later"),
        pytest.param(0, 300, 5, id="at-first-whatever-is-usual"),
        pytest.param(240, 300, 10, id="towards-the-usual-end"),
        pytest.param(295, 300, 2, id="at-the-usual-end"),
        pytest.param(305, 300, 2, id="just-after-the-usual-end"),
        pytest.param(600, 300, 10, id="long-after-the-usual-end"),
    ],
)
def test_what_goes_live_is_seen_within_ten_seconds(waited_s, usual_s, expected):
    assert poll_interval_s(waited_s, usual_s, 2) == pytest.approx(expected)


TOOK = timedelta(seconds=90)


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        pytest.param(
            old(status=Status.SUCCESS, settled_at=old().created_at + TOOK), 90, id="built"
        ),
        pytest.param(old(status=Status.SUCCESS), None, id="no-time-given"),
        pytest.param(
            old(status=Status.SUCCESS, settled_at=old().created_at + TOOK, reason="rollback"),
            None,
            id="put-back-without-a-build",
        ),
        pytest.param(
            old(status=Status.SLEEPING, settled_at=old().created_at + TOOK), None, id="asleep-since"
        ),
        pytest.param(
            old(status=Status.SUCCESS, settled_at=old().created_at - TOOK), None, id="clocks-differ"
        ),
    ],
)
def test_what_is_usual_is_what_the_live_deployment_took(active, expected):
    assert usual_duration_s({"api": state(active, active=("old",))}) == expected
