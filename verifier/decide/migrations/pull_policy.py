"""Whose configuration judges a pull request: its base's, and what the branch changes is told."""

from collections.abc import Iterator, Mapping

from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.phrases import first_of

POLICY = "preflight.policy"

_MOST_NAMED = 8
_AFTER = "it takes effect after the merge: review it as you review the workflows"


def check_own_policy(of_base: Unobserved) -> Iterator[Finding]:
    """Tell that the branch is judged by its own configuration, as its base's was not usable."""
    text = f"this branch is judged by its own configuration: {of_base.reason}"
    yield Finding(POLICY, Outcome.WARN, text, hint=of_base.hint)


def check_changes(
    of_base: Mapping[str, object], of_branch: Mapping[str, object] | Unobserved, file: str
) -> Iterator[Finding]:
    """Tell which settings of the configuration `file` the branch changes, by their keys."""
    if isinstance(of_branch, Unobserved):
        text = f"the configuration of this branch cannot be used: {of_branch.reason}"
        yield Finding(POLICY, Outcome.FAIL, text, hint=of_branch.hint, file=file, line=1)
        return
    before, after = _settings(of_base), _settings(of_branch)
    keys = [*before, *(key for key in after if key not in before)]
    changed = [key for key in keys if before.get(key) != after.get(key)]
    if changed:
        text = f"this branch changes {first_of(changed, _MOST_NAMED, ', ')} of {file}"
        yield Finding(POLICY, Outcome.WARN, text, hint=_AFTER, file=file, line=1)


def _settings(config: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Every setting by its dotted key; a list is one."""
    found: dict[str, object] = {}
    for key, value in config.items():
        match value:
            case dict():
                found |= _settings(value, f"{prefix}{key}.")
            case _:
                found[f"{prefix}{key}"] = value
    return found
