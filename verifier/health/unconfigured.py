"""Databases that nobody has configured, and stores in whose place something else was chosen."""

import re
from collections.abc import Iterator
from itertools import islice

from verifier.health.dispensable import facts_of, is_dispensable
from verifier.health.document_keys import normal
from verifier.health.flag_names import words_of
from verifier.health.own_status import Json
from verifier.health.state_flags import is_copy
from verifier.health.word_set import word_set
from verifier.model.evidence import Component, HealthStatus

_DATABASES = word_set(
    "db database databases postgres postgresql pg mysql mariadb mongo mongodb sql supabase neon "
    "banco bd"
)
_NOT_CONFIGURED = word_set("unconfigured notconfigured naoconfigurado noconfigurado notsetup")
_CONFIGURED = word_set("configured isconfigured")
_STATED = word_set("status state configuration config")
#: Nobody needs such a one, or it is no database by itself.
_OTHERS = word_set(
    "test tests testing shadow replica read reader standby backup analytics warehouse legacy old "
    "optional vector secondary staging dev logs logging search import export"
)
_EMBEDDED = word_set("sqlite sqlite3 bettersqlite3 libsql pglite duckdb h2 memory inmemory leveldb")
_INSTEAD_OF_REDIS = word_set(
    "local file files filesystem database db sync array locmem simple none null nullcache inline "
    "eager cookie"
)
_KEPT_IN_REDIS = word_set(
    "redis valkey upstash cache caches session sessions queue queues broker store ratelimit "
    "limiter pubsub celery"
)
_OFF = word_set("disabled off notused notinuse notneeded notrequired skipped")
_WHICH = word_set(
    "dialect driver engine type provider client adapter kind mode backend vendor status state"
)
_SCHEME = re.compile(r"sqlite\d?:|file:", re.IGNORECASE)
_DEEPEST = 5
_MOST = 200
_LONGEST = 200


def unconfigured_in(key: str, value: Json) -> Iterator[tuple[str, str]]:
    """Yield the key and the word by which an object says that its database is not configured."""
    for own, item in value.items():
        if isinstance(item, str) and normal(item) in _NOT_CONFIGURED and _is_database(own):
            yield own, item.strip()
        elif item is False and _asks_for_database(own):
            yield own, f"{own}: false"
    if not _is_database(key) or _can_be_left_out(value):
        return
    for own, item in value.items():
        is_word = isinstance(item, str) and normal(item) in _NOT_CONFIGURED
        if is_word and normal(own) in _STATED:
            yield own, f"{own}: {item}"
        elif item is False and normal(own) in _CONFIGURED:
            yield own, f"{own}: false"


def _is_database(key: str) -> bool:
    words = [*words_of(key)]
    while len(words) > 1 and words[-1] in ("status", "state", "connection", "health"):
        words.pop()
    is_named = bool(words) and words[-1] in _DATABASES and _OTHERS.isdisjoint(words)
    return is_named and not is_copy(key)


def _asks_for_database(key: str) -> bool:
    """`dbConfigured`, `is_database_configured`."""
    words = [word for word in words_of(key) if word != "is"]
    # Whether a service beside the database is used says a flag of its name: `supabaseConfigured`.
    is_asked = len(words) > 1 and words[-1] == "configured" and "supabase" not in words
    return is_asked and _is_database("_".join(words[:-1]))


def _can_be_left_out(value: Json) -> bool:
    facts = {k: v for k, v in facts_of(value).items() if normal(k) not in _CONFIGURED}
    return is_dispensable(Component("", HealthStatus.UNKNOWN, "", observed=facts))


def chosen_otherwise(value: object) -> set[int]:
    """
    Return the kinds of stores, by their rows, in whose place a document has something else.

    `dialect: sqlite` needs no database of its own, `cache: memory` and `redis: disabled` no Redis.
    """
    return set(_chosen(value, "", _DEEPEST))


def _chosen(value: object, key: str, depth: int) -> Iterator[int]:
    if isinstance(value, dict) and depth:
        for own, item in islice(value.items(), _MOST):
            is_which = normal(own) in _WHICH
            yield from _chosen(item, f"{key}_{own}"[-80:] if is_which else own, depth - 1)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return
    words, said = frozenset(words_of(key)), normal(value)
    is_off = said in _OFF
    is_left_out = is_off or said in _NOT_CONFIGURED
    is_embedded = bool(_SCHEME.match(value)) or said in _EMBEDDED
    if is_off or is_embedded:
        is_database = not _DATABASES.isdisjoint(words) or "dialect" in words
        yield from (0,) if is_database else ()
    if is_left_out or is_embedded or said in _INSTEAD_OF_REDIS:
        yield from (1,) if not _KEPT_IN_REDIS.isdisjoint(words) else ()
    if is_left_out:
        yield from (2,) if "kafka" in words else ()
        yield from (3,) if not {"rabbit", "rabbitmq", "amqp"}.isdisjoint(words) else ()
