"""Variables that an application says it has not been given, of stores that it needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from verifier.health.flag_names import words_of
from verifier.health.labels import label_of
from verifier.health.not_of_now import is_not_of_now
from verifier.health.plain_fields import joined
from verifier.health.unconfigured import chosen_otherwise
from verifier.health.vocabulary import MARKS, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import Component, HealthDocument, HealthStatus

#: What is told of such a variable.
NOT_SET = "a variable that is not set"
#: Each row: by which words a variable is that of a store. Where one of a row is set, or its store
#: is well, the others of it are other ways to name the same.
_STORES = (
    word_set(
        "db database databases postgres postgresql pg mysql mariadb mongo mongodb sql supabase "
        "cockroachdb neon banco"
    ),
    word_set("redis valkey keydb upstash"),
    word_set("kafka"),
    word_set("rabbit rabbitmq amqp cloudamqp"),
)
_DATABASE = 0
_ADDRESSES = word_set("url uri dsn host hosts brokers string")
#: Where one of these is set, the password may stand in it.
_WHOLE_ADDRESSES = _ADDRESSES - {"host", "hosts"}
_PASSWORDS = word_set("password passwd pass pwd pgpassword")
_KEYS = word_set("key secret token")
#: Behind the rows of stores: the password of a database, and the keys of a service.
_PASSWORD, _KEY = len(_STORES), len(_STORES) + 1
#: What asks whether a variable is there, before its name or behind it.
_ASKS = word_set("has have is")
_SET = word_set("set present exists defined configured provided given loaded found")
#: Nobody needs these: they are for tests, for reading alone, or for a tool beside the application.
_OTHERS = word_set(
    "test tests testing shadow replica replicas read reader ro readonly slave secondary standby "
    "follower backup direct unpooled migration migrations migrate old legacy previous fallback "
    "optional analytics warehouse staging dev development local debug external import export "
    "source target missing no not without invalid features feature flags example examples"
)
_LACKING = word_set(
    "missing notset unset undefined notdefined notfound absent notpresent notprovided empty false "
    "no nao ausente faltando falta"
)
_DEEPEST = 4
_MOST = 500


def with_missing_variables(document: HealthDocument, value: object) -> HealthDocument:
    """
    Return a good document with the variables of needed stores that it says are not set.

    Whether such a store is needed nobody else can tell: it is worth a look and no failure.
    """
    if document.status not in (HealthStatus.GOOD, HealthStatus.WARNING):
        return document
    well = {
        kind
        for component in document.components
        if component.status is HealthStatus.GOOD and not component.is_incidental
        if (kind := kind_of_store(component.name)) is not None
    }
    well |= chosen_otherwise(value)
    well |= {_PASSWORD, _KEY} if _DATABASE in well else set()
    missing = {
        component.place: component
        for kind, component in islice(_missing_in(value, "", "", _DEEPEST), _MOST)
        if kind not in well
    }
    if not missing:
        return document
    told = tuple(_told(c) if c.place in missing else c for c in document.components)
    known = {component.place for component in told}
    new = tuple(component for place, component in missing.items() if place not in known)
    return replace(document, components=(*told, *new))


def missing_in_lines(fields: Mapping[str, object]) -> str:
    """Return the first variable of lines, each a name and a word, that is said not to be set."""
    missing = (
        c for kind, c in _missing_in(fields, "", "", 1) if kind not in chosen_otherwise(fields)
    )
    return next((f"{c.name}: {c.word}" for c in missing), "")


def _told(component: Component) -> Component:
    is_open = component.status is HealthStatus.UNKNOWN
    doubt = component.doubt or (NOT_SET if is_open else "")
    return replace(component, is_incidental=False, doubt=doubt)


def _missing_in(
    value: object, name: str, place: str, depth: int
) -> Iterator[tuple[int, Component]]:
    fields = dict(_fields_of(value))
    given = [key for key, (_, item) in fields.items() if not _is_lacking(key, item)]
    set_ones = {_kind(key) for key in given}
    if any(_kind(k) == _DATABASE and _named(k)[-1] in _WHOLE_ADDRESSES for k in given):
        set_ones |= {_PASSWORD} if "supabase" not in "".join(given).casefold() else set()
    for key, (at, item) in fields.items():
        kind = _kind(key)
        full, where = joined(name, key), joined(place, at)
        if kind is not None and _is_lacking(key, item):
            if kind not in set_ones:
                yield kind, _component(full, item, where)
        elif depth > 1 and _OTHERS.isdisjoint(words_of(key)) and not is_not_of_now(key, item):
            yield from _missing_in(item, full, where, depth - 1)


def _fields_of(value: object) -> Iterator[tuple[str, tuple[str, object]]]:
    """Yield the name, and the key with the value, of each field; a list has named entries."""
    if isinstance(value, dict):
        yield from ((key, (key, item)) for key, item in islice(value.items(), _MOST))
    elif isinstance(value, list):
        for index, item in enumerate(value[:_MOST]):
            if isinstance(item, dict) and (label := label_of(item)):
                yield label, (str(index), item)


def _component(name: str, item: object, place: str) -> Component:
    said = item if isinstance(item, str) and item.strip() else "not set"
    return Component(name, HealthStatus.UNKNOWN, said.strip()[:40], place=place, doubt=NOT_SET)


def _kind(name: str) -> int | None:
    """Return the row of the store whose address, password or key a variable of this name has."""
    words = _named(name)
    if not words or not _OTHERS.isdisjoint(words):
        return None
    if words[-1] in _ADDRESSES:
        return _kind_of(words)
    if words[-1] in _PASSWORDS and (words == ["pgpassword"] or _kind_of(words) == _DATABASE):
        return _PASSWORD
    return _KEY if words[-1] in _KEYS and "supabase" in words else None


def _named(name: str) -> list[str]:
    """Return the words of a variable, without those that ask whether it is there."""
    words = [*words_of(name)]
    while words and words[0] in _ASKS:
        words.pop(0)
    while words and words[-1] in _SET:
        words.pop()
    return words


def kind_of_store(name: str) -> int | None:
    """Return the row of the store that a name is of, 0 for a database; None for anything else."""
    return _kind_of(words_of(name))


def _kind_of(words: Iterable[str]) -> int | None:
    found = set(words)
    return next((at for at, row in enumerate(_STORES) if not row.isdisjoint(found)), None)


def _is_lacking(name: str, item: object) -> bool:
    if isinstance(item, dict):
        return _says_so(item)
    if item is None or item == "":
        return name.isupper()  # another may be a setting that has been left open
    if isinstance(item, str):
        bare = item.strip(f" \ufe0f{''.join(MARKS)}")
        is_mark = not bare and status_of(item) is HealthStatus.BAD
        return is_mark or "".join(words_of(bare)) in _LACKING
    return item is False


def _says_so(value: Mapping[str, object]) -> bool:
    return any(
        (item is False and not _SET.isdisjoint(words_of(key)))
        or (key.casefold() in ("status", "state", "value") and _is_lacking("", item))
        for key, item in value.items()
    )
