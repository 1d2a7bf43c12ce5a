"""
Classic branch protection and rulesets of the REST API into the model.

Sources: https://docs.github.com/en/rest/branches/branch-protection,
https://docs.github.com/en/rest/repos/rules
"""

from collections.abc import Iterator, Mapping, Sequence

from verifier.errors import UnexpectedAnswerError
from verifier.github.bypass_actors import BOUND_UNSAID, bypass_of_ruleset, listed_actors
from verifier.github.json_shapes import JsonObject, count, is_count, mapping
from verifier.model.bypass import CLASSIC_ADMINISTRATORS, Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import CLASSIC, ProtectionSource, RequiredCheck, Setting

_ANYBODY = -1
#: What says which ways of merging a rule allows.
_LIMITS: Mapping[str, type] = {"allowed_merge_methods": list, "merge_method": str}
_METHODS_UNSAID = Unobserved("GitHub's answer does not say which ways of merging a rule allows")

_NOT_BOUND = (Bypass(CLASSIC_ADMINISTRATORS),)
_SWITCHES = {
    "required_linear_history": Setting.LINEAR_HISTORY,
    "required_conversation_resolution": Setting.CONVERSATIONS,
    "required_signatures": Setting.SIGNATURES,
    "lock_branch": Setting.LOCK,
}
#: Classic protection blocks these unless it says otherwise.
_ALLOWANCES = {
    "allow_force_pushes": Setting.NO_FORCE_PUSH,
    "allow_deletions": Setting.NO_DELETION,
}
_REVIEWS = {
    "dismiss_stale_reviews": Setting.STALE_REVIEWS,
    "require_code_owner_reviews": Setting.CODE_OWNERS,
    "require_last_push_approval": Setting.LAST_PUSH,
}
_PARTS = {
    "required_pull_request_reviews": (Setting.PULL_REQUEST, Setting.APPROVALS, *_REVIEWS.values()),
    "required_status_checks": (Setting.CHECKS, Setting.UP_TO_DATE),
    "restrictions": (Setting.PUSH_RESTRICTIONS,),
}
#: Rules without parameters, by their type.
_RULES = {
    "non_fast_forward": Setting.NO_FORCE_PUSH,
    "deletion": Setting.NO_DELETION,
    "required_linear_history": Setting.LINEAR_HISTORY,
    "required_signatures": Setting.SIGNATURES,
    "update": Setting.LOCK,
    "merge_queue": Setting.MERGE_QUEUE,
    "required_deployments": Setting.DEPLOYMENTS,
    "pull_request": Setting.PULL_REQUEST,
    "required_status_checks": Setting.CHECKS,
}
_PULL_REQUEST_PARAMETERS = {
    "dismiss_stale_reviews_on_push": Setting.STALE_REVIEWS,
    "require_code_owner_review": Setting.CODE_OWNERS,
    "require_last_push_approval": Setting.LAST_PUSH,
    "required_review_thread_resolution": Setting.CONVERSATIONS,
}


#: What a rule says by its parameters, by its type.
_PARAMETERS = {
    "pull_request": frozenset({Setting.APPROVALS, *_PULL_REQUEST_PARAMETERS.values()}),
    "required_status_checks": frozenset({Setting.CHECKS, Setting.UP_TO_DATE}),
}


def parse_classic(value: object) -> ProtectionSource:
    """
    Read `GET …/branches/{branch}/protection`. A part that is not there is off.

    Raises:
        UnexpectedAnswerError: it is malformed.
    """
    if not isinstance(value, dict):
        raise UnexpectedAnswerError("GitHub's branch protection is malformed")
    reviews = value.get("required_pull_request_reviews")
    said = [value[key] for key in _ALLOWANCES if key in value]
    is_said = reviews is None or isinstance(reviews, dict)
    if not is_said or not all(isinstance(e, dict) for e in said) or not _is_readable(reviews):
        raise UnexpectedAnswerError("GitHub's branch protection is malformed")
    levels = {s: 1 for key, s in _SWITCHES.items() if _is_enabled(value.get(key))}
    levels |= {s: 1 for key, s in _ALLOWANCES.items() if not _is_enabled(value.get(key))}
    switches = {**_SWITCHES, **_ALLOWANCES}
    said_of = {s: mapping(value[key]).get("enabled") for key, s in switches.items() if key in value}
    unread = {s for s, is_on in said_of.items() if not isinstance(is_on, bool)}
    # What is not allowed is told as such: where nothing is said, it may be allowed.
    unread |= {s for key, s in _ALLOWANCES.items() if key not in value}
    # What is off is not there; null is no answer.
    unread |= {s for key, parts in _PARTS.items() if value.get(key, 0) is None for s in parts}
    free_of_reviews: tuple[Bypass, ...] = ()
    if isinstance(reviews, dict):
        levels[Setting.PULL_REQUEST] = 1
        levels[Setting.APPROVALS] = count(reviews.get("required_approving_review_count"))
        unread |= _unread(reviews, _REVIEWS)
        levels |= {s: 1 for key, s in _REVIEWS.items() if reviews.get(key) is True}
        free_of_reviews = listed_actors(reviews.get("bypass_pull_request_allowances"))
    if isinstance(value.get("restrictions"), dict):
        levels[Setting.PUSH_RESTRICTIONS] = 1
    checks, of_checks = _classic_checks(value.get("required_status_checks"))
    said_of_checks = value.get("required_status_checks")
    lists = (mapping(said_of_checks).get(key) for key in ("checks", "contexts"))
    is_listed = any(isinstance(each, list) for each in lists)
    if said_of_checks is not None and not (is_listed and _are_names(said_of_checks)):
        unread |= {Setting.CHECKS, Setting.UP_TO_DATE}
    if isinstance(said_of_checks, dict) and not isinstance(said_of_checks.get("strict"), bool):
        unread.add(Setting.UP_TO_DATE)
    bound = mapping(value.get("enforce_admins")).get("enabled")
    is_unsaid = "enforce_admins" in value and not isinstance(bound, bool)
    return ProtectionSource(
        name=CLASSIC,
        levels={s: n for s, n in {**levels, **of_checks}.items() if s not in unread},
        unread=frozenset(unread),
        checks=checks,
        bypass=() if is_unsaid or _is_enabled(value.get("enforce_admins")) else _NOT_BOUND,
        hidden_bypass=BOUND_UNSAID if is_unsaid else None,
        bypass_of_reviews=free_of_reviews,
    )


def parse_summary(value: object) -> ProtectionSource | None:
    """
    Read the protection that `GET …/branches/{branch}` shows to anybody: required checks alone.

    None where it shows none. The rest of it stays unknown.
    """
    match value:
        case {"protection": {"enabled": True, "required_status_checks": dict(said)}}:
            checks, _ = _classic_checks(said)
            is_for_all = said.get("enforcement_level") == "everyone"
        case _:
            return None
    if not checks:
        return None
    bypass = () if is_for_all else _NOT_BOUND
    return ProtectionSource(CLASSIC, {Setting.CHECKS: 1}, checks, bypass)


def parse_ruleset(rules: Sequence[object], ruleset: object, name: str) -> ProtectionSource:
    """
    Read the active rules that one ruleset has for a branch.

    `ruleset` is `GET …/rulesets/{id}`, or `Unobserved`: without it nobody knows who may bypass.
    """
    levels: dict[Setting, int] = {}
    checks: set[RequiredCheck] = set()
    limits: list[frozenset[str] | Unobserved] = []
    unjudged: dict[str, None] = {}
    unread: set[Setting] = set()
    for rule in rules:
        kind, parameters = mapping(rule).get("type"), mapping(mapping(rule).get("parameters"))
        if not isinstance(kind, str):
            raise UnexpectedAnswerError("a rule of GitHub's has no type")
        if kind not in _RULES:
            unjudged[kind] = None
        of_rule, of_checks = _rule(kind, parameters)
        is_said = isinstance(mapping(rule).get("parameters"), dict)
        unread |= _unread_of(kind, parameters) if is_said else _PARAMETERS.get(kind, frozenset())
        levels |= {s: max(level, levels.get(s, 0)) for s, level in of_rule.items()}
        checks |= of_checks
        limits += _methods(parameters)
    bypass, hidden = bypass_of_ruleset(ruleset)
    methods = [limit for limit in limits if not isinstance(limit, Unobserved)]
    left = methods[0].intersection(*methods) or frozenset({"none"}) if methods else frozenset()
    return ProtectionSource(
        name=name,
        levels=levels,
        unread=frozenset(unread),
        checks=frozenset(checks),
        bypass=bypass,
        hidden_bypass=hidden,
        merge_methods=left,
        hidden_methods=_METHODS_UNSAID if _METHODS_UNSAID in limits else None,
        unjudged_rules=tuple(unjudged),
    )


def _unread_of(kind: str, parameters: JsonObject) -> frozenset[Setting]:
    """What a rule must say and does not."""
    match _RULES.get(kind):
        case Setting.PULL_REQUEST:
            return _unread(parameters, _PULL_REQUEST_PARAMETERS)
        case Setting.CHECKS:
            is_strict = parameters.get("strict_required_status_checks_policy", False)
            listed = isinstance(parameters.get("required_status_checks"), list)
            return frozenset(
                (
                    *([] if listed else [Setting.CHECKS]),
                    *([] if isinstance(is_strict, bool) else [Setting.UP_TO_DATE]),
                )
            )
        case _:
            return frozenset()


def _unread(said: JsonObject, switches: Mapping[str, Setting]) -> frozenset[Setting]:
    """The parts of a rule for pull requests that are no answer; an older server leaves some out."""
    found = {s for key, s in switches.items() if key in said and not isinstance(said[key], bool)}
    if not is_count(said.get("required_approving_review_count")):
        found.add(Setting.APPROVALS)
    return frozenset(found)


def _methods(parameters: JsonObject) -> Iterator[frozenset[str] | Unobserved]:
    """How a rule lets pull requests be merged, where it limits that."""
    for key, kind in _LIMITS.items():
        if key in parameters:
            said = parameters[key]
            names = said if isinstance(said, list) else [said]
            known = [name.lower() for name in names if isinstance(name, str)]
            is_said = isinstance(said, kind) and len(known) == len(names)
            yield frozenset(known) if is_said else _METHODS_UNSAID


def _rule(
    kind: str, parameters: JsonObject
) -> tuple[Mapping[Setting, int], frozenset[RequiredCheck]]:
    setting = _RULES.get(kind)
    if setting is None:
        return {}, frozenset()
    levels = {setting: 1}
    if setting is Setting.PULL_REQUEST:
        levels |= {s: 1 for k, s in _PULL_REQUEST_PARAMETERS.items() if parameters.get(k) is True}
        levels[Setting.APPROVALS] = count(parameters.get("required_approving_review_count"))
    if setting is not Setting.CHECKS:
        return levels, frozenset()
    checks = frozenset(_checks(parameters.get("required_status_checks"), "integration_id"))
    if parameters.get("strict_required_status_checks_policy") is True:
        levels[Setting.UP_TO_DATE] = 1
    return levels if checks else {}, checks


def _classic_checks(value: object) -> tuple[frozenset[RequiredCheck], Mapping[Setting, int]]:
    if not isinstance(value, dict):
        return frozenset(), {}
    checks = set(_checks(value.get("checks"), "app_id"))
    named = {check.name for check in checks}
    contexts = value.get("contexts")
    checks |= {
        RequiredCheck(context)
        for context in (contexts if isinstance(contexts, list) else [])
        if isinstance(context, str) and context not in named
    }
    levels = {Setting.CHECKS: 1} if checks else {}
    if checks and value.get("strict") is True:
        levels[Setting.UP_TO_DATE] = 1
    return frozenset(checks), levels


def _are_names(said_of_checks: object) -> bool:
    contexts = mapping(said_of_checks).get("contexts", [])
    return isinstance(contexts, list) and all(isinstance(context, str) for context in contexts)


def _checks(value: object, app: str) -> Iterator[RequiredCheck]:
    for entry in value if isinstance(value, list) else []:
        match entry:
            case {"context": str(context)}:
                app_id = entry.get(app)
                is_one = isinstance(app_id, int) and app_id != _ANYBODY
                yield RequiredCheck(context, app_id if is_one else None)
            case _:
                raise UnexpectedAnswerError("a required check of GitHub's has no name")


def _is_readable(reviews: object) -> bool:
    """Whether a list in it of those who may do without reviews is one; there may be none."""
    allowed = mapping(reviews).get("bypass_pull_request_allowances", {})
    return isinstance(allowed, dict) and all(
        isinstance(listed, list) and all(isinstance(one, dict) for one in listed)
        for listed in (allowed[key] for key in ("users", "teams", "apps") if key in allowed)
    )


def _is_enabled(value: object) -> bool:
    return mapping(value).get("enabled") is True
