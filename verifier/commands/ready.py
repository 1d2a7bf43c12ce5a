"""Before a deploy: does what serves work, and could the deploy be undone?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from verifier.commands.auto_deploy_hold import AutoDeploys
from verifier.commands.ports import Clock, Journal, Memory, World, attempt
from verifier.commands.run_state import RunState, Task, report_of
from verifier.commands.watch import Watch
from verifier.decide.gate.backup_age import check_backups
from verifier.decide.gate.drill_plan import check_drills
from verifier.decide.gate.readiness import check_memory, check_pushes, check_rights, check_targets
from verifier.decide.migrations.rollback_outlook import check_outlook
from verifier.model.backups import Backups
from verifier.model.deployment import sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Finding, Outcome, Unobserved, worst
from verifier.model.platform import EnvironmentFacts
from verifier.model.report import Report
from verifier.model.verdict import Keep, Verdict, VerdictWord

ROLLBACK = "ready.rollback"

_UNTOUCHED = Keep("nothing to roll back")


class Foresight(AutoDeploys, Protocol):
    """What Railway says of the environment."""

    def facts(self) -> EnvironmentFacts: ...


@dataclass(frozen=True, slots=True)
class Providers:
    """Who is asked."""

    world: World
    railway: Foresight
    memory: Memory
    backups: Callable[[], Backups] | None = None
    """What the database could be restored from; None where nobody can be asked."""


def ready(
    providers: Providers,
    task: Task,
    clock: Clock,
    journal: Journal,
    *,
    is_project_token: bool,
    coming_sha: str = "",
) -> Report:
    """
    Look once at everything that a rollback would need, and touch nothing.

    `coming_sha` is the commit that is to be deployed, empty where nobody knows.

    Raises:
        ProviderError: Railway could not be asked.
    """
    world, railway, memory = providers.world, providers.railway, providers.memory
    run = RunState(clock.now())
    run.current.plan = _UNTOUCHED
    fleet = run.fleet = world.history()
    run.active_before = {name: ", ".join(state.active) for name, state in fleet.items()}
    records = attempt(memory.records)
    known = () if isinstance(records, Unobserved) else tuple(records)
    facts = attempt(railway.facts)
    held = attempt(memory.holds)
    held_ids = frozenset() if isinstance(held, Unobserved) else held
    switches = {name: attempt(partial(railway.auto_deploy, name)) for name in fleet}
    held_names = frozenset(n for n, state in fleet.items() if state.service.id in held_ids)
    findings = (
        *_serving(world, task, clock, journal, run),
        *check_targets(fleet, known, task.policy, facts, clock.now()),
        *_outlook(world, task, run, coming_sha),
        *check_rights(facts, is_project_token=is_project_token),
        *check_pushes(facts, switches, held_names),
        check_memory(records, memory.how_it_keeps),
        *check_drills(list(fleet), records, task.policy.drill_every_s, clock.now()),
        *_backups(providers, clock),
    )
    run.current.verdict = _verdict(findings)
    links = {name: world.link(name) for name in fleet}
    return report_of(run, replace(task, only_looks=True), journal, clock.now(), links)


def _serving(
    world: World, task: Task, clock: Clock, journal: Journal, run: RunState
) -> tuple[Finding, ...]:
    """What the checks say of what serves now: bad news, but no reason not to deploy a cure."""
    serving = sole_active(run.fleet)
    if not serving:
        return ()
    watch = Watch(world, clock, journal, task.limits, task.expected)
    sample, run.fleet = watch.look(serving, run.fleet, Subject.BEFORE)
    run.ledgers = sample.ledgers
    return tuple(
        replace(f, outcome=Outcome.WARN, summary=f"already before this deploy: {f.summary}")
        if f.outcome.rank > Outcome.WARN.rank
        else f
        for f in sample.findings
    )


def _outlook(world: World, task: Task, run: RunState, coming_sha: str) -> tuple[Finding, ...]:
    """What the commit that is to come does to the code that serves, once for each such commit."""
    if not coming_sha:
        return ()
    serving = {d.commit_sha: d for d in sole_active(run.fleet).values()}
    found: list[Finding] = []
    for sha, deployment in serving.items():
        if not sha or sha == coming_sha:
            continue
        coming = replace(deployment, commit_sha=coming_sha)
        changes = attempt(partial(world.breaking_changes, deployment, coming))
        older = f"the code that serves ({sha[:8]})"
        found += check_outlook(ROLLBACK, changes, older, task.policy, Outcome.FAIL)
    return tuple(found)


def _backups(providers: Providers, clock: Clock) -> tuple[Finding, ...]:
    if providers.backups is None:
        return ()
    return (check_backups(attempt(providers.backups), clock.now()),)


def _verdict(findings: tuple[Finding, ...]) -> Verdict:
    against = [f for f in findings if f.outcome.condemns]
    if against:
        listed = "; ".join(f"{f.service}: {f.summary}" if f.service else f.summary for f in against)
        return Verdict(
            VerdictWord.FAILED, f"a deploy made now cannot be undone: {listed}", findings
        )
    warnings = sum(f.outcome is Outcome.WARN for f in findings)
    told = "warning" if warnings == 1 else "warnings"
    listed = (
        f", with {warnings} {told}" if worst(f.outcome for f in findings) is Outcome.WARN else ""
    )
    return Verdict(VerdictWord.PASSED, f"a deploy made now can be undone{listed}", findings)
