"""The configuration that a rehearsal's gate is given: the team's, pointed at the sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy

import yaml

from verifier.sandbox.rehearsal.relation_names import without_database
from verifier.sandbox.rehearsal.team import Team

#: What a rehearsal has nothing of. Only a pause could have changed what a gate does.
_LEFT_OUT = ("audit", "memory", "notify", "pause", "preflight", "protection")


def gate_config(
    value: Mapping[str, object], team: Team, urls: Mapping[str, str], refused: Sequence[str]
) -> str:
    """
    Return the text of the file.

    `urls` are the addresses of the public services in the sandbox, `refused` the statements that
    its database did not take: what rests on them is left out.
    """
    config = {key: inner for key, inner in deepcopy(dict(value)).items() if key not in _LEFT_OUT}
    services = config["services"]
    assert isinstance(services, dict)  # noqa: S101  it was read as a configuration
    for name, url in urls.items():
        services[name] = {**services[name], "url": url}
    health = config.get("health")
    if isinstance(health, dict):
        config["health"] = {k: v for k, v in health.items() if k not in ("headers", "extra")}
    if team.ledger is not None:
        config["ledger"] = _ledger(team)
    played = _played_probes(team, refused)
    probes = config.get("probes")
    if isinstance(probes, list):
        config["probes"] = [probe for probe in probes if probe["name"] in played]
    relations = config.get("relations")
    if isinstance(relations, dict) and team.config.relations is not None:
        in_sandbox = {
            "tables": list(team.relations.tables),
            "views": list(team.relations.views),
            "rls": list(team.relations.rls),
            "extensions": _extensions(team, refused),
        }
        played_relations = {key: in_sandbox[key] for key in relations if key in in_sandbox}
        config["relations"] = played_relations
        if not any(played_relations.values()):
            del config["relations"]
    waivers = config.get("waivers")
    if isinstance(waivers, list):
        config["waivers"] = [w for w in waivers if _is_played(w["check"], config, played)]
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def _is_played(check: str, config: Mapping[str, object], probes: set[str]) -> bool:
    """Whether what a waiver names is asked in the rehearsal: of what is left out, none is taken."""
    match check.split(".", 1):
        case ["extra", _]:
            return False
        case ["relations", _]:
            return "relations" in config
        case ["probe", name]:
            return name in probes
        case _:
            return True


def _ledger(team: Team) -> dict[str, object]:
    """Return the ledger's section: as it is where no gate finds it, else in Supabase's form."""
    ledger = team.ledger
    assert ledger is not None  # noqa: S101  asked of a team that has one
    said = ledger.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings="none")
    if team.unfound:
        return {key: value for key, value in said.items() if key != "name"}
    kept = {"policy", "applied-within"}
    kept |= {"path"} if team.has_own_migrations else set()
    kept |= {"expected"} if team.plays_expected else set()
    return {**{k: v for k, v in said.items() if k in kept}, "tool": "supabase"}


def _played_probes(team: Team, refused: Sequence[str]) -> set[str]:
    return {b.probe for b in team.heartbeats() if b.write not in refused}


def _extensions(team: Team, refused: Sequence[str]) -> list[str]:
    relations = team.config.relations
    names = relations.extensions if relations else ()
    return [name for name in names if not any(f'"{name}"' in said for said in refused)]


def not_played(
    value: Mapping[str, object], team: Team, refused: Mapping[str, str]
) -> Iterator[str]:
    """Yield what of the configuration the rehearsal says nothing about, a sentence each."""
    if "pause" in value:
        yield "pause is not rehearsed: the kill switch is left alone"
    for name in team.lent:
        yield (
            f"{name} has no url here: it is rehearsed as if RAILWAY_APP_URL were set, "
            "without which a gate refuses to begin"
        )
    health = team.config.health
    if health.extra:
        yield "health.extra is not rehearsed: the stand-in has no such endpoints"
    if health.headers:
        yield "health.headers is not rehearsed: the stand-in answers without them"
    yield from _of_ledger(team)
    if len(team.config.ledgers) > 1:
        yield "of several ledgers one is rehearsed"
    played = _played_probes(team, list(refused))
    for probe in team.config.probes:
        if probe.name not in played:
            yield (
                f"the probe {probe.name} is not rehearsed: in the sandbox only a query for the "
                "newest time of one table, with fresh-within, has somebody who writes it"
            )
    relations = team.config.relations
    named = (*relations.tables, *relations.views, *relations.rls) if relations else ()
    if other := dict.fromkeys(name for name in named if without_database(name) != name):
        yield (
            f"the database's name in {', '.join(other)} is not rehearsed: the sandbox's has another"
        )
    if relations is not None and relations.functions:
        yield "relations.functions is not rehearsed"
    failed = [f"{what}: {why}" for what, why in refused.items() if what.startswith("migration ")]
    for text in failed[:3]:
        yield f"the sandbox's PostgreSQL did not take {text}"
    schema = [f"{what}: {why}" for what, why in refused.items() if what.startswith("schema ")]
    if schema:
        yield f"of the schema {len(schema)} statements were refused, first {schema[0]}"


def _of_ledger(team: Team) -> Iterator[str]:
    ledger = team.ledger
    if ledger is None:
        return
    for reason in team.unfound.values():
        yield (
            f"{reason}: a gate finds no migrations in this checkout, in a rehearsal as in your "
            "pipelines"
        )
    if not team.unfound and not team.has_own_migrations:
        yield (
            f"the ledger ({ledger.tool}) is rehearsed in Supabase's form with a made-up migration: "
            "the checkout has no SQL files that Supabase's tool would take"
        )
    if ledger.expected is not None and not team.plays_expected:
        yield (
            "ledger.expected is not rehearsed: the version of a made-up migration does not fit "
            "in its place"
        )
