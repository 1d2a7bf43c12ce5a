"""What becomes of a commit at Railway, told by name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import LIMITS, START, deployment, old, sha, state
from verifier.decide.gate.arrival import (
    Proceed,
    Stage,
    Wanted,
    arrive,
    conclude,
    current_replica_of,
    poll_interval_s,
    usual_duration_s,
)
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.verdict import VerdictWord, Wait

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
            Stage.SUPERSEDED,
            id="newer-is-coming",
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


def arrivals(*stages, status=Status.BUILDING):
    return tuple(
        arrive(
            {
                Stage.MISSING: state(LIVE_OLD, name=f"s{n}"),
                Stage.UNDER_WAY: state(
                    deployment(status=status), LIVE_OLD, active=("old",), name=f"s{n}"
                ),
                Stage.LIVE: state(deployment(), old(), name=f"s{n}"),
                Stage.FAILED: state(
                    deployment(status=Status.FAILED), LIVE_OLD, active=("old",), name=f"s{n}"
                ),
                Stage.UNAFFECTED: state(
                    deployment(status=Status.SKIPPED, skipped_reason="No changes to watched files"),
                    LIVE_OLD,
                    active=("old",),
                    name=f"s{n}",
                ),
                Stage.SUPERSEDED: state(deployment("next", 20, "c"), deployment(), name=f"s{n}"),
            }[stage],
            WANTED,
        )
        for n, stage in enumerate(stages)
    )


@pytest.mark.parametrize(
    ("stages", "waited_s", "unchanged_s", "expected"),
    [
        pytest.param([Stage.LIVE, Stage.LIVE], 5, 0, Proceed, id="all-live"),
        pytest.param([Stage.LIVE, Stage.UNAFFECTED], 5, 0, Proceed, id="one-untouched"),
        pytest.param([Stage.UNAFFECTED], 5, 0, VerdictWord.UNAFFECTED, id="all-untouched"),
        pytest.param([Stage.LIVE, Stage.UNDER_WAY], 5, 5, Wait, id="one-building"),
        pytest.param([Stage.FAILED, Stage.UNDER_WAY], 5, 5, Wait, id="failed-while-one-may-come"),
        pytest.param([Stage.FAILED, Stage.LIVE], 5, 0, VerdictWord.FAILED, id="one-failed"),
        pytest.param([Stage.LIVE, Stage.SUPERSEDED], 5, 0, VerdictWord.SUPERSEDED, id="superseded"),
        pytest.param([Stage.MISSING], 179, 179, Wait, id="not-there-yet"),
        pytest.param([Stage.MISSING], 180, 180, VerdictWord.FAILED, id="never-came"),
        pytest.param([Stage.UNDER_WAY], 600, 600, VerdictWord.INCONCLUSIVE, id="builds-for-ever"),
        pytest.param(
            [Stage.UNDER_WAY], 750, 5, VerdictWord.INCONCLUSIVE, id="only-the-reserve-is-left"
        ),
    ],
)
def test_conclusion(stages, waited_s, unchanged_s, expected):
    decision = conclude(arrivals(*stages), waited_s, unchanged_s, None, LIMITS)

    assert (decision.word if hasattr(decision, "word") else type(decision)) is expected


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


@pytest.mark.parametrize(
    ("waited_s", "usual_s", "expected"),
    [
        pytest.param(0, None, 5, id="at-first"),
        pytest.param(8, None, 12, id="later"),
        pytest.param(400, None, 75, id="much-later"),
        pytest.param(0, 300, 5, id="at-first-whatever-is-usual"),
        pytest.param(240, 300, 69, id="towards-the-usual-end"),
        pytest.param(290, 300, 24, id="near-the-usual-end"),
        pytest.param(310, 300, 35, id="just-after-the-usual-end"),
        pytest.param(600, 300, 75, id="long-after-the-usual-end"),
        pytest.param(0, 1, 2, id="never-quicker-than-the-interval"),
    ],
)
def test_railway_is_asked_often_only_where_an_end_is_near(waited_s, usual_s, expected):
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
