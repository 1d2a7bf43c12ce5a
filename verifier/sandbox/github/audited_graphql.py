"""GitHub's GraphQL API over the repositories that audits see."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from graphql import build_schema, graphql_sync

from verifier.sandbox.github.audited_protection import (
    as_list,
    as_object,
    shown_classic,
    shown_ruleset,
    whole,
)
from verifier.sandbox.github.protected_repository import ADMINISTRATION, ProtectedRepository
from verifier.sandbox.github.rest_answers import JsonObject, now


def read_github_snapshot() -> str:
    """Return the text of the schema that is answered by; its first line says of when it is."""
    return (Path(__file__).parent / "schema.graphql").read_text("utf-8")


_SCHEMA = build_schema(read_github_snapshot())
_LIMIT = 5000
#: What the verifier asks for.
_MOST_RULESETS = 20


class AuditedGraphQL:
    """One endpoint; `repositories` are by name, in the order in which they are listed."""

    def __init__(self, repositories: Mapping[str, ProtectedRepository]) -> None:
        self._repositories = repositories
        self.requests = 0
        self.remaining = _LIMIT
        self.viewer = "auditor"

    def add_to(self, application: web.Application) -> None:
        """Add the route."""
        application.router.add_post("/graphql", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        body: JsonObject = await request.json()
        self.requests += 1
        self.remaining -= 1
        variables = body.get("variables")
        done = graphql_sync(
            _SCHEMA,
            str(body.get("query")),
            root_value=self._root(),
            variable_values=variables if isinstance(variables, dict) else {},
        )
        answer: JsonObject = {"data": done.data}
        if done.errors:
            answer["errors"] = [{"message": error.message} for error in done.errors]
        return web.json_response(answer)

    def _root(self) -> JsonObject:
        reset = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "rateLimit": {"remaining": self.remaining, "resetAt": reset, "cost": 1},
            "viewer": {"login": self.viewer},
            "repositoryOwner": self._owner,
            "nodes": self._nodes,
            "repository": self._one,
        }

    def _owner(self, _info: object, login: str) -> JsonObject | None:
        names = [name for name in self._repositories if name.startswith(f"{login}/")]
        if not names:
            return None

        def page(
            _info: object, first: int = 100, after: str | None = None, **_: object
        ) -> JsonObject:
            start = int(after or 0)
            end = start + first
            return {
                "totalCount": len(names),
                "nodes": [_node(self._repositories[name]) for name in names[start:end]],
                "pageInfo": {"hasNextPage": end < len(names), "endCursor": str(end)},
            }

        return {"__typename": "Organization", "login": login, "repositories": page}

    def _one(self, _info: object, owner: str, name: str) -> JsonObject | None:
        found = self._repositories.get(f"{owner}/{name}")
        if found is None:
            return None
        found.requests.append("GRAPHQL")
        return _node(found)

    def _nodes(self, _info: object, ids: list[str]) -> list[JsonObject | None]:
        found = [self._repositories.get(id_.removeprefix("R_")) for id_ in ids]
        for repository in found:
            if repository is not None:
                repository.requests.append("GRAPHQL")
        return [_node(repository) if repository else None for repository in found]


def _ref(repository: ProtectedRepository, branch: str) -> JsonObject | None:
    classic = repository.classic.get(branch)
    rule = shown_classic(classic) if classic and ADMINISTRATION in repository.rights else None
    return {"name": branch, "branchProtectionRule": rule} if branch else None


def _node(repository: ProtectedRepository) -> JsonObject:
    def ref(_info: object, qualifiedName: str) -> JsonObject | None:
        return _ref(repository, qualifiedName.removeprefix("refs/heads/"))

    def queue(_info: object, branch: str | None = None) -> JsonObject | None:
        has_queue = (branch or repository.default_branch) in repository.queues
        how = {"mergeMethod": repository.queue_method}
        return {"id": "MQ_1", "configuration": how} if has_queue else None

    def keys(_info: object, first: int = 100) -> JsonObject:
        found = whole([_key(as_object(k)) for k in as_list(repository.settings.get("/keys"))])
        return {**found, "nodes": as_list(found["nodes"])[:first]}

    return {
        "__typename": "Repository",
        "id": f"R_{repository.name}",
        "nameWithOwner": repository.renamed_to or repository.name,
        "isPrivate": repository.is_private,
        "isArchived": repository.is_archived,
        "isFork": False,
        "isEmpty": repository.pushed_at is None,
        "pushedAt": repository.pushed_at,
        "viewerPermission": "ADMIN" if ADMINISTRATION in repository.rights else "READ",
        "defaultBranchRef": _ref(repository, repository.default_branch),
        "ref": ref,
        "mergeQueue": queue,
        "pullRequests": whole([_merged_pull(repository)]),
        "rulesets": {
            "totalCount": len(repository.rulesets),
            "nodes": [shown_ruleset(repository, r) for r in repository.rulesets[:_MOST_RULESETS]],
        },
        "object": _tree(repository.files),
        "deployKeys": keys,
    }


def _key(key: JsonObject) -> JsonObject:
    return {"title": key.get("title"), "readOnly": key.get("read_only")}


def _merged_pull(repository: ProtectedRepository) -> JsonObject:
    actions = {"databaseId": 15368, "slug": "github-actions"}
    started = {name: "pull_request" for name in repository.check_names}
    started |= {name: "dynamic" for name in repository.own_checks}
    checks: list[JsonObject] = [
        {
            "__typename": "CheckRun",
            "name": name,
            "conclusion": repository.conclusion_of(name).upper(),
            "checkSuite": {"app": actions, "workflowRun": {"event": event}},
        }
        for name, event in started.items()
    ]
    runs = [
        {
            "workflowRun": {
                "workflow": {"state": str(workflow.get("state", "active")).upper()},
                "file": {"path": workflow.get("path")},
            }
        }
        for workflow in repository.workflows
    ]
    rollup = {"statusCheckRollup": {"contexts": whole(checks)}, "checkSuites": {"nodes": runs}}
    return {
        "mergedAt": repository.merged_at or now(),
        "baseRefName": repository.default_branch,
        "commits": {"nodes": [{"commit": rollup}]},
    }


def _tree(files: Mapping[str, str]) -> JsonObject:
    entries = [
        {"path": path, "object": {"__typename": "Blob", "text": text, "isTruncated": False}}
        for path, text in files.items()
        if path.startswith(".github/workflows/")
    ]
    return {"__typename": "Tree", "entries": entries}
