"""
`python -m benchmarks.exposure [SECONDS ...]`: how long a bad version serves, on sandboxes.

Default limits, real seconds, builds of so many (60, 120, 180 and 300 by default); sandboxes beside
one another, so that it takes as long as its longest row of builds.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.told import machine
from verifier.sandbox.rehearsal.switches import Switches, watched
from verifier.sandbox.scenarios.scenario import (
    SCENARIOS,
    Commit,
    Faults,
    MutationAnswer,
    Scenario,
    read_scenario,
)
from verifier.sandbox.world import Sandbox

_BUILDS_S = (60, 120, 180, 300)
_SLOW_BUILD_S = 600
#: Between the worst that was seen by polling and what subscriptions took.
_SLOWER_BY_S = 10.0
_TOGETHER_S = 3.0
#: As the table on the page counts them, with two looks that the replaced deployment still answers.
_MOST_REQUESTS = 9 + 2 * 2
_CALM_WITHIN_S = 60.0


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, and what it must not exceed."""

    what: str
    value: float
    limit: float
    unit: str = "s"


def main() -> None:
    """Print a row for each figure and write them down; exit with 1 where one is over its limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("builds", type=int, nargs="*", default=_BUILDS_S)
    parser.add_argument("--out", type=Path, default=Path("bench/exposure.json"))
    given = parser.parse_args()
    builds = tuple(given.builds)
    seen = machine()
    jobs: Sequence[Callable[[], list[Row]]] = (
        lambda: by_subscription(min(builds)),
        lambda: by_polling(builds, is_known=False),
        lambda: by_polling(builds, is_known=True),
    )
    with ThreadPoolExecutor(len(jobs)) as pool:
        rows = [row for found in pool.map(lambda job: job(), jobs) for row in found]
    rows += [*together(3), *together(30)]
    by_news = next(row.value for row in rows if row.what.startswith("subscription, build"))
    rows = [replace(r, limit=r.limit if r.limit >= 0 else by_news + _SLOWER_BY_S) for r in rows]
    for row in rows:
        mark = "  OVER" if row.value > row.limit else ""
        sys.stdout.write(
            f"{row.what:<60} {row.value:7.2f} {row.unit:<8} at most {row.limit:6.2f}{mark}\n"
        )
    document = {
        "machine": {**seen, "load at the end": os.getloadavg()},
        "rows": [asdict(row) for row in rows],
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    sys.exit(1 if any(row.value > row.limit for row in rows) else 0)


def by_subscription(build_s: int) -> list[Row]:
    """Return a plain good deploy, a bad one, and a bad api beside a worker of ten minutes."""
    commits = {
        "good": _commit(dict.fromkeys(_names(3), build_s), "production"),
        "bad": _bad(build_s, _names(3)),
        "slow": _commit({"julia-worker": _SLOW_BUILD_S}),
    }
    with _playing(_scenario(_names(3), commits)) as (sandbox, switches):
        report = _gate(sandbox, "good")
        took = _ended(report) - _first(report, "pass")
        requests = len(sandbox.api.requests)
        bad = _exposure(sandbox, switches, "bad")
        _gate(sandbox, "slow")
        answered = _critical_answer(sandbox, "slow")
        mutated = (sandbox.api.mutations[0] - answered).total_seconds()
    return [
        Row(f"subscription, build {build_s} s: bad version live", bad, 6.5),
        Row("good deploy: requests to Railway", requests, _MOST_REQUESTS, "requests"),
        Row("good deploy: proven -> exit, stable-for 10 s", took.total_seconds(), 11.0),
        Row("CRITICAL -> mutation, beside a build of ten minutes", mutated, 1.0),
    ]


def by_polling(builds: Sequence[int], *, is_known: bool) -> list[Row]:
    """Return how long bad versions serve where Railway gives no news."""
    names = _names(3)
    commits = {f"bad-{build_s}": _bad(build_s, names) for build_s in builds}
    rows = []
    scenario = _scenario(names, commits, Faults(news="refused"))
    with _playing(scenario) as (sandbox, switches):
        for build_s in builds:
            _pretend(sandbox, build_s if is_known else None)
            bad = _exposure(sandbox, switches, f"bad-{build_s}")
            usual = f"usually {build_s} s" if is_known else "usual time unknown"
            rows.append(Row(f"polling, build {build_s} s, {usual}: bad version live", bad, -1.0))
    return rows


def together(count: int) -> list[Row]:
    """Return how far apart services come back where each mutation takes a second."""
    names = _names(count)
    slow = tuple(MutationAnswer.model_validate({"takes": "1s"}) for _ in names)
    scenario = _scenario(names, {"bad": _bad(5, names)}, Faults(mutations=slow))
    with _playing(scenario) as (sandbox, switches):
        begun = datetime.now(UTC)
        _gate(sandbox, "bad")
        back = switches.back_at(begun)
    apart = (max(back) - min(back)).total_seconds() if len(back) == count else float("inf")
    return [Row(f"{count} services, 1 s a mutation: first to last back", apart, _TOGETHER_S)]


def _names(count: int) -> list[str]:
    usual = ["julia-api", "julia-worker", "julia-scheduler"]
    return [*usual, *(f"worker-{n}" for n in range(3, count))]


def _bad(build_s: int, names: Sequence[str]) -> Commit:
    return _commit(dict.fromkeys(names, build_s))


def _commit(builds_s: Mapping[str, int], database: str = "staging") -> Commit:
    builds = {name: f"{seconds}s" for name, seconds in builds_s.items()}
    return Commit.model_validate({"migrations": 3, "database": database, "builds": builds})


def _scenario(
    names: Sequence[str], commits: Mapping[str, Commit], faults: Faults | None = None
) -> Scenario:
    """Return the demo's town with these services and commits, and the default limits."""
    demo = read_scenario(SCENARIOS / "demo.yml")
    lines = [line for line in demo.config.splitlines() if "stable-for" not in line]
    lines = [line for line in lines if line.strip() != "gate:"]
    more = [f"  {name}: {{ role: worker, run-mode: worker }}" for name in names[3:]]
    at = next(n for n, line in enumerate(lines) if "julia-scheduler" in line) + 1
    services = dict(demo.services)
    services |= {name: demo.services["julia-worker"] for name in names[3:]}
    return demo.model_copy(
        update={
            "config": "\n".join([*lines[:at], *more, *lines[at:]]) + "\n",
            "commits": {"first": demo.commits["first"], **commits},
            "services": services,
            "faults": faults or Faults(),
        }
    )


@contextmanager
def _playing(scenario: Scenario) -> Iterator[tuple[Sandbox, Switches]]:
    with Sandbox(scenario) as sandbox, watched(sandbox) as switches:
        yield sandbox, switches


def _exposure(sandbox: Sandbox, switches: Switches, commit: str) -> float:
    _gate(sandbox, commit)
    found = switches.exposures(sandbox.repository.shas[commit])
    return max(found) if len(found) == len(sandbox.account.services) else float("inf")


def _gate(sandbox: Sandbox, commit: str) -> Mapping[str, object]:
    """Push a commit once nothing moves, gate it as a job does, and return the report."""
    end_s = time.monotonic() + _CALM_WITHIN_S
    moving = ("QUEUED", "BUILDING", "DEPLOYING", "REMOVING")
    services = sandbox.account.services.values()
    while time.monotonic() < end_s and any(
        d.status in moving for s in services for d in s.deployments
    ):
        time.sleep(0.1)
    sandbox.push(commit)
    sandbox.call(sandbox.api.mutations.clear)
    sandbox.call(sandbox.api.requests.clear)
    report = sandbox.folder / "benchmark.json"
    sha = sandbox.repository.shas[commit]
    command = [sys.executable, "-m", "verifier", "gate", "--sha", sha, "--report", str(report)]
    subprocess.run(  # noqa: S603  our own command
        command,
        cwd=sandbox.repository.folder,
        env={**os.environ, **sandbox.environ},
        capture_output=True,
        check=False,
    )
    value: object = json.loads(Path(report).read_text("utf-8"))
    return value if isinstance(value, dict) else {}


def _pretend(sandbox: Sandbox, usual_s: int | None) -> None:
    """Have what serves look as if its build had taken so long; None: as if nothing told."""

    def change() -> None:
        for service in sandbox.account.services.values():
            if service.active is not None:
                service.active.reason = "deploy" if usual_s else "rollback"
                took = timedelta(seconds=usual_s or 0)
                service.active.created_at = service.active.updated_at - took

    sandbox.call(change)


def _first(report: Mapping[str, object], event: str) -> datetime:
    timeline = report["timeline"]
    entries = timeline if isinstance(timeline, list) else []
    return next(datetime.fromisoformat(e["at"]) for e in entries if e["event"] == event)


def _ended(report: Mapping[str, object]) -> datetime:
    return datetime.fromisoformat(str(report["ended_at"]))


def _critical_answer(sandbox: Sandbox, commit: str) -> datetime:
    """When the judged api first gave a document in depth, by the platform's own clock."""
    service = sandbox.account.services["julia-api"]
    sha = sandbox.repository.shas[commit]
    judged = next(d.id for d in service.deployments if d.sha == sha)
    return next(
        request.at
        for request in sandbox.account.requests
        if request.deployment_id == judged and request.path == "/health/deep"
    )


if __name__ == "__main__":
    main()
