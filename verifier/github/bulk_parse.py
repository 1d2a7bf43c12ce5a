"""
A repository of GitHub's GraphQL API into the model.

What a token may not see is null there, or missing from a list: it is never taken for "off".

Source: https://docs.github.com/en/graphql/reference/objects#repository
"""

import re
from collections.abc import Iterator

from verifier.github.bypass_actors import bypass_of_graphql, graphql_actor
from verifier.github.json_shapes import JsonObject, count, entries, mapping, texts, time
from verifier.github.protection_sources import CLASSIC
from verifier.github.workflows import parse_workflow
from verifier.model.audited_repository import RepositoryEvidence, RepositoryFacts
from verifier.model.bypass import ADMINISTRATORS, Bypass
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.merging import SeenCheck
from verifier.model.protection import (
    Protection,
    ProtectionSource,
    RequiredCheck,
    Setting,
)
from verifier.model.workflow import Workflow

_IN_BULK = NotAsked("not read in bulk audits")
_SWITCHES = {
    "requiresApprovingReviews": Setting.PULL_REQUEST,
    "dismissesStaleReviews": Setting.STALE_REVIEWS,
    "requiresCodeOwnerReviews": Setting.CODE_OWNERS,
    "requireLastPushApproval": Setting.LAST_PUSH,
    "requiresConversationResolution": Setting.CONVERSATIONS,
    "requiresLinearHistory": Setting.LINEAR_HISTORY,
    "requiresCommitSignatures": Setting.SIGNATURES,
    "lockBranch": Setting.LOCK,
    "restrictsPushes": Setting.PUSH_RESTRICTIONS,
    "requiresDeployments": Setting.DEPLOYMENTS,
}
_ALLOWANCES = {
    "allowsForcePushes": Setting.NO_FORCE_PUSH,
    "allowsDeletions": Setting.NO_DELETION,
}
_RULES = {
    "NON_FAST_FORWARD": Setting.NO_FORCE_PUSH,
    "DELETION": Setting.NO_DELETION,
    "REQUIRED_LINEAR_HISTORY": Setting.LINEAR_HISTORY,
    "REQUIRED_SIGNATURES": Setting.SIGNATURES,
    "UPDATE": Setting.LOCK,
    "MERGE_QUEUE": Setting.MERGE_QUEUE,
    "REQUIRED_DEPLOYMENTS": Setting.DEPLOYMENTS,
    "PULL_REQUEST": Setting.PULL_REQUEST,
}
_PULL_REQUEST = {
    "dismissStaleReviewsOnPush": Setting.STALE_REVIEWS,
    "requireCodeOwnerReview": Setting.CODE_OWNERS,
    "requireLastPushApproval": Setting.LAST_PUSH,
    "requiredReviewThreadResolution": Setting.CONVERSATIONS,
}
_INACTIVE = ("EVALUATE", "DISABLED")
_MOST_RULESETS = 20
_READERS = ("ADMIN", "MAINTAIN", "WRITE", "TRIAGE", "READ")


def parse_repository(node: object) -> RepositoryEvidence | Unobserved:
    """Return what a node of `nodes(ids:)` shows; null is a repository that is hidden or gone."""
    said = mapping(node)
    name, is_private = said.get("nameWithOwner"), said.get("isPrivate")
    if not isinstance(name, str) or not isinstance(is_private, bool):
        return Unobserved("not visible to this token, or deleted")
    ref = mapping(said.get("defaultBranchRef"))
    branch = ref.get("name")
    pushed_at = said.get("pushedAt")
    facts = RepositoryFacts(
        name=name,
        default_branch=branch if isinstance(branch, str) else "",
        is_private=is_private,
        is_archived=said.get("isArchived") is True,
        is_empty=said.get("isEmpty") is True,
        pushed_at=time(pushed_at) if isinstance(pushed_at, str) else None,
    )
    protection = _protection(said, ref, facts.default_branch)
    return RepositoryEvidence(
        facts=facts,
        protections={facts.default_branch: protection} if facts.default_branch else {},
        workflows=tuple(_workflows(said.get("object"))),
        merged_heads={facts.default_branch: tuple(_merged_heads(said, facts.default_branch))},
        schedules=_IN_BULK,
        secrets=_IN_BULK,
        variables=_IN_BULK,
        environments=_IN_BULK,
        pushes={},
    )


def _protection(said: JsonObject, ref: JsonObject, branch: str) -> Protection:
    hidden: list[str] = []
    sources: list[ProtectionSource] = []
    inactive: list[str] = []
    classic = ref.get("branchProtectionRule")
    if isinstance(classic, dict):
        sources.append(_classic(classic))
    elif said.get("viewerPermission") != "ADMIN":
        hidden.append("classic branch protection needs a token with Administration: read")
    listed = mapping(said.get("rulesets")).get("nodes")
    if not isinstance(listed, list):
        hidden.append("rulesets are not visible to this token")
    elif not listed and said.get("viewerPermission") not in _READERS:
        # An empty list is no proof of "none" for a token whose rights are not told.
        hidden.append("could not determine whether this token sees rulesets")
    elif len(listed) == _MOST_RULESETS:
        hidden.append(f"only {_MOST_RULESETS} rulesets were read")
    for ruleset in entries(listed):
        if ruleset.get("target") != "BRANCH" or not _is_about(ruleset, branch):
            continue
        source = mapping(ruleset.get("source"))
        owner = source.get("nameWithOwner") or source.get("login") or "an enterprise"
        label = f'ruleset "{ruleset.get("name")}" of {owner}'
        if ruleset.get("enforcement") in _INACTIVE:
            inactive.append(f"{label} ({str(ruleset.get('enforcement')).lower()})")
        else:
            sources.append(_ruleset(ruleset, label))
    return Protection(tuple(sources), tuple(hidden), tuple(inactive))


def _classic(rule: JsonObject) -> ProtectionSource:
    levels = {setting: 1 for key, setting in _SWITCHES.items() if rule.get(key) is True}
    levels |= {setting: 1 for key, setting in _ALLOWANCES.items() if rule.get(key) is False}
    levels[Setting.APPROVALS] = count(rule.get("requiredApprovingReviewCount"))
    checks: frozenset[RequiredCheck] = frozenset()
    if rule.get("requiresStatusChecks") is True:
        checks = frozenset(
            RequiredCheck(str(check.get("context")), _app(mapping(check.get("app"))))
            for check in entries(rule.get("requiredStatusChecks"))
        )
        levels |= {Setting.CHECKS: 1} if checks else {}
        levels |= {Setting.UP_TO_DATE: 1} if rule.get("requiresStrictStatusChecks") else {}
    return ProtectionSource(
        name=CLASSIC,
        levels=levels,
        checks=checks,
        bypass=() if rule.get("isAdminEnforced") is True else (Bypass(ADMINISTRATORS),),
        hidden_bypass=_cut_short(rule),
        bypass_of_reviews=_allowed(rule.get("bypassPullRequestAllowances")),
        bypass_of_force_push=_allowed(rule.get("bypassForcePushAllowances")),
    )


def _cut_short(rule: JsonObject) -> Unobserved | None:
    for key in ("bypassPullRequestAllowances", "bypassForcePushAllowances"):
        listed = mapping(rule.get(key))
        if count(listed.get("totalCount")) > len(entries(listed.get("nodes"))):
            return Unobserved("only a part of those who may bypass it was read")
    return None


def _allowed(connection: object) -> tuple[Bypass, ...]:
    nodes = entries(mapping(connection).get("nodes"))
    return tuple(Bypass(graphql_actor(mapping(one.get("actor")))) for one in nodes)


def _ruleset(ruleset: JsonObject, label: str) -> ProtectionSource:
    levels: dict[Setting, int] = {}
    checks: set[RequiredCheck] = set()
    for rule in entries(mapping(ruleset.get("rules")).get("nodes")):
        kind, parameters = rule.get("type"), mapping(rule.get("parameters"))
        setting = _RULES.get(str(kind))
        if setting is not None:
            levels[setting] = 1
        if setting is Setting.PULL_REQUEST:
            levels |= {s: 1 for key, s in _PULL_REQUEST.items() if parameters.get(key) is True}
            levels[Setting.APPROVALS] = count(parameters.get("requiredApprovingReviewCount"))
        if kind == "REQUIRED_STATUS_CHECKS":
            listed = entries(parameters.get("requiredStatusChecks"))
            checks |= {
                RequiredCheck(str(c.get("context")), _number(c.get("integrationId")))
                for c in listed
            }
            levels |= {Setting.CHECKS: 1} if listed else {}
            is_strict = parameters.get("strictRequiredStatusChecksPolicy") is True
            levels |= {Setting.UP_TO_DATE: 1} if is_strict and listed else {}
    bypass, hidden = bypass_of_graphql(ruleset)
    return ProtectionSource(label, levels, frozenset(checks), bypass, hidden)


def _is_about(ruleset: JsonObject, branch: str) -> bool:
    names = mapping(mapping(ruleset.get("conditions")).get("refName"))
    include, exclude = names.get("include"), names.get("exclude")
    return _fits(include, branch) and not _fits(exclude, branch)


def _fits(patterns: object, branch: str) -> bool:
    """The branch is the default one: a bulk audit looks at no other."""
    known = patterns if isinstance(patterns, list) else []
    return any(p in ("~ALL", "~DEFAULT_BRANCH") or _matches(str(p), branch) for p in known)


def _matches(pattern: str, branch: str) -> bool:
    escaped = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*")
    expression = escaped.replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.fullmatch(expression, f"refs/heads/{branch}") is not None


def _workflows(tree: object) -> Iterator[Workflow | Unobserved]:
    for entry in entries(mapping(tree).get("entries")):
        path, blob = str(entry.get("path")), mapping(entry.get("object"))
        if not path.endswith((".yml", ".yaml")):
            continue
        text = blob.get("text")
        if not isinstance(text, str) or blob.get("isTruncated") is True:
            yield Unobserved(f"GitHub returned only a part of {path}")
        else:
            yield parse_workflow(path, text)


def _merged_heads(said: JsonObject, branch: str) -> Iterator[frozenset[SeenCheck]]:
    """What the newest merged pull request's head has; none where it went into another branch."""
    for pull in entries(mapping(said.get("pullRequests")).get("nodes")):
        if pull.get("baseRefName") != branch:
            continue
        for commit in entries(mapping(pull.get("commits")).get("nodes")):
            rollup = mapping(mapping(commit.get("commit")).get("statusCheckRollup"))
            nodes = entries(mapping(rollup.get("contexts")).get("nodes"))
            statuses = map(SeenCheck, texts(nodes, "context"))
            yield frozenset({*statuses, *(_seen(n) for n in nodes if "name" in n)})


def _seen(run: JsonObject) -> SeenCheck:
    app = mapping(mapping(run.get("checkSuite")).get("app"))
    is_job = app.get("slug") == "github-actions"
    return SeenCheck(str(run.get("name")), _app(app), is_job)


def _app(app: JsonObject) -> int | None:
    return _number(app.get("databaseId"))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
