"""Takes a condemned commit out: what serves goes back, what is on its way is cancelled."""

from collections.abc import Callable, Mapping
from functools import partial

from verifier.commands.ports import Tools
from verifier.commands.recovery import Recovery
from verifier.commands.run_state import RunState, Task
from verifier.decide.gate.remainders import Left, Remainder, remainders, spread
from verifier.errors import ProviderError
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.report import StopOutcome, StopResult
from verifier.model.verdict import Keep, RollBackTo

#: What is followed is looked at so often; Railway's news would tell no sooner.
_LOOK_EVERY_S = 2.0
_LONGEST_REQUEST_S = 30.0
#: What a rollback and its verification take besides `stable_for`, kept back of the deadline.
_VERIFY_S = 20.0

Plan = Callable[[Mapping[str, Deployment]], RollBackTo | Keep]


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
        self._asked: set[str] = set()
        """Deployments that Railway was asked to cancel."""
        self._planned: set[str] = set()
        """Deployments that a plan was made for."""

    def run(self) -> None:
        """
        Carry the run's plan out, and go on until nothing of the commit is live or on its way.

        It ends earlier where nothing is left that this run may change, or its time is up.
        """
        serving = remainders(self._run.fleet, self._run.condemned).values()
        self._planned = {i.deployment.id for i in serving if i.remainder is Remainder.SERVES}
        until_s = self._recovery.until_s - self._task.limits.stable_for_s - _VERIFY_S
        self._recovery.carry_out()
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
            self._stop(left)
            self._put_back(left)
            if not _is_open(left) or self._tools.clock.now_s() >= until_s:
                self._note_refused(left)
                return
            waiting = ", ".join(f"{name} {item.remainder}" for name, item in left.items())
            rest_s = until_s - self._tools.clock.now_s()
            self._tools.journal.waiting(waiting, 0.0, rest_s)
            self._tools.clock.sleep(min(_LOOK_EVERY_S, rest_s))

    def _put_back(self, left: Mapping[str, Left]) -> None:
        """Roll back what came after all, or what a newer deployment gave back."""
        serving = {
            name: item.deployment
            for name, item in left.items()
            if item.remainder is Remainder.SERVES and item.deployment.id not in self._planned
        }
        if not serving:
            return
        self._planned |= {deployment.id for deployment in serving.values()}
        first = self._run.plan
        self._recovery.accept_plan(self._plan(serving))
        self._recovery.carry_out()
        if isinstance(first, RollBackTo) and isinstance(self._run.plan, RollBackTo):
            moves = {m.service.name: m for m in (*first.moves, *self._run.plan.moves)}
            self._run.plan = RollBackTo(tuple(moves.values()), self._run.plan.refusals)

    def _stop(self, left: Mapping[str, Left]) -> None:
        """Have Railway cancel what is on its way, each once, all at the same moment."""
        coming = {
            name: item.deployment
            for name, item in left.items()
            if item.remainder is Remainder.COMING and item.deployment.id not in self._asked
        }
        if not coming or not self._task.policy.cancels:
            return
        world, journal = self._tools.world, self._tools.journal
        for name, deployment in coming.items():
            journal.note("stop", f"cancelling deployment {deployment.id}", name)
            self._asked.add(deployment.id)
        asks = {name: partial(self._cancel, d.id) for name, d in coming.items()}
        for name, problem in world.at_once(asks, _LONGEST_REQUEST_S).items():
            if problem is not None:
                reason = problem.explained if isinstance(problem, Unobserved) else problem
                text = f"Railway did not confirm the cancellation: {reason}"
                journal.note("warning", f"{text}; following the deployment", name)

    def _cancel(self, deployment_id: str) -> str | None:
        """Ask once; Railway's state tells what came of it."""
        try:
            self._tools.world.cancel(deployment_id)
        except ProviderError as error:
            return error.explained
        except Exception as error:
            return f"unexpected error ({type(error).__name__}: {error})"
        return None

    def _note_stopped(self, left: Mapping[str, Left], fleet: Fleet) -> None:
        for name, condemned in self._run.condemned.items():
            if condemned.id not in self._asked or name in self._run.stops:
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


def _is_open(left: Mapping[str, Left]) -> bool:
    """Whether something may still change that this run would have to act on."""
    return any(
        item.remainder in (Remainder.COMING, Remainder.AWAITS_NEWER) for item in left.values()
    )
