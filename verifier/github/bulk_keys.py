"""
Deploy keys that may write, of repositories where it matters.

That is where classic protection lets administrators through, or a ruleset names such keys. They are
asked for there alone: GitHub shows them to an administrator, as it does that protection, and of
another repository the question could cost its whole answer.

Source: https://docs.github.com/en/graphql/reference/objects#deploykey
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from verifier.errors import DeniedError, ProviderError, RateLimitedError
from verifier.github.bulk_document import KEYS
from verifier.github.json_shapes import JsonObject, entries, has_more, mapping
from verifier.model.audited_repository import RepositoryEvidence
from verifier.model.finding import Unobserved

#: By the id of the repository.
WritingKeys: TypeAlias = Mapping[str, tuple[str, ...] | Unobserved]
_HINT = "audit it with --one-by-one"
_UNSAID = Unobserved("GitHub does not say which deploy keys may write", _HINT)


def read_writing_keys(
    ask: Callable[[str, Mapping[str, object]], JsonObject], nodes: Sequence[object]
) -> WritingKeys:
    """
    Return what writes, of those of `nodes` where it matters.

    Raises:
        RateLimitedError: GitHub asks to stop.
    """
    ids = [str(mapping(node).get("id")) for node in nodes if _may_free_keys(node)]
    if not ids:
        return {}
    try:
        told = ask(KEYS, {"ids": ids}).get("nodes")
    except (RateLimitedError, DeniedError):
        raise
    except ProviderError as error:
        return dict.fromkeys(ids, Unobserved(error.message, error.hint))
    found = {str(node.get("id")): _writing(node) for node in entries(told)}
    return {id_: found.get(id_, _UNSAID) for id_ in ids}


def with_keys(evidence: RepositoryEvidence, node: object, keys: WritingKeys) -> RepositoryEvidence:
    """Return what was observed of the repository of `node`, with the keys that were asked for."""
    known = keys.get(str(mapping(node).get("id")))
    return evidence if known is None else replace(evidence, writing_keys=known)


def _may_free_keys(node: object) -> bool:
    said = mapping(node)
    rule = mapping(said.get("defaultBranchRef")).get("branchProtectionRule")
    if isinstance(rule, dict) and rule.get("isAdminEnforced") is not True:
        return True
    rulesets = entries(mapping(said.get("rulesets")).get("nodes"))
    listed = (entries(mapping(each.get("bypassActors")).get("nodes")) for each in rulesets)
    return any(actor.get("deployKey") is True for actors in listed for actor in actors)


def _writing(node: JsonObject) -> tuple[str, ...] | Unobserved:
    connection = mapping(node.get("deployKeys"))
    listed = entries(connection.get("nodes"))
    writing = tuple(str(key.get("title") or "") for key in listed if key.get("readOnly") is False)
    if writing:
        return writing
    is_said = isinstance(connection.get("nodes"), list) and all(
        key.get("readOnly") is True for key in listed
    )
    return () if is_said and not has_more(connection, len(listed)) else _UNSAID
