"""Plays a world: real processes behind a real edge, and the real command."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.sandbox.runs import environ, is_calm, verifier, wait_until_calm
from verifier.sandbox.scenarios.scenario import read_scenario
from verifier.sandbox.world import Sandbox

_SETTLES_WITHIN_S = 40
_KEPT = ("SKIPPED", "NEEDS_APPROVAL")
_MOVING = ("QUEUED", "BUILDING", "DEPLOYING", "REMOVING")


@dataclass(frozen=True)
class Gated:
    """One run of the gate."""

    commit: str
    code: int
    report: dict
    told: str
    took_s: float


class End(StrEnum):
    """How far the judged deployment of a service came."""

    KEPT = "kept from being deployed"
    LIVE = "started"
    FAILED = "failed"
    TAKEN_OVER = "taken over while it was built"
    DISPLACED = "displaced by a newer one that did not start"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Played:
    """What came of a world, once nothing moved any more."""

    gates: tuple[Gated, ...]
    live: dict[str, str]
    """The name of the commit that serves, by service; empty where nothing does."""
    ends: dict[str, End]
    withdrawn: frozenset[str]
    """Services whose judged deployment was rolled back or cancelled."""
    rollbacks: dict[str, int]
    """How many rollbacks took effect, by service."""
    taken_over: frozenset[str]
    """Services in which a deployment of the newer commit started."""


@contextmanager
def playground():
    """A sandbox in which world after world can be played."""
    with Sandbox(read_scenario(Path(__file__).parent / "worlds.yml")) as sandbox:
        verifier("--version", env=environ(sandbox), cwd=sandbox.repository.folder)
        yield sandbox


def play(world, sandbox, folder):
    """Push the world's commits, gate each in turn, and wait until nothing moves."""
    _prepare(world, sandbox)
    sandbox.repository.check_out(world.judged.name)
    ids = sandbox.call(lambda: sandbox.platform.push(world.judged.name))
    pushes = threading.Timer(world.newer_after_s, _push_newer, (world, sandbox))
    pushes.start()
    time.sleep(world.gate_after_s)
    gates = [_gate(world.judged.name, sandbox, folder, world.killed_after_s)]
    if world.killed_after_s is not None and gates[0].code < 0:
        gates.append(_gate(world.judged.name, sandbox, folder, None))
    pushes.join()
    if world.newer is not None:
        sandbox.repository.check_out(world.newer.name)
        gates.append(_gate(world.newer.name, sandbox, folder, None))
    _settle(sandbox)
    return sandbox.call(lambda: _look(sandbox, ids, tuple(gates)))


def _prepare(world, sandbox):
    """Make the sandbox what the world begins with: the first commit serves, and no history."""
    platform, services = sandbox.platform, sandbox.account.services
    quiet = read_scenario(Path(__file__).parent / "worlds.yml")
    platform.scenario = quiet
    if not is_calm(sandbox, "first"):
        sandbox.call(lambda: platform.push("first"))
        wait_until_calm(sandbox, "first")
    sandbox.call(lambda: [_forget_history(service) for service in services.values()])
    sandbox.api.requests.clear()
    sandbox.github.forget()
    sandbox.github.fault = world.github
    sandbox.api.news.fault = world.faults.news
    path = "/health" if world.is_health_checked else None
    for service in services.values():
        if service.spec.public:
            service.spec = service.spec.model_copy(update={"healthcheck": path})
    commits = {**quiet.commits, world.judged.name: world.judged.commit}
    if world.newer is not None:
        commits[world.newer.name] = world.newer.commit
    platform.scenario = quiet.model_copy(update={"commits": commits, "faults": world.faults})


def _forget_history(service):
    for deployment in service.deployments:
        if deployment is not service.active:
            deployment.address.close()
    service.deployments[:] = [service.active]
    service.active.reason = "deploy"  # not a rollback of the world before


def _push_newer(world, sandbox):
    if world.newer is not None:
        sandbox.call(lambda: sandbox.platform.push(world.newer.name))


def _gate(commit, sandbox, folder, killed_after_s):
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    started_s = time.monotonic()

    def started(child):
        if killed_after_s is not None:
            threading.Timer(killed_after_s, child.kill).start()

    done = verifier(
        "gate",
        "--sha",
        sandbox.repository.shas[commit],
        "--report",
        str(report),
        env=environ(sandbox),
        cwd=sandbox.repository.folder,
        started=started,
    )
    written = json.loads(report.read_text("utf-8")) if report.exists() else {}
    told = done.stdout + done.stderr
    return Gated(commit, done.returncode, written, told, time.monotonic() - started_s)


def _settle(sandbox):
    """Wait until nothing is on its way; what crashes again and again has ended by then."""
    end_s = time.monotonic() + _SETTLES_WITHIN_S
    while time.monotonic() < end_s and sandbox.call(lambda: _is_moving(sandbox)):
        time.sleep(0.05)


def _is_moving(sandbox):
    return any(
        deployment.status in _MOVING
        for service in sandbox.account.services.values()
        for deployment in service.deployments
    )


def _look(sandbox, ids, gates):
    live, rollbacks, withdrawn, ends = {}, {}, set(), {}
    first = sandbox.repository.shas["first"]
    for name, service in sandbox.account.services.items():
        live[name] = sandbox.repository.name_of(service.active.sha) if service.active else ""
        made = [d for d in service.deployments if d.reason in ("rollback", "redeploy")]
        rollbacks[name] = len(made)
        ends[name] = _end(service, ids.get(name))
        is_back = ends[name] is End.LIVE and any(d.sha == first for d in made)
        if is_back or ends[name] is End.CANCELLED:
            withdrawn.add(name)
    newer = sandbox.repository.shas["newer"]
    taken_over = frozenset(
        name
        for name, service in sandbox.account.services.items()
        if any(d.sha == newer and d.processes for d in service.deployments)
    )
    return Played(gates, live, ends, frozenset(withdrawn), rollbacks, taken_over)


def _end(service, judged_id):
    """Tell how far the judged deployment of a service came."""
    judged = next((d for d in service.deployments if d.id == judged_id), None)
    if judged is None or judged.status in _KEPT:
        return End.KEPT
    if judged.processes:
        return End.LIVE
    if judged.status == "FAILED":
        return End.FAILED
    newer = [d for d in service.deployments if d.sha != judged.sha and d.reason == "deploy"]
    built = [d for d in newer if d.created_at > judged.created_at and d.status not in _KEPT]
    if built:
        return End.TAKEN_OVER if any(d.processes for d in built) else End.DISPLACED
    return End.CANCELLED
