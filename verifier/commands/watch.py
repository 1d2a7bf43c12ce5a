"""Looks at deployments until a verdict on them can be given."""

from collections.abc import Mapping
from dataclasses import dataclass

from verifier.checks import run_checks
from verifier.checks.answers import silent_services
from verifier.commands.ports import Clock, Journal, Observation, World, attempt
from verifier.decide.gate.arrival import current_replica_of, newer_than
from verifier.decide.gate.judge import condemning, judge
from verifier.decide.migrations.comparison import report_ledgers
from verifier.model.check_ids import RAILWAY
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.migration_ledger import LedgerReport
from verifier.model.verdict import Expectations, Limits, Sample, Verdict, Wait

_ALL_GOOD = ("good",)


@dataclass(frozen=True, slots=True)
class Watched:
    """A verdict, and when the first condemning answer came (seconds); None where none did."""

    verdict: Verdict
    judged: Mapping[str, Deployment]
    """What was judged in the end: Railway may have moved a deployment meanwhile."""
    first_failure_s: float | None
    ledgers: tuple[LedgerReport, ...]
    """As they were read last."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that stays the same while one looks."""

    world: World
    clock: Clock
    journal: Journal
    limits: Limits
    expected: Expectations

    def run(
        self, judged: Mapping[str, Deployment], fleet: Fleet, subject: Subject, until_s: float
    ) -> Watched:
        """Look at `judged` (by service name) until there is a verdict, `until_s` at the latest."""
        since_s = self.clock.now_s()
        samples: list[Sample] = []
        first_failure_s: float | None = None
        previous: tuple[str, ...] = ()
        while True:
            sample, fleet = self.look(judged, fleet, subject)
            samples.append(sample)
            previous = self._tell(sample, previous)
            if condemning(sample.findings) and first_failure_s is None:
                first_failure_s = sample.at_s
            decision = judge(samples, self.limits, since_s=since_s, until_s=until_s)
            if isinstance(decision, Verdict):
                ledgers = next((s.ledgers for s in reversed(samples) if s.ledgers), ())
                return Watched(decision, judged, first_failure_s, ledgers)
            self._wait(decision, since_s, until_s)
            moved = {name: current_replica_of(fleet[name], d) for name, d in judged.items()}
            if moved != judged:
                self.journal.note("moved", "Railway replaced a deployment by one of the same code")
                judged, samples = moved, []

    def look(
        self, judged: Mapping[str, Deployment], fleet: Fleet, subject: Subject
    ) -> tuple[Sample, Fleet]:
        """Observe once and ask all checks."""
        observation = attempt(lambda: self.world.observe(judged, fleet, subject))
        if isinstance(observation, Unobserved):
            finding = Finding(
                RAILWAY, Outcome.INCONCLUSIVE, observation.reason, hint=observation.hint
            )
            return Sample(self.clock.now_s(), (finding,)), fleet
        findings = run_checks(observation.evidence, self.expected)
        sample = Sample(
            self.clock.now_s(),
            findings,
            silent_services(observation.evidence),
            _superseded(judged, observation),
            report_ledgers(observation.evidence),
        )
        return sample, observation.after

    def _wait(self, wait: Wait, since_s: float, until_s: float) -> None:
        now_s = self.clock.now_s()
        self.journal.waiting("a verdict", now_s - since_s, until_s - since_s)
        self.clock.sleep(wait.seconds)

    def _tell(self, sample: Sample, previous: tuple[str, ...]) -> tuple[str, ...]:
        """Note what is not good, once as long as it stays the same."""
        bad = [f for f in sample.findings if f.outcome.rank >= Outcome.INCONCLUSIVE.rank]
        keys = tuple(f"{f.check} {f.service} {f.outcome}" for f in bad) or _ALL_GOOD
        if keys != previous:
            for finding in bad:
                text = f"{finding.check}: {finding.summary}"
                self.journal.note(finding.outcome, text, finding.service)
            if not bad:
                count = sum(f.outcome is not Outcome.SKIP for f in sample.findings)
                stable_for = f"{self.limits.stable_for_s:g} s"
                self.journal.note("pass", f"all {count} checks pass; must hold for {stable_for}")
        return keys


def _superseded(judged: Mapping[str, Deployment], observation: Observation) -> str:
    for name, deployment in judged.items():
        newer = newer_than(observation.after[name], deployment)
        if newer is not None:
            return f"{name} has a newer deployment, {newer.id}"
    return ""
