"""Takes a condemned commit out: what serves goes back, what is on its way is cancelled."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from verifier.commands.ports import Tools
from verifier.commands.recovery import Recovery
from verifier.commands.run_state import RunState, Task
from verifier.decide.gate.remainders import Left, Remainder, remainders, spread
from verifier.errors import DeniedError, ProviderError, RateLimitedError, UnknownOutcomeError
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.report import RestoreOutcome, StopOutcome, StopResult
from verifier.model.verdict import Keep, RollBackTo

#: What is followed is looked at so often; Railway's news would tell no sooner.
_LOOK_EVERY_S = 2.0
_LONGEST_REQUEST_S = 30.0
#: What the rollbacks wait for the cancellations, which go out before them.
_HEAD_START_S = 1.0
#: What a rollback and its verification take besides `stable_for`, kept back of the deadline.
_VERIFY_S = 20.0
#: How often Railway is asked to cancel one deployment.
_MOST_CANCELS = 6
_LONGEST_PAUSE_S = 30.0

Plan = Callable[[Mapping[str, Deployment]], RollBackTo | Keep]


@dataclass(slots=True)
class _Tries:
    """How often something was tried with a deployment, and from when on it may be once more."""

    count: int = 0
    again_s: float = 0.0

    def done(self, now_s: float, *, is_final: bool, pause_s: float = 0.0) -> None:
        """Count a try; the next one comes after `pause_s` at least, later each time, or never."""
        self.count += 1
        pause_s = max(pause_s, min(_LONGEST_PAUSE_S, _LOOK_EVERY_S * 2.0 ** (self.count - 1)))
        self.again_s = math.inf if is_final else now_s + pause_s


class CommitRemoval:
    """The rest of a run that has condemned a commit; `plan` chooses targets for what serves."""

    def __init__(
        self, tools: Tools, task: Task, run: RunState, recovery: Recovery, plan: Plan
    ) -> None:
        self._tools = tools
        self._task = task
        self._run = run
        self._recovery = recovery
        self._plan = plan
        self._cancels: defaultdict[str, _Tries] = defaultdict(_Tries)
        """By the id of the deployment that Railway was asked to cancel."""
        self._rollbacks: defaultdict[str, _Tries] = defaultdict(_Tries)
        """By the id of the deployment that a plan was made for."""

    def run(self) -> None:
        """
        Carry the run's plan out, and go on until nothing of the commit is live or on its way.

        What was kept back or not sent for a reason that may pass is planned again. It ends earlier
        where nothing is left that this run may change, or its time is up.
        """
        left = remainders(self._run.fleet, self._run.condemned)
        until_s = self._recovery.until_s - self._task.limits.stable_for_s - _VERIFY_S
        self._stop(left, _HEAD_START_S)
        self._carry_out(_serving(left))
        while True:
            fleet = self._recovery.read()
            if isinstance(fleet, Unobserved):
                text = f"could not determine whether this commit still runs: {fleet.explained}"
                self._tools.journal.note("warning", text)
                if self._tools.clock.now_s() >= until_s:
                    return
                self._tools.clock.sleep(_LOOK_EVERY_S)
                continue
            self._run.fleet = fleet
            self._run.condemned = spread(fleet, self._run.condemned)
            left = remainders(fleet, self._run.condemned)
            self._note_stopped(left, fleet)
            due = self._due(_serving(left))
            self._stop(left, _HEAD_START_S if due else _LONGEST_REQUEST_S)
            self._put_back(due)
            if due and self._tools.clock.now_s() < until_s:
                continue
            if not self._is_open(left) or self._tools.clock.now_s() >= until_s:
                self._note_refused(left)
                return
            waiting = ", ".join(f"{name} {item.remainder}" for name, item in left.items())
            rest_s = until_s - self._tools.clock.now_s()
            self._tools.journal.waiting(waiting, 0.0, rest_s)
            self._tools.clock.sleep(min(_LOOK_EVERY_S, rest_s))

    def _due(self, serving: Mapping[str, Deployment]) -> dict[str, Deployment]:
        now_s = self._tools.clock.now_s()
        return {n: d for n, d in serving.items() if self._rollbacks[d.id].again_s <= now_s}

    def _put_back(self, serving: Mapping[str, Deployment]) -> None:
        """Roll back what came after all, what a newer one gave back, what was not sent before."""
        if not serving:
            return
        first = self._run.plan
        self._recovery.accept_plan(self._plan(serving))
        self._carry_out(serving)
        latest = self._run.plan
        if isinstance(first, RollBackTo):
            new = latest.moves if isinstance(latest, RollBackTo) else ()
            moves = {m.service.name: m for m in (*first.moves, *new)}
            self._run.plan = RollBackTo(tuple(moves.values()), latest.refusals)

    def _carry_out(self, serving: Mapping[str, Deployment]) -> None:
        """Carry the run's plan out, and keep which of what serves is settled by that."""
        self._recovery.carry_out()
        moves = self._run.plan.moves if isinstance(self._run.plan, RollBackTo) else ()
        serving = {**serving, **{move.service.name: move.condemned for move in moves}}
        now_s = self._tools.clock.now_s()
        for name, deployment in serving.items():
            self._rollbacks[deployment.id].done(now_s, is_final=self._is_settled(name))

    def _is_settled(self, name: str) -> bool:
        """Whether a mutation may have been sent for a service, or must never be."""
        plan = self._run.plan
        if isinstance(plan, Keep):
            return not plan.may_pass
        result = self._run.results.get(name)
        is_moved = any(move.service.name == name for move in plan.moves)
        return is_moved and result is not None and result.outcome is not RestoreOutcome.STOPPED

    def _stop(self, left: Mapping[str, Left], within_s: float) -> None:
        """Have Railway cancel what is on its way, all at once; again where it still is."""
        if not self._task.policy.cancels:
            return
        now_s = self._tools.clock.now_s()
        coming = {
            name: item.deployment
            for name, item in left.items()
            if item.remainder is Remainder.COMING
            and self._cancels[item.deployment.id].again_s <= now_s
        }
        if not coming:
            return
        world, journal = self._tools.world, self._tools.journal
        for name, deployment in coming.items():
            journal.note("stop", f"cancelling deployment {deployment.id}", name)
        asks = {name: partial(self._cancel, d.id) for name, d in coming.items()}
        for name, answer in world.at_once(asks, within_s).items():
            self._take_in(name, coming[name], answer)

    def _take_in(
        self, name: str, deployment: Deployment, answer: ProviderError | Unobserved | None
    ) -> None:
        """Keep when Railway may be asked to cancel it again; cancelling twice does no harm."""
        tries = self._cancels[deployment.id]
        is_answered = answer is None or isinstance(answer, DeniedError)
        pause_s = answer.retry_after_s if isinstance(answer, RateLimitedError) else 0.0
        is_final = is_answered or tries.count + 1 >= _MOST_CANCELS
        tries.done(self._tools.clock.now_s(), is_final=is_final, pause_s=pause_s)
        if answer is not None:
            text = f"Railway did not confirm the cancellation: {answer.explained}"
            self._tools.journal.note("warning", f"{text}; following the deployment", name)

    def _cancel(self, deployment_id: str) -> ProviderError | None:
        """Ask once; Railway's state tells what came of it."""
        try:
            self._tools.world.cancel(deployment_id)
        except ProviderError as error:
            return error
        except Exception as error:
            return UnknownOutcomeError(f"unexpected error ({type(error).__name__}: {error})")
        return None

    def _is_open(self, left: Mapping[str, Left]) -> bool:
        """Whether something may still change that this run would have to act on."""
        return any(
            item.remainder in (Remainder.COMING, Remainder.AWAITS_NEWER)
            or self._rollbacks[item.deployment.id].again_s < math.inf
            for item in left.values()
        )

    def _note_stopped(self, left: Mapping[str, Left], fleet: Fleet) -> None:
        for name, condemned in self._run.condemned.items():
            if condemned.id not in self._cancels or name in self._run.stops:
                continue
            item = left.get(name)
            if item is not None and item.remainder is Remainder.COMING:
                continue
            shown = fleet[name].find(condemned.id)
            word = (shown.status_word or shown.status) if shown else "gone"
            outcome = StopOutcome.STOPPED if item is None else StopOutcome.WENT_LIVE
            self._note(name, condemned, outcome, f"Railway shows it {word}")

    def _note_refused(self, left: Mapping[str, Left]) -> None:
        for name, item in left.items():
            if item.remainder is Remainder.COMING:
                self._note(name, item.deployment, StopOutcome.REFUSED, "it is still on its way")

    def _note(self, name: str, deployment: Deployment, outcome: StopOutcome, reason: str) -> None:
        result = StopResult(deployment.id, outcome, reason)
        self._run.stops = {**self._run.stops, name: result}
        self._tools.journal.note(f"stop {outcome}", f"deployment {deployment.id}: {reason}", name)


def _serving(left: Mapping[str, Left]) -> dict[str, Deployment]:
    return {n: item.deployment for n, item in left.items() if item.remainder is Remainder.SERVES}
