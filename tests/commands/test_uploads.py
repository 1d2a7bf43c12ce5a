"""Uploads of one run (`railway up`, `--since`): the newest counts, and no earlier one stays unjudged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import LIMITS, START, deployment, document, old, state
from tests.commands.script import BAD, CRITICAL
from tests.commands.test_gate import LIVE_OLD, run
from verifier.decide.gate.arrival import Wanted, locate
from verifier.model.deployment import DeploymentStatus as Status

SINCE = Wanted(since=START + timedelta(minutes=4))
EARLIER = deployment("new", 5, "e")
LATER = deployment("later", 8, "f", status=Status.BUILDING, instances=())


def upload(made):
    """An upload has no commit; what it says is told apart by its image here."""
    return replace(made, commit_sha="")


def uploads(becomes, *, at_s=20, health=None, beside=None, names=("api",)):
    """The earlier upload is live; the later one, which is being built, becomes this."""
    earlier, later = upload(EARLIER), upload(LATER)
    ended = replace(later, status=becomes, status_word=becomes.name)
    if becomes is Status.SUCCESS:
        ended = replace(ended, instances=("RUNNING",))
    active = later.id if becomes is Status.SUCCESS else earlier.id

    def ends(world):
        world.show("api", ended, earlier, LIVE_OLD, active=(active,))

    return run(
        wanted=SINCE,
        health={"": health} if health else {},
        names=names,
        deployments={"api": [later, earlier, LIVE_OLD], **(beside or {})},
        active={"api": (earlier.id,), "worker": ("w",)},
        at={at_s: ends},
    )


LOST = [Status.FAILED, Status.SKIPPED, Status.NEEDS_APPROVAL]


@pytest.mark.parametrize("health", [BAD, CRITICAL], ids=["bad", "critical"])
@pytest.mark.parametrize("becomes", LOST, ids=str)
def test_a_bad_upload_is_taken_out_though_a_later_one_did_not_come(becomes, health):
    report, world, _ = uploads(becomes, health=health)

    assert [what for _, what in world.mutations] == ["old"]
    assert world.mutations[0][0] <= 20 + 2 * LIMITS.interval_s + LIMITS.fail_after * 2
    assert (report.exit_code, world.active["api"]) == (1, ("back-api",))


@pytest.mark.parametrize("becomes", LOST, ids=str)
@pytest.mark.parametrize("at_s", [0, 20])
def test_a_good_upload_stays_and_the_run_is_red_where_a_later_one_did_not_come(becomes, at_s):
    report, world, _ = uploads(becomes, at_s=at_s)

    assert (report.verdict, world.mutations) == ("failed", [])
    assert world.active["api"] == ("new",)
    assert "a later upload, later, will not be" in report.reason
    assert report.exit_code == (1 if becomes is Status.FAILED else 3)


def test_a_later_upload_that_comes_is_the_one_that_is_judged():
    report, _, _ = uploads(Status.SUCCESS)

    assert (report.exit_code, report.services[0].judged.id) == (0, "later")


def becomes_good(now_s):
    """Both uploads are without a commit: the later one is told from the earlier by the time."""
    return CRITICAL if now_s < 20 else document()


def test_a_later_upload_that_comes_is_judged_instead_of_a_bad_one_before_it():
    report, world, _ = uploads(Status.SUCCESS, health=becomes_good)

    assert (report.exit_code, report.services[0].judged.id, world.mutations) == (0, "later", [])


def test_a_bad_upload_is_seen_at_once_though_the_build_of_a_later_one_never_ends():
    report, world, _ = uploads(Status.BUILDING, at_s=1e9, health=CRITICAL)

    (seen,) = [entry for entry in report.timeline if entry.event == "critical"]
    assert (seen.at - report.started_at).total_seconds() < 1
    assert (report.verdict, report.exit_code) == ("failed", 3)
    assert "CRITICAL" in report.reason
    assert world.mutations == [], "a newer deployment is on its way"


def test_a_good_upload_is_judged_though_the_build_of_a_later_one_never_ends():
    report, world, _ = uploads(Status.BUILDING, at_s=1e9)

    assert (report.exit_code, world.mutations) == (4, [])
    assert "a later upload, later, is on its way" in report.reason
    assert [entry for entry in report.timeline if entry.event == "pass"]


def test_a_later_upload_is_cancelled_where_another_service_is_bad():
    crashed = deployment("w", 6, "", image_digest="sha256:w", status=Status.CRASHED, instances=())

    _, world, _ = uploads(
        Status.BUILDING,
        at_s=1e9,
        names=("api", "worker"),
        beside={"worker": [crashed, old("old-w")]},
    )

    assert {what for _, what in world.mutations} >= {"cancel later", "old-w"}


def test_what_an_earlier_upload_of_the_same_run_fails_excuses_it_nothing():
    """It serves while the later one is built, and is no deployment of before for that."""
    report, world, _ = uploads(Status.FAILED, at_s=60, health=BAD)

    assert [what for _, what in world.mutations] == ["old"]
    assert "already failing" not in str(report.timeline)


def test_all_uploads_stay_where_an_earlier_one_is_good_and_a_later_one_of_it_was_not_built():
    """Red all the same. Of whichever upload the other service's is part: half a release is none."""
    failed = replace(upload(LATER), status=Status.FAILED, status_word="FAILED")
    beside = deployment("w", 6, "", image_digest="sha256:w")

    report, world, _ = run(
        wanted=SINCE,
        names=("api", "worker"),
        deployments={
            "api": [failed, upload(EARLIER), LIVE_OLD],
            "worker": [beside, old("old-w", image_digest="sha256:v")],
        },
        active={"api": ("new",), "worker": ("w",)},
    )

    assert world.mutations == []
    assert (report.exit_code, world.active) == (1, {"api": ("new",), "worker": ("w",)})


@pytest.mark.parametrize("appears_s", [3, 6, 9, 12, 14])
def test_what_the_job_uploads_after_its_first_service_was_condemned_is_cancelled(appears_s):
    """`railway up` uploads one service after another: also while the rollback is verified."""
    bad = deployment("w", 6, "", image_digest="sha256:w", status=Status.CRASHED, instances=())

    report, world, _ = run(
        wanted=SINCE,
        names=("api", "worker"),
        deployments={
            "api": [LIVE_OLD],
            "worker": [bad, old("old-w", commit_sha="", image_digest="sha256:v")],
        },
        active={"api": ("old",), "worker": ("w",)},
        at={appears_s: lambda world: world.show("api", upload(LATER), LIVE_OLD, active=("old",))},
    )

    assert {what for _, what in world.mutations} == {"old-w", "cancel later"}
    assert (report.exit_code, world.active["api"]) == (1, ("old",))


def test_a_rollback_is_no_upload():
    back = old("back", 9, commit_sha="", reason="rollback")

    assert locate(state(back, upload(EARLIER), active=("back",)), SINCE).id == "new"


def test_a_run_that_waits_for_another_service_judges_an_upload_by_itself():
    """What did not come of a service that the run does not wait for speaks against nobody."""
    failed = replace(upload(LATER), status=Status.FAILED, status_word="FAILED")

    report, world, _ = run(
        wanted=replace(SINCE, services=frozenset({"worker"})),
        names=("api", "worker"),
        deployments={
            "api": [failed, upload(EARLIER), LIVE_OLD],
            "worker": [deployment("w", 6, "", image_digest="sha256:w"), old("old-w")],
        },
        active={"api": ("new",), "worker": ("w",)},
    )

    assert (report.exit_code, world.mutations) == (0, [])


@pytest.mark.parametrize(
    ("others", "code", "targets"),
    [
        pytest.param([LIVE_OLD], 1, ["old"], id="there-is-an-older-one"),
        pytest.param([], 3, [], id="it-is-all-there-is"),
    ],
)
def test_nothing_goes_back_to_an_earlier_upload_of_the_same_run(others, code, targets):
    earlier = upload(deployment("up", 5, "e", status=Status.REMOVED, instances=("REMOVED",)))
    later = upload(deployment("new", 8, "f"))

    report, world, _ = run(
        wanted=SINCE,
        health={"": CRITICAL},
        deployments={"api": [later, earlier, *others]},
    )

    assert (report.exit_code, [what for _, what in world.mutations]) == (code, targets)
    assert any("an earlier upload of the same deploy" in e.text for e in report.timeline)
