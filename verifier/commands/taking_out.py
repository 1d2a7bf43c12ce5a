"""What a verdict asks for: a plan, the commit's removal, and the look at what serves then."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar

from verifier.commands.commit_removal import CommitRemoval, joined
from verifier.commands.found_verdicts import condemned_before
from verifier.commands.judgements import Judgement, left_over
from verifier.commands.ports import Tools, attempt
from verifier.commands.recovery import Recovery, planned
from verifier.commands.run_state import RunState, Task
from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.doubtful_targets import (
    bad_elsewhere,
    earlier_uploads,
    left_elsewhere,
    seen_good,
)
from verifier.decide.gate.remainders import remainders
from verifier.decide.gate.rollback_plan import (
    plan_rollback,
    points_at_platform,
    spares_what_is_good,
)
from verifier.decide.gate.variables_alike import condemned_for_variables, unless_in_vain
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.verdict import Keep, Past, RollbackMode, RollBackTo, VerdictWord

#: What is followed is looked at so often; Railway's news would tell no sooner.
_LOOK_EVERY_S = 2.0
#: Before anything else goes on, which waits for no memory.
_REMEMBER_WITHIN_S = 5.0
#: Once Railway was asked, before what else is live is looked at.
_TELL_OTHERS_WITHIN_S = 1.0
_INCIDENT_WITHIN_S = 5.0
_ALIKE_WITHIN_S = 5.0

T = TypeVar("T")
ToJudge = Callable[[], Sequence[Arrival]]
"""Returns what is to be judged beside what is condemned by now."""


class TakingOut:
    """Takes out what the judgements of one run condemn, each by its own verdict and plan."""

    def __init__(self, tools: Tools, task: Task, run: RunState, recovery: Recovery) -> None:
        self._tools = tools
        self._task = task
        self._run = run
        self._recovery = recovery
        self._removals: list[tuple[Judgement, CommitRemoval]] = []
        """Each beside the judgement that asked for it."""
        self.staying: list[Judgement] = []
        """Those because of which something stays as good, until it has held."""
        self._is_finished = True
        """Whether nothing was to be waited for when that was last asked."""

    @property
    def moving(self) -> frozenset[str]:
        """Services whose rollbacks have not ended yet."""
        return self._recovery.execution.moving

    def remove(self, to_judge: ToJudge) -> None:
        """
        Plan for the run's latest verdict, carry the plan out, and go on until all is done.

        What is live and to be judged waits for nothing of that: then this returns as soon as
        Railway was asked, and `go_on` does the rest meanwhile. So it does while anything stays
        because it is good, which is to be looked on at.
        """
        run, current, recovery = self._run, self._run.current, self._recovery
        open_ = {name: d for name, d in current.judged.items() if name not in current.adopted}
        first = current.plan
        recovery.accept_plan(self._plan(current.condemned or open_))
        if spares_what_is_good(current.plan):
            self.staying.append(current)
        if (
            isinstance(current.plan, RollBackTo)
            and current.verdict.word is VerdictWord.INCONCLUSIVE
        ):
            current.condemned = open_
        is_excused = isinstance(current.plan, Keep) and current.plan.is_excused
        if isinstance(current.plan, RollBackTo) and self._task.policy.mode is RollbackMode.PLAN:
            run.results = {**run.results, **planned(current.plan, "gate.rollback is plan")}
            self._tools.journal.note("keep", "not rolling back: gate.rollback is plan")
        elif current.condemned and self._task.policy.mode is RollbackMode.AUTO and not is_excused:
            removal = CommitRemoval(self._tools, self._task, run, recovery, self._plan)
            self._removals = [one for one in self._removals if one[0] is not current]
            self._removals.append((current, removal))
            removal.begin()
            current.plan = joined(first, current.plan)
            # Gates that run beside this one must not go back to what is being left here.
            recovery.records.remember(_TELL_OTHERS_WITHIN_S)
            if not self.staying:
                self.finish(to_judge)

    def go_on(self, fleet: Fleet) -> bool:
        """Do what is due by what Railway shows now; return whether more may be due soon."""
        self._recovery.follow(fleet)
        self._run.fleet = fleet
        has_done = self._step(fleet, is_alone=False)
        # What awaits a newer deployment is seen soon enough by whoever follows that one.
        return has_done or bool(self.moving) or bool(self._still_to_come(fleet, list(fleet)))

    def verify(self, to_judge: ToJudge) -> None:
        """
        Look at what serves now, and take out what has come of a condemned commit since.

        Not where something live is to be judged, which waits for no verification.
        """
        run, recovery = self._run, self._recovery
        is_left = len(run.judgements) > 1 and self._is_left()
        if self.moving or is_left or not self._is_finished:
            self.finish(to_judge)
        if is_live(to_judge()):
            return
        is_clear = not left_over(run.fleet, run.judgements)
        is_failed = any(one.verdict.word is VerdictWord.FAILED for one in run.judgements)
        if run.results or (is_clear and is_failed):
            recovery.verify()
        done = (run.results, run.stops)
        if self._is_left():
            self.finish(to_judge)
        if done != (run.results, run.stops) and not is_live(to_judge()):
            recovery.verify()
        recovery.hold()

    def _is_left(self) -> bool:
        """Whether anything of what this run takes out is still there."""
        fleet = self._run.fleet
        gone = [one.must_go(fleet, self._task.wanted) for one, _ in self._removals]
        return any(remainders(fleet, condemned) for condemned in gone)

    def finish(self, to_judge: ToJudge) -> None:
        """
        Go on until nothing of what is condemned is live or on its way.

        It ends earlier where nothing is left that this run may change, its time is up, or
        something live is to be judged.
        """
        tools, recovery = self._tools, self._recovery
        until_s = recovery.until_s - self._task.limits.verify_s
        self._is_finished, is_kept = False, True
        while not is_live(to_judge()):
            fleet = recovery.read()
            recovery.follow(fleet)
            if isinstance(fleet, Unobserved):
                text = f"could not determine whether this commit still runs: {fleet.explained}"
                tools.journal.note("warning", text)
                if tools.clock.now_s() >= until_s and not self.moving:
                    return
                tools.clock.sleep(_LOOK_EVERY_S)
                continue
            self._run.fleet = fleet
            has_done = self._step(fleet, is_alone=not to_judge())
            rest_s = until_s - tools.clock.now_s()
            if self.moving:
                recovery.execution.pause()
                continue
            if has_done and rest_s > 0:
                continue
            awaited = [a.service for a in to_judge() if a.stage is Stage.UNDER_WAY]
            waiting = self._still_to_come(fleet, awaited)
            if not waiting or rest_s <= 0:
                self._each(lambda removal: removal.give_up())
                self._is_finished = True
                return
            # Nothing is to be done now: the newer one's gate may need what this one has found.
            is_kept = is_kept and recovery.records.remember(_REMEMBER_WITHIN_S)
            tools.journal.waiting(waiting, 0.0, rest_s)
            tools.clock.sleep(min(_LOOK_EVERY_S, rest_s))

    def _step(self, fleet: Fleet, *, is_alone: bool) -> bool:
        return any(self._each(lambda removal: removal.step(fleet, is_alone=is_alone)))

    def _still_to_come(self, fleet: Fleet, awaited: Collection[str]) -> str:
        told = self._each(lambda removal: removal.still_to_come(fleet, awaited))
        return ", ".join(dict.fromkeys(text for text in told if text))

    def _each(self, do: Callable[[CommitRemoval], T]) -> list[T]:
        """Have each removal do something, by its own judgement."""
        run, latest = self._run, self._run.current
        done: list[T] = []
        try:
            for judgement, removal in self._removals:
                run.current = judgement
                done.append(do(removal))
        finally:
            run.current = latest
        return done

    def _plan(self, open_: Mapping[str, Deployment]) -> RollBackTo | Keep:
        """Choose what these deployments go back to, where no rollback is under way already."""
        run = self._run
        if open_ and not (open_ := {n: d for n, d in open_.items() if n not in self.moving}):
            return Keep("another rollback of the same service is under way", may_pass=True)
        history, found = self._recovery.history_and_records()
        records = (*condemned_before(run, self._tools.clock.now()), *found)
        left, uploads = left_elsewhere(history), earlier_uploads(run.fleet, self._task.wanted)
        good = seen_good(run.seen_of_served, run.served)
        alike = bad_elsewhere(run.doubtful, history, good)
        doubtful = {**alike, **left, **uploads, **run.doubtful}
        recall = self._recovery.records.recall
        rest = (self._incident(), doubtful, recall, good, run.current.good)
        past = Past(run.before, records, *rest)
        plan = plan_rollback(run.current.verdict, open_, history, past, self._task.policy)
        return self._unless_in_vain(plan) if isinstance(plan, RollBackTo) else plan

    def _unless_in_vain(self, plan: RollBackTo) -> RollBackTo | Keep:
        """Compare the variables with the target's where they alone condemn."""
        services = condemned_for_variables(self._run.current.verdict, self._run.before)
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
        if not points_at_platform(self._run.current.verdict):
            return ""
        ask = partial(attempt, world.incident)
        incident = world.at_once({"incident": ask}, _INCIDENT_WITHIN_S)["incident"]
        return "" if isinstance(incident, Unobserved) else incident


def is_live(arrivals: Sequence[Arrival]) -> bool:
    """Whether anything of it is live."""
    return any(arrival.stage is Stage.LIVE for arrival in arrivals)
