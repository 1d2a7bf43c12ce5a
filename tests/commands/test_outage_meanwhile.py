"""An outage that begins while a deployment is judged is not the deployment's doing."""

from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    deployment,
    document,
    evidence,
    old,
    probe,
    service_evidence,
    sha,
)
from tests.commands.script import BAD, CRITICAL, FakeClock, ScriptedWorld, SharedMemory, Silence
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal, Observation
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import served_since
from verifier.model.past_verdict import PastStatus, PastVerdict

OTHER_BAD = replace(
    BAD, components=(*document().components, replace(BAD.components[-1], name="s3"))
)


class AllAnswer(ScriptedWorld):
    """Every service has an address; what is asked is kept."""

    def observe(self, judged, before, subject, within_s):
        after = self._read()
        services = [
            service_evidence(
                probe(self._answer(d, self.active[name][0])),
                judged=d,
                before=before[name],
                after=after[name],
            )
            for name, d in judged.items()
        ]
        since = served_since(before, judged.values())
        seen = evidence(*services, subject=subject, served_since=since, at=self.clock.now())
        return Observation(seen, after)


def away(*spans, otherwise=None, then=BAD):
    """Say what is answered: `then` while an outage lasts, else the good or another document."""

    def answers(seconds):
        is_away = any(begin <= seconds < end for begin, end in spans)
        return then if is_away else (otherwise or document())

    return answers


def run(health, *, verified=True):
    """Commit b touches the api alone; the worker still runs a."""
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    own = deployment("w-old", 0, "a")
    records = [PastVerdict("api", "old", sha("a"), "sha256:a", PastStatus.VERIFIED)]
    if verified:
        records.append(
            PastVerdict("worker", own.id, own.commit_sha, own.image_digest, PastStatus.VERIFIED)
        )
    clock = FakeClock()
    world = AllAnswer(
        clock,
        health=health,
        names=("api", "worker"),
        deployments={"api": [deployment(), old()], "worker": [skipped, own]},
        active={"worker": (own.id,)},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, SharedMemory(records), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), [what for _, what in world.mutations]


@pytest.mark.parametrize("begins_s", [0, 4])
def test_what_fails_alike_in_code_that_was_not_changed_is_waited_out(begins_s):
    outage = away((begins_s, 60))
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])
    assert any("in other code (worker)" in entry.text for entry in report.timeline)


def test_an_outage_without_an_end_is_red_and_nothing_is_rolled_back():
    outage = away((4, 1e9))
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])
    assert "the same fails at the same time in other code (worker)" in report.reason


@pytest.mark.parametrize(
    ("health", "script"),
    [
        pytest.param({"b": BAD}, {}, id="the-other-is-good"),
        pytest.param({"a": away((0, 1e9), then=OTHER_BAD), "b": BAD}, {}, id="of-something-else"),
        pytest.param(
            {"a": away((4, 30)), "b": away((4, 30), otherwise=BAD)}, {}, id="bad-after-the-outage"
        ),
        pytest.param({"a": BAD, "b": BAD}, {"verified": False}, id="the-other-was-never-good"),
    ],
)
def test_a_bad_deployment_is_rolled_back_all_the_same(health, script):
    report, mutations = run(health, **script)

    assert report.verdict == "failed"
    assert "old" in mutations


def test_critical_asks_nobody_else():
    outage = away((0, 1e9), then=CRITICAL)
    report, mutations = run({"a": outage, "b": outage})

    assert (report.verdict, mutations) == ("failed", ["old"])
