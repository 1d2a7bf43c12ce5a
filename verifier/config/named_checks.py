"""Checks that `.github/verifier.yml` names: there must be such a one, and it must be asked."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from verifier.config.health import endpoints_of
from verifier.config.problems import nearest
from verifier.config.sections import Config
from verifier.guarded.yaml_document import Location
from verifier.model.check_ids import (
    CLOSED_FAMILIES,
    COMPONENT,
    EXTRA,
    LATENCY,
    PROBE,
    RENAMED,
    WAIVABLE,
    component_check,
    extra_check,
)
from verifier.model.deployment import DeploymentStatus
from verifier.model.project import page

_IDS = page("docs/checks.md")
_Mistakes = Iterator[tuple[Location, str]]

#: Families of checks that only some commands or moments have.
_OTHER_FAMILIES = ("check", "config", "preflight", "production", "ready", "waivers", "audit")


def is_asked(config: Config, check: str, service: str) -> bool:
    """Whether the file has this check asked of a service; with "" of what all services share."""
    family, _, name = check.partition(".")
    section = config.services.get(service)
    if service and section is None:
        return False
    health = config.health_of(service) if service else config.health
    match family:
        case "guards":
            return config.guards is not None
        case "migrations":
            return bool(config.ledgers)
        case "relations":
            return config.relations is not None
        case "probe":
            return name in {probe.name for probe in config.probes}
        case "extra":
            return name in {extra.name for extra in config.health.extra}
        case "health" if name in ("live", "ready", "deep", "schema"):
            return name in {endpoint.value for endpoint in endpoints_of(health)}
        case "component":
            return health.deep is not None
        case "topology" if name == "run_mode":
            return section is None or bool(section.run_mode)
        case "topology" if name == "replicas":
            return section is None or section.replicas is not None
        case _:
            return True


def waiver_mistakes(config: Config) -> _Mistakes:
    """Yield the waivers of what is no check, never fails, is not asked, or is waived twice."""
    seen: set[str] = set()
    for index, waiver in enumerate(config.waivers):
        at: Location = ("waivers", index, "check")
        if waiver.check in seen:
            yield at, f"found a second waiver of {waiver.check}, expected one"
        seen.add(waiver.check)
        if text := _why_not_waived(config, waiver.check):
            yield at, text


def _why_not_waived(config: Config, check: str) -> str:
    """What keeps a waiver from having an effect; empty where nothing does."""
    family, _, name = check.partition(".")
    failing = [extra_check(e.name) for e in config.health.extra if e.outcome == "fail"]
    warning = [extra_check(e.name) for e in config.health.extra if e.outcome == "warn"]
    if "*" in check:
        return f"found {check!r}, expected the id of one check: a waiver takes no *"
    if family == COMPONENT and check != component_check(name):
        return f"found {check!r}, expected {component_check(name)!r}, as reports name it"
    known = [*WAIVABLE, *failing, *(f"{PROBE}.{p.name}" for p in config.probes)]
    if check not in known and family != COMPONENT:
        if family == LATENCY or check in (*CLOSED_FAMILIES, *warning):
            return f"has no effect: {check} only ever warns"
        near = nearest(check, known)
        return f"found {check!r}{near}, expected the id of a check that can fail a deployment"
    if not any(is_asked(config, check, service) for service in config.services or [""]):
        return f"has no effect: nothing in this file asks for {check}"
    return ""


def may_be_a_check(pattern: str) -> bool:
    """Whether there may be a check of that id, in which `*` stands for any letters."""
    named = (COMPONENT, EXTRA, LATENCY, PROBE)
    families = {*named, *_OTHER_FAMILIES, *(check.partition(".")[0] for check in CLOSED_FAMILIES)}
    family, _, name = pattern.partition(".")
    is_open = family in (*named, *_OTHER_FAMILIES) and bool(name)
    fits = any(fnmatchcase(known, pattern) for known in CLOSED_FAMILIES)
    begins = "*" in family and any(fnmatchcase(f, family.split("*")[0] + "*") for f in families)
    return is_open or fits or begins


def nearest_check(pattern: str) -> str:
    """Return a guess of which check was meant, in brackets; empty where nothing is near."""
    return nearest(pattern, list(CLOSED_FAMILIES))


def cause_mistakes(config: Config) -> _Mistakes:
    """Yield the causes that nothing can ever show: no such check, no such status."""
    for index, cause in enumerate(config.causes):
        check = cause.check or ""
        if check and not may_be_a_check(check):
            today = RENAMED.get(check)
            near = f" (today {today!r})" if today else nearest_check(check)
            text = f"found {check!r}{near}, expected the id of a check, as in {_IDS}"
            yield ("causes", index, "check"), text
        statuses = [str(status) for status in DeploymentStatus]
        if cause.status and cause.status not in statuses:
            text = f"found {cause.status!r}{nearest(cause.status.upper(), statuses)}"
            yield ("causes", index, "status"), f"{text}, expected a status of Railway's"
