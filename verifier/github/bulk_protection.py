"""
What guards the default branch of a repository of GitHub's GraphQL API, into the model.

What a token may not see is null there, or missing from a list: it is never taken for "off".

Source: https://docs.github.com/en/graphql/reference/objects#repository
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from verifier.github.bypass_actors import BOUND_UNSAID, allowed_actors, bypass_of_graphql
from verifier.github.json_shapes import JsonObject, count, entries, has_more, is_count, mapping
from verifier.github.ref_patterns import is_about
from verifier.model.bypass import CLASSIC_ADMINISTRATORS, Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import (
    CLASSIC,
    Protection,
    ProtectionSource,
    RequiredCheck,
    Setting,
    with_doubted_queue,
)

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
_OF_CHECKS = {
    "requiresStatusChecks": Setting.CHECKS,
    "requiresStrictStatusChecks": Setting.UP_TO_DATE,
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
_STRICT = {"strictRequiredStatusChecksPolicy": Setting.UP_TO_DATE}
_IN_FORCE = "ACTIVE"
_INACTIVE = ("EVALUATE", "DISABLED")
_READERS = ("ADMIN", "MAINTAIN", "WRITE", "TRIAGE", "READ")
_ADMINISTRATION = "classic branch protection needs a token with Administration: read"


def parse_protection(said: JsonObject, branch: str, denied: Collection[str]) -> Protection:
    """Return what guards `branch`; `denied` are the fields that the token was refused."""
    ref = mapping(said.get("defaultBranchRef"))
    hidden: list[str] = []
    sources: list[ProtectionSource] = []
    inactive: list[str] = []
    elsewhere: list[str] = []
    classic = ref.get("branchProtectionRule")
    if isinstance(classic, dict):
        sources.append(_with_queue(_classic(classic), said, denied))
    elif said.get("viewerPermission") != "ADMIN" or "defaultBranchRef" in denied:
        # A token's rights may be less than those of the person whose it is.
        hidden.append(_ADMINISTRATION)
    connection = mapping(said.get("rulesets"))
    listed = connection.get("nodes")
    if not isinstance(listed, list):
        hidden.append("rulesets are not visible to this token")
    elif not listed and said.get("viewerPermission") not in _READERS:
        # An empty list is no proof of "none" for a token whose rights are not told.
        hidden.append("could not determine whether this token sees rulesets")
    elif has_more(connection, len(listed)):
        hidden.append(f"only {len(listed)} rulesets were read: audit this repository one by one")
    if any(map(_has_hole, listed if isinstance(listed, list) else ())):
        hidden.append("a part of a ruleset is not visible to this token")
    for ruleset in entries(listed):
        names = mapping(mapping(ruleset.get("conditions")).get("refName"))
        # A bulk audit looks at the default branch alone.
        if ruleset.get("target") != "BRANCH":
            continue
        if not is_about(names, branch, branch):
            if ruleset.get("enforcement") == _IN_FORCE:
                elsewhere.append(f'ruleset "{ruleset.get("name")}"')
            continue
        source = mapping(ruleset.get("source"))
        owner = source.get("nameWithOwner") or source.get("login") or "an enterprise"
        label = f'ruleset "{ruleset.get("name")}" of {owner}'
        if ruleset.get("enforcement") in _INACTIVE:
            inactive.append(f"{label} ({str(ruleset.get('enforcement')).lower()})")
        elif ruleset.get("enforcement") == _IN_FORCE:
            is_above = not source.get("nameWithOwner")
            sources.append(replace(_ruleset(ruleset, label), is_above=is_above))
    # GraphQL shows a plan that protects nothing by an empty answer alone.
    is_bare = said.get("isPrivate") is True and not (sources or hidden or inactive)
    is_in_plan = None if is_bare else True
    told = with_doubted_queue(sources)
    return Protection(told, tuple(hidden), tuple(inactive), tuple(elsewhere), is_in_plan)


def _has_hole(ruleset: object) -> bool:
    """Whether a ruleset that may count has null where GitHub always says something."""
    match ruleset:
        case {"target": str(target)} if target != "BRANCH":
            return False
        case {"enforcement": "EVALUATE" | "DISABLED"}:
            return False
        case {
            "target": "BRANCH",
            "enforcement": "ACTIVE",
            "conditions": {"refName": {"include": [*include], "exclude": [*exclude]}},
            "rules": {"nodes": [*rules]},
        }:
            is_named = all(isinstance(pattern, str) for pattern in (*include, *exclude))
            return not is_named or any(_is_hole(rule) for rule in rules)
        case _:
            return True


def _is_hole(rule: object) -> bool:
    match rule:
        case {"type": "PULL_REQUEST" | "REQUIRED_STATUS_CHECKS", "parameters": parameters}:
            return not isinstance(parameters, dict)
        case {"type": str()}:
            return False
        case _:
            return True


def _with_queue(
    source: ProtectionSource, said: JsonObject, denied: Collection[str]
) -> ProtectionSource:
    """Classic protection with its merge queue, or why that is not known."""
    queue = said.get("mergeQueue", False)
    if isinstance(queue, dict) and queue:
        return replace(source, levels={**source.levels, Setting.MERGE_QUEUE: 1})
    if queue is None and "mergeQueue" not in denied:
        return source
    return replace(source, hidden_queue=Unobserved("the merge queue is not visible to this token"))


def _classic(rule: JsonObject) -> ProtectionSource:
    levels = {setting: 1 for key, setting in _SWITCHES.items() if rule.get(key) is True}
    levels |= {setting: 1 for key, setting in _ALLOWANCES.items() if rule.get(key) is False}
    unread = _not_said(rule, {**_SWITCHES, **_ALLOWANCES, **_OF_CHECKS})
    approvals = rule.get("requiredApprovingReviewCount")
    if rule.get("requiresApprovingReviews") is not False and not is_count(approvals):
        unread.add(Setting.APPROVALS)
    levels[Setting.APPROVALS] = count(approvals)
    checks: frozenset[RequiredCheck] = frozenset()
    if rule.get("requiresStatusChecks") is True:
        checks = frozenset(
            RequiredCheck(context, _app(mapping(check.get("app"))))
            for check in entries(rule.get("requiredStatusChecks"))
            if isinstance(context := check.get("context"), str)
        )
        levels |= {Setting.CHECKS: 1} if checks else {}
        if not _are_named(rule.get("requiredStatusChecks")):
            unread |= {Setting.CHECKS, Setting.UP_TO_DATE}
        is_strict = rule.get("requiresStrictStatusChecks") is True
        levels |= {Setting.UP_TO_DATE: 1} if is_strict and checks else {}
    elif Setting.CHECKS in unread:
        unread.add(Setting.UP_TO_DATE)
    of_reviews, hidden = allowed_actors(rule.get("bypassPullRequestAllowances"))
    if not isinstance(rule.get("isAdminEnforced", False), bool):
        hidden = BOUND_UNSAID
    of_force_push, hidden_force_push = allowed_actors(rule.get("bypassForcePushAllowances"))
    return ProtectionSource(
        name=CLASSIC,
        levels=levels,
        unread=frozenset(unread),
        checks=checks,
        bypass=(Bypass(CLASSIC_ADMINISTRATORS),) if _lets_administrators(rule) else (),
        hidden_bypass=hidden,
        bypass_of_reviews=of_reviews,
        bypass_of_force_push=of_force_push,
        hidden_force_push=hidden_force_push,
    )


def _lets_administrators(rule: JsonObject) -> bool:
    return rule.get("isAdminEnforced", False) is False


def _are_named(checks: object) -> bool:
    return isinstance(checks, list) and all(
        isinstance(check, dict) and isinstance(check.get("context"), str) for check in checks
    )


def _not_said(said: JsonObject, switches: Mapping[str, Setting]) -> set[Setting]:
    """The switches that are neither on nor off; an older server leaves some out."""
    return {s for key, s in switches.items() if not isinstance(said.get(key, False), bool)}


def _ruleset(ruleset: JsonObject, label: str) -> ProtectionSource:
    levels: dict[Setting, int] = {}
    checks: set[RequiredCheck] = set()
    unread: set[Setting] = set()
    unjudged: list[str] = []
    for rule in entries(mapping(ruleset.get("rules")).get("nodes")):
        kind, parameters = rule.get("type"), mapping(rule.get("parameters"))
        setting = _RULES.get(str(kind))
        if setting is not None:
            levels[setting] = 1
        if setting is Setting.PULL_REQUEST:
            levels |= {s: 1 for key, s in _PULL_REQUEST.items() if parameters.get(key) is True}
            approvals = parameters.get("requiredApprovingReviewCount")
            levels[Setting.APPROVALS] = count(approvals)
            unread |= _not_said(parameters, _PULL_REQUEST)
            unread |= set() if is_count(approvals) else {Setting.APPROVALS}
        if kind == "REQUIRED_STATUS_CHECKS":
            listed = entries(parameters.get("requiredStatusChecks"))
            checks |= {
                RequiredCheck(context, _number(check.get("integrationId")))
                for check in listed
                if isinstance(context := check.get("context"), str)
            }
            levels |= {Setting.CHECKS: 1} if checks else {}
            if not listed or not _are_named(parameters.get("requiredStatusChecks")):
                unread |= {Setting.CHECKS, Setting.UP_TO_DATE}
            unread |= _not_said(parameters, _STRICT)
            is_strict = parameters.get("strictRequiredStatusChecksPolicy") is True
            levels |= {Setting.UP_TO_DATE: 1} if is_strict and checks else {}
        elif setting is None:
            unjudged.append(str(kind).lower())
    bypass, hidden = bypass_of_graphql(ruleset)
    rest = tuple(dict.fromkeys(unjudged))
    return ProtectionSource(
        name=label,
        levels=levels,
        checks=frozenset(checks),
        bypass=bypass,
        hidden_bypass=hidden,
        unread=frozenset(unread),
        unjudged_rules=rest,
    )


def _app(app: JsonObject) -> int | None:
    return _number(app.get("databaseId"))


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
