"""Of several runs that would make the same rollback, one does: each move is claimed before it."""

from collections.abc import Mapping, Sequence
from functools import partial

from verifier.commands.ports import Tools
from verifier.commands.retries import attempt_source
from verifier.errors import LostAnswerError, ProviderError
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim, LatestClaim
from verifier.model.verdict import Move

_WHOSE = {
    Claim.HELD: "another run is performing this rollback",
    Claim.SPENT: "an earlier run has asked Railway for this rollback",
}
TAKEN = {claim: f"{whose}, and Railway does not show it" for claim, whose in _WHOSE.items()}

#: GitHub is given so long for all claims; reading before writing has to do where it is silent, and
#: what two runs are kept apart by then takes its time as well.
_WITHIN_S = 1.5
#: How long a claim is respected while Railway shows nothing of it: a run that has not been heard
#: of has no request at Railway after the longest of them, 90 s, sent ten seconds after its claim
#: and once more after a pause; one that was answered has none at all.
_RESPECTED_S = {Claim.HELD: 110.0, Claim.SPENT: 20.0}
_MOST_NUMBERS = 9
#: Where no claim keeps two runs apart, each waits for so long at most, by chance.
_APART_S = 3.0


class Claims:
    """The claims of one run; each of its tries at a move has a number of its own."""

    def __init__(self, tools: Tools, until_s: float) -> None:
        self._tools = tools
        self._until_s = until_s
        self._numbers: dict[str, int] = {}
        """Of the latest try, by the id of the deployment that is to be left."""
        self._taken: dict[str, tuple[Claim, float]] = {}
        """What another run's claim was, and since when it is known, by the same id."""
        self._given_up: dict[str, Claim] = {}
        """What run after run has claimed, by the id of the deployment that was to be left."""
        self._is_away = False
        self._met: set[str] = set()
        """Ids of the deployments whose rollback another run had claimed."""

    def ask(self, moves: Sequence[Move]) -> Mapping[str, Claim]:
        """
        Claim these moves; return what is decided, by service name.

        The others are claimed by another run, and respected until that `has_expired`; what run
        after run has claimed is decided. Where the memory does not answer, reading before writing
        has to do.
        """
        due = [m for m in moves if not self._is_respected(m)]
        claims = self._ask(due)
        taken = [m for m in due if claims[m.service.name] is not Claim.GRANTED]
        self._pass_by_older(taken, claims)
        self._respect(taken, claims)
        open_ = [m for m in taken if self._numbers[m.condemned.id] < _MOST_NUMBERS]
        self._given_up |= {m.condemned.id: claims[m.service.name] for m in taken if m not in open_}
        return {m.service.name: claims[m.service.name] for m in due if m not in open_}

    def _is_respected(self, move: Move) -> bool:
        """Whether the claim of another run is still waited for, whatever was planned since."""
        id_ = move.condemned.id
        return id_ in self._taken and id_ not in self._given_up and not self.has_expired(move)

    @property
    def is_away(self) -> bool:
        """Whether there is no lock, or it does not answer, so that any run may make a move."""
        return self._is_away

    def taken(self, move: Move) -> Claim:
        """Return what another run's claim of a move was."""
        return self._taken[move.condemned.id][0]

    def has_expired(self, move: Move) -> bool:
        """Whether another run's claim has been without an effect for long enough to ask again."""
        claim, since_s = self._taken[move.condemned.id]
        return self._tools.clock.now_s() >= since_s + _RESPECTED_S[claim]

    def is_alone(self, deployment_id: str, latest: LatestClaim | None) -> bool:
        """
        Whether nobody but this run has claimed the rollback that leaves a deployment.

        `latest` is its latest claim, as the memory tells it now.
        """
        own = self._numbers.get(deployment_id, 0)
        return deployment_id not in self._met and (latest is None or latest.attempt <= own)

    def keep_apart(self) -> None:
        """Wait by chance, so that what another run has just begun is seen before the next read."""
        left_s = max(0.0, self._until_s - self._tools.clock.now_s())
        pause_s = min(self._tools.clock.jitter() * _APART_S, left_s / 4)
        if pause_s > 0:
            self._tools.clock.sleep(pause_s)

    def settle(self, moves: Sequence[Move]) -> None:
        """Leave word that Railway was asked and has answered; nothing waits long for that."""
        asks = {
            m.service.name: partial(self._settle, m.condemned.id, self._numbers[m.condemned.id])
            for m in moves
        }
        if not asks or self._is_away:
            return
        for name, settled in self._tools.ask_memory(asks, _WITHIN_S).items():
            if isinstance(settled, Unobserved):
                self._tools.journal.note("warning", settled.explained, name)

    def _settle(self, deployment_id: str, number: int) -> Unobserved | None:
        return attempt_source("claim", partial(self._tools.memory.settle, deployment_id, number))

    def _ask(self, moves: Sequence[Move]) -> dict[str, Claim]:
        """Ask for a number more than before of each that was not given up before."""
        given_up = {
            move.service.name: self._given_up[move.condemned.id]
            for move in moves
            if move.condemned.id in self._given_up
        }
        return given_up | self._ask_for([m for m in moves if m.service.name not in given_up])

    def _ask_for(self, moves: Sequence[Move]) -> dict[str, Claim]:
        for move in moves:
            self._numbers[move.condemned.id] = self._numbers.get(move.condemned.id, 0) + 1
        if self._is_away:
            return {move.service.name: Claim.GRANTED for move in moves}
        asks = {
            move.service.name: partial(
                self._claim, move.condemned.id, self._numbers[move.condemned.id]
            )
            for move in moves
        }
        claims: dict[str, Claim] = {}
        for name, answer in self._tools.ask_memory(asks, self._within()).items():
            if isinstance(answer, Unobserved):
                self._is_away = True
                text = f"another run might roll back too: {answer.explained}"
                self._tools.journal.note("warning", text, name)
                claims[name] = Claim.GRANTED
            else:
                claims[name] = answer
        return claims

    def _claim(self, deployment_id: str, number: int) -> Claim | Unobserved:
        return attempt_source("claim", partial(self._tools.memory.claim, deployment_id, number))

    def _pass_by_older(self, taken: Sequence[Move], claims: dict[str, Claim]) -> None:
        """
        Go on from the latest claim of a move that is taken.

        Nobody claims anew before the claim before has expired, so the older ones are not waited
        for once more, one after the other.
        """
        if not taken:
            return
        memory = self._tools.memory
        asks = {"claims": lambda: attempt_source("claims", memory.claimed)}
        latest = self._tools.ask_memory(asks, self._within())["claims"]
        if isinstance(latest, Unobserved):
            return
        for move in taken:
            id_, found = move.condemned.id, latest.get(move.condemned.id)
            if found is not None and found.attempt > self._numbers[id_]:
                self._numbers[id_], claims[move.service.name] = found.attempt, found.claim

    def _respect(self, taken: Sequence[Move], claims: Mapping[str, Claim]) -> None:
        for move in taken:
            name = move.service.name
            self._met.add(move.condemned.id)
            self._taken[move.condemned.id] = claims[name], self._tools.clock.now_s()
            self._tools.journal.note("held", _WHOSE[claims[name]], name)

    def _within(self) -> float:
        return max(0.0, min(_WITHIN_S, self._until_s - self._tools.clock.now_s()))


def is_lost(answer: ProviderError | Unobserved | None) -> bool:
    """Whether no answer of Railway's came: the request may still be on its way."""
    return isinstance(answer, Unobserved | LostAnswerError)
