"""Who is asked whether the environment fails, and what their answers are worth."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import LIMITS, deployment, state
from verifier.decide.gate.unmoved import (
    Heard,
    failing_everywhere,
    is_about_to_condemn,
    suspects,
    unless_all_fail,
)
from verifier.decide.gate.witness_choice import draining, newcomers, witnesses
from verifier.model.check_ids import DEEP, INSTANCES
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Sample

REDIS = ("redis: error",)
API, WORKER = deployment("new", 60, "b"), deployment("w", 0, "a")
LIVE = {"api": API}
LATER = API.created_at + timedelta(minutes=5)


def look(*findings, silent=()):
    ids = {f.service: f.service for f in findings} | dict.fromkeys(silent, "x")
    return Sample(0.0, tuple(findings), frozenset(silent), deployments=ids)


def bad(service, objects=REDIS, check=DEEP, outcome=Outcome.FAIL):
    return Finding(check, outcome, "it fails", service, objects=objects)


def good(service, check=DEEP):
    return Finding(check, Outcome.PASS, "it is good", service)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        pytest.param(look(bad("api"), good("worker")), {"api"}, id="health"),
        pytest.param(look(good("api"), silent=("worker",)), {"worker"}, id="silence"),
        pytest.param(look(bad("api", check=INSTANCES)), set(), id="what-railway-says-itself"),
        pytest.param(
            look(bad("api"), bad("worker", outcome=Outcome.CRITICAL)), set(), id="critical-waits"
        ),
    ],
)
def test_only_health_and_silence_may_be_the_environments(sample, expected):
    assert suspects(sample) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(WORKER, {"w"}, id="older"),
        pytest.param(replace(WORKER, created_at=API.created_at), set(), id="not-older"),
        pytest.param(replace(WORKER, settled_at=LATER), set(), id="older-and-live-later"),
        pytest.param(
            replace(WORKER, settled_at=LATER, status=Status.CRASHED), {"w"}, id="ended-later"
        ),
        pytest.param(
            replace(WORKER, created_at=LATER, reason="rollback"), {"w"}, id="put-back-later"
        ),
        pytest.param(replace(API, id="w", created_at=WORKER.created_at), set(), id="same-commit"),
    ],
)
def test_a_witness_is_older_other_code(other, expected):
    fleet = {"api": state(API, active=("new",)), "worker": state(other, active=(other.id,))}

    assert {d.id for d in witnesses(fleet, LIVE, frozenset({"api"})).values()} == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(replace(WORKER, settled_at=LATER), {"w"}, id="live-later"),
        pytest.param(WORKER, set(), id="live-before"),
        pytest.param(
            replace(WORKER, created_at=LATER, reason="rollback"), set(), id="put-back-later"
        ),
    ],
)
def test_what_went_live_later_may_have_broken_what_is_shared(other, expected):
    fleet = {"api": state(API, active=("new",)), "worker": state(other, active=(other.id,))}

    assert newcomers(fleet, LIVE, frozenset({"api"})).keys() == ({"worker"} if expected else set())


@pytest.mark.parametrize(
    ("told", "before", "outcome"),
    [
        pytest.param(look(bad("worker")), (), Outcome.INCONCLUSIVE, id="alike"),
        pytest.param(
            look(bad("worker", ("redis: error", "s3: error"))),
            (),
            Outcome.INCONCLUSIVE,
            id="and-more-besides",
        ),
        pytest.param(look(bad("worker", ("s3: error",))), (), Outcome.FAIL, id="something-else"),
        pytest.param(look(good("worker")), (), Outcome.FAIL, id="good"),
        pytest.param(look(bad("worker"), good("scheduler")), (), Outcome.FAIL, id="not-all-fail"),
        pytest.param(
            look(bad("worker"), silent=("scheduler",)),
            (),
            Outcome.INCONCLUSIVE,
            id="one-that-is-down-says-nothing",
        ),
        pytest.param(look(silent=("worker",)), (), Outcome.FAIL, id="all-are-down"),
        pytest.param(
            look(bad("worker"), Finding(DEEP, Outcome.SKIP, "no address", "scheduler")),
            (),
            Outcome.INCONCLUSIVE,
            id="one-without-an-address-says-nothing",
        ),
        pytest.param(None, (), Outcome.FAIL, id="nobody-is-left"),
        pytest.param(None, (REDIS,), Outcome.INCONCLUSIVE, id="nobody-is-left-and-it-goes-on"),
        pytest.param(None, (("s3: error",),), Outcome.FAIL, id="nobody-is-left-and-it-is-new"),
        pytest.param(look(good("worker")), (REDIS,), Outcome.FAIL, id="it-is-over"),
    ],
)
def test_what_fails_alike_in_all_other_code_condemns_nothing(told, before, outcome):
    known = frozenset((DEEP, frozenset(objects)) for objects in before)

    found = unless_all_fail(look(bad("api")), LIVE, {}, Heard(told, known))

    assert [f.outcome for f in found.findings] == [outcome]


def test_silence_is_the_environments_where_all_are_silent():
    silent, told = look(silent=("api",)), look(silent=("worker",))

    assert unless_all_fail(silent, LIVE, {}, Heard(told)).silent == frozenset()
    assert unless_all_fail(silent, LIVE, {}, Heard(look(good("worker")))).silent == {"api"}


def test_two_commits_that_are_judged_at_once_speak_for_each_other_once_they_were_good():
    live = {**LIVE, "worker": WORKER}
    both, earlier = look(bad("api"), bad("worker")), look(good("api"), good("worker"))
    before = {"api": [earlier], "worker": [earlier]}

    weighed = [f.outcome for f in unless_all_fail(both, live, before, Heard()).findings]
    never_good = [f.outcome for f in unless_all_fail(both, live, {}, Heard()).findings]

    assert weighed == [Outcome.INCONCLUSIVE] * 2
    assert never_good == [Outcome.FAIL] * 2


def test_what_was_good_anywhere_is_no_outage_any_more():
    failing = look(bad("api"))
    weighed = unless_all_fail(failing, LIVE, {}, Heard(look(bad("worker"))))
    lasting = failing_everywhere(frozenset(), failing, weighed, look(bad("worker")))

    assert lasting == {(DEEP, frozenset(REDIS))}
    assert failing_everywhere(lasting, look(good("api")), look(good("api")), None) == frozenset()


def test_services_of_one_release_do_not_speak_for_each_other():
    live = {**LIVE, "worker": WORKER}
    both, earlier = look(bad("api"), bad("worker")), look(good("api"), good("worker"))
    release = Heard(own=frozenset({"api", "worker"}))

    found = unless_all_fail(both, live, {"api": [earlier], "worker": [earlier]}, release).findings

    assert [f.outcome for f in found] == [Outcome.FAIL] * 2


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([], False, id="the-first"),
        pytest.param([bad("api")], False, id="the-second"),
        pytest.param([bad("api"), bad("api")], True, id="the-third"),
        pytest.param(
            [bad("api"), bad("api"), *[bad("api", outcome=Outcome.INCONCLUSIVE)] * 9],
            True,
            id="what-told-nothing-since-does-not-count",
        ),
    ],
)
def test_when_a_failing_look_more_may_condemn(looks, expected):
    earlier = {"api": [look(finding) for finding in looks]}

    assert is_about_to_condemn(look(bad("api")), earlier, LIMITS) is expected


@pytest.mark.parametrize(
    ("active", "found"),
    [
        pytest.param(("old", "new"), {"api": "old"}, id="one-that-is-replaced"),
        pytest.param(("new",), {}, id="all-have-ended"),
        pytest.param(("older", "old", "new"), {}, id="any-of-two-may-answer"),
    ],
)
def test_what_is_being_replaced_is_asked_where_it_alone_answers(active, found):
    """What ended before has no say in that."""
    earlier = [
        deployment("old", 0, "a", status=Status.REMOVED),
        deployment("older", -10, "c", status=Status.REMOVED),
    ]
    fleet = {"api": state(API, *earlier, active=active)}

    asked = draining(fleet, LIVE, frozenset({"api"}))

    assert {name: d.id for name, d in asked.items()} == found


@pytest.mark.parametrize(
    ("deployed", "at_s", "is_doubted"),
    [
        pytest.param("worker", 0.0, True, id="it-was-good"),
        pytest.param("another", 0.0, False, id="another-deployment-of-it-was"),
    ],
)
def test_what_is_judged_beside_speaks_where_it_was_good_itself(deployed, at_s, is_doubted):
    worker = deployment("worker", 60, "c")
    earlier = {"worker": (replace(look(good("worker")), deployments={"worker": deployed}),)}
    sample = replace(look(bad("api"), bad("worker")), at_s=at_s + 2)

    said = unless_all_fail(sample, {**LIVE, "worker": worker}, earlier, Heard())

    api = next(f for f in said.findings if f.service == "api")
    assert (api.outcome is Outcome.INCONCLUSIVE) is is_doubted
