"""
Brings one ruleset of a repository to a fix: adds, and takes nothing away.

Source: https://docs.github.com/en/rest/repos/rules
"""

from collections.abc import Mapping, Sequence

from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, count, entries, mapping
from verifier.model.protection import Fix, Setting

NAME = "Railway deploy verifier"
_PERMISSION = "Administration: write"
_PLAIN = {
    Setting.NO_FORCE_PUSH: "non_fast_forward",
    Setting.NO_DELETION: "deletion",
    Setting.LINEAR_HISTORY: "required_linear_history",
    Setting.SIGNATURES: "required_signatures",
}
_OF_PULL_REQUEST = {
    Setting.STALE_REVIEWS: "dismiss_stale_reviews_on_push",
    Setting.CODE_OWNERS: "require_code_owner_review",
    Setting.LAST_PUSH: "require_last_push_approval",
    Setting.CONVERSATIONS: "required_review_thread_resolution",
}


def apply_fix(api: Api, branch: str, fix: Fix) -> None:
    """
    Create the ruleset, or extend it where it exists. A fix that is not needed changes nothing.

    Raises:
        ProviderError: GitHub did not take it.
    """
    if not fix.is_needed:
        return
    name = f"{NAME}: {branch}"
    own = [
        mapping(ruleset)
        for ruleset in api.pages("/rulesets", "Metadata: read", includes_parents="false")
        if mapping(ruleset).get("name") == name
    ]
    number = count(own[0].get("id")) if own else 0
    existing = mapping(api.get(f"/rulesets/{number}", _PERMISSION)) if own else {}
    body = {
        "name": name,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": [f"refs/heads/{branch}"], "exclude": []}},
        "rules": merged_rules(entries(existing.get("rules")), fix),
    }
    if own:
        api.change("PUT", f"/rulesets/{number}", _PERMISSION, body)
    else:
        api.change("POST", "/rulesets", _PERMISSION, body)


def merged_rules(existing: Sequence[JsonObject], fix: Fix) -> list[JsonObject]:
    """Return the rules that are there, made stricter where the fix is."""
    rules = {str(rule.get("type")): dict(rule) for rule in existing}
    for setting, kind in _PLAIN.items():
        if setting in fix.levels:
            rules.setdefault(kind, {"type": kind})
    of_pull_request = {Setting.PULL_REQUEST, Setting.APPROVALS, *_OF_PULL_REQUEST}
    if of_pull_request & set(fix.levels):
        kind = "pull_request"
        parameters = _pull_request(_parameters(rules.get(kind)), fix.levels)
        rules[kind] = {"type": kind, "parameters": parameters}
    if fix.checks or Setting.UP_TO_DATE in fix.levels:
        kind = "required_status_checks"
        rules[kind] = {"type": kind, "parameters": _checks(_parameters(rules.get(kind)), fix)}
    return list(rules.values())


def _parameters(rule: JsonObject | None) -> JsonObject:
    return mapping(mapping(rule).get("parameters"))


def _pull_request(before: JsonObject, levels: Mapping[Setting, int]) -> JsonObject:
    approvals = max(
        count(before.get("required_approving_review_count")), levels.get(Setting.APPROVALS, 0)
    )
    switches = {
        key: before.get(key) is True or setting in levels
        for setting, key in _OF_PULL_REQUEST.items()
    }
    return {**before, "required_approving_review_count": approvals, **switches}


def _checks(before: JsonObject, fix: Fix) -> JsonObject:
    kept = entries(before.get("required_status_checks"))
    names = {check.get("context") for check in kept}
    added = [{"context": name} for name in fix.checks if name not in names]
    is_strict = before.get("strict_required_status_checks_policy") is True
    return {
        **before,
        "required_status_checks": [*kept, *added],
        "strict_required_status_checks_policy": is_strict or Setting.UP_TO_DATE in fix.levels,
    }
