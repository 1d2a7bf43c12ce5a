"""What parts of `.github/verifier.yml` say of one another."""

from collections.abc import Iterator

from verifier.config.gate_terms import limits_of
from verifier.config.health import by_exactness, required_of
from verifier.config.problems import nearest
from verifier.config.sections import Config
from verifier.guarded.yaml_document import Document, Problem
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
    yield from _limit_problems(document, config)
    yield from _ledger_problems(document, config)
    yield from _extra_problems(document, config)
    yield from _component_problems(document, config)


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


def default_service(config: Config) -> str | None:
    """Return the only service of role `api`, or the only one: who is asked where none is named."""
    apis = [name for name, said in config.services.items() if said.role == "api"]
    names = apis or list(config.services)
    return names[0] if len(names) == 1 else None


def _extra_problems(document: Document, config: Config) -> Iterator[Problem]:
    seen: set[str] = set()
    default = default_service(config)
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
            text = "found outcome: fail alone, expected expect beside it: what must hold"
            yield document.problem((*at, "outcome"), text)
        if extra.missing is not None and extra.outcome != "fail":
            text = (
                "found missing, expected outcome: fail beside it: what only warns stays a warning"
            )
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


def _limit_problems(document: Document, config: Config) -> Iterator[Problem]:
    """Limits under which no run could ever come to a verdict."""
    gate, limits = config.gate, limits_of(config)
    looking_s = limits.deadline_s - limits.reserve_s
    contradictions = (
        ("stable-for", gate.stable_for, "a good deployment could never pass"),
        (
            "fail-after",
            gate.fail_after * gate.interval,
            "a bad deployment could never fail",
        ),
    )
    for key, needs_s, why in contradictions:
        if needs_s > looking_s:
            text = (
                f"takes {needs_s:g} s, but gate.deadline leaves {looking_s:g} s for looking (the "
                f"rest is kept for a rollback): {why}"
            )
            yield document.problem(("gate", key), text)


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
                f"found the same tool, path and table as those of {places[place]!r}, expected what "
                "tells both apart"
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
            text = "found tool: plain alone, expected ledger.expected or ledger.table beside it"
            yield document.problem(at, text)
        if section.tool != "plain" and (section.table or section.pattern):
            text = f"found table or pattern with tool: {section.tool}, expected tool: plain"
            yield document.problem(at, text)
