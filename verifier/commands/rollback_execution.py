"""Carries out a rollback: re-reads before each mutation, and believes what Railway then shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from verifier.commands.claims import TAKEN, Claims
from verifier.commands.ports import Tools, attempt
from verifier.commands.retries import persist
from verifier.decide.gate.move_status import NotDue, Ready, restored_by, still_due
from verifier.errors import (
    DeniedError,
    ProviderError,
    RateLimitedError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Limits, Move, RestoreMethod, RollBackTo

_LOOK_EVERY_S = 0.5
_LONGEST_REQUEST_S = 75.0
#: A request that is not answered by a clean yes and has changed nothing for so long did nothing.
_QUIET_S = 20.0
#: A claim is used within this time, so that nobody who respects it can overlap with its request.
_FRESH_S = 10.0
_AGAIN_WITHIN_S = 5.0
#: Railway may ask for pauses of so long in all before a request counts as unclear.
_PAUSES_S = 10.0
_SHORTEST_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class _Sent:
    """A move that Railway has, or may have, begun."""

    move: Move
    known: frozenset[str]
    """Ids of the deployments that were there before."""
    answered_s: float
    outcome: RestoreOutcome = RestoreOutcome.RESTORED
    """What it is once Railway shows it."""
    doubt: str = ""
    """What Railway answered in place of a clean yes."""


class RollbackExecution:
    """
    The rollbacks of one run. Their results say at any moment what has been set in motion.

    A move is claimed before Railway is asked, so that of several runs one makes it, and recorded
    as `unknown`, so that an interrupted run tells of it. `until_s` is when it must end.
    """

    def __init__(self, tools: Tools, limits: Limits, *, is_in_order: bool, until_s: float) -> None:
        self._tools = tools
        self._limits = limits
        self._is_in_order = is_in_order
        self._until_s = until_s
        self._claims = Claims(tools, limits, until_s)
        self.results: dict[str, RollbackResult] = {}
        """By service name."""
        self.deployments: dict[str, Deployment] = {}
        """What serves again, by service name, where Railway shows it."""

    def run(self, plan: RollBackTo) -> None:
        """
        Make every move of the plan, side by side unless an order was asked for, then wait for all.

        A move that cannot be made does not keep the others from being made. One that Railway has
        shown to have had no effect is made once more.
        """
        sent = [item for step in self._steps(plan.moves) for item in self._make(step)]
        self._await(sent)

    def _steps(self, moves: Sequence[Move]) -> Iterator[Sequence[Move]]:
        if self._is_in_order:
            yield from ([move] for move in moves)
        else:
            yield moves

    def _make(self, moves: Sequence[Move]) -> list[_Sent]:
        """Claim these moves, and make each as soon as its claim is decided."""
        return [
            item
            for claims in self._claims.each(moves)
            for item in self._make_claimed([m for m in moves if m.service.name in claims], claims)
        ]

    def _make_claimed(self, moves: Sequence[Move], claims: Mapping[str, Claim]) -> list[_Sent]:
        """See that these moves are still due, and ask Railway for those that are granted."""
        claimed_s = self._now_s()
        fleet = self._read(moves, self._limits.restore_within_s)
        if self._now_s() - claimed_s > _FRESH_S and not isinstance(fleet, Unobserved):
            return self._make(moves)
        if isinstance(fleet, Unobserved):
            for move in moves:
                self._record(move, RestoreOutcome.STOPPED, fleet.explained)
            return []
        sent: list[_Sent] = []
        due: list[Move] = []
        for move in moves:
            state = fleet[move.service.name]
            if state.unread:
                self._record(move, RestoreOutcome.STOPPED, state.unread)
                continue
            known = frozenset(d.id for d in state.deployments)
            match still_due(state, move):
                case NotDue(reason, by):
                    self._record(move, RestoreOutcome.STOPPED, reason)
                    if by is not None:
                        known -= {by.id}
                        sent.append(_Sent(move, known, self._now_s(), RestoreOutcome.ADOPTED))
                case Ready() if claims[move.service.name] is not Claim.GRANTED:
                    self._record(move, RestoreOutcome.STOPPED, TAKEN[claims[move.service.name]])
                case Ready():
                    due.append(move)
        return sent + self._send(due, fleet)

    def _send(self, moves: Sequence[Move], fleet: Fleet) -> list[_Sent]:
        for move in moves:
            text = f"from {move.condemned.id} to {_label(move.target)}: asking Railway now"
            self._record(move, RestoreOutcome.UNKNOWN, text, event="rollback")
        known = {name: frozenset(d.id for d in state.deployments) for name, state in fleet.items()}
        asks = {m.service.name: partial(self._ask, m, known[m.service.name]) for m in moves}
        answers = self._tools.world.at_once(asks, min(_LONGEST_REQUEST_S, self._left_s()))
        now_s = self._now_s()
        sent: list[_Sent] = []
        denied: list[Move] = []
        for move in moves:
            name = move.service.name
            match answers[name]:
                case DeniedError() as error:
                    self._record(move, RestoreOutcome.REFUSED, error.explained)
                    if move.methods[1:]:
                        denied.append(replace(move, methods=move.methods[1:]))
                case ProviderError() as error:
                    text = f"{error.explained}; looking at what Railway shows"
                    self._record(move, RestoreOutcome.UNKNOWN, text)
                    sent.append(_Sent(move, known[name], now_s, doubt=error.explained))
                case Unobserved() as late:
                    self._record(move, RestoreOutcome.UNKNOWN, f"no answer: {late.explained}")
                    sent.append(_Sent(move, known[name], now_s, doubt=late.explained))
                case None:
                    sent.append(_Sent(move, known[name], now_s))
        # A request without an answer may still be on its way: its claim stays held.
        self._claims.settle(
            [m for m in moves if not isinstance(answers[m.service.name], Unobserved)]
        )
        # Nothing was done, so asking in another way is no second rollback.
        return sent + (self._make(denied) if denied else [])

    def _ask(self, move: Move, known: frozenset[str]) -> ProviderError | None:
        """Ask Railway once; again only where it asked for a pause and then shows no effect."""
        world = self._tools.world
        by_rollback = move.methods[0] is RestoreMethod.ROLLBACK
        until_s = self._now_s() + min(_PAUSES_S, self._left_s())
        while True:
            try:
                (world.roll_back if by_rollback else world.redeploy)(move.target.id)
            except RateLimitedError as error:
                pause_s = max(error.retry_after_s, _SHORTEST_PAUSE_S)
                if self._now_s() + pause_s > until_s:
                    return error
                self._tools.clock.sleep(pause_s)
                fleet = self._read([move], _AGAIN_WITHIN_S)
                if isinstance(fleet, Unobserved) or not _is_unchanged(fleet, move, known):
                    return error
            except ProviderError as error:
                return error
            except Exception as error:
                # An error that nobody foresaw says nothing of what Railway did.
                return UnknownOutcomeError(f"unexpected error ({type(error).__name__}: {error})")
            else:
                return None

    def _read(self, moves: Sequence[Move], within_s: float) -> Fleet | Unobserved:
        """Read until Railway shows all these services; in the end without some of them."""
        names = [move.service.name for move in moves]
        tools = self._tools

        def shown() -> Fleet:
            fleet = tools.world.states(names)
            if missing := next((s.unread for s in fleet.values() if s.unread), ""):
                raise UnreachableError(missing)
            return fleet

        limit_s = min(within_s, self._left_s())
        fleet = persist(shown, tools.clock, limit_s, tools.journal)
        return (
            attempt(lambda: tools.world.states(names)) if isinstance(fleet, Unobserved) else fleet
        )

    def _await(self, sent: Sequence[_Sent]) -> None:
        """Wait until each move has ended; one without effect is made again and waits for none."""
        tools, started_s = self._tools, self._now_s()
        repeated: set[str] = set()
        open_ = list(sent)
        while open_:
            names = [item.move.service.name for item in open_]
            fleet = attempt(partial(tools.world.states, names))
            vain = [item for item in open_ if self._is_without_effect(item, fleet)]
            for item in vain:
                self._record(item.move, RestoreOutcome.REFUSED, item.doubt)
            open_ = [i for i in open_ if i not in vain and not self._has_ended(i, fleet)]
            again = [i.move for i in vain if i.move.service.name not in repeated]
            if again:
                repeated.update(move.service.name for move in again)
                open_ += self._make(again)
            if open_:
                waited_s = self._now_s() - started_s
                tools.journal.waiting(
                    "the rollback at Railway", waited_s, self._limits.restore_within_s
                )
                tools.clock.sleep(_LOOK_EVERY_S)

    def _is_without_effect(self, item: _Sent, fleet: Fleet | Unobserved) -> bool:
        """Whether Railway has shown for a while that an unclear answer meant no."""
        if not item.doubt or isinstance(fleet, Unobserved):
            return False
        is_quiet = self._now_s() - item.answered_s >= _QUIET_S
        return is_quiet and _is_unchanged(fleet, item.move, item.known)

    def _has_ended(self, item: _Sent, fleet: Fleet | Unobserved) -> bool:
        name = item.move.service.name
        waited_s = self._now_s() - item.answered_s
        is_late = waited_s >= self._limits.restore_within_s or self._left_s() <= 0
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
            case None if is_late:
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
        self.results[name] = RollbackResult(
            move.target.id, deployment, outcome, reason, move.condemned.id
        )
        self._tools.journal.note(event or outcome, reason, name)

    def _now_s(self) -> float:
        return self._tools.clock.now_s()

    def _left_s(self) -> float:
        return max(0.0, self._until_s - self._now_s())


def _is_unchanged(fleet: Fleet, move: Move, known: frozenset[str]) -> bool:
    """Whether nothing has come of a move, and it is still due."""
    state = fleet[move.service.name]
    is_without_new = known.issuperset(d.id for d in state.deployments)
    return is_without_new and isinstance(still_due(state, move), Ready)


def _label(deployment: Deployment) -> str:
    commit = f" (commit {deployment.commit_sha[:8]})" if deployment.commit_sha else ""
    return f"{deployment.id}{commit}"
