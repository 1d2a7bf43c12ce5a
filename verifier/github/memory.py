"""
What outlasts a run, kept at GitHub: findings as deployments, claims as Git references.

Findings are deployments of an environment of their own, which people can read as well. A claim is
a reference below `refs/verifier/`, as creating one is atomic: it fails where it exists. Clones do
not fetch references from there.

Sources: https://docs.github.com/en/rest/deployments/deployments,
https://docs.github.com/en/rest/git/refs
"""

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from verifier.errors import InvalidRequestError, UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.authors import Authors, name_of
from verifier.github.claim_refs import CLAIMS, asked_ref, claim_ref, claims_in
from verifier.github.json_shapes import count, mapping, text, time_if_readable
from verifier.github.record_entries import dated, entry_of_record, record_in, until_enough
from verifier.model.past_verdict import (
    Claim,
    LatestClaim,
    PastStatus,
    PastVerdict,
    without_taken_back,
)

_TASK, _FORMAT = "railway-deploy-verifier", "verifier.record/v1"
#: What was found longer ago than this many deploys of this environment is not worth a request;
#: others may keep their records in the same place, but not without end either.
_MOST_OURS = 100
_MOST_READ = 1000
#: Fifty pages, of the thousand requests that a job may send in an hour.
_MOST_COUNTED = 5000
_READ_DEPLOYMENTS, _WRITE_DEPLOYMENTS = "Deployments: read", "Deployments: write"
_CLAIMING = "claim the rollback"
_READ_REFS, _WRITE_REFS = "Contents: read", "Contents: write"
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
        api: Api,
        name: str,
        environment: str,
        railway_environment: str,
        sha: str,
        run_url: str,
    ) -> None:
        self._api = api
        self._name = name
        self._environment = environment
        self._railway_environment = railway_environment
        self._sha = sha
        self._run_url = run_url
        self._found_by = secrets.token_hex(8)
        self._authors = Authors(api)
        self.uncounted: dict[str, str] = {}  # Whose records do not count, by what they are about.

    lacking = ""  # what is kept in a repository outlasts each run

    @property
    def how_it_keeps(self) -> str:
        """How two runs are kept from rolling back twice, and whose records do not count."""
        told = f"each rollback is claimed by a Git reference in {self._name}"
        others = ", ".join(sorted(set(self.uncounted.values())))
        if not others:
            return told
        return (
            f"{told}; records of earlier gates do not count where other apps wrote them, "
            f"{len(self.uncounted)} in all: {others}; let all jobs use the token of one app, or "
            "GITHUB_TOKEN"
        )

    def records(self) -> Sequence[PastVerdict]:
        """
        Return what earlier gates found of this Railway environment, newest first.

        One whose time cannot be read keeps its place, without `at`.

        Raises:
            ProviderError: GitHub did not give it.
        """
        ours = (
            records
            for deployment in itertools.islice(self._newest_first(), _MOST_READ)
            if (records := tuple(self._read(deployment)))
        )
        return tuple(without_taken_back(until_enough(ours, _MOST_OURS)))

    def records_since(self, since: datetime) -> tuple[Sequence[PastVerdict], bool]:
        """
        Return what gates found since then, newest first, and whether that is all of it.

        Raises:
            ProviderError: GitHub did not give it.
        """
        found: list[PastVerdict] = []
        for number, deployment in enumerate(self._newest_first()):
            at = time_if_readable(deployment.get("created_at"))
            if at is not None and at < since:
                break
            if number == _MOST_COUNTED:
                return tuple(without_taken_back(found)), False
            found += self._read(deployment)
        return tuple(without_taken_back(found)), True

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
        if self._create_ref(claim_ref(deployment_id, attempt), _CLAIMING):
            return Claim.GRANTED
        return Claim.SPENT if self._is_settled(deployment_id, attempt) else Claim.HELD

    def settle(self, deployment_id: str, attempt: int) -> None:
        """
        Leave word that Railway was asked for that rollback, and has answered.

        Raises:
            ProviderError: GitHub did not take it.
        """
        self._create_ref(asked_ref(deployment_id, attempt), _CLAIMING)

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
        names = self._refs(_HOLDS, "read which services are held", _READ_REFS)
        return frozenset(name.removeprefix(_HOLDS) for name in names if name.startswith(_HOLDS))

    def claimed(self) -> Mapping[str, LatestClaim]:
        """
        Return the latest claim of each deployment that was to be left, by its id.

        Raises:
            ProviderError: GitHub did not give it.
        """
        return claims_in(self._refs(CLAIMS, "read which rollbacks are claimed", _READ_REFS))

    def release(self, service_id: str) -> None:
        """
        Forget that it is held.

        Raises:
            ProviderError: GitHub did not take it.
        """
        purpose = "remove the record of the hold"
        name = _hold_ref(service_id)
        if name in self._refs(name, purpose, _WRITE_REFS):
            path = f"/git/refs/{quote(name)}"
            self._api.change("DELETE", path, _WRITE_REFS, purpose=purpose)

    def _newest_first(self) -> Iterator[Mapping[str, object]]:
        deployments = self._api.pages(
            "/deployments",
            _READ_DEPLOYMENTS,
            purpose="read the records of earlier gates",
            environment=self._environment,
            task=_TASK,
        )
        return map(mapping, deployments)

    def _is_settled(self, deployment_id: str, attempt: int) -> bool:
        name = asked_ref(deployment_id, attempt)
        return name in self._refs(name, "see who claimed the rollback", _WRITE_REFS)

    def _refs(self, prefix: str, purpose: str, permission: str) -> frozenset[str]:
        """Names of the references that start so, themselves without `refs/`."""
        path = f"/git/matching-refs/{quote(prefix)}"
        found = [
            mapping(ref).get("ref") for ref in self._api.pages(path, permission, purpose=purpose)
        ]
        names = [name for name in found if isinstance(name, str) and name.startswith("refs/")]
        if len(names) < len(found):
            raise UnexpectedAnswerError(f"could not {purpose}: GitHub's list is malformed")
        return frozenset(name.removeprefix("refs/") for name in names)

    def _create_ref(self, name: str, purpose: str) -> bool:
        """Create a reference; False where it exists."""
        wanted = f"refs/{name}"
        body = {"ref": wanted, "sha": self._sha}
        try:
            made = self._api.change("POST", "/git/refs", _WRITE_REFS, body, purpose=purpose)
        except InvalidRequestError as error:
            if "already exists" in error.message:
                return False
            raise
        if made.get("ref") != wanted:
            told = f"could not {purpose}: GitHub's answer names another reference"
            raise UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
        return True

    def _read(self, deployment: Mapping[str, object]) -> Iterator[PastVerdict]:
        payload = deployment.get("payload")
        match payload:
            case {
                "format": str(format_),
                "railway_environment": str(environment),
                "records": [*entries],
                **others,
            } if format_ == _FORMAT and environment == self._railway_environment:
                if not self._authors.may_deploy(deployment):
                    creator = name_of(deployment.get("creator")) or "an unknown author"
                    theirs = filter(None, map(record_in, entries))
                    self.uncounted |= {record.deployment_id: creator for record in theirs}
                    return
                at = time_if_readable(deployment.get("created_at"))
                run_url, found_by = text(others.get("run")), text(others.get("by"))
                for entry in entries:
                    record = record_in(entry)
                    if record is not None:
                        found = replace(record, at=at, run_url=run_url, found_by=found_by)
                        yield dated(found)
            case _:
                return

    def _write(self, ref: str, status: PastStatus, records: Sequence[PastVerdict]) -> None:
        services = ", ".join(record.service for record in records)
        purpose = "record what this gate found"
        deployment: dict[str, object] = {
            "ref": ref,
            "task": _TASK,
            "auto_merge": False,
            "required_contexts": [],
            "payload": {
                "format": _FORMAT,
                "railway_environment": self._railway_environment,
                "records": [entry_of_record(record) for record in records],
                "by": self._found_by,
                **({"run": self._run_url} if self._run_url else {}),
            },
            "environment": self._environment,
            "description": f"{status}: {services}"[:140],
        }
        made = self._api.change(
            "POST", "/deployments", _WRITE_DEPLOYMENTS, deployment, purpose=purpose
        )
        state: dict[str, object] = {
            "state": _STATES[status],
            "description": f"{status} by the gate",
            "auto_inactive": False,
        }
        if self._run_url:
            state["target_url"] = self._run_url
        number = count(made.get("id"))
        if not number:
            raise UnexpectedAnswerError(f"could not {purpose}: GitHub's answer has no id")
        path = f"/deployments/{number}/statuses"
        self._api.change("POST", path, _WRITE_DEPLOYMENTS, state, purpose=purpose)


def _hold_ref(service_id: str) -> str:
    return f"{_HOLDS}{service_id}"
