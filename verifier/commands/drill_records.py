"""What a drill reads of gates' records, and what it leaves there."""

from collections.abc import Sequence
from functools import partial

from verifier.commands.found_verdicts import past_verdicts_of
from verifier.commands.ports import Tools, attempt
from verifier.commands.retries import attempt_source, persist
from verifier.commands.run_state import RunState
from verifier.decide.gate.drill_plan import DrillFacts
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Move

#: Stands in each record of a drill: it is no deploy, and nobody's reason for a rollback.
REASON = "drill: put back and forward again to prove that a rollback works"
_READ_WITHIN_S = 20.0


class DrillRecords:
    """The records of gates, as one drill reads and writes them."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def known(self) -> DrillFacts | Unobserved:
        """Read what earlier runs left behind, and whether Railway reports an incident."""
        memory, tools = self._tools.memory, self._tools
        if memory.lacking:
            hint = "give the job GITHUB_TOKEN with deployments: write and contents: write"
            return Unobserved(memory.lacking, hint)
        records = persist(memory.records, tools.clock, _READ_WITHIN_S, tools.journal)
        if isinstance(records, Unobserved):
            return records
        claims = persist(memory.claimed, tools.clock, _READ_WITHIN_S, tools.journal)
        if isinstance(claims, Unobserved):
            return claims
        incident = attempt(tools.world.incident)
        told = "" if isinstance(incident, Unobserved) else incident
        return DrillFacts(tools.clock.now(), tuple(records), claims, told)

    def speak_for(self, moves: Sequence[Move]) -> Unobserved | None:
        """Keep that what is left, or was, is good: a rollback is else taken for a verdict on it."""
        records = [
            PastVerdict(
                move.service.name,
                move.condemned.id,
                move.condemned.commit_sha,
                move.condemned.image_digest,
                PastStatus.VERIFIED,
                reason=REASON,
            )
            for move in moves
        ]
        return self._keep(records)

    def clear(self, left: Sequence[Move]) -> None:
        """Say later than the rollback that it is no verdict on what it left."""
        if isinstance(kept := self.speak_for(left), Unobserved):
            self._tools.journal.note("warning", f"could not record it: {kept.explained}")

    def keep_proof(self, run: RunState) -> None:
        """Keep what was proven of what this drill moved, and of nothing else."""
        verified = [r for r in past_verdicts_of(run) if r.status is PastStatus.VERIFIED]
        proven = [record for record in verified if record.service in run.results]
        if proven and isinstance(kept := self._keep(proven), Unobserved):
            self._tools.journal.note("warning", f"could not record it: {kept.explained}")

    def _keep(self, records: Sequence[PastVerdict]) -> Unobserved | None:
        return attempt_source("records", partial(self._tools.memory.remember, records))
