"""After a failing verdict: what lies behind it, for a person."""

from dataclasses import replace
from functools import partial

from verifier.commands.judgements import overall_plan
from verifier.commands.ports import Tools, attempt
from verifier.commands.run_state import RunState
from verifier.decide.gate.health_differences import health_differences
from verifier.model.deployment import Deployment
from verifier.model.finding import Unobserved, condemning
from verifier.model.verdict import RollBackTo, Verdict

#: The logs and variables are worth so long to a person.
_WITHIN_S = 20.0


def look_behind(tools: Tools, run: RunState, verdict: Verdict, until_s: float) -> None:
    """Gather what helps a person; last and only while there is time: nothing waits for it."""
    blamed = {f.service for f in condemning(verdict.findings) if f.service}
    plan = overall_plan(run.judgements)
    targets = (
        {move.service.name: move.target for move in plan.moves}
        if isinstance(plan, RollBackTo)
        else {}
    )
    for name, judged in run.followed.items():
        left_s = until_s - tools.clock.now_s()
        if (name in blamed or not blamed) and left_s > 0:
            good = targets.get(name) or _before(run, name)
            ask = partial(attempt, partial(tools.world.background, name, judged, good))
            found = tools.world.at_once({name: ask}, min(_WITHIN_S, left_s))[name]
            if not isinstance(found, Unobserved):
                after = run.afterwards.findings if run.afterwards else ()
                differs = health_differences(name, verdict.findings, after) if after else ()
                run.background = (*run.background, replace(found, health=differs))


def _before(run: RunState, service: str) -> Deployment | None:
    """What served when the run began, where that was one other deployment."""
    found = run.fleet[service].find(run.active_before.get(service, ""))
    return None if found == run.followed.get(service) else found
