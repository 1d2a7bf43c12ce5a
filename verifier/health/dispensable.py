"""What an entry says beside its status, and by what of it the whole can do without a component."""

from collections.abc import Iterator

from verifier.health.document_keys import MAYBE_STATUS, MESSAGES, STATUS, normal
from verifier.health.own_status import Json, error_of, message_of, word
from verifier.health.sentences import status_of_text
from verifier.health.word_set import word_set
from verifier.model.evidence import Component, HealthStatus

_MOST = 50
_YES, _NO = word_set("true yes y 1 on"), word_set("false no n 0 off")
#: Dispensable where they are false: `critical: false`, `enabled: false`.
_NEEDED = word_set(
    "required critical fatal mandatory essential blocking enabled important vital gating monitored "
    "affectsoverall affectshealth affectsstatus affectsreadiness countstowardsoverall counted "
    "failsoverall inuse weight must configured"
)
#: Dispensable where they are true: `optional: true`, `muted: true`.
_DISPENSABLE = word_set(
    "optional noncritical nonessential nonfatal nonblocking notrequired notcritical informational "
    "infoonly advisory soft ignored ignore ignorefailure ignorefailures ignoreerrors muted "
    "silenced suppressed excluded deprecated disabled experimental expected tolerated acknowledged "
    "allowfailure allowedtofail mayfail canfail besteffort warnonly failopen shadow beta "
    "maintenance inmaintenance undermaintenance maintenancemode skipped"
)
#: How grave it is: these are beneath what anybody is woken up for.
_GRAVITIES = word_set("severity importance priority criticality impact urgency")
_SLIGHT = word_set(
    "low lowest minor trivial negligible none info informational warning warn optional noncritical "
    "nonessential advisory soft p4 p5"
)
#: What sort it is, in a word that may mean anything else.
_SORTS = word_set("kind type level class category tier mode group tags tag labels label role")
#: A place for these only. What is required by name is judged wherever it stands.
_GROUPS = _DISPENSABLE - word_set(
    "expected shadow beta maintenance inmaintenance undermaintenance maintenancemode skipped"
)
_OF_A_SORT = _GROUPS | word_set("standby shadow maintenance")
OWN_DATA = word_set(
    "users user customers customer visitors players guests viewers devices device sensors "
    "auctions auction campaigns campaign orders order tickets coupons bids listings "
    "invoices shipments"
)
SAID_OF_DATA = word_set(
    "banned ended expired offline inactive paused suspended cancelled canceled closed stopped "
    "disabled blocked locked archived deleted deactivated unverified overdue refunded rejected "
    "lapsed disconnected missing unpaid"
)
#: So is a service as well, unless the name is that of things which come and go.
_SAID_OF_A_SERVICE = word_set(
    "offline inactive paused suspended closed stopped disabled blocked locked rejected "
    "disconnected missing"
)
_COME_AND_GO = word_set("devices device sensors players guests viewers visitors")
_AROUND_DATA = word_set("data result response payload")
#: Where a component keeps what is said about it rather than of it.
_ABOUT_IT = word_set("details detail meta metadata options config settings attributes annotations")
_SKIPPED = ("skipped", "skip")
_SWITCHES = ("enabled", "isenabled", "configured", "isconfigured")
_SKIPPED_FLAGS = ("skipped", "isskipped", "wasskipped", "skip")
_TOLD_BAD = (HealthStatus.WARNING, HealthStatus.BAD, HealthStatus.CRITICAL)


def is_dispensable(component: Component) -> bool:
    """Whether a document says of a component that it can do without: `critical: false`."""
    is_grouped = any(normal(key) in _GROUPS for key in component.place.split("."))
    return is_grouped or any(_marks(key, said) for key, said in component.observed.items())


def is_own_data(component: Component) -> bool:
    """
    Whether a word is said of who uses the application, or of what it sells: `auction: ended`.

    A service may be called so, which is "down" rather than "expired", and which stands among
    others of its kind.
    """
    keys = component.place.split(".")
    is_record = keys[-1].isdecimal() and len(keys) > 1
    *around, named = map(normal, keys[:-1] if is_record else keys)
    said = normal(component.word)
    if named not in OWN_DATA or not _AROUND_DATA.issuperset(around):
        return False
    is_sure = is_record or named in _COME_AND_GO or said not in _SAID_OF_A_SERVICE
    return is_sure and said in SAID_OF_DATA


def facts_of(value: Json) -> dict[str, str]:
    """
    Return the further fields of an object whose values are scalars or lists of these.

    Also what one inside it says of how much the entry is needed.
    """
    fields = [(k, v) for k, v in value.items() if normal(k) not in STATUS and k not in MESSAGES]
    return {key: word(item) for key, item in (*fields[:_MOST], *_marks_about(value))}


def _marks_about(value: Json) -> Iterator[tuple[str, object]]:
    """Yield what an object says in an inner one of how much it is needed: `meta: {critical}`."""
    for key, inner in value.items():
        if isinstance(inner, dict) and normal(key) in _ABOUT_IT:
            yield from ((f"{key}.{mark}", said) for mark, said in inner.items() if _is_mark(mark))


def _is_mark(key: str) -> bool:
    return _bare(key) in _NEEDED | _DISPENSABLE | _GRAVITIES


def _bare(key: str) -> str:
    """Return a key as the sets have it: `isOptional` and `meta.optional` are "optional"."""
    name = normal(key.rpartition(".")[2])
    shorter = name.removeprefix("is")
    return shorter if shorter in _NEEDED | _DISPENSABLE else name


def _marks(key: str, said: str) -> bool:
    name, value = _bare(key), said.strip().casefold()
    if name in _NEEDED:
        return value in _NO
    if name in _DISPENSABLE:
        return value in _YES
    if name in _GRAVITIES:
        return normal(value) in _SLIGHT
    return name in _SORTS and any(normal(word) in _OF_A_SORT for word in value.split(","))


def switched_off(value: Json) -> str:
    """Return what says that something is not in use, so that its "false" is no failure."""
    if error_of(value) or message_of(value):
        return ""
    texts = (item for item in value.values() if isinstance(item, str))
    if any(status_of_text(text) in _TOLD_BAD for text in texts):
        return ""
    off = (key for key, item in value.items() if item is False and normal(key) in _SWITCHES)
    return next((f"{key}: false" for key in off), "")


def skipped(value: Json) -> str:
    """Return what says that nobody looked, whatever flag stands beside it: `state: skipped`."""
    for key, item in value.items():
        kind = normal(key)
        is_word = kind in MAYBE_STATUS and isinstance(item, str)
        if is_word and str(item).strip().casefold() in _SKIPPED:
            return f"{key}: {item}"
        if item is True and kind in _SKIPPED_FLAGS:
            return f"{key}: true"
    return ""
