"""A rollback by hand: the gate's planner, executor and verification, without its verdict."""

from collections.abc import Sequence
from dataclasses import replace

from verifier.commands.last_look import look_once_more
from verifier.commands.ports import Tools
from verifier.commands.recovery import Recovery, planned
from verifier.commands.run_state import RunState, Task, report_of
from verifier.commands.watch import Watch
from verifier.decide.gate.manual import plan_manually, plan_of_report, why_not_its_records
from verifier.decide.gate.remainders import spread
from verifier.errors import ProviderError
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.report import End, Report
from verifier.model.verdict import Keep, RollBackTo, Verdict, VerdictWord


class Rollback:
    """
    One rollback by hand: `plan`, show it, `carry_out`; `report` tells it at any moment.

    `reason` is why a person asks for it, in their words; empty where they do not say.
    `repository` is whose records are read, empty where none are.
    """

    def __init__(self, tools: Tools, task: Task, reason: str = "", repository: str = "") -> None:
        self._repository = repository
        self._tools = tools
        self._task = task
        self._run = RunState(tools.clock.now(), rollback_reason=reason)
        self._watch = Watch(tools.world, tools.clock, tools.journal, task.limits, task.expected)
        self._recovery = Recovery(self._tools, task, self._run)

    def plan(self, named: Sequence[str], report: Report | None) -> RollBackTo | Keep:
        """
        Choose what goes back to what. `named` are deployment ids, `report` a gate's plan.

        Raises:
            ProviderError: Railway could not be read.
        """
        run = self._run
        if run.rollback_reason:
            self._tools.journal.note("reason", run.rollback_reason)
        fleet = self._recovery.history()
        if isinstance(fleet, Unobserved):
            raise ProviderError(fleet.reason, hint=fleet.hint)
        run.fleet = fleet
        run.active_before = {name: ", ".join(state.active) for name, state in fleet.items()}
        if report is not None:
            plan = plan_of_report(fleet, report, self._recovery.records.read(), self._task.policy)
        else:
            plan = plan_manually(fleet, named, self._recovery.records.read(), self._task.policy)
        if isinstance(plan, RollBackTo):
            serving = {move.service.name: move.condemned for move in plan.moves}
            sample, run.fleet = self._watch.look(serving, fleet, Subject.BEFORE)
            run.ledgers = sample.ledgers
            stays = tuple(
                f"{name}: {deployment.id} is of the same code and stays; the rollback does not "
                "include it"
                for name, deployment in spread(run.fleet, serving).items()
                if name not in serving
            )
            unread = self._unread(is_named=bool(named))
            plan = replace(plan, warnings=(*unread, *plan.warnings, *stays))
        self._recovery.accept_plan(plan)
        if isinstance(run.current.plan, RollBackTo):
            run.current.judged = {
                move.service.name: move.condemned for move in run.current.plan.moves
            }
            run.results = planned(run.current.plan, "not confirmed")
            run.current.verdict = Verdict(VerdictWord.UNAFFECTED, "planned only; nothing was done")
        else:
            run.current.verdict = Verdict(
                VerdictWord.FAILED, f"not rolled back: {run.current.plan.reason}"
            )
        return run.current.plan

    @property
    def has_refused_records(self) -> bool:
        """Whether GitHub answered that the records of gates are not for this token."""
        return self._recovery.records.is_refused

    @property
    def why_not_its_records(self) -> str:
        """Why the records that were read may be another repository's; empty if they are not."""
        records = self._recovery.records
        if not records.is_read:
            return ""
        return why_not_its_records(self._run.fleet, records.latest, self._repository)

    @property
    def whose_records_do_not_count(self) -> str:
        """Which apps left records of the deployments at Railway that do not count; else empty."""
        known = {d.id for state in self._run.fleet.values() for d in state.deployments}
        told = self._tools.memory.uncounted.items()
        return ", ".join(sorted({who for about, who in told if about in known}))

    def _unread(self, *, is_named: bool) -> Sequence[str]:
        """Warn where no record says whether a gate has verified or failed what would be live."""
        why = self._tools.memory.lacking
        if not why and not self._recovery.records.is_read:
            why = "GitHub did not show them"
        if why:
            told = f"the records of earlier gates were not read ({why})"
        elif whose := self.whose_records_do_not_count:
            told = f"records of earlier gates do not count, as another app wrote them ({whose})"
        elif why := self.why_not_its_records:
            told = f"no record tells what earlier gates found ({why})"
        else:
            return ()
        advice = (
            "look at it first" if is_named else "look at it first, or name another one with --to"
        )
        return (f"{told}: a gate may have failed what this goes back to; {advice}",)

    def carry_out(self) -> None:
        """Make the moves of the plan, and give the verdict on what serves then."""
        run = self._run
        run.current.verdict = Verdict(VerdictWord.FAILED, "rolled back manually, not verified")
        run.current.condemned = run.current.judged
        self._recovery.carry_out()
        self._recovery.verify()
        self._recovery.hold()
        is_back = all(result.outcome.is_back for result in run.results.values())
        if run.afterwards is not None and (is_back or run.afterwards.findings):
            word = run.afterwards.word if is_back else VerdictWord.FAILED
            left = [
                n
                for n in spread(run.fleet, run.current.condemned)
                if n not in run.current.condemned
            ]
            stays = f"; {', '.join(left)} still runs the code that was rolled back" if left else ""
            reason = f"after a manual rollback: {run.afterwards.reason}{stays}"
            run.current.verdict = Verdict(word, reason, run.afterwards.findings)
        run.current.judged = {**run.current.judged, **run.restored}
        self._tools.journal.note(
            "verdict", f"{run.current.verdict.word}: {run.current.verdict.reason}"
        )
        self._recovery.records.remember()

    def decline(self) -> None:
        """Leave the plan as it is: the person who was shown it said no."""
        run = self._run
        run.current.plan, run.results = Keep("the question was answered with no"), {}
        run.current.verdict = Verdict(
            VerdictWord.FAILED, f"not rolled back: {run.current.plan.reason}"
        )

    def refresh(self, limit_s: float) -> None:
        """After an interruption: read once more what is live, for `limit_s` seconds at most."""
        look_once_more(self._tools, self._run, limit_s)

    def report(self, end: End = End.COMPLETED) -> Report:
        """Return the report of what has happened so far."""
        world, journal = self._tools.world, self._tools.journal
        links = {name: world.link(name) for name in self._run.fleet}
        now = self._tools.clock.now()
        return report_of(self._run, self._task, journal, now, links, end=end)
