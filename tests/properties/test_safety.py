"""The safety properties, over random histories of several verifiers, people and faults."""

import os

import pytest
from hypothesis import given, settings

from tests.builders import LIMITS
from tests.properties.plan import JUDGED, LIVE, Click, History, Plan, Verifier, plans
from verifier.decide.gate.arrival import newer_than
from verifier.decide.gate.plan import serves
from verifier.model.verdict import VerdictWord

PROFILE = settings.get_profile(os.environ.get("HISTORIES", "histories"))

#: Beyond its deadline a run may still finish what it has begun at Railway.
GRACE_S = 3 * LIMITS.restore_within_s + 3 * LIMITS.ready_within_s


def check(plan):
    """Play a history and hold every property against it."""
    history = History(plan)
    never_back_to_what_is_bad(history)
    one_rollback_each(history)
    never_past_something_newer(history)
    no_answer_is_taken_for_anothers(history)
    for actor, report in history.reports.items():
        passed_only_what_is_good(history, report)
        nothing_good_is_condemned(history, report)
        inconclusive_touches_nothing(history, actor, report)
        assert actor.ended_s - actor.started_s <= LIMITS.deadline_s + GRACE_S
    return history


def never_back_to_what_is_bad(history):
    for mutation in history.railway.mutations:
        assert not mutation.target.commit_sha.startswith(JUDGED)
        bad_before = [
            commit
            for at_s, commit in history.railway.rolled_back_from[mutation.service]
            if at_s < mutation.at_s - 60
        ]
        assert mutation.target.commit_sha not in bad_before


def one_rollback_each(history):
    for name, service in history.railway.services.items():
        for judged in service.deployments:
            asked = [
                m
                for m in history.railway.mutations
                if m.service == name and m.seen.active == (judged.id,)
            ]
            assert sum(m.took_effect for m in asked) <= 1
            # A run that was killed while it asked cannot say that it did.
            told = [m for m in asked if not m.by.was_killed]
            assert len(told) <= 1 or history.plan.rollback_fault == "refused"


def never_past_something_newer(history):
    for mutation in history.railway.mutations:
        live = [d for d in mutation.seen.deployments if serves(mutation.seen, d)]
        assert any(d.commit_sha.startswith(JUDGED) for d in live)
        judged = next(d for d in live if d.commit_sha.startswith(JUDGED))
        assert newer_than(mutation.seen, judged) is None


def no_answer_is_taken_for_anothers(history):
    for world in history.worlds:
        for held, gave in world.attributed:
            assert held == gave


def passed_only_what_is_good(history, report):
    if report.verdict is VerdictWord.PASSED:
        assert history.plan.health not in ("bad", "critical", "silent")
        assert not history.plan.crashing or history.plan.services == ("api",)
        assert not set(history.plan.build_fails) & set(history.plan.services)


def nothing_good_is_condemned(history, report):
    is_good = history.plan.health == "good" and not history.plan.crashing
    is_left_alone = not history.plan.build_fails and not history.plan.clicks
    undisturbed = len(history.plan.verifiers) == 1
    if is_good and is_left_alone and undisturbed:
        assert report.verdict is not VerdictWord.FAILED
        assert not history.railway.mutations


def inconclusive_touches_nothing(history, actor, report):
    if report.verdict is VerdictWord.INCONCLUSIVE:
        assert not [m for m in history.railway.mutations if m.by is actor]


@pytest.mark.timeout(7200)  # the nightly histories take half an hour
@settings(PROFILE)
@given(plans)
def test_every_history_is_safe(plan):
    check(plan)


@pytest.mark.parametrize("health", ["bad", "critical", "silent"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_production_ends_good(health, count):
    plan = Plan(
        services=("api", "worker", "scheduler"),
        health=health,
        overlap_s=2.0,
        verifiers=(Verifier(),) * count,
    )

    history = check(plan)

    assert set(history.commits().values()) == {LIVE}
    assert {int(report.exit_code) for report in history.reports.values()} == {1}
    assert len(history.railway.mutations) == len(plan.services)


def test_the_last_answer_of_what_is_replaced_condemns_nobody():
    plan = Plan(
        health_before="critical", overlap_s=15.0, latency_s=0.7, build_s=0.0, answers_name="nothing"
    )

    history = check(plan)

    assert set(history.commits().values()) == {JUDGED}


def test_what_a_person_put_back_twice_is_not_taken_for_bad():
    clicks = (Click(3.0, "roll back"), Click(17.0, "roll back"))
    late = (Verifier(starts_s=60.0),)
    plan = Plan(older=("c",), health="bad", overlap_s=15.0, verifiers=late, clicks=clicks)

    history = check(plan)

    assert set(history.commits().values()) == {"c"}


def steps_of(plan):
    return History(plan).actors[0].steps


KILLED = Plan(services=("api", "worker"), health="critical", overlap_s=2.0)


@pytest.mark.parametrize("step", range(1, steps_of(KILLED) + 1))
def test_a_run_that_is_killed_at_any_step_is_finished_by_the_next(step):
    verifiers = (Verifier(dies_at_step=step), Verifier(starts_s=30.0))
    plan = Plan(**{**KILLED.__dict__, "verifiers": verifiers})

    history = check(plan)

    assert set(history.commits().values()) == {LIVE}
    assert len(history.railway.mutations) == len(plan.services)
    assert history.reports[history.actors[1]].exit_code == 1
