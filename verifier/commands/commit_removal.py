"""Takes a condemned commit out: what serves goes back, what is on its way is cancelled."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from verifier.commands.ports import Tools
from verifier.commands.recovery import Recovery
from verifier.commands.run_state import RunState, Task
from verifier.decide.gate.arrival import locate
from verifier.decide.gate.hidden import Stake, is_given_up
from verifier.decide.gate.remainders import (
    Left,
    Remainder,
    is_wanted_commit,
    remainders,
)
from verifier.errors import DeniedError, ProviderError, RateLimitedError, UnknownOutcomeError
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.finding import Unobserved
from verifier.model.report import RestoreOutcome, StopOutcome, StopResult
from verifier.model.verdict import Keep, RollBackTo

#: The first pause before something is tried again; each further one is twice as long.
_FIRST_PAUSE_S = 2.0
_LONGEST_REQUEST_S = 30.0
#: What the rollbacks wait for the cancellations, which go out before them.
_HEAD_START_S = 1.0
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
        pause_s = max(pause_s, min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** (self.count - 1)))
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
        self._execution = recovery.execution
        self._plan = plan
        self._appears_by_s = recovery.until_s - task.limits.deadline_s + task.limits.appear_within_s
        self._cancels: defaultdict[str, _Tries] = defaultdict(_Tries)
        """By the id of the deployment that Railway was asked to cancel."""
        self._asked: dict[str, tuple[str, Deployment]] = {}
        """Those, with their service, until it is known what became of them."""
        self._hidden_s: dict[str, float] = {}
        """Since when Railway does not show a service, by name."""
        self._rollbacks: defaultdict[str, _Tries] = defaultdict(_Tries)
        """By the id of the deployment that a plan was made for."""

    def begin(self) -> None:
        """Carry the run's plan out, as far as it can be asked for now."""
        left = remainders(self._run.fleet, self._run.current.condemned)
        self._stop(left, _HEAD_START_S)
        self._begin(_serving(left))

    def step(self, fleet: Fleet, *, is_alone: bool) -> bool:
        """
        Do what is due by what Railway shows now; return whether that was anything.

        What was kept back or not sent for a reason that may pass is planned again. Where it
        `is_alone`, nothing else waits while Railway is asked to cancel what is on its way.
        """
        current = self._run.current
        current.condemned = current.must_go(fleet, self._task.wanted)
        left = remainders(fleet, current.condemned)
        self._note_stopped(left, fleet)
        due = self._due(_serving(left))
        is_awaited = due or self._execution.moving or not is_alone
        self._stop(left, _HEAD_START_S if is_awaited else _LONGEST_REQUEST_S)
        self._put_back(due)
        return bool(due)

    def still_to_come(self, fleet: Fleet, awaited: Collection[str]) -> str:
        """
        Say what may still change that this run would have to act on; empty if nothing.

        In the services `awaited` a newer deployment is not waited for: the run itself judges it.
        """
        left = remainders(fleet, self._run.current.condemned)
        if not self._is_open(left, fleet, awaited):
            return ""
        words = [f"{name} {item.remainder}" for name, item in left.items()]
        return ", ".join(words) or "whether the commit appears in any other service"

    def give_up(self) -> None:
        """Keep what could not be cancelled."""
        for name, item in remainders(self._run.fleet, self._run.current.condemned).items():
            for deployment in item.coming:
                self._note(name, deployment, StopOutcome.REFUSED, "it is still on its way")

    def _is_missing(self, state: ServiceState) -> bool:
        """Whether a service has no deployment yet of the commit that is condemned and wanted."""
        wanted = self._task.wanted
        is_wanted = is_wanted_commit(self._run.fleet, self._run.current.condemned, wanted)
        return is_wanted and not state.unread and locate(state, wanted) is None

    def _due(self, serving: Mapping[str, Deployment]) -> dict[str, Deployment]:
        """Return what serves and is not being put back, as far as it may be tried by now."""
        now_s, busy = self._tools.clock.now_s(), self._execution.moving
        return {
            name: d
            for name, d in serving.items()
            if name not in busy and self._again_s(name, d) <= now_s
        }

    def _again_s(self, name: str, deployment: Deployment) -> float:
        """Return from when on a plan may be made for it again; never once a move was sent."""
        result = self._run.results.get(name)
        was_sent = (
            result is not None
            and result.from_ == deployment.id
            and result.outcome is not RestoreOutcome.NOT_SENT
        )
        return math.inf if was_sent else self._rollbacks[deployment.id].again_s

    def _put_back(self, serving: Mapping[str, Deployment]) -> None:
        """Roll back what came after all, what a newer one gave back, what was not sent before."""
        if not serving:
            return
        first = self._run.current.plan
        self._recovery.accept_plan(self._plan(serving))
        self._begin(serving)
        self._run.current.plan = joined(first, self._run.current.plan)

    def _begin(self, serving: Mapping[str, Deployment]) -> None:
        """Begin the run's plan, and keep which of what serves is settled by that."""
        self._recovery.begin()
        moves = (
            self._run.current.plan.moves if isinstance(self._run.current.plan, RollBackTo) else ()
        )
        serving = {**serving, **{move.service.name: move.condemned for move in moves}}
        now_s = self._tools.clock.now_s()
        for name, deployment in serving.items():
            self._rollbacks[deployment.id].done(now_s, is_final=self._is_settled(name))

    def _is_settled(self, name: str) -> bool:
        """Whether a mutation may have been sent for a service, or must never be."""
        plan = self._run.current.plan
        if isinstance(plan, Keep):
            return not plan.may_pass
        result = self._run.results.get(name)
        is_moved = any(move.service.name == name for move in plan.moves)
        return is_moved and result is not None and result.outcome is not RestoreOutcome.NOT_SENT

    def _stop(self, left: Mapping[str, Left], within_s: float) -> None:
        """Have Railway cancel what is on its way, all at once; again where it still is."""
        if not self._task.policy.cancels:
            return
        now_s = self._tools.clock.now_s()
        coming = {
            deployment.id: (name, deployment)
            for name, item in left.items()
            for deployment in item.coming
            if self._cancels[deployment.id].again_s <= now_s
        }
        if not coming:
            return
        world, journal = self._tools.world, self._tools.journal
        for name, deployment in coming.values():
            journal.note("stop", f"cancelling deployment {deployment.id}", name)
        self._asked |= coming
        asks = {id_: partial(self._cancel, id_) for id_ in coming}
        for id_, answer in world.at_once(asks, within_s).items():
            self._take_in(*coming[id_], answer)

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

    def _is_open(self, left: Mapping[str, Left], fleet: Fleet, awaited: Collection[str]) -> bool:
        """
        Whether something may still change that this run would have to act on.

        A service that Railway does not show may have the commit as well, until it is given up; one
        that has no deployment of it yet may get one.
        """
        now_s, limits = self._tools.clock.now_s(), self._task.limits
        left_s = self._recovery.until_s - limits.verify_s - now_s
        hidden = [name for name, state in fleet.items() if state.unread or state.is_stale]
        self._hidden_s = {name: self._hidden_s.get(name, now_s) for name in hidden}
        stakes = {n: Stake.RUNS_IT if n in left else Stake.MAY_BE_CONDEMNED for n in hidden}
        gone = {
            name
            for name, since_s in self._hidden_s.items()
            if is_given_up(stakes[name], now_s - since_s, left_s, limits)
        }
        if now_s < self._appears_by_s and any(self._is_missing(s) for s in fleet.values()):
            return True
        return any(
            item.coming
            or item.remainder is Remainder.AWAITS_NEWER
            or self._again_s(name, item.deployment) < math.inf
            for name, item in left.items()
            if name not in gone and not _is_left_to_judging(item, name in awaited)
        ) or any(name not in gone for name in hidden)

    def _note_stopped(self, left: Mapping[str, Left], fleet: Fleet) -> None:
        """Keep what became of each deployment that Railway was asked to cancel."""
        for id_, (name, asked) in list(self._asked.items()):
            item = left.get(name)
            if item is not None and id_ in {d.id for d in item.coming}:
                continue
            del self._asked[id_]
            shown = fleet[name].find(id_)
            word = (shown.status_word or shown.status) if shown else "gone"
            is_live = item is not None and item.deployment.id == id_
            outcome = StopOutcome.WENT_LIVE if is_live else StopOutcome.STOPPED
            self._note(name, asked, outcome, f"Railway shows it {word}")

    def _note(self, name: str, deployment: Deployment, outcome: StopOutcome, reason: str) -> None:
        result = StopResult(deployment.id, outcome, reason)
        self._run.stops = {**self._run.stops, name: result}
        self._tools.journal.note(f"stop {outcome}", f"deployment {deployment.id}: {reason}", name)


def joined(first: RollBackTo | Keep, latest: RollBackTo | Keep) -> RollBackTo | Keep:
    """Return the latest plan of a judgement with the moves of the one before."""
    if not isinstance(first, RollBackTo):
        return latest
    new = latest.moves if isinstance(latest, RollBackTo) else ()
    moves = {m.service.name: m for m in (*first.moves, *new)}
    return RollBackTo(tuple(moves.values()), latest.refusals)


def _serving(left: Mapping[str, Left]) -> dict[str, Deployment]:
    return {n: item.deployment for n, item in left.items() if item.remainder is Remainder.SERVES}


def _is_left_to_judging(item: Left, is_awaited: bool) -> bool:
    return is_awaited and item.remainder is Remainder.AWAITS_NEWER and not item.coming
