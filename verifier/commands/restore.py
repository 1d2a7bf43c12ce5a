"""Carries out a rollback: re-reads before each mutation, and believes what Railway then shows."""

from dataclasses import dataclass, replace
from functools import partial

from verifier.commands.ports import Clock, Journal, Memory, World, attempt, when_allowed
from verifier.decide.gate.restored import Ready, restored_by, still_due
from verifier.errors import DeniedError, ProviderError, RateLimitedError, UnknownOutcomeError
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Limits, Move, RestoreMethod, RollBackTo

_LOOK_EVERY_S = 0.5
_MOST_CLAIMS = 3
#: A run that has not been heard of for this long has no request at Railway any more.
_LONGEST_REQUEST_S = 75.0

_TAKEN = {
    Claim.HELD: "other runs hold this rollback, and Railway does not show it",
    Claim.SPENT: "an earlier run has asked Railway for it, and Railway does not show it",
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """A move that Railway has, or may have, begun."""

    move: Move
    known: frozenset[str]
    """Ids of the deployments that were there before."""
    outcome: RestoreOutcome = RestoreOutcome.RESTORED
    """What it is once Railway shows it."""


class Restore:
    """
    One rollback. Its records say at any moment what has been set in motion.

    A move is claimed before Railway is asked, so that of several runs one makes it, and recorded
    as `unknown`, so that an interrupted run tells of it.
    """

    def __init__(
        self,
        world: World,
        memory: Memory,
        plan: RollBackTo,
        clock: Clock,
        journal: Journal,
        limits: Limits,
    ) -> None:
        self._world = world
        self._memory = memory
        self._plan = plan
        self._clock = clock
        self._journal = journal
        self._limits = limits
        self.records: dict[str, RollbackResult] = {}
        """By service name."""
        self.deployments: dict[str, Deployment] = {}
        """What serves again, by service name, where Railway shows it."""

    def run(self) -> None:
        """
        Make every move of the plan in its order, at most one mutation each, then wait for all.

        A move that cannot be made does not keep the others from being made.
        """
        sent = [self._send(move) for move in self._plan.moves]
        self._await([item for item in sent if item is not None])

    def _send(self, move: Move) -> _Sent | None:
        claim = self._claim(move)
        try:
            ask = partial(self._ask, move, claim)
            return when_allowed(ask, self._clock, self._limits.restore_within_s)
        except RateLimitedError as error:
            self._record(move, RestoreOutcome.REFUSED, error.message)
            return None

    def _ask(self, move: Move, claim: Claim) -> _Sent | None:
        """
        Read, and ask Railway for the move if it is still due.

        Raises:
            RateLimitedError: nothing was done.
        """
        state = self._read(move)
        if state is None:
            return None
        due = still_due(state, move)
        known = frozenset(d.id for d in state.deployments)
        if not isinstance(due, Ready):
            self._record(move, RestoreOutcome.STOPPED, due.reason)
            return _Sent(move, known - {due.by.id}, RestoreOutcome.ADOPTED) if due.by else None
        if claim is not Claim.GRANTED:
            self._record(move, RestoreOutcome.STOPPED, _TAKEN[claim])
            return None
        text = f"from {move.condemned.id} to {_label(move.target)}: asking Railway now"
        self._record(move, RestoreOutcome.UNKNOWN, text, event="rollback")
        try:
            self._mutate(move)
        except RateLimitedError:
            raise
        except UnknownOutcomeError as error:
            text = f"{error.message}; looking at what Railway shows"
            self._record(move, RestoreOutcome.UNKNOWN, text)
        except DeniedError as error:
            self._record(move, RestoreOutcome.REFUSED, error.message)
            rest = move.methods[1:]
            # Nothing was done, so asking in another way is no second rollback.
            return self._ask(replace(move, methods=rest), claim) if rest else None
        except ProviderError as error:
            self._record(move, RestoreOutcome.REFUSED, error.message)
            return None
        self._settle(move)
        return _Sent(move, known)

    def _mutate(self, move: Move) -> None:
        if move.methods[0] is RestoreMethod.ROLLBACK:
            self._world.roll_back(move.target.id)
        else:
            self._world.redeploy(move.target.id)

    def _read(self, move: Move) -> ServiceState | None:
        try:
            return self._world.fleet()[move.service.name]
        except RateLimitedError:
            raise
        except ProviderError as error:
            self._record(move, RestoreOutcome.STOPPED, error.message)
            return None

    def _claim(self, move: Move) -> Claim:
        """
        Ask for the move; wait for whoever holds it until that run must be dead.

        Where the memory does not answer, reading before writing has to do.
        """
        for attempt_number in range(1, _MOST_CLAIMS + 1):
            claim = attempt(partial(self._memory.claim, move.condemned.id, attempt_number))
            if isinstance(claim, Unobserved):
                text = f"another run could roll back too: {claim.reason}"
                self._journal.note("warning", text, move.service.name)
                return Claim.GRANTED
            if claim is not Claim.HELD or not self._wait_for_holder(move):
                return claim
        return Claim.HELD

    def _wait_for_holder(self, move: Move) -> bool:
        """Return whether nothing came of it for as long as a request can take."""
        self._journal.note("held", "another run is at this rollback", move.service.name)
        started_s = self._clock.now_s()
        limit_s = min(_LONGEST_REQUEST_S, self._limits.restore_within_s)
        while (waited_s := self._clock.now_s() - started_s) < limit_s:
            self._journal.waiting("another run's rollback", waited_s, limit_s)
            self._clock.sleep(_LOOK_EVERY_S)
            fleet = attempt(self._world.fleet)
            if isinstance(fleet, Unobserved):
                continue
            if not isinstance(still_due(fleet[move.service.name], move), Ready):
                return False
        return True

    def _settle(self, move: Move) -> None:
        settled = attempt(partial(self._memory.settle, move.condemned.id))
        if isinstance(settled, Unobserved):
            self._journal.note("warning", settled.reason, move.service.name)

    def _await(self, sent: list[_Sent]) -> None:
        started_s = self._clock.now_s()
        limit_s = self._limits.restore_within_s
        while sent:
            fleet = attempt(self._world.fleet)
            waited_s = self._clock.now_s() - started_s
            sent = [item for item in sent if not self._has_ended(item, fleet, waited_s)]
            if sent:
                self._journal.waiting("the rollback at Railway", waited_s, limit_s)
                self._clock.sleep(_LOOK_EVERY_S)

    def _has_ended(self, item: _Sent, fleet: Fleet | Unobserved, waited_s: float) -> bool:
        name = item.move.service.name
        found = (
            None
            if isinstance(fleet, Unobserved)
            else restored_by(fleet[name], item.move, item.known)
        )
        match found:
            case Deployment():
                self.deployments[name] = found
                text = f"Railway shows {_label(found)} active"
                self._record(item.move, item.outcome, text, found.id)
            case str():
                self._record(item.move, RestoreOutcome.REFUSED, found)
            case None if waited_s >= self._limits.restore_within_s:
                text = f"Railway did not show it within {self._limits.restore_within_s:.0f} s"
                self._record(item.move, RestoreOutcome.UNKNOWN, text)
            case None:
                return False
        return True

    def _record(
        self,
        move: Move,
        outcome: RestoreOutcome,
        reason: str,
        deployment: str = "",
        *,
        event: str = "",
    ) -> None:
        name = move.service.name
        self.records[name] = RollbackResult(
            move.target.id, deployment, outcome, reason, move.condemned.id
        )
        self._journal.note(event or outcome, reason, name)


def _label(deployment: Deployment) -> str:
    commit = f" (commit {deployment.commit_sha[:12]})" if deployment.commit_sha else ""
    return f"{deployment.id}{commit}"
