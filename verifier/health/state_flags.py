"""Flags beside a status: which say how the component is, and which are facts of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from verifier.health.document_keys import (
    BAD_FLAGS,
    DEGRADED_FLAGS,
    GOOD_FLAGS,
    ends_in_dependency,
    is_about_now,
    normal,
)
from verifier.health.flag_names import name_means, names_trouble, status_of_flag, words_of
from verifier.health.vocabulary import is_role, is_yes
from verifier.health.word_set import word_set
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Component, HealthStatus

#: A name that ends in one of these says how its component is.
_STATES = word_set(
    "connected connectivity connection connections ping pong pingable reachable reachability "
    "responding responsive responds responded answering accessible available availability "
    "healthy ok okay alive up online working functional operational exists exist established "
    "serving usable ready readiness running started loaded initialized initialised synced "
    "synchronized synchronised consistent valid intact passed passing success successful succeeded "
    "applied migrated mounted listening readable writable writeable queryable resolvable resolved "
    "resolves quorum"
)
#: These say so whatever else stands in the name: `admin_db_ok`.
_CERTAIN = word_set(
    "ok okay healthy connected connectivity reachable responding working operational functional "
    "passed passing"
)
_GLUED = ("connected", "healthy", "reachable", "available", "online", "ready")
#: `db_check` and `redis_server` are about what is before them, `db_ssl` and `cache_hit` are not.
_NOUNS = word_set(
    "check checks test ping query status state health access read write login server client host "
    "session pool schema tables bucket index service api cluster instance node"
)
_ENDINGS = (("up", "to", "date"), ("in", "sync"), ("uptodate",))
#: `can_connect` states health, `can_edit` a right.
_ABILITIES = word_set(
    "connect reach ping access respond serve query read write select insert resolve authenticate "
    "login send receive publish consume generate process"
)
#: Who accepts none of these serves nobody.
_TRAFFIC = word_set("requests traffic connections writes reads queries jobs messages")
#: `has_quorum` states health, `has_stripe` a setting.
_BELONGINGS = word_set(
    "connection connections connectivity quorum leader tables schema access heartbeat workers"
)
#: With one of these in its name a flag tells of something else that may be so or not.
_OTHERS = word_set(
    "update updates upgrade upgrades newer new ssl tls secure encrypted persistent keep use "
    "uses using allow allows allowed auto automatic shared maintenance debug dry failover "
    "fallback standby optional wanted requested required should force forced admin user guest "
    "public external preview beta premium trial feature setup first lazy sign warm back scale "
    "clean pop follow look lock locks error errors warning warnings alert alerts issue issues "
    "conflict conflicts incident incidents duplicate duplicates limit limits quota threshold"
)
_OFFERS = word_set(
    "update updates upgrade upgrades newer new beta preview trial premium demo sandbox"
)
#: These run now and then.
_NOW_AND_THEN = word_set(
    "backup import export sync rebuild reindex vacuum migration migrations job jobs task "
    "tasks scan recovery restore rebalance compaction snapshot cleanup sweep tick crawl poll "
    "deploy build"
)
_ACTIVITIES = word_set("running started")
_ASKS = word_set("is has have uses use using with supports support needs")
_ORDERS = word_set("requires require allow allows disable enable show hide should auto")
_ASKED = word_set("enabled required supported configured installed allowed only mode")
_TO_WRITE = word_set("write insert writable writeable")
#: Such words in a flag's name speak of the component itself.
_ITSELF = word_set(
    "is are was can has have all any the it db database sql client pool server service host api "
    "endpoint socket port bucket buckets table tables schema index indexes indices collection "
    "collections queue queues topic topics file files disk volume directory dir path process "
    "worker workers thread loop engine model models cluster data key keys query select read write "
    "network tcp http url address dns node broker connection connections ping check status health "
    "probe response self test"
)
#: What stands in these is said of the component that holds them.
OF_IT = word_set("details detail info data connection metadata meta")
#: Nobody waits for what is loaded when it is first asked for.
_LAZY = word_set("lazy lazily ondemand deferred")
_LOADED = (("loaded",), ("initialized",), ("initialised",))
_SHORT = 40
_COPY = re.compile(r"replica|standby|secondary|slave|follower|read_?-?only", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flag:
    """What one flag says against its component."""

    key: str
    text: str
    """The flag as the document has it."""
    is_of_a_part: bool = False
    """Whether it may be about a part of the component alone: `openai_available`."""


@lru_cache(4096)
def states_health(key: str) -> bool:
    """
    Whether a name says of a component how it is, so that it is good where that is true.

    `can_connect`, `tables_exist` and `model_loaded` do; `debug`, `read_only` and `is_leader` are
    facts as any other.
    """
    words = words_of(key)
    if not words or not is_about_now(key) or name_means(key) is not HealthStatus.GOOD:
        return False
    *before, last = words
    around = frozenset(before)
    if not around.isdisjoint(_OTHERS) and last not in _CERTAIN:
        return False
    if last in _ACTIVITIES and not around.isdisjoint(_NOW_AND_THEN):
        return False
    if "can" in around:
        return last in _ABILITIES
    if words[0] in ("accepting", "accepts", "serving"):
        return last in _TRAFFIC
    if words[0] in ("has", "have"):
        return last in _BELONGINGS
    return bool(_ending_of(words))


def offers_something(key: str) -> bool:
    """Whether a name says what there would be to have: `update_available`, `beta_ready`."""
    return not _OFFERS.isdisjoint(words_of(key)) and not states_health(key)


def is_as_well_off(key: str) -> bool:
    """Whether a flag offers something, or says which part something has: `is_leader`."""
    words = words_of(key)
    is_part = is_role("".join(words[-1:])) or "".join(words[-2:]).endswith("readonly")
    return is_part or offers_something(key)


@lru_cache(4096)
def is_statement(key: str) -> bool:
    """
    Whether true or false under a name that has a component in it says how that is.

    Of `db`, `redis_up` and `db_check` it does, of `db_ssl`, `cache_hit` and `email_verified` not.
    """
    words = words_of(key)
    if states_health(key) or names_trouble(key):
        return True
    if words and words[-1].endswith(_GLUED) and _OTHERS.isdisjoint(words):
        return True
    is_about_it = ends_in_dependency(key) or (bool(words) and words[-1] in _NOUNS)
    return is_about_it and _OTHERS.isdisjoint(words)


@lru_cache(4096)
def is_about_something_else(key: str) -> bool:
    """
    Whether a name is of what is as well off as on: `maintenance`, `alerts`, `throttled`.

    A participle that is no state of a component tells what happens to it.
    """
    words = words_of(key)
    is_participle = bool(words) and words[-1].endswith(("ed", "ing")) and not _ending_of(words)
    is_plain = is_statement(key) or states_health(key)
    return not is_plain and (is_participle or is_setting(key) or not _OTHERS.isdisjoint(words))


@lru_cache(4096)
def is_setting(key: str) -> bool:
    """Whether a flag is a setting or a fact wherever it stands: `require_login`, `is_leader`."""
    words = words_of(key)
    is_order = len(words) > 1 and words[0] in _ORDERS
    is_asked = len(words) > 1 and (words[0] in _ASKS or words[-1] in _ASKED)
    return is_order or (is_asked and not is_statement(key))


def said_by_flag(name: str, place: str, *, flag: bool) -> Component:
    """Return the component of a flag that is all that an entry says."""
    status, said = status_of_flag(name, flag=flag), str(flag).lower()
    is_set = is_setting(place.rpartition(".")[2])
    return Component(name, status, said, place=place, is_incidental=is_set)


def worst_flag(value: Mapping[str, object], name: str, *, is_idle: bool = False) -> Flag | None:
    """
    Return a flag of an object that speaks against it, None where none does.

    One that is about the whole comes before one of a part. Those in its details count; keys that
    are a status of their own are left out. What is idle need not run.
    """
    own = frozenset(words_of(name)) | _ITSELF
    objects = [value, *(v for k, v in value.items() if normal(k) in OF_IT and isinstance(v, dict))]
    found = [
        flag
        for each in objects
        for flag in _flags_against(each, name, own)
        if not (is_idle and words_of(flag.key)[-1] in _ACTIVITIES)
    ]
    return min(found, key=lambda flag: flag.is_of_a_part, default=None)


def _flags_against(value: Mapping[str, object], name: str, own: frozenset[str]) -> Iterator[Flag]:
    is_read_alone = is_copy(name) or any(map(_COPY.search, _texts_of(value)))
    for key, item in value.items():
        if not isinstance(item, bool) or (
            is_read_alone and not _TO_WRITE.isdisjoint(words_of(key))
        ):
            continue
        is_lazy = words_of(key)[-1:] in _LOADED and says_lazy(value)
        if not is_lazy and not _is_own_status(key) and _is_against(key, flag=item):
            yield Flag(key, f"{key}: {str(item).lower()}", _is_of_a_part(key, own))


def is_copy(name: str) -> bool:
    """Whether a name is that of one that is read alone: `read_replica`."""
    return bool(_COPY.search(name))


def is_about_a_part(key: str, name: str) -> bool:
    """Whether a field may be about a part of its component alone: `backup_status` of "db"."""
    return _is_of_a_part(key, frozenset(words_of(name)) | _ITSELF)


def good_flag(value: Mapping[str, object]) -> str:
    """Return the first flag by which an object says that it is good; empty where none does."""
    if lazy := loaded_when_asked(value):
        return lazy
    flags = ((k, v) for k, v in value.items() if isinstance(v, bool) and not _is_own_status(k))
    good = (f"{k}: {str(v).lower()}" for k, v in flags if _is_for(k, flag=v))
    return next(good, "")


def _is_for(key: str, *, flag: bool) -> bool:
    """Whether it says that its component is good: `can_connect: true`, `no_connection: false`."""
    if flag:
        return states_health(key)
    return is_about_now(key) and name_means(key) is HealthStatus.BAD


def _is_against(key: str, *, flag: bool) -> bool:
    if not flag:
        return states_health(key)
    return is_about_now(key) and name_means(key) is HealthStatus.BAD


def _is_of_a_part(key: str, own: frozenset[str]) -> bool:
    words = words_of(key)
    before = words[: -len(_ending_of(words)) or -1]
    return any(word not in own for word in before)


def _ending_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words at the end of a name that are a state; none where they are not."""
    several = next((ending for ending in _ENDINGS if words[-len(ending) :] == ending), ())
    last = words[-1:]  # a name in another script has no words
    return several or (last if _STATES.intersection(last) else ())


def loaded_when_asked(value: Mapping[str, object]) -> str:
    """Return what says that nobody has asked yet for what is not loaded: `lazy: true`."""
    is_not = any(item is False and words_of(key)[-1:] in _LOADED for key, item in value.items())
    return says_lazy(value) if is_not else ""


def says_lazy(value: Mapping[str, object]) -> str:
    """Return the field of an object that says that what it has is loaded when it is asked for."""
    for key, item in value.items():
        words = words_of(key)
        is_named = not _LAZY.isdisjoint((*words, "".join(words[-2:])))
        is_said = isinstance(item, str) and not _LAZY.isdisjoint(words_of(item[:_SHORT]))
        if (is_named and is_yes(item)) or is_said:
            return f"{key}: {cut_to(_SHORT, str(item).lower())}"
    return ""


def _is_own_status(key: str) -> bool:
    return normal(key) in GOOD_FLAGS | BAD_FLAGS | DEGRADED_FLAGS


def _texts_of(value: Mapping[str, object]) -> list[str]:
    texts = [item for item in value.values() if isinstance(item, str) and len(item) <= 40]
    return [*texts, *(key for key, item in value.items() if item is True)]
