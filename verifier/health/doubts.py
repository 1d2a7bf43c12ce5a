"""What an entry holds beside its good status that nobody can call good: `token_expired: true`."""

import re
from collections.abc import Iterator
from itertools import islice

from verifier.health.document_keys import (
    BAD_FLAGS,
    COMPONENTS,
    DEGRADED_FLAGS,
    KINDS,
    MAYBE_STATUS,
    MESSAGES,
    OF_HEALTH,
    PARTS,
    STATUS,
    is_about_now,
    names_component,
    normal,
)
from verifier.health.durations import is_impossible
from verifier.health.figures import is_measured
from verifier.health.flag_names import name_means, words_of
from verifier.health.none_of_it import says_none
from verifier.health.not_of_now import is_not_of_now
from verifier.health.own_status import UNREAD, Json, Said, is_unread
from verifier.health.sentences import may_be_meant, sounds_bad, status_of_text
from verifier.health.state_flags import (
    OF_IT,
    is_about_a_part,
    is_copy,
    is_setting,
    is_statement,
)
from verifier.health.trouble_by_name import (
    EMPTY,
    FLAGS_OF_TROUBLE,
    FLAGS_OF_TWO_WORDS,
    TROUBLE,
    has_no_status,
    is_mode,
    is_trouble_of,
    tells_gravity,
)
from verifier.health.vocabulary import is_plain_word, is_role, is_yes, is_yes_or_no, status_of
from verifier.health.word_set import word_set
from verifier.model.cut_text import cut_to
from verifier.model.evidence import HealthStatus

#: Words by which a status says that nobody looked, or which edition it is.
_SAYS_NOTHING = word_set(
    "unknown undefined none null nil n/a na no_data unchecked unset undetermined trial free paid "
    "community enterprise premium"
)
_LONGEST = 80
_DEEPEST = 3
#: More of them are a sentence, which may explain something.
_FEW_WORDS = 3
_ADDRESS = frozenset("@/.")
_OF_ITS_OWN = word_set("pool connectionpool connections stats")  # of a client's connections
_MOST_FIELDS = 200
_STATUS_ENDINGS = ("status", "health", "state", "condition", "color", "colour", "verdict")
#: So a flag begins that says of a whole how it is: `is_stuck`, `no_connection`.
_SAID_OF_IT = word_set("is has have in with no not auto")
_WANTS = word_set("requires require needs need wants")
_HELP = word_set("attention repair failover intervention recovery restart rollback help")
#: A mode that is named after one of these is none that anybody wants for long.
_IN_TROUBLE = word_set("degraded fallback emergency limp safe rescue panic disaster")
_NEGATIONS = word_set("not no non never without allow allows allowed if on when can may supports")
#: A process that is so does no work.
_STUCK = word_set("deadlocked panicked stalled hung wedged oom exhausted starving")
#: What a process says of itself alone.
_OF_A_PROCESS = _STUCK | word_set(
    "condition outofmemory timedout saturated halted throttled ratelimited quotaexceeded frozen "
    "stuck"
)
#: True of a whole application under a name that ends so is worth a look.
_OF_THE_WHOLE = _STUCK | word_set("corrupted corrupt backpressure leaderless")
#: False under these alone says that nobody looked.
_LOOKED = word_set(
    "enabled isenabled active isactive checked ischecked tested configured isconfigured installed"
)
_CONSECUTIVE = re.compile(r"consecutive.*(?:fail|error|miss|time-?out)", re.IGNORECASE)
#: Facts beside a status, that are one beside a flag: `{"reachable": true, "level": "critical"}`.
_LEVELS = ("level", "color", "colour", "stage", "phase")
#: So bad is what a status says, and as well how grave something would be.
_GRAVE = word_set(
    "red critical crit fatal emergency severe expired stopped stale problem suspended"
)
#: How grave it would be, and what would be done then.
_GRAVITY = word_set(
    "severity priority criticality importance urgency tier impact type kind class category "
    "loglevel onfailure onerror failuremode failurestatus failstatus failure policy mode threshold "
    "thresholds expected statuses possible alternatives allowed purpose about desc summary "
    "explanation meaning label displayname remediation doc docs fix advice tagline motto log logs "
    "theme icon table tables retryon tags queue topic"
)
#: These are read for what they say, as sentences.
_TEXTS = word_set("note info comment text response details errormessage") | frozenset(
    key.casefold() for key in MESSAGES
)
#: Of what consists of many, one of which may be lost.
_MEMBERS = word_set(
    "partitions nodes replicas brokers shards members hosts instances servers disks osds"
)
_HOLD_PARTS = PARTS | _MEMBERS | OF_IT | word_set("parts children sub tests probes")
_LOST = word_set(
    "offline unreachable unavailable unhealthy dead down failed missing disconnected unassigned "
    "lost"
)
_OF_MEASURES = word_set("result outcome")
_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)
_NOT_GOOD = (*_BAD, HealthStatus.WARNING, HealthStatus.PENDING, HealthStatus.SKIPPED)


def doubt_within(name: str, value: Json, *, is_by_flag: bool) -> str:
    """
    Return what an entry says against its own good status, that is no failure by itself.

    A word of trouble under any key, a word under a key for a status that is not known, a flag of
    trouble; numbers, names, times and explanations are none. `is_by_flag` says that the status is
    no word, so that a level beside it may be one.
    """
    found = _doubts(name, value, is_by_flag, depth=_DEEPEST, is_its_own=True)
    return cut_to(_LONGEST, next(found, ""))


def doubt_of(name: str, value: Json, said: Said, place: str) -> str:
    """Return the same of an entry, or that nobody knows the word of its status: one of a check."""
    if said.status is HealthStatus.GOOD:
        return doubt_within(name, value, is_by_flag=is_flag(said))
    *around, key = place.split(".")
    is_check = names_component(key) or not (COMPONENTS | KINDS).isdisjoint(map(normal, around))
    is_check = is_check or around[:1] == ["$"]
    last = name.rpartition(".")[2]
    if is_unread(said) and said.word and is_trouble_of(last, said.word, is_component=True):
        return TROUBLE
    if not is_check:
        return ""
    if not said.word and has_no_status(value):
        return EMPTY
    bare = said.word.strip(" .-").casefold()
    is_word = is_unread(said) and any(map(str.isalpha, bare)) and not is_measured(bare)
    return UNREAD if is_word and bare not in _SAYS_NOTHING else ""


def doubt_of_the_whole(value: Json, said: Said) -> str:
    """
    Return the same of a document itself.

    It may be about anything, so that there are fewer: `state` may be one of the United States.
    """
    told = {
        key: item
        for key, item in value.items()
        if (normal(key) in OF_HEALTH | _OF_A_PROCESS and isinstance(item, str | bool))
        or (is_yes(item) and _tells_of_the_whole(key))
    }
    return doubt_within("", told, is_by_flag=is_flag(said))


def _tells_of_the_whole(key: str) -> bool:
    words = words_of(key)
    if not words or not is_about_now(key) or not _NEGATIONS.isdisjoint(words[1:-1]):
        return False
    if (
        words[-1] in _OF_THE_WHOLE
        or words == ("stale",)
        or words[-2:] in FLAGS_OF_TWO_WORDS
        or _wants_help(words)
    ):
        return True
    # "locked" alone may be said of an account; what asks whether it is so speaks of the whole.
    is_said = words[0] in _SAID_OF_IT or words[-1] == "mode" or "due" in words
    return is_said and (name_means(key) is not HealthStatus.GOOD or _is_in_trouble(words))


def _wants_help(words: tuple[str, ...]) -> bool:
    return words[0] in _WANTS and words[-1] in _HELP


def _is_in_trouble(words: tuple[str, ...]) -> bool:
    """Whether a flag speaks of trouble by another word than its last: `in_degraded_mode`."""
    return any(name_means(word) is HealthStatus.BAD or word in _IN_TROUBLE for word in words)


def is_flag(said: Said) -> bool:
    """Whether a status is no word: a level beside it may be one."""
    return said.word == "true" or said.word.endswith((": true", ": false"))


def _doubts(
    name: str, value: Json, is_by_flag: bool, *, depth: int, is_its_own: bool
) -> Iterator[str]:
    for key, item in islice(value.items(), _MOST_FIELDS):
        kind = normal(key)
        is_told = is_mode(key) or (kind not in _GRAVITY and _may_tell(key))
        if not is_told or is_not_of_now(key, item):
            continue
        if isinstance(item, dict):
            if depth > 1:
                is_inner = is_its_own and kind in OF_IT | _OF_ITS_OWN
                found = _doubts(name, item, is_by_flag, depth=depth - 1, is_its_own=is_inner)
                yield from (f"{key}.{said}" for said in found)
            yield from (f"{key}.{part}: false" for part in _false_parts(kind, item))
        elif isinstance(item, str) and not is_yes_or_no(item):
            is_doubtful = _is_doubt(name, key, item, is_by_flag=is_by_flag)
            if is_doubtful if is_its_own else tells_bad(item):
                yield f"{key}: {item.strip()}"
        elif is_its_own and _is_flag_of_doubt(key, item, is_by_flag=is_by_flag):
            yield f"{key}: {str(item).lower()}"


def _false_parts(kind: str, value: Json) -> Iterator[str]:
    """Yield the parts of a component of which false is said, where each is given a flag."""
    if kind in _HOLD_PARTS and all(isinstance(item, bool) for item in value.values()):
        is_named = kind in PARTS | _MEMBERS
        for key, item in value.items():
            is_part = is_statement(key) or (is_named and not is_setting(key))
            if item is False and is_part and name_means(key) is HealthStatus.GOOD:
                yield key


def _may_tell(key: str) -> bool:
    return is_about_now(key) or normal(key) in _LEVELS


def tells_bad(word: str) -> bool:
    """Whether a short text says of what it stands for that it is bad, whatever its key."""
    is_long = len(word) > _LONGEST or len(word.split()) > _FEW_WORDS
    is_address = len(word.split()) == 1 and not _ADDRESS.isdisjoint(word)
    if is_long or is_address or is_measured(word) or may_be_meant(word) or says_none(word):
        return False
    status = status_of(word)
    if status is not HealthStatus.UNKNOWN:
        return status in _BAD and is_plain_word(word)
    return status_of_text(word) in _BAD or sounds_bad(word)


def trouble_in_a_part(value: Json) -> str:
    """Return a text that is bad, of an object whose other parts are good: `write: refused`."""
    for key, item in islice(value.items(), _MOST_FIELDS):
        if normal(key) in _GRAVITY or not is_about_now(key):
            continue
        if isinstance(item, str) and tells_bad(item):
            return cut_to(_LONGEST, f"{key}: {item.strip()}")
    return ""


def _is_doubt(name: str, key: str, word: str, *, is_by_flag: bool) -> bool:
    kind, bare = normal(key), word.strip().casefold()
    if not bare or len(word) > _LONGEST or kind in _TEXTS:
        return False
    if is_mode(key):
        return is_trouble_of(key, word) and not is_copy(name)
    if kind in ("level", "color", "colour"):
        return is_by_flag and status_of(word) in _BAD
    if kind in STATUS | MAYBE_STATUS or kind.endswith(_STATUS_ENDINGS):
        is_of_a_part = is_about_a_part(key, name)
        if status_of_text(word) in _NOT_GOOD or sounds_bad(word):
            return not is_of_a_part or status_of_text(word) in _BAD
        return not is_of_a_part and not _is_known(kind, word)
    is_grave = bare in _GRAVE and not tells_gravity(key)
    return is_grave or tells_bad(word) or is_trouble_of(key, word)


def _is_known(kind: str, word: str) -> bool:
    """Whether a word under a key for a status is good, a part in a group, or a measurement."""
    bare = word.strip()
    is_amount = is_measured(bare) or (kind in _OF_MEASURES and any(map(str.isdigit, bare)))
    is_good = status_of_text(word) is HealthStatus.GOOD or bare.casefold() == kind
    return is_good or is_role(word) or is_amount


def counts_lost_parts(key: str) -> bool:
    """Whether a number counts parts that are not there: `offlinePartitions`."""
    *before, last = words_of(key) or ("",)
    lost = _LOST - {"unassigned"} if is_copy(key) else _LOST  # such a copy is a spare one
    return last in _MEMBERS and is_about_now(key) and not lost.isdisjoint(before)


def _is_flag_of_doubt(key: str, item: object, *, is_by_flag: bool) -> bool:
    kind = normal(key)
    if item is False:
        return is_by_flag and kind in _LOOKED
    if is_impossible(key, item):
        return True
    if isinstance(item, int) and not isinstance(item, bool) and item > 0:
        return bool(_CONSECUTIVE.search(key)) or counts_lost_parts(key)
    if not is_yes(item) or kind in BAD_FLAGS | DEGRADED_FLAGS:
        return False
    words = words_of(key)
    is_denied = bool(words) and not _NEGATIONS.isdisjoint(words[:-1])
    if not words or (is_denied and name_means(key) is not HealthStatus.BAD):
        return False
    is_trouble = (
        words[-1] in FLAGS_OF_TROUBLE or words[-2:] in FLAGS_OF_TWO_WORDS or _wants_help(words)
    )
    is_trouble |= (words[-1] == "mode" or "due" in words) and _is_in_trouble(words)
    return is_trouble or name_means(key) is not HealthStatus.GOOD
