"""What speaks against going back to a deployment, and what is gone back to all the same."""

from dataclasses import replace

import pytest

from tests.builders import POLICY, deployment, old, state
from verifier.decide.gate.doubtful_targets import (
    bad_elsewhere,
    crashed_before,
    critical_before,
    failing_when_heard,
    left_elsewhere,
    seen_good,
)
from verifier.decide.gate.rollback_target import choose_target
from verifier.decide.gate.seen_before import known_from
from verifier.model.check_ids import DEEP, SILENT
from verifier.model.deployment import DeploymentStatus
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.target_doubt import Doubt
from verifier.model.verdict import Sample

JUDGED = deployment("judged", 60, "z")


def choose(*older, doubtful=None, good=()):
    fleet = state(JUDGED, *older)
    choice = choose_target(fleet, JUDGED, (), POLICY, doubtful or {}, frozenset(good))
    return choice.target and choice.target.id


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param({"c": 59.8, "b": 50, "a": 0}, "b", id="replaced-within-seconds"),
        pytest.param({"c": 57, "b": 50, "a": 0}, "c", id="served-for-minutes"),
        pytest.param({"c": 59.9, "b": 59.2, "a": 59}, "b", id="none-for-minutes-the-longest"),
    ],
)
def test_of_what_nothing_is_known_of_what_had_time_to_fail_comes_first(minutes, expected):
    older = [old(name, minute, name) for name, minute in minutes.items()]

    assert choose(*older) == expected


def test_what_was_good_as_the_run_began_comes_before_what_served_for_longer():
    seen = known_from((Finding(DEEP, Outcome.PASS, "good", "api"),))
    newest, before = old("b", 59, "b"), old("a", 0, "a")
    good = seen_good(seen, {"api": newest, "worker": before})

    assert choose(newest, before) == "a"
    assert choose(newest, before, good=good) == "b"


def test_what_failed_when_the_run_began_is_gone_back_to_where_nothing_else_is_there():
    served = {"api": old("b", 30, "b")}
    failed = KnownBefore(failing=(SeenFailing(SeenCheck(DEEP, "api"), frozenset()),))
    doubtful = failing_when_heard({"b": (KnownBefore(), failed)}, 3)

    assert choose(served["api"], old("a", 0, "a"), doubtful=doubtful) == "a"
    assert choose(served["api"], doubtful=doubtful) == "b"


def test_an_hour_crashed_is_no_hour_served():
    newest, before = old("b", -70, "b"), old("a", -160, "a")
    crashed = replace(newest, status=DeploymentStatus.CRASHED)
    down = crashed_before({"api": state(JUDGED, crashed)})

    assert choose(newest, before) == "b"
    assert choose(newest, before, doubtful=down) == "a"


def test_what_is_down_is_not_gone_back_to_for_an_older_one_of_its_code():
    again, before = old("a2", 0, "a"), old("a", -160, "a")
    crashed = replace(again, status=DeploymentStatus.CRASHED)
    down = crashed_before({"api": state(JUDGED, crashed)})

    assert choose(again, before) == "a2"
    assert choose(again, before, doubtful=down) == "a"


@pytest.mark.parametrize(
    ("check", "is_doubtful"),
    [(DEEP, True), (SILENT, True), ("migrations.pending", False)],
)
def test_what_no_deployment_says_of_itself_speaks_against_none(check, is_doubtful):
    failed = KnownBefore(failing=(SeenFailing(SeenCheck(check, "api"), frozenset()),))

    assert bool(failing_when_heard({"old": (failed,)}, 3)) is is_doubtful
    good = KnownBefore(frozenset({SeenCheck(DEEP, "api")}))
    assert not failing_when_heard({"old": (failed, good)}, 3)


def test_a_look_across_a_switch_takes_no_failure_back():
    failed = KnownBefore(failing=(SeenFailing(SeenCheck(DEEP, "api"), frozenset()),))
    heard = {"old": (failed, KnownBefore()), "w": (KnownBefore(),)}

    assert failing_when_heard(heard, 3).keys() == {"old"}


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param("g", "newest", id="good"),
        pytest.param("fff", "before", id="failing-as-often-as-condemns"),
        pytest.param("gff", "newest", id="failing-less-often"),
        pytest.param("ff", "before", id="never-good"),
        pytest.param("f", "newest", id="a-single-failure"),
        pytest.param("fffg", "newest", id="good-since"),
        pytest.param("gf ff", "before", id="across-a-switch"),
    ],
)
def test_an_hour_of_failing_is_no_hour_served_where_it_is_confirmed(looks, expected):
    newest, before = old("newest", -70, "b"), old("before", -160, "a")
    said = {
        "g": KnownBefore(frozenset({SeenCheck(DEEP, "api")})),
        "f": KnownBefore(failing=(SeenFailing(SeenCheck(DEEP, "api"), frozenset()),)),
        " ": KnownBefore(),
    }
    doubtful = failing_when_heard({"newest": [said[letter] for letter in looks]}, 3)

    assert choose(newest, before, doubtful=doubtful) == expected


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        pytest.param("deploy", "rollback", {"b1", "b2"}, id="a-rollback-to-it"),
        pytest.param("deploy", "redeploy", {"b2"}, id="a-redeploy-may-have-other-variables"),
        pytest.param("redeploy", "rollback", {"b2"}, id="and-so-may-what-is-a-redeploy-itself"),
    ],
)
def test_what_was_critical_speaks_against_all_that_brought_the_same(first, again, expected):
    b1, b2 = old("b1", 10, "b", reason=first), old("b2", 30, "b", reason=again)
    fleet = {"api": state(JUDGED, b2, b1, old("a", 0, "a"))}
    sample = Sample(0.0, (Finding(DEEP, Outcome.CRITICAL, "wrong", "api"),))

    assert critical_before(sample, {"api": b2}, fleet).keys() == expected


def test_a_commit_that_was_rolled_back_in_another_service_is_a_last_resort():
    put_back = old("a2", 50, "a", reason="rollback")
    worker = state(put_back, old("wb", 20, "b"), old("wa", 0, "a"), name="worker")
    b, a = old("b", 20, "b"), old("a", 0, "a")
    doubtful = left_elsewhere({"api": state(JUDGED, b, a), "worker": worker})

    assert choose(b, a, doubtful=doubtful) == "a"
    assert choose(b, doubtful=doubtful) == "b"
    assert left_elsewhere(Unobserved("HTTP 502")) == {}


def test_a_commit_that_was_bad_in_another_service_is_a_last_resort():
    b, a = old("b", 20, "b"), old("a", 0, "a")
    own = state(JUDGED, b, a)
    seen = {"wb": Doubt("it was failing", is_last_resort=True)}
    worker = state(old("wb", 20, "b"), old("wa", 0, "a"), name="worker")
    again = state(old("wb2", 25, "b"), old("wb", 20, "b"), old("wa", 0, "a"), name="worker")
    cron = state(old("wb", 20, "b", is_scheduled=True), name="worker")
    nothing = frozenset()

    assert (
        choose(b, a, doubtful=bad_elsewhere(seen, {"api": own, "worker": worker}, nothing)) == "a"
    )
    assert choose(b, doubtful=bad_elsewhere(seen, {"api": own, "worker": worker}, nothing)) == "b"
    assert bad_elsewhere(seen, {"api": own, "worker": worker}, frozenset({"b"})) == {}
    assert bad_elsewhere(seen, {"api": own, "worker": again}, nothing) == {}
    assert bad_elsewhere(seen, {"api": own, "worker": cron}, nothing) == {}
    assert bad_elsewhere(seen, Unobserved("HTTP 502"), nothing) == {}
