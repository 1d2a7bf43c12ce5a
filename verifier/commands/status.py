"""What is live, since when, judged by whom, and what a gate would go back to: only looks."""

from functools import partial

from verifier.commands.ports import Clock, Memory, World
from verifier.commands.reading_notes import ReadingNotes
from verifier.commands.retries import attempt_source
from verifier.decide.gate.standing import Kept, service_statuses
from verifier.model.environment_status import EnvironmentStatus, Paused
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.verdict import Policy

NOT_TOLD = NotAsked("no kill switch is asked")
_SWITCHES_WITHIN_S = 15.0


def status(
    world: World,
    memory: Memory,
    policy: Policy,
    environment: str,
    clock: Clock,
    paused: Paused = NOT_TOLD,
) -> EnvironmentStatus:
    """
    Ask Railway and the memory once; what the memory does not tell is named, and is not known.

    Raises:
        ProviderError: Railway did not show the services.
    """
    fleet = world.history()
    notes = ReadingNotes()
    records = attempt_source("records of earlier gates", memory.records)
    unread = records.reason if isinstance(records, Unobserved) else memory.lacking
    holds = attempt_source("holds", memory.holds)
    claims = attempt_source("claims", memory.claimed)
    kept = Kept(
        tuple(notes.read_or((), records, "judged")),
        notes.read_or(frozenset(), holds, "held"),
        notes.read_or({}, claims, "claimed"),
    )
    asks = {
        name: partial(attempt_source, "auto-deploy", partial(world.auto_deploy, name))
        for name, state in fleet.items()
        if not state.unread
    }
    switches = world.at_once(asks, _SWITCHES_WITHIN_S)
    unknown = {name: s.explained for name, s in switches.items() if isinstance(s, Unobserved)}
    if unknown:
        reasons = "; ".join(dict.fromkeys(unknown.values()))
        notes.add(f"auto-deploy of {', '.join(unknown)}: {reasons}")
    if isinstance(paused, Unobserved):
        notes.add(f"whether the system is paused: {paused.explained}")
    now = clock.now()
    return EnvironmentStatus(
        environment=environment,
        at=now,
        services=service_statuses(fleet, kept, switches, policy, now),
        is_paused=paused if isinstance(paused, bool) else None,
        memory=memory.how_it_keeps,
        not_read=notes.not_read,
        records_unread=unread,
    )
