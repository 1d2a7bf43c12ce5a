"""
What GitHub's GraphQL API has on this server: an own one of an older version has less.

Source: https://docs.github.com/en/graphql/guides/introduction-to-graphql#discovering-the-graphql-api
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    REMOVE,
    FieldNode,
    InlineFragmentNode,
    SelectionSetNode,
    Visitor,
    VisitorAction,
    parse,
    print_ast,
    visit,
)

from verifier.github.json_shapes import JsonObject, entries, mapping, text

#: Types whose fields came over the years.
_TYPES = (
    "Query", "Repository", "Ref", "BranchProtectionRule", "RequiredStatusCheckDescription", "App",
    "BypassPullRequestAllowanceConnection", "BypassPullRequestAllowance",
    "BypassForcePushAllowanceConnection", "BypassForcePushAllowance", "BranchActorAllowanceActor",
    "RepositoryRulesetConnection", "RepositoryRuleset", "RuleSource",
    "RepositoryRulesetBypassActorConnection", "RepositoryRulesetBypassActor", "BypassActor",
    "RepositoryRuleConnection", "RepositoryRule", "RuleParameters", "PullRequestParameters",
    "RequiredStatusChecksParameters", "StatusCheckConfiguration", "Commit", "CheckSuite",
    "WorkflowRun", "Workflow",
)  # fmt: skip
_TYPE = "fields { name type { name ofType { name ofType { name ofType { name } } } } }"
TYPES = "query Types {{ rateLimit {{ remaining resetAt }} {asked} }}".format(
    asked=" ".join(
        f'{name}: __type(name: "{name}") {{ {_TYPE} possibleTypes {{ name }} }}' for name in _TYPES
    )
)


@dataclass(frozen=True, slots=True)
class ServerTypes:
    """What a server has of the types above."""

    fields: Mapping[str, Mapping[str, str]]
    """By type: each field, and the type of what it holds."""
    members: Mapping[str, frozenset[str]]
    """By union or interface: what it may be."""

    @property
    def has_rulesets(self) -> bool:
        """Whether the server knows rulesets at all."""
        return "rulesets" in self.fields.get("Repository", {})


def server_types(answer: JsonObject) -> ServerTypes:
    """Return what an answer to `TYPES` tells; a type that it does not have is null there."""
    fields, members = {}, {}
    for name in _TYPES:
        said = mapping(answer.get(name))
        fields[name] = {
            str(field.get("name")): _innermost(mapping(field.get("type")))
            for field in entries(said.get("fields"))
        }
        members[name] = frozenset(str(m.get("name")) for m in entries(said.get("possibleTypes")))
    return ServerTypes(fields, members)


def fitted(document: str, types: ServerTypes) -> str:
    """Return a document without what the server does not have."""
    return print_ast(visit(parse(document), _Pruning(types)))


class _Pruning(Visitor):
    """Takes out of each selection what its type does not have; of other types nothing is known."""

    def __init__(self, types: ServerTypes) -> None:
        super().__init__()
        self._types = types
        self._parents = ["Query"]

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        """Go into it, where it is there."""
        known, name = self._types.fields.get(self._parents[-1]), node.name.value
        if known and name not in known and not name.startswith("__"):
            return REMOVE
        self._parents.append((known or {}).get(name, ""))
        return None

    def leave_field(self, node: FieldNode, *_: object) -> VisitorAction:
        """Leave it out where nothing of it is left."""
        self._parents.pop()
        return _unless_empty(node.selection_set)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> VisitorAction:
        """Go into it, where its type can be met there."""
        name = node.type_condition.name.value if node.type_condition else ""
        members = self._types.members.get(self._parents[-1])
        if members and name not in members:
            return REMOVE
        self._parents.append(name)
        return None

    def leave_inline_fragment(self, node: InlineFragmentNode, *_: object) -> VisitorAction:
        """Leave it out where nothing of it is left."""
        self._parents.pop()
        return _unless_empty(node.selection_set)


def _unless_empty(chosen: SelectionSetNode | None) -> VisitorAction:
    return REMOVE if chosen is not None and not chosen.selections else None


def _innermost(type_: JsonObject) -> str:
    """The type inside of lists and of what may not be null."""
    while type_ and not isinstance(type_.get("name"), str):
        type_ = mapping(type_.get("ofType"))
    return text(type_.get("name"))
