"""Where a gate asks whether the audits run: the checkout's workflows, and the job's GitHub."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.config.settings import GitHubJob
from verifier.github.repository import GitHubRepository
from verifier.github.workflows import workflow_in
from verifier.model.finding import Unobserved
from verifier.model.workflow import Schedule, Workflow
from verifier.wiring.github_access import open_api


@dataclass(frozen=True, slots=True)
class JobSchedules:
    """The workflows of the job's checkout, in the job's repository."""

    job: GitHubJob
    checkout: Path

    def workflow(self, path: str) -> Workflow | Unobserved:
        """Return the workflow that a file of the checkout describes."""
        return workflow_in(self.checkout, path)

    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]:
        """Return when GitHub last ran them; raises `ProviderError`."""
        api = open_api(self.job.url, self.job.token, self.job.repository)
        return GitHubRepository(api).schedules(workflows)
