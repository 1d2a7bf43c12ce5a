"""
Environments of a repository, and what is stored in it and around it by name.

Sources: https://docs.github.com/en/rest/deployments/environments,
https://docs.github.com/en/rest/actions/secrets, https://docs.github.com/en/rest/dependabot/secrets
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

from verifier.errors import AbsentError, DeniedError, ProviderError, UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.json_shapes import (
    JsonObject,
    all_texts,
    count,
    entries,
    is_count,
    mapping,
    time_if_readable,
)
from verifier.model.finding import Unobserved
from verifier.model.named_values import (
    DEPENDABOT,
    ORGANISATION,
    REPOSITORY,
    Branches,
    GitHubEnvironment,
    StoredName,
    StoredNames,
    WantedName,
    environment_place,
)

_ACTIONS = "Actions: read"
_PERMISSIONS = {"secrets": "Secrets: read", "variables": "Variables: read"}
_KNOWN_RULES = ("wait_timer", "required_reviewers", "branch_policy")


def read_names(
    api: Api,
    kind: Literal["secrets", "variables"],
    wanted: Sequence[WantedName],
    environments: Sequence[str],
) -> StoredNames:
    """
    Return the names that are stored where one of those wanted may be; values are never read.

    Raises:
        ProviderError: GitHub did not tell, for another reason than the token's rights.
    """
    found: list[StoredName] = []
    unread: dict[str, Unobserved] = {}
    places = dict(_places(kind, wanted, environments))
    for place, (path, permission) in places.items():
        try:
            stored = [*map(mapping, api.pages(path, permission, key=kind))]
            for entry, name in zip(stored, all_texts(stored, "name", f"read {path}"), strict=True):
                updated_at = time_if_readable(entry.get("updated_at"))
                found.append(StoredName(name, place, updated_at))
        except (AbsentError, DeniedError) as error:
            unread[place] = Unobserved(error.message, error.hint)
    return StoredNames(tuple(found), unread, bool(places) and len(unread) == len(places))


def _places(
    kind: str, wanted: Sequence[WantedName], environments: Sequence[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each place, with its path and the right that it takes."""
    permission = _PERMISSIONS[kind]
    if not all(one.is_for_dependabot for one in wanted):
        yield REPOSITORY, (f"/actions/{kind}", permission)
        yield ORGANISATION, (f"/actions/organization-{kind}", permission)
    for name in dict.fromkeys((*environments, *(w.environment for w in wanted if w.environment))):
        path = f"/environments/{quote(name, safe='')}/{kind}"
        yield environment_place(name), (path, "Environments: read")
    if kind == "secrets" and any(one.is_for_dependabot for one in wanted):
        yield DEPENDABOT, ("/dependabot/secrets", "Dependabot secrets: read")


def read_environments(api: Api, wanted: Sequence[str]) -> tuple[GitHubEnvironment, ...]:
    """
    Return the environments with what guards them, of those wanted with the branches they choose.

    Raises:
        ProviderError: GitHub did not tell which environments there are.
    """
    pages = api.pages("/environments", _ACTIONS, key="environments")
    names = {name.casefold() for name in wanted}
    found = (_environment(mapping(entry)) for entry in pages)
    return tuple(
        replace(each, chosen=_chosen(api, each.name))
        if each.branches is Branches.CHOSEN and each.name.casefold() in names
        else each
        for each in found
    )


def _chosen(api: Api, environment: str) -> tuple[str, ...] | Unobserved:
    path = f"/environments/{quote(environment, safe='')}/deployment-branch-policies"
    try:
        policies = api.pages(path, _ACTIONS, key="branch_policies")
        return tuple(all_texts(policies, "name", f"read the branches of {environment}"))
    except ProviderError as error:
        return Unobserved(error.message, error.hint)


def _is_told(rule: object) -> bool:
    """Whether a rule says what it asks for."""
    match rule:
        case {"type": "wait_timer", "wait_timer": minutes}:
            return is_count(minutes)
        case {"type": "required_reviewers", "reviewers": [*people]}:
            return all(isinstance(one, dict) for one in people)
        case {"type": "wait_timer" | "required_reviewers"}:
            return False
        case {"type": str()}:
            return True
        case _:
            return False


def _is_policy(said: object) -> bool:
    """Whether it is one; null is what GitHub says of every branch."""
    match said:
        case None | {"protected_branches": bool(), "custom_branch_policies": bool()}:
            return True
        case _:
            return False


def _environment(said: JsonObject) -> GitHubEnvironment:
    listed, chosen = said.get("protection_rules", []), said.get("deployment_branch_policy")
    is_told = isinstance(listed, list) and all(_is_told(rule) for rule in listed)
    if not (is_told and isinstance(said.get("name"), str) and _is_policy(chosen)):
        raise UnexpectedAnswerError("GitHub's answer does not say what guards an environment")
    rules, policy = entries(listed), mapping(chosen)
    branches = Branches.ANY
    if policy.get("protected_branches") is True:
        branches = Branches.PROTECTED
    elif policy.get("custom_branch_policies") is True:
        branches = Branches.CHOSEN
    passes = said.get("can_admins_bypass")
    return GitHubEnvironment(
        name=str(said.get("name")),
        branches=branches,
        reviewers=sum(len(entries(rule.get("reviewers"))) for rule in rules),
        wait_minutes=max((count(rule.get("wait_timer")) for rule in rules), default=0),
        lets_administrators_by=passes if isinstance(passes, bool) else None,
        has_custom_rules=any(rule.get("type") not in _KNOWN_RULES for rule in rules),
    )
