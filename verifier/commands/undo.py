"""The way back, whoever asked for it: weigh the plan, carry it out, verify, keep what was found."""

from collections.abc import Mapping

from verifier.commands.hold import hold
from verifier.commands.ports import Tools, attempt
from verifier.commands.restore import Restore
from verifier.commands.retries import persist
from verifier.commands.run_state import RunState, Task, past_verdicts_of
from verifier.commands.watch import Watch
from verifier.decide.gate.arrival import with_known
from verifier.decide.migrations.breaking_change_policy import weigh_breaking_changes
from verifier.model.deployment import Fleet, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord

SERVES = "production.serves"

_READ_WITHIN_S = 20.0
_RECALL_WITHIN_S = 5.0


class Undo:
    """Writes into the state of its run what it does. `until_s` is the run's deadline."""

    def __init__(self, tools: Tools, task: Task, run: RunState) -> None:
        self._tools = tools
        self._task = task
        self._run = run
        self._watch = Watch(tools.world, tools.clock, tools.journal, task.limits, task.expected)
        self.until_s = tools.clock.now_s() + task.limits.deadline_s

    def read(self) -> Fleet | Unobserved:
        """Read what Railway shows now, again where one answer fails."""
        tools = self._tools
        limit_s = self._within(_READ_WITHIN_S)
        read = persist(tools.world.fleet, tools.clock, limit_s, tools.journal)
        return read if isinstance(read, Unobserved) else with_known(read, self._run.fleet)

    def history(self) -> Fleet | Unobserved:
        """Read as many deployments as a plan may want."""
        limit_s = self._within(self._task.limits.restore_within_s)
        tools = self._tools
        return persist(tools.world.history, tools.clock, limit_s, tools.journal)

    def recall(self) -> tuple[PastVerdict, ...]:
        """Return what earlier gates found; without it Railway's history has to do."""
        memory = self._tools.memory
        asks = {"records": lambda: attempt(memory.records)}
        found = self._tools.world.at_once(asks, _RECALL_WITHIN_S)["records"]
        if isinstance(found, Unobserved):
            text = f"continuing without the records of earlier gates: {found.reason}"
            self._tools.journal.note("warning", text)
            return ()
        return tuple(found)

    def accept_plan(self, plan: RollBackTo | Keep) -> None:
        """Make it this run's plan, unless the schema forbids it, and tell it."""
        weighed = self._weigh(plan) if isinstance(plan, RollBackTo) else plan
        self._run.plan = weighed
        for refusal in weighed.refusals:
            text = f"not rolling back to {refusal.deployment.id}: {refusal.reason}"
            self._tools.journal.note("refusal", text, refusal.service)
        if isinstance(weighed, Keep):
            self._tools.journal.note("keep", f"not rolling back: {weighed.reason}")

    def carry_out(self) -> None:
        """Make the moves of the plan, if there are any."""
        run = self._run
        if not isinstance(run.plan, RollBackTo):
            return
        self._tools.journal.note("exclusion", self._tools.memory.exclusion)
        restore = Restore(
            self._tools,
            run.plan,
            self._task.limits,
            is_in_order=self._task.policy.is_in_order,
            until_s=self.until_s,
        )
        before = dict(run.results)
        restore.results = before  # so that an interrupted run tells of all
        run.results = before
        restore.run()
        run.restored = {**run.restored, **restore.deployments}

    def hold(self) -> None:
        """Where configured, keep the next push from bringing back what was just undone."""
        run, tools = self._run, self._tools
        if not self._task.policy.holds:
            return
        for name, result in run.results.items():
            if result.outcome.may_be_made and tools.clock.now_s() < self.until_s:
                service = run.fleet[name].service
                outcome = hold(tools.world, tools.memory, service, tools.journal)
                run.holds = {**run.holds, name: outcome}

    def verify(self) -> None:
        """Look at what serves in every service, whether it was put back or never moved."""
        run, journal = self._run, self._tools.journal
        fleet = self.read()
        if isinstance(fleet, Unobserved):
            run.verified = Verdict(VerdictWord.INCONCLUSIVE, fleet.reason)
            return
        run.fleet = fleet
        serving = sole_active(fleet)
        down = tuple(_down(fleet, name) for name in fleet if name not in serving)
        journal.note("verify", "verifying what is live now")
        if serving:
            watched = self._watch.run(serving, fleet, Subject.RESTORED, self.until_s)
            run.verified, run.restored = watched.verdict, watched.judged
            run.fleet = watched.fleet
        if down:
            told = "; ".join(f"{finding.service}: {finding.summary}" for finding in down)
            findings = (*(run.verified.findings if run.verified else ()), *down)
            run.verified = Verdict(VerdictWord.FAILED, told, findings)
        if run.verified is None:
            return
        journal.note("verified", f"live now: {run.verified.word}, {run.verified.reason}")
        if run.verified.word is VerdictWord.PASSED:
            run.recovered_s = self._tools.clock.now_s()

    def remember(self) -> None:
        """Keep what this run found, for those that come later."""
        records = past_verdicts_of(self._run)
        if records:
            kept = attempt(lambda: self._tools.memory.remember(records))
            if isinstance(kept, Unobserved):
                self._tools.journal.note("warning", f"could not store this verdict: {kept.reason}")

    def _weigh(self, plan: RollBackTo) -> RollBackTo | Keep:
        """Look at what lies between what is judged and what would be put back."""
        changes = {
            m.service.name: self._tools.world.breaking_changes(m.target, m.condemned)
            for m in plan.moves
        }
        pending = [v for ledger in self._run.ledgers for v in ledger.pending or ()]
        mode = self._task.policy.on_destructive_migration
        weighed = weigh_breaking_changes(plan, changes, pending, mode)
        for warning in weighed.warnings if isinstance(weighed, RollBackTo) else ():
            self._tools.journal.note("warning", warning)
        return weighed

    def _within(self, limit_s: float) -> float:
        return max(0.0, min(limit_s, self.until_s - self._tools.clock.now_s()))


def planned(plan: RollBackTo, reason: str) -> Mapping[str, RollbackResult]:
    """Return the results of moves that are not made."""
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


def _down(fleet: Fleet, name: str) -> Finding:
    count = len(fleet[name].active)
    text = f"{count} deployments are active" if count else "no deployment is active"
    outcome = Outcome.INCONCLUSIVE if count else Outcome.FAIL
    return Finding(SERVES, outcome, text, name, hint="open the service at Railway")
