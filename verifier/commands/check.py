"""The gate's checks against what is live: nothing is waited for, nothing is rolled back."""

from dataclasses import replace

from verifier.checks.system_paused import check_paused
from verifier.commands.ports import Clock, Journal, Memory, Tools, World
from verifier.commands.recovery import Recovery
from verifier.commands.run_state import RunState, Task, report_of
from verifier.commands.status import NOT_TOLD
from verifier.commands.watch import Watch
from verifier.model.deployment import sole_active
from verifier.model.environment_status import Paused
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome
from verifier.model.report import Report
from verifier.model.verdict import Keep, Verdict, VerdictWord

ACTIVE = "check.active"

_KEPT = Keep("check changes nothing")


def check(
    world: World,
    memory: Memory,
    task: Task,
    clock: Clock,
    journal: Journal,
    paused: Paused = NOT_TOLD,
) -> Report:
    """
    Look at the active deployments until what they answer is confirmed, and keep what was seen.

    That is what a later gate knows of what was good before its deploy. That the system is `paused`
    is told beside it.

    Raises:
        ProviderError: Railway could not be asked.
    """
    run = RunState(clock.now())
    run.current.plan = _KEPT
    fleet = run.fleet = world.fleet()
    run.active_before = {name: ", ".join(state.active) for name, state in fleet.items()}
    live = sole_active(fleet)
    run.current.judged = live
    missing = tuple(
        Finding(ACTIVE, Outcome.INCONCLUSIVE, f"{len(state.active)} deployments are active", name)
        if state.active
        else Finding(ACTIVE, Outcome.FAIL, "no deployment is active", name)
        for name, state in fleet.items()
        if name not in live
    )
    run.current.verdict = _verdict(_look(world, task, clock, journal, run), missing)
    if memory.lacking:
        text = f"what this look saw is not recorded for later gates ({memory.lacking})"
        journal.note("warning", text)
    Recovery(Tools(world, memory, clock, journal), task, run).records.remember_what_was_seen()
    task = replace(task, notes=(*task.notes, *check_paused(paused)))
    links = {name: world.link(name) for name in fleet}
    return report_of(run, task, journal, clock.now(), links)


def _look(world: World, task: Task, clock: Clock, journal: Journal, run: RunState) -> Verdict:
    if not run.current.judged:
        return Verdict(VerdictWord.INCONCLUSIVE, "no service has exactly one active deployment")
    limits = replace(task.limits, stable_for_s=0.0)
    watch = Watch(world, clock, journal, limits, task.expected)
    until_s = clock.now_s() + limits.ready_within_s
    watched = watch.run(run.current.judged, run.fleet, Subject.JUDGED, until_s)
    run.ledgers, run.current.passed, run.fleet = watched.ledgers, watched.judged, watched.fleet
    # A deploy may have come meanwhile: what serves is what the verdict is about.
    run.current.judged = {**run.current.judged, **watched.judged}
    return watched.verdict


def _verdict(seen: Verdict, missing: tuple[Finding, ...]) -> Verdict:
    if not missing:
        return seen
    findings = (*seen.findings, *missing)
    listed = "; ".join(f"{finding.service}: {finding.summary}" for finding in missing)
    is_bad = seen.word is VerdictWord.FAILED or any(f.outcome.condemns for f in missing)
    word = VerdictWord.FAILED if is_bad else VerdictWord.INCONCLUSIVE
    return Verdict(word, f"{listed}; {seen.reason}", findings)
