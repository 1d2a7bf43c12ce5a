"""
Runs gates in a row on one sandbox, and measures each: `python -m tests.soak --gates 500 --kills 200`.

A third of the commits is bad. So many of the gates are killed (kill -9) at a random moment, and the
next run has to finish. Writes a line for each gate, a plot, and a table; exits with 1 where a verdict
was wrong, a run did not finish, or something grew.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.told import machine, write_figures
from tests.sandbox.runs import FORKS, be_command, check_first, environ, wait_until_calm
from tests.soak.told import figures, grown, plotted, table
from verifier.sandbox.scenarios.scenario import read_scenario
from verifier.sandbox.world import Sandbox

TOWN = Path(__file__).parents[1] / "sandbox" / "town.yml"
#: Patience for a machine that does other things too; nothing of it is waited for where all is well.
PATIENT = {"6s": "30s", "2s": "20s", "8s": "30s"}
LIMIT_S = 240.0
EVERY_S = 0.2


@dataclass(frozen=True)
class Measured:
    """One gate, to its end or to its second run's end. Memory in megabytes, times in seconds."""

    number: int
    commit: str
    killed_after_s: float
    """0 where it was not to be killed."""
    was_killed: bool
    """Whether it was still running then."""
    code: int
    is_right: bool
    took_s: float
    gate_mb: float
    gate_files: int
    gate_sockets: int
    gate_children: int
    sandbox_mb: float
    sandbox_files: int
    sandbox_threads: int
    processes: int
    """Of the sandbox and all that it started, between two gates."""
    left_files: int
    """In the folder for what is temporary, after the gate."""


def main() -> int:
    """Run, and return what the process ends with."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--gates", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9, help="Begin no gate after so long.")
    parser.add_argument(
        "--out", type=Path, default=Path("soak"), help="Folder of figures and plot."
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    seen, begun_s = machine(), time.monotonic()
    measured = soak(given.gates, given.kills, given.seed, given.minutes, given.out / "soak.jsonl")
    (given.out / "soak.svg").write_text(plotted(measured), "utf-8")
    minutes = round((time.monotonic() - begun_s) / 60, 1)
    asked = {"seed": given.seed, "asked_for": given.gates, "minutes": minutes}
    write_figures(given.out / "soak.json", seen, {**asked, **figures(measured)})
    sys.stdout.write(table(measured))
    wrong = [one for one in measured if not one.is_right]
    for one in wrong:
        sys.stdout.write(f"WRONG  gate {one.number}: {one.commit}, exit {one.code}\n")
    return 1 if wrong or grown(measured) else 0


def soak(gates: int, kills: int, seed: int, minutes: float, log: Path) -> list[Measured]:
    """Run them all, writing each down as it ends."""
    chance = random.Random(seed)  # noqa: S311  which gates are killed, and when
    killed = set(chance.sample(range(1, gates), min(kills, gates - 1)))
    begun_s, measured, usual_s = time.monotonic(), list[Measured](), {False: 8.0, True: 8.0}
    with Sandbox(_scenario()) as town, tempfile.TemporaryDirectory() as temporary:
        check_first(town)
        with log.open("w", encoding="utf-8") as lines:
            for number in range(gates):
                if time.monotonic() - begun_s > minutes * 60:
                    break
                is_bad = number % 3 == 2
                # Within the time that such a gate takes, or it would mostly have ended.
                kill_s = chance.uniform(0.3, usual_s[is_bad]) if number in killed else 0.0
                one = _gate(town, number, Path(temporary), kill_s, is_bad=is_bad)
                measured.append(one)
                if not one.killed_after_s:
                    usual_s[is_bad] = max(one.took_s, 0.5)
                lines.write(json.dumps(asdict(one)) + "\n")
                lines.flush()
                sys.stdout.write(f"{number} {one.commit} exit {one.code} {one.took_s:.1f} s\n")
                sys.stdout.flush()
    return measured


def _scenario():
    scenario = read_scenario(TOWN)
    config = scenario.config
    for quick, patient in PATIENT.items():
        config = config.replace(f": {quick}\n", f": {patient}\n")
    return scenario.model_copy(update={"config": config})


def _gate(town, number, temporary, kill_s, *, is_bad) -> Measured:
    """Push a commit and gate it; where it is killed, gate it once more."""
    before = {n: town.repository.name_of(s.active.sha) for n, s in town.account.services.items()}
    good = "first" if "good" in before.values() else "good"
    commit = "missing-migration" if is_bad else good
    wanted = dict.fromkeys(before, good) if commit == good else before
    town.push(commit)
    started_s = time.monotonic()
    code, peak = _run(town, commit, temporary, kill_s)
    was_killed = code == -9
    if was_killed:
        code, peak = _run(town, commit, temporary, 0.0)
    took_s = time.monotonic() - started_s
    with suppress(TimeoutError, AssertionError):
        wait_until_calm(town, next(iter(wanted.values())))
    live = {n: town.repository.name_of(s.active.sha) for n, s in town.account.services.items()}
    is_right = code == (0 if commit == good else 1) and live == wanted
    own = Path("/proc/self")
    return Measured(
        number, commit, round(kill_s, 2), was_killed, code, is_right, round(took_s, 2), *peak,
        _rss_mb(own), len([*(own / "fd").iterdir()]), len([*(own / "task").iterdir()]),
        1 + len(_below(os.getpid())), sum(path.is_file() for path in temporary.rglob("*")),
    )  # fmt: skip


def _run(town, commit, temporary, kill_s) -> tuple[int, tuple[float, int, int, int]]:
    """Run one gate as a process of its own; return its exit code and the most it used."""
    arguments = ("gate", "--sha", town.repository.shas[commit])
    env = {**environ(town), "TMPDIR": str(temporary)}
    null = Path(os.devnull)
    child = FORKS.Process(
        target=be_command, args=(arguments, env, str(town.repository.folder), null, null)
    )
    child.start()
    started_s, peak, proc = time.monotonic(), [0.0, 0, 0, 0], Path(f"/proc/{child.pid}")
    while child.is_alive():
        with suppress(OSError, ValueError, IndexError):
            links = [str(link.readlink()) for link in (proc / "fd").iterdir()]
            sockets = sum("socket:" in link for link in links)
            started = sum(len(t.read_text().split()) for t in (proc / "task").glob("*/children"))
            seen = (_rss_mb(proc), len(links), sockets, started)
            peak = [max(pair) for pair in zip(peak, seen, strict=True)]
        age_s = time.monotonic() - started_s
        if (kill_s and age_s > kill_s) or age_s > LIMIT_S:
            child.kill()
            child.join()
            return (-9 if age_s <= LIMIT_S else 999), tuple(peak)
        child.join(EVERY_S)
    return child.exitcode, tuple(peak)


def _rss_mb(proc: Path) -> float:
    """What a process has in memory: the second number of statm, in pages."""
    pages = int((proc / "statm").read_text("utf-8").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _below(pid: int) -> list[int]:
    """All processes that a process has started, and theirs."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parent = int(entry.read_text("utf-8").rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(entry.parent.name))
    found, todo = [], [pid]
    while todo:
        new = parents.get(todo.pop(), [])
        found += new
        todo += new
    return found


if __name__ == "__main__":
    sys.exit(main())
