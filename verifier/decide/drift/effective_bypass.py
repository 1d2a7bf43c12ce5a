"""
Who may bypass what a branch requires, over all sources of it together.

It takes effect for whom every source of a requirement lets through. Actors are compared by
identity and by what contains what: an owner of the organisation is an administrator, and who has
a higher role is among those who have at least a lower one. Who is in a team is not visible: there
it can only be said that a bypass cannot be excluded.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from verifier.decide.drift.merged_protection import level_of
from verifier.model.bypass import (
    CLASSIC_ADMINISTRATORS,
    Actor,
    ActorKind,
    Bypass,
    BypassMode,
    PermittedBypass,
)
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.protection import (
    OF_REVIEWS,
    Demand,
    Protection,
    ProtectionPolicy,
    ProtectionSource,
    Requirement,
    Setting,
)

#: Who bypasses pull requests alone must still make one, and may not push past it.
_NOT_BY_PULL_REQUEST = (Setting.PULL_REQUEST, Setting.NO_FORCE_PUSH, Setting.NO_DELETION)
_GROUPS = (ActorKind.ROLE, ActorKind.OWNERS, ActorKind.TEAM)
_SINGLE_PEOPLE = (ActorKind.USER, ActorKind.TOKEN)
_ONE_SORT = (ActorKind.OWNERS, ActorKind.DEPLOY_KEYS, ActorKind.TOKEN)


@dataclass(frozen=True, slots=True)
class EffectiveBypass:
    """Who may bypass one requirement, those who may be left out."""

    surely: tuple[Bypass, ...] = ()
    """Each is let through by every source."""
    perhaps: tuple[str, ...] = ()
    """Actors, at least one of each source, whose common members are not known."""
    hidden: Unobserved | None = None
    """Why it cannot be told who is."""

    @property
    def is_nobody(self) -> bool:
        """Whether it was seen that nobody is."""
        return not (self.surely or self.perhaps or self.hidden)


def with_deploy_keys(
    protection: Protection | Unobserved, keys: tuple[str, ...] | Unobserved | NotAsked
) -> Protection | Unobserved:
    """
    Return who bypasses it, where `keys` are the repository's deploy keys that write.

    One is an administrator. Where it was not read whether there are any, there may be; where there
    are none, a list that names them lets nobody through.
    Source: https://docs.github.com/en/authentication/connecting-to-github-with-ssh/managing-deploy-keys
    """
    if isinstance(protection, Unobserved) or isinstance(keys, NotAsked):
        return protection
    if not keys:
        return replace(protection, sources=tuple(map(_without_keys, protection.sources)))
    sources = (
        _with_keys(source, keys)
        if CLASSIC_ADMINISTRATORS in {bypass.actor for bypass in source.bypass}
        else source
        for source in protection.sources
    )
    return replace(protection, sources=tuple(sources))


def _without_keys(source: ProtectionSource) -> ProtectionSource:
    found = (each for each in source.bypass if each.actor.kind is not ActorKind.DEPLOY_KEYS)
    return replace(source, bypass=tuple(found))


def _with_keys(source: ProtectionSource, keys: tuple[str, ...] | Unobserved) -> ProtectionSource:
    if isinstance(keys, Unobserved):
        told = f"could not read whether a deploy key may write ({keys.reason})"
        return replace(source, hidden_bypass=source.hidden_bypass or Unobserved(told, keys.hint))
    return replace(source, bypass=(*source.bypass, Bypass(Actor(ActorKind.DEPLOY_KEYS))))


def effective_bypass(
    protection: Protection, requirement: Requirement, permitted: Sequence[Bypass] = ()
) -> EffectiveBypass:
    """Return who can do without `requirement`, and is not among those who may."""
    asking = _asking(protection, requirement)
    lists = [_not_permitted(source, requirement.setting, permitted) for source in asking]
    hidden = [source.hidden_bypass_of(requirement.setting) for source in asking]
    whole = [listed for listed, why in zip(lists, hidden, strict=True) if why is None]
    if not asking or (whole and not (_perhaps(whole) or any(_surely(whole)))):
        return EffectiveBypass()
    surely = tuple(_surely(lists))
    if surely:
        return EffectiveBypass(surely)
    unseen = next((why for why in hidden if why is not None), None)
    return EffectiveBypass(hidden=unseen) if unseen else EffectiveBypass(perhaps=_perhaps(lists))


def frees_custom_roles(protection: Protection, requirement: Requirement) -> bool:
    """
    Tell whether whoever may "bypass branch protections" can do without `requirement`.

    An organisation may give that right to a role of its own, and no token of a repository sees it.
    Source: https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/about-custom-repository-roles
    """
    asking = _asking(protection, requirement)
    return bool(asking) and all(
        source.is_classic
        and any(b.actor == CLASSIC_ADMINISTRATORS for b in source.freed_of(requirement.setting))
        for source in asking
    )


def requirements(
    policy: ProtectionPolicy, wanted: Demand = Demand.REQUIRED
) -> Iterator[Requirement]:
    """Yield what nobody is to do without: each setting wanted so much, each check for itself."""
    for setting, demand in policy.demands.items():
        if demand is not wanted or setting is Setting.NO_BYPASS:
            continue
        if setting is Setting.CHECKS:
            yield from (Requirement(setting, check=name) for name in policy.checks)
        else:
            level = policy.approvals if setting is Setting.APPROVALS else 1
            if level:
                yield Requirement(setting, level)


def is_asked(protection: Protection, requirement: Requirement) -> bool:
    """Tell whether any source that was seen asks for it."""
    return any(_asks_for(source, requirement) for source in protection.sources)


def permitted_on(permitted: Sequence[PermittedBypass], today: date) -> tuple[Bypass, ...]:
    """Return who may bypass it today."""
    return tuple(each.bypass for each in permitted if today <= each.until)


def is_same(one: Actor, other: Actor) -> bool:
    """Tell whether two names mean the same actor."""
    if one.kind is not other.kind:
        return False
    if one.kind is ActorKind.UNKNOWN:
        return bool(one.name) and one == other
    if one.kind in _ONE_SORT:
        return True
    if one.role is not None and other.role is not None:
        return one.role is other.role
    if one.number and other.number:
        return one.number == other.number
    return bool(one.name) and one.name.casefold() == other.name.casefold()


def contains(one: Actor, other: Actor) -> bool:
    """Tell whether everybody of `other` is surely among `one`."""
    if is_same(one, other):
        return True
    if one.kind is not ActorKind.ROLE or one.role is None:
        return False
    if other.kind is ActorKind.OWNERS:
        return True
    return other.kind is ActorKind.ROLE and other.role is not None and other.role >= one.role


def _covers(permitted: Bypass, found: Bypass) -> bool:
    return permitted.mode >= found.mode and contains(permitted.actor, found.actor)


def _asking(protection: Protection, requirement: Requirement) -> list[ProtectionSource]:
    """
    The sources that have to be bypassed.

    Where one asks for a check of a certain app, those that take it from any source hold nobody who
    can write back: with a commit status of that name they are satisfied.
    """
    asking = [source for source in protection.sources if _asks_for(source, requirement)]
    pinned = [source for source in asking if _is_pinned(source, requirement.check)]
    return pinned or asking


def _is_pinned(source: ProtectionSource, name: str) -> bool:
    return any(check.name == name and check.app_id is not None for check in source.checks)


def _asks_for(source: ProtectionSource, requirement: Requirement) -> bool:
    if requirement.check:
        return any(check.name == requirement.check for check in source.checks)
    return level_of(source, requirement.setting) >= requirement.level


def _not_permitted(
    source: ProtectionSource, setting: Setting, permitted: Sequence[Bypass]
) -> tuple[Bypass, ...]:
    return tuple(
        bypass
        for bypass in _let_through_by(source, setting)
        if not any(_covers(other, bypass) for other in permitted)
    )


def _let_through_by(source: ProtectionSource, setting: Setting) -> Iterator[Bypass]:
    everything = list(source.freed_of(setting))
    if setting in (*OF_REVIEWS, Setting.CONVERSATIONS):
        everything += source.bypass_of_reviews
    if setting is Setting.NO_FORCE_PUSH:
        everything += source.bypass_of_force_push
    for bypass in everything:
        if bypass.mode is not BypassMode.PULL_REQUEST or setting not in _NOT_BY_PULL_REQUEST:
            yield bypass


def _surely(lists: Sequence[Sequence[Bypass]]) -> Iterator[Bypass]:
    """Each actor whom all lists contain, as far as the strictest of them lets it."""
    told: list[Actor] = []
    for own, listed in enumerate(lists):
        others = [other for number, other in enumerate(lists) if number != own]
        for bypass in listed:
            if any(is_same(known, bypass.actor) for known in told):
                continue
            modes = [_furthest(other, bypass.actor) for other in others]
            known = [mode for mode in modes if mode is not None]
            if len(known) == len(others):
                told.append(bypass.actor)
                yield Bypass(bypass.actor, min((bypass.mode, *known)))


def _furthest(listed: Sequence[Bypass], actor: Actor) -> BypassMode | None:
    modes = (bypass.mode for bypass in listed if contains(bypass.actor, actor))
    return max(modes, default=None)


def _perhaps(lists: Sequence[Sequence[Bypass]]) -> tuple[str, ...]:
    """
    One actor of each list, where somebody may be all of them at once.

    Where a classic rule does not bind administrators, a deploy key that writes may be one of them.
    Source: https://docs.github.com/en/authentication/connecting-to-github-with-ssh/managing-deploy-keys
    """
    candidates: list[Actor | None] = [None]  # somebody who is not named
    named = [bypass.actor for listed in lists for bypass in listed]
    candidates += [actor for actor in named if actor.kind not in (*_GROUPS, ActorKind.UNKNOWN)]
    for candidate in candidates:
        chosen = [
            next((b for b in listed if _may_be(candidate, b.actor)), None) for listed in lists
        ]
        known = [bypass for bypass in chosen if bypass is not None]
        if len(known) == len(lists):
            return tuple(dict.fromkeys(map(str, known)))
    return ()


def _may_be(candidate: Actor | None, actor: Actor) -> bool:
    if actor.kind is ActorKind.UNKNOWN:
        return True
    if candidate is None:
        return actor.kind in _GROUPS
    if is_same(candidate, actor):
        return True
    if candidate.kind in _SINGLE_PEOPLE:
        # A token's owner may be any user; so may one whose name or number is not known.
        is_open = candidate.kind is not actor.kind or not _is_told_apart(candidate, actor)
        return actor.kind in _GROUPS or (actor.kind in _SINGLE_PEOPLE and is_open)
    if candidate.kind is ActorKind.DEPLOY_KEYS and actor == CLASSIC_ADMINISTRATORS:
        return True
    return candidate.kind is actor.kind and not _is_told_apart(candidate, actor)


def _is_told_apart(one: Actor, other: Actor) -> bool:
    return bool((one.number and other.number) or (one.name and other.name))
