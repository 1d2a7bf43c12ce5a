"""What a service still has of a condemned commit."""

from dataclasses import replace

import pytest

from tests.builders import deployment, old, state
from verifier.decide.gate.remainders import Remainder, remainders, spread
from verifier.model.deployment import DeploymentStatus as Status

BAD = deployment()
TWIN = deployment("twin", 12, status=Status.BUILDING, instances=())
MOVED_OLD = old("moved", 20, status=Status.SUCCESS)
LIVE_OLD = old(status=Status.SUCCESS)


def left(*deployments, active, condemned=BAD):
    found = remainders({"api": state(*deployments, active=active)}, {"api": condemned})
    if "api" not in found:
        return Remainder.NOTHING, "", []
    item = found["api"]
    return item.remainder, item.deployment.id, [d.id for d in item.coming]


@pytest.mark.parametrize(
    ("deployments", "active", "expected"),
    [
        pytest.param([BAD, old()], "new", (Remainder.SERVES, "new", []), id="live"),
        pytest.param([TWIN, BAD, old()], "new", (Remainder.SERVES, "new", ["twin"]), id="twin"),
        pytest.param([LIVE_OLD], "old", (Remainder.NOTHING, "", []), id="gone"),
        pytest.param(
            [MOVED_OLD, TWIN, old()],
            "moved",
            (Remainder.COMING, "twin", ["twin"]),
            id="on-its-way-though-older-code-was-moved-since",
        ),
        pytest.param(
            [old("back", 20, reason="rollback", status=Status.SUCCESS), TWIN, BAD, old()],
            "back",
            (Remainder.COMING, "twin", ["twin"]),
            id="on-its-way-after-the-rollback",
        ),
        pytest.param(
            [deployment("next", 20, "c"), replace(BAD, status=Status.REMOVING), old()],
            "next",
            (Remainder.NOTHING, "", []),
            id="replaced",
        ),
    ],
)
def test_what_is_left_of_it(deployments, active, expected):
    assert left(*deployments, active=(active,)) == expected


def test_an_image_of_two_commits_is_condemned_in_one_of_them_alone():
    same_image = replace(LIVE_OLD, image_digest=BAD.image_digest)
    fleet = {
        "api": state(same_image, active=("old",)),
        "worker": state(BAD, old(), active=("new",), name="worker"),
    }

    assert spread(fleet, {"worker": BAD}) == {"worker": BAD}
    assert left(same_image, TWIN, active=("old",)) == (Remainder.COMING, "twin", ["twin"])
