"""
Brings one ruleset of a repository to a fix: adds, and takes nothing away.

Source: https://docs.github.com/en/rest/repos/rules
"""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence

from verifier.errors import (
    InvalidRequestError,
    NotSentError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, count, entries, is_count, mapping
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


#: Parts of the rule that GitHub wants to be told though nobody asks for them here.
#: Source: the page above, "Create a repository ruleset", `pull_request`.
_WANTED_OF_PULL_REQUEST = ("require_code_owner_review", "require_last_push_approval")


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
_WAY_OUT = "set its target back to that branch, or rename it and run the fix again"


def apply_fix(api: Api, repository: str, branch: str, fix: Fix, host: str = "") -> str:
    """
    Create the ruleset, or extend it where it exists; return the command that undoes it.

    Of a ruleset that exists only rules are added: its name, conditions, enforcement and bypass
    list stay as they are. One that guards anything but this branch is left alone. A fix that is
    not needed changes nothing, and returns nothing. Where GitHub's answer to a change is lost,
    what became of it is read. The command names `host`, where that is not github.com.

    Raises:
        ProviderError: GitHub did not take it, or the ruleset was changed by hand.
    """
    if not fix.is_needed:
        return ""
    own = _own(api, branch)
    program = f"gh api --hostname {shlex.quote(host)}" if host else "gh api"
    place = f"repos/{repository}/rulesets"
    if own:
        number = count(own[0].get("id"))
        undo = _extended(api, branch, fix, number)
        # `echo` of dash and zsh turns \\n within it into a line break.
        return f"printf '%s' {undo} | {program} -X PUT {place}/{number} --input -"
    body: JsonObject = {
        "name": own_ruleset(branch),
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [_actor(bypass) for bypass in fix.bypass],
        "conditions": _conditions(branch),
        "rules": merged_rules([], fix),
    }
    made = _sent(lambda: api.change("POST", "/rulesets", _PERMISSION, body))
    number = 0 if isinstance(made, ProviderError) else count(made.get("id"))
    number = number or _number_of_made(api, branch, made)
    return f"{program} -X DELETE {place}/{number}"


def _extended(api: Api, branch: str, fix: Fix, number: int) -> str:
    """Extend the ruleset of our name; return it as it was, quoted for a shell."""
    path = f"/rulesets/{number}"
    existing = mapping(api.get(path, _PERMISSION))
    elsewhere = _why_elsewhere(existing, branch)
    if elsewhere:
        raise UnexpectedAnswerError(f"{elsewhere}; nothing was changed", hint=_WAY_OUT)
    before = _kept(existing)
    if not _is_whole(before) or existing.get("enforcement") != "active":
        raise UnexpectedAnswerError(
            f'the ruleset "{own_ruleset(branch)}" is not active, or not shown in full; '
            "nothing was changed",
            hint="enable it, or delete it and run the fix again",
        )
    body = {**before, "rules": merged_rules(entries(existing.get("rules")), fix)}
    answer = _sent(lambda: api.change("PUT", path, _PERMISSION, body))
    if isinstance(answer, ProviderError) and _kept(_seen(api, path, branch, answer)) == before:
        raise _lost(f"{answer.message}; the ruleset was as before afterwards", branch)
    # What a runner takes for a command, ##[…], is only ever inside of JSON's texts.
    return shlex.quote(json.dumps(before).replace("#", "\\u0023"))


def _kept(ruleset: JsonObject) -> JsonObject:
    return {key: ruleset[key] for key in _KEPT if key in ruleset}


def _sent(change: Callable[[], JsonObject]) -> JsonObject | ProviderError:
    """What a change became, or why that is not known though it may have been carried out."""
    try:
        return change()
    except (NotSentError, RateLimitedError, InvalidRequestError):
        raise
    except (UnreachableError, UnexpectedAnswerError) as error:
        return error


def _number_of_made(api: Api, branch: str, answer: JsonObject | ProviderError) -> int:
    """The number of the ruleset that was made, where GitHub's answer does not tell it."""
    said = "could not read which ruleset was made: GitHub's answer is malformed"
    lost = answer if isinstance(answer, ProviderError) else UnexpectedAnswerError(said)
    try:
        own = _own(api, branch)
    except ProviderError as error:
        raise _unknown(lost, branch) from error
    if not own:
        raise _lost(f"{lost.message}; no ruleset of that name was there afterwards", branch)
    return count(own[0].get("id"))


def _seen(api: Api, path: str, branch: str, lost: ProviderError) -> JsonObject:
    try:
        return mapping(api.get(path, _PERMISSION))
    except ProviderError as error:
        raise _unknown(lost, branch) from error


def _unknown(lost: ProviderError, branch: str) -> UnknownOutcomeError:
    return _lost(f"{lost.message}; whether it was carried out is not known", branch)


def _lost(told: str, branch: str) -> UnknownOutcomeError:
    hint = f'see "{own_ruleset(branch)}" and its history in Settings > Rules, then run it again'
    return UnknownOutcomeError(told, hint=hint)


def why_not_ours(api: Api, branch: str) -> str:
    """
    Return why the ruleset of our name is not one to extend for this branch; empty where it is.

    Raises:
        ProviderError: GitHub did not tell.
    """
    for listed in _own(api, branch):
        path = f"/rulesets/{count(listed.get('id'))}"
        why = _why_elsewhere(mapping(api.get(path, "Metadata: read")), branch)
        if why:
            return f"{why}: {_WAY_OUT}"
    return ""


def _own(api: Api, branch: str) -> list[JsonObject]:
    """The rulesets of the repository that have our name."""
    pages = api.pages("/rulesets", "Metadata: read", includes_parents="false")
    listed = [*map(mapping, pages)]
    # One without a name may be ours, and without a number it can be neither read nor extended.
    if not all(isinstance(r.get("name"), str) and count(r.get("id")) for r in listed):
        raise UnexpectedAnswerError("could not read the rulesets: GitHub's list is malformed")
    return [ruleset for ruleset in listed if ruleset["name"] == own_ruleset(branch)]


def _why_elsewhere(ruleset: JsonObject, branch: str) -> str:
    """Why a rule that is added to it would not guard this branch, or not this one alone."""
    conditions = mapping(ruleset.get("conditions"))
    if ruleset.get("target") == "branch" and conditions == _conditions(branch):
        return ""
    return f'the ruleset "{own_ruleset(branch)}" no longer guards {branch} and nothing else'


def _is_whole(ruleset: JsonObject) -> bool:
    """Whether all that is written back of it is told: what is null would be taken away."""
    match ruleset:
        case {"rules": [*rules], "bypass_actors": [*actors]} if ruleset.keys() == set(_KEPT):
            return all(map(_is_told, rules)) and all(isinstance(actor, dict) for actor in actors)
        case _:
            return False


def _is_told(rule: object) -> bool:
    match rule:
        case {
            "type": "required_status_checks",
            "parameters": {"required_status_checks": [*checks]},
        }:
            return all(isinstance(mapping(check).get("context"), str) for check in checks)
        case {"type": "pull_request", "parameters": dict(said)}:
            is_counted = is_count(said.get("required_approving_review_count"))
            switches = (*_OF_PULL_REQUEST.values(), *_WANTED_OF_PULL_REQUEST)
            return is_counted and all(isinstance(said.get(key, False), bool) for key in switches)
        case {"type": "required_status_checks" | "pull_request"}:
            return False
        case {"type": str()}:
            return True
        case _:
            return False


def _conditions(branch: str) -> JsonObject:
    return {"ref_name": {"include": [f"refs/heads/{branch}"], "exclude": []}}


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
    """Return the rules that are there, all of them, made stricter where the fix is."""
    rules: list[dict[str, object]] = [dict(rule) for rule in existing]
    for setting, kind in _PLAIN.items():
        if setting in fix.levels:
            _first_of(rules, kind)
    of_pull_request = {Setting.PULL_REQUEST, Setting.APPROVALS, *_OF_PULL_REQUEST}
    if of_pull_request & set(fix.levels):
        rule = _first_of(rules, "pull_request")
        rule["parameters"] = _pull_request(mapping(rule.get("parameters")), fix.levels)
    if fix.checks or Setting.UP_TO_DATE in fix.levels:
        rule = _first_of(rules, "required_status_checks")
        rule["parameters"] = _checks(mapping(rule.get("parameters")), fix)
    return list(rules)


def _first_of(rules: list[dict[str, object]], kind: str) -> dict[str, object]:
    """Return the first rule of a type, added where there is none: a type may stand twice."""
    for rule in rules:
        if rule.get("type") == kind:
            return rule
    rules.append({"type": kind})
    return rules[-1]


def _pull_request(before: JsonObject, levels: Mapping[Setting, int]) -> JsonObject:
    approvals = max(
        count(before.get("required_approving_review_count")), levels.get(Setting.APPROVALS, 0)
    )
    switches = {
        key: before.get(key) is True or setting in levels
        for setting, key in _OF_PULL_REQUEST.items()
    }
    rest = {key: before.get(key) is True for key in _WANTED_OF_PULL_REQUEST}
    return {**before, "required_approving_review_count": approvals, **switches, **rest}


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
