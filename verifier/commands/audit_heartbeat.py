"""Do the audits that are to run by the clock still run? Asked by each gate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.decide.questions.schedule_drift import missing_schedules, schedule_drift
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.protection import Drift
from verifier.model.workflow import Schedule, Workflow

ALIVE = "audit.alive"
_HINT = "while an audit does not run, drift goes unnoticed"


class Schedules(Protocol):
    """The workflows of a checkout, and when GitHub last ran them."""

    def workflow(self, path: str) -> Workflow | Unobserved: ...
    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]:
        """Ask GitHub; may raise a `ProviderError`."""


def check_audits(audits: Schedules, paths: tuple[str, ...], now: datetime) -> tuple[Finding, ...]:
    """
    Return a warning for each of these workflows that does not run as it should.

    A dead audit is no fault of the deployment that is judged: it condemns nothing, and what keeps
    it from being looked at ends no run.
    """
    drift = attempt(lambda: _drift(audits, paths, now))
    if isinstance(drift, Unobserved):
        told = f"whether the scheduled audits run was not found out: {drift.reason}"
        return (Finding(ALIVE, Outcome.WARN, told, hint=drift.hint or _HINT),)
    if not drift:
        count = len(paths)
        told = (
            "the scheduled audit is running"
            if count == 1
            else f"{count} scheduled audits are running"
        )
        return (Finding(ALIVE, Outcome.PASS, told),)
    return tuple(
        Finding(ALIVE, Outcome.WARN, f"{row.setting}: {row.actual}", hint=_HINT) for row in drift
    )


def _drift(audits: Schedules, paths: Sequence[str], now: datetime) -> list[Drift]:
    workflows = [audits.workflow(path) for path in paths]
    known = [workflow for workflow in workflows if isinstance(workflow, Workflow)]
    schedules = attempt(lambda: audits.schedules(known))
    return [*missing_schedules(workflows, paths), *schedule_drift(schedules, None, now, "")]
