"""
Several protections of one branch into one: every source applies at once, the stricter one wins.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets#about-rule-layering
"""

from collections.abc import Mapping

from verifier.model.finding import Unobserved
from verifier.model.protection import (
    Effective,
    Protection,
    ProtectionSource,
    RequiredCheck,
    Setting,
)


def effective(protection: Protection, setting: Setting) -> Effective:
    """Return one setting as all sources make it together."""
    level = max((level_of(source, setting) for source in protection.sources), default=0)
    providing = [s for s in protection.sources if level and level_of(s, setting) == level]
    return Effective(
        level=level,
        sources=tuple(source.name for source in providing),
        hidden=hidden_of(protection, setting),
    )


def hidden_of(protection: Protection, setting: Setting) -> tuple[str, ...]:
    """Return why something may be stricter about one setting than what was seen."""
    unread = (source.name for source in protection.sources if setting in source.unread)
    told = (f"GitHub's answer does not say what {name} asks for" for name in unread)
    return (*protection.hidden, *told)


def level_of(source: ProtectionSource, setting: Setting) -> int:
    """
    Return how far one source asks for a setting.

    A merge queue tests what it merges together with the newest base, as branches would be that
    must be up to date. Source:
    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
    """
    level = source.levels.get(setting, 0)
    if setting is Setting.UP_TO_DATE:
        return max(level, source.levels.get(Setting.MERGE_QUEUE, 0))
    return level


def has_merge_queue(protection: Protection) -> bool | Unobserved:
    """Return whether there is a merge queue; `Unobserved` where one may be there."""
    if effective(protection, Setting.MERGE_QUEUE).level:
        return True
    return unread_queue(protection) or False


def unread_queue(protection: Protection) -> Unobserved | None:
    """Return why it is not known whether there is a merge queue; None where that was read."""
    hidden = (source.hidden_queue for source in protection.sources)
    return next((why for why in hidden if why is not None), None)


def required_checks(protection: Protection) -> Mapping[RequiredCheck, tuple[str, ...]]:
    """Return all checks that some source requires, with the names of those sources."""
    found: dict[RequiredCheck, tuple[str, ...]] = {}
    for source in protection.sources:
        for check in sorted(source.checks, key=lambda c: (c.name, c.app_id or 0)):
            found[check] = (*found.get(check, ()), source.name)
    return found


def last_changes(protection: Protection) -> str:
    """Return when each source was last changed, and by whom, as far as GitHub tells it."""
    told = [f"{s.name} changed {s.last_change}" for s in protection.sources if s.last_change]
    return "; ".join(("GitHub", *told))
