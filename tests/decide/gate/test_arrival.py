"""What becomes of a commit at Railway, told by name."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from tests.builders import LIMITS, START, deployment, old, sha, state
from verifier.decide.gate.arrival import (
    Stage,
    Wanted,
    arrival_of,
)
from verifier.decide.gate.causes import likeliest_cause
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.tracks import fold
from verifier.model.check_ids import ARRIVAL, NO_COMMIT, REMOVED
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Verdict, VerdictWord

WANTED = Wanted(commit_sha=sha("b"))
LIVE_OLD = old(status=Status.SUCCESS)
EARLIER, BACK_AT, LATER = (START + timedelta(minutes=minute) for minute in (15, 21, 30))


@pytest.mark.parametrize(
    ("deployments", "active", "stage"),
    [
        pytest.param((LIVE_OLD,), ("old",), Stage.MISSING, id="no-record"),
        pytest.param(
            (deployment(status=Status.QUEUED), LIVE_OLD), ("old",), Stage.UNDER_WAY, id="queued"
        ),
        pytest.param(
            (deployment(status=Status.UNKNOWN), LIVE_OLD), ("old",), Stage.UNDER_WAY, id="new-word"
        ),
        pytest.param(
            (deployment(), LIVE_OLD), ("old",), Stage.UNDER_WAY, id="success-not-yet-active"
        ),
        pytest.param((deployment(), old()), ("new",), Stage.LIVE, id="live"),
        pytest.param(
            (deployment(status=Status.CRASHED), old()), ("new",), Stage.LIVE, id="crashed"
        ),
        pytest.param(
            (deployment(status=Status.FAILED), LIVE_OLD), ("old",), Stage.FAILED, id="failed"
        ),
        pytest.param(
            (deployment(status=Status.NEEDS_APPROVAL),), (), Stage.NOT_DEPLOYED, id="approval"
        ),
        pytest.param(
            (deployment(status=Status.SKIPPED, skipped_reason="No changes to watched files"),),
            (),
            Stage.UNAFFECTED,
            id="skipped-by-paths",
        ),
        pytest.param(
            (deployment(status=Status.SKIPPED, skipped_reason="CI check suite failed"),),
            (),
            Stage.NOT_DEPLOYED,
            id="skipped-by-ci",
        ),
        pytest.param(
            (deployment(status=Status.SKIPPED),), (), Stage.NOT_DEPLOYED, id="skipped-untold"
        ),
        pytest.param(
            (deployment(status=Status.REMOVED), LIVE_OLD), ("old",), Stage.GONE, id="removed"
        ),
        pytest.param(
            (deployment("next", 20, "c", status=Status.BUILDING), deployment()),
            ("new",),
            Stage.LIVE,
            id="newer-is-coming",
        ),
        pytest.param(
            (deployment("next", 20, "c"), deployment(status=Status.REMOVED)),
            ("next",),
            Stage.SUPERSEDED,
            id="newer-is-active",
        ),
        pytest.param(
            (
                deployment("next", 20, "c", status=Status.BUILDING),
                deployment(status=Status.REMOVED),
                LIVE_OLD,
            ),
            ("old",),
            Stage.UNDER_WAY,
            id="removed-for-a-newer-that-may-fail",
        ),
        pytest.param(
            (
                deployment("next", 20, "c", status=Status.FAILED),
                deployment(status=Status.REMOVED),
                LIVE_OLD,
            ),
            ("old",),
            Stage.GONE,
            id="removed-for-a-newer-that-failed",
        ),
        pytest.param(
            (deployment("next", 20, "c", status=Status.FAILED), deployment()),
            ("new",),
            Stage.LIVE,
            id="newer-failed",
        ),
        pytest.param(
            (deployment("moved", 20), deployment(status=Status.REMOVED)),
            ("moved",),
            Stage.LIVE,
            id="moved-by-railway-is-not-newer",
        ),
        pytest.param(
            (
                deployment("back", 20, "a", reason="rollback"),
                deployment(status=Status.REMOVED),
                old(),
            ),
            ("back",),
            Stage.ROLLED_BACK,
            id="already-rolled-back",
        ),
        *(
            pytest.param(
                (old("moved", 20, status=Status.SUCCESS), deployment(status=status), old()),
                ("moved",),
                stage,
                id=f"{status.value}-while-the-old-one-is-moved",
            )
            for status, stage in (
                (Status.BUILDING, Stage.UNDER_WAY),
                (Status.WAITING, Stage.UNDER_WAY),
                (Status.NEEDS_APPROVAL, Stage.NOT_DEPLOYED),
                (Status.FAILED, Stage.FAILED),
                (Status.SKIPPED, Stage.NOT_DEPLOYED),
                (Status.CRASHED, Stage.SUPERSEDED),
            )
        ),
        *(
            pytest.param(
                (
                    deployment("back", 20, "a", reason="rollback", settled_at=BACK_AT),
                    deployment("new", 12, settled_at=settled_at, status=status),
                    deployment("next", 10, "c", status=Status.REMOVED, instances=("REMOVED",)),
                    old(),
                ),
                active,
                stage,
                id=f"{status.value}-while-another-is-rolled-back: {stage.value}",
            )
            for status, settled_at, active, stage in (
                (Status.WAITING, LATER, ("back",), Stage.UNDER_WAY),
                (Status.NEEDS_APPROVAL, LATER, ("back",), Stage.NOT_DEPLOYED),
                (Status.SUCCESS, LATER, ("back",), Stage.UNDER_WAY),
                (Status.SUCCESS, LATER, ("back", "new"), Stage.LIVE),
                (Status.SUCCESS, EARLIER, ("back",), Stage.ROLLED_BACK),
            )
        ),
        pytest.param(
            (deployment("next", 20, "c"), deployment(status=Status.BUILDING), old()),
            ("next",),
            Stage.UNDER_WAY,
            id="building-while-a-newer-is-active",
        ),
        pytest.param(
            (deployment("next", 20, "c"), deployment(status=Status.FAILED), old()),
            ("next",),
            Stage.SUPERSEDED,
            id="failed-and-a-newer-is-active",
        ),
        pytest.param(
            (deployment("twin", 11, status=Status.REMOVED), deployment()),
            ("new",),
            Stage.LIVE,
            id="cancelled-twin",
        ),
        pytest.param(
            (deployment(commit="", image_digest="x"), LIVE_OLD),
            ("new",),
            Stage.MISSING,
            id="upload-has-no-commit",
        ),
    ],
)
def test_stage(deployments, active, stage):
    assert arrival_of(state(*deployments, active=active), WANTED).stage is stage


@pytest.mark.parametrize(
    ("deployments", "active", "followed"),
    [
        pytest.param((deployment(status=Status.BUILDING), LIVE_OLD), ("old",), ["new"], id="comes"),
        pytest.param((deployment(), old()), ("new",), ["new"], id="live"),
        pytest.param(
            (
                deployment("next", 20, "c", status=Status.BUILDING),
                deployment(status=Status.REMOVED),
                LIVE_OLD,
            ),
            ("old",),
            ["next"],
            id="removed-for-a-newer: the removed one tells nothing more",
        ),
        pytest.param((deployment(status=Status.FAILED), LIVE_OLD), ("old",), [], id="over"),
        pytest.param((LIVE_OLD,), ("old",), [], id="no-record"),
    ],
)
def test_whose_next_status_is_waited_for(deployments, active, followed):
    arrival = arrival_of(state(*deployments, active=active), WANTED)

    assert [d.id for d in arrival.followed] == followed


def test_waiting_is_a_deadlock_only_where_this_job_is_the_ci():
    waiting = state(deployment(status=Status.WAITING), LIVE_OLD, active=("old",))

    assert arrival_of(waiting, WANTED).stage is Stage.UNDER_WAY
    blocked = arrival_of(waiting, replace(WANTED, job_blocks_ci=True))
    assert (blocked.stage, "deadlock" in blocked.text) == (Stage.NOT_DEPLOYED, True)


def test_an_upload_is_found_by_the_time_of_the_job():
    upload = deployment(commit="", minute=5)
    wanted = Wanted(since=START + timedelta(minutes=4))

    assert arrival_of(state(upload, old()), wanted).deployment == upload
    assert (
        arrival_of(
            state(upload, old()), replace(wanted, since=START + timedelta(minutes=6))
        ).deployment
        is None
    )


UPLOAD = deployment("an-upload-of-before", 3, commit="")
SINCE = Wanted(since=START + timedelta(minutes=4))
NOTHING_SINCE = "no upload made since 2026-01-01 12:04:00 UTC has appeared yet"
LEFT_OUT = f"{NOTHING_SINCE}; upload an-uploa of 2026-01-01 12:03:00 UTC was made before that"


@pytest.mark.parametrize(
    ("shown", "wanted", "text", "is_hinted"),
    [
        pytest.param([UPLOAD, old()], SINCE, LEFT_OUT, True, id="an-upload"),
        pytest.param(
            [replace(UPLOAD, id="first", created_at=START), UPLOAD],
            SINCE,
            LEFT_OUT,
            True,
            id="the-newest-of-them",
        ),
        pytest.param(
            [UPLOAD],
            replace(SINCE, ahead_s=-75.4),
            f"{LEFT_OUT}; Railway's clock is 75 s behind the runner's",
            True,
            id="two-clocks",
        ),
        pytest.param(
            [UPLOAD],
            replace(SINCE, ahead_s=20),
            f"{LEFT_OUT}; Railway's clock is 20 s ahead of the runner's",
            True,
            id="the-other-way-round",
        ),
        pytest.param([UPLOAD], replace(SINCE, ahead_s=-1.4), LEFT_OUT, True, id="one-clock"),
        pytest.param(
            [UPLOAD],
            Wanted(since=(START + timedelta(minutes=4)).astimezone(timezone(timedelta(hours=2)))),
            LEFT_OUT,
            True,
            id="a-time-of-another-zone",
        ),
        pytest.param(
            [deployment(minute=3), UPLOAD],
            replace(SINCE, commit_sha=sha("b")),
            "no deployment of commit bbbbbbbb, and no upload made since 2026-01-01 12:04:00 UTC has "
            "appeared yet; deployment new of 2026-01-01 12:03:00 UTC was made before that",
            True,
            id="of-the-commit",
        ),
        pytest.param([old()], SINCE, NOTHING_SINCE, False, id="only-of-other-commits"),
        pytest.param(
            [UPLOAD],
            replace(SINCE, ids={"api": "elsewhere"}),
            "Railway shows no deployment elsewhere of api yet",
            False,
            id="an-id-is-wanted",
        ),
    ],
)
def test_what_is_too_old_is_named_where_nothing_else_is_found(shown, wanted, text, is_hinted):
    arrival = arrival_of(state(*shown, active=()), wanted)

    assert (arrival.stage, arrival.text) == (Stage.MISSING, text)
    assert ("--since" in arrival.hint) is is_hinted


@pytest.mark.parametrize(
    ("newest", "stage", "judged", "lost"),
    [
        (Status.BUILDING, Stage.LIVE, "earlier", None),
        (Status.FAILED, Stage.LIVE, "earlier", Stage.FAILED),
        (Status.SKIPPED, Stage.LIVE, "earlier", Stage.NOT_DEPLOYED),
        (Status.NEEDS_APPROVAL, Stage.LIVE, "earlier", Stage.NOT_DEPLOYED),
        (Status.REMOVED, Stage.LIVE, "earlier", None),
    ],
)
def test_of_several_uploads_the_one_that_is_live_is_judged_until_a_later_one_is(
    newest, stage, judged, lost
):
    earlier = deployment("earlier", commit="", minute=5, image_digest="sha256:e")
    upload = deployment("upload", commit="", minute=8, image_digest="", status=newest)
    wanted = Wanted(since=START + timedelta(minutes=4))

    arrival = arrival_of(state(upload, earlier, active=("earlier",)), wanted)

    assert (arrival.stage, arrival.deployment.id) == (stage, judged)
    assert (arrival.lost and arrival.lost.stage) == lost
    assert (arrival.later is not None) is (newest is Status.BUILDING)


def test_an_upload_of_before_the_run_is_none_of_its_own():
    before = deployment("before", commit="", minute=3, image_digest="sha256:e")
    upload = deployment("upload", commit="", minute=8, image_digest="", status=Status.FAILED)
    wanted = Wanted(since=START + timedelta(minutes=4))

    arrival = arrival_of(state(upload, before, active=("before",)), wanted)

    assert (arrival.stage, arrival.deployment.id, arrival.lost) == (Stage.FAILED, "upload", None)


def test_a_second_record_of_one_upload_is_no_newer_one():
    serving = deployment("serving", commit="", minute=5, image_digest="sha256:e")
    twin = deployment("twin", commit="", minute=8, image_digest="sha256:e", status=Status.FAILED)
    wanted = Wanted(since=START + timedelta(minutes=4))

    arrival = arrival_of(state(twin, serving, active=("serving",)), wanted)

    assert (arrival.stage, arrival.deployment) == (Stage.LIVE, serving)


def test_an_upload_that_crashed_is_judged_while_a_later_one_is_built():
    earlier = deployment("earlier", 5, "", image_digest="sha256:e", status=Status.CRASHED)
    upload = deployment("upload", 8, "", image_digest="", status=Status.BUILDING)
    wanted = Wanted(since=START + timedelta(minutes=4))

    arrival = arrival_of(state(upload, earlier, active=()), wanted)

    assert (arrival.stage, arrival.deployment.id) == (Stage.LIVE, "earlier")


def test_a_rollback_of_an_upload_is_no_upload_of_the_run():
    upload = deployment("upload", 5, "", image_digest="sha256:u")
    back = deployment("back", 8, "", image_digest="sha256:o", reason="rollback")
    wanted = Wanted(since=START + timedelta(minutes=4))

    arrival = arrival_of(state(upload, back, active=("back",)), wanted)

    assert (arrival.stage, arrival.deployment.id) == (Stage.ROLLED_BACK, "upload")


def test_an_id_is_followed_whatever_else_there_is():
    wanted = Wanted(ids={"api": "new"})

    assert arrival_of(state(deployment(commit="c"), old()), wanted).stage is Stage.LIVE


def test_a_deployment_that_railway_moves_is_followed():
    moved = deployment("moved", 20)

    by_railway = state(moved, deployment(status=Status.REMOVED))
    to_other_code = state(old("back", 20, status=Status.SUCCESS), deployment())

    assert by_railway.current_replica_of(deployment()) == moved
    assert to_other_code.current_replica_of(deployment()).id == "new"


def test_what_was_removed_before_the_run_is_no_answer_to_it():
    removed = deployment(status=Status.REMOVED, settled_at=START + timedelta(minutes=12))
    state_now = state(removed, LIVE_OLD, active=("old",))

    before = replace(WANTED, asked_at=START + timedelta(minutes=11))
    after = replace(WANTED, asked_at=START + timedelta(minutes=13))

    assert arrival_of(state_now, before).stage is Stage.GONE
    arrival = arrival_of(state_now, after)
    assert arrival.stage is Stage.MISSING
    # It was deployed: the service is connected, and no gate holds it.
    assert "auto-deploy" not in arrival.hint
    assert "push it again" in arrival.hint


def test_what_was_deployed_and_removed_is_not_told_as_never_deployed():
    gone = Finding(ARRIVAL, Outcome.INCONCLUSIVE, "it was removed", "api", objects=(REMOVED,))
    never = replace(gone, summary="no deployment of this commit has appeared yet", objects=())

    def cause(*findings):
        return likeliest_cause(Verdict(VerdictWord.FAILED, "x", findings)).text

    assert cause(gone) == cause(gone, gone) == "what was deployed of this commit has been removed"
    assert cause(never) == cause(gone, never) == "Railway did not deploy this commit"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        pytest.param(SINCE, "no upload was made since the time", id="a-time"),
        pytest.param(
            replace(SINCE, commit_sha=sha("b")), "Railway did not deploy this", id="or-a-commit"
        ),
        pytest.param(Wanted(commit_sha=sha("b")), "Railway did not deploy this", id="a-commit"),
    ],
)
def test_who_waits_for_an_upload_is_not_told_of_a_commit(wanted, told):
    arrived = arrival_of(state(LIVE_OLD, active=("old",)), wanted)

    verdict = fold([Track(arrived, 0.0)], Progress(3600.0, 0.0, 3600.0), LIMITS)

    assert likeliest_cause(verdict).text.startswith(told)


def test_what_may_still_answer_is_what_is_active_or_going_away():
    around = state(
        deployment(),
        old(status=Status.REMOVING),
        old("gone", status=Status.REMOVED),
        active=("new",),
    )

    assert around.may_answer == {"new", "old"}


def test_what_was_merely_replaced_was_not_rolled_back():
    """Commit b was replaced by c; d was bad, and c was put back. The job of b is run again."""
    replaced = old("new", 10, "b")
    good, bad = old("c1", 20, "c"), old("d1", 30, "d")
    back = deployment("c2", 40, "c", reason="rollback")

    arrival = arrival_of(state(back, replaced, good, bad), WANTED)

    assert (arrival.stage, arrival.by) == (Stage.SUPERSEDED, back)


UPLOADED = old(status=Status.SUCCESS, commit_sha="")
JUST_NOW = deployment("up", commit_sha="", created_at=LATER)
ASKED = replace(WANTED, asked_at=EARLIER)


@pytest.mark.parametrize(
    ("removed", "stage"),
    [
        pytest.param(11, Stage.GONE, id="before-it-served"),
        pytest.param(30, Stage.ROLLED_BACK, id="it-had-served"),
    ],
)
def test_only_what_had_served_was_rolled_back(removed, stage):
    again_at, removed_at = (START + timedelta(minutes=minute) for minute in (22, removed))
    gone = old("new", 10, "b", instances=(), settled_at=removed_at)
    again = deployment("again", 20, "a", reason="redeploy", settled_at=again_at)

    arrival = arrival_of(state(again, gone, old(settled_at=again_at), active=("again",)), WANTED)

    assert arrival.stage is stage


@pytest.mark.parametrize(
    ("deployments", "wanted", "stage", "told"),
    [
        pytest.param((UPLOADED,), ASKED, Stage.MISSING, "each deployment", id="uploads-alone"),
        pytest.param(
            (JUST_NOW, UPLOADED), ASKED, Stage.NOT_DEPLOYED, "since this run began", id="a-new-one"
        ),
        pytest.param(
            (JUST_NOW, UPLOADED),
            replace(ASKED, services=frozenset({"another"})),
            Stage.MISSING,
            "each deployment",
            id="nobody-waits-for-it",
        ),
        pytest.param((JUST_NOW, LIVE_OLD), ASKED, Stage.MISSING, "", id="one-has-a-commit"),
        pytest.param(
            (replace(JUST_NOW, reason="rollback"), LIVE_OLD),
            ASKED,
            Stage.MISSING,
            "",
            id="went-back",
        ),
        pytest.param((), ASKED, Stage.MISSING, "", id="nothing"),
        pytest.param(
            (UPLOADED,), replace(ASKED, since=LATER), Stage.MISSING, "", id="a-time-is-given"
        ),
    ],
)
def test_what_can_never_be_found_by_a_commit_is_told(deployments, wanted, stage, told):
    arrived = arrival_of(state(*deployments, active=("old",)), wanted)

    assert (arrived.stage, arrived.missing_as == NO_COMMIT) == (stage, bool(told))
    assert (told in arrived.text and "finds none" in arrived.text) if told else True
    assert ("--since" in arrived.hint) or not told
