"""After an interruption: what is live now, and what has become of the rollbacks that were begun?"""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from verifier.commands.parallel import in_parallel
from verifier.commands.ports import Journal, World, attempt
from verifier.commands.run_state import RunState
from verifier.decide.gate.restored import restored_by
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Move, RollBackTo

_PAUSE_S = 0.3
_EVENT = "interrupted"
_FLEET = "fleet"


def look_once_more(world: World, run: RunState, journal: Journal, limit_s: float) -> None:
    """
    Bring the run's state to what Railway shows now, within `limit_s` seconds.

    What cannot be read in time stays as it was read last, which the timeline then says.
    """
    doing = journal.doing or "reading the deployments at Railway"
    run.verdict = replace(run.verdict, reason=f"it was {doing}; {run.verdict.reason}")
    fleet = _read(world, limit_s)
    if isinstance(fleet, Unobserved):
        text = f"what is live now was not read again: {fleet.reason}"
        journal.note(_EVENT, text)
        return
    run.fleet = fleet
    run.records = {**run.records, **dict(_settled(run, fleet))}
    journal.note(_EVENT, "read once more what is live")


def _read(world: World, limit_s: float) -> Fleet | Unobserved:
    """Ask until there is an answer: a request of ours may just have been cut off."""
    end_s = time.monotonic() + limit_s
    reason = "no answer in time"
    while (left_s := end_s - time.monotonic()) > 0:
        answers = attempt(partial(in_parallel, {_FLEET: world.fleet}, left_s, bool))
        if isinstance(answers, Unobserved):
            reason = answers.reason
            time.sleep(max(0.0, min(_PAUSE_S, end_s - time.monotonic())))
        elif _FLEET in answers:
            return answers[_FLEET]
    return Unobserved(reason)


def _settled(run: RunState, fleet: Fleet) -> Iterator[tuple[str, RollbackResult]]:
    """The rollbacks that Railway was asked for, as far as it shows now what became of them."""
    for move in run.plan.moves if isinstance(run.plan, RollBackTo) else ():
        name = move.service.name
        record, state = run.records.get(name), fleet.get(name)
        if record is None or state is None or record.outcome is not RestoreOutcome.UNKNOWN:
            continue
        known = frozenset(d.id for d in state.deployments if not _is_after(d, move))
        match restored_by(state, move, known):
            case Deployment() as found:
                text = f"Railway shows {found.id} active, not verified"
                outcome = RestoreOutcome.RESTORED
                yield name, replace(record, deployment=found.id, outcome=outcome, reason=text)
            case str() as reason:
                yield name, replace(record, outcome=RestoreOutcome.REFUSED, reason=reason)
            case None:
                pass


def _is_after(deployment: Deployment, move: Move) -> bool:
    """Whether it came after the condemned one: with the target's code, it is a rollback."""
    return deployment.created_at > move.condemned.created_at
