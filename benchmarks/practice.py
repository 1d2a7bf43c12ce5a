"""`python -m benchmarks.practice`: the gate beside shell steps that sleep, curl and hope."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario
from verifier.sandbox.world import Sandbox

#: What teams do after a deploy: wait, ask five times, and roll back in a next step. That step has
#: no `if: failure()`, so it never runs when it is needed.
_SHELL = """
sleep 120
for attempt in 1 2 3 4 5; do
  code=$(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' \
    "$RAILWAY_APP_URL/health/deep")
  if [ "$code" = 200 ]; then exit 0; fi
  sleep 10
done
exit 1
"""
_COMMITS = ("missing-migration", "wrong-database")
_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class _Outcome:
    code: int
    took_s: float
    bad_live_s: float
    live: str


def main() -> None:
    """Print for each bad commit and both practices how long it was live, and what is at the end."""
    sys.stdout.write(
        f"{'commit':<18} {'practice':<8} job  took     bad commit live  live at the end\n"
    )
    with Sandbox(read_scenario(SCENARIOS / "demo.yml")) as sandbox:
        for commit in _COMMITS:
            gate = [sys.executable, "-m", "verifier", "gate", "--sha"]
            for practice, command in (
                ("shell", ["bash", "-c", _SHELL]),
                ("gate", [*gate, sandbox.repository.shas[commit]]),
            ):
                _say(commit, practice, _play(sandbox, commit, command))


def _play(sandbox: Sandbox, commit: str, command: Sequence[str]) -> _Outcome:
    """Push a bad commit onto a good one, run the job, and watch what is live meanwhile."""
    sandbox.push("good")
    while _live(sandbox) != "good":
        time.sleep(_EVERY_S)
    time.sleep(1.5)  # so that the push meets no draining deployment
    sandbox.push(commit)
    started_s = time.monotonic()
    bad_live_s = 0.0
    with subprocess.Popen(  # noqa: S603  our own commands
        command,
        cwd=sandbox.repository.folder,
        env={**os.environ, **sandbox.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as job:
        while job.poll() is None:
            time.sleep(_EVERY_S)
            bad_live_s += _EVERY_S if _live(sandbox) == commit else 0.0
    return _Outcome(job.returncode, time.monotonic() - started_s, bad_live_s, _live(sandbox))


def _live(sandbox: Sandbox) -> str:
    """The commit that all services run, or those that they run."""
    active = [service.active for service in sandbox.account.services.values()]
    names = {sandbox.repository.name_of(d.sha) or "" if d else "nothing" for d in active}
    return ", ".join(sorted(names))


def _say(commit: str, practice: str, outcome: _Outcome) -> None:
    job = "green" if outcome.code == 0 else "red"
    for_ever = " and on" if outcome.live == commit else ""
    live_for = f"{outcome.bad_live_s:.0f} s{for_ever}"
    took = f"{outcome.took_s:.0f} s"
    sys.stdout.write(f"{commit:<18} {practice:<8} {job:<5}{took:<9}{live_for:<17}{outcome.live}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
