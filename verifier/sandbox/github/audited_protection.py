"""How GraphQL shows what guards a branch of a repository that audits see."""

import re

from verifier.sandbox.github.protected_repository import RULESETS, ProtectedRepository
from verifier.sandbox.github.rest_answers import JsonObject

_SLUGGED = {"Team": "Team", "Integration": "App"}
_ROLES = {2: "maintain", 4: "write", 5: "admin"}


def shown_classic(classic: JsonObject) -> JsonObject:
    """Return classic protection."""
    reviews = as_object(classic.get("required_pull_request_reviews"))
    checks = as_object(classic.get("required_status_checks"))

    def is_on(key: str) -> bool:
        return as_object(classic.get(key)).get("enabled") is True

    return {
        "requiresApprovingReviews": bool(reviews),
        "requiredApprovingReviewCount": reviews.get("required_approving_review_count"),
        "dismissesStaleReviews": reviews.get("dismiss_stale_reviews") is True,
        "requiresCodeOwnerReviews": reviews.get("require_code_owner_reviews") is True,
        "requireLastPushApproval": reviews.get("require_last_push_approval") is True,
        "requiresConversationResolution": is_on("required_conversation_resolution"),
        "requiresStatusChecks": bool(checks),
        "requiresStrictStatusChecks": checks.get("strict") is True,
        "requiredStatusChecks": [_required(as_object(c)) for c in as_list(checks.get("checks"))],
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
    nodes: list[JsonObject] = [
        {"actor": {"__typename": kind, "databaseId": one.get("id"), key: one.get(key)}}
        for plural, kind, key in kinds
        for one in map(as_object, as_list(as_object(value).get(plural)))
    ]
    return whole(nodes)


def shown_ruleset(repository: ProtectedRepository, ruleset: JsonObject) -> JsonObject:
    """Return a ruleset, its bypass list as far as the token sees it."""
    names = as_object(as_object(ruleset.get("conditions")).get("ref_name"))
    is_own = ruleset.get("source_type", "Repository") == "Repository"
    source = (
        {"__typename": "Repository", "nameWithOwner": repository.name}
        if is_own
        else {"__typename": "Organization", "login": ruleset.get("source")}
    )
    is_visible = RULESETS in repository.rights
    actors = [_actor(as_object(actor)) for actor in as_list(ruleset.get("bypass_actors"))]
    return {
        "name": ruleset.get("name"),
        "enforcement": str(ruleset.get("enforcement")).upper(),
        "target": "BRANCH",
        "source": source,
        "conditions": {
            "refName": {
                "include": as_list(names.get("include")),
                "exclude": as_list(names.get("exclude")),
            }
        },
        "bypassActors": whole(actors) if is_visible else None,
        "rules": {"nodes": [_rule(as_object(rule)) for rule in as_list(ruleset.get("rules"))]},
    }


def _actor(actor: JsonObject) -> JsonObject:
    kind, number = actor.get("actor_type"), actor.get("actor_id")
    role = _ROLES.get(number, f"custom-{number}") if isinstance(number, int) else None
    return {
        "bypassMode": str(actor.get("bypass_mode")).upper(),
        "deployKey": kind == "DeployKey",
        "organizationAdmin": kind == "OrganizationAdmin",
        "enterpriseOwner": kind == "EnterpriseOwner",
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
    kind, parameters = str(rule.get("type")), as_object(rule.get("parameters"))
    types = {
        "pull_request": "PullRequestParameters",
        "required_status_checks": "RequiredStatusChecksParameters",
    }
    if kind not in types:
        return {"type": kind.upper(), "parameters": None}
    shown = {_camel(key): value for key, value in parameters.items()}
    if kind == "required_status_checks":
        checks = as_list(parameters.get("required_status_checks"))
        shown["requiredStatusChecks"] = [
            {_camel(key): value for key, value in as_object(check).items()} for check in checks
        ]
    return {"type": kind.upper(), "parameters": {"__typename": types[kind], **shown}}


def _camel(key: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), key)


def whole(nodes: list[JsonObject]) -> JsonObject:
    """Return a connection of which one page is all."""
    return {"totalCount": len(nodes), "nodes": nodes}


def as_object(value: object) -> JsonObject:
    """Return it where it is one, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return it where it is one, else an empty one."""
    return list(value) if isinstance(value, list) else []
