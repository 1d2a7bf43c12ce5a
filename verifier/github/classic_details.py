"""
What GitHub's REST API leaves out of classic protection: who may force-push, and a merge queue.

Sources: https://docs.github.com/en/graphql/reference/objects#branchprotectionrule,
https://docs.github.com/en/graphql/reference/objects#repository, `mergeQueue`
"""

from collections.abc import Iterator
from dataclasses import replace

from verifier.errors import ProviderError
from verifier.github.api import Api
from verifier.github.bulk_document import ALLOWED_ACTORS
from verifier.github.bypass_actors import BOUND_UNSAID, allowed_actors
from verifier.github.json_shapes import JsonObject, mapping
from verifier.model.bypass import Bypass
from verifier.model.finding import Unobserved
from verifier.model.protection import CLASSIC, ProtectionSource, Setting

_FORCE_PUSH = f"""
query ForcePush($owner: String!, $name: String!, $ref: String!) {{
  repository(owner: $owner, name: $name) {{ ref(qualifiedName: $ref) {{ branchProtectionRule {{
    bypassForcePushAllowances(first: 100) {{ {ALLOWED_ACTORS} }}
  }} }} }}
}}
"""
_QUEUE = """
query Queue($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) { id mergeQueue(branch: $branch) {
    id configuration { mergeMethod }
  } }
}
"""
_PERMISSION = "Administration: read"


def with_details(api: Api, branch: str, source: ProtectionSource) -> ProtectionSource:
    """Return classic protection with what GraphQL alone tells, or why it does not."""
    free: tuple[Bypass, ...] = ()
    hidden: Unobserved | None = None
    if Setting.NO_FORCE_PUSH in source.levels:
        free, hidden = _force_pushers(api, branch)
    queued = next(with_queue(api, branch, source), source)
    return replace(queued, bypass_of_force_push=free, hidden_force_push=hidden)


def with_queue(
    api: Api, branch: str, source: ProtectionSource | None
) -> Iterator[ProtectionSource]:
    """Yield what is seen of classic protection with its merge queue, or why that is not known."""
    queue = _queue(api, branch)
    seen = source or ProtectionSource(CLASSIC, {}, hidden_bypass=BOUND_UNSAID)
    if isinstance(queue, dict):
        method = str(mapping(queue.get("configuration")).get("mergeMethod") or "").lower()
        levels = {**seen.levels, Setting.MERGE_QUEUE: 1}
        yield replace(seen, levels=levels, queue_method=method)
    elif isinstance(queue, Unobserved):
        yield replace(seen, hidden_queue=queue)
    elif source is not None:
        yield source


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


def _queue(api: Api, branch: str) -> JsonObject | Unobserved | None:
    try:
        seen = api.ask(_QUEUE, "Metadata: read", {"branch": branch}, purpose="read the merge queue")
    except ProviderError as error:
        return Unobserved(error.message, error.hint)
    queue = seen.get("mergeQueue", False)
    if queue is None or (isinstance(queue, dict) and queue):
        return queue
    return Unobserved("GitHub's answer does not say whether there is a merge queue")
