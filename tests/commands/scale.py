"""
`python -m tests.commands.scale [--out FILE]`: how what decisions take grows, as exponents fitted to it.

Only ratios within one run say anything: each row is the processor time of one size beside that of the
smallest, and the exponent of the line through the upper half in a plot of logarithms. Calls of functions
are the work alone, whatever the machine; memory is the most that Python holds at once.
"""

import argparse
import gc
import math
import sys
import time
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.growth import LIMIT, exponent, of_scale
from benchmarks.told import machine, write_figures
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
from tests.commands.wide_railway import requests_of_a_gate
from tests.counted_calls import calls_of
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

#: What may grow a little faster than that, how much, and why.
REASONS = {
    "services": (1.3, "each is compared with every other, in a few cheap calls"),
    "migrations": (1.3, "no more calls a migration: what the processor's cache cannot hold is slower"),
    "a bare dictionary": (1.5, "for comparison: as many looked up in plain dictionaries"),
}  # fmt: skip
REPEATS = 3
EXPONENTS = ("", "_of_memory", "_of_calls", "_of_requests")


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


def bare_dictionary(size):
    """What migrations come down to, without any of our code."""
    shipped = [f"{n:08d}" for n in range(size)]
    applied = [f"{n:08d}" for n in range(size)]

    def run():
        known, state = dict.fromkeys(shipped, ""), dict.fromkeys(applied, "")
        return [v for v in shipped if v not in state], [v for v in applied if v not in known]

    return run


MIGRATIONS = (1000, 3000, 10_000, 30_000, 100_000)
SIZES = {
    services: (1, 3, 10, 30, 100),
    history: (10, 30, 100, 300, 1000, 2000),
    migrations: MIGRATIONS,
    bare_dictionary: MIGRATIONS,
    findings: (10, 100, 1000, 5000, 25_000),
}
NAMES = {bare_dictionary: "a bare dictionary"}
#: A gate's requests to Railway, until a bad commit was taken back.
REQUESTS = {
    services: lambda size: len(requests_of_a_gate(services=size)),
    history: lambda size: len(requests_of_a_gate(history=size)),
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


def megabytes(run):
    """The most that a run holds at once, besides what it is given."""
    gc.collect()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def measured(what, sizes):
    """All that is told of one row."""
    took = [(size, seconds(what(size))) for size in sizes]
    held = [(size, megabytes(what(size))) for size in sizes]
    called = [(size, calls_of(what(size))) for size in sizes]
    asked = [REQUESTS[what](size) for size in sizes] if what in REQUESTS else []
    name = NAMES.get(what, what.__name__)
    limit, reason = REASONS.get(name, (LIMIT, ""))
    return {
        "what": name,
        "sizes": list(sizes),
        "seconds": [round(each, 6) for _, each in took],
        "megabytes": [round(each, 3) for _, each in held],
        "calls": [each for _, each in called],
        "requests": asked,
        "exponent": round(exponent(took), 2),
        "exponent_of_memory": round(exponent(held), 2),
        "exponent_of_calls": round(exponent(called), 2),
        "exponent_of_requests": round(exponent(list(zip(sizes, asked, strict=True))), 2) if asked else None,
        "limit": limit,
        "reason": reason,
    }  # fmt: skip


def is_over(row):
    """Whether something of a row grows faster than it may."""
    return max(row[f"exponent{of}"] or 0.0 for of in EXPONENTS) > row["limit"]


def main():
    """Print the table; exit with 1 where something grows faster than it may."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("bench/scale.json"))
    given = parser.parse_args()
    seen = machine()
    rows = [measured(what, sizes) for what, sizes in SIZES.items()]
    write_figures(given.out, seen, {"rows": rows})
    sys.stdout.write(of_scale(rows))
    return 1 if any(map(is_over, rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
