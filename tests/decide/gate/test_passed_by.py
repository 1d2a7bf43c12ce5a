"""What a commit passes by is judged all the same where no gate has judged it as it stands."""

from dataclasses import replace

import pytest

from tests.builders import deployment, old, sha, state
from verifier.decide.gate.arrival import Stage, Wanted, arrival_of
from verifier.decide.gate.passed_by import take_on
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

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
    arrival = arrival_of(PASSED_BY, Wanted(commit_sha=sha("c")))

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

    taken = take_on(arrival_of(around, Wanted(commit_sha=sha("c"))), around, past_verdicts)

    assert taken.is_taken_on is bool(told)
    assert told in taken.text


def test_what_crashed_is_judged_in_passing_though_a_gate_verified_it():
    crashed = deployment(status=Status.CRASHED)
    passed_by = state(SKIPPED, crashed, old(), active=())
    arrival = arrival_of(passed_by, Wanted(commit_sha=sha("c")))

    taken = take_on(arrival, passed_by, [past(crashed, PastStatus.VERIFIED)])

    assert (taken.stage, taken.deployment) == (Stage.LIVE, crashed)
    assert taken.text == "of an earlier commit, verified by a gate, and it has crashed since"


@pytest.mark.parametrize(
    ("status", "minute", "records", "is_taken_on"),
    [
        pytest.param(Status.BUILDING, 10, True, True, id="being-built"),
        pytest.param(Status.DEPLOYING, 10, True, True, id="being-deployed"),
        pytest.param(Status.WAITING, 10, True, False, id="waits-for-ci: perhaps for hours"),
        pytest.param(Status.NEEDS_APPROVAL, 10, True, False, id="waits-for-a-person"),
        pytest.param(Status.FAILED, 10, True, False, id="its-build-failed"),
        pytest.param(Status.BUILDING, 30, True, False, id="of-a-later-push: its own run's"),
        pytest.param(Status.BUILDING, 10, False, False, id="no-gate-has-ever-judged-here"),
    ],
)
def test_what_an_earlier_push_has_on_its_way_is_judged_when_it_comes(
    status, minute, records, is_taken_on
):
    """The gate of that push may be dead, and this run would end green over what comes."""
    live = old(status=Status.SUCCESS)
    around = state(SKIPPED, deployment(minute=minute, status=status), live, active=("old",))
    known = [past(live, PastStatus.VERIFIED)] if records else []

    taken = take_on(arrival_of(around, Wanted(commit_sha=sha("c"))), around, known)

    assert taken.is_taken_on is is_taken_on
    if is_taken_on:
        assert (taken.stage, taken.deployment.id) == (Stage.UNDER_WAY, "new")


OWN = deployment("own", 20, "c", status=Status.REMOVED, instances=("REMOVED",))
SUCCESSOR = deployment("next", 30, "d")


def elsewhere(status):
    return replace(past(SUCCESSOR, status), service="worker", deployment_id="w", image_digest="")


TAKEN_OVER = state(OWN, SUCCESSOR, old(), active=("next",))


@pytest.mark.parametrize(
    ("past_verdicts", "stage"),
    [
        pytest.param([], Stage.SUPERSEDED, id="its-own-gate-may-still-judge-it"),
        pytest.param([past(SUCCESSOR, PastStatus.SEEN)], Stage.SUPERSEDED, id="it-was-seen"),
        pytest.param([past(SUCCESSOR, PastStatus.VERIFIED)], Stage.SUPERSEDED, id="verified"),
        pytest.param([past(SUCCESSOR, PastStatus.CONDEMNED)], Stage.LIVE, id="condemned"),
        pytest.param([elsewhere(PastStatus.CONDEMNED)], Stage.LIVE, id="its-commit-was"),
        pytest.param([elsewhere(PastStatus.VERIFIED)], Stage.SUPERSEDED, id="its-commit-was-good"),
        pytest.param(
            [past(SUCCESSOR, PastStatus.VERIFIED), elsewhere(PastStatus.CONDEMNED)],
            Stage.SUPERSEDED,
            id="verified-though-its-commit-was-not",
        ),
    ],
)
def test_what_took_over_is_judged_where_its_own_gate_condemned_it_and_it_serves_all_the_same(
    past_verdicts, stage
):
    arrival = arrival_of(TAKEN_OVER, Wanted(commit_sha=sha("c")))

    taken = take_on(arrival, TAKEN_OVER, past_verdicts)

    assert arrival.stage is Stage.SUPERSEDED
    assert (taken.stage, taken.is_taken_on) == (stage, stage is Stage.LIVE)


DOWN = deployment("new", 10, status=Status.REMOVED, instances=("REMOVED",))
COMES = deployment("next", 25, "d", status=Status.BUILDING, instances=())


@pytest.mark.parametrize(
    ("shown", "past_verdicts", "stage"),
    [
        pytest.param([DOWN], [past(DOWN, PastStatus.VERIFIED)], Stage.GONE, id="gone"),
        pytest.param([DOWN], [], Stage.UNAFFECTED, id="no-gate-has-ever-judged-here"),
        pytest.param([], [], Stage.UNAFFECTED, id="never-deployed"),
        pytest.param(
            [DOWN, COMES], [past(DOWN, PastStatus.VERIFIED)], Stage.UNAFFECTED, id="coming"
        ),
    ],
)
def test_a_service_that_gates_have_verified_and_of_which_nothing_serves_is_not_green(
    shown, past_verdicts, stage
):
    gone = state(SKIPPED, *shown, active=())

    taken = take_on(arrival_of(gone, Wanted(commit_sha=sha("c"))), gone, past_verdicts)

    assert taken.stage is stage


IN_OTHERS = PastVerdict("web", "w", sha("b"), "sha256:b", PastStatus.CONDEMNED)
GIVEN_UP = replace(past(deployment(), PastStatus.SEEN), given_up=True)


@pytest.mark.parametrize(
    ("past_verdicts", "told"),
    [
        pytest.param([IN_OTHERS], "a gate failed its commit elsewhere", id="failed-elsewhere"),
        pytest.param([GIVEN_UP], "not judged by any gate", id="its-gate-did-not-wait"),
        pytest.param([replace(IN_OTHERS, commit_sha=sha("e"))], "", id="another-commit-failed"),
        pytest.param([replace(IN_OTHERS, status=PastStatus.VERIFIED), IN_OTHERS], "", id="cleared"),
        pytest.param([past(deployment(), PastStatus.VERIFIED), IN_OTHERS], "", id="verified-here"),
        pytest.param([past(deployment(), PastStatus.SEEN)], "", id="merely-seen"),
    ],
)
@pytest.mark.parametrize("is_live", [True, False], ids=["live", "coming"])
def test_of_a_commit_that_a_gate_has_failed_nothing_is_left_unjudged(past_verdicts, told, is_live):
    own = deployment() if is_live else deployment(status=Status.BUILDING, instances=())
    around = state(SKIPPED, own, old(), active=("new",) if is_live else ("old",))

    taken = take_on(arrival_of(around, Wanted(commit_sha=sha("c"))), around, past_verdicts)

    assert taken.is_taken_on is bool(told)
    if is_live:
        assert told in taken.text
