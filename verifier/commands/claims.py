"""Of several runs that would make the same rollback, one does: each move is claimed before it."""

from collections.abc import Sequence
from functools import partial

from verifier.commands.ports import Tools, attempt
from verifier.commands.retries import attempt_source
from verifier.decide.gate.restored import Ready, still_due
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim
from verifier.model.verdict import Limits, Move

_WHOSE = {
    Claim.HELD: "another run is performing this rollback",
    Claim.SPENT: "an earlier run has asked Railway for this rollback",
}
TAKEN = {claim: f"{whose}, and Railway does not show it" for claim, whose in _WHOSE.items()}

_LOOK_EVERY_S = 0.5
#: GitHub is given so long for all claims; reading before writing has to do where it is silent.
_WITHIN_S = 5.0
#: How long a claim is respected while Railway shows nothing of it: a run that has not been heard
#: of has no request at Railway after the longest of them, sent ten seconds after its claim and
#: once more after a pause; one that was answered has none at all.
_RESPECTED_S = {Claim.HELD: 105.0, Claim.SPENT: 20.0}
_MOST_NUMBERS = 9


class Claims:
    """The claims of one run; each of its tries at a move has a number of its own."""

    def __init__(self, tools: Tools, limits: Limits, until_s: float) -> None:
        self._tools = tools
        self._limits = limits
        self._until_s = until_s
        self._numbers: dict[str, int] = {}
        """Of the latest try, by service name."""
        self._is_away = False

    def ask(self, moves: Sequence[Move]) -> dict[str, Claim]:
        """
        Ask for these moves, by service name; a claim of another run expires without an effect.

        Where the memory does not answer, reading before writing has to do.
        """
        claims: dict[str, Claim] = {}
        open_ = list(moves)
        while open_:
            claims.update(self._ask(open_))
            open_ = [
                move
                for move in open_
                if claims[move.service.name] is not Claim.GRANTED
                and self._numbers[move.service.name] < _MOST_NUMBERS
            ]
            open_ = self._expired(open_, claims) if open_ else []
        return claims

    def settle(self, moves: Sequence[Move]) -> None:
        """Leave word that Railway was asked and has answered; nothing waits long for that."""
        asks = {
            m.service.name: partial(self._settle, m.condemned.id, self._numbers[m.service.name])
            for m in moves
        }
        if not asks or self._is_away:
            return
        for name, settled in self._tools.world.at_once(asks, _WITHIN_S).items():
            if isinstance(settled, Unobserved):
                self._tools.journal.note("warning", settled.reason, name)

    def _settle(self, deployment_id: str, number: int) -> Unobserved | None:
        return attempt_source("claim", partial(self._tools.memory.settle, deployment_id, number))

    def _ask(self, moves: Sequence[Move]) -> dict[str, Claim]:
        for move in moves:
            self._numbers[move.service.name] = self._numbers.get(move.service.name, 0) + 1
        if self._is_away:
            return {move.service.name: Claim.GRANTED for move in moves}
        asks = {
            move.service.name: partial(
                self._claim, move.condemned.id, self._numbers[move.service.name]
            )
            for move in moves
        }
        limit_s = max(0.0, min(_WITHIN_S, self._until_s - self._tools.clock.now_s()))
        claims: dict[str, Claim] = {}
        for name, answer in self._tools.world.at_once(asks, limit_s).items():
            if isinstance(answer, Unobserved):
                self._is_away = True
                text = f"another run might roll back too: {answer.reason}"
                self._tools.journal.note("warning", text, name)
                claims[name] = Claim.GRANTED
            else:
                claims[name] = answer
        return claims

    def _claim(self, deployment_id: str, number: int) -> Claim | Unobserved:
        return attempt_source("claim", partial(self._tools.memory.claim, deployment_id, number))

    def _expired(self, moves: Sequence[Move], claims: dict[str, Claim]) -> list[Move]:
        """Wait, and return the moves of which nothing came while their claim was respected."""
        clock, journal = self._tools.clock, self._tools.journal
        for move in moves:
            journal.note("held", _WHOSE[claims[move.service.name]], move.service.name)
        started_s = clock.now_s()
        limit_s = min(
            max(_RESPECTED_S[claims[move.service.name]] for move in moves),
            self._limits.restore_within_s,
        )
        open_ = list(moves)
        while open_ and (waited_s := clock.now_s() - started_s) < limit_s:
            if clock.now_s() >= self._until_s:
                return []
            journal.waiting("another run's rollback", waited_s, limit_s)
            clock.sleep(_LOOK_EVERY_S)
            names = [move.service.name for move in open_]
            fleet = attempt(partial(self._tools.world.states, names))
            if not isinstance(fleet, Unobserved):
                open_ = [m for m in open_ if isinstance(still_due(fleet[m.service.name], m), Ready)]
        return open_
