"""
`python -m tests.commands.false_rollbacks`: who takes a good deployment back, and who passes a bad one?

The gate itself, and three practices as small models, meet the same service over so many seeds, on a clock
that only sleeping moves. What fails is drawn anew for each seed, and always ends.
"""

import argparse
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.proofs import of_false_rollbacks
from benchmarks.told import machine, write_figures
from tests.builders import EXPECTED, LIMITS, POLICY, answer, deployment, old
from tests.commands.script import BAD, BARE, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import Origin

KINDS = ("overlap", "cold start", "edge errors", "one hiccup", "two runners")
OLD, EDGE, STARTING, FAILS, OWN = "old", "edge", "starting", "fails", "own"


class Service:
    """What answers at a second: the deployment itself, the one before, the edge, or trouble."""

    def __init__(self, kind, seed):
        self._chance = random.Random(f"{kind} {seed}")  # noqa: S311  a model
        draw = self._chance.uniform
        self.overlap_s = draw(1, 20) if kind in ("overlap", "two runners") else 0.0
        self.cold_s = draw(5, 110) if kind == "cold start" else 0.0
        self.edge = 0.05 if kind == "edge errors" else 0.0
        begin_s = draw(0, 60) if kind in ("one hiccup", "two runners") else 1e9
        self.hiccup = (begin_s, begin_s + draw(0.5, 3.5))

    def who(self, second):
        """Return who answers one request at a second after the switch."""
        draw = self._chance.random
        if second < self.overlap_s and draw() < 0.5:
            return OLD
        if second < self.cold_s:
            return EDGE if draw() < 0.5 else STARTING
        if draw() < self.edge:
            return EDGE
        return FAILS if self.hiccup[0] <= second < self.hiccup[1] else OWN


@dataclass
class Met(ScriptedWorld):
    """A scripted world in which a service answers as the model says."""

    service: object = None
    is_bad: bool = False

    def __post_init__(self):
        super().__post_init__()
        if self.service.overlap_s:
            replaced = replace(old(), status=DeploymentStatus.REMOVING)
            self.show("api", deployment(), replaced, active=("new",))
            self.at[self.service.overlap_s] = lambda world: world.show(
                "api", deployment(), old(), active=("new",)
            )

    def _answer(self, judged, serving):
        if serving != "new":
            return answer(deployment_id=serving)
        who = self.service.who(self.clock.seconds)
        if who is OLD:
            return answer(deployment_id="old")
        if who is EDGE:
            return answer(502, origin=Origin.EDGE, deployment_id="")
        if who is STARTING:
            return answer(503, doc=BARE, deployment_id="new")
        return answer(doc=BAD if who is FAILS or self.is_bad else None, deployment_id="new")


def gate(service, *, is_bad):
    """Run the gate with its default limits; return whether it rolled back, and its exit code."""
    clock = FakeClock()
    world = Met(clock, service=service, is_bad=is_bad)
    task = Task(Wanted("b" * 40), LIMITS, POLICY, EXPECTED, "acme / production")
    run = Gate(world, SharedMemory(), task, clock, Journal(clock, Silence()))
    run.run()
    return bool(world.mutations), int(run.report().exit_code)


def _is_200(service, second, is_bad):
    who = service.who(second)
    return who is OLD or (who is OWN and not is_bad)


def shell(service, *, is_bad):
    """Sleep 120, five curls; its rollback stands in a step that a failure skips."""
    for attempt in range(5):
        if _is_200(service, 120 + 10 * attempt, is_bad):
            return False, 0
    return False, 1


def better_shell(service, *, is_bad):
    """Every five seconds for a minute, the first 200 is enough; else the newest SUCCESS again."""
    for attempt in range(12):
        if _is_200(service, 5.0 * attempt, is_bad):
            return False, 0
    return True, 1


def poll_and_smoke(service, *, is_bad):
    """Polls for SUCCESS every ten seconds, then twelve smokes of three paths, five seconds apart."""
    begin_s = service._chance.uniform(0, 10)
    for attempt in range(12):
        if all(_is_200(service, begin_s + 5.0 * attempt, is_bad) for _ in range(3)):
            return False, 0
    return True, 1


PRACTICES: dict[str, Callable] = {
    "the gate": gate,
    "sleep and curl": shell,
    "5-second loop": better_shell,
    "poll and smoke": poll_and_smoke,
}


@dataclass(frozen=True)
class Count:
    """Over all seeds of one kind."""

    rolled_back: int
    """Good deployments that were taken back."""
    red: int
    """Good deployments whose job was not green."""
    passed: int
    """Bad deployments whose job was green."""


def count(kind, practice, seeds):
    """Play a kind of trouble over seeds, with a good deployment and with a bad one."""
    runs = 2 if kind == "two runners" else 1
    good, bad = [], []
    for seed in seeds:
        good.append(
            [PRACTICES[practice](Service(kind, seed + n / 2), is_bad=False) for n in range(runs)]
        )
        bad.append(
            [PRACTICES[practice](Service(kind, seed + n / 2), is_bad=True) for n in range(runs)]
        )
    return Count(
        sum(any(back for back, _ in runs) for runs in good),
        sum(any(code for _, code in runs) for runs in good),
        sum(any(code == 0 for _, code in runs) for runs in bad),
    )  # fmt: skip


def main():
    """Print the table, and write it down."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("bench/false-rollbacks.json"))
    given = parser.parse_args()
    seen, rows = machine(), []
    for kind in KINDS:
        for practice in PRACTICES:
            found = asdict(count(kind, practice, range(given.seeds)))
            rows.append({"trouble": kind, "practice": practice, **found})
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    told = {"seeds": given.seeds, "rows": rows}
    write_figures(given.out, seen, told)
    sys.stdout.write(of_false_rollbacks(told))


if __name__ == "__main__":
    main()
