"""Carries out a rollback: re-reads before each mutation, and believes what Railway then shows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from verifier.commands.claims import TAKEN, Claims, is_lost
from verifier.commands.ports import Tools
from verifier.commands.rollback_requests import Request, RollbackRequests
from verifier.decide.gate.hidden import Stake, is_given_up
from verifier.decide.gate.move_status import (
    Held,
    MoveStage,
    NotDue,
    Open,
    Ready,
    Sent,
    Unseen,
    begun_by,
    is_once_more,
    is_ours_now,
    made_by,
    next_try,
    restored_by,
    still_due,
    why_in_vain,
)
from verifier.errors import DeniedError, without_doubt
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Limits, Move, RollBackTo

_LOOK_EVERY_S = 0.5
#: So long is an answer waited for before anything else; one that comes later is taken in then.
_ANSWER_WITHIN_S = 1.0
#: So long where the next service has to wait for it.
_IN_ORDER_WITHIN_S = 10.0
_NO_ANSWER = "Railway did not answer"
#: A request that Railway answered oddly and that has changed nothing for so long did nothing.
_QUIET_S = 20.0
#: A claim is used within this time, so that nobody who respects it can overlap with its request.
_FRESH_S = 10.0


class RollbackExecution:
    """
    The rollbacks of one run. Their results say at any moment what has been set in motion.

    A move is claimed before Railway is asked, so that of several runs one makes it, and recorded
    as `unknown`, so that an interrupted run tells of it. `object_to` says, by service name, why
    moves are not to be tried (again) by now. `until_s` is when it must end.
    """

    def __init__(
        self,
        tools: Tools,
        limits: Limits,
        object_to: Callable[[Sequence[Move]], Mapping[str, str]],
        *,
        is_in_order: bool,
        until_s: float,
    ) -> None:
        self._tools = tools
        self._limits = limits
        self._object_to = object_to
        self._is_in_order = is_in_order
        self._until_s = until_s
        self.claims = Claims(tools, until_s)
        self.results: dict[str, RollbackResult] = {}
        """By service name."""
        self.deployments: dict[str, Deployment] = {}
        """What serves again, by service name, where Railway shows it."""
        self._open: list[Open] = []
        self._requests = RollbackRequests(tools, until_s)
        self._unanswered: dict[str, Request] = {}
        """By service name."""
        self._begun_s = 0.0
        self._is_apart = False
        """Whether this round of requests was kept apart from those of other runs."""
        self._repeats: Counter[str] = Counter()
        """How often the move of a service was sent once more, by its name."""
        self._left_to_others: set[str] = set()
        """Services whose move was made after somebody else's rollback had come to nothing."""
        self._shown_again_s: dict[str, float] = {}
        """Until when Railway did not show a service that moves, by name."""

    @property
    def moving(self) -> frozenset[str]:
        """Services whose moves have not ended yet."""
        return frozenset(item.move.service.name for item in self._open)

    def begin(self, plan: RollBackTo) -> None:
        """
        Ask for every move of the plan, side by side unless an order was asked for.

        A move that cannot be made does not keep the others from being made.
        """
        self._begun_s, self._is_apart = self._now_s(), False
        for step in [[move] for move in plan.moves] if self._is_in_order else [plan.moves]:
            self._open += self._make(step)

    def follow(self, fleet: Fleet | Unobserved) -> None:
        """
        Record what has become of the moves, by what Railway shows now.

        One whose service was not shown is made as soon as it is; one that Railway has shown to
        have had no effect is made once more.
        """
        self._is_apart = False
        became = [(item, self._became(item, fleet)) for item in self._answered(self._open)]
        due = [item for item, now in became if now is MoveStage.DUE]
        left = [item.move for item, now in became if now is MoveStage.LEFT]
        for item, now in became:
            if now is not MoveStage.OPEN:
                self._unanswered.pop(item.move.service.name, None)
        self._open = [item for item, now in became if now is MoveStage.OPEN]
        if left:
            claims = {move.service.name: self.claims.taken(move) for move in left}
            self._open += self._make_claimed(left, claims)
        self._open += self._try_now(due)

    def _try_now(self, due: Sequence[Open]) -> list[Open]:
        """Make what was planned a while ago, where nothing has come to be known against it."""
        moves: list[Move] = []
        for item in due:
            name = item.move.service.name
            is_half = any(r.outcome.is_back for n, r in self.results.items() if n != name)
            if move := next_try(item, repeats=self._repeats[name], is_half_made=is_half):
                self._repeats[name] += is_once_more(item)
                moves.append(move)
        against = self._object_to(moves) if moves else {}
        for move in (m for m in moves if m.service.name in against):
            self._record(move, RestoreOutcome.NOT_SENT, against[move.service.name])
        still = [move for move in moves if move.service.name not in against]
        return self._make(still) if still else []

    def pause(self) -> None:
        """Wait a moment where moves have not ended yet."""
        if self._open:
            waited_s, limit_s = self._now_s() - self._begun_s, self._limits.restore_within_s
            self._tools.journal.waiting("the rollback at Railway", waited_s, limit_s)
            self._tools.clock.sleep(_LOOK_EVERY_S)

    def _make(self, moves: Sequence[Move]) -> list[Open]:
        """Claim these moves, and make those that no other run has claimed."""
        claims, now_s = self.claims.ask(moves), self._now_s()
        mine = [move for move in moves if move.service.name in claims]
        held = [Held(move, now_s) for move in moves if move not in mine]
        return [*held, *(self._make_claimed(mine, claims) if mine else ())]

    def _make_claimed(self, moves: Sequence[Move], claims: Mapping[str, Claim]) -> list[Open]:
        """See that these moves are still due, and ask Railway for those that are granted."""
        claimed_s = self._now_s()
        fleet = self._requests.read(moves, self._limits.restore_within_s)
        if isinstance(fleet, Unobserved):
            for move in moves:
                self._record(move, RestoreOutcome.NOT_SENT, fleet.explained)
            return []
        sent: list[Open] = []
        due: list[Move] = []
        for move in moves:
            state = fleet[move.service.name]
            if state.unread:
                self._record(move, RestoreOutcome.NOT_SENT, f"not sent yet: {state.unread}")
                sent.append(Unseen(move, claimed_s, state.unread))
                continue
            known = frozenset(d.id for d in state.deployments)
            match still_due(state, move):
                case NotDue(reason, by):
                    self._record(move, RestoreOutcome.NOT_SENT, reason)
                    if by is not None:
                        known -= {by.id}
                        sent.append(Sent(move, known, self._now_s(), RestoreOutcome.ADOPTED))
                case Ready() if claims[move.service.name] is not Claim.GRANTED:
                    self._record(move, RestoreOutcome.NOT_SENT, TAKEN[claims[move.service.name]])
                case Ready():
                    due.append(move)
        if due and self.claims.is_away and not self._is_apart:
            self._is_apart = True
            self.claims.keep_apart()
            return sent + self._make_claimed(due, claims)
        if due and self._now_s() - claimed_s > _FRESH_S:
            return sent + self._make(due)
        return sent + self._send(due, fleet)

    def _send(self, moves: Sequence[Move], fleet: Fleet) -> list[Open]:
        for move in moves:
            text = f"back to {move.target.named_by_commit}: asking Railway now"
            self._record(move, RestoreOutcome.UNKNOWN, text, event="rollback")
        within_s = _IN_ORDER_WITHIN_S if self._is_in_order else _ANSWER_WITHIN_S
        requests = self._requests.send(moves, fleet, within_s) if moves else []
        self._unanswered |= {request.move.service.name: request for request in requests}
        now_s = self._now_s()
        sent = [
            Sent(r.move, r.known, now_s, doubt=_NO_ANSWER, quiet_from_s=r.ended_s) for r in requests
        ]
        return self._answered(sent)

    def _answered(self, items: Sequence[Open]) -> list[Open]:
        """Return them with what Railway has answered since; what it then shows decides."""
        names = {item.move.service.name for item in items}
        done = {n: r for n, r in self._unanswered.items() if n in names and r.is_answered}
        for name in done:
            del self._unanswered[name]
        # A request without an answer may still be on its way: its claim stays held.
        self.claims.settle([r.move for r in done.values() if not is_lost(r.answer)])
        return [
            self._with_answer(item, done[item.move.service.name])
            if isinstance(item, Sent) and item.move.service.name in done
            else item
            for item in items
        ]

    def _with_answer(self, item: Sent, request: Request) -> Sent:
        now_s, error = self._now_s(), request.answer
        if error is None:
            return replace(item, since_s=now_s, doubt="", quiet_from_s=0.0)
        # A refusal, too, is what Railway says.
        text = f"{error.explained}; looking at what Railway shows"
        self._record(item.move, RestoreOutcome.UNKNOWN, text)
        doubted_s = min(_QUIET_S, self._limits.restore_within_s / 3)
        return replace(
            item,
            since_s=now_s,
            doubt=error.explained,
            quiet_from_s=request.ended_s if is_lost(error) else now_s + doubted_s,
            is_denied=isinstance(error, DeniedError),
            is_answered=not is_lost(error),
        )

    def _became(self, item: Open, fleet: Fleet | Unobserved) -> MoveStage:
        """Say, and record, what has become of a move; its limit begins once Railway shows it."""
        limits, name, now_s = self._limits, item.move.service.name, self._now_s()
        state = None if isinstance(fleet, Unobserved) else fleet[name]
        state = None if state is None or state.unread or state.is_stale else state
        waited_s = now_s - max(item.since_s, self._shown_again_s.get(name, 0.0))
        if state is None:
            self._shown_again_s[name] = now_s
            left_s = self._until_s - limits.verify_s - now_s
            is_late = is_given_up(Stake.RUNS_IT, now_s - item.since_s, left_s, limits)
        else:
            is_late = waited_s >= limits.restore_within_s or self._left_s() <= 0
        if isinstance(item, Held):
            is_over = state is not None and isinstance(still_due(state, item.move), NotDue)
            if is_over or self._left_s() <= 0:
                return MoveStage.LEFT
            return MoveStage.DUE if self.claims.has_expired(item.move) else MoveStage.OPEN
        if isinstance(item, Unseen):
            if state:
                return MoveStage.DUE
            if is_late:
                self._record(item.move, RestoreOutcome.NOT_SENT, item.reason)
            return MoveStage.ENDED if is_late else MoveStage.OPEN
        if state and is_ours_now(state, item) and name not in self._left_to_others:
            self._left_to_others.add(name)
            self._tools.journal.note("rollback", "the other rollback came to nothing", name)
            return MoveStage.DUE
        match restored_by(state, item.move, item.known) if state else None:
            case Deployment() as found:
                self.deployments[name] = found
                outcome, text = made_by(found, item)
                self._record(item.move, outcome, text, found.id)
                return MoveStage.ENDED
            case str() as reason:
                self._record(item.move, RestoreOutcome.REFUSED, reason)
                return MoveStage.ENDED
            case None:
                pass
        if state and (why := why_in_vain(state, item, self._now_s())):
            self._record(item.move, RestoreOutcome.REFUSED, without_doubt(why))
            return MoveStage.DUE
        if is_late:
            text = f"Railway did not show it within {now_s - item.since_s:.0f} s"
            begun = begun_by(state, item.move, item.known) if state else None
            text += f", but shows {begun.id} {begun.status}" if begun else ""
            self._record(item.move, RestoreOutcome.UNKNOWN, text, begun.id if begun else "")
        return MoveStage.ENDED if is_late else MoveStage.OPEN

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
