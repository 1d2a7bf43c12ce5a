"""Ten kinds of bad commits, as a table, and the scenario in which one of them is pushed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from verifier.sandbox.scenarios.scenario import (
    SCENARIOS,
    Commit,
    Faults,
    Scenario,
    Timing,
    read_scenario,
)

GOOD, BAD = "first", "bad"
#: Long enough for a job that begins at the push to be there when the build is over.
_TIMING = Timing.model_validate(
    {"queue": "100ms", "build": "10s", "deploy": "200ms", "overlap": "600ms", "draining": "300ms"}
)
_API, _WORKER = "julia-api", "julia-worker"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is wrong with a commit."""

    name: str
    commit: Mapping[str, object]
    """What differs from a good one: fields of a scenario's `Commit`."""
    fails_after_s: float = 0.0
    """So long after its start nobody can tell it from a good one."""
    is_critical: bool = False
    """Whether one answer is enough to condemn it."""


def _needing(kind: str, name: str) -> Mapping[str, str]:
    """Have the application need a table or view that is not there; its document says so."""
    return {"STAND_IN": json.dumps({kind: [name]})}


KINDS = (
    Kind("critical environment", {"database": "staging"}, is_critical=True),
    Kind("missing migration", {"migrations": 4, "variables": _needing("tables", "reservations")}),
    Kind("schema behind, under 200", {"migrations": 4}),
    Kind("missing view", {"variables": _needing("views", "campaign_costs")}),
    Kind("Redis down", {"variables": {"REDIS_URL": "redis://127.0.0.1:1/0"}}),
    Kind("crash after a minute", {"troubles": {_API: "crash:60"}}, 60.0),
    Kind("crash loop", {"troubles": {_API: "crash:1"}, "restarts": 1000}, 1.0),
    Kind("silent", {"troubles": {_API: "silent:5"}}, 5.0),
    Kind("slow degradation", {"troubles": {_API: "slow:5"}}, 5.0),
    Kind("worker dead", {"troubles": {_WORKER: "crash:2"}}, 2.0),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands beside the commit."""

    news: Literal["works", "refused"] = "works"
    gate: str = ""
    """A line of the section `gate`; empty: its defaults."""
    slow_build_s: int = 0
    """How long the scheduler builds; 0: as long as the others."""


def scenario_of(kind: Kind, setting: Setting) -> Scenario:
    """Return the demo's three services, a kind of bad commit, and the gate's default limits."""
    demo = read_scenario(SCENARIOS / "demo.yml")
    lines = [line for line in demo.config.splitlines() if "stable-for" not in line]
    lines = [line for line in lines if line.strip() != "gate:"]
    lines += ["gate:", f"  {setting.gate}"] if setting.gate else []
    builds = {"julia-scheduler": f"{setting.slow_build_s}s"} if setting.slow_build_s else {}
    bad = Commit.model_validate({"migrations": 3, "builds": builds, **kind.commit})
    return demo.model_copy(
        update={
            "config": "\n".join(lines) + "\n",
            "commits": {GOOD: demo.commits[GOOD], BAD: bad},
            "timing": _TIMING,
            "faults": Faults(news=setting.news),
        }
    )
