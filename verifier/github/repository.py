"""
What an audit reads of one repository at GitHub.

Sources: https://docs.github.com/en/rest/repos, https://docs.github.com/en/rest/actions
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from urllib.parse import quote

from verifier.errors import AbsentError, DeniedError, ProviderError, UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.branch_protection import read_protection
from verifier.github.json_shapes import JsonObject, entries, mapping, texts, time
from verifier.github.merged_pulls import read_merged_heads
from verifier.github.repository_security import read_security
from verifier.github.workflows import FOLDER, parse_workflow
from verifier.model.audited_repository import (
    DirectPush,
    GitHubEnvironment,
    RepositoryFacts,
    RepositorySecurity,
    StoredName,
)
from verifier.model.finding import Unobserved
from verifier.model.merging import SeenCheck
from verifier.model.protection import Protection
from verifier.model.workflow import Run, Schedule, Workflow, WorkflowState

_METADATA = "Metadata: read"
_CONTENTS = "Contents: read"
_ACTIONS = "Actions: read"
_SECRETS = "Secrets: read"
_VARIABLES = "Variables: read"
_ENVIRONMENTS = "Actions: read"
_MOST_WORKFLOWS = 200
_RUNS = "10"
#: Of so many pushes the pull requests are looked up.
_MOST_PUSHES = 30
_SWITCHED_OFF = (WorkflowState.DISABLED_MANUALLY, WorkflowState.DISABLED_INACTIVITY)
_WAITING = ("waiting", "pending", "queued", "requested")
_DIRECT = ("push", "force_push")


class GitHubRepository:
    """One repository; every method raises `ProviderError` where GitHub did not tell."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def facts(self) -> RepositoryFacts:
        """Return what it is called now, and what it is."""
        answer = mapping(self._api.get("", _METADATA))
        match answer:
            case {"full_name": str(name), "private": bool(is_private)}:
                branch = answer.get("default_branch")
                pushed = answer.get("pushed_at")
                return RepositoryFacts(
                    name=name,
                    default_branch=branch if isinstance(branch, str) else "",
                    is_private=is_private,
                    is_archived=answer.get("archived") is True,
                    is_empty=answer.get("size") == 0 and not isinstance(pushed, str),
                    pushed_at=time(pushed) if isinstance(pushed, str) else None,
                )
            case _:
                raise UnexpectedAnswerError("GitHub's repository is malformed")

    def branches(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Return the branches that fit one of the patterns; names alone are not looked up."""
        plain = [p for p in patterns if not set("*?[") & set(p)]
        wild = [p for p in patterns if p not in plain]
        found = list(texts(self._api.pages("/branches", _CONTENTS), "name")) if wild else []
        fitting = [name for name in found if any(fnmatchcase(name, p) for p in wild)]
        return tuple(dict.fromkeys((*plain, *fitting)))

    def protection(self, branch: str) -> Protection:
        """Return everything that guards a branch, and what this token cannot see of it."""
        return read_protection(self._api, branch)

    def workflows(self, branch: str) -> tuple[Workflow | Unobserved, ...]:
        """Return the workflow files of a branch."""
        folder = FOLDER.rstrip("/")
        try:
            listing = self._api.get(f"/contents/{folder}", _CONTENTS, ref=branch)
        except AbsentError as error:
            if "Not Found" in error.said:
                return ()
            raise
        paths = [p for p in texts(entries(listing), "path") if p.endswith((".yml", ".yaml"))]
        return tuple(self._workflow(path, branch) for path in paths[:_MOST_WORKFLOWS])

    def _workflow(self, path: str, branch: str) -> Workflow | Unobserved:
        match self._api.get(f"/contents/{quote(path)}", _CONTENTS, ref=branch):
            case {"content": str(content), "encoding": "base64"}:
                try:
                    text = base64.b64decode(content).decode("utf-8-sig")
                except (binascii.Error, UnicodeDecodeError):
                    return Unobserved(f"{path} is not text")
                return parse_workflow(path, text)
            case _:
                return Unobserved(f"{path} is not a readable file")

    def disabled_workflows(self) -> frozenset[str]:
        """Return the paths of workflows that are switched off, whoever did so."""
        listed = map(mapping, self._api.pages("/actions/workflows", _ACTIONS, key="workflows"))
        return frozenset(
            str(entry.get("path")) for entry in listed if entry.get("state") in _SWITCHED_OFF
        )

    def merged_heads(self, branch: str) -> tuple[frozenset[SeenCheck], ...]:
        """Return what the latest merged pull requests had reported, newest first."""
        return read_merged_heads(self._api, branch)

    def security(self) -> RepositorySecurity:
        """Return what its own settings are seen to leave open."""
        return read_security(self._api)

    def merge_methods(self) -> frozenset[str]:
        """Return how pull requests may be merged: merge, squash, rebase."""
        answer = mapping(self._api.get("", _METADATA))
        keys = {"allow_merge_commit": "merge", "allow_squash_merge": "squash"}
        keys |= {"allow_rebase_merge": "rebase"}
        if not keys.keys() <= answer.keys():
            raise DeniedError("GitHub shows merge methods only to those who may write")
        return frozenset(method for key, method in keys.items() if answer.get(key) is True)

    def approvers(self) -> int:
        """Return how many people can write, and so approve."""
        people = map(mapping, self._api.pages("/collaborators", _METADATA))
        return sum(mapping(person.get("permissions")).get("push") is True for person in people)

    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]:
        """Return how the scheduled ones among these workflows ran."""
        crons = {workflow.path: workflow.crons for workflow in workflows if workflow.crons}
        found = []
        for entry in self._api.pages("/actions/workflows", _ACTIONS, key="workflows"):
            match entry:
                case {"id": int(number), "path": str(path), "state": str(state)} if path in crons:
                    created = time(mapping(entry).get("created_at"))
                    runs, changed = self._runs(number), self._changed_at(path)
                    found.append(Schedule(path, crons[path], state, created, runs, changed))
                case _:
                    continue
        return tuple(found)

    def _runs(self, workflow: int) -> tuple[Run, ...] | Unobserved:
        path = f"/actions/workflows/{workflow}/runs"
        try:
            answer = self._api.get(path, _ACTIONS, event="schedule", per_page=_RUNS)
        except ProviderError as error:
            return Unobserved(error.message, error.hint)
        return tuple(
            Run(
                time(run.get("created_at") or run.get("run_started_at")),
                str(run.get("conclusion") or ""),
                str(run.get("html_url") or ""),
                run.get("status") in _WAITING,
            )
            for run in entries(mapping(answer).get("workflow_runs"))
        )

    def _changed_at(self, path: str) -> datetime | Unobserved | None:
        try:
            commits = entries(self._api.get("/commits", _CONTENTS, path=path, per_page="1"))
        except ProviderError as error:
            return Unobserved(error.message, error.hint)
        dates = [mapping(mapping(c.get("commit")).get("committer")).get("date") for c in commits]
        return time(dates[0]) if dates else None

    def secrets(self, environments: Sequence[str]) -> tuple[StoredName, ...]:
        """Return the names of secrets: the repository's, its organisation's, environments'."""
        return self._stored("secrets", _SECRETS, environments)

    def variables(self, environments: Sequence[str]) -> tuple[StoredName, ...]:
        """Return the names of variables, as `secrets`."""
        return self._stored("variables", _VARIABLES, environments)

    def _stored(
        self, kind: str, permission: str, environments: Sequence[str]
    ) -> tuple[StoredName, ...]:
        places = {f"/actions/{kind}": "repository", f"/actions/organization-{kind}": "organisation"}
        places |= {
            f"/environments/{quote(name, safe='')}/{kind}": f"environment {name}"
            for name in environments
        }
        found = []
        for path, place in places.items():
            for entry in map(mapping, self._api.pages(path, permission, key=kind)):
                name, updated_at = entry.get("name"), entry.get("updated_at")
                found.append(StoredName(str(name), place, time(updated_at)))
        return tuple(found)

    def environments(self) -> tuple[GitHubEnvironment, ...]:
        """Return the environments with the kinds of their protection rules."""
        pages = self._api.pages("/environments", _ENVIRONMENTS, key="environments")
        return tuple(
            GitHubEnvironment(
                str(entry.get("name")), tuple(texts(entries(entry.get("protection_rules")), "type"))
            )
            for entry in map(mapping, pages)
        )

    def direct_pushes(self, branch: str, since: datetime) -> tuple[DirectPush, ...]:
        """Return what came onto a branch since then without a merged pull request."""
        answer = self._api.get(
            "/activity",
            _CONTENTS,
            ref=f"refs/heads/{branch}",
            per_page="100",
            time_period="quarter",
        )
        pushes = [push for push in map(_push, entries(answer)) if push]
        recent = [push for push in pushes if push.at >= since][:_MOST_PUSHES]
        return tuple(p for p in recent if p.is_forced or not self._is_merged(p.sha))

    def _is_merged(self, sha: str) -> bool:
        pulls = self._api.get(f"/commits/{sha}/pulls", "Pull requests: read")
        return any(pull.get("merged_at") for pull in entries(pulls))


def _push(entry: JsonObject) -> DirectPush | None:
    kind, sha = str(entry.get("activity_type")), str(entry.get("after"))
    if kind not in _DIRECT:
        return None
    actor = str(mapping(entry.get("actor")).get("login") or "somebody")
    return DirectPush(sha, actor, time(entry.get("timestamp")), kind == "force_push")
