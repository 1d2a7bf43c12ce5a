"""What parts of `.github/verifier.yml` say of one another."""

from collections.abc import Iterator

from verifier.config.problems import nearest
from verifier.config.sections import Config
from verifier.guarded.yaml_document import Document, Problem

#: An order may name these, though no service of the file has such a role.
_USUAL_ROLES = ("api", "scheduler", "worker")


def reference_problems(document: Document, config: Config) -> Iterator[Problem]:
    """Yield what cannot be seen in one section alone."""
    for index, probe in enumerate(config.probes):
        if probe.service and probe.service not in config.services:
            near = nearest(probe.service, config.services)
            text = f"found {probe.service!r}, expected a service configured in this file{near}"
            yield document.problem(("probes", index, "service"), text)
        if probe.fresh_within is None and probe.equals is None:
            text = "found no expectation, expected fresh-within or equals"
            yield document.problem(("probes", index), text)
    yield from _gate_problems(document, config)
    yield from _ledger_problems(document, config)


def _gate_problems(document: Document, config: Config) -> Iterator[Problem]:
    flap = config.gate.flap
    if flap.bad > flap.of:
        text = f"bad is {flap.bad} but of is {flap.of}: bad must not be larger than of"
        yield document.problem(("gate", "flap", "bad"), text)
    known = {name: None for name in config.services}
    known |= {section.role: None for section in config.services.values() if section.role}
    for index, name in enumerate(config.gate.order or ()):
        if name not in known and name not in _USUAL_ROLES:
            near = nearest(name, known)
            text = f"found {name!r}, expected a role or a service of this file{near}"
            yield document.problem(("gate", "order", index), text)


def _ledger_problems(document: Document, config: Config) -> Iterator[Problem]:
    several = config.ledger if isinstance(config.ledger, tuple) else ()
    seen: set[str | None] = set()
    for index, section in enumerate(several):
        at: tuple[str | int, ...] = ("ledger", index)
        if section.name is None or section.name in seen:
            found = f"the name {section.name!r} twice" if section.name else "no name"
            yield document.problem(at, f"found {found}, expected a name of its own for each ledger")
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
