"""
Who is let through, of REST and GraphQL, into the model.

Only a list is an answer: an absent one, and null, are hidden.

Sources: https://docs.github.com/en/rest/repos/rules, `bypass_actors`;
https://docs.github.com/en/graphql/reference/objects#repositoryrulesetbypassactor
"""

from collections.abc import Iterator

from verifier.github.json_shapes import JsonObject, count, entries, has_more, mapping
from verifier.model.bypass import Actor, ActorKind, Bypass, BypassMode, Role
from verifier.model.finding import Unobserved

SEES_BYPASS = "only write access to the ruleset shows who may bypass it"
SEES_ALLOWANCES = "only administration of the repository shows who may force-push"
BOUND_UNSAID = Unobserved("GitHub's answer does not say whether administrators are bound")
#: Source: the same page, `actor_id` of RepositoryRole.
_ROLES_BY_ID = {2: Role.MAINTAIN, 4: Role.WRITE, 5: Role.ADMIN}
_ROLES_BY_NAME = {role.name.lower(): role for role in Role}
_KINDS = {
    "Team": ActorKind.TEAM,
    "Integration": ActorKind.APP,
    "App": ActorKind.APP,
    "User": ActorKind.USER,
    "Bot": ActorKind.APP,
    "OrganizationAdmin": ActorKind.OWNERS,
    "DeployKey": ActorKind.DEPLOY_KEYS,
    "RepositoryRole": ActorKind.ROLE,
}
#: An unknown mode counts as the plain one.
_MODES = {
    "pull_request": BypassMode.PULL_REQUEST,
    "pull_requests_only": BypassMode.PULL_REQUEST,
    "exempt": BypassMode.EXEMPT,
}
_NEVER = "never"
_ENTERPRISE = Actor(ActorKind.UNKNOWN, name="owners of the enterprise")


def bypass_of_ruleset(ruleset: object) -> tuple[tuple[Bypass, ...], Unobserved | None]:
    """
    Return who `GET …/rulesets/{id}` says may bypass it, and why there may be others.

    `ruleset` may be `Unobserved`. Where the list is hidden, GitHub still tells what the token's
    owner may.
    """
    if isinstance(ruleset, Unobserved):
        return (), ruleset
    said = mapping(ruleset)
    listed = said.get("bypass_actors")
    own = said.get("current_user_can_bypass")
    may = isinstance(own, str) and own != _NEVER
    token = (Bypass(Actor(ActorKind.TOKEN), _mode(str(own))),) if may else ()
    if not isinstance(listed, list):
        return token, Unobserved(SEES_BYPASS)
    found = tuple(_bypass(actor) for actor in entries(listed))
    if len(found) < len(listed):
        return found, Unobserved("GitHub's list of those who may bypass it is malformed")
    # An empty list says that nobody may, and this that somebody may: there are others.
    return (token, Unobserved(SEES_BYPASS)) if token and not found else (found, None)


def bypass_of_graphql(ruleset: JsonObject) -> tuple[tuple[Bypass, ...], Unobserved | None]:
    """Return the same of a ruleset of GraphQL's; a page that is not whole hides the rest."""
    connection = mapping(ruleset.get("bypassActors"))
    listed = connection.get("nodes")
    if not isinstance(listed, list):
        return (), Unobserved(SEES_BYPASS)
    found = tuple(_graphql_bypass(mapping(actor)) for actor in listed)
    if has_more(connection, len(listed)):
        return found, Unobserved(f"only {len(listed)} of those who may bypass it were read")
    return found, None


def listed_actors(value: object) -> tuple[Bypass, ...]:
    """Return the people, teams and apps of a part of classic protection."""
    sorts = (
        ("users", ActorKind.USER, "login"),
        ("teams", ActorKind.TEAM, "slug"),
        ("apps", ActorKind.APP, "slug"),
    )
    return tuple(
        Bypass(Actor(kind, count(entry.get("id")), str(entry.get(key) or "")))
        for plural, kind, key in sorts
        for entry in entries(mapping(value).get(plural))
    )


def allowed_actors(connection: object) -> tuple[tuple[Bypass, ...], Unobserved | None]:
    """Return the actors of an allowance of GraphQL's, and why there may be others."""
    listed = mapping(connection).get("nodes")
    if not isinstance(listed, list):
        return (), Unobserved(SEES_ALLOWANCES)
    found = tuple(Bypass(graphql_actor(mapping(one.get("actor")))) for one in entries(listed))
    if len(found) < len(listed) or has_more(mapping(connection), len(found)):
        return found, Unobserved(f"only {len(found)} of those who may bypass it were read")
    return found, None


def graphql_actor(actor: JsonObject) -> Actor:
    """Return a team, app or user of GraphQL's."""
    kind = _KINDS.get(str(actor.get("__typename")), ActorKind.UNKNOWN)
    name = str(actor.get("slug") or actor.get("login") or "")
    return Actor(kind, count(actor.get("databaseId")), name)


def _bypass(actor: JsonObject) -> Bypass:
    said, number = str(actor.get("actor_type")), count(actor.get("actor_id"))
    if said == "EnterpriseOwner":
        return Bypass(_ENTERPRISE, _mode(str(actor.get("bypass_mode"))))
    kind = _KINDS.get(said, ActorKind.UNKNOWN)
    name = said if kind is ActorKind.UNKNOWN else ""
    role = _ROLES_BY_ID.get(number) if kind is ActorKind.ROLE else None
    if kind in (ActorKind.OWNERS, ActorKind.DEPLOY_KEYS):
        number = 0  # GitHub ignores it
    return Bypass(Actor(kind, number, name, role), _mode(str(actor.get("bypass_mode"))))


def _graphql_bypass(actor: JsonObject) -> Bypass:
    mode = _mode(str(actor.get("bypassMode")).lower())
    role = actor.get("repositoryRoleName")
    if actor.get("organizationAdmin") is True:
        return Bypass(Actor(ActorKind.OWNERS), mode)
    if actor.get("enterpriseOwner") is True:
        return Bypass(_ENTERPRISE, mode)
    if actor.get("deployKey") is True:
        return Bypass(Actor(ActorKind.DEPLOY_KEYS), mode)
    if isinstance(role, str):
        number = count(actor.get("repositoryRoleDatabaseId"))
        known = _ROLES_BY_NAME.get(role.casefold())
        return Bypass(Actor(ActorKind.ROLE, number, role, known), mode)
    return Bypass(graphql_actor(mapping(actor.get("actor"))), mode)


def _mode(said: str) -> BypassMode:
    return _MODES.get(said, BypassMode.ALWAYS)


def with_names(
    found: tuple[Bypass, ...], names: dict[tuple[ActorKind, int], str]
) -> Iterator[Bypass]:
    """Yield the same, with the names that are known of their numbers."""
    for bypass in found:
        actor = bypass.actor
        name = actor.name or names.get((actor.kind, actor.number), "")
        yield Bypass(Actor(actor.kind, actor.number, name, actor.role), bypass.mode)
