"""The safety properties, over random histories of several verifiers, people and faults."""

import itertools
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.builders import LIMITS, sha
from tests.properties.plan import JUDGED, LIVE, UNJUDGED, Click, History, Plan, Verifier, plans
from verifier.decide.gate.rollback_plan import serves
from verifier.decide.gate.succession import on_its_way, taken_over_by
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus
from verifier.model.verdict import VerdictWord

PROFILE = settings.get_profile(os.environ.get("HISTORIES", "quick"))

#: As long as a claim that was spent without an effect is respected.
QUIET_S = 20.0
#: What adding up seconds may lose.
ROUNDING_S = 1e-6
#: Behind one that served for long, a verified deployment is too far back.
FAR = timedelta(hours=72)
#: Beyond its deadline a run may still finish what it has begun at Railway.
GRACE_S = 3 * LIMITS.restore_within_s + 3 * LIMITS.ready_within_s


def check(plan):
    """Play a history and hold every property against it."""
    history = History(plan)
    never_back_to_what_is_bad(history)
    one_rollback_each(history)
    never_past_something_newer(history)
    only_the_best_target(history)
    what_is_not_known_good_touches_nothing(history)
    no_answer_is_taken_for_anothers(history)
    for actor, report in history.reports.items():
        passed_only_what_is_good(history, report)
        nothing_good_is_condemned(history, report)
        inconclusive_touches_nothing(history, actor, report)
        exit_1_leaves_nothing_of_it(history, actor, report)
        green_leaves_nothing_bad(history, actor, report)
        assert actor.ended_s - actor.started_s <= LIMITS.deadline_s + GRACE_S
    return history


def never_back_to_what_is_bad(history):
    for mutation in history.railway.mutations:
        assert not mutation.target.commit_sha.startswith((JUDGED, UNJUDGED))
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
            done = [m for m in asked if m.took_effect and not history.railway.was_undone(m)]
            assert len(done) <= 1
            # A second try is made only where the first was shown to have had no effect.
            for first, second in itertools.pairwise(asked):
                assert first not in done
                assert second.at_s - first.at_s >= QUIET_S - ROUNDING_S


def never_past_something_newer(history):
    for mutation in history.railway.mutations:
        live = [d for d in mutation.seen.deployments if serves(mutation.seen, d)]
        assert any(d.commit_sha.startswith((JUDGED, UNJUDGED)) for d in live)
        judged = next(d for d in live if d.commit_sha.startswith((JUDGED, UNJUDGED)))
        assert taken_over_by(mutation.seen, judged) is None
        assert on_its_way(mutation.seen, judged) is None


def only_the_best_target(history):
    """
    The newest that a gate verified; one that served for long where that lies too far behind it.

    Where people click meanwhile, what is good is no longer what was so in the beginning.
    """
    if history.plan.clicks:
        return
    for mutation in history.railway.mutations:
        if mutation.service == history.plan.unjudged:
            continue  # a gate has verified what was there before commit u
        best = best_targets(history, mutation.service)
        assert mutation.target.id in best, (mutation.target.id, best)


def best_targets(history, name):
    """The deployments that are as good as any by what was kept and by how long they served."""
    plan, made = history.plan, history.railway.services[name].deployments
    first = next(d for d in made if d.commit_sha == sha(JUDGED))
    older = [d for d in made if d.created_at < first.created_at]
    served = [d for d in older if d.status in (Status.REMOVED, Status.REMOVING, Status.SUCCESS)]
    latest = {sha(c): s for c, s in plan.records if s is not PastStatus.SEEN}
    ends = {d.id: later.created_at for d, later in itertools.pairwise(served)}
    lived = {d.id: ends.get(d.id, first.created_at) - d.created_at for d in served}
    long_ = [d for d in served if lived[d.id] >= timedelta(hours=1)]
    of_commit = {d.commit_sha: d for d in older}
    # A record is about the latest deployment of its commit: it clears what was gone back from.
    cleared = [of_commit[c] for c, s in latest.items() if s is VERIFIED and c in of_commit]
    bad = {c for c, s in latest.items() if s is PastStatus.CONDEMNED}
    bad |= left_by_hand(older, served, [*long_, *cleared])
    good = [d for d in served if d.commit_sha not in bad]
    verified = [d for d in good if latest.get(d.commit_sha) is PastStatus.VERIFIED]
    newest = max((d for d in good if d in long_), key=lambda d: d.created_at, default=None)
    allowed = {d.commit_sha for d in verified[-1:]}
    if not verified or (newest and newest.created_at - verified[-1].created_at > FAR):
        allowed |= {newest.commit_sha} if newest else {d.commit_sha for d in good}
        if any(w.has_confirmed_failing(served[-1].id, LIMITS.fail_after) for w in history.worlds):
            # A run that saw it fail as it began counts none of its time.
            others = [d for d in good if d in long_ and d != served[-1]]
            allowed |= {d.commit_sha for d in others[-1:] or good}
    return {d.id for d in served if d.commit_sha in allowed}


def left_by_hand(older, served, cleared):
    """
    Commits that somebody went back from, and that nothing has cleared since.

    A commit is as old as its first deployment, also one whose build failed.
    """
    made, left = [], set()
    for before, after in itertools.pairwise(served):
        earlier = [d for d in older if d.created_at < after.created_at]
        made += dict.fromkeys(d.commit_sha for d in earlier if d.commit_sha not in made)
        is_new = after.commit_sha not in made
        is_older = not is_new and made.index(after.commit_sha) < made.index(before.commit_sha)
        is_back = after.reason == "rollback" if is_new else after.reason != "deploy" and is_older
        if is_back and before.commit_sha != after.commit_sha:
            left |= {before.commit_sha}
        if is_back and is_new:
            # It is older than what it replaced, though its own first deployment is not listed.
            made.insert(made.index(before.commit_sha), after.commit_sha)
        left -= {after.commit_sha} if after in cleared else set()
    return left


def what_is_not_known_good_touches_nothing(history):
    """A late run that knows of no good check rolls nothing back for what merely fails."""
    plan = history.plan
    is_late = all(v.starts_s >= 60 for v in plan.verifiers) and not plan.slow
    is_merely_bad = plan.health == "bad" and not (
        plan.unjudged or plan.crashing or plan.build_fails or plan.clicks
    )
    if plan.kept != "good" and is_late and is_merely_bad and not plan.absent:
        assert not history.railway.mutations
    if plan.waived and is_merely_bad:
        assert not history.railway.mutations


def no_answer_is_taken_for_anothers(history):
    for world in history.worlds:
        for held, gave in world.attributed:
            assert held == gave


def passed_only_what_is_good(history, report):
    if report.verdict is VerdictWord.PASSED:
        plan = history.plan
        assert plan.health not in plan.bad_words or "api" not in plan.own
        assert not plan.crashing or not set(plan.own) - {"api"}
        assert not set(plan.build_fails) & set(plan.own)


def nothing_good_is_condemned(history, report):
    is_good = history.plan.is_good
    absent = set(history.plan.absent) & set(history.plan.own)
    is_left_alone = not (history.plan.build_fails or history.plan.clicks or absent)
    undisturbed = len(history.plan.verifiers) == 1
    if is_good and is_left_alone and undisturbed:
        assert report.verdict is not VerdictWord.FAILED
        assert not history.railway.mutations


def inconclusive_touches_nothing(history, actor, report):
    if report.verdict is VerdictWord.INCONCLUSIVE:
        assert not [m for m in history.railway.mutations if m.by is actor]


def is_the_good_rest(history, report, name, commit):
    """Whether commit b has passed beside commit u, which alone was condemned: then it stays."""
    plan = history.plan
    says_good = plan.health_of(JUDGED, history.stage.now_s) not in plan.bad_words
    is_good = says_good if name == "api" else JUDGED not in plan.crashing
    is_rest = plan.unjudged in plan.services and "the rest: passed" in report.reason
    return commit == JUDGED and is_good and is_rest


def exit_1_leaves_nothing_of_it(history, actor, report):
    """Nothing of the failed commit is live or still coming when a run ends with 1."""
    if report.exit_code == 1:
        for name, commit in history.live[actor].items():
            is_rest = is_the_good_rest(history, report, name, commit)
            assert commit not in (JUDGED, "") or is_rest, name
            is_bad = history.is_unjudged_bad[actor]
            assert commit != UNJUDGED or not is_bad, name
        for made in history.left[actor].values():
            assert not [d for d in made if d.status is Status.BUILDING]


def green_leaves_nothing_bad(history, actor, report):
    """A green run leaves commit b live only where it judged it and found it good."""
    if report.exit_code == 0:
        judged = {s.name for s in report.services if s.judged and s.judged.commit == sha(JUDGED)}
        is_bad = history.is_unjudged_bad[actor]
        for name, commit in history.live[actor].items():
            assert commit != JUDGED or (name in judged and report.verdict is VerdictWord.PASSED)
            assert commit != UNJUDGED or not is_bad, name


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


LATE = (Verifier(starts_s=60.0),)
UNNAMED = {"answers_name": "nothing", "overlap_s": 15.0, "build_s": 0.0}
HOURS = 7200.0
VERIFIED, CONDEMNED = PastStatus.VERIFIED, PastStatus.CONDEMNED


@pytest.mark.parametrize(
    ("plan", "code", "serves_then"),
    [
        pytest.param(Plan(verifiers=LATE), 1, "a", id="late-and-known-good"),
        pytest.param(Plan(verifiers=LATE, kept="nothing"), 3, "b", id="never-seen-good"),
        pytest.param(Plan(verifiers=LATE, kept="failing"), 3, "b", id="the-same-failed-before"),
        pytest.param(Plan(kept="nothing"), 1, "a", id="seen-good-as-the-run-began"),
        pytest.param(Plan(health_before="bad", build_s=20.0), 3, "b", id="failed-as-the-run-began"),
        pytest.param(Plan(waived=True), 0, "b", id="waived"),
        pytest.param(Plan(waived=True, health="critical"), 1, "a", id="critical-is-never-waived"),
        pytest.param(Plan(cached_s=(0.0, 1e9), kept="nothing"), 4, "b", id="a-cache-alone"),
        pytest.param(Plan(cached_s=(0.0, 40.0)), 1, "a", id="a-cache-for-a-while"),
        pytest.param(Plan(**UNNAMED), 1, "a", id="unnamed-until-the-old-one-is-gone"),
        pytest.param(Plan(**UNNAMED, log_late_s=3.0), 1, "a", id="the-request-log-late"),
        pytest.param(Plan(answers_name="a build's number"), 1, "a", id="a-number-is-no-id"),
        pytest.param(
            Plan(answers_name="what was baked in"), 3, "a", id="an-id-baked-into-the-image"
        ),
        pytest.param(
            Plan(**UNNAMED, skipped=25, lists_what_may_answer=False), 4, "b", id="hidden-drainers"
        ),
        pytest.param(Plan(**UNNAMED, skipped=25), 1, "a", id="skipped-beyond-a-page"),
        pytest.param(Plan(older=("c",), spacing_s=HOURS), 1, "a", id="the-newest"),
        pytest.param(Plan(older=("c",), records=(("c", VERIFIED),)), 1, "c", id="the-verified-one"),
        pytest.param(
            Plan(older=("c",), records=(("c", VERIFIED),), spacing_s=90 * 3600.0),
            1,
            "a",
            id="the-verified-one-lies-far-back",
        ),
        pytest.param(
            Plan(
                records=(("a", VERIFIED),),
                again=(("rollback", "c"), ("deploy", "a")),
                spacing_s=1.0,
            ),
            1,
            "a",
            id="verified-since-it-was-gone-back-from",
        ),
        pytest.param(
            Plan(older=("c",), records=(("a", CONDEMNED),)), 1, "c", id="what-was-condemned-is-not"
        ),
        pytest.param(
            Plan(older=("c",), elsewhere=(("a", CONDEMNED),)), 1, "c", id="nor-was-elsewhere"
        ),
        pytest.param(
            Plan(older=("c",), elsewhere=(("a", CONDEMNED),), records=(("a", VERIFIED),)),
            1,
            "a",
            id="elsewhere-it-may-be-where-it-was-verified-here-and-is-alone",
        ),
        pytest.param(
            Plan(records=(("a", CONDEMNED),), again=(("redeploy", "a"), ("migrate", "a"))),
            3,
            "b",
            id="nor-in-another-deployment",
        ),
        pytest.param(
            Plan(older=("c",), again=(("rollback", "c"), ("redeploy", "a")), spacing_s=HOURS),
            1,
            "a",
            id="gone-back-from-and-good-for-hours-since",
        ),
        pytest.param(
            Plan(older=("c",), again=(("rollback", "c"), ("deploy", "a"))), 1, "c", id="and-not"
        ),
        pytest.param(Plan(again=(("migrate", "a"),)), 1, "a", id="moved-to-another-host"),
        pytest.param(Plan(older=("c", "E", "C")), 1, "a", id="failed-builds-in-between"),
    ],
)
def test_a_history_of_one_kind(plan, code, serves_then):
    history = check(replace(plan, health="bad" if plan.health == "good" else plan.health))

    (report,) = history.reports.values()
    assert (report.exit_code, history.commits()["api"]) == (code, serves_then), report.reason


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


def ended(plan):
    history = check(plan)
    (report,) = history.reports.values()
    return report.exit_code, history.commits()


ONE_BAD = Plan(services=("api", "worker", "scheduler"), health="bad", overlap_s=2.0)
ONE_GOOD = Plan(services=("api", "worker"), overlap_s=2.0)


@pytest.mark.parametrize("plan", [ONE_BAD, ONE_GOOD], ids=["bad", "good"])
def test_no_single_failing_read_changes_an_end(plan):
    undisturbed = ended(plan)
    reads = History(plan).worlds[0].reads

    for number in range(1, reads + 1):
        assert ended(replace(plan, hiccups=frozenset([number]))) == undisturbed, number


def test_a_bad_service_does_not_wait_for_a_slow_one():
    slow = Plan(services=("api", "worker"), health="critical", slow=(("worker", 600.0),))

    history = check(slow)

    (report,) = history.reports.values()
    assert (report.exit_code, history.commits()) == (1, {"api": LIVE, "worker": LIVE})
    (first, *_) = history.railway.mutations
    live_s = history.start_s + slow.build_s
    assert first.at_s - live_s < 10.0, "seen at the next poll, and acted on at once"


def test_what_cannot_be_cancelled_is_rolled_back_when_it_comes():
    plan = Plan(
        services=("api", "worker"),
        health="critical",
        slow=(("worker", 40.0),),
        cancel_fault="denied",
    )

    history = check(plan)

    (report,) = history.reports.values()
    assert (report.exit_code, history.commits()) == (1, {"api": LIVE, "worker": LIVE})
    assert [m.service for m in history.railway.mutations] == ["api", "worker"]


BOTH_CRITICAL = Plan(services=("api", "worker"), health="critical", build_s=5.0)


@pytest.mark.parametrize(
    "hidden_s", [(0.0, 25.0), (0.0, 100.0), (7.0, 30.0), (7.0, 110.0), (0.0, 200.0)], ids=str
)
def test_a_service_that_railway_does_not_show_delays_no_other(hidden_s):
    history = check(replace(BOTH_CRITICAL, hidden=(("worker", *hidden_s),)))

    (report,) = history.reports.values()
    first, *_ = history.railway.mutations
    assert first.service == "api"
    assert first.at_s - (history.start_s + BOTH_CRITICAL.build_s) < 10.0
    is_borne = hidden_s[1] <= LIMITS.restore_within_s
    assert (report.exit_code, history.commits()["worker"] == LIVE) == (
        (1, True) if is_borne else (3, False)
    )


@pytest.mark.parametrize(("fault", "count"), [("cut", 1), ("cut-once", 1), ("cut-undone-once", 2)])
def test_a_request_whose_answer_was_lost_is_sent_again_once_it_has_ended(fault, count):
    plan = Plan(health="critical", rollback_fault=fault, mutation_s=59.0)

    history = check(plan)

    (report,) = history.reports.values()
    assert (report.exit_code, history.commits()["api"]) == (1, LIVE)
    assert len(history.railway.mutations) == count


def test_no_other_run_sends_a_request_again_whose_answer_was_lost():
    plan = Plan(
        health="critical",
        rollback_fault="cut",
        mutation_s=59.0,
        verifiers=(Verifier(), Verifier(starts_s=8.0)),
    )

    history = check(plan)

    assert (len(history.railway.mutations), history.commits()["api"]) == (1, LIVE)


@pytest.mark.parametrize("rollback_s", [2.0, 30.0])
@pytest.mark.parametrize("jitters", [(0.1, 0.9), (0.9, 0.1), (0.3, 0.6)], ids=str)
@pytest.mark.parametrize("services", [("api",), ("api", "worker", "scheduler")], ids=len)
def test_two_runs_that_cannot_reach_github_make_one_rollback(services, jitters, rollback_s):
    plan = Plan(
        services=services,
        health="critical",
        rollback_s=rollback_s,
        github_fails=("claim", "claims", "settle"),
        verifiers=tuple(Verifier(jitter=jitter) for jitter in jitters),
    )

    history = check(plan)

    assert len(history.railway.mutations) == len(services)
    assert set(history.commits().values()) == {LIVE}
    assert {int(report.exit_code) for report in history.reports.values()} == {1}


@pytest.mark.parametrize("services", [("api",), ("api", "worker", "scheduler")], ids=len)
def test_two_runs_without_github_that_draw_one_moment_go_back_to_the_same(services):
    """Railway takes a rollback without a condition, and shows neither before it has begun."""
    plan = Plan(
        services=services,
        health="critical",
        github_fails=("claim", "claims", "settle"),
        verifiers=(Verifier(), Verifier()),
    )

    history = History(plan)

    assert len({m.target.id for m in history.railway.mutations}) == len(services)
    assert set(history.commits().values()) == {LIVE}
    assert {int(report.exit_code) for report in history.reports.values()} == {1}


TWO_COMMITS = Plan(services=("api", "worker"), build_s=5.0, unjudged_crash_s=1.0)


@pytest.mark.parametrize("unjudged", ["api", "worker"])
@pytest.mark.parametrize(
    "slow",
    [
        pytest.param({}, id="at-once"),
        pytest.param({"rollback_s": 100.0}, id="slow"),
        pytest.param({"rollback_fault": "cut-once", "mutation_s": 59.0}, id="hangs"),
        pytest.param({"rollback_fault": "lost-undone-once"}, id="is-lost"),
    ],
)
def test_two_bad_commits_go_back_and_neither_waits_for_the_other(unjudged, slow):
    of = {"health": "critical"} if unjudged == "worker" else {"unjudged_health": "critical"}
    crashing = frozenset("b") if unjudged == "api" else frozenset()
    plan = replace(TWO_COMMITS, unjudged=unjudged, crashing=crashing, **of, **slow)

    history = check(plan)

    first_s = {}
    for mutation in history.railway.mutations:
        first_s.setdefault(mutation.service, mutation.at_s - history.start_s)
    own_s = {unjudged: 1.0}
    assert set(history.commits().values()) == {LIVE}
    assert all(at_s - own_s.get(name, plan.build_s) < 15.0 for name, at_s in first_s.items())


def test_what_was_verified_beyond_a_page_of_skipped_rows_has_its_successor_judged():
    plan = Plan(unjudged="api", unjudged_health="critical", skipped=25)

    history = check(plan)

    assert set(history.commits().values()) == {LIVE}


@pytest.mark.parametrize("claimed", ["api", "worker"])
@pytest.mark.parametrize("unjudged", ["api", "worker"])
def test_another_runs_rollback_of_one_commit_delays_none_of_the_other(unjudged, claimed):
    of = {"health": "critical"} if unjudged == "worker" else {"unjudged_health": "critical"}
    crashing = frozenset("b") if unjudged == "api" else frozenset()
    claims = frozenset([claimed])
    plan = replace(TWO_COMMITS, unjudged=unjudged, crashing=crashing, claimed=claims, **of)

    history = check(plan)

    (free,) = set(plan.services) - claims
    at_s = next(m.at_s for m in history.railway.mutations if m.service == free)
    assert at_s - history.start_s < plan.build_s + 15.0
    assert set(history.commits().values()) == {LIVE}


@pytest.mark.parametrize("rollback_s", [2.0, 30.0, 100.0])
def test_what_goes_live_later_waits_for_no_other_rollback(rollback_s):
    plan = Plan(
        services=("api", "worker"),
        health="critical",
        slow=(("worker", 12.0),),
        cancel_fault="denied",
        rollback_s=rollback_s,
    )

    history = check(plan)

    live_s = history.start_s + plan.build_s + 12.0
    worker = next(m for m in history.railway.mutations if m.service == "worker")
    assert worker.at_s - live_s < 5.0
    assert set(history.commits().values()) == {LIVE}
