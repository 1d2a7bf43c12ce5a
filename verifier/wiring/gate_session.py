"""What the gate's family of commands shares: a connection to Railway, a memory, a journal."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from verifier.commands.ports import Clock, Journal, Memory, Tools, World, attempt
from verifier.commands.run_state import Task
from verifier.config.gate_terms import causes_of, expectations_of, limits_of, policy_of
from verifier.config.notes import notes_of
from verifier.config.settings import Settings
from verifier.database.worktree import Worktree
from verifier.decide.gate.arrival import Wanted
from verifier.delivery.project_docs import docs_url
from verifier.delivery.surfaces import open_progress
from verifier.guarded.redaction import Redactor, in_force, redacted
from verifier.model.deployment import Scope, Service
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Unobserved
from verifier.model.known_cause import KnownCause
from verifier.model.report import Report, ReportedCommit, TimelineEntry
from verifier.model.verdict import RollbackMode
from verifier.railway.client import RailwayClient
from verifier.wiring.clock import SystemClock
from verifier.wiring.connect import connect
from verifier.wiring.known_secrets import known_secrets

#: What a command wants that waits for no deployment.
_LIVE = Wanted()


@dataclass(frozen=True, slots=True)
class GateSession:
    """What a command is given. Its journal shows progress as long as the session is open."""

    world: World
    memory: Memory
    task: Task
    clock: Clock
    journal: Journal
    redact: Redactor
    railway: RailwayClient
    services: tuple[Service, ...]
    scope: Scope

    commits: Worktree
    page_url: str
    """The repository's page at GitHub; empty where it is not known."""
    end_progress: Callable[[], None]
    """Ends what is shown meanwhile: a report does not stand in the fold of a job's log."""

    @property
    def tools(self) -> Tools:
        """What a run is made with that may change something."""
        return Tools(self.world, self.memory, self.clock, self.journal)

    def finished(self, report: Report) -> Report:
        """
        Return the report with what git knows of its commits, without what is secret.

        What is shown meanwhile has ended then; that it cannot be told so keeps no report back.
        """
        with contextlib.suppress(OSError, ValueError):
            self.end_progress()
        # A cancelled run has seconds left to leave a report.
        is_hurried = report.exit_code is ExitCode.CANCELLED
        found = {} if is_hurried else attempt(lambda: self.commits.describe(_hashes(report)))
        known = {"": found} if isinstance(found, Unobserved) else found
        commits = [c for c in known.values() if isinstance(c, ReportedCommit)]
        unread = [c.reason for c in known.values() if isinstance(c, Unobserved)]
        base = f"{self.page_url}/commit/"
        told = replace(
            report,
            commits=tuple(replace(c, url=base + c.hash if self.page_url else "") for c in commits),
            known_causes=tuple(self._explained(report)),
            timeline=(
                *report.timeline,
                *(TimelineEntry(report.ended_at, "warning", "", reason) for reason in unread),
            ),
        )
        return redacted(told, self.redact)

    def _explained(self, report: Report) -> Iterator[KnownCause]:
        """The known causes with the pages that explain those of the catalogue."""
        pages = docs_url(os.environ)
        own = {rule.id for rule in self.task.causes}
        for cause in report.known_causes:
            has_page = pages and cause.id not in own
            yield replace(cause, page=f"{pages}causes/{cause.id}.md") if has_page else cause


def _hashes(report: Report) -> set[str]:
    """The commits that the report names."""
    named = (d for s in report.services for d in (s.judged, s.live_before, s.live_after) if d)
    return {report.commit, *(deployment.commit for deployment in named)}


@contextlib.contextmanager
def open_session(
    command: str,
    settings: Settings,
    checkout: Path,
    wanted: Wanted = _LIVE,
    mode: RollbackMode | None = None,
) -> Iterator[GateSession]:
    """
    Connect to the services that are wanted by id, else to all; `mode` overrides the file's.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    names = list(settings.config.services if wanted.ids is None else wanted.ids)
    redact = Redactor(known_secrets())
    clock = SystemClock()
    with contextlib.ExitStack() as opened:
        opened.enter_context(in_force(redact))
        progress = opened.enter_context(contextlib.closing(open_progress(redact)))
        journal = Journal(clock, progress)
        told = partial(journal.note, "retry")
        connected = connect(settings, checkout, names, redact, told)
        opened.enter_context(contextlib.closing(connected.news))
        task = Task(
            wanted=wanted,
            limits=limits_of(settings.config),
            policy=policy_of(settings.config, mode),
            expected=expectations_of(settings.config),
            environment=f"{connected.scope.project_name} / {connected.scope.environment_name}",
            command=command,
            causes=causes_of(settings.config),
            notes=(*notes_of(settings), *_audits(command, settings, checkout, clock)),
        )
        yield GateSession(
            world=connected.world,
            memory=connected.memory,
            task=task,
            clock=clock,
            journal=journal,
            redact=redact,
            railway=connected.railway,
            services=connected.railway.services,
            scope=connected.scope,
            commits=Worktree(checkout),
            page_url=settings.github.page_url if settings.github else "",
            end_progress=progress.close,
        )


def _audits(
    command: str, settings: Settings, checkout: Path, clock: SystemClock
) -> tuple[Finding, ...]:
    """Whether the audits run, where a gate is told which; nothing else is asked for it."""
    paths = settings.config.audit.scheduled
    if command != "gate" or not paths or settings.github is None:
        return ()
    from verifier.commands.audit_heartbeat import check_audits
    from verifier.wiring.job_schedules import JobSchedules

    return check_audits(JobSchedules(settings.github, checkout), paths, clock.now())
