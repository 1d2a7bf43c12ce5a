"""
What outlasts a run, kept at GitHub: findings as deployments, claims as Git references.

Findings are deployments of an environment of their own, which people can read as well. A claim is
a reference below `refs/verifier/`, as creating one is atomic: it fails where it exists. Clones do
not fetch references from there.

Sources: https://docs.github.com/en/rest/deployments/deployments,
https://docs.github.com/en/rest/git/refs
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from github import GithubException
from github.Deployment import Deployment
from github.GithubException import BadAttributeException
from github.Repository import Repository

from verifier.github.connection import asking
from verifier.github.seen_checks import entry_of, seen_in
from verifier.model.past_verdict import Claim, PastStatus, PastVerdict

_TASK = "railway-deploy-verifier"
_FORMAT = "verifier.record/v1"
#: What was found longer ago than this many deploys of this environment is not worth a request;
#: others may keep their records in the same place, but not without end either.
_MOST_OURS = 100
_MOST_READ = 1000
_HOLDS = "verifier/hold/"
_STATES = {
    PastStatus.VERIFIED: "success",
    PastStatus.CONDEMNED: "failure",
    PastStatus.SEEN: "inactive",
}


class GitHubMemory:
    """
    A `Memory` in one repository, whose name is OWNER/NAME.

    `environment` is GitHub's, `railway_environment` the id of the one at Railway that the
    findings are about; `sha` is a commit that the repository has; `run_url` is shown to people.
    """

    def __init__(
        self,
        repository: Repository,
        name: str,
        environment: str,
        railway_environment: str,
        sha: str,
        run_url: str,
    ) -> None:
        self._repository = repository
        self._name = name
        self._environment = environment
        self._railway_environment = railway_environment
        self._sha = sha
        self._run_url = run_url

    @property
    def exclusion(self) -> str:
        """How two runs are kept from rolling back twice, for a person."""
        return f"each rollback is claimed by a Git reference in {self._name}"

    def records(self) -> Sequence[PastVerdict]:
        """
        Return what earlier gates found of this Railway environment, newest first.

        Raises:
            ProviderError: GitHub did not give it.
        """
        with asking("read the records of earlier gates", "deployments: read"):
            newest_first = self._repository.get_deployments(
                environment=self._environment, task=_TASK
            )
            ours = (
                records
                for deployment in itertools.islice(newest_first, _MOST_READ)
                if (records := tuple(self._read(deployment)))
            )
            return tuple(itertools.chain.from_iterable(itertools.islice(ours, _MOST_OURS)))

    def remember(self, records: Sequence[PastVerdict]) -> None:
        """
        Keep what this gate found: one deployment per commit and status.

        Raises:
            ProviderError: GitHub did not take it.
        """
        by_commit: dict[tuple[str, PastStatus], list[PastVerdict]] = {}
        for record in records:
            by_commit.setdefault((record.commit_sha, record.status), []).append(record)
        for (commit_sha, status), together in by_commit.items():
            self._write(commit_sha or self._sha, status, together)

    def claim(self, deployment_id: str, attempt: int) -> Claim:
        """
        Ask to make the rollback of a judged deployment; atomic over all runs.

        Raises:
            ProviderError: GitHub did not answer, or does not let this token.
        """
        if self._create(deployment_id, str(attempt)):
            return Claim.GRANTED
        return Claim.SPENT if self._is_settled(deployment_id, attempt) else Claim.HELD

    def settle(self, deployment_id: str, attempt: int) -> None:
        """
        Leave word that Railway was asked for that rollback, and has answered.

        Raises:
            ProviderError: GitHub did not take it.
        """
        self._create(deployment_id, _asked(attempt))

    def hold(self, service_id: str) -> None:
        """
        Keep that auto-deploy of a service is switched off after a rollback.

        Raises:
            ProviderError: GitHub did not take it.
        """
        self._create_ref(_hold_ref(service_id), "record the hold")

    def holds(self) -> frozenset[str]:
        """
        Return the ids of the services whose auto-deploy is held.

        Raises:
            ProviderError: GitHub did not give it.
        """
        prefix = f"refs/{_HOLDS}"
        with asking("read which services are held", "contents: read"):
            found = self._repository.get_git_matching_refs(_HOLDS)
            return frozenset(ref.ref.removeprefix(prefix) for ref in found)

    def release(self, service_id: str) -> None:
        """
        Forget that it is held.

        Raises:
            ProviderError: GitHub did not take it.
        """
        name = _hold_ref(service_id)
        with asking("remove the record of the hold", "contents: write"):
            for ref in self._repository.get_git_matching_refs(name):
                if ref.ref == f"refs/{name}":
                    ref.delete()

    def _is_settled(self, deployment_id: str, attempt: int) -> bool:
        name = _ref(deployment_id, _asked(attempt))
        with asking("see who claimed the rollback", "contents: write"):
            beside = self._repository.get_git_matching_refs(name)
            return any(ref.ref == f"refs/{name}" for ref in beside)

    def _create(self, deployment_id: str, name: str) -> bool:
        return self._create_ref(_ref(deployment_id, name), "claim the rollback")

    def _create_ref(self, name: str, purpose: str) -> bool:
        """Create a reference; False where it exists."""
        with asking(purpose, "contents: write"):
            try:
                self._repository.create_git_ref(f"refs/{name}", self._sha)
            except GithubException as error:
                if error.status == 422 and "already exists" in str(error.data):
                    return False
                raise
        return True

    def _read(self, deployment: Deployment) -> Iterator[PastVerdict]:
        try:
            payload: object = deployment.payload
        except BadAttributeException:  # somebody else's, as text
            return
        match payload:
            case {
                "format": str(format_),
                "railway_environment": str(environment),
                "records": [*entries],
            } if format_ == _FORMAT and environment == self._railway_environment:
                at = deployment.created_at
                for entry in entries:
                    record = _record_in(entry)
                    if record is not None:
                        yield replace(record, at=at)
            case _:
                return

    def _write(self, ref: str, status: PastStatus, records: Sequence[PastVerdict]) -> None:
        services = ", ".join(record.service for record in records)
        with asking("record what this gate found", "deployments: write"):
            deployment = self._repository.create_deployment(
                ref,
                task=_TASK,
                auto_merge=False,
                required_contexts=[],
                payload={
                    "format": _FORMAT,
                    "railway_environment": self._railway_environment,
                    "records": [_entry(record) for record in records],
                },
                environment=self._environment,
                description=f"{status}: {services}"[:140],
            )
            deployment.create_status(
                _STATES[status],
                target_url=self._run_url,
                description=f"{status} by the gate",
                auto_inactive=False,
            )


def _ref(deployment_id: str, name: str) -> str:
    return f"verifier/rollback/{deployment_id}/{name}"


def _asked(attempt: int) -> str:
    return "asked" if attempt == 1 else f"asked-{attempt}"


def _hold_ref(service_id: str) -> str:
    return f"{_HOLDS}{service_id}"


def _entry(record: PastVerdict) -> dict[str, object]:
    seen = {} if record.seen is None else entry_of(record.seen)
    return {
        **seen,
        "service": record.service,
        "deployment": record.deployment_id,
        "commit": record.commit_sha,
        "image": record.image_digest,
        "standing": record.status,
    }


def _record_in(entry: Mapping[str, object]) -> PastVerdict | None:
    """The record of one entry; None where it is none of ours."""
    match entry:
        case {
            "service": str(service),
            "deployment": str(deployment_id),
            "commit": str(commit_sha),
            "image": str(image_digest),
            "standing": "verified" | "condemned" | "seen" as status,
        }:
            return PastVerdict(
                service,
                deployment_id,
                commit_sha,
                image_digest,
                PastStatus(status),
                seen=seen_in(entry),
            )
        case _:
            return None
