"""
Several protections of one branch into one: every source applies at once, the stricter one wins.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets#about-rule-layering
"""

from collections.abc import Mapping, Sequence

from verifier.model.finding import Unobserved
from verifier.model.protection import (
    OF_REVIEWS,
    Effective,
    Protection,
    ProtectionSource,
    RequiredCheck,
    Setting,
)


def effective(protection: Protection, setting: Setting) -> Effective:
    """Return one setting as all sources make it together."""
    level = max((source.levels.get(setting, 0) for source in protection.sources), default=0)
    providing = [s for s in protection.sources if level and s.levels.get(setting, 0) == level]
    return Effective(
        level=level,
        sources=tuple(source.name for source in providing),
        hidden=protection.hidden,
        bypass_actors=_bypass_actors_of_all(
            [_bypass_actors_of(source, setting) for source in providing]
        ),
    )


def required_checks(protection: Protection) -> Mapping[RequiredCheck, tuple[str, ...]]:
    """Return all checks that some source requires, with the names of those sources."""
    found: dict[RequiredCheck, tuple[str, ...]] = {}
    for source in protection.sources:
        for check in sorted(source.checks, key=lambda c: (c.name, c.app_id or 0)):
            found[check] = (*found.get(check, ()), source.name)
    return found


def _bypass_actors_of(source: ProtectionSource, setting: Setting) -> tuple[str, ...] | Unobserved:
    if isinstance(source.bypass, Unobserved) or setting not in OF_REVIEWS:
        return source.bypass
    return (*source.bypass, *source.bypass_of_reviews)


def _bypass_actors_of_all(
    by_source: Sequence[tuple[str, ...] | Unobserved],
) -> tuple[str, ...] | Unobserved:
    """Whoever a single source does not let through is not free."""
    if () in by_source:
        return ()
    known = [actors for actors in by_source if not isinstance(actors, Unobserved)]
    unknown = [actors for actors in by_source if isinstance(actors, Unobserved)]
    if unknown:
        return unknown[0]
    shared = set(known[0]).intersection(*known) if known else set()
    return tuple(sorted(shared))
