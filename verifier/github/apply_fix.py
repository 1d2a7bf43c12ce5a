"""
Brings one ruleset of a repository to a fix: adds, and takes nothing away.

Source: https://docs.github.com/en/rest/repos/rules
"""

import json
import shlex
from collections.abc import Mapping, Sequence

from verifier.errors import UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, count, entries, mapping
from verifier.model.bypass import Actor, ActorKind, Bypass, Role
from verifier.model.merging import Fix, own_ruleset
from verifier.model.protection import RequiredCheck, Setting

_PERMISSION = "Administration: write"
#: What is written back of a ruleset that exists, as it was.
_KEPT = ("name", "target", "enforcement", "bypass_actors", "conditions", "rules")
_PLAIN = {
    Setting.NO_FORCE_PUSH: "non_fast_forward",
    Setting.NO_DELETION: "deletion",
    Setting.LINEAR_HISTORY: "required_linear_history",
    Setting.SIGNATURES: "required_signatures",
}
_OF_PULL_REQUEST = {
    Setting.STALE_REVIEWS: "dismiss_stale_reviews_on_push",
    Setting.CONVERSATIONS: "required_review_thread_resolution",
}


#: The other way round in `bypass_actors.py`.
_ACTOR_TYPES = {
    ActorKind.ROLE: "RepositoryRole",
    ActorKind.OWNERS: "OrganizationAdmin",
    ActorKind.TEAM: "Team",
    ActorKind.APP: "Integration",
    ActorKind.DEPLOY_KEYS: "DeployKey",
    ActorKind.USER: "User",
}
_ROLE_NUMBERS = {Role.MAINTAIN: 2, Role.WRITE: 4, Role.ADMIN: 5}
_OWNERS_NUMBER = 1


def apply_fix(api: Api, repository: str, branch: str, fix: Fix) -> str:
    """
    Create the ruleset, or extend it where it exists; return the command that undoes it.

    Of a ruleset that exists only rules are added: its name, conditions, enforcement and bypass
    list stay as they are. A fix that is not needed changes nothing, and returns nothing.

    Raises:
        ProviderError: GitHub did not take it, or the ruleset was changed by hand.
    """
    if not fix.is_needed:
        return ""
    name = own_ruleset(branch)
    own = [
        mapping(ruleset)
        for ruleset in api.pages("/rulesets", "Metadata: read", includes_parents="false")
        if mapping(ruleset).get("name") == name
    ]
    if not own:
        body: JsonObject = {
            "name": name,
            "target": "branch",
            "enforcement": "active",
            "bypass_actors": [_actor(bypass) for bypass in fix.bypass],
            "conditions": {"ref_name": {"include": [f"refs/heads/{branch}"], "exclude": []}},
            "rules": merged_rules([], fix),
        }
        made = mapping(api.change("POST", "/rulesets", _PERMISSION, body))
        return f"gh api -X DELETE repos/{repository}/rulesets/{count(made.get('id'))}"
    number = count(own[0].get("id"))
    existing = mapping(api.get(f"/rulesets/{number}", _PERMISSION))
    before = {key: existing[key] for key in _KEPT if key in existing}
    if before.keys() != set(_KEPT) or existing.get("enforcement") != "active":
        raise UnexpectedAnswerError(
            f'the ruleset "{name}" is not active, or not shown in full; nothing was changed',
            hint="enable it, or delete it and run the fix again",
        )
    body = {**before, "rules": merged_rules(entries(existing.get("rules")), fix)}
    api.change("PUT", f"/rulesets/{number}", _PERMISSION, body)
    # What a runner takes for a command, ##[…], is only ever inside of JSON's texts.
    undo = shlex.quote(json.dumps(before).replace("#", "\\u0023"))
    return f"echo {undo} | gh api -X PUT repos/{repository}/rulesets/{number} --input -"


def _actor(bypass: Bypass) -> JsonObject:
    mode = bypass.mode.name.lower()
    kind = _ACTOR_TYPES[bypass.actor.kind]
    return {"actor_type": kind, "actor_id": _number(bypass.actor), "bypass_mode": mode}


def _number(actor: Actor) -> int | None:
    if actor.role is not None:
        return _ROLE_NUMBERS.get(actor.role, actor.number)
    if actor.kind is ActorKind.OWNERS:
        return _OWNERS_NUMBER
    return actor.number or None


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
    added = [_required(check) for check in fix.checks if check.name not in names]
    is_strict = before.get("strict_required_status_checks_policy") is True
    return {
        **before,
        "required_status_checks": [*kept, *added],
        "strict_required_status_checks_policy": is_strict or Setting.UP_TO_DATE in fix.levels,
    }


def _required(check: RequiredCheck) -> JsonObject:
    pin = {} if check.app_id is None else {"integration_id": check.app_id}
    return {"context": check.name, **pin}
