"""What an HTTP status code means, whoever sent it."""

from enum import Enum

NO_CONTENT = 204
DENIED = 403
TOO_MANY = 429
#: What Railway's edge answers for an application that it does not reach.
#: Source: https://docs.railway.com/networking/troubleshooting/application-failed-to-respond
UNREACHED = frozenset({502, 503, 504})


class Meaning(Enum):
    """What a code says."""

    SUCCESS = "success"
    REDIRECT = "redirect"
    DENIED = "denied"
    """Whoever asked may not: nothing is said about what was asked for."""
    ABSENT = "absent"
    NOT_NOW = "not now"
    """Too early, too slow or too many: ask again."""
    REJECTED = "rejected"
    """The request is at fault."""
    BROKEN = "broken"
    """Whoever answered is at fault."""


_MEANINGS = {
    401: Meaning.DENIED,
    DENIED: Meaning.DENIED,
    404: Meaning.ABSENT,
    407: Meaning.DENIED,
    408: Meaning.NOT_NOW,
    425: Meaning.NOT_NOW,
    TOO_MANY: Meaning.NOT_NOW,
}
_CLASSES = {2: Meaning.SUCCESS, 3: Meaning.REDIRECT, 4: Meaning.REJECTED}


def meaning_of(code: int) -> Meaning:
    """Return what a code means; one that HTTP does not define counts as broken."""
    return _MEANINGS.get(code) or _CLASSES.get(code // 100, Meaning.BROKEN)
