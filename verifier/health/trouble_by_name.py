"""Words that are no status and yet trouble, by what the name is of under which one stands."""

import re
from functools import lru_cache

from verifier.health.document_keys import (
    COMPONENTS,
    EXPIRING,
    GOOD_FLAGS,
    MAYBE_STATUS,
    STATUS,
    WORK,
    is_about_now,
    names_component,
    names_process,
    normal,
    stem,
)
from verifier.health.flag_names import words_of
from verifier.health.none_of_it import says_none
from verifier.health.own_status import Json, Said, word
from verifier.health.sentences import may_be_meant, sounds_bad
from verifier.health.state_flags import is_copy, states_health
from verifier.health.vocabulary import is_plain_word, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

#: What is told of such a word.
TROUBLE = "which sounds like trouble"
#: What is told where a status is null or an empty text.
EMPTY = "where a status should stand"
_FEW = 3
#: `2/3`, `1 of 3 nodes`
_SHARE_OF = re.compile(r"(\d{1,6})\s*(?:/|of|out of)\s*(\d{1,6})(?:\s+[a-z]+){0,2}$", re.IGNORECASE)
_LONGEST_SHARE = 40
_HALTED = ("paused", "blocked", "locked")
#: What is halted in these is as it should be.
_CHOSEN = frozenset(("modules", "plugins", "integrations", "jobs"))
#: Amounts, addresses, paths and texts that hold another document.
_NO_WORDS = frozenset('0123456789@/.{}[]<>"?')
#: Of modes the words before "mode" say whose it is; `ssl_mode` and `replica_mode` are others'.
_WHOSE_MODE = word_set(
    "server system operation operating operational run running service app application db database "
    "cluster storage access current health node write instance runtime disk"
)
_MODES = word_set(
    "readonly ro offline fallback maintenance degraded emergency limp limphome safe recovery "
    "rescue restricted lockdown panic disaster disasterrecovery survival suspended frozen draining "
    "isolated singleuser"
)
_DATABASE = re.compile(
    r"(?:^|_)(?:db|database|postgres(?:ql)?|pg|sql|mysql|mariadb|mongo(?:db)?|sqlite|banco|bd)$"
)
GROUPS = word_set(
    "cluster quorum replication raft mesh ring topology membership consensus shards partitions "
    "replicas"
)
_LACKS = word_set("noleader noquorum nomaster noprimary")
#: Each row: names by their last word, the words that are trouble there.
_BY_LAST_WORD: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        word_set(
            "disk disks volume volumes storage space fs filesystem memory ram heap swap inodes "
            "pool buffer quota tablespace queue backlog s3 bucket db database postgres mysql mongo"
        ),
        word_set("full saturated overflowing overflow nospace outofspace atcapacity overquota"),
    ),
    (word_set("disk disks volume volumes storage space quota"), word_set("low verylow")),
    (
        word_set("cpu load memory ram heap usage pressure utilization utilisation"),
        word_set("high veryhigh toohigh maxed maxedout pegged saturated"),
    ),
    (
        word_set(
            "license licence certificate cert subscription token credentials key apikey billing "
            "domain tls ssl secret licenca certificado"
        ),
        word_set(
            "expired expiring expirestoday expiressoon overlimit overquota invalid revoked "
            "suspended cancelled canceled unpaid overdue pastdue "
            "delinquent lapsed unlicensed selfsigned untrusted missing exceeded rejected denied "
            "banned"
        ),
    ),
    (
        GROUPS,
        word_set(
            "partitioned splitbrain leaderless lostquorum quorumlost diverged lost underreplicated "
            "unsynced outofsync desynced behind stalled"
        ),
    ),
    (
        word_set(
            "schema migrations migration index indexes indices data integrity checksum tables"
        ),
        word_set(
            "dirty inconsistent mismatch mismatched drift drifted wrong tampered diverged behind "
            "unapplied"
        ),
    ),
)
#: So a database says that it is not the one that was meant, or not there.
_OF_A_DATABASE = word_set("empty off unseeded unmigrated blank other frozen null nil undefined")
#: So is nothing that works.
_OF_WHAT_WORKS = word_set(
    "gone removed deleted detached unmounted unplugged ejected zombie defunct dying killed "
    "wrong wrongdatabase mismatch mismatched incorrect foreign sick ill poor damaged injured "
    "intermittent diverged drifted delayed saturated congested clogged jammed choked overflowing "
    "swamped strained starved struggling sluggish laggy recovering repairing rebuilding resyncing "
    "failover failingover fallback maintenance isolated partitioned fenced quarantined "
    "splitbrain leaderless revoked banned deactivated unpaid unreadable unwritable unresolved "
    "unresolvable nope unserviceable unverified untrusted quorumlost lostquorum connectionlost "
    "unhappy unwell unsafe unfit introuble indanger indistress limping crippled bounced noresponse "
    "overlimit overquota overcapacity overfull overdue suspended backlog draining throttling "
    "retrying expiring failures outofsync unsynced unsynchronized desynced wrongcredentials "
    "wrongpassword badcredentials badpassword"
)
#: These say the same of anything.
_OF_ANYTHING = word_set(
    "flapping flaky erratic malfunctioning malfunction unmounted zombie splitbrain leaderless "
    "sick damaged dying clogged jammed choked swamped strained unreadable unwritable misconfigured "
    "unresolvable unserviceable struggling mismatch mismatched crashing crashlooping wrong "
    "congested saturated unknownhost hostunknown nxdomain outofsync unsynced unsynchronized "
    "desynced quorumlost lostquorum stopped expired bad"
)
#: So bad is what a word says, and as well how grave something would be.
_GRAVE = word_set("critical crit fatal emergency emerg severe errors failures")
#: And so is what works, while of anything else these are a colour or a setting.
_GRAVE_OF_WHAT_WORKS = word_set("red err alert problem")
#: How grave something would be, whom it is told, and what something is called.
_GRAVITY = word_set(
    "severity priority criticality importance urgency tier impact type kind class category group "
    "scope sla weight requirement necessity need log logs logger logging verbosity channel "
    "channels notify notifications alerting threshold thresholds filter label labels tag level "
    "levels color colour colors team theme slot stack lane variant report reports trigger triggers "
    "project projects projeto proyecto tenant tenants ref refs name names"
)
#: What is done where something is wrong, how grave that would be, and how something was chosen.
_NOT_SAID_OF_IT = word_set(
    "policy severity priority criticality importance urgency tier impact kind class category "
    "threshold thresholds purpose about desc summary explanation meaning remediation docs fix "
    "advice theme icon table tags topic strategy action behavior behaviour rule rules plan account "
    "response note info comment text details level color colour stage phase visibility filter sort "
    "query cachecontrol order orders"
)
#: A flag whose name ends in one of these tells of trouble where it is true.
FLAGS_OF_TROUBLE = word_set(
    "revoked oom throttled banned suspended killed tripped overdue breached saturated unauthorized "
    "unauthorised unauthenticated forbidden rejected denied invalid insufficient frozen hung "
    "stalled aborted evicted halted panic panicked leaked leaking wedged deadlocked locked blocked "
    "stale expired outdated paused interrupted disabled mock mocked stub stubbed fake simulated "
    "bypassed ignored unchecked untested unverified incomplete congested starving slow "
    "reconnecting retrying unstable conflict tampered quarantined isolated fenced inactive "
    "terminating terminated cancelled canceled dropped behind lagging limited timedout timeouted "
    "backpressure leaderless orphaned"
)
FLAGS_OF_TWO_WORDS = (
    ("rate", "limited"),
    ("timed", "out"),
    ("dry", "run"),
    ("split", "brain"),
    ("of", "memory"),
    ("of", "space"),
    ("of", "date"),
    ("of", "sync"),
    ("disk", "full"),
    ("low", "disk"),
    ("low", "memory"),
    ("memory", "pressure"),
    ("disk", "pressure"),
    ("memory", "full"),
    ("needs", "attention"),
    ("needs", "repair"),
    ("using", "fallback"),
    ("fallback", "mode"),
    ("emergency", "mode"),
    ("limp", "mode"),
    ("requires", "failover"),
    ("pending", "migrations"),
    ("has", "deadlock"),
    ("connection", "lost"),
    ("connection", "failed"),
)
_NEGATIONS = word_set("not no non never without nothing none if when on")


@lru_cache(4096)
def is_trouble_of(key: str, said: str, *, is_component: bool = False) -> bool:
    """
    Whether a few words, none of them a status, are trouble under a name: `disk: full`.

    `is_component` says that the name stands where components do, so that it is of what works.
    """
    words = words_of(said)
    if _last_of(key) in GROUPS | WORK and (share := _SHARE_OF.match(said.strip()[:_LONGEST_SHARE])):
        return int(share[1]) < int(share[2])
    is_short = 0 < len(words) <= _FEW and _NO_WORDS.isdisjoint(said)
    whole = "".join(words)
    if is_short and _may_be_told(key) and not is_mode(key):
        is_lack = whole in _LACKS and _last_of(key) in GROUPS
        if is_lack or (whole == "noresponse" and names_component(key)):
            return True
    if not is_short or not _NEGATIONS.isdisjoint(words) or not _may_be_told(key):
        return False
    texts = {"".join(words), words[-1], "".join(words[-2:])}
    if words[-1] in ("mode", "state", "status") and len(words) > 1:
        texts.add("".join(words[:-1]))
    return bool(texts & _troubles_of(key, is_component=is_component)) or _is_plain(key, said)


@lru_cache(4096)
def is_mode(key: str) -> bool:
    """Whether a name is that of the mode in which a whole runs: `mode`, `server_mode`."""
    *whose, last = words_of(key) or ("",)
    return last == "mode" and _WHOSE_MODE.issuperset(whose)


def names_database(key: str) -> bool:
    """Whether a name is that of a database, of which there is always something to say."""
    return bool(_DATABASE.search("_".join(words_of(stem(key)))))


@lru_cache(4096)
def _troubles_of(key: str, *, is_component: bool) -> frozenset[str]:
    if is_mode(key):
        return _MODES
    last = _last_of(key)
    found = set(_OF_ANYTHING) if tells_gravity(key) else _OF_ANYTHING | _GRAVE
    for names, troubles in _BY_LAST_WORD:
        found |= troubles if last in names else frozenset()
    if not tells_gravity(key) and (is_component or _names_what_works(key)):
        found |= _GRAVE_OF_WHAT_WORKS
    if is_component or names_component(key) or names_process(key):
        found |= _OF_WHAT_WORKS
    if names_database(key):
        found |= _OF_A_DATABASE
    return frozenset(found)


def tells_gravity(key: str) -> bool:
    """Whether a name is that of how grave something would be, or whom it would be told."""
    return not _GRAVITY.isdisjoint(words_of(key)[-1:])


def _names_what_works(key: str) -> bool:
    """Whether a name is that of a part of an application, several of a kind among them."""
    last = _last_of(key)
    is_known = last in GROUPS | WORK or any(last in names for names, _ in _BY_LAST_WORD)
    is_plural = last.endswith("s") and not last.endswith(("ss", "us", "is"))
    return is_known or is_plural or names_component(key) or names_process(key)


def _last_of(key: str) -> str:
    return (words_of(stem(key)) or ("",))[-1]


def _is_plain(key: str, said: str) -> bool:
    """Whether a text that is no status sounds bad under a name that is nobody's setting."""
    is_unknown = status_of(said) is HealthStatus.UNKNOWN and not is_plain_word(said)
    return is_unknown and not is_mode(key) and sounds_bad(said) and not may_be_meant(said)


def _may_be_told(key: str) -> bool:
    if is_mode(key):
        return not is_copy(key)
    is_other = (words_of(key) or ("",))[-1] == "mode" or normal(key) in _NOT_SAID_OF_IT
    return (is_about_now(key) or normal(key) in EXPIRING) and not is_other


def has_no_status(value: Json) -> bool:
    """Whether nothing stands where an object should say how it is: `{"status": null}`."""
    return any(
        (item is None or (isinstance(item, str) and (not item.strip() or says_none(item))))
        and (normal(key) in STATUS | GOOD_FLAGS or states_health(key))
        for key, item in value.items()
    )


def state_of_trouble(value: Json, place: str) -> Said | None:
    """
    Return a warning for a state that is no status and yet trouble of what stands in a place.

    Paused or locked may be meant: only a check or a store is halted by it. A job, a plugin or a
    campaign that is paused is as it should be.
    """
    *around, key = place.split(".")
    kinds = {normal(part) for part in around}
    is_component = not kinds.isdisjoint(COMPONENTS)
    is_of_one = names_component(key) or names_process(key) or is_component
    may_halt = is_of_one and kinds.isdisjoint(_CHOSEN)
    if names_component(key) and has_no_status(value):
        return Said(HealthStatus.UNKNOWN, "")
    for own, item in value.items():
        if not isinstance(item, str) or normal(own) not in MAYBE_STATUS - {"summary"}:
            continue
        is_halted = may_halt and item.strip().casefold() in _HALTED
        is_open = status_of(item) is HealthStatus.UNKNOWN
        if is_halted or (is_open and is_trouble_of(key, item, is_component=is_component)):
            return Said(HealthStatus.WARNING, f"{own}: {word(item)}")
    return None
