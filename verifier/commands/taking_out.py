"""What a verdict asks for: a plan, the commit's removal, and the look at what serves then."""

from collections.abc import Collection, Mapping
from functools import partial

from verifier.commands.commit_removal import CommitRemoval
from verifier.commands.found_verdicts import condemned_before
from verifier.commands.judgements import Judgement, left_over
from verifier.commands.ports import Tools, attempt
from verifier.commands.recovery import Recovery, planned
from verifier.commands.run_state import RunState, Task
from verifier.decide.gate.remainders import remainders, spread
from verifier.decide.gate.rollback_plan import plan_rollback, points_at_platform
from verifier.decide.gate.variables_alike import condemned_for_variables, unless_in_vain
from verifier.model.deployment import Deployment
from verifier.model.finding import Unobserved
from verifier.model.verdict import Keep, Past, RollbackMode, RollBackTo, VerdictWord

_INCIDENT_WITHIN_S = 5.0
_ALIKE_WITHIN_S = 5.0


class TakingOut:
    """Takes out what the judgements of one run condemn, each by its own verdict and plan."""

    def __init__(self, tools: Tools, task: Task, run: RunState, recovery: Recovery) -> None:
        self._tools = tools
        self._task = task
        self._run = run
        self._recovery = recovery
        self._removals: list[tuple[Judgement, CommitRemoval]] = []
        """Each beside the judgement that asked for it."""

    def remove(self, awaited: Collection[str] = ()) -> None:
        """
        Plan for the run's latest verdict, and carry the plan out.

        In the services `awaited` it leaves it to `verify` to see what became of a condemned
        deployment that a newer one is about to take over from: the run judges the newer one.
        """
        run, now, recovery = self._run, self._run.now, self._recovery
        open_ = {name: d for name, d in now.judged.items() if name not in now.adopted}
        recovery.accept_plan(self._plan(now.condemned or open_))
        if isinstance(now.plan, RollBackTo) and now.verdict.word is VerdictWord.INCONCLUSIVE:
            now.condemned = open_
        is_excused = isinstance(now.plan, Keep) and now.plan.is_excused
        if isinstance(now.plan, RollBackTo) and self._task.policy.mode is RollbackMode.PLAN:
            run.results = {**run.results, **planned(now.plan, "gate.rollback is plan")}
            self._tools.journal.note("keep", "not rolling back: gate.rollback is plan")
        elif now.condemned and self._task.policy.mode is RollbackMode.AUTO and not is_excused:
            removal = CommitRemoval(self._tools, self._task, run, recovery, self._plan)
            removal.awaited = frozenset(awaited)
            self._removals.append((now, removal))
            removal.run()

    def verify(self, awaited: Collection[str] = ()) -> None:
        """Look at what serves now, and take out what has come of a condemned commit since."""
        run, recovery = self._run, self._recovery
        self._finish(awaited, is_due=len(run.judgements) > 1)
        is_clear = not left_over(run.fleet, run.judgements)
        is_failed = any(one.verdict.word is VerdictWord.FAILED for one in run.judgements)
        if run.results or (is_clear and is_failed):
            recovery.verify()
        if self._finish(awaited, is_due=True):
            recovery.verify()
        recovery.hold()

    def _finish(self, awaited: Collection[str], *, is_due: bool) -> bool:
        """Go on with what is left of each condemned commit; return whether anything was done."""
        run, latest = self._run, self._run.now
        done = (run.results, run.stops)
        for judgement, removal in self._removals:
            run.now = judgement
            removal.awaited = frozenset(awaited)
            if is_due and remainders(run.fleet, spread(run.fleet, judgement.condemned)):
                removal.finish()
        run.now = latest
        return done != (run.results, run.stops)

    def _plan(self, open_: Mapping[str, Deployment]) -> RollBackTo | Keep:
        """Choose what these deployments go back to."""
        run = self._run
        history = self._recovery.history()
        records = (*condemned_before(run, self._tools.clock.now()), *run.past_verdicts)
        past = Past(run.before, records, self._incident())
        plan = plan_rollback(run.now.verdict, open_, history, past, self._task.policy)
        return self._unless_in_vain(plan) if isinstance(plan, RollBackTo) else plan

    def _unless_in_vain(self, plan: RollBackTo) -> RollBackTo | Keep:
        """Compare the variables with the target's where they alone condemn."""
        services = condemned_for_variables(self._run.now.verdict, self._run.before)
        asks = {
            move.service.name: partial(
                attempt, partial(self._tools.world.is_started_alike, move.condemned, move.target)
            )
            for move in plan.moves
            if move.service.name in services
        }
        if not asks:
            return plan
        return unless_in_vain(plan, self._tools.world.at_once(asks, _ALIKE_WITHIN_S))

    def _incident(self) -> str:
        """Ask for the platform's own trouble only where it could be the cause."""
        world = self._tools.world
        if not points_at_platform(self._run.now.verdict):
            return ""
        ask = partial(attempt, world.incident)
        incident = world.at_once({"incident": ask}, _INCIDENT_WITHIN_S)["incident"]
        return "" if isinstance(incident, Unobserved) else incident
