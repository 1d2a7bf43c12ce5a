"""A schema document: a fingerprint, and perhaps the current and the expected schema version."""

from verifier.health.document_keys import normal
from verifier.health.own_status import Json, word
from verifier.model.evidence import Component, HealthDocument, HealthStatus

#: The word of a document that says so of its schema.
NOT_UP_TO_DATE = "not up to date"
#: The rule of a document whose word is no status.
FINGERPRINT = "schema fingerprint"
#: False under one of these is the application's own word that its database is behind.
_UP_TO_DATE = ("schemauptodate", "isschemauptodate", "uptodate", "isuptodate")


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
    is_behind = any(item is False and normal(key) in _UP_TO_DATE for key, item in value.items())
    status = HealthStatus.BAD if unread or is_behind else HealthStatus.GOOD
    if is_behind and not unread:
        fingerprint = NOT_UP_TO_DATE
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
    told = ", ".join(f"{kind} {said or 'none'}" for kind, said in version.items())
    message = f"schema version: {told}" if is_behind else ""
    return HealthDocument(status, fingerprint, components, message=message, rule=FINGERPRINT)
