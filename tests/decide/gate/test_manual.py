"""What a person's rollback moves, and what it refuses."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import POLICY, START, deployment, old, state
from tests.report.test_surfaces import report
from verifier.decide.gate.manual import plan_manually, plan_of_report
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.report import RestoreOutcome, RollbackResult, ServiceReport
from verifier.model.verdict import Keep

OLDER = old("older", -5, "c")
FAILED = old("failed", 5, "f", status=Status.FAILED)


def services(*names, active="new", history=None):
    rows = history or [deployment(), old(), OLDER]
    return {
        name: state(
            *(replace(d, id=f"{d.id}-{name}") for d in rows),
            active=(f"{active}-{name}",),
            name=name,
            role=name,
        )
        for name in names
    }


def moves(plan):
    return [(m.service.name, m.condemned.id, m.target.id) for m in plan.moves]


def test_all_services_of_the_code_that_went_live_last_go_back_in_order():
    fleet = services("api", "worker")

    assert moves(plan_manually(fleet, (), (), POLICY)) == [
        ("worker", "new-worker", "old-worker"),
        ("api", "new-api", "old-api"),
    ]


def test_a_service_that_runs_other_code_is_left_alone():
    other = services("worker", history=[old("new", 9, "e"), old()])
    fleet = {**services("api"), **other}

    assert moves(plan_manually(fleet, (), (), POLICY)) == [("api", "new-api", "old-api")]


@pytest.mark.parametrize("reason", ["redeploy", "rollback", "migrate"])
def test_older_code_that_was_started_again_did_not_go_live_last(reason):
    again = [old("new", 20, reason=reason), replace(old("first", 0), id="first"), OLDER]
    fleet = {**services("api", "worker"), **services("scheduler", history=again)}

    assert [name for name, *_ in moves(plan_manually(fleet, (), (), POLICY))] == ["worker", "api"]


def test_the_others_follow_to_the_code_of_the_one_that_is_named():
    fleet = services("api", "worker")

    assert moves(plan_manually(fleet, ("older-api",), (), POLICY)) == [
        ("worker", "new-worker", "older-worker"),
        ("api", "new-api", "older-api"),
    ]


@pytest.mark.parametrize("given", ["older-ap", "OLDER-API", " older-api ", "c" * 40, "C" * 8])
def test_a_deployment_is_named_by_what_reports_show_of_it_or_by_its_commit(given):
    fleet = services("api")

    assert moves(plan_manually(fleet, (given,), (), POLICY)) == [("api", "new-api", "older-api")]


def test_a_commit_names_its_deployments_of_all_services():
    fleet = services("api", "worker")

    assert moves(plan_manually(fleet, ("c" * 40,), (), POLICY)) == [
        ("worker", "new-worker", "older-worker"),
        ("api", "new-api", "older-api"),
    ]


@pytest.mark.parametrize(
    ("named", "records", "history", "told"),
    [
        pytest.param(
            ("older-w",), (), None, "has a deployment older-w: it takes an id", id="too-short"
        ),
        pytest.param(
            ("twin-000",),
            (),
            [deployment(), old("twin-0001"), old("twin-0002", -3)],
            "several deployments begin with twin-000",
            id="ambiguous",
        ),
        pytest.param(("",), (), None, "--to is empty: it takes an id", id="empty"),
        pytest.param((" ",), (), None, "--to is empty: it takes an id", id="blank"),
        pytest.param(
            ("a" * 40,),
            (),
            [deployment(), old("one"), old("two", -3)],
            "a commit with several deployments: give one of one-api, two-api",
            id="commit-of-several",
        ),
        pytest.param(("0" * 40,), (), None, "has a deployment 0000", id="commit-of-none"),
        pytest.param(
            ("nothing",), (), None, "no configured service has a deployment nothing", id="unknown"
        ),
        pytest.param(("old-api", "older-api"), (), None, "two deployments of api", id="two-of-one"),
        pytest.param(("new-api",), (), None, "the same commit or image", id="what-serves"),
        pytest.param(
            ("failed-api",), (), [deployment(), FAILED, old()], "it ended as FAILED", id="failed"
        ),
        pytest.param(
            ("gone-api",),
            (),
            [deployment(), old("gone", 4, "d", can_rollback=False)],
            "can no longer restore",
            id="not-kept",
        ),
        pytest.param(
            ("old-api",),
            (PastVerdict("api", "old-api", "", "", PastStatus.CONDEMNED),),
            None,
            "an earlier gate failed it",
            id="condemned",
        ),
        pytest.param(
            (),
            (),
            [deployment()],
            "no earlier good deployment of api to go back to",
            id="no-history",
        ),
    ],
)
def test_the_rules_of_the_gate_hold_for_people_too(named, records, history, told):
    plan = plan_manually(services("api", history=history), named, records, POLICY)

    assert isinstance(plan, Keep)
    assert re.search(told, plan.reason)


@pytest.mark.parametrize(
    ("named", "unread", "is_misnamed"),
    [
        pytest.param(("nothing",), "", True, id="unknown"),
        pytest.param(("deadbeef",), "", True, id="long-enough-and-unknown"),
        pytest.param(("",), "", True, id="empty"),
        pytest.param(("old-api", "older-api"), "", True, id="two-of-one"),
        pytest.param(("deadbeef",), "Railway does not show it", False, id="may-be-of-the-hidden"),
        pytest.param(("new-api",), "", False, id="known-and-refused"),
        pytest.param((), "", False, id="none-named"),
    ],
)
def test_who_names_what_there_is_not_has_called_it_wrongly(named, unread, is_misnamed):
    fleet = services(
        "api", "worker", history=[deployment(), old(), OLDER] if named else [deployment()]
    )
    fleet = {**fleet, "worker": replace(fleet["worker"], unread=unread)}

    plan = plan_manually(fleet, named, (), POLICY)

    assert isinstance(plan, Keep)
    assert plan.is_misnamed is is_misnamed


def test_what_crashed_without_a_successor_goes_back_too():
    crashed = deployment(status=Status.CRASHED)

    plan = plan_manually({"api": state(crashed, old(), active=())}, (), (), POLICY)

    assert moves(plan) == [("api", "new", "old")]


def test_what_was_taken_down_stays_down():
    removed = deployment(status=Status.REMOVED)

    assert isinstance(
        plan_manually({"api": state(removed, old(), active=())}, (), (), POLICY), Keep
    )


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param((), ("new", "old"), id="to-the-one-that-is-being-replaced"),
        pytest.param(("older",), ("new", "older"), id="to-a-named-one"),
    ],
)
def test_a_service_with_two_active_deployments_leaves_the_newer_one(named, expected):
    both = state(deployment(), old(), OLDER, active=("new", "old"))
    fleet = {**services("worker"), "api": both}

    assert moves(plan_manually(fleet, named, (), POLICY)) == [
        ("worker", "new-worker", f"{expected[1]}-worker"),
        ("api", *expected),
    ]


def test_a_named_target_of_a_service_that_serves_nothing_is_refused():
    fleet = {"api": state(deployment(status=Status.REMOVED), old(), active=())}

    plan = plan_manually(fleet, ("old",), (), POLICY)

    assert isinstance(plan, Keep)
    assert "api has no active deployment" in plan.reason


VERIFIED = PastVerdict("api", "new-api", "b" * 40, "", PastStatus.VERIFIED)
RESTORED = deployment("back", 20, "a", reason="rollback")


@pytest.mark.parametrize(
    ("history", "active", "records", "told"),
    [
        pytest.param(None, "new", (VERIFIED,), "this leaves what a gate verified", id="verified"),
        pytest.param(
            [RESTORED, deployment(), old(), OLDER],
            "back",
            (),
            "this leaves what a rollback restored",
            id="restored",
        ),
        pytest.param(
            None,
            "new",
            (replace(VERIFIED, status=PastStatus.CONDEMNED), VERIFIED),
            "",
            id="condemned-since",
        ),
        pytest.param(None, "new", (), "", id="never-judged"),
    ],
)
def test_a_person_is_warned_before_leaving_what_is_known_to_be_good(history, active, records, told):
    fleet = services("api", active=active, history=history)

    plan = plan_manually(fleet, (), records, POLICY)

    assert [told in warning for warning in plan.warnings] == ([True] if told else [])


def test_a_plan_is_made_where_the_older_deployment_is_still_up():
    fleet = {"api": state(deployment(), old(), active=("new", "old"))}

    assert moves(plan_of_report(fleet, planned("old", "new"), (), POLICY)) == [
        ("api", "new", "old")
    ]


def test_a_plan_is_made_in_the_order_of_the_policy_and_not_of_the_file():
    records = [planned(f"old-{name}", f"new-{name}", name=name) for name in ("api", "worker")]
    given = replace(report(), services=tuple(r.services[0] for r in records))

    assert [
        name for name, _, _ in moves(plan_of_report(services("api", "worker"), given, (), POLICY))
    ] == [
        "worker",
        "api",
    ]


def planned(to="old-api", from_="new-api", outcome=RestoreOutcome.PLANNED, name="api"):
    record = RollbackResult(to=to, deployment="", outcome=outcome, from_=from_)
    return replace(report(), services=(ServiceReport(name, "api", None, "", "", record),))


def test_a_gates_plan_is_made_as_it_stands():
    assert moves(plan_of_report(services("api"), planned(), (), POLICY)) == [
        ("api", "new-api", "old-api")
    ]


@pytest.mark.parametrize(
    ("given", "active", "told"),
    [
        pytest.param(planned(), "old", "no longer runs new-api", id="somebody-was-quicker"),
        pytest.param(planned(to="gone"), "new", "no longer has", id="target-gone"),
        pytest.param(planned(name="job"), "new", "no longer has", id="service-gone"),
        pytest.param(
            planned(outcome=RestoreOutcome.RESTORED), "new", "no planned", id="made-already"
        ),
    ],
)
def test_a_plan_that_does_not_fit_any_more_is_not_made(given, active, told):
    plan = plan_of_report(services("api", active=active), given, (), POLICY)

    assert isinstance(plan, Keep)
    assert told in plan.reason


def condemned(deployment_id, commit):
    return PastVerdict("api", deployment_id, commit, "", PastStatus.CONDEMNED)


@pytest.mark.parametrize(
    ("active", "to", "from_", "records", "told"),
    [
        pytest.param(
            "new",
            "old",
            "new",
            [condemned("old-api", "a" * 40)],
            "failed it",
            id="condemned-since",
        ),
        pytest.param("old", "new", "old", [], "not older", id="onto-the-newer-one"),
        pytest.param("new", "new", "new", [], "not older", id="onto-itself"),
        pytest.param("new", "failed", "new", [], "ended as", id="never-served"),
        pytest.param("new", "older", "new", [], "old-api would be chosen now", id="not-the-best"),
        pytest.param(
            "new", "old", "new", [VERIFIED], "it is what a gate verified", id="verified-since"
        ),
    ],
)
def test_an_edited_or_old_plan_is_held_against_the_rules_of_now(active, to, from_, records, told):
    history = [deployment(), old(), OLDER, FAILED]
    given = planned(to=f"{to}-api", from_=f"{from_}-api")

    plan = plan_of_report(services("api", active=active, history=history), given, records, POLICY)

    assert isinstance(plan, Keep)
    assert told in plan.reason


def test_a_plan_cannot_bring_back_what_was_rolled_back():
    """Production is good again by a rollback; the file says to go on to the condemned commit."""
    back = deployment("back", 60, "a", reason="rollback")
    fleet = services("api", active="back", history=[back, deployment(), old(), OLDER])

    plan = plan_of_report(fleet, planned(to="new-api", from_="back-api"), (), POLICY)

    assert isinstance(plan, Keep)
    assert "it has itself been rolled back" in plan.reason


def test_the_time_of_going_live_decides_which_code_is_last():
    late = deployment("late", commit="z", created_at=START + timedelta(days=2))
    fleet = {**services("api"), "worker": state(late, old(), active=("late",), name="worker")}

    assert moves(plan_manually(fleet, (), (), POLICY)) == [("worker", "late", "old")]


BAD_ELSEWHERE = PastVerdict("worker", "w", "a" * 40, "", PastStatus.CONDEMNED)
FAILED_LAST = PastVerdict(
    "api",
    "old-api",
    "a" * 40,
    "",
    PastStatus.SEEN,
    seen=KnownBefore(failing=(SeenFailing(SeenCheck("health.deep", "api"), frozenset()),)),
)


@pytest.mark.parametrize(
    ("records", "worker", "told"),
    [
        pytest.param((BAD_ELSEWHERE,), None, "a gate has failed its commit in worker", id="gate"),
        pytest.param((FAILED_LAST,), None, "it was failing when it was last looked at", id="seen"),
        pytest.param(
            (),
            [
                deployment("w-z2", 20, "z", reason="rollback"),
                old("w-a", 0, "a"),
                old("w-z", -9, "z"),
            ],
            "its commit was rolled back in worker",
            id="rolled-back-elsewhere",
        ),
        pytest.param((), None, "", id="nothing-known"),
    ],
)
def test_a_person_is_warned_before_going_back_to_what_was_bad_somewhere(records, worker, told):
    fleet = services("api")
    if worker:
        fleet["worker"] = state(*worker, active=("w-z2",), name="worker")

    plan = plan_manually(fleet, ("old-api",), records, POLICY)

    expected = [f"api: this goes back to old-api although {told}"] if told else []
    assert list(plan.warnings) == expected
