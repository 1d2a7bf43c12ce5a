"""The way back, whoever asked for it: weigh the plan, carry it out, verify, keep what was found."""

from collections.abc import Callable, Mapping
from functools import partial

from verifier.commands.auto_deploy_hold import hold
from verifier.commands.last_look import settled
from verifier.commands.ports import Tools, attempt
from verifier.commands.records import BESIDE_WITHIN_S, Records
from verifier.commands.retries import attempt_source, persist
from verifier.commands.rollback_execution import RollbackExecution
from verifier.commands.run_state import RunState, Task
from verifier.commands.watch import Watch
from verifier.decide.gate.hidden import with_known
from verifier.decide.gate.history import extent
from verifier.decide.migrations.breaking_change_policy import (
    BreakingChanges,
    weigh_breaking_changes,
)
from verifier.model.check_ids import SERVES
from verifier.model.deployment import Fleet, ServiceState
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import RestoreOutcome, RollbackResult
from verifier.model.verdict import Keep, Move, RollBackTo, Verdict, VerdictWord

_READ_WITHIN_S = 20.0


class Recovery:
    """Writes into the state of its run what it does. `until_s` is the run's deadline."""

    def __init__(self, tools: Tools, task: Task, run: RunState) -> None:
        self._tools = tools
        self._task = task
        self._run = run
        self._watch = Watch(tools.world, tools.clock, tools.journal, task.limits, task.expected)
        self._changes: dict[tuple[str, str], BreakingChanges] = {}
        self._extent_told: dict[str, str] = {}
        """How far the history of each service was read, as it was told."""
        self.until_s = tools.clock.now_s() + task.limits.deadline_s
        self.records = Records(tools, run, self.until_s)
        self.execution = RollbackExecution(
            tools,
            task.limits,
            self.records.condemned_since,
            is_in_order=task.policy.is_in_order,
            until_s=self.until_s,
        )

    def read(self) -> Fleet | Unobserved:
        """Read what Railway shows now, again where one answer fails."""
        tools = self._tools
        limit_s = self._within(_READ_WITHIN_S)
        read = persist(tools.world.fleet, tools.clock, limit_s, tools.journal)
        return read if isinstance(read, Unobserved) else with_known(read, self._run.fleet)

    def history(self) -> Fleet | Unobserved:
        """Read as many deployments as a plan may want, and tell how far that goes back."""
        limit_s = self._within(self._task.limits.restore_within_s)
        tools = self._tools
        read = persist(tools.world.history, tools.clock, limit_s, tools.journal)
        if isinstance(read, Unobserved):
            return read
        news: dict[str, list[str]] = {}
        for name, state in read.items():
            text = extent(state)
            if text and self._extent_told.get(name) != text:
                self._extent_told[name] = text
                news.setdefault(text, []).append(name)
        for text, names in news.items():
            tools.journal.note("history", f"{', '.join(sorted(names))}: {text}")
        return with_known(read, self._run.fleet)

    def history_and_records(self) -> tuple[Fleet | Unobserved, tuple[PastVerdict, ...]]:
        """Read what a plan is made from, both as it is now: other gates run beside this one."""
        asks: Mapping[str, Callable[[], Fleet | Unobserved | tuple[PastVerdict, ...]]] = {
            "history": self.history,
            "earlier gates": partial(self.records.read, BESIDE_WITHIN_S),
        }
        limit_s = self._within(self._task.limits.restore_within_s) + BESIDE_WITHIN_S
        found = self._tools.world.at_once(asks, limit_s)
        history, records = found["history"], found["earlier gates"]
        known = records if isinstance(records, tuple) else self.records.latest
        return (Unobserved("no answer") if isinstance(history, tuple) else history), known

    def come_late(self) -> bool:
        """Wait a while for records that could not be read; return whether they have come."""
        limit_s = self._within(self._task.limits.ready_within_s)
        until_s = self._tools.clock.now_s() + limit_s
        return not self.records.is_read and self.records.come_by(until_s)

    def accept_plan(self, plan: RollBackTo | Keep) -> None:
        """Make it this run's plan, unless the schema forbids it, and tell it."""
        weighed = self._weigh(plan) if isinstance(plan, RollBackTo) else plan
        self._run.current.plan = weighed
        for refusal in weighed.refusals:
            text = f"not rolling back to {refusal.deployment.id}: {refusal.reason}"
            self._tools.journal.note("refusal", text, refusal.service)
        if isinstance(weighed, Keep):
            self._tools.journal.note("keep", f"not rolling back: {weighed.reason}")
            self._run.kept_by_setting = (
                weighed.is_by_setting and self._run.kept_by_setting is not False
            )

    def carry_out(self) -> None:
        """Make the moves of the plan, if there are any, and wait for them."""
        self.begin()
        while names := sorted(self.execution.moving):
            self.follow(attempt(partial(self._tools.world.states, names)))
            self.execution.pause()

    def begin(self) -> None:
        """Ask Railway for the moves of the plan, if there are any."""
        run = self._run
        if not isinstance(run.current.plan, RollBackTo):
            return
        self._tools.journal.note("exclusion", self._tools.memory.how_it_keeps)
        # An interrupted run tells of all.
        run.results = self.execution.results = dict(run.results)
        if run.current.asked_s is None:
            run.current.asked_s = self._tools.clock.now_s()
        self.execution.begin(run.current.plan)

    def follow(self, fleet: Fleet | Unobserved) -> None:
        """Keep what has become of the moves, by what Railway shows now."""
        self.execution.follow(fleet)
        self._run.restored = {**self._run.restored, **self.execution.deployments}

    def hold(self) -> None:
        """Where configured, keep the next push from bringing back what was just undone."""
        run, tools = self._run, self._tools
        if not self._task.policy.holds:
            return
        for name, result in run.results.items():
            if name in run.holds:
                continue
            if result.outcome.may_be_made and tools.clock.now_s() < self.until_s:
                service = run.fleet[name].service
                outcome = hold(tools.world, tools.memory, service, tools.journal)
                run.holds = {**run.holds, name: outcome}

    def verify(self) -> None:
        """Look at what serves in every service, whether it was put back or never moved."""
        run, journal = self._run, self._tools.journal
        fleet = self.read()
        if isinstance(fleet, Unobserved):
            run.afterwards = Verdict(VerdictWord.INCONCLUSIVE, fleet.explained)
            return
        run.fleet = fleet
        serving = {name: d for name, state in fleet.items() if (d := state.newest_active)}
        down = tuple(nothing_active(state) for name, state in fleet.items() if name not in serving)
        journal.note("verify", "verifying what is live now")
        if serving:
            until_s = self.until_s
            watched = attempt(lambda: self._watch.run(serving, fleet, Subject.RESTORED, until_s))
            if isinstance(watched, Unobserved):
                run.afterwards = Verdict(VerdictWord.INCONCLUSIVE, watched.explained)
                return
            run.afterwards, run.restored = watched.verdict, watched.judged
            run.fleet = watched.fleet
        # A rollback that was slower than its limit is what Railway shows of it in the end.
        run.results = {**run.results, **dict(settled(run, run.fleet))}
        if down:
            told = "; ".join(f"{finding.service}: {finding.summary}" for finding in down)
            findings = (*(run.afterwards.findings if run.afterwards else ()), *down)
            is_seen = any(finding.outcome.condemns for finding in findings)
            word = VerdictWord.FAILED if is_seen else VerdictWord.INCONCLUSIVE
            run.afterwards = Verdict(word, told, findings)
        if run.afterwards is None:
            return
        journal.note("verified", f"live now: {run.afterwards.word}, {run.afterwards.reason}")
        if run.afterwards.word is VerdictWord.PASSED:
            run.has_recovered(self._tools.clock.now_s())
            run.past_verdicts = self.records.read(BESIDE_WITHIN_S)

    def _weigh(self, plan: RollBackTo) -> RollBackTo | Keep:
        """Look at what lies between what is judged and what would be put back."""
        changes = {m.service.name: self._breaking_changes(m) for m in plan.moves}
        pending = [v for ledger in self._run.ledgers for v in ledger.to_apply]
        weighed = weigh_breaking_changes(plan, changes, pending, self._task.policy)
        for warning in weighed.warnings if isinstance(weighed, RollBackTo) else ():
            self._tools.journal.note("warning", warning)
        return weighed

    def _breaking_changes(self, move: Move) -> BreakingChanges:
        """Read them once for each pair of commits: services of one image share theirs."""
        key = (move.target.commit_sha, move.condemned.commit_sha)
        if key not in self._changes:
            world, what = self._tools.world, "migrations"
            read = partial(world.breaking_changes, move.target, move.condemned)
            asks = {what: lambda: attempt_source(what, read)}
            limit_s = max(BESIDE_WITHIN_S, self._within(_READ_WITHIN_S))
            self._changes[key] = world.at_once(asks, limit_s)[what]
        return self._changes[key]

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


def nothing_active(state: ServiceState) -> Finding:
    """Return what is wrong with a service of which nothing is active."""
    name = state.service.name
    if state.unread:
        return Finding(SERVES, Outcome.INCONCLUSIVE, state.unread, name)
    text = "no deployment is active"
    return Finding(SERVES, Outcome.FAIL, text, name, hint="open the service at Railway")
