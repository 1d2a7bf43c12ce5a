"""
Names of teams, people and apps, and their numbers, as far as a repository's token sees them.

Sources: https://docs.github.com/en/rest/repos/repos, `teams`;
https://docs.github.com/en/rest/collaborators/collaborators; https://docs.github.com/en/rest/apps/apps
"""

from collections.abc import Collection, Iterator, Sequence
from urllib.parse import quote

from verifier.errors import ProviderError
from verifier.github.api import Api
from verifier.github.json_shapes import JsonObject, count, entries, mapping
from verifier.model.bypass import Actor, ActorKind

_METADATA = "Metadata: read"
#: Where names stand beside numbers: who has no part in the repository is not there.
_NAMED_IN = (
    (ActorKind.TEAM, "/teams", "slug"),
    (ActorKind.USER, "/collaborators", "login"),
)
#: The number of an app, or of an organisation's own role, that may bypass a ruleset has its name
#: only here.
_APPS = """
query Apps($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { rulesets(first: 100, includeParents: true) { nodes {
    bypassActors(first: 100) { nodes {
      repositoryRoleName repositoryRoleDatabaseId
      actor { __typename ... on App { databaseId slug } }
    } }
  } } }
}
"""


def known_actors(api: Api, kinds: Collection[ActorKind]) -> Iterator[Actor]:
    """Yield actors of these kinds with number and name; what is not shown is left out."""
    for kind, path, key in _NAMED_IN:
        if kind not in kinds:
            continue
        try:
            found = entries(list(api.pages(path, _METADATA)))
        except ProviderError:
            continue  # they are told by their numbers
        for entry in found:
            yield Actor(kind, count(entry.get("id")), str(entry.get(key) or ""))
    if not {ActorKind.APP, ActorKind.ROLE}.isdisjoint(kinds):
        yield from _listed(api)


def _listed(api: Api) -> Iterator[Actor]:
    try:
        seen = api.ask(_APPS, _METADATA, {}, purpose="read who may bypass a ruleset")
    except ProviderError:
        return
    for ruleset in entries(mapping(seen.get("rulesets")).get("nodes")):
        for listed in entries(mapping(ruleset.get("bypassActors")).get("nodes")):
            app = mapping(listed.get("actor"))
            role = str(listed.get("repositoryRoleName") or "")
            if app.get("__typename") == "App":
                yield Actor(ActorKind.APP, count(app.get("databaseId")), str(app.get("slug") or ""))
            elif role:
                yield Actor(ActorKind.ROLE, count(listed.get("repositoryRoleDatabaseId")), role)


def _app(api: Api, slug: str) -> JsonObject:
    """An app by its slug, which anybody may read."""
    path = f"/apps/{quote(slug, safe='')}"
    return api.elsewhere(path, "no permission", f"read the app {slug}")


def numbered_actors(api: Api, named: Sequence[Actor]) -> Iterator[Actor]:
    """Yield actors with their numbers, those of `named` among them that GitHub tells."""
    wanted = [actor for actor in named if actor.name and not actor.number]
    yield from known_actors(api, {a.kind for a in wanted if a.kind is not ActorKind.APP})
    for actor in wanted:
        if actor.kind is ActorKind.APP:
            try:
                found = _app(api, actor.name)
            except ProviderError:
                continue
            yield Actor(ActorKind.APP, count(found.get("id")), actor.name)
