"""
`python -m benchmarks.overhead [--build SECONDS]`: what the gate of a good deploy costs, by mode.

Real seconds: with a build of five minutes it takes some six. A line for each mode, and a file
with machine and commit, which `python -m benchmarks.document` writes the page from.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks.counted_line import counted
from benchmarks.kinds import BAD, Kind, Setting, scenario_of
from benchmarks.told import machine
from verifier.sandbox.host.job import machine_environ, run_job
from verifier.sandbox.scenarios.scenario import Timing
from verifier.sandbox.world import Sandbox

_BUILD_S = 300
_EVERY_S = 0.1
#: Pushed onto a good commit; nothing is wrong with it.
_GOOD = Kind("good", {})
MODES: Mapping[str, Setting] = {
    "subscription": Setting(),
    "polling": Setting(news="refused"),
    "Railway's event": Setting(),
}
_BY_EVENT = "Railway's event"


@dataclass(frozen=True, slots=True)
class Cost:
    """What the gate of one good deploy took. Bytes are those of HTTP without TLS, with heads."""

    mode: str
    code: int
    """What the job ended with: 0 is green."""
    job_s: float
    """From the job's begin to its end; a runner is billed for it."""
    after_live_s: float
    """From the moment at which all services served the commit to the job's end."""
    railway_requests: int
    railway_bytes: int
    github_requests: int
    github_bytes: int
    application_requests: int


def cost(mode: str, build_s: int) -> Cost:
    """Push a good commit onto a good one, and gate it as a job does."""
    timing = Timing.model_validate(
        {"queue": "1s", "build": f"{build_s}s", "deploy": "2s", "overlap": "600ms"}
    )
    scenario = scenario_of(_GOOD, MODES[mode]).model_copy(update={"timing": timing})
    with (
        Sandbox(scenario) as sandbox,
        counted(sandbox.environ["RAILWAY_API_URL"]) as railway,
        counted(sandbox.environ["GITHUB_API_URL"]) as github,
    ):
        own = {"RAILWAY_API_URL": railway.url, "GITHUB_API_URL": github.url}
        _verifier(sandbox, {}, "check")
        sandbox.push(BAD)
        is_live = partial(sandbox.call, partial(_is_live, sandbox))
        if mode == _BY_EVENT:
            live_s = _when(is_live)
        started_s = time.monotonic()
        asked = len(sandbox.account.requests)
        with ThreadPoolExecutor(1) as pool:
            live = pool.submit(_when, is_live) if mode != _BY_EVENT else None
            code = _verifier(sandbox, own, "gate", "--sha", sandbox.repository.shas[BAD])
            ended_s = time.monotonic()
            live_s = live.result() if live else live_s
        return Cost(
            mode,
            code,
            round(ended_s - started_s, 1),
            round(ended_s - live_s, 1),
            railway.requests,
            railway.sent + railway.received,
            github.requests,
            github.sent + github.received,
            len(sandbox.account.requests) - asked,
        )


def _is_live(sandbox: Sandbox) -> bool:
    sha = sandbox.repository.shas[BAD]
    services = sandbox.account.services.values()
    return all(s.active is not None and s.active.sha == sha for s in services)


def _when(is_true: Callable[[], bool]) -> float:
    while not is_true():
        time.sleep(_EVERY_S)
    return time.monotonic()


def _verifier(sandbox: Sandbox, more: Mapping[str, str], *arguments: str) -> int:
    folder = sandbox.repository.folder
    where = ["--checkout", str(folder), "--config", str(folder / ".github/verifier.yml")]
    environ = {**machine_environ(), **sandbox.environ, **more}
    return run_job([*arguments, *where], environ, sandbox.keeper, subprocess.DEVNULL)


def main() -> None:
    """Measure each mode and write it down; exit with 1 where a good deploy is not green."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=int, default=_BUILD_S, help="Seconds that a build takes.")
    parser.add_argument("--out", type=Path, default=Path("bench/overhead.json"))
    given = parser.parse_args()
    seen = machine()
    with ThreadPoolExecutor(len(MODES)) as pool:
        costs = list(pool.map(lambda mode: cost(mode, given.build), MODES))
    for one in costs:
        sys.stdout.write(f"{one}\n")
    document = {
        "machine": {**seen, "load at the end": os.getloadavg()},
        "build_s": given.build,
        "costs": [asdict(one) for one in costs],
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    sys.exit(1 if any(one.code for one in costs) else 0)


if __name__ == "__main__":
    main()
