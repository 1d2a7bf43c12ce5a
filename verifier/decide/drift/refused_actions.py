"""
Which actions and called workflows of a job GitHub does not let run.

What is local always may; the patterns that refuse are looked at last, over all that allows.

Sources: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository,
https://github.blog/changelog/2025-08-15-github-actions-policy-now-supports-blocking-and-sha-pinning-actions
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from verifier.decide.drift.filter_patterns import matches
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.security_settings import (
    ActionPolicy,
    AllowedActions,
    RepositorySecurity,
    SelectedActions,
)

_GITHUB = ("actions", "github")
_LOCAL = ("./", "$/")
_IMAGE = "docker://"
_WORKFLOWS = "/.github/workflows/"
_MORE_THAN_A_GLOB = re.compile(r"[?+\[\\]|\*\*/")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)


class Certainty(IntEnum):
    """How sure it is that an action may not run."""

    UNKNOWN = 1
    """What decides is not visible, as who is verified in the Marketplace."""
    UNLESS_RELATED = 2
    """It may where one enterprise has both owners, which no token of a repository sees."""
    SURE = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """An action that may not run, or may turn out not to."""

    uses: str
    why: str
    """Completes "uses X, …"."""
    certainty: Certainty
    is_for_pins: bool = False


@dataclass(frozen=True, slots=True)
class _Used:
    """What a step or job uses: OWNER/NAME[/PATH]@VERSION."""

    text: str

    @property
    def owner(self) -> str:
        return self.text.partition("/")[0].casefold()

    @property
    def is_action(self) -> bool:
        return _WORKFLOWS not in self.text

    @property
    def is_pinned(self) -> bool:
        return _COMMIT.fullmatch(self.text.rpartition("@")[2]) is not None

    def is_refused_by(self, pattern: str) -> bool | None:
        """Whether a pattern is about it; None where GitHub does not say how such a one is read."""
        text, pattern = self.text.casefold(), pattern.casefold()
        name, _, version = text.partition("@")
        whole = "/".join(name.split("/")[:2])
        return _fits(pattern, text, (name, whole, f"{whole}@{version}"))

    def is_allowed_by(self, pattern: str) -> bool | None:
        """
        Whether a pattern lets it run; None where GitHub does not say how such a one is read.

        OWNER/NAME/* was seen to let all run that lies within, OWNER/NAME@* none of that.
        """
        text, pattern = self.text.casefold(), pattern.casefold()
        name = text.partition("@")[0]
        whole = "/".join(name.split("/")[:2])
        if pattern == f"{whole}/*" and name != whole:
            return True
        return _fits(pattern, text, (name, whole))


def _fits(pattern: str, text: str, perhaps: Iterable[str]) -> bool | None:
    """Whether a pattern fits; None where it does as a plain glob, the text or one of `perhaps`."""
    parts = tuple(re.split(r"\*+", pattern))
    is_like = _is_glob_of(parts, text)
    # Without one of these nothing fits that does not fit as a glob.
    if (is_like or _MORE_THAN_A_GLOB.search(pattern)) and matches(pattern, text):
        return True
    return None if is_like or any(_is_glob_of(parts, each) for each in perhaps) else False


def _is_glob_of(parts: Sequence[str], text: str) -> bool:
    """Whether a text has these parts in order, the first and the last at its ends."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    at, end = len(first), len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def policies_of(
    security: RepositorySecurity | Unobserved | NotAsked,
) -> tuple[ActionPolicy, ...]:
    """Return which actions GitHub lets run in a repository, as far as that was seen."""
    found = security.action_policies if isinstance(security, RepositorySecurity) else ()
    return () if isinstance(found, Unobserved) else found


def worst_refusal(used: Iterable[str], policies: Sequence[ActionPolicy]) -> Refusal | None:
    """Return what is surest not to run of all that is used; None where all surely may."""
    found = [refusal for uses in used for refusal in _refusals(uses, policies)]
    return max(found, key=lambda refusal: refusal.certainty, default=None)


def least_refusal(
    used_by_each: Sequence[Iterable[str]], policies: Sequence[ActionPolicy]
) -> Refusal | None:
    """Return what of several jobs is least sure not to run; None where one of them surely may."""
    found = [worst_refusal(used, policies) for used in used_by_each]
    refused = [refusal for refusal in found if refusal is not None]
    if len(refused) < len(found):
        return None
    return min(refused, key=lambda refusal: refusal.certainty, default=None)


def least_refusal_beside(
    used_by_each: Sequence[Iterable[str]], policies: Sequence[ActionPolicy]
) -> Refusal | None:
    """
    Return the least sure reason why GitHub starts no job of the files that use this.

    A list is compared before any job is started; what is not pinned fails in its own job.
    """
    return least_refusal(used_by_each, [replace(each, needs_pins=False) for each in policies])


def is_of_others(uses: str) -> bool:
    """Tell whether what is used is not a part of the repository itself."""
    return not uses.startswith(_LOCAL) and ("@" in uses or uses.startswith(_IMAGE))


def _refusals(uses: str, policies: Sequence[ActionPolicy]) -> Iterator[Refusal]:
    if not is_of_others(uses):
        return
    for policy in policies:
        place = policy.place
        if uses.startswith(_IMAGE):
            if policy.allowed is not AllowedActions.ALL:
                why = f"and whether {place} lets container images run is not known"
                yield Refusal(uses, why, Certainty.UNKNOWN)
            continue
        used = _Used(uses)
        if policy.needs_pins and used.is_action and not used.is_pinned:
            why = f"and {place} requires actions to be pinned to a full-length commit SHA"
            yield Refusal(uses, why, Certainty.SURE, is_for_pins=True)
        match policy.allowed:
            case AllowedActions.ALL:
                continue
            case AllowedActions.OWN:
                if used.owner != policy.owner.casefold():
                    yield _by_owner(used, policy, f"and {place} allows only actions of its owner")
            case AllowedActions.SELECTED:
                yield from _not_selected(used, policy, policy.selected)


def _by_owner(used: _Used, policy: ActionPolicy, why: str) -> Refusal:
    if policy.is_alone or (used.owner in _GITHUB and not policy.has_githubs):
        return Refusal(used.text, why, Certainty.SURE)
    why = f"which {policy.place} allows only if one enterprise has both owners"
    return Refusal(used.text, why, Certainty.UNLESS_RELATED)


def _not_selected(
    used: _Used, policy: ActionPolicy, selected: SelectedActions | Unobserved
) -> Iterator[Refusal]:
    place, is_own = policy.place, used.owner == policy.owner.casefold()
    if isinstance(selected, Unobserved):
        if not is_own:
            why = f"and could not read which actions {place} allows ({selected.reason})"
            yield Refusal(used.text, why, Certainty.UNKNOWN)
        return
    refusing = [each.removeprefix("!") for each in selected.patterns if each.startswith("!")]
    allowing = [each for each in selected.patterns if not each.startswith("!")]
    for pattern in refusing:
        if used.is_refused_by(pattern):
            yield Refusal(used.text, f"which {place} refuses by !{pattern}", Certainty.SURE)
        elif used.is_refused_by(pattern) is None:
            why = f"and whether !{pattern} of {place} is about it is not known"
            yield Refusal(used.text, why, Certainty.UNKNOWN)
    if is_own or (selected.by_github and used.owner in _GITHUB):
        return
    meant = {pattern: used.is_allowed_by(pattern) for pattern in allowing}
    if True in meant.values():
        return
    if selected.by_verified and used.is_action:
        why = f"which {place} allows only if its creator is verified in the Marketplace"
        yield Refusal(used.text, why, Certainty.UNKNOWN)
    elif perhaps := next((each for each, fits in meant.items() if fits is None), ""):
        why = f"and whether {perhaps} of {place} is about it is not known"
        yield Refusal(used.text, why, Certainty.UNKNOWN)
    else:
        yield _by_owner(used, policy, f"which {place} does not allow")
