"""`verifier demo`: five pushes to a local Railway, each judged by the gate that users run."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from verifier.errors import VerifierError
from verifier.sandbox.host.job import machine_environ, run_job
from verifier.sandbox.host.start_error import reason_of
from verifier.sandbox.scenarios.scenario import SCENARIOS, read_scenario
from verifier.sandbox.text_table import text_table
from verifier.sandbox.world import Sandbox


@dataclass(frozen=True, slots=True)
class _Act:
    commit: str
    story: str
    exit_code: int
    """What the gate must exit with for the demo to be true."""


_ACTS = (
    _Act("good", "A good commit is pushed.", 0),
    _Act("missing-migration", "Its migration is not applied; /health/deep says healthy.", 1),
    _Act("wrong-database", "Its containers point at the staging database.", 1),
    _Act("slow-worker", "The same again, while its worker still builds, for a minute.", 1),
    _Act("broken-build", "Its build fails.", 1),
)


_HEADINGS = ("commit", "verdict", "exit", "live now", "called off", "recovered in", "gate took")


def run_demo(out: TextIO) -> int:
    """Run all acts; return 0 where each ended as expected, 1 otherwise."""
    started_s = time.monotonic()
    out.write("Starting a local Railway: three services, PostgreSQL, Redis ...\n")
    rows = [_HEADINGS]
    right = True
    with Sandbox(read_scenario(SCENARIOS / "demo.yml")) as sandbox:
        for act in _ACTS:
            out.write(f"\n=== {act.commit}: {act.story}\n")
            report, took_s = _run_act(act, sandbox, out)
            as_expected = report["exit_code"] == act.exit_code
            right = right and as_expected
            rows.append(
                (
                    act.commit,
                    str(report["verdict"]),
                    f"{report['exit_code']} {'as expected' if as_expected else 'WRONG'}",
                    _live(report),
                    _called_off(report),
                    _recovered_in(report),
                    f"{took_s:.1f} s",
                )
            )
    out.write(f"\n{text_table(rows)}\nThe demo took {time.monotonic() - started_s:.1f} s.\n")
    return 0 if right else 1


def _run_act(act: _Act, sandbox: Sandbox, out: TextIO) -> tuple[Mapping[str, object], float]:
    report = sandbox.folder / f"{act.commit}.json"
    sandbox.push(act.commit)
    started_s = time.monotonic()
    gate = ["gate", "--sha", sandbox.repository.shas[act.commit]]
    gate += ["--checkout", str(sandbox.repository.folder), "--report", str(report)]
    out.flush()
    run_job(gate, {**machine_environ(), **sandbox.environ}, sandbox.keeper)
    return _read(report, act.commit), time.monotonic() - started_s


def _read(path: Path, commit: str) -> Mapping[str, object]:
    try:
        value: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise VerifierError(
            f"the gate of the commit {commit} left no report: {reason_of(error)}",
            hint="what it printed above says why",
        ) from error
    return value if isinstance(value, dict) else {}


def _live(report: Mapping[str, object]) -> str:
    match report:
        case {"exit_code": 0}:
            return "this commit"
        case {"services": [{"rollback": {"outcome": str(outcome)}}, *_]}:
            return f"the last good one, {outcome}"
        case _:
            return "the previous deployment"


def _called_off(report: Mapping[str, object]) -> str:
    """Name the services whose deployment was cancelled on its way."""
    services = report.get("services")
    names = map(_cancelled, services if isinstance(services, list) else [])
    return ", ".join(filter(None, names)) or "-"


def _cancelled(service: object) -> str:
    match service:
        case {"name": str(name), "stopped": {"outcome": "stopped"}}:
            return name
        case _:
            return ""


def _recovered_in(report: Mapping[str, object]) -> str:
    recovered = report.get("recovered_in_s")
    if isinstance(recovered, float):
        return f"{recovered:.1f} s"
    return "-"
