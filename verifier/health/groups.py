"""Places that hold one component, or several under their kind, or count parts."""

from collections.abc import Mapping

from verifier.health.document_keys import (
    COMPONENTS,
    CROWDS,
    GOOD_FLAGS,
    MAYBE_COMPONENTS,
    NAMES,
    OF_ITSELF,
    ONE_COMPONENT,
    PARTS,
    SAID_OF_IT,
    WORK,
    names_component,
    normal,
)
from verifier.health.driver_messages import is_driver_error
from verifier.health.figures import is_number, of_what
from verifier.health.flag_names import words_of
from verifier.health.labels import label_of
from verifier.health.own_status import own_status
from verifier.health.pairs import named_value
from verifier.health.sentences import status_of_text
from verifier.health.state_flags import OF_IT
from verifier.health.trouble_by_name import GROUPS
from verifier.health.vocabulary import is_plain_word, is_yes, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

#: Under these a component says how it is called. A type or a server may be a fact of a group.
_CALLED = tuple(key for key in NAMES if key not in ("server", "model", "type", "resource", "alias"))
#: XML has a name for each element, which is then of a kind: `<checks><check>…`.
_KINDS_OF_ONE = ONE_COMPONENT | {"item", "entry", "element", "healthcheck", "subsystem"}
#: What stands in these may be all that there can be.
_OF_WORDS = ("statuses", "entities", "healthy", "modules", "plugins", "integrations")
AT_WORK = word_set("ready available healthy alive up online connected reachable")
_LOST = word_set(
    "leaderless noleader noquorum quorumlost noprimary nomaster partitioned splitbrain orphaned "
    "underreplicated diverged"
)
#: Each row: what these are called, and what they do nothing without.
_NEEDS = (
    (word_set("celery dramatiq huey rq"), word_set("workers activeworkers")),
    (word_set("sidekiq"), word_set("processes")),
    (word_set("kafka redpanda"), word_set("brokers")),
    (word_set("raft etcd consul quorum consensus"), word_set("leader")),
)
#: So it is called that there is none of them.
_NOBODY = word_set("none null nil n/a unknown -")
_SWITCHES = word_set("enabled configured")
#: What is so needs no others for its work.
_ALONE = word_set(
    "eager inline sync synchronous immediate memory inmemory standalone single solo embedded local"
)
_OFF = word_set("off disabled inactive")
_HOW = word_set("mode state role status type broker backend executor execution driver kind")
_LONGEST_MODE = 40
_ALL = word_set("total desired size expected count configured registered wanted replicas")
#: Of a total some may rest; who is wanted should be there.
_WANTED = word_set("desired expected wanted")
_OF_MESSAGES = word_set("queue queues topic topics stream streams mailbox outbox inbox")
#: Who is so is well; who is available or ready may as well be at rest otherwise.
_COUNTED_WELL = word_set("passed passing pass ok healthy up alive normal clear")
_COUNTED_ILL = word_set(
    "failed failing fail failures down unhealthy critical error errors crit dead alarm alarms"
)
#: Beside one of these a number has grown since the process began.
SINCE = word_set(
    "requests hits misses processed completed delivered sent received handled served succeeded "
    "success successes successful executed runs queued enqueued retries retried rejected scheduled "
    "busy calls jobs"
)


def members_of(value: object, key: str) -> object:
    """
    Return what stands in a place for components as a list, where one of them is all that it is.

    `{"checks": {"name": "db", "status": "up"}}` is one, and so is what stands in a place under the
    name of its kind: `{"checks": {"check": {"name": "db", …}}}`. Words alone are one of each.
    """
    if isinstance(value, list) and normal(key) not in _OF_WORDS and _are_words(value):
        return [{"status": word} for word in value]
    if not isinstance(value, dict):
        return value
    if is_one(value):
        return [value]
    inner = {k: v for k, v in value.items() if isinstance(v, dict | list)}
    kind = next(iter(inner), "")
    if len(inner) != 1 or not _is_kind(normal(kind), normal(key)):
        return value
    found = [inner[kind]] if isinstance(inner[kind], dict) else inner[kind]
    return found if found and all(isinstance(e, dict) and is_one(e) for e in found) else value


def is_group(kind: str, value: object) -> bool:
    """Whether a list or an object is there for components, by its key or by what it holds."""
    if kind in COMPONENTS:
        return True
    if kind not in MAYBE_COMPONENTS:
        return False
    if kind == "tests" and isinstance(value, list) and _are_words(value):
        return True
    is_of_a_kind = isinstance(value, dict) and isinstance(members_of(value, kind), list)
    return (is_of_a_kind and not is_one(value)) or _is_list_of_words(value)


def is_one(value: object) -> bool:
    """Whether an object is one component: it has a name and a status, and holds no others."""
    if not isinstance(value, dict):
        return False
    if own_status(value) is None and named_value(value) is None:
        return False
    names = {normal(key) for key in _CALLED}
    by_key = {normal(key): item for key, item in value.items()}
    called = [by_key[key] for key in names if isinstance(by_key.get(key), str)]
    is_called = any(name.strip() and not is_plain_word(name) for name in called)
    is_same = label_of(value) in [name.strip() for name in called]
    others = {k: v for k, v in value.items() if normal(k) not in OF_ITSELF | names}
    return is_called and is_same and not any(_is_component(k, v) for k, v in others.items())


def _is_component(key: str, item: object) -> bool:
    kind = normal(key)
    if isinstance(item, dict):
        return own_status(item) is not None and kind not in OF_IT | SAID_OF_IT | PARTS
    if not names_component(key):
        return False
    if isinstance(item, str):
        return status_of_text(item) is not HealthStatus.UNKNOWN or is_driver_error(item)
    return isinstance(item, bool)


def _is_kind(kind: str, around: str) -> bool:
    """Whether a key names what the place around it has several of."""
    plural = (f"{kind}s", f"{kind}es", f"{kind.removesuffix('y')}ies", kind)
    return kind in _KINDS_OF_ONE or around in plural


def _are_words(value: list[object]) -> bool:
    """Whether a list is nothing but words or flags for a status: one of each component."""
    texts = [item for item in value if isinstance(item, str)]
    are_flags = all(isinstance(item, bool | str) for item in value)
    return bool(value) and are_flags and all(map(is_plain_word, texts))


def _is_list_of_words(value: object) -> bool:
    """Whether each entry of a list is a name and a word: `[{"db": "ok"}, {"redis": "down"}]`."""
    if not isinstance(value, list) or not value:
        return False
    return all(
        isinstance(entry, dict)
        and len(entry) == 1
        and all(_is_word(k, v) for k, v in entry.items())
        for entry in value
    )


def _is_word(key: str, said: object) -> bool:
    is_said = isinstance(said, str) and is_plain_word(said)
    return is_said and normal(key) not in OF_ITSELF and status_of(key) is HealthStatus.UNKNOWN


def lost_by_a_group(key: str, value: Mapping[str, object]) -> str:
    """Return the flag by which a cluster says that it is none any more: `leaderless: true`."""
    if lacking := lacks_what_it_needs(key, value):
        return lacking
    if (GROUPS | WORK | {"node"}).isdisjoint(words_of(key)[-1:]):
        return ""
    # With its partitions beside it "partitioned" says how it is set up.
    are_parts = any(normal(k).startswith("partitions") for k in value)
    of_a_loss = _LOST - {"partitioned"} if are_parts else _LOST
    lost = (k for k, v in value.items() if v is True and normal(k).removeprefix("is") in of_a_loss)
    return next((f"{k}: true" for k in lost), "")


def lacks_what_it_needs(key: str, value: Mapping[str, object]) -> str:
    """
    Return what says that nobody does the work of what a key names: `celery: {workers: 0}`.

    What says of itself that it is off, or at rest, needs nobody.
    """
    last = words_of(key)[-1:]
    needed = next((kinds for names, kinds in _NEEDS if not names.isdisjoint(last)), frozenset())
    if works_alone(value):
        return ""
    said = own_status(value)
    if said is not None and said.status is not HealthStatus.GOOD:
        return ""  # that is told already
    for own, item in value.items():
        is_named = isinstance(item, str) and item.strip().casefold() in _NOBODY
        is_none = item in (0, "0", "", []) or item is None or is_named
        if normal(own) in needed and is_none and not isinstance(item, bool):
            return f"{own}: {'none' if item in ('', []) or item is None else item}"
    return ""


def works_alone(value: Mapping[str, object], name: str = "") -> bool:
    """
    Whether an object says that something is off, or does its work itself: `mode: eager`.

    `name` is what it is called where that is said beside it: `celery: disabled`.
    """
    for key, item in value.items():
        words = words_of(key)
        is_its_own = not words or words[-1] in _SWITCHES or bool(name and name in words)
        if item is False and (normal(key) in ("isenabled",) or (is_its_own and _is_switch(words))):
            return True
        if is_yes(item) and not _ALONE.isdisjoint(words):
            return True
        is_short = isinstance(item, str) and len(item) <= _LONGEST_MODE
        said = words_of(item) if is_short and isinstance(item, str) else ()
        is_mode = bool(words) and (words[-1] in _HOW or (bool(name) and words[-1] == name))
        if is_mode and not (_ALONE | _OFF).isdisjoint(said):
            return True
        if name and item is False and words[-1:] == (name,):
            return True
    return False


def _is_switch(words: tuple[str, ...]) -> bool:
    return bool(words) and words[-1] in _SWITCHES


def is_crowd(kind: str, value: Mapping[str, object]) -> bool:
    """Whether an object counts those who come from outside, or messages that are ready."""
    if not value or not all(map(is_number, value.values())):
        return False
    is_of_messages = kind in _OF_MESSAGES and {normal(key) for key in value} & GOOD_FLAGS
    return kind in CROWDS or is_of_messages == {"ready"}


def none_of_several(key: str, value: Mapping[str, object]) -> str:
    """Return what says that none of those is at work who should be: `{"ready": 0, "total": 3}`."""
    if WORK.isdisjoint(words_of(key)[-1:]):
        return ""
    numbers = {normal(k): (k, v) for k, v in value.items() if is_number(v)}
    none = [f"{k}: {v}" for kind, (k, v) in numbers.items() if kind in AT_WORK and v in (0, "0")]
    some = [f"{k}: {v}" for kind, (k, v) in numbers.items() if kind in _ALL and v not in (0, "0")]
    if none and some:
        return f"{none[0]}, {some[0]}"
    return _fewer_than_wanted(numbers) or fewer_than_all(value)


def fewer_than_wanted(value: Mapping[str, object]) -> str:
    """Return the same of two fields of a whole: `desiredReplicas: 3, readyReplicas: 2`."""
    counts = {k: v for k, v in value.items() if not WORK.isdisjoint(words_of(k)[-1:])}
    return _fewer_than_wanted({of_what(k): (k, v) for k, v in counts.items()})


def _fewer_than_wanted(numbers: Mapping[str, tuple[str, object]]) -> str:
    """Return the same where some are at work, and fewer than are wanted: `desired: 3, ready: 2`."""
    whole = [(k, v) for kind, (k, v) in numbers.items() if kind in _WANTED and type(v) is int]
    there = [(k, v) for kind, (k, v) in numbers.items() if kind in AT_WORK and type(v) is int]
    fewer = (f"{k}: {v}, {all_}: {most}" for k, v in there for all_, most in whole if v < most)
    return next(fewer, "")


def fewer_than_all(value: Mapping[str, object], *, is_of_all: bool = True) -> str:
    """
    Return what an object counts that is not well, beside what is: `passed: 9, failed: 3`.

    Of a total all are bad that are neither well nor counted under another word, where `is_of_all`
    says that it is one of parts. What counts what was done since the start is none of these.
    """
    numbers = {of_what(k): (k, v) for k, v in value.items() if type(v) is int}
    well = [n for n in numbers if n in _COUNTED_WELL]
    if len(well) != 1 or not SINCE.isdisjoint(numbers):
        return ""
    key, there = numbers[well[0]]
    bad = (
        f"{key}: {there}, {k}: {v}" for n, (k, v) in numbers.items() if n in _COUNTED_ILL and v > 0
    )
    others = sum(v for n, (_, v) in numbers.items() if n not in ("total", *well))
    total = next((v for k, v in value.items() if normal(k) == "total" and type(v) is int), 0)
    is_short = is_of_all and 0 <= there + others < total
    return next(bad, "") or (f"{key}: {there}, total: {total}" if is_short else "")
