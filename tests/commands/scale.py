"""
`python -m tests.commands.scale`: how the time of decisions grows, as an exponent fitted to it.

Only ratios within one run say anything: each row is the processor time of one size beside that of the
smallest, and the exponent of the line through all of them in a plot of logarithms.
"""

import gc
import math
import sys
import time
from dataclasses import replace
from datetime import timedelta

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    START,
    deployment,
    evidence,
    kept_good,
    ledger,
    old,
    reading,
    state,
)
from tests.commands.script import BAD, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.checks import run_checks
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.rollback_target import choose_target
from verifier.guarded.redaction import Redactor, redacted
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import Migration
from verifier.report import json_report, markdown

LIMIT = 1.1
#: What may take a little more than that, how much, and why.
REASONS = {
    "migrations": (1.3, "as many calls as migrations; 100,000 outgrow the processor's cache")
}
REPEATS = 3


def services(size):
    """A gate that condemns a commit in so many services and takes it back in all of them."""
    names = ("api", *(f"service-{n}" for n in range(size - 1)))
    own = {n: [deployment(f"new-{n}"), old(f"old-{n}")] for n in names}

    class World(ScriptedWorld):
        def roll_back(self, deployment_id):
            self._put_back(deployment_id.removeprefix("old-"), deployment_id)

    def run():
        clock = FakeClock()
        world = World(
            clock,
            names=names,
            health={"b": BAD},
            deployments={n: list(d) for n, d in own.items()},
            active={n: (f"new-{n}",) for n in names},
        )
        memory = SharedMemory(before=kept_good(*names))
        task = Task(Wanted("b" * 40), LIMITS, POLICY, EXPECTED, "acme / production")
        gate = Gate(world, memory, task, clock, Journal(clock, Silence()))
        gate.run()
        markdown.render(gate.report())

    return run


def history(size):
    """The choice of a target among so many deployments, every tenth a rollback from the last."""
    deployments = [
        deployment(
            f"d{n}",
            n * 90,
            f"{n - 2 if n % 10 == 9 else n:x}",
            status=DeploymentStatus.SUCCESS if n == size - 1 else DeploymentStatus.REMOVED,
            reason="rollback" if n % 10 == 9 else "deploy",
        )
        for n in range(size)
    ]
    shown = state(*deployments, active=(deployments[-1].id,))
    judged = replace(deployments[-1], id="judged", commit_sha="f" * 40, image_digest="sha256:f")
    judged = replace(judged, created_at=START + timedelta(days=400))
    return lambda: choose_target(shown, judged, (), POLICY, {})


def migrations(size):
    """All checks, with so many migrations in checkout and ledger."""
    versions = [f"{n:08d}" for n in range(size)]
    seen = evidence(
        shipped={"": ShippedMigrations(tuple(Migration(v, "m") for v in versions))},
        database=reading(ledgers={"": ledger(*versions)}),
    )
    return lambda: run_checks(seen, EXPECTED)


def findings(size):
    """A report of so many findings, cleaned of secrets, as JSON."""
    clock = FakeClock()
    world = ScriptedWorld(clock)
    task = Task(Wanted("b" * 40), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, SharedMemory(), task, clock, Journal(clock, Silence()))
    gate.run()
    found = tuple(
        Finding("relations.readable", Outcome.PASS, f"table_{n} is readable") for n in range(size)
    )
    report = replace(gate.report(), findings=found)
    # Anew each time: it keeps what it has cleaned.
    return lambda: json_report.render(redacted(report, Redactor(["a-secret-of-some-length"])))


SIZES = {
    services: (1, 3, 10, 30, 100),
    history: (10, 30, 100, 300, 1000, 2000),
    migrations: (1000, 3000, 10_000, 30_000, 100_000),
    findings: (10, 100, 1000, 5000, 25_000),
}


def seconds(run):
    """Processor seconds of one run, the best of some."""
    best = math.inf
    for _ in range(REPEATS):
        gc.collect()
        begun = time.process_time()
        run()
        best = min(best, time.process_time() - begun)
    return best


def exponent(points):
    """The slope of the least-squares line through the upper half of sizes, in logarithms."""
    upper = [(math.log(size), math.log(took)) for size, took in points[len(points) // 2 :]]
    mean_x = sum(x for x, _ in upper) / len(upper)
    mean_y = sum(y for _, y in upper) / len(upper)
    over = sum((x - mean_x) * (y - mean_y) for x, y in upper)
    return over / sum((x - mean_x) ** 2 for x, _ in upper)


def main():
    """Print the table; exit with 1 where something grows faster than it may."""
    over = 0
    sys.stdout.write("| what | sizes | times the smallest | largest, s | exponent | why |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for what, sizes in SIZES.items():
        points = [(size, seconds(what(size))) for size in sizes]
        ratios = ", ".join(f"{took / points[0][1]:.3g}" for _, took in points)
        slope = exponent(points)
        limit, reason = REASONS.get(what.__name__, (LIMIT, ""))
        over += slope > limit
        listed = ", ".join(f"{size:,}" for size in sizes)
        row = f"| {what.__name__} | {listed} | {ratios} | {points[-1][1]:.2f} | {slope:.2f} | {reason if slope > LIMIT else ''} |\n"
        sys.stdout.write(row)
        sys.stdout.flush()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
