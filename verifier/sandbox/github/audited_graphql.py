"""GitHub's GraphQL API over the repositories that audits see."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from graphql import build_schema, graphql_sync

from verifier.sandbox.github.protected_repository import (
    ADMINISTRATION,
    RULESETS,
    ProtectedRepository,
)
from verifier.sandbox.github.rest_answers import JsonObject, now


def read_github_snapshot() -> str:
    """Return the text of the schema that is answered by; its first line says of when it is."""
    return (Path(__file__).parent / "schema.graphql").read_text("utf-8")


_SCHEMA = build_schema(read_github_snapshot())
_LIMIT = 5000
#: What the verifier asks for.
_MOST_RULESETS = 20
_SLUGGED = {"Team": "Team", "Integration": "App"}
_ROLES = {2: "maintain", 4: "write", 5: "admin"}


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
    is_visible = ADMINISTRATION in repository.rights and classic is not None
    rule = _classic(classic) if is_visible and classic else None
    return {"name": branch, "branchProtectionRule": rule} if branch else None


def _node(repository: ProtectedRepository) -> JsonObject:
    def ref(_info: object, qualifiedName: str) -> JsonObject | None:
        return _ref(repository, qualifiedName.removeprefix("refs/heads/"))

    def queue(_info: object, branch: str | None = None) -> JsonObject | None:
        has_queue = (branch or repository.default_branch) in repository.queues
        return {"id": "MQ_1"} if has_queue else None

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
        "pullRequests": {"totalCount": 1, "nodes": [_merged_pull(repository)]},
        "rulesets": {
            "totalCount": len(repository.rulesets),
            "nodes": [_ruleset(repository, r) for r in repository.rulesets[:_MOST_RULESETS]],
        },
        "object": _tree(repository.files),
    }


def _merged_pull(repository: ProtectedRepository) -> JsonObject:
    actions = {"databaseId": 15368, "slug": "github-actions"}
    started = {name: "pull_request" for name in repository.check_names}
    started |= {name: "dynamic" for name in repository.own_checks}
    checks = [
        {
            "__typename": "CheckRun",
            "name": name,
            "conclusion": repository.conclusion_of(name).upper(),
            "checkSuite": {"app": actions, "workflowRun": {"event": event}},
        }
        for name, event in started.items()
    ]
    contexts = {"totalCount": len(checks), "nodes": checks}
    runs = [
        {
            "workflowRun": {
                "workflow": {"state": str(workflow.get("state", "active")).upper()},
                "file": {"path": workflow.get("path")},
            }
        }
        for workflow in repository.workflows
    ]
    rollup = {"statusCheckRollup": {"contexts": contexts}, "checkSuites": {"nodes": runs}}
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


def _classic(classic: JsonObject) -> JsonObject:
    reviews = _mapping(classic.get("required_pull_request_reviews"))
    checks = _mapping(classic.get("required_status_checks"))

    def is_on(key: str) -> bool:
        return _mapping(classic.get(key)).get("enabled") is True

    return {
        "requiresApprovingReviews": bool(reviews),
        "requiredApprovingReviewCount": reviews.get("required_approving_review_count"),
        "dismissesStaleReviews": reviews.get("dismiss_stale_reviews") is True,
        "requiresCodeOwnerReviews": reviews.get("require_code_owner_reviews") is True,
        "requireLastPushApproval": reviews.get("require_last_push_approval") is True,
        "requiresConversationResolution": is_on("required_conversation_resolution"),
        "requiresStatusChecks": bool(checks),
        "requiresStrictStatusChecks": checks.get("strict") is True,
        "requiredStatusChecks": [_required(_mapping(c)) for c in _list(checks.get("checks"))],
        "isAdminEnforced": is_on("enforce_admins"),
        "allowsForcePushes": is_on("allow_force_pushes"),
        "allowsDeletions": is_on("allow_deletions"),
        "requiresLinearHistory": is_on("required_linear_history"),
        "requiresCommitSignatures": is_on("required_signatures"),
        "lockBranch": is_on("lock_branch"),
        "restrictsPushes": "restrictions" in classic,
        "requiresDeployments": False,
        "bypassPullRequestAllowances": _allowed(reviews.get("bypass_pull_request_allowances")),
        "bypassForcePushAllowances": _allowed(classic.get("force_push_allowances")),
    }


def _required(check: JsonObject) -> JsonObject:
    app = check.get("app_id")
    known = {"databaseId": app, "slug": "an-app"} if app else None
    return {"context": check.get("context"), "app": known}


def _allowed(value: object) -> JsonObject:
    kinds = (("users", "User", "login"), ("teams", "Team", "slug"), ("apps", "App", "slug"))
    nodes = [
        {"actor": {"__typename": kind, "databaseId": one.get("id"), key: one.get(key)}}
        for plural, kind, key in kinds
        for one in map(_mapping, _list(_mapping(value).get(plural)))
    ]
    return {"totalCount": len(nodes), "nodes": nodes}


def _ruleset(repository: ProtectedRepository, ruleset: JsonObject) -> JsonObject:
    names = _mapping(_mapping(ruleset.get("conditions")).get("ref_name"))
    is_own = ruleset.get("source_type", "Repository") == "Repository"
    source = (
        {"__typename": "Repository", "nameWithOwner": repository.name}
        if is_own
        else {"__typename": "Organization", "login": ruleset.get("source")}
    )
    is_visible = RULESETS in repository.rights
    actors = [_actor(_mapping(actor)) for actor in _list(ruleset.get("bypass_actors"))]
    return {
        "name": ruleset.get("name"),
        "enforcement": str(ruleset.get("enforcement")).upper(),
        "target": "BRANCH",
        "source": source,
        "conditions": {
            "refName": {
                "include": _list(names.get("include")),
                "exclude": _list(names.get("exclude")),
            }
        },
        "bypassActors": {"totalCount": len(actors), "nodes": actors} if is_visible else None,
        "rules": {"nodes": [_rule(_mapping(rule)) for rule in _list(ruleset.get("rules"))]},
    }


def _actor(actor: JsonObject) -> JsonObject:
    kind, number = actor.get("actor_type"), actor.get("actor_id")
    role = _ROLES.get(number) if isinstance(number, int) else None
    return {
        "bypassMode": str(actor.get("bypass_mode")).upper(),
        "deployKey": kind == "DeployKey",
        "organizationAdmin": kind == "OrganizationAdmin",
        "enterpriseOwner": False,
        "repositoryRoleName": role if kind == "RepositoryRole" else None,
        "repositoryRoleDatabaseId": number if kind == "RepositoryRole" else None,
        "actor": {
            "__typename": _SLUGGED[str(kind)],
            "databaseId": number,
            "slug": f"{_SLUGGED[str(kind)]}-{number}".lower(),
        }
        if kind in _SLUGGED
        else None,
    }


def _rule(rule: JsonObject) -> JsonObject:
    kind, parameters = str(rule.get("type")), _mapping(rule.get("parameters"))
    types = {
        "pull_request": "PullRequestParameters",
        "required_status_checks": "RequiredStatusChecksParameters",
    }
    if kind not in types:
        return {"type": kind.upper(), "parameters": None}
    shown = {_camel(key): value for key, value in parameters.items()}
    if kind == "required_status_checks":
        checks = _list(parameters.get("required_status_checks"))
        shown["requiredStatusChecks"] = [
            {_camel(key): value for key, value in _mapping(check).items()} for check in checks
        ]
    return {"type": kind.upper(), "parameters": {"__typename": types[kind], **shown}}


def _camel(key: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), key)


def _mapping(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
