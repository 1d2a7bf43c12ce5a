"""
`python -m benchmarks.practice`: how long a bad commit serves, of ten kinds, by who watches.

Real processes, real seconds, a sandbox of its own for each play. A line for each, then tables, and
a file of them with machine and commit, which `python -m benchmarks.document` writes the page from.
"""

import argparse
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kinds import BAD, KINDS, Kind, Setting, scenario_of
from benchmarks.told import GATE, LIMIT, Played, Told
from verifier.sandbox.host.job import machine_environ, run_job
from verifier.sandbox.railway.deployments import PlatformService, SandboxDeployment
from verifier.sandbox.rehearsal.switches import watched
from verifier.sandbox.world import Sandbox

_DEEP = "/health/deep"
_PATHS = ("/health", "/health/ready", _DEEP)
_MOVING = ("QUEUED", "BUILDING", "DEPLOYING", "REMOVING")
_SETTLES_WITHIN_S = 60.0
_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Job:
    """What a practice may see and do."""

    sandbox: Sandbox
    kind: Kind

    def services(self) -> list[PlatformService]:
        """Return all services."""
        return list(self.sandbox.account.services.values())

    def is_200(self, path: str, within_s: float = 10.0) -> bool:
        """Ask the api as curl does."""
        url = self.sandbox.environ["RAILWAY_APP_URL"] + path
        try:
            with urllib.request.urlopen(url, timeout=within_s) as answer:  # noqa: S310  the sandbox's
                answer.read()
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_alone(self) -> None:
        """Wait until the bad commit serves in all services, and nothing else does beside it."""
        self.wait(lambda: self.has_begun() and not _is_moving(self.sandbox))

    def has_begun(self) -> bool:
        """Whether every service serves the bad commit."""
        sha = self.sandbox.repository.shas[BAD]
        return all(s.active is not None and s.active.sha == sha for s in self.services())

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something to become true on the platform."""
        while not self.sandbox.call(until):
            time.sleep(_EVERY_S)

    def put_back(self, chosen: Callable[[PlatformService], SandboxDeployment | None]) -> None:
        """Have a deployment of each service made again, where there is such a one."""

        def act() -> None:
            for deployment in map(chosen, self.services()):
                if deployment is not None:
                    self.sandbox.platform.put_back(deployment, "redeploy")

        self.sandbox.call(act)


def _oldest(service: PlatformService) -> SandboxDeployment:
    """Return the good one; whoever notes what serves before the push knows it."""
    return service.deployments[0]


def _newest_success(service: PlatformService) -> SandboxDeployment | None:
    return next((d for d in reversed(service.deployments) if d.status == "SUCCESS"), None)


def gate(job: Job) -> int:
    """Run the gate that users run."""
    return _verifier(job.sandbox, "gate", "--sha", job.sandbox.repository.shas[BAD])


def _verifier(sandbox: Sandbox, *arguments: str) -> int:
    folder = sandbox.repository.folder
    where = ["--checkout", str(folder), "--config", str(folder / ".github/verifier.yml")]
    environ = {**machine_environ(), **sandbox.environ}
    return run_job([*arguments, *where], environ, sandbox.keeper, subprocess.DEVNULL)


def gate_by_event(job: Job) -> int:
    """Run it once Railway has told GitHub of every service; a runner's start is not counted."""
    job.wait(job.has_begun)
    return gate(job)


def sleep_and_curl(job: Job) -> int:
    """Sleep, ask five times; the rollback stands in a step that a failure skips."""
    job.wait_until_alone()
    time.sleep(120)
    for _ in range(5):
        if job.is_200(_DEEP):
            return 0
        time.sleep(10)
    return 1


def five_second_loop(job: Job) -> int:
    """Take the first 200 within a minute; else redeploy the newest SUCCESS."""
    job.wait_until_alone()
    for _ in range(12):
        if job.is_200(_DEEP):
            return 0
        time.sleep(5)
    job.put_back(_newest_success)
    return 1


def poll_and_smoke(job: Job) -> int:
    """Poll for SUCCESS, ask three paths twelve times; else put back what served before the push."""
    for _ in range(90):
        status = [service.deployments[-1].status for service in job.services()]
        if any(word in ("FAILED", "CRASHED") for word in status):
            job.put_back(_oldest)
            return 1
        if all(word == "SUCCESS" for word in status):
            break
        time.sleep(10)
    for _ in range(12):
        if all(job.is_200(path) for path in _PATHS):
            return 0
        time.sleep(5)
    job.put_back(_oldest)
    return 1


def limit(job: Job) -> int:
    """Ask once, as soon as there is something to see, and put all back: it knows the truth."""
    job.wait(job.has_begun)
    time.sleep(job.kind.fails_after_s)
    job.is_200(_DEEP, within_s=2.0)
    job.put_back(_oldest)
    return 1


_PLAIN = Setting()


@dataclass(frozen=True, slots=True)
class Practice:
    """Who watches over a deploy, and how."""

    run: Callable[[Job], int]
    setting: Setting = _PLAIN
    only: tuple[str, ...] = ()
    """The kinds that it is played with; empty: all."""


PRACTICES: Mapping[str, Practice] = {
    GATE: Practice(gate),
    "gate, polling": Practice(gate, Setting(news="refused")),
    "gate, Railway's event": Practice(gate_by_event),
    "sleep and curl": Practice(sleep_and_curl),
    "5-second loop": Practice(five_second_loop),
    "poll and smoke": Practice(poll_and_smoke),
    LIMIT: Practice(limit),
    "gate, beside a slow build": Practice(gate, Setting(slow_build_s=60)),
    "gate, stable-for: 90s": Practice(
        gate, Setting(gate="stable-for: 90s"), ("crash after a minute",)
    ),
    "gate, on-inconclusive: rollback": Practice(
        gate, Setting(gate="on-inconclusive: rollback"), ("silent", "slow degradation")
    ),
}


def play(kind: Kind, name: str) -> Played:
    """Push a bad commit onto a good one, run the job, and watch what serves meanwhile."""
    practice = PRACTICES[name]
    scenario = scenario_of(kind, practice.setting)
    with Sandbox(scenario) as sandbox, watched(sandbox) as switches:
        sha = sandbox.repository.shas[BAD]
        if practice.run in (gate, gate_by_event):
            # What the gates of earlier deploys leave behind: what was good before this one.
            _verifier(sandbox, "check")
        sandbox.push(BAD)
        started_s = time.monotonic()
        code = practice.run(Job(sandbox, kind))
        job_s = time.monotonic() - started_s
        end_s = time.monotonic() + _SETTLES_WITHIN_S
        while time.monotonic() < end_s and sandbox.call(lambda: _is_moving(sandbox)):
            time.sleep(_EVERY_S)
        time.sleep(2 * _EVERY_S)
        live = {s.active.sha for s in sandbox.account.services.values() if s.active}
        begun = [s.at for s in switches.seen if s.sha == sha]
        served_s = (time.time() - min(begun).timestamp()) if begun else 0.0
        found = switches.longest_exposure(sha) if sha not in live else None
    words = ["good"] * bool(live - {sha}) + ["bad"] * (sha in live)
    return Played(
        kind.name, name, code, round(job_s, 1), None if found is None else round(found, 2),
        round(served_s, 1), " and ".join(words),
    )  # fmt: skip


def _is_moving(sandbox: Sandbox) -> bool:
    services = sandbox.account.services.values()
    return any(d.status in _MOVING for service in services for d in service.deployments)


def main() -> None:
    """Play what is asked for, the gate first, and tell it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", nargs="*", default=[kind.name for kind in KINDS])
    parser.add_argument("--practices", nargs="*", default=list(PRACTICES))
    parser.add_argument("--lanes", type=int, default=3, help="Sandboxes beside one another.")
    parser.add_argument("--out", type=Path, default=Path("bench/practice.json"))
    parser.add_argument("--keep", action="store_true", help="Keep what is not played again.")
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    earlier = Told.read(given.out) if given.keep and given.out.exists() else None
    told = Told(given.out)
    if earlier is not None:
        told = Told(given.out, earlier.as_played(), earlier=(earlier.machine, *earlier.earlier))
    plays = [
        (kind, name)
        for name in given.practices
        for kind in KINDS
        if kind.name in given.kinds and kind.name in (PRACTICES[name].only or given.kinds)
    ]
    with ThreadPoolExecutor(given.lanes) as pool:
        for played in pool.map(lambda one: play(*one), plays):
            told.add(played)
    sys.stdout.write(told.tables())


if __name__ == "__main__":
    main()
