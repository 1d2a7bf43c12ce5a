"""A schema document: a fingerprint, and perhaps the current and the expected schema version."""

from verifier.health.own_status import Json, word
from verifier.model.evidence import Component, HealthDocument, HealthStatus


def is_schema_document(value: Json) -> bool:
    """Whether a document is about the schema rather than about health."""
    return "fingerprint" in value


def read_schema_document(value: Json) -> HealthDocument:
    """
    Read it: a fingerprint that is an error or a fallback means that the application could not
    read the schema at all.
    """
    fingerprint = word(value["fingerprint"])
    unread = not fingerprint or fingerprint == "error" or fingerprint.startswith("fallback-")
    status = HealthStatus.BAD if unread else HealthStatus.GOOD
    nested = value.get("schema_version")
    fields = {**(nested if isinstance(nested, dict) else {}), **value}
    version = {
        kind: next((word(v) for k, v in fields.items() if kind in k), "")
        for kind in ("current", "expected")
    }
    components = (
        (Component("schema_version", status, status.value, observed=version),)
        if all(version.values())
        else ()
    )
    return HealthDocument(status, fingerprint, components, rule="schema fingerprint")
