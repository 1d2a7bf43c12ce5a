"""Who can do without what is required, as drift."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from verifier.decide.drift.effective_bypass import (
    EffectiveBypass,
    contains,
    effective_bypass,
    frees_custom_roles,
    is_asked,
    permitted_on,
    requirements,
)
from verifier.decide.drift.merged_protection import last_changes
from verifier.model.bypass import Bypass, PermittedBypass
from verifier.model.finding import Outcome
from verifier.model.phrases import named
from verifier.model.protection import Demand, Drift, Protection, ProtectionPolicy, Setting

_HIDDEN = "give the audit a token with write access to the ruleset: only that shows bypasses"
_OF_CLASSIC = 'in the classic rule turn on "Do not allow bypassing the above settings"'
_PERMIT = "or permit them by name in protection.bypass"
_OF_REVIEWS = (
    'in the classic rule of Settings > Branches take them out of "Allow specified actors to bypass '
    'required pull requests", or permit them by name in protection.bypass'
)
_OF_FORCE_PUSH = (
    "in the classic rule of Settings > Branches take them out of those who may force push, or "
    "permit them by name in protection.bypass"
)
_NO_BYPASS = "no bypass"
_RECOMMENDED = f"{Setting.NO_BYPASS}: recommended"


def bypass_drift(
    protection: Protection, policy: ProtectionPolicy, today: date, severity: Outcome
) -> Iterator[Drift]:
    """
    Yield who may bypass something that is wanted and on, and is not permitted to.

    Of what is only recommended it is a warning.
    """
    found = _found(protection, policy, Demand.REQUIRED, today)
    yield from _required(protection, policy, today, severity, found)
    yield from _recommended(protection, policy, today, found)


def _found(
    protection: Protection, policy: ProtectionPolicy, wanted: Demand, today: date
) -> dict[str, EffectiveBypass]:
    """Who may bypass each thing that is wanted so much and on."""
    permitted = permitted_on(policy.permitted, today)
    return {
        str(requirement): effective_bypass(protection, requirement, permitted)
        for requirement in requirements(policy, wanted)
        if is_asked(protection, requirement)
    }


def _recommended(
    protection: Protection,
    policy: ProtectionPolicy,
    today: date,
    required: Mapping[str, EffectiveBypass],
) -> Iterator[Drift]:
    """Who may bypass what is recommended, and was not told to bypass something required."""
    told = [bypass.actor for each in required.values() for bypass in each.surely]
    found = {
        name: EffectiveBypass(left)
        for name, each in _found(protection, policy, Demand.RECOMMENDED, today).items()
        if (left := tuple(b for b in each.surely if not any(contains(a, b.actor) for a in told)))
    }
    if not found:
        return
    actual = _bypasses_by_actors(found)
    if protection.hidden:
        unseen = "; ".join(protection.hidden)
        actual = f"{actual}, unless a source that is not visible binds them ({unseen})"
    hint = _way_out(protection, {b for each in found.values() for b in each.surely})
    source = last_changes(protection)
    yield Drift(_RECOMMENDED, _NO_BYPASS, actual, source, Outcome.WARN, hint)


def _required(
    protection: Protection,
    policy: ProtectionPolicy,
    today: date,
    severity: Outcome,
    found: Mapping[str, EffectiveBypass],
) -> Iterator[Drift]:
    surely = {name: bypass for name, bypass in found.items() if bypass.surely}
    if surely:
        actual = _bypasses_by_actors(surely)
        over = _over(
            [b for bypass in surely.values() for b in bypass.surely], policy.permitted, today
        )
        if protection.hidden:
            unseen = "; ".join(protection.hidden)
            actual = f"{actual}, unless a source that is not visible binds them ({unseen})"
            severity = Outcome.INCONCLUSIVE
        source = last_changes(protection)
        hint = _way_out(protection, {b for bypass in surely.values() for b in bypass.surely})
        yield Drift(Setting.NO_BYPASS, _NO_BYPASS, f"{actual}{over}", source, severity, hint)
        return
    hidden = [bypass.hidden for bypass in found.values() if bypass.hidden is not None]
    perhaps = {name: bypass for name, bypass in found.items() if bypass.perhaps}
    if hidden:
        actual = f"not visible to this token: {hidden[0].reason}"
        hint = hidden[0].hint or _HIDDEN
    elif perhaps:
        name, bypass = next(iter(perhaps.items()))
        actual = (
            f"a bypass of {name} cannot be excluded: who is both of {' and '.join(bypass.perhaps)} "
            "is not visible"
        )
        hint = "let one of the sources bind everybody, or permit them by name in protection.bypass"
    else:
        yield from _by_custom_roles(protection, policy)
        return
    yield Drift(Setting.NO_BYPASS, _NO_BYPASS, actual, "GitHub", Outcome.INCONCLUSIVE, hint=hint)


def _by_custom_roles(protection: Protection, policy: ProtectionPolicy) -> Iterator[Drift]:
    """Who may be free as those administrators are who are permitted to be."""
    free = [
        str(requirement)
        for requirement in requirements(policy)
        if is_asked(protection, requirement) and frees_custom_roles(protection, requirement)
    ]
    if free:
        actual = (
            "not visible: custom roles of an organisation on GitHub Enterprise with the right to "
            f"bypass branch protections can bypass {named(free)} as administrators can"
        )
        yield Drift(Setting.NO_BYPASS, _NO_BYPASS, actual, "GitHub", Outcome.SKIP, _OF_CLASSIC)


def _way_out(protection: Protection, found: Collection[Bypass]) -> str:
    """Where they stand: classic protection has lists of its own for reviews and force pushes."""
    of_reviews = {b for source in protection.sources for b in source.bypass_of_reviews}
    of_force_push = {b for source in protection.sources for b in source.bypass_of_force_push}
    others = {b for source in protection.sources for b in source.bypass}
    if others.isdisjoint(found):
        if of_reviews.issuperset(found):
            return _OF_REVIEWS
        if of_force_push.issuperset(found):
            return _OF_FORCE_PUSH
    return "; ".join((*_lists_of(protection, found), _PERMIT))


def _lists_of(protection: Protection, found: Collection[Bypass]) -> Iterator[str]:
    """Where each list stands that lets one of them through, and who can change it."""
    actors = {bypass.actor for bypass in found}
    letting = [
        source
        for source in protection.sources
        if any(contains(bypass.actor, actor) for bypass in source.bypass for actor in actors)
    ]
    rulesets = [source for source in letting if not source.is_classic]
    own = [source.name for source in rulesets if not source.is_above]
    above = [source.name for source in rulesets if source.is_above]
    if own:
        where = "in the repository's Settings > Rules > Rulesets"
        yield f"take them out of the bypass list of {named(own)} {where}"
    if above:
        where = "in the settings of its organisation or enterprise, which only its owners can"
        yield f"take them out of the bypass list of {named(above)} {where}"
    if len(rulesets) < len(letting):
        yield _OF_CLASSIC


def _bypasses_by_actors(found: Mapping[str, EffectiveBypass]) -> str:
    """Each group of actors with all that it may bypass."""
    by_actors: dict[tuple[str, ...], list[str]] = {}
    for name, bypass in found.items():
        by_actors.setdefault(tuple(map(str, bypass.surely)), []).append(name)
    return "; ".join(
        f"{actors[0]} can bypass {', '.join(names)}"
        if len(actors) == 1
        else f"{', '.join(actors)} can each bypass {', '.join(names)}"
        for actors, names in by_actors.items()
    )


def _over(found: Sequence[Bypass], permitted: Sequence[PermittedBypass], today: date) -> str:
    """Whose permission has ended."""
    ended = dict.fromkeys(
        f"{each.bypass.actor} until {each.until}"
        for each in permitted
        if today > each.until and any(contains(each.bypass.actor, b.actor) for b in found)
    )
    return f" (was permitted for {', '.join(ended)})" if ended else ""
