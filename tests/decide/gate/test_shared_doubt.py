"""What fails, or is silent, in everything at once: whose doing may it be?"""

import pytest

from tests.builders import deployment
from verifier.decide.gate.shared_doubt import LooksBefore, SharedDoubt, while_in_doubt
from verifier.model.check_ids import DEEP, SILENT
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.verdict import Sample

WORKER_SILENT = (SeenFailing(SeenCheck(SILENT, "worker"), frozenset()),)
API_GOOD = frozenset({SeenCheck(DEEP, "api")})
APART = KnownBefore(API_GOOD, WORKER_SILENT)
BOTH_GOOD = KnownBefore(API_GOOD | {SeenCheck(DEEP, "worker")})
LASTING = frozenset({"api"})


def silent_after(looks, lasting=frozenset(), sound=frozenset(), overdue=frozenset()):
    """Return who is still called silent where the api and the worker are, after such looks."""
    sample = Sample(9.0, (), silent=frozenset({"api"}), deployments={"api": "new"})
    told = Sample(9.0, (), silent=frozenset({"worker"}), deployments={"worker": "w-old"})
    others = {"worker": deployment("w-old", 0, "a")}
    before = LooksBefore(looks, 3, lasting, sound, overdue)
    doubt = SharedDoubt(others, told, before=before)
    return set(while_in_doubt(sample, {"api": deployment()}, doubt).silent)


@pytest.mark.parametrize(
    ("looks", "lasting", "silent"),
    [
        pytest.param((), frozenset(), set(), id="nothing-is-known"),
        pytest.param((APART,) * 3, frozenset(), {"api"}, id="the-worker-alone-before"),
        pytest.param((APART,) * 2, frozenset(), set(), id="seen-too-seldom"),
        pytest.param((APART,), LASTING, {"api"}, id="which-is-waited-for-shortly"),
        pytest.param((APART, BOTH_GOOD), LASTING, set(), id="it-comes-and-goes-there"),
        pytest.param((KnownBefore(failing=WORKER_SILENT),) * 3, LASTING, set(), id="api-unseen"),
    ],
)
def test_silence_of_all_is_shared_unless_it_was_not_before(looks, lasting, silent):
    assert silent_after(looks, lasting) == silent


@pytest.mark.parametrize(
    ("looks", "lasting", "silent"),
    [
        pytest.param((APART,) * 3, frozenset(), set(), id="seen-for-seconds"),
        pytest.param((APART,), LASTING, set(), id="or-once-however-long-it-lasts-since"),
        pytest.param((APART,) * 3, LASTING, {"api"}, id="seen-for-seconds-and-it-lasts-since"),
        pytest.param((APART,) * 5, frozenset(), {"api"}, id="seen-for-longer"),
    ],
)
def test_what_has_only_begun_in_a_service_of_which_the_record_is_good(looks, lasting, silent):
    assert silent_after(looks, lasting, frozenset({"worker"})) == silent


@pytest.mark.parametrize(
    ("looks", "silent"),
    [
        pytest.param((APART,), {"api"}, id="once"),
        pytest.param((APART, BOTH_GOOD), {"api"}, id="it-comes-and-goes-there"),
        pytest.param((BOTH_GOOD,), set(), id="never"),
        pytest.param((KnownBefore(failing=WORKER_SILENT),), set(), id="api-unseen"),
    ],
)
def test_what_was_seen_apart_is_enough_for_what_should_have_been_good_by_now(looks, silent):
    overdue = frozenset({"api"})

    assert silent_after(looks, LASTING, frozenset({"worker"}), overdue) == silent


def health(service, outcome=Outcome.FAIL):
    objects = ("redis: error",) if outcome is Outcome.FAIL else ()
    return Finding(DEEP, outcome, "what it said", service, objects=objects)


@pytest.mark.parametrize(
    ("worker", "silent", "expected"),
    [
        pytest.param(Outcome.FAIL, (), Outcome.INCONCLUSIVE, id="fails-as-well"),
        pytest.param(Outcome.PASS, (), Outcome.FAIL, id="is-good"),
        pytest.param(Outcome.INCONCLUSIVE, ("worker",), Outcome.INCONCLUSIVE, id="is-down"),
        pytest.param(Outcome.INCONCLUSIVE, (), Outcome.INCONCLUSIVE, id="not-heard-of"),
    ],
)
def test_who_is_down_or_not_heard_of_leaves_a_doubt_to_who_fails_alike(worker, silent, expected):
    """The scheduler fails as the api does, and its redis may be theirs."""
    sample = Sample(9.0, (health("api"),), deployments={"api": "new"})
    others = {name: deployment(f"{name}-c", 20, "c") for name in ("worker", "scheduler")}
    ids = {name: d.id for name, d in others.items()}
    told = Sample(9.0, (health("scheduler"), health("worker", worker)), frozenset(silent), (), ids)

    (said,) = while_in_doubt(sample, {"api": deployment()}, SharedDoubt(others, told)).findings

    assert said.outcome is expected


API_SILENT = KnownBefore(failing=(SeenFailing(SeenCheck(SILENT, "api"), frozenset()),))


def test_what_was_silent_itself_before_has_not_begun_apart():
    assert silent_after((APART,) * 3) == {"api"}
    assert silent_after((*(APART,) * 3, API_SILENT)) == set()


def test_what_is_good_stays_good_beside_what_fails():
    sample = Sample(9.0, (health("api", Outcome.PASS),), deployments={"api": "new"})
    told = Sample(9.0, (health("worker"),), deployments={"worker": "w-old"})
    others = {"worker": deployment("w-old", 0, "a")}

    (said,) = while_in_doubt(sample, {"api": deployment()}, SharedDoubt(others, told)).findings

    assert said.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("names", "silent"),
    [
        pytest.param(("api",), {"api"}, id="alone"),
        pytest.param(("api", "worker"), set(), id="all-of-a-release-at-once"),
    ],
)
def test_nobody_shares_the_silence_of_one_service_alone(names, silent):
    live = {name: deployment() for name in names}
    sample = Sample(9.0, (), silent=frozenset(names), deployments=dict.fromkeys(names, "new"))

    doubt = SharedDoubt(held=frozenset(names))

    assert while_in_doubt(sample, live, doubt).silent == silent
