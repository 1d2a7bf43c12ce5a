"""`python -m benchmarks.reaction`: how fast the gate reacts, on a sandbox with default limits."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario
from verifier.sandbox.world import Sandbox

_DEFAULTS = "gate:\n  stable-for: 10s\n"


def main() -> None:
    """Print the three reaction times that matter, in seconds."""
    scenario = read_scenario(SCENARIOS / "demo.yml")
    lines = [line for line in scenario.config.splitlines() if "stable-for" not in line]
    config = "\n".join(line for line in lines if line != "gate:") + "\n" + _DEFAULTS
    with Sandbox(scenario.model_copy(update={"config": config})) as sandbox:
        good = _gate(sandbox, "good")
        proven, verdict = _first(good, "pass"), _first(good, "verdict")
        ended = datetime.fromisoformat(str(good["ended_at"]))
        _say("healthy and proven -> verdict (stable-for 10 s)", verdict - proven)
        _say("healthy and proven -> report", (ended - _when(good, "pass")).total_seconds())
        for commit, what in (
            ("wrong-database", "first CRITICAL answer -> rollback mutation"),
            ("missing-migration", "first failing answer -> rollback mutation"),
        ):
            _gate(sandbox, commit)
            _say(what, _mutation_after_first_answer(sandbox, commit))


def _gate(sandbox: Sandbox, commit: str) -> Mapping[str, object]:
    sandbox.push(commit)
    sandbox.call(sandbox.api.mutations.clear)
    report = sandbox.folder / "benchmark.json"
    subprocess.run(  # noqa: S603  our own command
        [
            sys.executable,
            "-m",
            "verifier",
            "gate",
            "--sha",
            sandbox.repository.shas[commit],
            "--report",
            str(report),
        ],
        cwd=sandbox.repository.folder,
        env={**os.environ, **sandbox.environ},
        capture_output=True,
        check=False,
    )
    time.sleep(1.5)  # so that the next push meets no draining deployment
    value: object = json.loads(Path(report).read_text("utf-8"))
    return value if isinstance(value, dict) else {}


def _when(report: Mapping[str, object], event: str) -> datetime:
    timeline = report["timeline"]
    entries = timeline if isinstance(timeline, list) else []
    return next(datetime.fromisoformat(e["at"]) for e in entries if e["event"] == event)


def _first(report: Mapping[str, object], event: str) -> float:
    return _when(report, event).timestamp()


def _mutation_after_first_answer(sandbox: Sandbox, commit: str) -> float:
    """Both times are the platform's own: when its edge had the answer, when its API was asked."""
    service = sandbox.account.services["julia-api"]
    sha = sandbox.repository.shas[commit]
    judged = next(d.id for d in service.deployments if d.sha == sha)
    answers = [
        request.at
        for request in sandbox.account.requests
        # During the overlap another endpoint may be answered by the judged deployment earlier.
        if request.deployment_id == judged and request.path == "/health/deep"
    ]
    return (sandbox.api.mutations[0] - answers[0]).total_seconds()


def _say(what: str, seconds: float) -> None:
    sys.stdout.write(f"{what:<50} {seconds:6.2f} s\n")


if __name__ == "__main__":
    main()
