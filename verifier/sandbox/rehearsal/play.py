"""Plays one incident: a sandbox of its own, a push, and the gate that users run."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from verifier.sandbox.host.job import machine_environ, run_job
from verifier.sandbox.rehearsal.incident import Incident
from verifier.sandbox.rehearsal.outcome import Played
from verifier.sandbox.rehearsal.relation_names import without_database
from verifier.sandbox.rehearsal.switches import Switches, watched
from verifier.sandbox.rehearsal.team import Team
from verifier.sandbox.rehearsal.team_config import gate_config
from verifier.sandbox.rehearsal.team_scenario import NEWER, PUSHED, scenario_of
from verifier.sandbox.world import Sandbox

_MOVING = ("QUEUED", "BUILDING", "DEPLOYING", "REMOVING")
_SETTLES_WITHIN_S = 20.0
_GATE_BEGINS_WITHIN_S = 60.0
_ROLLS_BACK_WITHIN_S = 600.0
#: So many questions a gate asks before it has read what serves.
_FIRST_READS = 3


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What incidents are played on."""

    value: Mapping[str, object]
    """The configuration's file as it was read."""
    team: Team
    dump: Path | None = None
    """File of a schema that the database begins with."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set by whoever wants everything to end, which `play` then does at its next step."""


class Stopped(Exception):
    """An incident was not played to its end, because it was told to stop."""


def play(name: str, incident: Incident, on: Rehearsed, out: IO[str] | int | None) -> Played:
    """
    Play an incident to its end; what the gate prints goes to `out`.

    Raises:
        VerifierError: the sandbox did not start.
        Stopped: `on.stop` was set meanwhile.
    """
    _go_on(on)
    with Sandbox(scenario_of(on.team, incident, on.dump)) as sandbox, watched(sandbox) as switches:
        _go_on(on)
        config = sandbox.folder / "verifier.yml"
        urls = {
            service: f"http://127.0.0.1:{sandbox.account.services[service].public_port}"
            for service in on.team.public
        }
        config.write_text(
            gate_config(on.value, on.team, urls, list(sandbox.databases.refused)), "utf-8"
        )
        is_over = threading.Event()
        pushing = threading.Thread(target=_push, args=(sandbox, incident, is_over), daemon=True)
        pushing.start()
        started_s = time.monotonic()
        if incident.runner_killed is not None:
            _gate(sandbox, config, out, _at_first_rollback(sandbox))
            _go_on(on)
        code, report = _gate(sandbox, config, out, on.stop)
        _go_on(on)
        gate_s = time.monotonic() - started_s
        is_over.set()
        pushing.join()
        _settle(sandbox)
        return _played(name, incident, on, sandbox, switches, (code, report, gate_s))


def _go_on(on: Rehearsed) -> None:
    if on.stop.is_set():
        raise Stopped


def _push(sandbox: Sandbox, incident: Incident, is_over: threading.Event) -> None:
    """
    Push once the gate has asked Railway what serves: no build is over before a job begins.

    A newer commit comes while the gate runs or not at all: nobody waits hours for it.
    """
    end_s = time.monotonic() + _GATE_BEGINS_WITHIN_S
    while len(sandbox.api.requests) < _FIRST_READS and time.monotonic() < end_s:
        time.sleep(0.05)
    sandbox.push(PUSHED)
    if incident.newer is not None and not is_over.wait(incident.newer.after):
        sandbox.call(lambda: sandbox.platform.push(NEWER))


def _at_first_rollback(sandbox: Sandbox) -> threading.Event:
    found = threading.Event()

    def look() -> None:
        end_s = time.monotonic() + _ROLLS_BACK_WITHIN_S
        while not sandbox.api.mutations and time.monotonic() < end_s:
            time.sleep(0.01)
        found.set()

    threading.Thread(target=look, daemon=True).start()
    return found


def _gate(
    sandbox: Sandbox,
    config: Path,
    out: IO[str] | int | None,
    killed_when: threading.Event | None = None,
) -> tuple[int, Mapping[str, object]]:
    report = sandbox.folder / "report.json"
    arguments = ["gate", "--sha", sandbox.repository.shas[PUSHED], "--config", str(config)]
    arguments += ["--checkout", str(sandbox.repository.folder), "--report", str(report)]
    environ = {**machine_environ(), **sandbox.environ, "RAILWAY_APP_URL": ""}
    code = run_job(arguments, environ, sandbox.keeper, out, killed_when)
    if not report.exists():
        return code, {}
    value: object = json.loads(report.read_text("utf-8"))
    return code, value if isinstance(value, dict) else {}


def _settle(sandbox: Sandbox) -> None:
    """Wait until nothing moves any more, but for builds that take longer than anybody waits."""
    end_s = time.monotonic() + _SETTLES_WITHIN_S
    while time.monotonic() < end_s and sandbox.call(lambda: _is_moving(sandbox)):
        time.sleep(0.05)


def _is_moving(sandbox: Sandbox) -> bool:
    return any(
        deployment.status in _MOVING
        for service in sandbox.account.services.values()
        for deployment in service.deployments
    )


def _was_pushed(sandbox: Sandbox, commit: str) -> bool:
    sha = sandbox.repository.shas[commit]
    services = sandbox.account.services.values()
    return any(deployment.sha == sha for service in services for deployment in service.deployments)


def _played(
    name: str,
    incident: Incident,
    on: Rehearsed,
    sandbox: Sandbox,
    switches: Switches,
    gated: tuple[int, Mapping[str, object], float],
) -> Played:
    code, report, gate_s = gated
    services = sandbox.account.services
    served = {
        service: (sandbox.repository.name_of(found.active.sha) or "") if found.active else ""
        for service, found in services.items()
    }
    was_put_back = all(commit != PUSHED for commit in served.values())
    bad_live_s = switches.longest_exposure(sandbox.repository.shas[PUSHED])
    unknown = [path for service in on.team.public for path in on.team.answers(service)[2]]
    return Played(
        name,
        incident,
        code,
        report,
        served,
        {
            service: sum(d.reason in ("rollback", "redeploy") for d in found.deployments)
            for service, found in services.items()
        },
        gate_s,
        bad_live_s if was_put_back else None,
        sandbox.databases.refused,
        tuple(dict.fromkeys(unknown)),
        on.team.config.gate.rollback.value,
        incident.newer is not None and not _was_pushed(sandbox, NEWER),
        sandbox.databases.present(
            "production", [without_database(name) for name in incident.missing_views]
        ),
    )
