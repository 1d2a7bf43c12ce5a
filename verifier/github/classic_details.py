"""
What GitHub's REST API leaves out of classic protection: who may force-push, and a merge queue.

Sources: https://docs.github.com/en/graphql/reference/objects#branchprotectionrule,
https://docs.github.com/en/graphql/reference/objects#repository, `mergeQueue`
"""

from dataclasses import replace

from verifier.errors import ProviderError
from verifier.github.api import Api
from verifier.github.bulk_document import ALLOWED_ACTORS
from verifier.github.bypass_actors import allowed_actors
from verifier.github.json_shapes import mapping
from verifier.model.bypass import Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import ProtectionSource, Setting

_FORCE_PUSH = f"""
query ForcePush($owner: String!, $name: String!, $ref: String!) {{
  repository(owner: $owner, name: $name) {{ ref(qualifiedName: $ref) {{ branchProtectionRule {{
    bypassForcePushAllowances(first: 100) {{ {ALLOWED_ACTORS} }}
  }} }} }}
}}
"""
_QUEUE = """
query Queue($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) { id mergeQueue(branch: $branch) { id } }
}
"""
_PERMISSION = "Administration: read"


def with_details(api: Api, branch: str, source: ProtectionSource) -> ProtectionSource:
    """Return classic protection with what GraphQL alone tells, or why it does not."""
    levels = dict(source.levels)
    free: tuple[Bypass, ...] = ()
    hidden: Unobserved | None = None
    if Setting.NO_FORCE_PUSH in levels:
        free, hidden = _force_pushers(api, branch)
    queue = _has_queue(api, branch)
    if queue is True:
        levels[Setting.MERGE_QUEUE] = 1
    return replace(
        source,
        levels=levels,
        bypass_of_force_push=free,
        hidden_force_push=hidden,
        hidden_queue=queue if isinstance(queue, Unobserved) else None,
    )


def _force_pushers(api: Api, branch: str) -> tuple[tuple[Bypass, ...], Unobserved | None]:
    try:
        seen = api.ask(
            _FORCE_PUSH,
            _PERMISSION,
            {"ref": f"refs/heads/{branch}"},
            purpose="read who may force-push",
        )
    except ProviderError as error:
        return (), Unobserved(error.message, error.hint)
    rule = mapping(mapping(seen.get("ref")).get("branchProtectionRule"))
    return allowed_actors(rule.get("bypassForcePushAllowances"))


def _has_queue(api: Api, branch: str) -> bool | Unobserved:
    try:
        seen = api.ask(_QUEUE, "Metadata: read", {"branch": branch}, purpose="read the merge queue")
    except ProviderError as error:
        return Unobserved(error.message, error.hint)
    return isinstance(seen.get("mergeQueue"), dict)
