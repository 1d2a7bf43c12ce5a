"""What a run left alone and that merely fails is told, and green only where it may be old."""

from dataclasses import replace

import pytest

from tests.builders import document
from tests.commands.script import BAD, BARE, CRITICAL, SILENT, unheard
from tests.commands.test_left_alone import api_comes_at
from tests.commands.test_outage_meanwhile import AllAnswer, OwnAddresses, away, run_timed
from tests.commands.test_records_meanwhile import WORKER, play
from verifier.errors import UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Outcome

LATE, BEFORE = {}, api_comes_at(20)


def gated(health, begun, world=OwnAddresses, **given):
    given |= {**begun, "at": dict(begun.get("at", {}))}
    report, mutations, _ = run_timed({"c": health}, worker="c", world=world, **given)
    assert mutations == []
    return report


def told(report):
    """What is said of the worker and is not good, and how."""
    return {f.outcome for f in report.findings if f.service == "worker"} - {Outcome.PASS}


@pytest.mark.parametrize("verified", [True, False], ids=["verified", "without-a-record"])
@pytest.mark.parametrize("health", [BAD, BARE], ids=["named", "bare"])
@pytest.mark.parametrize("begins_s", [10, 26], ids=["before-it-was-live", "since"])
def test_what_was_good_as_the_run_began_and_fails_leaves_no_clear_verdict(
    begins_s, health, verified
):
    report = gated(away((begins_s, 1e9), then=health), BEFORE, verified=verified)

    assert (report.verdict, int(report.exit_code)) == ("inconclusive", 4)
    assert report.reason.startswith("worker: it was good when this run began and fails now")
    assert told(report) == {Outcome.FAIL, Outcome.INCONCLUSIVE}


def test_what_is_good_again_within_the_time_that_a_deployment_has_is_green():
    report = gated(away((26, 100)), BEFORE, verified=True)

    assert (report.verdict, int(report.exit_code), told(report)) == ("passed", 0, set())


@pytest.mark.parametrize("verified", [True, False], ids=["verified", "without-a-record"])
@pytest.mark.parametrize("begun", [LATE, BEFORE], ids=["late", "before"])
@pytest.mark.parametrize("health", [BAD, BARE], ids=["named", "bare"])
def test_what_may_have_failed_before_is_told_beside_a_green_end(health, begun, verified):
    report = gated(health, begun, verified=verified)

    assert (report.verdict, int(report.exit_code)) == ("passed", 0)
    assert told(report) == {Outcome.WARN}


def test_one_failing_look_is_not_told():
    report = gated(away((29, 31.5)), BEFORE, verified=True)

    assert (report.verdict, int(report.exit_code), told(report)) == ("passed", 0, set())


class Unheard(OwnAddresses):
    """Every second look at the worker alone sees nothing of it."""

    looks = 0

    def observe(self, judged, before, subject, within_s):
        if list(judged) != ["worker"] or self.clock.seconds < 25:
            return super().observe(judged, before, subject, within_s)
        self.looks += 1
        seen = AllAnswer.observe(self, judged, before, subject, within_s)
        if self.looks % 2:
            return seen
        raise self.failure


def test_a_look_that_tells_nothing_makes_nothing_good():
    Unheard.failure = UnreachableError("could not read Railway: HTTP 502")
    report = gated(away((26, 1e9)), BEFORE, Unheard, verified=True)

    assert (report.verdict, int(report.exit_code)) == ("inconclusive", 4)


@pytest.mark.parametrize("arrives_s", [0.0, 20.0])
def test_without_records_nobody_knows_whether_what_fails_was_ever_judged(arrives_s):
    report, mutations = play(WORKER["bad"], arrives_s, refused_until_s=1e9)

    assert (report.verdict, int(report.exit_code), mutations) == ("inconclusive", 4, [])
    assert any(f.check == "deployment.unjudged" for f in report.findings)
    assert "worker" in report.reason


class FirstUnheard(OwnAddresses):
    """The first looks at the worker alone tell nothing of it."""

    until, is_probe, looks = 1, False, 0

    def observe(self, judged, before, subject, within_s):
        seen = AllAnswer.observe(self, judged, before, subject, within_s)
        if list(judged) != ["worker"] or self.clock.seconds < 25:
            return seen
        self.looks += 1
        if self.looks > self.until:
            return seen
        if not self.is_probe:
            raise UnreachableError("could not read Railway: HTTP 502")
        return unheard(seen, "no answer in time")


class FirstProbeUnheard(FirstUnheard):
    is_probe = True


class NeverHeard(FirstUnheard):
    until = 1000


class ProbeNeverHeard(FirstProbeUnheard):
    until = 1000


@pytest.mark.parametrize("world", [FirstUnheard, FirstProbeUnheard])
@pytest.mark.parametrize(
    ("health", "ends"),
    [
        pytest.param(CRITICAL, ("failed", 3), id="critical"),
        pytest.param(SILENT, ("failed", 3), id="down"),
        pytest.param(BAD, ("inconclusive", 4), id="failing"),
        pytest.param(None, ("passed", 0), id="good"),
    ],
)
def test_one_look_that_hears_nothing_makes_no_run_green(world, health, ends):
    answers = away((26, 1e9), then=health) if health else document()
    report = gated(answers, BEFORE, world, verified=True)

    assert (report.verdict, int(report.exit_code)) == ends


@pytest.mark.parametrize("world", [NeverHeard, ProbeNeverHeard])
def test_what_was_good_and_is_not_heard_of_at_the_end_is_told(world):
    report = gated(away((26, 1e9), then=CRITICAL), BEFORE, world, verified=True)

    assert (report.verdict, int(report.exit_code)) == ("passed", 0)
    assert told(report) == {Outcome.WARN}


class TurnsWorse(OwnAddresses):
    """What merely fails is critical or down from the second look at the worker alone on."""

    worse, looks = CRITICAL, 0

    def observe(self, judged, before, subject, within_s):
        if list(judged) == ["worker"] and self.clock.seconds >= 25:
            self.looks += 1
            if self.looks == 2:
                self.turn()
        return super().observe(judged, before, subject, within_s)

    def turn(self):
        self.health = {**self.health, "c": self.worse}


class EndsInSilence(TurnsWorse):
    worse = SILENT


class Ends(TurnsWorse):
    def turn(self):
        ended = {"status": Status.CRASHED, "instances": ("CRASHED",)}
        shown = [replace(d, **ended) if d.id == "w-old" else d for d in self.deployments["worker"]]
        self.show("worker", *shown, active=("w-old",))


class Sleeps(TurnsWorse):
    """Nothing of it is active any more, and no answer that could be bad is left."""

    def turn(self):
        asleep = {"status": Status.SLEEPING, "instances": ("SLEEPING",)}
        shown = [replace(d, **asleep) if d.id == "w-old" else d for d in self.deployments["worker"]]
        self.show("worker", *shown, active=())

    def observe(self, judged, before, subject, within_s):
        if self.active["worker"]:
            return super().observe(judged, before, subject, within_s)
        return super(AllAnswer, self).observe(judged, before, subject, within_s)


@pytest.mark.parametrize("verified", [True, False], ids=["verified", "without-a-record"])
@pytest.mark.parametrize("world", [TurnsWorse, EndsInSilence, Ends, Sleeps])
def test_what_gets_worse_while_its_failure_is_followed_is_not_green(world, verified):
    report = gated(away((26, 1e9)), BEFORE, world, verified=verified)

    assert (report.verdict, int(report.exit_code)) == ("failed", 3)
    assert "worker" in report.reason
