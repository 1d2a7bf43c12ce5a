"""A drill: what serves goes back to the last good deployment and forward again, both proven."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from verifier.commands.drill_records import REASON, DrillRecords
from verifier.commands.last_look import look_once_more
from verifier.commands.ports import Tools, attempt
from verifier.commands.recovery import Recovery, planned
from verifier.commands.run_state import RunState, Task, report_of
from verifier.commands.watch import Watch
from verifier.decide.gate.drill_outcome import DrillEnd, Leg, advice_of, end_so_far, verdict_of
from verifier.decide.gate.drill_plan import DrillFacts, is_failed_by, plan_drill, plan_return
from verifier.errors import ProviderError
from verifier.model.deployment import Deployment, Fleet, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import End, Report, RestoreOutcome
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord


class Drill:
    """
    One drill: `plan`, show it, `carry_out`; `report` tells it at any moment.

    `is_elsewhere` tells that it is made in another environment than the configuration is about.
    """

    def __init__(self, tools: Tools, task: Task, *, is_elsewhere: bool) -> None:
        self._tools = tools
        # A drill leaves auto-deploy as it is: what it puts back is not bad.
        self._task = replace(task, policy=replace(task.policy, holds=False))
        self._is_elsewhere = is_elsewhere
        self._back = RunState(tools.clock.now(), rollback_reason=REASON)
        self._forward = RunState(self._back.started_at, rollback_reason=REASON)
        self._recovery = Recovery(tools, self._task, self._back)
        self._watch = Watch(tools.world, tools.clock, tools.journal, task.limits, task.expected)
        self._records = DrillRecords(tools)
        self._recorded: tuple[PastVerdict, ...] = ()
        """What was known when the drill was planned, newest first."""
        self._begun_from: Fleet = {}
        """What Railway showed right before the first request."""
        self._end: DrillEnd | None = None

    def plan(self) -> RollBackTo | Keep:
        """
        Choose what goes back to what, once what serves is proven; or say why nothing is touched.

        Raises:
            ProviderError: Railway could not be read.
        """
        run = self._back
        fleet = self._recovery.history()
        if isinstance(fleet, Unobserved):
            raise ProviderError(fleet.reason, hint=fleet.hint)
        run.fleet = self._forward.fleet = fleet
        run.active_before = {name: ", ".join(state.active) for name, state in fleet.items()}
        known = self._records.known()
        plan: RollBackTo | Keep
        if isinstance(known, Unobserved):
            plan = Keep(f"a drill needs the records of gates: {known.explained}")
        else:
            plan = self._planned(fleet, known)
        if isinstance(plan, RollBackTo) and (reason := self._not_proven(fleet)):
            plan = Keep(f"the live deployments are not proven to be good: {reason}", plan.refusals)
        self._recovery.accept_plan(plan)
        current = run.current
        if isinstance(current.plan, RollBackTo) and current.plan.warnings:
            doubts = "; ".join(current.plan.warnings)
            current.plan = Keep(f"in doubt: {doubts}", current.plan.refusals)
        if isinstance(current.plan, RollBackTo):
            current.judged = {move.service.name: move.condemned for move in current.plan.moves}
            run.results = planned(current.plan, "not confirmed")
            text = "planned only; nothing was done"
            current.verdict = Verdict(VerdictWord.UNAFFECTED, text, current.verdict.findings)
        else:
            self._stay(current.plan)
        return current.plan

    def carry_out(self) -> None:
        """Put back what the plan names, prove it, put it forward again, and prove that."""
        run, plan = self._back, self._back.current.plan
        if not isinstance(plan, RollBackTo):
            return
        if reason := self._no_longer(plan):
            self._stay(Keep(reason, plan.refusals))
            return
        run.current.verdict = Verdict(VerdictWord.FAILED, "rolled back for a drill, not verified")
        self._recovery.carry_out()
        back = Leg(run.results, _since(run, self._tools.clock.now_s()))
        ours = self._ours()
        if not ours:
            self._recovery.verify()
            self._finish(replace(back, afterwards=run.afterwards), Leg(), None)
            return
        doubt = self._doubt(plan, ours)
        left = [move for move in plan.moves if move.service.name in ours]
        if not doubt:
            self._records.clear(left)
        self._recovery.verify()
        self._records.keep_proof(run)
        back = replace(back, proven_s=run.current.put_back_in_s, afterwards=run.afterwards)
        forward = Keep(doubt) if doubt else self._plan_forward(plan, ours)
        if isinstance(forward, Keep):
            self._tools.journal.note("keep", f"not rolled forward again: {forward.reason}")
            if not self._doubt(plan, ours):
                # GitHub's clock tells seconds, and need not be Railway's.
                self._records.clear(left)
            self._finish(back, Leg(), forward)
            return
        self._finish(back, self._put_forward(forward), forward)

    def refresh(self, limit_s: float) -> None:
        """After an interruption: read once more what is live, for `limit_s` seconds at most."""
        run = self._forward if self._forward.results else self._back
        look_once_more(self._tools, run, limit_s)
        self._back.fleet = self._forward.fleet = run.fleet

    def report(self, end: End = End.COMPLETED) -> Report:
        """Return the report of what has happened so far."""
        tools, back, forward = self._tools, self._back, self._forward
        links = {name: tools.world.link(name) for name in back.fleet}
        last = forward if forward.results else back
        shown = replace(back, fleet=last.fleet, results=last.results, afterwards=None)
        now = tools.clock.now()
        report = report_of(shown, self._task, tools.journal, now, links, end=end)
        found = self._end or end_so_far(back.current.verdict)
        return replace(
            report,
            exit_code=found.code if end is End.COMPLETED else report.exit_code,
            advice=tuple(advice_of(found, back.current.judged, shown.fleet, shown.results, links)),
            cause=None,
            known_causes=(),
        )

    def _not_proven(self, fleet: Fleet) -> str:
        """Look at what serves as after a rollback; return why it is not good, empty where it is."""
        serving, until_s = sole_active(fleet), self._recovery.until_s
        self._tools.journal.note("verify", "verifying the live deployments before the drill")
        look = partial(self._watch.run, serving, fleet, Subject.RESTORED, until_s)
        watched = attempt(look)
        if isinstance(watched, Unobserved):
            return watched.explained
        self._back.ledgers, self._back.current.verdict = watched.ledgers, watched.verdict
        if watched.judged != serving:
            return "Railway has switched to other deployments"
        is_good = watched.verdict.word is VerdictWord.PASSED
        return "" if is_good else f"{watched.verdict.word}, {watched.verdict.reason}"

    def _no_longer(self, plan: RollBackTo) -> str:
        """Plan anew right before the first request; return why that is not to be made."""
        seen = self._seen()
        if isinstance(seen, str):
            return seen
        self._begun_from, known = seen
        now = self._planned(self._begun_from, known)
        if isinstance(now, Keep):
            return now.reason
        if [(m.condemned.id, m.target.id) for m in now.moves] != [
            (m.condemned.id, m.target.id) for m in plan.moves
        ]:
            return "by now something else would be rolled back"
        kept = self._records.speak_for(plan.moves)
        if isinstance(kept, Unobserved):
            return f"the live deployments could not be recorded as good: {kept.explained}"
        return ""

    def _planned(self, fleet: Fleet, known: DrillFacts) -> RollBackTo | Keep:
        """Plan what goes back by what is known now; what is recorded later is new to the drill."""
        self._recorded = tuple(known.records)
        limit_s, policy = self._task.limits.deadline_s, self._task.policy
        return plan_drill(fleet, known, policy, limit_s, is_elsewhere=self._is_elsewhere)

    def _seen(self) -> tuple[Fleet, DrillFacts] | str:
        """Read Railway's deployments and what is known besides; return why one was not read."""
        fleet, known = self._recovery.history(), self._records.known()
        if isinstance(fleet, Unobserved):
            return f"could not read Railway's deployments: {fleet.explained}"
        if isinstance(known, Unobserved):
            return f"could not read the records of gates: {known.explained}"
        return fleet, known

    def _stay(self, plan: Keep) -> None:
        run = self._back
        run.current.plan, run.results = plan, {}
        text = f"no drill, nothing was touched: {plan.reason}"
        run.current.verdict = Verdict(VerdictWord.INCONCLUSIVE, text, run.current.verdict.findings)

    def _ours(self) -> Mapping[str, Deployment]:
        """What serves now by this drill's own rollbacks, by service name."""
        results, shown = self._back.results, self._recovery.execution.deployments
        return {
            name: deployment
            for name, deployment in shown.items()
            if results[name].outcome is RestoreOutcome.RESTORED
        }

    def _doubt(self, plan: RollBackTo, ours: Mapping[str, Deployment]) -> str:
        """Say why what was put back is left as it is; empty where nobody came in between."""
        for name, result in self._back.results.items():
            if result.outcome is RestoreOutcome.UNKNOWN:
                return f"the result of the rollback of {name} is not known: {result.reason}"
            if result.outcome is RestoreOutcome.ADOPTED:
                return f"somebody else has rolled {name} back"
        known = self._records.known()
        if isinstance(known, Unobserved):
            return f"the records of gates could not be read: {known.explained}"
        new = [record for record in known.records if record not in self._recorded]
        claims = self._recovery.execution.claims
        for move in plan.moves:
            left, name = move.condemned, move.service.name
            if is_failed_by(new, name, left):
                return f"a gate has failed {left.id} of {name} during the drill"
            if name in ours and not claims.is_alone(left.id, known.claims.get(left.id)):
                return f"another run has claimed a rollback of {left.id} of {name}"
        return ""

    def _plan_forward(self, plan: RollBackTo, ours: Mapping[str, Deployment]) -> RollBackTo | Keep:
        seen = self._seen()
        if isinstance(seen, str):
            return Keep(seen)
        fleet, known = seen
        self._back.fleet = fleet
        since = replace(known, records=[r for r in known.records if r not in self._recorded])
        return plan_return(fleet, plan.moves, ours, self._begun_from, since, self._task.policy)

    def _put_forward(self, plan: RollBackTo) -> Leg:
        run = self._forward
        run.fleet, run.active_before = self._back.fleet, self._back.active_before
        run.current.plan = plan
        run.current.verdict = Verdict(VerdictWord.FAILED, "rolled forward again, not verified")
        recovery = Recovery(self._tools, self._task, run)
        recovery.carry_out()
        took_s = _since(run, self._tools.clock.now_s())
        recovery.verify()
        self._records.keep_proof(run)
        return Leg(run.results, took_s, run.current.put_back_in_s, run.afterwards)

    def _finish(self, back: Leg, forward: Leg, plan: RollBackTo | Keep | None) -> None:
        """Give the verdict on the whole drill."""
        why = plan.reason if isinstance(plan, Keep) else ""
        self._end = verdict_of(back, forward, why)
        self._back.current.verdict = self._end.verdict
        text = f"{self._end.verdict.word}: {self._end.verdict.reason}"
        self._tools.journal.note("verdict", text)


def _since(run: RunState, now_s: float) -> float:
    return 0.0 if run.current.asked_s is None else now_s - run.current.asked_s
