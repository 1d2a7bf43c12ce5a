"""
What a document says of a database's schema: its version, migrations that wait, tables not there.

A schema document has a fingerprint, and perhaps the current and the expected version.
"""

import re
from collections.abc import Mapping, Sequence

from verifier.health.document_keys import is_about_now, normal
from verifier.health.figures import is_number
from verifier.health.flag_names import names_trouble, words_of
from verifier.health.own_status import Json, word
from verifier.health.trouble_by_name import names_database
from verifier.health.versions_behind import behind_in
from verifier.health.word_set import word_set
from verifier.model.evidence import Component, HealthDocument, HealthStatus
from verifier.model.phrases import first_of

#: The word of a document that says so of its schema.
NOT_UP_TO_DATE = "not up to date"
#: The rule of a document whose word is no status.
FINGERPRINT = "schema fingerprint"
_MIGRATIONS = word_set("migration migrations migracoes migraciones flyway liquibase alembic goose")
_SCHEMAS = _MIGRATIONS | word_set("schema schemas esquema")
#: True under one of these a schema is not the one that was meant; so it is by a word of these.
_IS_BEHIND = word_set(
    "dirty drift drifted mismatch mismatched behind outdated outofdate outofsync diverged"
)
_SAYS_BEHIND = _IS_BEHIND | word_set("pending unapplied")
_NEEDS = word_set("needs needed requires required")
#: And false under one of these.
_AS_MEANT = word_set("current uptodate insync synced match matches matching valid")
#: Tools whose lists of what waits are of migrations; a number may count anything of theirs.
_TOOLS = word_set("prisma drizzle knex sequelize typeorm")
_ASKED = word_set("is has have are database db")
_WAIT = word_set("pending unapplied missing outstanding pendentes pendientes")
_SOME_WAIT = re.compile(r"[1-9]\d*\s+(?:\w+\s+)?(?:pending|unapplied|outstanding|missing)\b", re.I)
#: Under these stand the relations of a database, each by its name.
_RELATIONS = word_set(
    "tables criticaltables requiredtables views criticalviews requiredviews relations "
    "collections requiredcollections"
)
_ABSENT = word_set("missing absent notfound")
_MOST_NAMED = 3
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


def unapplied(key: str, child: object, place: str) -> str:
    """
    Return which migrations wait, or how many: `pendingMigrations`, `migrations.pending`.

    Also the word by which a schema is not as it should be: `migration.dirty`, `schema_match`.
    """
    words = words_of(key)
    around = words_of(place.rpartition(".")[2])
    if behind := _behind(key, child, around) or _version_behind(key, child):
        return behind
    is_text = isinstance(child, str) and not _MIGRATIONS.isdisjoint(words)
    if is_text and is_about_now(key) and _SOME_WAIT.match(word(child)):
        return word(child)
    kinds = _MIGRATIONS | _TOOLS if isinstance(child, list) else _MIGRATIONS
    is_of_them = not kinds.isdisjoint((*words, *around)) and not _WAIT.isdisjoint(words)
    if not is_of_them or not is_about_now(key):
        return ""
    if isinstance(child, bool):
        return "true" if child and _MIGRATIONS.isdisjoint(words) else ""
    if isinstance(child, list):
        return (word(child) or str(len(child))) if child else ""
    is_some = is_number(child) and child not in (0, "0")
    return word(child) if is_some else ""


def _behind(key: str, child: object, around: Sequence[str]) -> str:
    words = words_of(key)
    is_own = not _SCHEMAS.isdisjoint(words)
    if not (is_own or not _SCHEMAS.isdisjoint(around[-1:])) or not is_about_now(key):
        return ""
    if isinstance(child, bool):
        said = "".join(word for word in words if word not in _SCHEMAS | _ASKED)
        is_needed = is_own and said in _NEEDS and not _MIGRATIONS.isdisjoint(words)
        is_told = said in _IS_BEHIND or is_needed if child else said in _AS_MEANT
        return word(child) if is_told else ""
    is_within = names_database("_".join(around))
    is_word = isinstance(child, str) and is_within and not _SCHEMAS.isdisjoint(words[-1:])
    return word(child) if is_word and normal(word(child)) in _SAYS_BEHIND else ""


def _version_behind(key: str, child: object) -> str:
    told = behind_in(key, child) if isinstance(child, dict) else ()
    return next((text for _, text in told), "")


def absent_relations(key: str, value: Mapping[str, object]) -> str:
    """Name the tables or views that a map says are not there: `tables: {users: false}`."""
    if normal(key) not in _RELATIONS:
        return ""
    gone = [
        name
        for name, said in value.items()
        if not names_trouble(name)
        if said is False or (isinstance(said, str) and normal(said) in _ABSENT)
    ]
    return f"{first_of(gone, _MOST_NAMED)} missing" if gone else ""
