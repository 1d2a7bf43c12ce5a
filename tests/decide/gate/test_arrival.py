"""What becomes of a commit at Railway, told by name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START, deployment, old, sha, state
from verifier.decide.gate.arrival import (
    Stage,
    Wanted,
    arrive,
    current_replica_of,
    take_on,
)
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

WANTED = Wanted(commit_sha=sha("b"))
LIVE_OLD = old(status=Status.SUCCESS)


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
    assert arrive(state(*deployments, active=active), WANTED).stage is stage


def test_waiting_is_a_deadlock_only_where_this_job_is_the_ci():
    waiting = state(deployment(status=Status.WAITING), LIVE_OLD, active=("old",))

    assert arrive(waiting, WANTED).stage is Stage.UNDER_WAY
    blocked = arrive(waiting, replace(WANTED, job_blocks_ci=True))
    assert (blocked.stage, "deadlock" in blocked.text) == (Stage.NOT_DEPLOYED, True)


def test_an_upload_is_found_by_the_time_of_the_job():
    upload = deployment(commit="", minute=5)
    wanted = Wanted(since=START + timedelta(minutes=4))

    assert arrive(state(upload, old()), wanted).deployment == upload
    assert (
        arrive(state(upload, old()), replace(wanted, since=START + timedelta(minutes=6))).deployment
        is None
    )


def test_an_id_is_followed_whatever_else_there_is():
    wanted = Wanted(ids={"api": "new"})

    assert arrive(state(deployment(commit="c"), old()), wanted).stage is Stage.LIVE


def test_a_deployment_that_railway_moves_is_followed():
    moved = deployment("moved", 20)

    assert (
        current_replica_of(state(moved, deployment(status=Status.REMOVED)), deployment()) == moved
    )
    assert (
        current_replica_of(
            state(old("back", 20, status=Status.SUCCESS), deployment()), deployment()
        ).id
        == "new"
    )


def test_what_was_removed_before_the_run_is_no_answer_to_it():
    removed = deployment(status=Status.REMOVED, settled_at=START + timedelta(minutes=12))
    state_now = state(removed, LIVE_OLD, active=("old",))

    before = replace(WANTED, asked_at=START + timedelta(minutes=11))
    after = replace(WANTED, asked_at=START + timedelta(minutes=13))

    assert arrive(state_now, before).stage is Stage.GONE
    assert arrive(state_now, after).stage is Stage.MISSING


SKIPPED = deployment("c", 20, "c", status=Status.SKIPPED, skipped_reason="No changes to watched")
PASSED_BY = state(SKIPPED, deployment(), old(), active=("new",))


def past(about, status):
    return PastVerdict("api", about.id, about.commit_sha, about.image_digest, status)


@pytest.mark.parametrize(
    ("past_verdicts", "is_taken_on"),
    [
        pytest.param([], False, id="no-gate-has-ever-judged-here"),
        pytest.param([past(old(), PastStatus.VERIFIED)], True, id="one-before-it-was-verified"),
        pytest.param([past(deployment(), PastStatus.VERIFIED)], False, id="it-was-verified"),
        pytest.param([past(deployment(), PastStatus.CONDEMNED)], True, id="it-was-condemned"),
        pytest.param([past(old(), PastStatus.CONDEMNED)], False, id="one-before-was-condemned"),
    ],
)
def test_what_no_gate_has_judged_is_judged_by_one_that_passes_it_by(past_verdicts, is_taken_on):
    arrival = arrive(PASSED_BY, Wanted(commit_sha=sha("c")))

    taken = take_on(arrival, PASSED_BY, past_verdicts)

    assert arrival.stage is Stage.UNAFFECTED
    assert taken.is_taken_on is is_taken_on
    if is_taken_on:
        assert (taken.stage, taken.deployment.id) == (Stage.LIVE, "new")


VERIFIED_BEFORE = deployment("first", 2)
REDEPLOYED = deployment("again", 15, reason="redeploy")
PUT_BACK = deployment("back", 15, reason="rollback")


@pytest.mark.parametrize(
    ("live", "others", "past_verdicts", "told"),
    [
        pytest.param(
            deployment("again", 15),
            [],
            [past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "its commit was verified, but as another deployment",
            id="a-variable-was-changed",
        ),
        pytest.param(
            REDEPLOYED,
            [],
            [past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "its commit was verified, but as another deployment",
            id="redeployed-by-a-person",
        ),
        pytest.param(
            deployment("again", 15, image_digest="sha256:anew"),
            [],
            [past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "its commit was verified, but as another deployment",
            id="built-anew",
        ),
        pytest.param(
            REDEPLOYED,
            [],
            [past(REDEPLOYED, PastStatus.VERIFIED), past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "",
            id="redeployed-and-verified-since",
        ),
        pytest.param(
            PUT_BACK,
            [],
            [past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "",
            id="put-back-by-a-person",
        ),
        pytest.param(
            PUT_BACK,
            [deployment("again", 10)],
            [past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "its commit was verified, but as another deployment",
            id="put-back-with-who-knows-which-variables",
        ),
        pytest.param(
            PUT_BACK,
            [deployment("again", 10)],
            [past(PUT_BACK, PastStatus.VERIFIED), past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "",
            id="put-back-and-verified-by-the-gate-that-did-it",
        ),
        pytest.param(
            PUT_BACK,
            [],
            [past(PUT_BACK, PastStatus.CONDEMNED), past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "failed by an earlier gate",
            id="put-back-and-condemned",
        ),
        pytest.param(
            deployment("back", 15, reason="rollback", image_digest=""),
            [],
            [past(VERIFIED_BEFORE, PastStatus.VERIFIED)],
            "its commit was verified, but as another deployment",
            id="put-back-without-an-image-that-is-known",
        ),
    ],
)
def test_what_was_verified_is_not_judged_again_only_as_it_stood(live, others, past_verdicts, told):
    """Variables come with a deployment, so that another one of the same code may be broken."""
    around = state(SKIPPED, live, *others, VERIFIED_BEFORE, old(minute=-50), active=(live.id,))

    taken = take_on(arrive(around, Wanted(commit_sha=sha("c"))), around, past_verdicts)

    assert taken.is_taken_on is bool(told)
    assert told in taken.text


def test_what_crashed_is_judged_in_passing_though_a_gate_verified_it():
    crashed = deployment(status=Status.CRASHED)
    passed_by = state(SKIPPED, crashed, old(), active=())
    arrival = arrive(passed_by, Wanted(commit_sha=sha("c")))

    taken = take_on(arrival, passed_by, [past(crashed, PastStatus.VERIFIED)])

    assert (taken.stage, taken.deployment) == (Stage.LIVE, crashed)


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

    arrival = arrive(state(back, replaced, good, bad), WANTED)

    assert (arrival.stage, arrival.by) == (Stage.SUPERSEDED, back)
