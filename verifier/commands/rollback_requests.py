"""Asks Railway for rollbacks, and keeps what it answers: also what comes late."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from verifier.commands.ports import Tools
from verifier.commands.retries import persist
from verifier.decide.gate.move_status import is_unchanged
from verifier.errors import LostAnswerError, ProviderError, RateLimitedError
from verifier.model.deployment import Fleet
from verifier.model.finding import Unobserved
from verifier.model.verdict import Move, RestoreMethod

_AGAIN_WITHIN_S = 5.0
#: Railway may ask for pauses of so long in all before a request counts as unclear.
_PAUSES_S = 10.0
_SHORTEST_PAUSE_S = 1.0
#: So long after it was sent, a request whose answer was lost has ended. Railway's own command line
#: waits that long, as mutations took more than 30 s.
_ENDED_S = _PAUSES_S + 90.0


@dataclass(slots=True, eq=False)
class Request:
    """A move that Railway was asked for. Times in seconds on the run's clock."""

    move: Move
    known: frozenset[str]
    """Ids of the deployments that were there before."""
    ended_s: float
    """From when on nothing more can come of it, if its answer was lost."""
    answer: ProviderError | None = None
    """What Railway answered in place of a clean yes."""
    is_answered: bool = False


class RollbackRequests:
    """The requests of one run, which must end at `until_s`."""

    def __init__(self, tools: Tools, until_s: float) -> None:
        self._tools = tools
        self._until_s = until_s

    def send(self, moves: Sequence[Move], fleet: Fleet, within_s: float) -> list[Request]:
        """
        Ask Railway for all of these at once; the answers are waited for `within_s` at most.

        An answer that comes later is in the request as soon as it is there.
        """
        ended_s = self._tools.clock.now_s() + _ENDED_S
        requests = {
            move.service.name: Request(
                move, frozenset(d.id for d in fleet[move.service.name].deployments), ended_s
            )
            for move in moves
        }
        asks = {name: partial(self._send, request) for name, request in requests.items()}
        self._tools.world.at_once(asks, min(within_s, self._left_s()))
        return list(requests.values())

    def read(self, moves: Sequence[Move], within_s: float) -> Fleet | Unobserved:
        """Read these services; one that Railway does not show keeps no other waiting."""
        names, tools = [move.service.name for move in moves], self._tools
        limit_s = min(within_s, self._left_s())
        return persist(lambda: tools.world.states(names), tools.clock, limit_s, tools.journal)

    def _send(self, request: Request) -> None:
        request.answer = self._ask(request)
        request.is_answered = True

    def _ask(self, request: Request) -> ProviderError | None:
        """Ask Railway once; again only where it asked for a pause and then shows no effect."""
        world, clock, move = self._tools.world, self._tools.clock, request.move
        by_rollback = move.methods[0] is RestoreMethod.ROLLBACK
        until_s = clock.now_s() + min(_PAUSES_S, self._left_s())
        while True:
            try:
                (world.roll_back if by_rollback else world.redeploy)(move.target.id)
            except RateLimitedError as error:
                pause_s = max(error.retry_after_s, _SHORTEST_PAUSE_S)
                if clock.now_s() + pause_s > until_s:
                    return error
                clock.sleep(pause_s)
                fleet = self.read([move], _AGAIN_WITHIN_S)
                if isinstance(fleet, Unobserved):
                    return error
                if not is_unchanged(fleet[move.service.name], move, request.known):
                    return error
            except ProviderError as error:
                return error
            except Exception as error:
                # An error that nobody foresaw says nothing of what Railway did.
                return LostAnswerError(f"unexpected error ({type(error).__name__}: {error})")
            else:
                return None

    def _left_s(self) -> float:
        return max(0.0, self._until_s - self._tools.clock.now_s())
