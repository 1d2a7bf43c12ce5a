"""After an interruption: what is live now, and what has become of the rollbacks that were begun?"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from verifier.commands.judgements import overall_plan
from verifier.commands.ports import Tools
from verifier.commands.retries import persist
from verifier.commands.run_state import RunState
from verifier.decide.gate.hidden import with_known
from verifier.decide.gate.move_status import Sent, begun_by, made_by, restored_by
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Move, RollBackTo

_EVENT = "interrupted"


def look_once_more(tools: Tools, run: RunState, limit_s: float) -> None:
    """
    Bring the run's state to what Railway shows now, within `limit_s` seconds.

    What cannot be read in time stays as it was read last, which the timeline then says.
    """
    journal = tools.journal
    doing = journal.doing or "reading the deployments at Railway"
    run.current.verdict = replace(
        run.current.verdict, reason=f"it was {doing}; {run.current.verdict.reason}"
    )
    fleet = _read(tools, limit_s)
    if isinstance(fleet, Unobserved):
        text = f"could not re-read what is live now: {fleet.explained}"
        journal.note(_EVENT, text)
        return
    run.fleet = with_known(fleet, run.fleet)
    run.results = {**run.results, **dict(settled(run, fleet, ", not verified"))}
    journal.note(_EVENT, "reading what is live one last time")


def _read(tools: Tools, limit_s: float) -> Fleet | Unobserved:
    """Ask until there is an answer: a request of ours may just have been cut off."""
    ask = partial(persist, tools.world.fleet, tools.clock, limit_s)
    return tools.world.at_once({"fleet": ask}, limit_s)["fleet"]


def settled(run: RunState, fleet: Fleet, note: str = "") -> Iterator[tuple[str, RollbackResult]]:
    """The rollbacks that Railway was asked for, as far as it shows now what became of them."""
    plan = overall_plan(run.judgements)
    for move in plan.moves if isinstance(plan, RollBackTo) else ():
        name = move.service.name
        record, state = run.results.get(name), fleet.get(name)
        if record is None or state is None or record.from_ != move.condemned.id:
            continue
        if record.outcome is not RestoreOutcome.UNKNOWN:
            continue
        known = frozenset(d.id for d in state.deployments if not _is_after(d, move))
        match restored_by(state, move, known):
            case Deployment() as found:
                outcome, text = made_by(found, Sent(move, known, 0.0))
                text += note
                yield name, replace(record, deployment=found.id, outcome=outcome, reason=text)
            case str() as reason:
                yield name, replace(record, outcome=RestoreOutcome.REFUSED, reason=reason)
            case None:
                if (begun := begun_by(state, move, known)) is not None:
                    text = f"Railway shows {begun.id} {begun.status}"
                    yield name, replace(record, deployment=begun.id, reason=text)


def _is_after(deployment: Deployment, move: Move) -> bool:
    """Whether it came after the condemned one: with the target's code, it is a rollback."""
    return deployment.created_at > move.condemned.created_at
