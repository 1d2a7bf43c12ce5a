"""
What an audit reads of one repository at GitHub.

Sources: https://docs.github.com/en/rest/repos, https://docs.github.com/en/rest/actions
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from urllib.parse import quote

from verifier.errors import AbsentError, DeniedError, ProviderError, UnexpectedAnswerError
from verifier.github.actor_numbers import numbered_actors
from verifier.github.api import Api
from verifier.github.apply_fix import why_not_ours
from verifier.github.branch_protection import SeenRuleset, read_protection
from verifier.github.environments import read_environments, read_names
from verifier.github.json_shapes import JsonObject, all_texts, listed, mapping, texts, time
from verifier.github.listed_workflows import NOT_LISTED, disabled_among, in_force, listed_workflows
from verifier.github.merged_pulls import read_merged_heads
from verifier.github.owners_file import CODE_OWNERS_FILES, parse_code_owners
from verifier.github.repository_security import merge_methods_of, read_security
from verifier.github.side_by_side import side_by_side
from verifier.github.waiting_runs import read_waiting_runs
from verifier.github.workflows import FOLDER, parse_workflow
from verifier.model.audited_repository import CodeOwners, DirectPush, RepositoryFacts
from verifier.model.bypass import Actor
from verifier.model.finding import Unobserved
from verifier.model.merging import ReportedCheck
from verifier.model.named_values import GitHubEnvironment, StoredNames, WantedName
from verifier.model.protection import Protection
from verifier.model.security_settings import RepositorySecurity, SettingsPolicy
from verifier.model.workflow import Cron, Run, Schedule, WaitingRun, Workflow

_METADATA = "Metadata: read"
_CONTENTS = "Contents: read"
_ACTIONS = "Actions: read"
_MOST_WORKFLOWS = 200
_RUNS = "100"
#: Of so many pushes the pull requests are looked up.
_MOST_PUSHES = 30
_WAITING = ("waiting", "pending", "queued", "requested")
_PUSH, _FORCE_PUSH = "push", "force_push"
_DIRECT = (_PUSH, _FORCE_PUSH)
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


class GitHubRepository:
    """One repository; every method raises `ProviderError` where GitHub did not tell."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._rulesets: dict[int, SeenRuleset] = {}
        self._default_branch = ""

    def facts(self) -> RepositoryFacts:
        """Return what it is called now, and what it is."""
        answer = mapping(self._api.get("", _METADATA))
        match answer:
            case {"full_name": str(name), "private": bool(is_private)}:
                branch = answer.get("default_branch")
                pushed = answer.get("pushed_at")
                self._default_branch = branch if isinstance(branch, str) else ""
                return RepositoryFacts(
                    name=name,
                    default_branch=self._default_branch,
                    is_private=is_private,
                    is_archived=answer.get("archived") is True,
                    is_empty=answer.get("size") == 0 and not isinstance(pushed, str),
                    pushed_at=time(pushed) if isinstance(pushed, str) else None,
                    host=self._api.own_host,
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
        return read_protection(self._api, branch, self._rulesets, self._default_branch)

    def numbered(self, named: Sequence[Actor]) -> tuple[Actor, ...]:
        """Return actors with number and name, those among `named` that GitHub tells it of."""
        return tuple(numbered_actors(self._api, named))

    def why_not_ours(self, branch: str) -> str:
        """Return why the ruleset that a fix of a branch would extend is not its own."""
        return why_not_ours(self._api, branch)

    def workflows(self, branch: str) -> tuple[Workflow | Unobserved, ...]:
        """Return the workflow files of a branch."""
        folder = FOLDER.rstrip("/")
        try:
            listing = self._api.get(f"/contents/{folder}", _CONTENTS, ref=branch)
        except AbsentError as error:
            if "Not Found" in error.said:
                return ()
            raise
        files = listed(listing, "", "read the workflow files")
        named = all_texts(files, "path", "read the workflow files")
        paths = [path for path in named if path.endswith((".yml", ".yaml"))]
        read = side_by_side(lambda path: self._workflow(path, branch), paths[:_MOST_WORKFLOWS])
        left = len(paths) - len(read)
        return (*read, *([Unobserved(f"{left} more workflow files were not read")] if left else ()))

    def _workflow(self, path: str, branch: str) -> Workflow | Unobserved:
        match self._api.get(f"/contents/{quote(path)}", _CONTENTS, ref=branch):
            case {"content": str(content), "encoding": "base64"}:
                try:
                    text = base64.b64decode(content).decode("utf-8-sig")
                except ValueError:
                    return Unobserved(f"{path} is not text")
                return parse_workflow(path, text)
            case _:
                return Unobserved(f"{path} is not a readable file")

    def code_owners(self, branch: str) -> CodeOwners:
        """Return which file of a branch names its owners: the first of three that is there."""
        for path in CODE_OWNERS_FILES:
            try:
                said = mapping(self._api.get(f"/contents/{path}", _CONTENTS, ref=branch))
            except AbsentError as error:
                if "Not Found" not in error.said:
                    raise
                continue
            return parse_code_owners(path, said)
        return CodeOwners("")

    def disabled_workflows(self) -> Mapping[str, bool | Unobserved]:
        """Return by their paths which workflows are switched off, whoever did so."""
        return disabled_among(listed_workflows(self._api))

    def waiting_runs(self) -> tuple[WaitingRun, ...]:
        """Return the runs that wait for an approval or for another run, of any workflow."""
        return read_waiting_runs(self._api)

    def merged_heads(self, branch: str) -> tuple[frozenset[ReportedCheck], ...]:
        """Return what the latest merged pull requests had reported, newest first."""
        return read_merged_heads(self._api, branch)

    def security(self, policy: SettingsPolicy) -> RepositorySecurity:
        """Return what its own settings leave open of what `policy` watches."""
        return read_security(self._api, policy)

    def merge_methods(self) -> frozenset[str]:
        """Return how pull requests may be merged: merge, squash, rebase."""
        found = merge_methods_of(mapping(self._api.get("", _METADATA)))
        if isinstance(found, Unobserved):
            raise DeniedError(found.reason)
        return found

    def approvers(self) -> int:
        """Return how many people can write, and so approve; a program approves nothing."""
        people = map(mapping, self._api.pages("/collaborators", _METADATA))
        return sum(
            mapping(person.get("permissions")).get("push") is True
            and person.get("type", "User") == "User"
            for person in people
        )

    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]:
        """Return how the scheduled ones among these workflows ran."""
        crons = {workflow.path: workflow.crons for workflow in workflows if workflow.crons}
        scheduled = in_force(listed_workflows(self._api), crons)
        runs = side_by_side(lambda each: self._runs(each.number), scheduled)
        paths = [each.path for each in scheduled]
        changed = side_by_side(self._changed_at, paths)
        before = side_by_side(
            lambda each: self._crons_before(*each), list(zip(paths, runs, changed, strict=True))
        )
        missing = [path for path in crons if path not in set(paths)]
        unlisted = (Schedule(path, crons[path], NOT_LISTED, _UNKNOWN, ()) for path in missing)
        return *unlisted, *(
            Schedule(
                path=each.path,
                crons=crons[each.path],
                state=each.state,
                created_at=time(each.created_at),
                runs=of_it,
                changed_at=changed_at,
                crons_before=crons_before,
            )
            for each, of_it, changed_at, crons_before in zip(
                scheduled, runs, changed, before, strict=True
            )
        )

    def _runs(self, workflow: int) -> tuple[Run, ...] | Unobserved:
        path = f"/actions/workflows/{workflow}/runs"
        try:
            answer = self._api.get(path, _ACTIONS, event="schedule", per_page=_RUNS)
            return tuple(
                Run(
                    time(run.get("created_at") or run.get("run_started_at")),
                    str(run.get("conclusion") or ""),
                    str(run.get("html_url") or ""),
                    run.get("status") in _WAITING,
                )
                for run in listed(answer, "workflow_runs", "read the scheduled runs")
            )
        except ProviderError as error:
            return Unobserved(error.message, error.hint)

    def _changed_at(self, path: str) -> datetime | Unobserved | None:
        try:
            found = self._api.get("/commits", _CONTENTS, path=path, per_page="1")
            commits = listed(found, "", f"read the commits of {path}")
            merged = self._merged_at(str(commits[0].get("sha"))) if commits else []
        except ProviderError as error:
            return Unobserved(error.message, error.hint)
        dates = [mapping(mapping(c.get("commit")).get("committer")).get("date") for c in commits]
        return max(map(time, (*dates, *merged)), default=None)

    def _crons_before(
        self,
        path: str,
        runs: tuple[Run, ...] | Unobserved,
        changed_at: datetime | Unobserved | None,
    ) -> tuple[Cron, ...]:
        """The schedule as it was at the last run, where the file was changed after that."""
        if isinstance(runs, Unobserved) or not runs or not isinstance(changed_at, datetime):
            return ()
        if changed_at <= runs[0].created_at:
            return ()
        until = f"{runs[0].created_at:%Y-%m-%dT%H:%M:%SZ}"
        try:
            answer = self._api.get("/commits", _CONTENTS, path=path, until=until, per_page="1")
            commits = listed(answer, "", f"read the commits of {path}")
            found = self._workflow(path, str(commits[0].get("sha"))) if commits else None
        except ProviderError:
            return ()  # the change counts as a new schedule, as it may be
        return found.crons if isinstance(found, Workflow) else ()

    def secrets(self, wanted: Sequence[WantedName], environments: Sequence[str]) -> StoredNames:
        """Return the names of secrets where one that is wanted may be."""
        return read_names(self._api, "secrets", wanted, environments)

    def variables(self, wanted: Sequence[WantedName], environments: Sequence[str]) -> StoredNames:
        """Return the names of variables, as `secrets`."""
        return read_names(self._api, "variables", wanted, environments)

    def environments(self, wanted: Sequence[str]) -> tuple[GitHubEnvironment, ...]:
        """Return the environments with what guards them, of those wanted all of it."""
        return read_environments(self._api, wanted)

    def direct_pushes(self, branch: str, since: datetime) -> tuple[DirectPush, ...]:
        """Return what came onto a branch since then without a merged pull request."""
        pushes = {kind: self._pushes(branch, kind, since) for kind in _DIRECT}
        plain = pushes[_PUSH][:_MOST_PUSHES]
        direct = [*pushes[_FORCE_PUSH], *(p for p in plain if not self._is_merged(p.sha, branch))]
        return tuple(sorted(direct, key=lambda push: push.at, reverse=True))

    def _pushes(self, branch: str, kind: str, since: datetime) -> list[DirectPush]:
        answer = self._api.get(
            "/activity",
            _CONTENTS,
            ref=f"refs/heads/{branch}",
            activity_type=kind,
            per_page="100",
            time_period="quarter",
        )
        pushes = [push for push in map(_push, listed(answer, "", "read the pushes")) if push]
        return [p for p in pushes if p.at >= since and p.is_forced is (kind == _FORCE_PUSH)]

    def missed_answers(self) -> bool:
        """Tell whether a question was left without an answer that may come another time."""
        return self._api.missed_answers

    def _is_merged(self, sha: str, branch: str) -> bool:
        """Whether a pull request brought it there, and not to another branch alone."""
        bases = (mapping(pull.get("base")) for pull in self._merged_by(sha))
        return any(base.get("ref", branch) == branch for base in bases)

    def _merged_at(self, sha: str) -> list[str]:
        """When the pull requests that brought a commit were merged."""
        return [str(pull["merged_at"]) for pull in self._merged_by(sha)]

    def _merged_by(self, sha: str) -> list[JsonObject]:
        found = self._api.get(f"/commits/{sha}/pulls", "Pull requests: read")
        pulls = listed(found, "", "read the pull requests of a commit")
        return [pull for pull in pulls if isinstance(pull.get("merged_at"), str)]


def _push(entry: JsonObject) -> DirectPush | None:
    kind, sha = entry.get("activity_type"), entry.get("after")
    if not isinstance(kind, str) or not isinstance(sha, str):
        raise UnexpectedAnswerError("could not read the pushes: GitHub's list is malformed")
    if kind not in _DIRECT:
        return None
    actor = str(mapping(entry.get("actor")).get("login") or "somebody")
    return DirectPush(sha, actor, time(entry.get("timestamp")), kind == _FORCE_PUSH)
