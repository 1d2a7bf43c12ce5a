"""The file in the terms of a replay: what it asks, and what each answer is worth."""

from collections.abc import Iterator
from functools import partial

from verifier.config.health import by_exactness, endpoints_of, required_of
from verifier.config.named_checks import is_asked
from verifier.config.sections import Config, RollbackSection
from verifier.model.check_ids import (
    COMPONENT,
    GUARDS,
    MIGRATIONS,
    OBJECTS,
    PENDING,
    PROBE,
    READABLE,
    REPLICAS,
    RUN_MODE,
    component_check,
    extra_check,
    health_check,
)
from verifier.model.expectations import Worth, reactions_by_check, worth_of
from verifier.model.replay import ReplayTerms
from verifier.model.verdict import Reaction, Waiver


def replay_terms_of(config: Config) -> ReplayTerms:
    """Return what decides about the findings of a recorded report."""
    worth = {
        component_check(name).partition(".")[2]: value
        for name, value in config.health.components.items()
        if "*" not in name
    }
    patterns = {n: v for n, v in by_exactness(config.health.components).items() if "*" in n}
    return ReplayTerms(
        partial(is_asked, config),
        tuple(_asks(config)),
        tuple(Waiver(w.check, w.reason, w.until) for w in config.waivers),
        partial(worth_of, components={**worth, **patterns}),
        partial(_required, config),
        partial(_reactions, config),
        config.gate.rollback,
        config.gate.on_inconclusive,
        promoted=frozenset(
            component_check(name)
            for name, value in config.health.components.items()
            if value is Worth.FAIL and "*" not in name
        ),
        promoted_kinds=tuple(
            f"{COMPONENT}.{name}" for name, value in patterns.items() if value is Worth.FAIL
        ),
        goes_further=_goes_further(config.rollback),
    )


def _required(config: Config, service: str) -> frozenset[str]:
    if service not in config.services:
        return frozenset()
    return frozenset(map(component_check, required_of(config.health_of(service))))


def _asks(config: Config) -> Iterator[tuple[str, str]]:
    """Yield what a gate answers in any case, and what may fail a deployment."""
    for name, section in config.services.items():
        yield "deployment.*", name
        if section.url or (section.role == "api" and name == config.default_service):
            for endpoint in endpoints_of(config.health_of(name)):
                yield health_check(endpoint), name
        if section.run_mode:
            yield RUN_MODE, name
        if section.replicas is not None:
            yield REPLICAS, name
    if config.guards is not None:
        yield f"{GUARDS}.*", ""
    if config.ledgers:
        yield PENDING if Reaction.FAIL in _reactions(config, PENDING) else f"{MIGRATIONS}.*", ""
    relations = config.relations
    if relations is not None and (relations.tables or relations.views):
        yield READABLE, ""
    if relations is not None and (relations.extensions or relations.functions or relations.rls):
        yield OBJECTS, ""
    for probe in config.probes:
        yield f"{PROBE}.{probe.name}", probe.service
    for extra in config.health.extra:
        if extra.outcome == "fail":
            yield extra_check(extra.name), extra.service or config.default_service or ""


def _goes_further(rollback: RollbackSection) -> bool:
    """Whether anything is set that says which deployments may be gone back to."""
    return bool(rollback.model_fields_set - {"hold", "drill_every"})


def _reactions(config: Config, check: str) -> tuple[Reaction, ...]:
    """Of several ledgers all that it is worth in any: a report does not say of which one it is."""
    found = (reactions_by_check(each.reactions()).get(check) for each in config.ledgers.values())
    return tuple(dict.fromkeys(filter(None, found)))
