"""What a service still has of a condemned commit."""

from dataclasses import replace

import pytest

from tests.builders import deployment, old, state
from verifier.decide.gate.arrival import Arrival, Stage, Wanted
from verifier.decide.gate.remainders import Remainder, beside, remainders, sparing, spread
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

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


def test_what_was_verified_in_its_own_service_goes_with_no_older_commit_of_another():
    """Not what the run was asked to judge, which goes as a whole."""
    api = replace(LIVE_OLD, id="a")
    worker = replace(LIVE_OLD, id="w", image_digest="sha256:w")
    put_back = replace(api, id="back", reason="rollback", created_at=BAD.created_at)
    record = PastVerdict("api", "a", api.commit_sha, api.image_digest, PastStatus.VERIFIED)
    taken_on = Arrival("worker", Stage.LIVE, "live", worker, is_taken_on=True)
    older = sparing([record], [Arrival("api", Stage.LIVE, "live", BAD), taken_on])
    own = sparing([record], [Arrival("api", Stage.LIVE, "live", api), taken_on])
    fleet = {"api": state(api, active=("a",)), "worker": state(worker, active=("w",))}
    later = {**fleet, "api": state(put_back, BAD, replace(api, status=Status.REMOVED))}

    assert spread(fleet, {"worker": worker}, spared_by=older) == {"worker": worker}
    assert spread(fleet, {"worker": worker}, spared_by=own) == {"worker": worker, "api": api}
    assert spread(later, {"worker": worker}, spared_by=older) == {"worker": worker}


def test_of_what_was_taken_on_its_own_commit_decides_once_that_of_the_run_is_condemned():
    """Another service of the run is condemned as a whole; an earlier commit is judged by itself."""
    own, taken_on = deployment("w-new", 10, "b"), deployment("s-old", 5, "c")
    bad = deployment("new", 10, "b")
    fleet = {
        "api": state(bad),
        "worker": state(own, name="worker"),
        "scheduler": state(taken_on, name="scheduler"),
    }
    arrivals = [
        Arrival("worker", Stage.LIVE, "", own),
        Arrival("scheduler", Stage.LIVE, "", taken_on, is_taken_on=True),
    ]

    rest = beside(arrivals, fleet, [{"api": bad}], Wanted(commit_sha=bad.commit_sha))

    assert [arrival.service for arrival in rest] == ["scheduler"]
