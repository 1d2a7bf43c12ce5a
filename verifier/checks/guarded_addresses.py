"""Do the addresses of a container lead to the expected project?"""

import re
from collections.abc import Iterator

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.model.check_ids import ADDRESS
from verifier.model.evidence import (
    Endpoint,
    Evidence,
    HealthDocument,
    ServiceEvidence,
    Variables,
)
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.same_database import host_of, is_local, ref_in

#: What stands in templates of configuration.
_PLACEHOLDER = re.compile(
    r"(?:^|\.)example\.(?:com|net|org)$|your[-_]?project|change[-_]?me|xxxx|[<>]"
)
_ADDRESSES = ("SUPABASE_URL", "DATABASE_URL")
#: Source: https://supabase.com/docs/reference/api/v1-get-a-project ("ref", 20 letters)
_REF = re.compile(r"[a-z]{20}")


def check_addresses(
    expected: str, evidence: Evidence, service: ServiceEvidence
) -> Iterator[Finding]:
    """What an address leads to counts, whatever the variables beside it say."""
    yield from _check_own_address(expected, evidence, service)
    variables = service.variables
    if not isinstance(variables, Variables):
        return
    own = variables.of_this_deployment
    provenance = Provenance("railway", evidence.at, "deployment id" if own else "")
    for variable in _ADDRESSES:
        address = variables.values.get(variable, "").strip()
        found = ref_in(address)
        name = service.service.name
        if not found:
            yield from _check_placeholder(variable, address, name, provenance)
            continue
        text = f"{variable} points at project {found}"
        if found == expected:
            yield Finding(ADDRESS, Outcome.PASS, text, name, evidence=provenance)
            continue
        outcome = Outcome.CRITICAL if own else Outcome.INCONCLUSIVE
        hint = f"point {variable} of {name} at project {expected}"
        text = f"{text}, expected {expected}"
        yield Finding(ADDRESS, outcome, text, name, hint=hint, evidence=provenance)


def _check_placeholder(
    variable: str, address: str, name: str, provenance: Provenance
) -> Iterator[Finding]:
    """A project may have a domain of its own; no container of Railway's has one at this machine."""
    if not address or "${{" in address:
        return
    host = host_of(address)
    if host and not is_local(host) and not _PLACEHOLDER.search(host):
        return
    if not host and variable != "SUPABASE_URL":  # a database's may have the form of a DSN
        return
    text = f"{variable} points at {host}" if host else f"{variable} is not an address"
    hint = f"set {variable} of {name} on Railway"
    yield Finding(ADDRESS, Outcome.WARN, text, name, hint=hint, evidence=provenance)


def _check_own_address(
    expected: str, evidence: Evidence, service: ServiceEvidence
) -> Iterator[Finding]:
    """Which project the judged deployment itself says it asks, whatever its variables are now."""
    document, provenance = own_document(ADDRESS, evidence, service)
    said, name = document.supabase_project.strip() if document else "", service.service.name
    address = said if "//" in said else f"//{said}"
    found = ref_in(address)
    text = f"its health document says that it uses project {found or said}"
    if expected in (found, said.casefold()):
        text = f"its health document says that it uses project {expected}"
        yield Finding(ADDRESS, Outcome.PASS, text, name, evidence=provenance)
        return
    outcome = Outcome.FAIL
    if not found and _REF.fullmatch(said.casefold()):
        outcome = Outcome.INCONCLUSIVE  # it may be a name that a person gave
    elif not found:
        host = host_of(address)
        if not host or not (is_local(host) or _PLACEHOLDER.search(host)):
            return
        outcome = Outcome.WARN
        place = address.rpartition("//")[2].rpartition("@")[2].partition("/")[0]
        text = f"its health document says that Supabase is at {place}"
    yield Finding(
        ADDRESS,
        outcome,
        f"{text}, expected project {expected}",
        name,
        hint=f"point SUPABASE_URL of {name} at project {expected}, then deploy it",
        evidence=provenance,
        objects=(found,) if found else (),
    )


def own_document(
    check: str, evidence: Evidence, service: ServiceEvidence
) -> tuple[HealthDocument | None, Provenance | None]:
    """The deep health document that is proven to be the judged deployment's; None without one."""
    for probe in probes_of(service, Endpoint.DEEP):
        attributed = attribute(evidence, service, probe, check)
        if not isinstance(attributed, Attributed):
            continue
        document = attributed.answer.document
        if isinstance(document, HealthDocument):
            return document, attributed.provenance
    return None, None
