"""Settings that can have no effect beside the others of `.github/verifier.yml`."""

from collections.abc import Iterator

from pydantic import BaseModel

from verifier.config.gate_terms import limits_of
from verifier.config.health import endpoints_of
from verifier.config.ledgers import LedgerSection
from verifier.config.named_checks import cause_mistakes, waiver_mistakes
from verifier.config.sections import Config
from verifier.guarded.mistakes import Problem
from verifier.guarded.yaml_document import Document, Location
from verifier.model.evidence import Endpoint
from verifier.model.verdict import DestructiveMode, NotifyMode, Prefer, Reaction

_Mistakes = Iterator[tuple[Location, str]]

#: Of a service: what an audit alone compares.
_AUDITED = (
    "sleep",
    "cron",
    "restart",
    "health_path",
    "source_branch",
    "wait_for_ci",
    "auto_deploy",
    "public",
    "overlap",
    "draining",
    "variables",
    "variables_from",
    "variables_except",
)


def ineffective_settings(document: Document, config: Config) -> Iterator[Problem]:
    """Yield each setting that was written down and can have no effect, with what keeps it so."""
    for mistakes in (
        _of_services(config),
        _of_roles(config),
        _of_health(config),
        _of_limits(config),
        _of_rollback(config),
        _of_ledgers(config),
        _of_database(config),
        waiver_mistakes(config),
        cause_mistakes(config),
        _of_the_rest(config),
    ):
        for location, text in mistakes:
            yield document.problem(location, text)


def _said(section: BaseModel | None, *names: str) -> list[str]:
    """Which of these keys were written down with a value, as they stand in the file."""
    if section is None:
        return []
    given = [n for n in names if n in section.model_fields_set and getattr(section, n)]
    return [name.strip("_").replace("_", "-") for name in given]


def _of_services(config: Config) -> _Mistakes:
    endpoints = tuple(f"{e.value}_" if e is Endpoint.SCHEMA else e.value for e in Endpoint)
    for name, service in config.services.items():
        at: Location = ("services", name)
        asked = _said(service.health, *endpoints, "required", "headers", "answer_within")
        if asked and not service.url and name != config.default_service:
            text = f"has no effect: {name} has no url to request, expected url next to health"
            yield (*at, "health", asked[0]), text
        if _said(service, "variables_except") and service.variables_from is None:
            yield (*at, "variables-except"), "has no effect: expected variables-from next to it"
        if not config.audit.railway:
            for key in _said(service, *_AUDITED):
                text = "has no effect: only an audit compares it, and audit.railway is false"
                yield (*at, key), text


def _of_roles(config: Config) -> _Mistakes:
    used = {service.role for service in config.services.values()} | {*(config.gate.order or ())}
    for index, role in enumerate(config.roles):
        if config.services and role not in used:
            yield ("roles", index), f"found {role!r}, expected a role that a service has"
    for index, name in enumerate(config.gate.order or ()):
        if name in (config.gate.order or ())[:index]:
            yield ("gate", "order", index), f"found {name!r} twice, expected each once"


def _of_health(config: Config) -> _Mistakes:
    """What is said of answers needs an endpoint that is asked."""
    asked = {name: endpoints_of(config.health_of(name)) for name in config.services}
    no_deep = "has no effect: health.deep, which has the components, is null"
    no_endpoint = "has no effect: no health endpoint is asked, all are null"
    for name, service in config.services.items():
        at: Location = ("services", name, "health")
        if Endpoint.DEEP not in asked[name]:
            for key in _said(service.health, "required"):
                yield (*at, key), no_deep
        if not asked[name]:
            for key in _said(service.health, "headers", "answer_within"):
                yield (*at, key), no_endpoint
    if not asked:
        return
    if not any(Endpoint.DEEP in endpoints for endpoints in asked.values()):
        for key in _said(config.health, "required", "components"):
            yield ("health", key), no_deep
    if not any(asked.values()):
        by_extras = () if config.health.extra else ("headers",)
        for key in _said(config.health, *by_extras, "answer_within"):
            yield ("health", key), no_endpoint


def _of_limits(config: Config) -> _Mistakes:
    """Limits under which no run could come to a verdict, and such as no run could reach."""
    gate, limits = config.gate, limits_of(config)
    looking_s = limits.deadline_s - limits.reserve_s
    needed = {
        ("stable_for",): (gate.stable_for, "a good deployment could never pass"),
        ("fail_after", "interval"): (
            gate.fail_after * gate.interval,
            "a bad deployment could never fail",
        ),
        ("ready_within",): (gate.ready_within, "one that never answers could never fail"),
    }
    left = f"gate.deadline leaves {looking_s:g} s for looking (the rest is kept for a rollback)"
    for names, (needs_s, why) in needed.items():
        if needs_s <= looking_s:
            continue
        key = " times ".join(name.replace("_", "-") for name in names)
        if said := _said(gate, *names):
            yield ("gate", said[0]), f"{key} is {needs_s:g} s, but {left}: {why}"
        else:
            text = f"{left}, but {key} is {needs_s:g} s by default: {why}. Set {key} too"
            yield ("gate", "deadline"), text
    waits = ("appear_within", "build_within", "deploy_within", "restore_within", "reach_within")
    for name in waits:
        waits_s = getattr(gate, name)
        for key in _said(gate, name):
            if waits_s > limits.deadline_s:
                most_s = f"{limits.deadline_s:g} s of gate.deadline"
                yield ("gate", key), f"has no effect: {waits_s:g} s is more than the {most_s}"


def _of_rollback(config: Config) -> _Mistakes:
    rollback = config.rollback
    if rollback.prefer is Prefer.RECENT:
        for key in _said(rollback, "verified_within"):
            yield ("rollback", key), "has no effect with prefer: recent"
    if rollback.on_destructive_migration is DestructiveMode.WARN:
        for key in _said(rollback, "tolerate"):
            text = "has no effect: with on-destructive-migration: warn every kind only warns"
            yield ("rollback", key), text


def _of_ledgers(config: Config) -> _Mistakes:
    several = isinstance(config.ledger, tuple)
    for index, section in enumerate(config.ledgers.values()):
        at: Location = ("ledger", index) if several else ("ledger",)
        for key, why in _without_use(section):
            yield (*at, key), why


def _without_use(section: LedgerSection) -> Iterator[tuple[str, str]]:
    if not (section.tool == "plain" and section.table):
        why = "has no effect: it counts only with tool: plain and a table"
        keys = ("column", "pattern") if section.tool == "plain" else ("column",)
        yield from ((key, why) for key in _said(section, *keys))
    if "." in section.table and section.schema_:
        text = (
            f"found {section.schema_!r} together with a table that has a schema, "
            "expected only one of them"
        )
        yield "schema", text
    if section.files == "ignore":
        why = "has no effect: files: ignore compares the newest version alone"
        yield from ((key, why) for key in _said(section, "path", "pattern", "policy"))
    if section.policy.pending is not Reaction.FAIL and section.expected is None:
        why = (
            f"has no effect: with policy.pending: {section.policy.pending} a pending migration "
            "fails nothing"
        )
        yield from ((key, why) for key in _said(section, "applied_within"))


def _of_database(config: Config) -> _Mistakes:
    guards, relations = config.guards, config.relations
    if guards is not None and not (guards.app_env or guards.supabase_project_ref):
        text = "found nothing to guard, expected app-env or supabase-project-ref"
        yield ("guards",), text
    if relations is None:
        return
    kinds = ("tables", "views", "extensions", "functions", "rls")
    if not _said(relations, *kinds):
        yield ("relations",), f"found no name, expected one in {', '.join(kinds)}"
    for kind in kinds:
        names: tuple[str, ...] = getattr(relations, kind)
        for index, name in enumerate(names):
            if name in names[:index]:
                yield ("relations", kind, index), f"found {name!r} twice, expected each once"


def _of_the_rest(config: Config) -> _Mistakes:
    if config.pause.paused == config.pause.running:
        text = f"found {config.pause.running!r} for both, expected another status than pause.paused"
        yield ("pause", "running"), text
    if config.notify.slack is NotifyMode.NEVER and _said(config.notify, "slack_channel"):
        yield ("notify", "slack-channel"), "has no effect with slack: never"
    if config.notify.name_author and not config.notify.comment:
        yield ("notify", "name-author"), "has no effect without comment: true"
