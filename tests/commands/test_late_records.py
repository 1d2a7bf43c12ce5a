"""The records of earlier gates count also where GitHub did not answer as the run began."""

import pytest

from tests.commands import test_bad_predecessor as bad_predecessor
from tests.commands.script import SharedMemory
from tests.commands.test_bad_predecessor import BEFORE, JUDGED, RECORDS, play
from tests.commands.test_outage_meanwhile import OwnAddresses
from verifier.errors import UnreachableError
from verifier.model.finding import Unobserved


class LateGitHub(OwnAddresses):
    """GitHub gives no records at the first asking, and answers in its usual time from then on."""

    takes_s = 0.4

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.was_asked = False

    def at_once(self, asks, limit_s):
        is_first = "records" in asks and not self.was_asked
        self.was_asked |= is_first
        of_github = {"records", "remember", "claims", *self.names} & asks.keys()
        needs_s = float("inf") if is_first else self.takes_s if of_github else 0.0
        self.clock.sleep(min(needs_s, limit_s))
        if needs_s > limit_s:
            return {name: Unobserved("no answer in time") for name in asks}
        return {name: ask() for name, ask in asks.items()}


@pytest.fixture(autouse=True)
def late(monkeypatch):
    monkeypatch.setattr(bad_predecessor, "OwnAddresses", LateGitHub)


@pytest.mark.parametrize("arrives_s", [0.0, 20.0, 70.0])
@pytest.mark.parametrize("judged", ["bad", "critical", "crashed"])
@pytest.mark.parametrize("before", BEFORE)
def test_one_reading_that_hangs_changes_neither_verdict_nor_target(before, judged, arrives_s):
    records = RECORDS["verified-and-seen-good"]

    report, mutations = play(BEFORE[before], JUDGED[judged], records, arrives_s)

    assert (int(report.exit_code), mutations) == (1, ["old"])


class TwiceRefused(SharedMemory):
    """GitHub answers the first two readings of its records with an error."""

    readings = 0

    def records(self):
        self.readings += 1
        if self.readings <= 2:
            raise UnreachableError("could not read the records: HTTP 502")
        return super().records()


@pytest.mark.parametrize("arrives_s", [1.0, 20.0, 70.0])
@pytest.mark.parametrize("judged", ["bad", "critical", "crashed"])
@pytest.mark.parametrize("before", BEFORE)
def test_whoever_reads_them_first_reads_them_for_all(monkeypatch, before, judged, arrives_s):
    monkeypatch.setattr(bad_predecessor, "OwnAddresses", OwnAddresses)
    monkeypatch.setattr(bad_predecessor, "SharedMemory", TwiceRefused)
    records = RECORDS["verified-and-seen-good"]

    report, mutations = play(BEFORE[before], JUDGED[judged], records, arrives_s)

    assert (int(report.exit_code), mutations) == (1, ["old"])


class ThriceRefused(SharedMemory):
    """GitHub answers the first three readings of its records with an error."""

    refusals = 3

    def records(self):
        self.refusals -= 1
        if self.refusals >= 0:
            raise UnreachableError("could not read the records: HTTP 502")
        return super().records()


@pytest.mark.parametrize("judged", ["critical", "crashed"])
@pytest.mark.parametrize("before", BEFORE)
def test_refusals_take_nothing_back_to_what_no_gate_verified(monkeypatch, before, judged):
    monkeypatch.setattr(bad_predecessor, "OwnAddresses", OwnAddresses)
    monkeypatch.setattr(bad_predecessor, "SharedMemory", ThriceRefused)
    records = RECORDS["verified-and-seen-good"]

    report, mutations = play(BEFORE[before], JUDGED[judged], records, 0.0)

    assert (int(report.exit_code), mutations) == (1, ["old"])
