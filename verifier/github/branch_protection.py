"""
Everything that guards a branch, of the REST API: classic protection, rulesets, who is let through.

Sources: https://docs.github.com/en/rest/branches/branch-protection,
https://docs.github.com/en/rest/repos/rules
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from verifier.errors import AbsentError, DeniedError, ProviderError, UnexpectedAnswerError
from verifier.github.actor_numbers import known_actors
from verifier.github.api import Api
from verifier.github.bypass_actors import with_names
from verifier.github.classic_details import with_details, with_queue
from verifier.github.json_shapes import JsonObject, count, entries, mapping
from verifier.github.protection_sources import parse_classic, parse_ruleset, parse_summary
from verifier.github.ref_patterns import is_about
from verifier.github.side_by_side import side_by_side
from verifier.model.finding import Unobserved
from verifier.model.protection import Protection, ProtectionSource, with_doubted_queue

_NOT_PROTECTED = "Branch not protected"
_NOT_IN_PLAN = "Upgrade to GitHub"
_ADMINISTRATION = "Administration: read"
_METADATA = "Metadata: read"
_CONTENTS = "Contents: read"
#: How a ruleset is enforced that guards nothing.
_IDLE = ("evaluate", "disabled")
#: Of so many the branches are read; further ones are told whatever they are about.
_MOST_IDLE = 100


@dataclass(frozen=True, slots=True)
class SeenRuleset:
    """One ruleset as it was read by itself."""

    said: object
    """Its JSON, or `Unobserved`."""
    last_change: str


def read_protection(
    api: Api, branch: str, known: dict[int, SeenRuleset], default_branch: str = ""
) -> Protection:
    """
    Return everything that guards a branch, and what this token cannot see of it.

    `default_branch` is empty where it is not known. `known` are rulesets that were read for another
    branch; those of this one are added.
    """
    classic, hidden = _classic(api, branch)
    try:
        rulesets, inactive, elsewhere = _rulesets(api, branch, known, default_branch)
    except DeniedError as error:
        if _NOT_IN_PLAN in error.message:
            return Protection((), is_in_plan=False)
        raise
    sources = with_doubted_queue((*classic, *rulesets))
    sources = tuple(_with_actor_names(api, sources))
    return Protection(sources, hidden, inactive, elsewhere)


def _with_actor_names(api: Api, sources: Sequence[ProtectionSource]) -> Iterator[ProtectionSource]:
    """The sources, their teams, users and apps with names, as far as this token sees them."""
    unnamed = (b.actor for s in sources for b in s.bypass if not b.actor.name)
    wanted = {actor.kind for actor in unnamed if actor.role is None}
    names = {(actor.kind, actor.number): actor.name for actor in known_actors(api, wanted)}
    for source in sources:
        yield replace(source, bypass=tuple(with_names(source.bypass, names)))


def _classic(api: Api, branch: str) -> tuple[tuple[ProtectionSource, ...], tuple[str, ...]]:
    path = f"/branches/{quote(branch, safe='')}"
    try:
        classic = parse_classic(api.get(f"{path}/protection", _ADMINISTRATION))
        return (with_details(api, branch, classic),), ()
    except AbsentError as error:
        if error.said == _NOT_PROTECTED:
            return (), ()
    except DeniedError as error:
        if _NOT_IN_PLAN in error.message:
            return (), ()
    hidden = (f"classic branch protection needs a token with {_ADMINISTRATION}",)
    seen = api.get(path, _CONTENTS)
    summary = parse_summary(seen)
    if isinstance(seen, dict) and seen.get("protected") is False:
        return (), ()
    return tuple(with_queue(api, branch, summary)), hidden


def _rulesets(
    api: Api, branch: str, known: dict[int, SeenRuleset], default_branch: str
) -> tuple[tuple[ProtectionSource, ...], tuple[str, ...], tuple[str, ...]]:
    """The active ones that apply, names of those that guard nothing, and of those for others."""
    path = f"/rules/branches/{quote(branch, safe='')}"
    by_ruleset: dict[int, list[object]] = {}
    origin: dict[int, str] = {}
    for rule in api.pages(path, _METADATA):
        said = mapping(rule)
        number = said.get("ruleset_id")
        if not isinstance(number, int):
            raise UnexpectedAnswerError("a rule of GitHub's names no ruleset")
        by_ruleset.setdefault(number, []).append(rule)
        kind = str(said.get("ruleset_source_type", "")).lower()
        origin[number] = f"{kind} {said.get('ruleset_source', '')}".strip()
    listed = _rulesets_by_id(api)
    names = {n: str(mapping(listed.get(n)).get("name") or n) for n in by_ruleset}
    missing = [n for n in by_ruleset if n not in known]
    known.update(zip(missing, side_by_side(lambda n: _seen(api, n), missing), strict=True))
    sources = tuple(
        replace(
            parse_ruleset(rules, known[n].said, f'ruleset "{names[n]}" of {origin[n]}'),
            is_above=not origin[n].startswith("repository"),
            last_change=known[n].last_change,
        )
        for n, rules in by_ruleset.items()
    )
    idle = {n: entry for n, entry in listed.items() if entry.get("enforcement") in _IDLE}
    missing = [n for n in idle if n not in known][:_MOST_IDLE]
    details = side_by_side(lambda n: _ruleset(api, n), missing)
    known.update({n: SeenRuleset(each, "") for n, each in zip(missing, details, strict=True)})
    inactive = tuple(
        f'"{entry.get("name")}" ({entry.get("enforcement")})'
        for n, entry in idle.items()
        if n not in known or _may_be_about(known[n].said, branch, default_branch)
    )
    elsewhere = tuple(
        f'ruleset "{entry.get("name")}"'
        for n, entry in listed.items()
        if n not in by_ruleset
        and (entry.get("enforcement"), entry.get("target")) == ("active", "branch")
    )
    return sources, inactive, elsewhere


def _may_be_about(ruleset: object, branch: str, default_branch: str) -> bool:
    """Tell whether a ruleset is about a branch, or was not shown to be about others."""
    ref_name = mapping(mapping(mapping(ruleset).get("conditions")).get("ref_name"))
    return not ref_name or is_about(ref_name, branch, default_branch)


def _rulesets_by_id(api: Api) -> Mapping[int, JsonObject]:
    """All rulesets, those of organisation and enterprise included, by id."""
    pages = api.pages("/rulesets", _METADATA, includes_parents="true", targets="branch")
    found = map(mapping, pages)
    return {count(ruleset.get("id")): ruleset for ruleset in found}


def _seen(api: Api, number: int) -> SeenRuleset:
    said = _ruleset(api, number)
    return SeenRuleset(said, _last_change(api, number, said))


def _ruleset(api: Api, number: int) -> object:
    try:
        return api.get(f"/rulesets/{number}", _METADATA, includes_parents="true")
    except DeniedError as error:
        return Unobserved(error.message, error.hint)


def _last_change(api: Api, number: int, ruleset: object) -> str:
    """When a ruleset was changed last, and by whom: that only those see who may change it."""
    said = mapping(ruleset)
    changed_at = str(said.get("updated_at") or "")[:10]
    if not changed_at or not isinstance(said.get("bypass_actors"), list):
        return changed_at
    path = f"/rulesets/{number}/history"
    try:
        versions = entries(api.get(path, "Administration: write", per_page="1"))
    except ProviderError:
        return changed_at
    actors = [mapping(version.get("actor")) for version in versions[:1]]
    who = [f" by {str(a.get('type')).lower()} {count(a.get('id'))}" for a in actors if a.get("id")]
    return changed_at + "".join(who)
