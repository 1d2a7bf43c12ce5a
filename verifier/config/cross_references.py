"""What parts of `.github/verifier.yml` say of one another."""

from collections.abc import Iterator

from verifier.config.audit_references import ineffective_for_audits
from verifier.config.health import by_exactness, required_of
from verifier.config.ineffective import ineffective_settings
from verifier.config.problems import nearest
from verifier.config.sections import Config
from verifier.guarded.mistakes import Problem
from verifier.guarded.yaml_document import Document
from verifier.model.expectations import Worth, worth_of

_LESS = (Worth.WARN, Worth.IGNORE)
#: Roles that need no declaration. `api` is the one that RAILWAY_APP_URL is for; an order may name
#: them though no service of the file has such a role.
_USUAL_ROLES = ("api", "scheduler", "worker")


def reference_problems(document: Document, config: Config) -> Iterator[Problem]:
    """Yield what cannot be seen in one section alone."""
    names = [probe.name for probe in config.probes]
    for index, probe in enumerate(config.probes):
        if probe.name in names[:index]:
            text = f"found the name {probe.name!r} twice, expected a different name for each probe"
            yield document.problem(("probes", index, "name"), text)
        if probe.service and probe.service not in config.services:
            near = nearest(probe.service, config.services)
            text = f"found {probe.service!r}, expected a service configured in this file{near}"
            yield document.problem(("probes", index, "service"), text)
        if probe.fresh_within is None and probe.equals is None:
            text = "found no expectation, expected fresh-within or equals"
            yield document.problem(("probes", index), text)
    yield from _role_problems(document, config)
    yield from _gate_problems(document, config)
    yield from _ledger_problems(document, config)
    yield from _extra_problems(document, config)
    yield from _component_problems(document, config)
    yield from _cause_problems(document, config)
    yield from ineffective_settings(document, config)
    yield from ineffective_for_audits(document, config)


def _cause_problems(document: Document, config: Config) -> Iterator[Problem]:
    ids = [cause.id for cause in config.causes]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            text = f"found the id {id_!r} twice, expected a different id for each cause"
            yield document.problem(("causes", index, "id"), text)


def service_problems(document: Document, config: Config) -> Iterator[Problem]:
    """Yield what is missing for everything but an audit."""
    if not config.services:
        text = "found no 'services', which is required: only an audit can do without"
        yield document.key_problem((), text)


def _component_problems(document: Document, config: Config) -> Iterator[Problem]:
    """What must be good cannot be what only warns."""
    for name in config.services:
        own = config.services[name].health
        is_own = own is not None and "required" in own.model_fields_set
        at = ("services", name, "health") if is_own else ("health",)
        for index, required in enumerate(required_of(config.health_of(name))):
            if worth_of(required, by_exactness(config.health.components)) in _LESS:
                text = f"found {required!r}, which health.components says only warns: expected one"
                yield document.problem((*at, "required", index), text)
        if not is_own:
            return


def _extra_problems(document: Document, config: Config) -> Iterator[Problem]:
    seen: set[str] = set()
    default = config.default_service
    for index, extra in enumerate(config.health.extra):
        at: tuple[str | int, ...] = ("health", "extra", index)
        if extra.name in seen:
            text = f"found the name {extra.name!r} twice, expected a different name for each"
            yield document.problem((*at, "name"), text)
        seen.add(extra.name)
        if extra.service is None and default is None:
            text = f"found no service, expected one of {', '.join(config.services)}"
            yield document.problem(at, text)
        if extra.service is not None and extra.service not in config.services:
            near = nearest(extra.service, config.services)
            text = f"found {extra.service!r}, expected a service configured in this file{near}"
            yield document.problem((*at, "service"), text)
        if extra.outcome == "fail" and not extra.expect:
            text = "found outcome: fail alone, expected expect as well: what must hold"
            yield document.problem((*at, "outcome"), text)
        if extra.missing is not None and extra.outcome != "fail":
            text = "found missing, expected outcome: fail as well: what only warns stays a warning"
            yield document.problem((*at, "missing"), text)


def _role_problems(document: Document, config: Config) -> Iterator[Problem]:
    """A role that is misspelled would take the service's health checks away without a word."""
    known = dict.fromkeys((*_USUAL_ROLES, *config.roles))
    for name, section in config.services.items():
        if section.role and section.role not in known:
            near = nearest(section.role, known)
            text = (
                f"found the role {section.role!r}{near}, expected one of {', '.join(known)}, or a "
                "role of your own that `roles` lists"
            )
            yield document.problem(("services", name, "role"), text)


def _gate_problems(document: Document, config: Config) -> Iterator[Problem]:
    flap = config.gate.flap
    if flap.bad > flap.of:
        text = f"bad is {flap.bad} but of is {flap.of}: bad must not be larger than of"
        yield document.problem(("gate", "flap", "bad"), text)
    known = dict.fromkeys((*config.services, *config.roles))
    known |= {section.role: None for section in config.services.values() if section.role}
    for index, name in enumerate(config.gate.order or ()):
        if name not in known and name not in _USUAL_ROLES:
            near = nearest(name, known)
            text = f"found {name!r}, expected a role or a service of this file{near}"
            yield document.problem(("gate", "order", index), text)


def _ledger_problems(document: Document, config: Config) -> Iterator[Problem]:
    several = config.ledger if isinstance(config.ledger, tuple) else ()
    seen: set[str | None] = set()
    places: dict[tuple[str, ...], str | None] = {}
    for index, section in enumerate(several):
        at: tuple[str | int, ...] = ("ledger", index)
        path, where = section.path.rstrip("/"), (section.schema_, section.table, section.column)
        place = (section.tool, path, *where, str(section.expected))
        if place in places:
            text = (
                f"found the same tool, path and table as those of {places[place]!r}, expected a "
                "different tool, path or table"
            )
            yield document.problem(at, text)
        places[place] = section.name
        if section.name is None or section.name in seen:
            found = f"the name {section.name!r} twice" if section.name else "no name"
            yield document.problem(at, f"found {found}, expected a different name for each ledger")
        if section.tool == "auto":
            text = "found tool: auto, expected a named tool for each of several ledgers"
            yield document.problem(at, text)
        seen.add(section.name)
    for index, section in enumerate(config.ledgers.values()):
        at = ("ledger", index) if several else ("ledger",)
        if section.tool == "plain" and section.expected is None and not section.table:
            text = "found tool: plain alone, expected ledger.expected or ledger.table as well"
            yield document.problem(at, text)
        if section.tool != "plain" and (section.pattern or "*" in section.path):
            text = f"found a pattern or * in path with tool: {section.tool}, expected tool: plain"
            yield document.problem(at, text)
        if section.files == "ignore" and section.expected is None:
            text = "found files: ignore alone, expected ledger.expected as well"
            yield document.problem(at, text)
