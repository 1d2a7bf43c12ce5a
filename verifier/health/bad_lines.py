"""One line of plain text that says itself, before anything else, that something is bad."""

import re

from verifier.health.document_keys import MAYBE_STATUS, OF_THE_WHOLE, STATUS, is_about_now, normal
from verifier.health.none_of_it import says_none
from verifier.health.sentences import is_no_trouble, is_trouble
from verifier.health.vocabulary import means_itself, status_of
from verifier.model.evidence import HealthStatus

_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)
_LONGEST_HEAD = 60
#: What stands before it is said of the whole, what stands after it is why.
_BREAK = re.compile(r"\s*(?:[:=|;,]|[.!](?=\s|$)|\]|\s[-\u2013\u2014>]+(?=\s)|\s(?=[(\[]))\s*")
#: Words that are a setting as likely as a status, but nothing else where a line begins with them.
_LEVELS = frozenset(("critical", "crit", "fatal", "problem"))
#: So begins what prints an exception that it has caught and gone on; in capitals it is a status.
_CAUGHT = frozenset(["error", "errors", "exception", "exceptions", "erro", "erros"])
#: What stands behind a good word where it is not so: `healthy: false`.
DENIALS = ("false", "no", "off", "never")
_WHOLE = STATUS | MAYBE_STATUS | OF_THE_WHOLE
#: "Health check failed" is no prose: there is nothing in it but what is checked and how it is.
_OF_THE_WHOLE = frozenset(
    ["health", "healthcheck", "healthchecks", "check", "checks", "service", "server", "the"]
)


def says_bad(line: str, *, is_in_a_line: bool = False) -> bool:
    """
    Whether a line begins with a bad word, or is a name with one: `DOWN: db`, `status: down`.

    How much is said after it takes nothing from it. A count is no statement: `errors: 0`.
    """
    head, rest = _parts(line)
    if len(head) > _LONGEST_HEAD:
        return False
    if _is_bad(head):
        is_caught = head.casefold() in _CAUGHT and not head.isupper()
        return not rest or not (is_caught or _only_counts(rest))
    *before, last = head.split() or [""]
    if before and _is_bad(last) and {w.casefold() for w in before} <= _OF_THE_WHOLE:
        return not is_no_trouble(line)
    if not rest or is_in_a_line:
        return False
    if normal(head) in _WHOLE and status_of(rest) in _BAD:
        return True
    if status_of(head) is HealthStatus.GOOD and rest.casefold() in DENIALS:
        return True
    return is_about_now(head) and says_bad(rest, is_in_a_line=True)


def _parts(line: str) -> tuple[str, str]:
    # One blank for each run of them: the pattern is tried at each blank of a run anew.
    bare = " ".join(line.split()).lstrip("[(*<").strip()
    head, *rest = _BREAK.split(bare, maxsplit=1)
    return head.strip("[]()*<> "), rest[0].strip("*> ") if rest else ""


def _is_bad(word: str) -> bool:
    return status_of(word) in _BAD and (means_itself(word) or word.casefold() in _LEVELS)


def _only_counts(rest: str) -> bool:
    is_none = says_none(rest, of_a_flag=False) or is_no_trouble(rest)
    return is_none or (rest[:1].isdigit() and not is_trouble(rest))
