"""What gates have found: read for this run, and kept for those that come later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from verifier.commands.found_verdicts import past_verdicts_of, taken_back_since
from verifier.commands.ports import Tools
from verifier.commands.retries import attempt_source, retrying
from verifier.commands.run_state import RunState
from verifier.decide.gate.history import is_condemned
from verifier.decide.gate.seen_before import EXCUSES_FOR
from verifier.decide.gate.verdicts_elsewhere import found_before
from verifier.errors import DeniedError
from verifier.model.finding import Unobserved
from verifier.model.known_before import Recall
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Move

_READ_WITHIN_S = 5.0
#: What a plan waits for what else it wants to know: production is bad meanwhile.
BESIDE_WITHIN_S = 1.5
#: How often what could not be read is asked for again, where nothing else is left to do.
_AGAIN_S = 10.0
_REMEMBER_WITHIN_S = 15.0
#: So long even where the deadline has come: what was found serves later runs.
_REMEMBER_ANYHOW_S = 2.0


class Records:
    """The records of gates, as one run reads and writes them. `until_s` is its deadline."""

    def __init__(self, tools: Tools, run: RunState, until_s: float) -> None:
        self._tools = tools
        self._run = run
        self._until_s = until_s
        self._kept: set[PastVerdict] = set()
        """What this run has left for later ones already."""
        self._sent: set[PastVerdict] = set()
        """That, and what it may have left: GitHub did not say in time that it has it."""
        self.is_read = False
        """Whether they were ever read."""
        self.is_refused = False
        """Whether GitHub answered that the token may not read them, which no waiting changes."""
        self._missed = 0
        """How often nothing was read, as long as nothing ever was."""
        self.latest: tuple[PastVerdict, ...] = ()
        """What earlier gates found, as it was last read."""

    def read(self, within_s: float = _READ_WITHIN_S) -> tuple[PastVerdict, ...]:
        """
        Return what earlier gates found, newest first; what was read before where nothing answers.

        Without any of it Railway's history has to do: so where the first reading failed, the next
        one has its whole time, whatever that was.
        """
        is_second = self._missed == 1
        asks = {"records": lambda: attempt_source("records of earlier gates", self._ask)}
        found = self._tools.ask_memory(asks, within_s, is_waited_for=not is_second)["records"]
        if isinstance(found, Unobserved):
            if not self.is_read:
                self._missed += 1
            why = found.explained
            text = f"continuing without the records of earlier gates: {why}"
            if self.latest:
                text = f"continuing with the records of earlier gates as read before: {why}"
            self._tools.journal.note("warning", text)
            return self.latest
        if undated := sum(record.at is None for record in found):
            text = (
                "1 of the records of earlier gates has no readable time"
                if undated == 1
                else f"{undated} of the records of earlier gates have no readable time"
            )
            self._warn_once(f"{text}: what failed there excuses nothing")
        self.latest = tuple(found)
        if not self.is_read:
            # Whoever reads first reads for all.
            self._run.past_verdicts = self.latest
            self._run.known_at_start = self._kept_before() if self._missed else self.latest
        self._missed, self.is_read, self.is_refused = 0, True, False
        return self.latest

    @property
    def recall(self) -> Recall:
        """Whether what earlier runs kept was read."""
        if self._tools.memory.lacking or self.is_refused:
            return Recall.IMPOSSIBLE
        return Recall.READ if self.is_read else Recall.MISSED

    def _kept_before(self) -> tuple[PastVerdict, ...]:
        """Return what was there as the run began, by Railway's clock, of what was read late."""
        ahead = timedelta(seconds=self._tools.world.ahead_s())
        return found_before(self.latest, self._run.started_at + ahead)

    def _ask(self) -> Sequence[PastVerdict]:
        """Ask the memory, again after a hiccup where nothing was ever read."""
        memory, clock = self._tools.memory, self._tools.clock
        if self.is_read:
            return memory.records()
        try:
            return retrying(lambda _: memory.records(), clock, BESIDE_WITHIN_S, lambda *_: None)
        except DeniedError:
            self.is_refused = True
            raise

    def come_by(self, until_s: float) -> bool:
        """Ask until then for what could not be read yet; return whether it was read."""
        clock, begun_s = self._tools.clock, self._tools.clock.now_s()
        while not self.is_read and (left_s := until_s - clock.now_s()) > 0:
            waited_s, limit_s = clock.now_s() - begun_s, until_s - begun_s
            self._tools.journal.waiting("the records of earlier gates", waited_s, limit_s)
            clock.sleep(min(_AGAIN_S, left_s))
            self.read(BESIDE_WITHIN_S)
        return self.is_read

    def _warn_once(self, text: str) -> None:
        if all(entry.text != text for entry in self._tools.journal.entries):
            self._tools.journal.note("warning", text)

    def remember(self, within_s: float = _REMEMBER_WITHIN_S) -> bool:
        """Keep what this run found, for those that come later; return whether that is done."""
        now = past_verdicts_of(self._run)
        found = [r for r in (*now, *taken_back_since(self._sent, now)) if r not in self._kept]
        left_s = self._until_s - self._tools.clock.now_s()
        self._sent |= set(found)
        is_kept = self._keep(found, min(within_s, max(left_s, _REMEMBER_ANYHOW_S)))
        self._kept |= set(found) if is_kept else set()
        return is_kept

    def remember_what_was_seen(self) -> None:
        """
        Keep what one look found, where no run has kept just that of the same deployment lately.

        What fails is kept again before it is too old to excuse anything. A look verifies nothing,
        so that it makes no deployment one to go back to: a gate does.
        """
        latest: dict[tuple[str, str], PastVerdict] = {}
        since = self._tools.clock.now() - EXCUSES_FOR / 4
        for kept in self.read():
            fails = kept.seen is not None and bool(kept.seen.failing)
            if not (fails and kept.at is not None and kept.at < since):
                record = replace(kept, at=None, run_url="", reason="")
                latest.setdefault((kept.service, kept.deployment_id), record)
        found = [replace(r, status=PastStatus.SEEN) for r in past_verdicts_of(self._run)]
        new = [r for r in found if latest.get((r.service, r.deployment_id)) != r]
        self._keep(new, _REMEMBER_WITHIN_S)

    def condemned_since(self, moves: Sequence[Move]) -> Mapping[str, str]:
        """Say, by service name, which targets a gate has failed since these moves were planned."""
        before = self.latest
        now = self.read(BESIDE_WITHIN_S)
        return {
            name: f"another gate has failed {move.target.id} since"
            for move in moves
            for name, state in self._run.fleet.items()
            if name == move.service.name
            and is_condemned(state, move.target, now, move.condemned.created_at)
            and not is_condemned(state, move.target, before, move.condemned.created_at)
        }

    def _keep(self, records: Sequence[PastVerdict], within_s: float) -> bool:
        """Return whether they are kept, or there are none."""
        if not records:
            return True
        memory = self._tools.memory
        asks = {"remember": lambda: attempt_source("records", lambda: memory.remember(records))}
        is_short = within_s < _REMEMBER_WITHIN_S
        kept = self._tools.ask_memory(asks, within_s, is_waited_for=is_short)["remember"]
        if isinstance(kept, Unobserved):
            text = f"could not store this verdict: {kept.explained}"
            self._tools.journal.note("warning", text)
            return False
        return True
