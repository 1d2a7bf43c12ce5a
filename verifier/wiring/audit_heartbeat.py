"""Do the audits that are to run by the clock still run? Asked by each gate."""

from datetime import datetime
from pathlib import Path

from verifier.commands.ports import attempt
from verifier.config.settings import GitHubJob
from verifier.decide.drift.schedules import missing_schedules, schedule_drift
from verifier.github.api import Api
from verifier.github.connection import open_repository
from verifier.github.repository import GitHubRepository
from verifier.github.workflows import parse_workflow
from verifier.guarded import web
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.workflow import Workflow

ALIVE = "audit.alive"
_HINT = "while an audit does not run, drift goes unnoticed"


def check_audits(
    github: GitHubJob, paths: tuple[str, ...], checkout: Path, now: datetime
) -> tuple[Finding, ...]:
    """
    Return a warning for each of these workflows that does not run as it should.

    A dead audit is no fault of the deployment that is judged: it condemns nothing.
    """
    workflows = [_workflow(checkout, path) for path in paths]
    requester = open_repository(
        github.url, github.token.reveal(), github.repository, web.USER_AGENT
    ).requester
    repository = GitHubRepository(Api(requester, github.repository))
    known = [workflow for workflow in workflows if isinstance(workflow, Workflow)]
    schedules = attempt(lambda: repository.schedules(known))
    drift = [*missing_schedules(workflows, paths), *schedule_drift(schedules, None, now)]
    if not drift:
        return (Finding(ALIVE, Outcome.PASS, f"{len(paths)} scheduled audits are running"),)
    return tuple(
        Finding(ALIVE, Outcome.WARN, f"{row.setting}: {row.actual}", hint=_HINT) for row in drift
    )


def _workflow(checkout: Path, path: str) -> Workflow | Unobserved:
    try:
        text = (checkout / path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return Unobserved(f"{path} could not be read: {error}")
    return parse_workflow(path, text)
