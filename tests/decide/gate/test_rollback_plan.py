"""What goes back to what, and what is never touched."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import POLICY, START, deployment, good_before, old, state
from verifier.decide.gate.history import goes_back, known_bad
from verifier.decide.gate.move_status import NotDue, Ready, restored_by, still_due
from verifier.decide.gate.rollback_plan import plan_rollback, serves
from verifier.decide.gate.seen_before import known_from
from verifier.model.check_ids import ARRIVAL
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import (
    InconclusiveMode,
    Keep,
    Move,
    Past,
    RestoreMethod,
    RollbackMode,
    RollBackTo,
    Verdict,
    VerdictWord,
)

FAIL = Finding("health.deep", Outcome.FAIL, "503", "api")
CRITICAL = replace(FAIL, outcome=Outcome.CRITICAL)
FAILED = Verdict(VerdictWord.FAILED, "503", (FAIL,))
JUDGED = deployment()
ALL_GOOD = good_before("api", "worker", "scheduler")
PAST = Past(ALL_GOOD)


def failed_on(*objects):
    """A verdict on these alone."""
    return Verdict(VerdictWord.FAILED, "", (replace(FAIL, objects=objects),))


def plan(
    *deployments, verdict=FAILED, active=None, baseline=(), records=(), policy=POLICY, judged=JUDGED
):
    fleet = {"api": state(*deployments, active=active)}
    before = replace(known_from(baseline), good=ALL_GOOD.good)
    past = Past(before, tuple(records))
    return plan_rollback(verdict, {"api": judged}, fleet, past, policy)


def target(decision):
    return decision.moves[0].target.id if isinstance(decision, RollBackTo) else None


@pytest.mark.parametrize(
    ("older", "expected", "refused"),
    [
        pytest.param([old()], "old", [], id="the-one-before"),
        pytest.param([old("o2", 5), old("o1", 0)], "o2", [], id="the-newest-one-before"),
        pytest.param(
            [old("twin", 5, "b"), old()], "old", ["same commit"], id="not-the-same-commit"
        ),
        pytest.param(
            [old("copy", 5, "c", image_digest="sha256:b"), old()],
            "old",
            ["same commit or image"],
            id="not-the-same-image",
        ),
        pytest.param(
            [old("x", 5, "c", status=Status.FAILED), old()],
            "old",
            ["FAILED"],
            id="not-a-failed-one",
        ),
        pytest.param(
            [old("x", 5, "c", status=Status.CRASHED), old()],
            "old",
            ["CRASHED"],
            id="not-a-crashed-one",
        ),
        pytest.param(
            [old("x", 5, "c", status=Status.SKIPPED), old()],
            "old",
            ["SKIPPED"],
            id="not-a-skipped-one",
        ),
        pytest.param(
            [old("x", 5, "c", can_rollback=False), old()],
            "old",
            ["no longer restore"],
            id="not-one-without-image",
        ),
        pytest.param(
            [old("back", 6, "a", reason="rollback", can_rollback=False), old("bad", 5, "c"), old()],
            "old",
            ["no longer", "been rolled back"],
            id="not-one-that-was-rolled-back-from",
        ),
        pytest.param(
            [
                old("back", 7, "a", reason="rollback", can_rollback=False),
                old("aborted", 6, "d"),
                old("bad", 5, "c"),
                old(),
            ],
            "old",
            ["no longer", "been rolled back", "been rolled back"],
            id="not-one-behind-an-aborted-build-either",
        ),
        pytest.param([old(can_rollback=False)], None, [], id="nothing-left"),
        pytest.param([], None, [], id="the-first-deployment-ever"),
    ],
)
def test_target(older, expected, refused):
    decision = plan(JUDGED, *older)

    assert target(decision) == expected
    if expected:
        reasons = [refusal.reason for refusal in decision.refusals]
        assert len(reasons) == len(refused)
        assert all(word in reason for word, reason in zip(refused, reasons, strict=True))


def record(about, status, service="api"):
    return PastVerdict(service, about.id, about.commit_sha, about.image_digest, status)


NEAR, FAR = old("near", 5, "c"), old("far", 0, "a")


@pytest.mark.parametrize(
    ("records", "expected", "refused"),
    [
        pytest.param([], "near", [], id="none-kept"),
        pytest.param(
            [record(FAR, PastStatus.VERIFIED)],
            "far",
            ["not verified by a gate"],
            id="verified-wins",
        ),
        pytest.param(
            [record(NEAR, PastStatus.VERIFIED), record(FAR, PastStatus.VERIFIED)],
            "near",
            [],
            id="the-latest-verified-wins",
        ),
        pytest.param(
            [record(NEAR, PastStatus.CONDEMNED)],
            "far",
            ["an earlier gate failed it"],
            id="condemned-is-out",
        ),
        pytest.param(
            [record(NEAR, PastStatus.VERIFIED), record(NEAR, PastStatus.CONDEMNED)],
            "near",
            [],
            id="condemned-and-later-verified",
        ),
        pytest.param(
            [record(NEAR, PastStatus.CONDEMNED), record(NEAR, PastStatus.VERIFIED)],
            "far",
            ["an earlier gate failed it"],
            id="verified-and-later-condemned",
        ),
        pytest.param(
            [record(replace(FAR, id="its-first-life"), PastStatus.VERIFIED)],
            "far",
            ["not verified by a gate"],
            id="the-same-code-under-another-id",
        ),
        pytest.param(
            [record(FAR, PastStatus.VERIFIED, service="worker")], "near", [], id="another-service's"
        ),
        pytest.param(
            [record(NEAR, PastStatus.CONDEMNED), record(FAR, PastStatus.CONDEMNED)],
            None,
            [],
            id="all-condemned",
        ),
    ],
)
def test_what_earlier_gates_found(records, expected, refused):
    decision = plan(JUDGED, NEAR, FAR, records=records)

    assert target(decision) == expected
    if expected:
        reasons = [refusal.reason for refusal in decision.refusals]
        assert len(reasons) == len(refused)
        assert all(word in reason for word, reason in zip(refused, reasons, strict=True))


ELSEWHERE = record(NEAR, PastStatus.CONDEMNED, service="worker")


@pytest.mark.parametrize(
    ("records", "expected", "said"),
    [
        pytest.param(
            [record(NEAR, PastStatus.VERIFIED), record(FAR, PastStatus.VERIFIED)],
            "far",
            "a gate has failed its commit in worker",
            id="another-good-one-is-there",
        ),
        pytest.param(
            [record(NEAR, PastStatus.VERIFIED)],
            "near",
            "whose commit a gate has failed in worker: here it was verified",
            id="nothing-else-is-known-to-be-good",
        ),
        pytest.param(
            [], "far", "a gate has failed its commit in worker", id="nor-was-it-verified-itself"
        ),
        pytest.param(
            [record(replace(NEAR, id="twin"), PastStatus.VERIFIED)],
            "far",
            "a gate has failed its commit in worker",
            id="another-one-of-its-code-was-verified",
        ),
    ],
)
def test_what_failed_in_another_service_is_a_target_where_it_was_verified_and_alone(
    records, expected, said
):
    decision = plan(JUDGED, NEAR, FAR, records=[ELSEWHERE, *records])

    assert target(decision) == expected
    assert any(
        said in text for text in (*decision.warnings, *(r.reason for r in decision.refusals))
    )


def test_what_was_verified_in_the_other_service_since_has_not_failed_there():
    good = [record(NEAR, PastStatus.VERIFIED), record(NEAR, PastStatus.VERIFIED, "worker")]

    assert target(plan(JUDGED, NEAR, FAR, records=[*good, ELSEWHERE])) == "near"


@pytest.mark.parametrize(
    ("kept", "expected", "warned"),
    [
        pytest.param([], "unknown", True, id="nothing-is-known"),
        pytest.param([ALL_GOOD], "old", False, id="an-older-one-was-seen-good"),
        pytest.param(
            [known_from([FAIL]), ALL_GOOD], "unknown", True, id="and-was-seen-failing-since"
        ),
    ],
)
def test_what_was_seen_good_is_preferred_and_the_unknown_told_as_such(kept, expected, warned):
    seen = [replace(record(old(), PastStatus.SEEN), seen=known) for known in kept]
    decision = plan(deployment(), old("unknown", 7, "c"), old(), records=seen)

    assert target(decision) == expected
    assert any("no run has found good" in w for w in decision.warnings) is warned


def test_nothing_is_touched_where_all_that_is_left_failed_in_another_service():
    decision = plan(JUDGED, NEAR, records=[ELSEWHERE])

    assert target(decision) is None
    assert "a gate has failed its commit in worker" in decision.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"verdict": Verdict(VerdictWord.PASSED, "")}, "passed", id="passed"),
        pytest.param(
            {"verdict": Verdict(VerdictWord.SUPERSEDED, "")}, "superseded", id="superseded"
        ),
        pytest.param(
            {"verdict": Verdict(VerdictWord.INCONCLUSIVE, "")},
            "no failure was found",
            id="inconclusive",
        ),
        pytest.param({"policy": replace(POLICY, mode=RollbackMode.OFF)}, "switched off", id="off"),
        pytest.param({"baseline": (FAIL,)}, "failed before", id="failed-before-this-deploy"),
        pytest.param(
            {"verdict": failed_on("1"), "baseline": failed_on("1", "2").findings},
            "failed before",
            id="more-failed-before",
        ),
        pytest.param(
            {"verdict": Verdict(VerdictWord.FAILED, "404", (replace(FAIL, check="health.odd"),))},
            "no record says that it ever passed on this service: health.odd",
            id="never-seen-good",
        ),
        pytest.param(
            {"judged": replace(JUDGED, reason="rollback")},
            "already rolled back",
            id="once-per-incident",
        ),
    ],
)
def test_kept(changes, reason):
    decision = plan(changes.get("judged", JUDGED), old(), **changes)

    assert isinstance(decision, Keep)
    assert reason in decision.reason


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"baseline": (replace(FAIL, check="other.check"),)}, id="something-else-failed-before"
        ),
        pytest.param(
            {"verdict": Verdict(VerdictWord.FAILED, "", (CRITICAL,)), "baseline": (CRITICAL,)},
            id="critical-always",
        ),
        pytest.param(
            {"verdict": failed_on("view two"), "baseline": failed_on("view one").findings},
            id="another-view-was-missing-before",
        ),
        pytest.param(
            {"verdict": failed_on("1", "2"), "baseline": failed_on("1").findings},
            id="a-further-migration-is-pending",
        ),
        pytest.param(
            {"verdict": failed_on("HTTP 5xx"), "baseline": failed_on("redis").findings},
            id="it-was-degraded-and-is-dead",
        ),
        pytest.param(
            {
                "verdict": Verdict(VerdictWord.INCONCLUSIVE, ""),
                "policy": replace(POLICY, on_inconclusive=InconclusiveMode.ROLLBACK),
            },
            id="inconclusive-where-the-team-says-so",
        ),
    ],
)
def test_rolled_back(changes):
    assert target(plan(JUDGED, old(), **changes)) == "old"


def test_a_newer_deployment_stops_everything():
    decision = plan(
        deployment("next", 20, "c", status=Status.BUILDING), JUDGED, old(), active=("new",)
    )

    assert "newer deployment" in decision.reason


def test_a_deployment_that_never_served_is_nothing_to_go_back_from():
    failed = deployment(status=Status.FAILED)

    decision = plan(failed, old(status=Status.SUCCESS), active=("old",), judged=failed)

    assert decision == Keep("the judged deployment is not live anywhere", may_pass=True)


def test_unread_history_touches_nothing():
    decision = plan_rollback(FAILED, {"api": JUDGED}, Unobserved("HTTP 502"), PAST, POLICY)

    assert isinstance(decision, Keep)


def fleet(**by_name):
    return {
        name: state(JUDGED, *older, name=name, role=name, active=active)
        for name, (active, *older) in by_name.items()
    }


def plan_fleet(services):
    return plan_rollback(FAILED, dict.fromkeys(services, JUDGED), services, PAST, POLICY)


def test_services_go_back_in_the_configured_order_and_untouched_ones_stay():
    decision = plan_fleet(
        fleet(
            api=(("new",), old()),
            worker=(("old",), old(status=Status.SUCCESS)),
            scheduler=(("new",), old()),
        )
    )

    assert [move.service.name for move in decision.moves] == ["scheduler", "api"]


def test_no_service_moves_while_one_has_nothing_to_go_back_to():
    decision = plan_fleet(fleet(api=(("new",), old()), worker=(("new",),)))

    assert isinstance(decision, Keep)
    assert decision.reason == (
        "no earlier good deployment of worker to go back to; alone, these could go back, at "
        "Railway: api to old"
    )


@pytest.mark.parametrize("is_stale", [False, True])
def test_no_target_is_final_only_where_the_whole_history_was_read(is_stale):
    shown = fleet(api=(("new",), old()), worker=(("new",),))

    decision = plan_fleet({**shown, "worker": replace(shown["worker"], is_stale=is_stale)})

    assert isinstance(decision, Keep)
    assert decision.may_pass is is_stale


@pytest.mark.parametrize(
    ("target", "redeploys", "expected"),
    [
        pytest.param({}, False, (RestoreMethod.ROLLBACK,), id="a-rollback"),
        pytest.param(
            {}, True, (RestoreMethod.ROLLBACK, RestoreMethod.REDEPLOY), id="a-redeploy-in-reserve"
        ),
        pytest.param(
            {"can_rollback": False}, True, (RestoreMethod.REDEPLOY,), id="a-redeploy-alone"
        ),
        pytest.param({"can_rollback": False}, False, None, id="a-redeploy-is-not-configured"),
        pytest.param(
            {"can_rollback": False, "can_redeploy": False}, True, None, id="neither-is-possible"
        ),
    ],
)
def test_how_a_service_goes_back(target, redeploys, expected):
    candidate = old(**{"can_redeploy": True, **target})
    policy = replace(POLICY, redeploys=redeploys)

    decision = plan_rollback(
        FAILED, {"api": JUDGED}, fleet(api=(("new",), candidate)), PAST, policy
    )

    found = decision.moves[0].methods if isinstance(decision, RollBackTo) else None
    assert found == expected
    told = isinstance(decision, RollBackTo) and any("today" in w for w in decision.warnings)
    assert told is (expected == (RestoreMethod.REDEPLOY,))


@pytest.mark.parametrize(
    ("reason", "around", "expected"),
    [
        pytest.param("rollback", [JUDGED, old()], True, id="rollback"),
        pytest.param("redeploy", [JUDGED, old()], True, id="redeploy-of-what-was-replaced"),
        pytest.param("redeploy", [old(minute=5), old()], False, id="redeploy-of-what-serves"),
        pytest.param("redeploy", [JUDGED], False, id="redeploy-of-new-code"),
        pytest.param("deploy", [JUDGED, old()], False, id="deploy-of-old-code"),
    ],
)
def test_what_counts_as_going_back(reason, around, expected):
    back = deployment("back", 20, "a", reason=reason)

    assert goes_back(state(back, *around), back) is expected


SILENT = Finding("health.silent", Outcome.FAIL, "no answer", "api")
REDIS = Finding("component.redis", Outcome.FAIL, "redis: error", "api")
DEEP = Finding("health.deep", Outcome.FAIL, "unhealthy", "api")
PENDING = Finding("migrations.pending", Outcome.FAIL, "one pending")
GUARD = Finding("guards.app_env", Outcome.CRITICAL, "staging", "api")


@pytest.mark.parametrize(
    ("findings", "goes"),
    [
        pytest.param((SILENT,), False, id="silence"),
        pytest.param((REDIS, DEEP), False, id="redis-and-the-summary-of-it"),
        pytest.param((DEEP,), True, id="the-application-alone"),
        pytest.param((SILENT, PENDING), True, id="a-migration-is-pending-too"),
        pytest.param((SILENT, GUARD), True, id="critical-always-goes-back"),
    ],
)
def test_an_incident_at_railway_freezes_what_it_explains(findings, goes):
    verdict = Verdict(VerdictWord.FAILED, "it failed", findings)
    services = fleet(api=(("new",), old()))

    for incident in ("", "Networking is degraded"):
        past = Past(ALL_GOOD, incident=incident)
        decision = plan_rollback(verdict, {"api": JUDGED}, services, past, POLICY)
        assert isinstance(decision, RollBackTo) is (goes or not incident)


MOVE = Move(state(JUDGED, old()).service, JUDGED, old())
BACK = deployment("back", 20, "a", reason="rollback")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(state(JUDGED, old()), Ready, id="unchanged"),
        pytest.param(state(BACK, JUDGED, old()), "back", id="somebody-was-faster"),
        pytest.param(state(old(status=Status.SUCCESS), JUDGED), "old", id="the-target-serves"),
        pytest.param(
            state(JUDGED, old(status=Status.REMOVING), active=("new", "old")),
            Ready,
            id="both-serve-in-the-overlap",
        ),
        pytest.param(state(deployment("next", 20, "c"), JUDGED, old()), None, id="a-newer-one"),
        pytest.param(state(JUDGED, old("x", 1, "c"), active=("x",)), None, id="another-one-serves"),
        pytest.param(state(JUDGED, old(can_rollback=False)), None, id="the-image-expired"),
        pytest.param(
            state(JUDGED, old(can_rollback=False, can_redeploy=True)),
            None,
            id="what-only-a-redeploy-could-do-is-not-done-by-a-rollback",
        ),
    ],
)
def test_a_move_is_only_made_while_it_is_due(now, expected):
    due = still_due(now, MOVE)

    if expected is Ready:
        assert isinstance(due, Ready)
    else:
        assert isinstance(due, NotDue)
        assert (due.by.id if due.by else None) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(state(JUDGED, old()), None, id="not-yet"),
        pytest.param(
            state(replace(BACK, status=Status.DEPLOYING), JUDGED, old(), active=("new",)),
            None,
            id="on-its-way",
        ),
        pytest.param(state(BACK, JUDGED, old()), "back", id="new-deployment-of-the-image"),
        pytest.param(state(BACK, JUDGED, old(), active=("back", "new")), None, id="not-alone"),
        pytest.param(state(old(status=Status.SUCCESS), JUDGED), "old", id="the-target-itself"),
        pytest.param(
            state(replace(BACK, status=Status.CRASHED), JUDGED, old(), active=()),
            "the rollback's deployment back ended as CRASHED",
            id="ended-badly",
        ),
        pytest.param(
            state(deployment("next", 20, "c"), JUDGED, old()), None, id="something-else-came"
        ),
    ],
)
def test_restored_is_what_railway_shows(now, expected):
    found = restored_by(now, MOVE, frozenset({"new", "old"}))

    assert getattr(found, "id", found) == expected


# The properties below hold for any history that Railway might show.

STATUSES = st.sampled_from(list(Status))


@st.composite
def histories(draw):
    """A judged deployment among others of few commits and images, in any state and order."""
    count = draw(st.integers(1, 8))
    made = [
        deployment(
            f"d{n}",
            minute=draw(st.integers(-10, 20)),
            commit=draw(st.sampled_from(["a", "b", "c", ""])),
            image_digest=draw(st.sampled_from(["sha256:1", "sha256:2", "sha256:3", ""])),
            status=draw(STATUSES),
            reason=draw(st.sampled_from(["deploy", "rollback", "redeploy"])),
            can_rollback=draw(st.booleans()),
        )
        for n in range(count)
    ]
    active = draw(st.lists(st.sampled_from([d.id for d in made]), unique=True, max_size=2))
    return made[0], state(*made, active=tuple(active))


@given(histories(), st.sampled_from(list(VerdictWord)), st.booleans())
def test_a_plan_never_goes_to_the_judged_commit_image_or_a_bad_one(history, word, failed_before):
    judged, around = history
    verdict = Verdict(word, "", (FAIL,))
    before = replace(known_from((FAIL,) if failed_before else ()), good=ALL_GOOD.good)

    decision = plan_rollback(verdict, {"api": judged}, {"api": around}, Past(before), POLICY)

    if isinstance(decision, RollBackTo):
        (move,) = decision.moves
        assert word is VerdictWord.FAILED
        assert not failed_before
        assert serves(around, judged)
        assert move.target.id != judged.id
        assert not move.target.same_code_as(judged)
        assert move.target.created_at < judged.created_at
        assert move.target.can_rollback
        assert not any(move.target.same_code_as(bad) for bad in known_bad(around))
        assert isinstance(still_due(around, move), Ready)


@given(histories())
def test_no_move_is_due_once_a_newer_deployment_of_other_code_is_under_way(history):
    judged, around = history
    newest = deployment("newest", minute=60, commit="z", status=Status.QUEUED)
    later = replace(around, deployments=(newest, *around.deployments))

    assert not isinstance(still_due(later, Move(around.service, judged, old())), Ready)
    assert newest.created_at > START


@pytest.mark.parametrize(
    ("good", "is_kept"),
    [
        pytest.param((), False, id="none-is-good"),
        pytest.param(("api",), False, id="one-is-good"),
        pytest.param(("api", "worker"), True, id="both-are-good"),
    ],
)
def test_only_where_all_that_moved_is_good_nothing_goes_back_to_what_nobody_knows(good, is_kept):
    fleet = {n: state(deployment(), old(), name=n, role=n) for n in ("api", "worker")}
    elsewhere = Finding(ARRIVAL, Outcome.FAIL, "its build failed", "scheduler")
    verdict = Verdict(VerdictWord.FAILED, "", (elsewhere,))
    past = Past(good_before("api", "worker"), good=frozenset(good))

    decision = plan_rollback(verdict, dict.fromkeys(fleet, JUDGED), fleet, past, POLICY)

    assert isinstance(decision, Keep) is is_kept


OF_THE_DATABASE = Finding(
    "relations.readable", Outcome.FAIL, "view gone is missing", blameless="not shown to need it"
)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        pytest.param((OF_THE_DATABASE,), None, id="what-the-database-lacks"),
        pytest.param((OF_THE_DATABASE, FAIL), "old", id="and-a-failure-of-its-own"),
        pytest.param(
            (OF_THE_DATABASE, replace(FAIL, outcome=Outcome.WARN)), None, id="and-a-warning"
        ),
        pytest.param((replace(OF_THE_DATABASE, blameless=""),), "old", id="shown-to-need-it"),
    ],
)
def test_what_no_deployment_is_shown_to_be_to_blame_for_moves_nothing(findings, expected):
    decision = plan(JUDGED, old(), verdict=Verdict(VerdictWord.FAILED, "red", findings))

    assert target(decision) == expected
    if expected is None:
        assert (decision.reason, decision.is_excused) == ("not shown to need it", True)


@pytest.mark.parametrize(
    ("status", "active", "expected"),
    [
        pytest.param(Status.SUCCESS, ("new",), True, id="active"),
        pytest.param(Status.CRASHED, (), True, id="crashed-without-a-successor"),
        pytest.param(Status.CRASHED, ("old",), False, id="crashed-and-replaced"),
        pytest.param(Status.FAILED, (), False, id="never-live"),
        pytest.param(Status.BUILDING, (), False, id="not-yet-live"),
    ],
)
def test_what_crashed_without_a_successor_is_what_serves(status, active, expected):
    judged = replace(JUDGED, status=status)

    assert serves(state(judged, old(), active=active), judged) is expected
