"""Secrets and variables that must exist where they are needed."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import timedelta

from verifier.decide.drift.question import Asked
from verifier.model.finding import Outcome, Unobserved
from verifier.model.named_values import (
    StoredName,
    StoredNames,
    WantedName,
    environment_place,
)
from verifier.model.protection import Drift, DriftKind


def name_drift(
    kind: DriftKind,
    wanted: Sequence[WantedName],
    stored: StoredNames | Unobserved,
    max_age: timedelta | None,
    asked: Asked,
) -> Iterator[Drift]:
    """
    Yield the names that are not stored where they are needed, or were stored too long ago.

    A name that is found is there, whatever else the token cannot
    see; one that is not is missing only where everything was seen that it may be in.
    """
    now, place = asked.at, asked.evidence.facts.place
    if not wanted:
        return
    if isinstance(stored, StoredNames) and stored.are_all_unread:
        stored = next(iter(stored.unread.values()), stored)
    if isinstance(stored, Unobserved):
        actual = f"not visible to this token: {stored.reason}"
        yield Drift(f"{kind}s", "present", actual, "GitHub", Outcome.INCONCLUSIVE, stored.hint)
        return
    for one in wanted:
        found = [s for s in stored.found if is_wanted(s, one)]
        setting = f"{kind} {one.name}{one.where}"
        if not found:
            yield _missing(kind, setting, one, stored, place)
            continue
        others = others_with(one, wanted, stored)
        if others:
            yield shared_drift(kind, one, found[0].place, others, place)
        if max_age is None:
            continue
        most = max_age.days
        expected = "renewed within a day" if most == 1 else f"renewed within {most} days"
        dated = {s.updated_at: s for s in found if s.updated_at is not None}
        if not dated:
            actual, hint = "GitHub gives no readable time for it", "see when it was set last"
            yield Drift(setting, expected, actual, found[0].place, Outcome.INCONCLUSIVE, hint)
        elif now - max(dated) > max_age:
            newest = dated[max(dated)]
            days = (now - max(dated)).days
            actual = "1 day old" if days == 1 else f"{days} days old"
            yield Drift(setting, expected, actual, newest.place, Outcome.WARN, "renew it")


def is_wanted(stored: StoredName, wanted: WantedName) -> bool:
    """Tell whether a name is the one that is wanted, where it is wanted."""
    # GitHub tells no names apart by their case.
    return stored.name.upper() == wanted.name.upper() and wanted.may_be_in(stored.place)


def others_with(
    one: WantedName, wanted: Sequence[WantedName], stored: StoredNames
) -> Sequence[str]:
    """Return the other environments that are given the same value, as none has its own."""
    if not one.environment or _may_have_own(one, stored):
        return ()
    return [
        each.environment
        for each in wanted
        if each.environment
        and each.name.upper() == one.name.upper()
        and each.environment.casefold() != one.environment.casefold()
        and not _may_have_own(each, stored)
    ]


def _may_have_own(one: WantedName, stored: StoredNames) -> bool:
    place = environment_place(one.environment)
    names = (each.name.upper() for each in stored.found if each.place == place)
    return place in stored.unread or one.name.upper() in names


def _missing(
    kind: DriftKind, setting: str, wanted: WantedName, stored: StoredNames, repository: str
) -> Drift:
    unread = {place: why for place, why in stored.unread.items() if wanted.may_be_in(place)}
    if unread:
        place, why = next(iter(unread.items()))
        actual = f"not found, and the names of {place} are not visible: {why.reason}"
        return Drift(setting, "present", actual, "GitHub", Outcome.INCONCLUSIVE, why.hint)
    hint = how_to_store(kind, wanted, repository)
    return Drift(setting, "present", "missing", "GitHub", Outcome.FAIL, hint)


def shared_drift(
    kind: DriftKind, one: WantedName, place: str, others: Sequence[str], repository: str
) -> Drift:
    """Say of a name that other environments are given its value, too."""
    actual = f"one value for {one.environment} and {', '.join(others)}, from the {place}"
    setting, hint = f"{kind} {one.name}{one.where}", how_to_store(kind, one, repository)
    return Drift(setting, "its own value", actual, place, Outcome.WARN, hint)


def how_to_store(kind: DriftKind, one: WantedName, repository: str) -> str:
    """
    Return the command that stores a secret or a variable where it is wanted.

    It names the repository: where it is run, another one may be checked out, whose value would be
    replaced.
    """
    option = f" --env {shlex.quote(one.environment)}" if one.environment else ""
    if one.is_for_dependabot:
        option = " --app dependabot"  # which has no environments
    return f"run gh {kind} set {one.name}{option} --repo {repository}"
