"""Which pull requests start a workflow: filters by branch, by path and by type."""

from collections.abc import Sequence

from verifier.decide.drift.filter_patterns import is_chosen, matches
from verifier.model.workflow import Trigger

#: Types of events that a pull request has at its end.
_AFTERWARDS = frozenset({"closed"})


def why_not_started(trigger: Trigger, branch: str) -> tuple[str, bool]:
    """Return why an event may start no run, and whether it never does; empty where it does."""
    other = why_other_branch(trigger, branch)
    if other:
        return other, True
    if depends_on_paths(trigger):
        return "it only runs when certain paths change", False
    if trigger.types and set(trigger.types) <= _AFTERWARDS:
        return f"it only runs on {', '.join(trigger.types)}, when nothing is left to merge", True
    if trigger.types and not {"opened", "synchronize"}.issubset(trigger.types):
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
    return bool(trigger.paths_ignore) or _leaves_out(trigger.paths)


def is_complement(one: Trigger, other: Trigger) -> bool:
    """Tell whether every change starts one of the two: what one waits for, the other ignores."""
    return any(
        set(first.paths) == set(second.paths_ignore)
        for first, second in ((one, other), (other, one))
        if first.paths and not any(pattern.startswith("!") for pattern in first.paths)
    )


def starts_on_every_branch(trigger: Trigger) -> bool:
    """Tell whether a push to any branch starts it."""
    if trigger.branches:
        return not _leaves_out(trigger.branches)
    return not trigger.tags and not trigger.branches_ignore


def _leaves_out(patterns: Sequence[str]) -> bool:
    """Whether there may be something that the patterns do not choose."""
    everything = [number for number, pattern in enumerate(patterns) if pattern == "**"]
    after = patterns[everything[-1] :] if everything else patterns
    return bool(patterns) and (not everything or any(p.startswith("!") for p in after))
