"""
Whether GitHub Actions runs anything in a repository, and which actions it lets run there.

An organisation's setting holds for all of its repositories, and few tokens may see it.

Source: https://docs.github.com/en/rest/actions/permissions
"""

from dataclasses import dataclass
from urllib.parse import quote

from verifier.errors import ProviderError
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, mapping
from verifier.model.finding import Unobserved
from verifier.model.security_settings import ActionPolicy, AllowedActions, SelectedActions

_ADMINISTRATION = "Administration: read"
_OF_ORGANISATION = "organisation Administration: read"
_ORGANISATION, _PERSON = "Organization", "User"
_PINNED = "sha_pinning_required"
_NOT_SAID = Unobserved("GitHub's answer does not say which actions may run")


@dataclass(frozen=True, slots=True)
class SeenActions:
    """What was seen of both."""

    has_actions: bool | Unobserved
    policies: tuple[ActionPolicy, ...] | Unobserved
    above: Unobserved | None = None
    """Why the organisation's was not seen; None where it was, or there is none."""


def read_actions(
    api: Api, own: JsonObject | Unobserved, is_on: bool | Unobserved, facts: JsonObject
) -> SeenActions:
    """Return what holds, of the repository's `own` setting, its `facts` and its organisation."""
    owner = mapping(facts.get("owner"))
    name = str(facts.get("full_name") or "this repository")
    login = str(owner.get("login") or name.partition("/")[0])
    found: list[ActionPolicy | Unobserved] = []
    if is_on is not False:
        # Of a login with an underscore an enterprise manages the account.
        is_person = owner.get("type") == _PERSON and "_" not in login
        is_alone = is_person and not api.own_host
        found.append(_own_policy(api, own, name, login, is_alone))
    if is_on is False or owner.get("type") != _ORGANISATION:
        return SeenActions(is_on, _all_of(found))
    path = f"/orgs/{quote(login, safe='')}/actions/permissions"
    told = "read whether the organisation has GitHub Actions"
    try:
        above = api.elsewhere(path, _OF_ORGANISATION, told)
    except ProviderError as error:
        return SeenActions(is_on, _all_of(found), Unobserved(error.message, error.hint))
    if above.get("enabled_repositories") == "none":
        return SeenActions(False, ())
    policy = _policy_above(api, above, login, path)
    why = policy if isinstance(policy, Unobserved) else None
    return SeenActions(is_on, _all_of([*found, *([] if why else [policy])]), why)


def _all_of(found: list[ActionPolicy | Unobserved]) -> tuple[ActionPolicy, ...] | Unobserved:
    unread = next((each for each in found if isinstance(each, Unobserved)), None)
    return unread or tuple(each for each in found if isinstance(each, ActionPolicy))


def _own_policy(
    api: Api, said: JsonObject | Unobserved, name: str, owner: str, is_alone: bool
) -> ActionPolicy | Unobserved:
    if isinstance(said, Unobserved):
        return said
    allowed = _allowed(said)
    if allowed is None:
        return _NOT_SAID
    chosen: SelectedActions | Unobserved = _NOT_SAID
    if allowed is AllowedActions.SELECTED:
        try:
            path = "/actions/permissions/selected-actions"
            chosen = _selected(mapping(api.get(path, _ADMINISTRATION)))
        except ProviderError as error:
            chosen = Unobserved(error.message, error.hint)
    pins = said.get(_PINNED) is True
    return ActionPolicy(name, owner, allowed, chosen, pins, is_alone, bool(api.own_host))


def _policy_above(api: Api, said: JsonObject, owner: str, path: str) -> ActionPolicy | Unobserved:
    allowed = _allowed(said)
    if allowed is None:
        return _NOT_SAID
    chosen: SelectedActions | Unobserved = _NOT_SAID
    if allowed is AllowedActions.SELECTED:
        told = "read which actions the organisation allows"
        try:
            chosen = _selected(api.elsewhere(f"{path}/selected-actions", _OF_ORGANISATION, told))
        except ProviderError as error:
            chosen = Unobserved(error.message, error.hint)
    pins = said.get(_PINNED) is True
    return ActionPolicy(owner, owner, allowed, chosen, pins, has_githubs=bool(api.own_host))


def _allowed(said: JsonObject) -> AllowedActions | None:
    value = said.get("allowed_actions")
    return next((each for each in AllowedActions if each == value), None)


def _selected(said: JsonObject) -> SelectedActions | Unobserved:
    by_github = said.get("github_owned_allowed")
    # An own server without GitHub Connect has no Marketplace.
    by_verified = said.get("verified_allowed", False)
    patterns = said.get("patterns_allowed", [])
    if not (
        isinstance(by_github, bool)
        and isinstance(by_verified, bool)
        and isinstance(patterns, list)
        and all(isinstance(each, str) for each in patterns)
    ):
        return _NOT_SAID
    return SelectedActions(by_github, by_verified, tuple(str(each).strip() for each in patterns))
