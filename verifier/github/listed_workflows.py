"""
Which workflows GitHub knows of a repository, and whether it runs them.

Source: https://docs.github.com/en/rest/actions/workflows, `GET …/actions/workflows`
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.errors import UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.json_shapes import count, text
from verifier.model.cut_text import cut_to
from verifier.model.finding import Unobserved
from verifier.model.workflow import SWITCHED_OFF, WorkflowState

_ACTIONS = "Actions: read"
NOT_LISTED = Unobserved(
    "GitHub does not list it among the workflows of the repository",
    "see in the repository's Actions whether it is there; a new one is listed after a while",
)
_PURPOSE = "read which workflows are disabled"


@dataclass(frozen=True, slots=True)
class ListedWorkflow:
    """One workflow as the list of all of them has it."""

    path: str
    number: int
    state: WorkflowState | Unobserved
    created_at: str
    """As GitHub writes it."""


def listed_workflows(api: Api) -> tuple[ListedWorkflow, ...]:
    """
    Return them all.

    Raises:
        ProviderError: GitHub did not give them, or one without a path.
    """
    found = api.pages("/actions/workflows", _ACTIONS, purpose=_PURPOSE, key="workflows")
    return tuple(map(_listed, found))


def in_force(
    workflows: Sequence[ListedWorkflow], paths: Collection[str]
) -> Sequence[ListedWorkflow]:
    """Return those of these paths; one that was deleted only where nothing took its place."""
    found = [each for each in workflows if each.path in paths]
    there = {each.path for each in found if each.state is not WorkflowState.DELETED}
    return [e for e in found if e.state is not WorkflowState.DELETED or e.path not in there]


def _listed(entry: object) -> ListedWorkflow:
    match entry:
        case {"path": str(path), **rest} if path:
            path = path.partition("@refs/")[0]
            number, created_at = count(rest.get("id")), text(rest.get("created_at"))
            return ListedWorkflow(path, number, _state(path, rest.get("state")), created_at)
        case _:
            raise UnexpectedAnswerError(f"could not {_PURPOSE}: GitHub's list is malformed")


def _state(path: str, said: object) -> WorkflowState | Unobserved:
    try:
        return WorkflowState(text(said).lower())
    except ValueError:
        state = cut_to(60, text(said)) or "none"
        return Unobserved(f"GitHub does not say whether {path} is active: its state is {state}")


def disabled_among(workflows: Sequence[ListedWorkflow]) -> Mapping[str, bool | Unobserved]:
    """Return by their paths which of them GitHub does not run."""
    by_path: dict[str, list[ListedWorkflow]] = {}
    for each in workflows:
        if each.state is not WorkflowState.DELETED:
            by_path.setdefault(each.path, []).append(each)
    return {path: _is_disabled(path, of_it) for path, of_it in by_path.items()}


def _is_disabled(path: str, workflows: Sequence[ListedWorkflow]) -> bool | Unobserved:
    """One file may be listed twice, after it was away for a time."""
    unread = list(_unread(workflows))
    off = [each.state in SWITCHED_OFF for each in workflows]
    if unread:
        return unread[0]
    if any(off) and not all(off):
        return Unobserved(f"GitHub lists {path} as active and as disabled")
    return all(off)


def _unread(workflows: Sequence[ListedWorkflow]) -> Iterator[Unobserved]:
    for each in workflows:
        if isinstance(each.state, Unobserved):
            yield each.state
