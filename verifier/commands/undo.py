"""The way back, whoever asked for it: weigh the plan, carry it out, verify, keep what was found."""

from collections.abc import Mapping

from verifier.commands.hold import hold
from verifier.commands.ports import Clock, Journal, Memory, World, attempt, when_allowed
from verifier.commands.restore import Restore
from verifier.commands.run_state import RunState, Task, past_verdicts_of
from verifier.commands.watch import Watch
from verifier.decide.migrations.breaking_change_policy import weigh_breaking_changes
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord


class Undo:
    """Writes into the course of its run what it does."""

    def __init__(
        self,
        world: World,
        memory: Memory,
        task: Task,
        clock: Clock,
        journal: Journal,
        run: RunState,
    ) -> None:
        self._world = world
        self._memory = memory
        self._task = task
        self._clock = clock
        self._journal = journal
        self._run = run
        self._watch = Watch(world, clock, journal, task.limits, task.expected)
        self._until_s = clock.now_s() + task.limits.deadline_s

    def history(self) -> Fleet:
        """
        Read as many deployments as a plan may want.

        Raises:
            ProviderError: Railway did not give them.
        """
        limit_s = self._task.limits.restore_within_s
        return when_allowed(self._world.history, self._clock, limit_s)

    def recall(self) -> tuple[PastVerdict, ...]:
        """Return what earlier gates found; without it Railway's history has to do."""
        records = attempt(self._memory.records)
        if isinstance(records, Unobserved):
            self._journal.note("warning", f"planning without records: {records.reason}")
            return ()
        return tuple(records)

    def accept_plan(self, plan: RollBackTo | Keep) -> None:
        """Make it this run's plan, unless the schema forbids it, and tell it."""
        weighed = self._weigh(plan) if isinstance(plan, RollBackTo) else plan
        self._run.plan = weighed
        for refusal in weighed.refusals:
            text = f"not going back to {refusal.deployment.id}: {refusal.reason}"
            self._journal.note("refusal", text, refusal.service)
        if isinstance(weighed, Keep):
            self._journal.note("keep", f"nothing is rolled back: {weighed.reason}")

    def carry_out(self) -> None:
        """Make the moves of the plan, if there are any, and verify what serves then."""
        run = self._run
        restored: Mapping[str, Deployment] = {}
        if isinstance(run.plan, RollBackTo):
            self._journal.note("exclusion", self._memory.exclusion)
            restore = Restore(
                self._world,
                self._memory,
                run.plan,
                self._clock,
                self._journal,
                self._task.limits,
            )
            run.records = restore.records
            restore.run()
            restored = restore.deployments
        self.verify(restored)
        self._hold()

    def _hold(self) -> None:
        """Where configured, keep the next push from bringing back what was just undone."""
        run = self._run
        if not self._task.policy.holds:
            return
        for name, record in run.records.items():
            if record.outcome.may_be_made and self._clock.now_s() < self._until_s:
                service = run.fleet[name].service
                outcome = hold(self._world, self._memory, service, self._journal)
                run.holds = {**run.holds, name: outcome}

    def verify(self, restored: Mapping[str, Deployment]) -> None:
        """Look at everything that was put back, by whomever."""
        run = self._run
        fleet = attempt(self._world.fleet)
        if isinstance(fleet, Unobserved):
            run.verified = Verdict(VerdictWord.INCONCLUSIVE, fleet.reason)
            return
        run.fleet = fleet
        found = {name: fleet[name].find(r.deployment) for name, r in run.adopted.items()}
        deployments = {**{name: d for name, d in found.items() if d}, **restored}
        if not deployments:
            return
        self._journal.note("verify", "verifying what serves now")
        watched = self._watch.run(deployments, fleet, Subject.RESTORED, self._until_s)
        run.verified, run.restored = watched.verdict, watched.judged
        text = f"after the rollback: {watched.verdict.word}, {watched.verdict.reason}"
        self._journal.note("verified", text)
        if watched.verdict.word is VerdictWord.PASSED:
            run.recovered_s = self._clock.now_s()
        last = attempt(self._world.fleet)
        if not isinstance(last, Unobserved):
            run.fleet = last

    def remember(self) -> None:
        """Keep what this run found, for those that come later."""
        records = past_verdicts_of(self._run)
        if records:
            kept = attempt(lambda: self._memory.remember(records))
            if isinstance(kept, Unobserved):
                self._journal.note("warning", f"this verdict was not kept: {kept.reason}")

    def _weigh(self, plan: RollBackTo) -> RollBackTo | Keep:
        """Look at what lies between what is judged and what would be put back."""
        changes = {
            m.service.name: self._world.breaking_changes(m.target, m.condemned) for m in plan.moves
        }
        pending = [v for ledger in self._run.ledgers for v in ledger.pending or ()]
        weighed = weigh_breaking_changes(
            plan, changes, pending, self._task.policy.on_destructive_migration
        )
        for warning in weighed.warnings if isinstance(weighed, RollBackTo) else ():
            self._journal.note("warning", warning)
        return weighed


def planned(plan: RollBackTo, reason: str) -> Mapping[str, RollbackResult]:
    """Return the records of moves that are not made."""
    return {
        move.service.name: RollbackResult(
            to=move.target.id,
            deployment="",
            outcome=RestoreOutcome.PLANNED,
            reason=reason,
            from_=move.condemned.id,
        )
        for move in plan.moves
    }
