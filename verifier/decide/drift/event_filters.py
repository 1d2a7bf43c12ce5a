"""Which pull requests start a workflow: filters by branch, by path and by type."""

from collections.abc import Sequence

from verifier.decide.drift.filter_patterns import (
    Filter,
    choose_all,
    is_chosen,
    is_one_name,
    matches,
)
from verifier.model.workflow import Trigger

#: Types of events that a pull request has at its end.
_AFTERWARDS = frozenset({"closed"})
#: Types without which a pull request has a commit that nothing looked at.
_NEEDED = ("opened", "synchronize")


def why_not_started(trigger: Trigger, branch: str) -> tuple[str, bool]:
    """Return why an event may start no run, and whether it never does; empty where it does."""
    other = why_other_branch(trigger, branch)
    if other:
        return other, True
    if trigger.types and set(trigger.types) <= _AFTERWARDS:
        return f"it only runs on {', '.join(trigger.types)}, when nothing is left to merge", True
    if depends_on_paths(trigger):
        return "it only runs when certain paths change", False
    if trigger.types and not set(_NEEDED).issubset(trigger.types):
        missing = "when commits are pushed" if "synchronize" not in trigger.types else "at first"
        return f"it only runs on {', '.join(trigger.types)}, not {missing}", False
    return "", False


def why_other_branch(trigger: Trigger, branch: str) -> str:
    """Return why an event into a branch starts no run; empty where it does."""
    if trigger.branches and not is_chosen(trigger.branches, branch):
        return f"it only runs on pull requests into {', '.join(trigger.branches)}"
    if any(matches(pattern, branch) for pattern in trigger.branches_ignore):
        return f"it ignores pull requests into {branch}"
    return ""


def depends_on_paths(trigger: Trigger) -> bool:
    """Tell whether there are changes that start no run."""
    return not choose_all(_path_filters([trigger]))


def start_together(triggers: Sequence[Trigger]) -> bool:
    """Tell whether every change of a pull request starts one of them, when it comes about."""
    return all(
        choose_all(_path_filters([t for t in triggers if not t.types or needed in t.types]))
        for needed in _NEEDED
    )


def starts_on_every_branch(trigger: Trigger) -> bool:
    """
    Tell whether a push to any branch starts it.

    Branches that are left out by their full names are those of a release or of pages, from which
    no pull request comes.
    """
    if trigger.branches:
        patterns = [p for p in trigger.branches if not (p[:1] == "!" and is_one_name(p[1:]))]
        return choose_all([Filter(tuple(patterns))])
    if trigger.branches_ignore:
        patterns = [p for p in trigger.branches_ignore if not is_one_name(p)]
        return choose_all([Filter(tuple(patterns), leaves_out=True)])
    return not trigger.tags


def is_of_one(push: Trigger, branch: str) -> bool:
    """Tell whether only pushes to one branch, or of tags, start it."""
    return set(push.branches) == {branch} or bool(push.tags and not push.branches)


def is_queued(queue: Trigger) -> bool:
    """Tell whether a merge queue that asks for checks starts it."""
    return not queue.types or "checks_requested" in queue.types


def _path_filters(triggers: Sequence[Trigger]) -> list[Filter]:
    return [
        Filter(trigger.paths) if trigger.paths else Filter(trigger.paths_ignore, leaves_out=True)
        for trigger in triggers
    ]
