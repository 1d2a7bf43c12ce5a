"""Two bad deploys in a row: is what failed before the second one the doing of the first?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START, deployment, old, sha, state
from verifier.decide.gate.own_failures import brought, without
from verifier.model.check_ids import DEEP, SILENT
from verifier.model.deployment import DeploymentStatus
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict

CHECK = SeenCheck(DEEP, "api")
GOOD = KnownBefore(frozenset({CHECK}))
FAILS = KnownBefore(failing=(SeenFailing(CHECK, frozenset({"redis"})),))
NEVER_SAID = KnownBefore()

#: Verified "old" (12:00), then "e" (12:05) that no gate verified, then what is judged (12:10).
E = deployment("e", 5, "e")
FLEET = {"api": state(deployment(), E, old(), active=("e",))}
NOW = START + timedelta(minutes=11)


def kept(id_, status, minute, seen, service="api", commit=None):
    letter = commit or {"old": "a"}.get(id_, id_)
    at = None if minute is None else START + timedelta(minutes=minute)
    return PastVerdict(service, id_, sha(letter), "", status, at=at, seen=seen)


VERIFIED = kept("old", PastStatus.VERIFIED, 2, GOOD)
GOOD_THEN = kept("old", PastStatus.SEEN, 6, GOOD)
FAILED = kept("e", PastStatus.SEEN, 7, FAILS)
CONDEMNED = kept("e", PastStatus.CONDEMNED, 7, FAILS)


def found(records, *, fleet=FLEET, known=FAILS, now=NOW):
    return [*brought(known, {"api": deployment(minute=120)}, fleet, records, now)]


@pytest.mark.parametrize(
    ("records", "is_own"),
    [
        pytest.param([GOOD_THEN, VERIFIED], True, id="good-on-the-verified-one-after-e-was-made"),
        pytest.param([FAILED, GOOD_THEN, VERIFIED], True, id="and-seen-failing-on-e"),
        pytest.param([CONDEMNED, VERIFIED], True, id="e-was-condemned-for-it"),
        pytest.param([VERIFIED], False, id="broke-outside-since-perhaps"),
        pytest.param([FAILED, VERIFIED], False, id="nobody-looked-at-the-verified-one-since"),
        pytest.param(
            [kept("old", PastStatus.SEEN, 6, FAILS), GOOD_THEN, VERIFIED],
            False,
            id="fails-on-the-verified-one-as-well",
        ),
        pytest.param(
            [kept("old", PastStatus.SEEN, 6, FAILS), CONDEMNED, VERIFIED],
            False,
            id="fails-on-the-verified-one-and-e-was-condemned",
        ),
        pytest.param(
            [kept("e", PastStatus.SEEN, 7, GOOD), GOOD_THEN, VERIFIED],
            False,
            id="was-good-on-e-and-broke-outside-since",
        ),
        pytest.param(
            [kept("e", PastStatus.CONDEMNED, 7, NEVER_SAID), VERIFIED],
            False,
            id="e-was-condemned-for-something-else",
        ),
        pytest.param(
            [kept("old", PastStatus.SEEN, None, GOOD), VERIFIED], False, id="nobody-knows-when"
        ),
    ],
)
def test_what_an_unverified_deployment_failed(records, is_own):
    ones = found(records)

    assert [one.is_proven for one in ones] == [is_own]
    assert bool(without(FAILS, ones).failing) is not is_own


@pytest.mark.parametrize(
    ("records", "is_own"),
    [
        pytest.param([CONDEMNED, GOOD_THEN], True, id="good-as-e-was-made-and-e-condemned-for-it"),
        pytest.param([CONDEMNED], False, id="nobody-saw-the-one-before-good"),
        pytest.param(
            [CONDEMNED, kept("old", PastStatus.SEEN, 4, GOOD)], False, id="only-before-e-was-made"
        ),
        pytest.param(
            [kept("old", PastStatus.SEEN, 8, FAILS), CONDEMNED, GOOD_THEN],
            False,
            id="it-failed-too-since",
        ),
        pytest.param(
            [kept("e", PastStatus.CONDEMNED, 7, NEVER_SAID), GOOD_THEN],
            False,
            id="condemned-for-something-else",
        ),
    ],
)
def test_where_nothing_was_verified_yet_a_verdict_and_a_good_look_prove_it(records, is_own):
    assert [one.is_proven for one in found(records)] == [True] * is_own


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([GOOD_THEN], id="nothing-verified-before"),
        pytest.param(
            [kept("e", PastStatus.VERIFIED, 7, GOOD), GOOD_THEN, VERIFIED], id="e-was-verified"
        ),
    ],
)
def test_what_failed_before_is_not_in_doubt(records):
    assert found(records) == []


def test_what_served_for_long_did_not_bring_it():
    fleet = {"api": state(E, old())}
    later = START + timedelta(hours=2)

    assert [o.is_proven for o in found([GOOD_THEN, VERIFIED], fleet=fleet, now=later)] == [False]


def test_what_a_verified_service_fails_as_well_is_broken_outside():
    web = old("web-1", commit="c", status=DeploymentStatus.SUCCESS)
    known = KnownBefore(
        failing=(*FAILS.failing, SeenFailing(SeenCheck(DEEP, "web"), frozenset({"redis"})))
    )
    records = [
        GOOD_THEN,
        VERIFIED,
        kept("web-1", PastStatus.VERIFIED, 2, None, service="web", commit="c"),
    ]

    ones = found(records, fleet={**FLEET, "web": state(web, name="web")}, known=known)

    assert [one.is_proven for one in ones] == [False]


def test_what_all_services_share_is_nobodys_own():
    shared = SeenCheck("relations.table", "")
    known = KnownBefore(failing=(SeenFailing(shared, frozenset({"t"})),))
    good = KnownBefore(frozenset({shared}))
    records = [kept("old", PastStatus.SEEN, 6, good), VERIFIED]

    assert found(records, known=known) == []


def test_what_a_gate_failed_for_its_crash_is_silent_because_of_that():
    known = KnownBefore(failing=(SeenFailing(SeenCheck(SILENT, "api"), frozenset()),))
    crash = KnownBefore(failing=(SeenFailing(SeenCheck("deployment.status", "api"), frozenset()),))
    records = [kept("e", PastStatus.CONDEMNED, 7, crash), GOOD_THEN]

    assert [one.is_proven for one in found(records, known=known)] == [True]


@pytest.mark.parametrize(("answered", "is_own"), [(GOOD, True), (NEVER_SAID, False)])
def test_what_answered_at_all_was_not_silent(answered, is_own):
    known = KnownBefore(failing=(SeenFailing(SeenCheck(SILENT, "api"), frozenset()),))
    records = [kept("old", PastStatus.SEEN, 6, answered)]

    assert [one.is_proven for one in found(records, known=known)] == [True] * is_own


ENDS = [SeenCheck(check, "api") for check in (SILENT, "deployment.status", "deployment.instances")]


@pytest.mark.parametrize("end", ENDS, ids=lambda seen: seen.check)
@pytest.mark.parametrize(
    ("records", "is_own"),
    [
        pytest.param([VERIFIED], True, id="verified-before"),
        pytest.param([kept("old", PastStatus.SEEN, 6, "good")], True, id="seen-good-then"),
        pytest.param([kept("old", PastStatus.SEEN, 4, "good")], False, id="only-long-before"),
        pytest.param(
            [kept("old", PastStatus.SEEN, 6, "ended"), VERIFIED], False, id="ended-too-since"
        ),
        pytest.param([kept("e", PastStatus.SEEN, 7, "good"), VERIFIED], False, id="was-good-on-e"),
        pytest.param([], False, id="nothing-known"),
    ],
)
def test_what_has_ended_on_the_one_before_excuses_no_further_end(end, records, is_own):
    failing = KnownBefore(failing=(SeenFailing(end, frozenset()),))
    said = {"good": KnownBefore(frozenset({CHECK, end})), "ended": failing}
    records = [replace(r, seen=said.get(r.seen, r.seen)) for r in records]

    assert bool(without(failing, found(records, known=failing)).failing) is not is_own


def test_an_end_of_what_had_served_for_long_may_be_shared():
    failing = KnownBefore(failing=(SeenFailing(ENDS[0], frozenset()),))
    later = START + timedelta(hours=2)
    ones = found([VERIFIED], fleet={"api": state(E, old())}, known=failing, now=later)

    assert without(failing, ones) == failing
