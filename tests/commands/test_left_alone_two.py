"""What one service that a run left alone asks for does not hide how another is meanwhile."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import BAD, CRITICAL, FakeClock, SharedMemory, Silence, unheard
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_outage_meanwhile import OwnAddresses, away
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.finding import Outcome
from verifier.model.past_verdict import PastStatus, PastVerdict


class TwoLeft(OwnAddresses):
    """The worker tells nothing in the first looks once the api has passed."""

    unheard_looks, looks = 0, 0

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        if self.clock.seconds < 5 or "api" in judged or "worker" not in judged:
            return seen
        self.looks += 1
        if self.looks > self.unheard_looks:
            return seen
        none = unheard(seen, "no answer in time").evidence.services
        mixed = [
            n if n.judged.id == "worker-old" else s
            for n, s in zip(none, seen.evidence.services, strict=True)
        ]
        return replace(seen, evidence=replace(seen.evidence, services=tuple(mixed)))


def play(worker, web, *, unheard_looks=0):
    """Commit b is live in the api alone and passes."""
    names = ("worker", "web")
    own = {n: deployment(f"{n}-old", 0, letter) for n, letter in zip(names, "cd", strict=True)}
    skipped = {n: deployment(f"skipped-{n}", 60, "b", **SKIPPED_BY_PATHS) for n in names}
    clock = FakeClock()
    world = TwoLeft(
        clock,
        health={"c": worker, "d": web},
        names=("api", *names),
        deployments={"api": [deployment(), old()]} | {n: [skipped[n], own[n]] for n in names},
        active={"api": ("new",)} | {n: (own[n].id,) for n in names},
    )
    world.unheard_looks = unheard_looks
    records = [
        PastVerdict(n, d.id, d.commit_sha, d.image_digest, PastStatus.VERIFIED)
        for n, d in own.items()
    ]
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, SharedMemory(records, before=()), task, clock, Journal(clock, Silence()))
    gate.run()
    assert world.mutations == []
    return gate.report()


def told(report):
    return {f.service for f in report.findings if f.outcome is not Outcome.PASS}


def test_it_is_looked_at_again_while_the_other_is_not_heard_of():
    report = play(document(), away((13, 1e9), then=CRITICAL), unheard_looks=2)

    assert (report.verdict, int(report.exit_code)) == ("failed", 3)
    assert "web" in report.reason


def test_what_is_not_heard_of_is_told_wherever_it_was_before():
    report = play(document(), document(), unheard_looks=1000)

    assert (report.verdict, int(report.exit_code)) == ("passed", 0)
    assert "worker" in told(report)


@pytest.mark.parametrize(
    ("health", "ends"),
    [
        pytest.param(CRITICAL, ("failed", 3), id="critical"),
        pytest.param(BAD, ("inconclusive", 4), id="failing"),
    ],
)
def test_what_fails_only_while_the_other_is_followed_is_told(health, ends):
    report = play(BAD, away((13, 1e9), then=health))

    assert (report.verdict, int(report.exit_code)) == ends
    assert "web" in told(report)


def test_what_is_told_of_the_one_is_not_told_of_the_other():
    report = play(BAD, document())

    assert (report.verdict, int(report.exit_code), told(report)) == ("passed", 0, {"worker"})
