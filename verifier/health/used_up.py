"""Room of which nothing is left: a disk that is full, a pool of which all is in use."""

import re
from collections.abc import Mapping

from verifier.health.document_keys import normal
from verifier.health.flag_names import words_of
from verifier.health.word_set import word_set

#: Room that a whole cannot do without.
_ROOM = word_set("disk disks volume volumes storage filesystem fs inodes")
_FULL = ("full", "low")
_SHARE, _LEFT = word_set("percent percentage pct"), word_set("free left remaining available")
_USED = word_set("used usage inuse active acquired full")
_MOST = word_set("max size total limit capacity")
_WAITING = word_set("waiting queued pending")
_ALL_OF_IT = re.compile(r"100(?:\.0+)?\s*%")
_LONGEST_AMOUNT = 12
_WHOLE = 100


def used_up(key: str, value: object) -> str:
    """Return what says of room that none of it is left: `disk: 100%`, `volume: {free: 0}`."""
    is_room = not _ROOM.isdisjoint(words_of(key))
    match value:
        case str() if is_room and _ALL_OF_IT.fullmatch(value.strip()[:_LONGEST_AMOUNT]):
            return value
        case int() | float() if is_room and _is_out(key, value):
            return str(value)
        case dict():
            said = {k: v for k, v in value.items() if type(v) in (int, float)}
            full = (f"{k}: {v}" for k, v in said.items() if is_room and _is_out(k, v))
            flags = (f"{k}: true" for k, v in value.items() if is_room and v is True and k in _FULL)
            return next(iter((*full, *flags)), "") or _waiting(said)
        case _:
            return ""


def used_up_in(name: str, value: Mapping[str, object]) -> str:
    """Return the same of an entry, or of what it holds: `db: {pool: {…}}`."""
    inner = ((k, used_up(k, item)) for k, item in value.items() if isinstance(item, dict))
    return used_up(name, value) or next((f"{k}.{told}" for k, told in inner if told), "")


def _is_out(key: str, said: object) -> bool:
    """Whether a number says that all is used: `free: 0`, `used_percent: 100`."""
    words = words_of(key)
    if type(said) not in (int, float) or not words:
        return False
    is_share = not _SHARE.isdisjoint(words) and not _USED.isdisjoint(words)
    is_left = not _LEFT.isdisjoint(words)
    return (is_left and said == 0) or (is_share and float(str(said)) >= _WHOLE)


def _waiting(numbers: Mapping[str, object]) -> str:
    """Return how many wait, of a pool of which all is in use."""
    used, most = (
        next((v for k, v in numbers.items() if normal(k) in kinds), 0) for kinds in (_USED, _MOST)
    )
    waiting = (f"{k}: {v}" for k, v in numbers.items() if normal(k) in _WAITING and v != 0)
    return next(waiting, "") if used == most != 0 else ""
