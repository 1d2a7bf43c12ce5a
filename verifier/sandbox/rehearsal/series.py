"""`verifier rehearse`: incidents, one after the other or a few beside one another."""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TextIO

from verifier.config.env_checks import address_problems
from verifier.config.settings import load_document
from verifier.guarded.mistakes import InvalidConfigError
from verifier.model.printable_text import printable_line
from verifier.sandbox.host.keeper_client import forget_postgres_settings
from verifier.sandbox.rehearsal.applying import missing_for, refuse_unknown_services
from verifier.sandbox.rehearsal.incident import Incident
from verifier.sandbox.rehearsal.outcome import Played, unmet
from verifier.sandbox.rehearsal.play import Rehearsed, play
from verifier.sandbox.rehearsal.team import team_of
from verifier.sandbox.rehearsal.team_config import not_played
from verifier.sandbox.rehearsal.told import Rehearsal
from verifier.sandbox.rehearsal.uncommitted import uncommitted

#: Each is a PostgreSQL and some processes that mostly wait.
_MOST_BESIDE = 3
#: In the place of RAILWAY_APP_URL, for the service whose address that may be.
_ADDRESS = "https://rehearsal.invalid"
#: A PostgreSQL that is just being made is not waited for: its keeper ends it with this process.
_ENDS_WITHIN_S = 4.0


def rehearse(
    config: Path, checkout: Path, incidents: Mapping[str, Incident], dump: Path | None, out: TextIO
) -> Rehearsal:
    """
    Play incidents on a team's configuration, and tell `out` how it goes; of a single one the gate's
    log as it comes.

    Raises:
        InvalidConfigError: the configuration has mistakes, all told at once, or is one that every
            gate would refuse for an address that it lacks.
        ConfigError: an incident names a service that the configuration does not have.
        VerifierError: a sandbox did not start.
    """
    document, read = load_document(config)
    value = document.value
    assert isinstance(value, dict)  # noqa: S101  it was read as a mapping
    team = team_of(value, read, checkout.absolute())
    if problems := list(address_problems(document, _ADDRESS if team.lent else "")):
        raise InvalidConfigError(problems)
    refuse_unknown_services(team, incidents)
    on = Rehearsed(value, team, dump)
    reasons = {name: missing_for(team, incident) for name, incident in incidents.items()}
    apply = {name: incident for name, incident in incidents.items() if not reasons[name]}
    differing = list(uncommitted(team, config))  # as it is now: it may be worked on meanwhile
    forget_postgres_settings()
    played = _alone(apply, on, out) if len(apply) == 1 else _several(apply, on, out)
    refused = {what: why for one in played for what, why in one.refused.items()}
    return Rehearsal(
        str(config),
        played,
        {name: reason for name, reason in reasons.items() if reason},
        [*differing, *not_played(value, team, refused)],
    )


def _alone(incidents: Mapping[str, Incident], on: Rehearsed, out: TextIO) -> list[Played]:
    ((name, incident),) = incidents.items()
    out.write(f"=== {printable_line(name)}: {incident.title}\n")
    out.flush()
    # To a program's own output the gate writes as it does alone, its two streams apart.
    return [play(name, incident, on, None if out is sys.stdout else out)]


def _several(incidents: Mapping[str, Incident], on: Rehearsed, out: TextIO) -> list[Played]:
    def one(name: str) -> Played:
        played = play(name, incidents[name], on, subprocess.DEVNULL)
        is_good = not list(unmet(played))
        out.write(
            f"{'ok    ' if is_good else 'NOT OK'}  {printable_line(name)}  {played.gate_s:.1f} s\n"
        )
        out.flush()
        return played

    pool = ThreadPoolExecutor(min(_MOST_BESIDE, os.cpu_count() or 1))
    running = [pool.submit(one, name) for name in incidents]
    try:
        return [each.result() for each in running]
    except BaseException:
        # Those that run end at their next step, and take their sandboxes with them.
        on.stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        wait(running, _ENDS_WITHIN_S)
        raise
