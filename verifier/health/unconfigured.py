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
#: So ends a name that is of the store itself: `DB_CONNECTION`, `database_url`.
_ENDS = _WHICH | word_set("connection url uri dsn health enabled storage")
#: These beside the name of a store name no other one.
_PLAIN = word_set(
    "app application main primary default use uses using is current sqlalchemy django prisma task "
    "tasks message messages job jobs event events rate limit"
)
_SCHEME = re.compile(r"sqlite\d?:|file:", re.IGNORECASE)
_SERVERS = word_set("postgres postgresql pg pgsql mysql mariadb mongo mongodb sqlserver mssql")
_REDIS = word_set("redis valkey upstash phpredis predis ioredis")
_REDIS_SCHEME = re.compile(r"rediss?:", re.IGNORECASE)
#: Of what can be named, the row and what it is called.
_NAMED = (
    (0, _DATABASES | {"dialect"}),
    (1, _KEPT_IN_REDIS),
    (2, frozenset({"kafka"})),
    (3, word_set("rabbit rabbitmq amqp")),
)
_DEEPEST = 5
_MOST = 200
_LONGEST = 200
_LONGEST_NAME = 80


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
    said = list(_said_of_stores(value, "", _DEEPEST))
    chosen = {row for row, text in said if _is_chosen(row, text)}
    return chosen - {row for row, text in said if _is_used(row, text)}


def has_no_database(value: object) -> bool:
    """Whether a document says that it has an embedded database, or that its own is off."""
    is_off = any(row == 0 and normal(t) in _OFF for row, t in _said_of_stores(value, "", _DEEPEST))
    return is_off or 0 in chosen_otherwise(value)


def _said_of_stores(value: object, key: str, depth: int) -> Iterator[tuple[int, str]]:
    """Yield the row of each store of which a text tells what it is, or how."""
    if isinstance(value, dict) and depth:
        for own, item in islice(value.items(), _MOST):
            is_which = normal(own) in _WHICH
            full = f"{key}_{own}"[-_LONGEST_NAME:] if is_which else own
            yield from _said_of_stores(item, full, depth - 1)
    if isinstance(value, str) and len(value) <= _LONGEST:
        yield from ((row, value) for row, names in _NAMED if _is_of(key, names))


def _is_of(key: str, names: frozenset[str]) -> bool:
    """Whether a key names the store itself, and not a part of it or another one: `db_ssl`."""
    words = [*words_of(key)]
    if words[-1:] == ["dialect"]:
        return "dialect" in names
    while len(words) > 1 and words[-1] in _ENDS:
        words.pop()
    return not names.isdisjoint(words) and set(words) <= names | _PLAIN


def _is_chosen(row: int, text: str) -> bool:
    said = normal(text)
    is_embedded = bool(_SCHEME.match(text)) or said in _EMBEDDED
    if row == 0:
        # One that is off may be so as its variable is lost, and little works without it.
        return is_embedded
    is_left_out = said in _OFF | _NOT_CONFIGURED
    return is_left_out or (row == 1 and (is_embedded or said in _INSTEAD_OF_REDIS))


def _is_used(row: int, text: str) -> bool:
    if row == 0:
        return normal(text) in _SERVERS
    return row == 1 and (normal(text) in _REDIS or bool(_REDIS_SCHEME.match(text)))
