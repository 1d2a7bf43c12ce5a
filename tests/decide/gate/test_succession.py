"""Which deployment takes over from which, and which is about to."""

from datetime import timedelta

import pytest

from tests.builders import START, deployment, old, state
from verifier.decide.gate.succession import on_its_way, taken_over_by
from verifier.model.deployment import DeploymentStatus as Status

NEW = deployment()
FIRST, THEN, LAST = (START + timedelta(minutes=minute) for minute in (15, 25, 40))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.BUILDING, "later"),
        (Status.UNKNOWN, "later"),
        (Status.SUCCESS, "later"),
        (Status.WAITING, None),
        (Status.NEEDS_APPROVAL, None),
        (Status.FAILED, None),
        (Status.REMOVED, None),
    ],
)
def test_what_is_up_and_not_switched_to_yet_is_on_its_way(status, expected):
    later = deployment("later", 20, "c", status=status)

    found = on_its_way(state(NEW, later, old()), NEW)

    assert (found and found.id) == expected


@pytest.mark.parametrize(
    ("own", "up_at", "expected"),
    [
        pytest.param(Status.SUCCESS, FIRST, "later", id="it-served-before"),
        pytest.param(Status.SUCCESS, LAST, None, id="it-went-up-after"),
        pytest.param(Status.CRASHED, LAST, "later", id="it-crashed-after"),
        pytest.param(Status.REMOVED, LAST, "later", id="it-was-removed-after"),
        pytest.param(Status.BUILDING, LAST, None, id="it-still-comes"),
    ],
)
def test_only_what_went_up_later_takes_over_from_what_is_newer(own, up_at, expected):
    shown = deployment(status=own, settled_at=up_at)
    later = deployment("later", 20, "c", settled_at=THEN)

    found = taken_over_by(state(shown, later, active=("later",)), shown)

    assert (found and found.id) == expected
