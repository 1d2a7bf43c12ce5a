"""Texts of several words: bad where anything in them is, good only where all is understood."""

import re

from verifier.health.document_keys import names_component
from verifier.health.driver_messages import is_driver_error
from verifier.health.vocabulary import means_itself, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus
from verifier.model.late_pattern import LatePattern

_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)
_LONGEST_PHRASE = 2000
_FIRST_WORD = LatePattern(r"([^\W\d]{2,30})(?=[\s:;,.!(\[=/|-]|$)")
#: A sentence may begin with these, although they are no plain words.
_BEGINNINGS = frozenset(["warn", "warning", "critical", "fatal", "problem"])
_MEASURED = LatePattern(
    r"\s*(?:(?:errors?|fail(?:ures?|ed|ing)?)\s+(?:rate|count|budget|ratio)|"
    r"(?:critical|warn(?:ing)?)\s+(?:threshold|limit)s?\b)",
    re.I,
)
_TOKEN = LatePattern(r"[a-z']+")
_NEGATIONS = frozenset(["not", "no", "never", "isn't", "aren't", "cannot", "without", "un", "non"])
#: A sentence that ends in a status has one of these before it; "waiting to be ready" has not.
_SUBJECTS = word_set("is are am i'm api server service application app system systems all")
#: What errors say of themselves, in the middle of a sentence.
_TROUBLE = LatePattern(
    r"refused|timed? ?out|timeout|exception|traceback|could ?n[o']t|can ?not|can't|unable to|"
    r"no such host|econn|enotfound|etimedout|unreachable|denied|not connected|sqlstate|"
    r"fail(?:ed|ure|ing)|\berrors?\b|unavailable|does not exist|deadline exceeded|\bdown\b|"
    r"disconnected|unhealthy|not working|not reachable|\blost\b|i/o error|\bbroken",
    re.IGNORECASE,
)
_FAULT = (
    r"(?:errors?|errored|fail(?:ures?|ed|ing|s)|exceptions?|time-?outs?|timed out|down|unhealthy|"
    r"unavailable|unreachable|offline|disconnected|lost|broken|refused|denied|faults?|crashe[sd])\b"
)
_NONE_OF = r"(?<![\d.,/])(?:(?<![a-z])0(?:\s*(?:/|of)\s*\d+)?|\b(?:zero|none|nothing))"
_UNDENIED = r"(?<!not )(?<!n't )(?<!yet )\b"
_NO_TROUBLE = LatePattern(
    r"\bno(?:\s(?:pending|open|known|active))?\s(?:issues|migrations|alerts|incidents|problems)\b|"
    r"\bnot (?:required|needed)\b|^\s*no[ _-]?data\s*$|^\s*no(?:ne)?[ _-]pending\s*$|"
    r"(?<![\d.,])\b(?:no|0|zero|without)\s+(?:[a-z]+\s)?(?:errors?|failures?|failed|exceptions?|timeouts?)|"
    rf"{_NONE_OF}\s+(?:(?:are|is|has|have|of them)\s+)*"
    rf"(?:(?!up|ok|healthy|ready|good|online)[a-z]+\s)?{_FAULT}|"
    rf"\b{_FAULT}(?:\s[a-z]+)?\s*[:=]\s*(?:0(?![.,]?\d)|none\b)|fail-?(?:over|safe|fast|open)|"
    rf"\b(?:not|never|isn't|aren't|no longer)\s+(?:been\s+)?{_FAULT}(?!\s+to\b)|"
    rf"{_UNDENIED}(?:error|failure|fault|trouble)s?[- ]free\b|"
    rf"{_UNDENIED}free (?:of|from) (?:[a-z]+\s)?{_FAULT}|"
    rf"{_UNDENIED}recovered (?:from|after) (?:(?:an?|the|[a-z]+)\s)*{_FAULT}|"
    r"\b(?:errors?|failures?|timeouts?)\s+(?:rate|count|budget|ratio|threshold)",
    re.IGNORECASE,
)
#: Words that are no status of their own, of which a person would want to be told.
_SOUNDS_BAD = LatePattern(
    r"\b(?:terminated|missing|disconnecting|inactive|stalled|stuck|paused|blocked|locked|"
    r"overloaded|exhausted|unauthori[sz]ed|unauthenticated|forbidden|invalid|expired|outdated|"
    r"behind|out.of.date|not up.to.date|lagging|backlogged|absent|corrupt(?:ed)?|"
    r"unresponsive|unusable|aborted|halted|killed|crash(?:ed|ing)?|"
    r"degraded|high_usage|too (?:many|few|high|low|slow|old)|insufficient|incomplete|"
    r"exceed(?:s|ed)|rate.?limited|self.signed|starting up|migrations are pending|"
    r"exited|evicted|hung|frozen|throttled|wedged|orphaned|restarting|warm(?:ing)?.?up|"
    r"queue backed up|crashloopbackoff|imagepullbackoff|oomkilled|sigkill|not found|"
    r"exit(?: code| status)? [1-9]\d*|http [45]\d\d)\b|\berr\(|"
    r"^\s*(?:end|ended|close|closing)\s*$|"
    r"\b0\s*(?:/|of)\s*\d|\b0\s+(?:workers?|nodes?|replicas?|instances?|brokers?|consumers?)\b|"
    r"^\s*(?:5\d\d\b|-1\s*$)|[❌✗✘⛔🔴🛑]",
    re.IGNORECASE,
)
#: Few words that speak plainly of trouble now, and words by which they may be about another time.
_PLAIN_TROUBLE = LatePattern(
    r"\b(?:(?:disk|storage|volume|memory|heap|queue|pool|table ?space)s?"
    r"(?: (?:is|are|almost|nearly))* full|"
    r"wrong (?:password|credentials|database)|(?:lagging|falling|running) (?:behind|low|out)|"
    r"lagging|no (?:space left|free connections|connections? left)|out of (?:memory|disk|space|"
    r"connections|quota)|too many connections|password expired|certificate (?:has )?expired|"
    r"quota exceeded|read.only file ?system|"
    r"(?:experiencing|having)(?: (?!no\b|zero\b)[a-z]+){0,3} (?:problems?|issues?|troubles?|"
    r"outages?|difficult(?:y|ies))|(?:running )?in (?:degraded|emergency|fallback|read.only) mode|"
    r"is read.only(?=\W*$)|using (?:the |a )?fallback|"
    r"(?:serving|served|reading|answering) from (?:the |a )?fallback|"
    r"out of (?:order|service)|something went wrong)\b",
    re.IGNORECASE,
)
_ANOTHER_CASE = LatePattern(
    r"\b(?:0|zero|none|if|when|unless|until|will|would|may|might|can|could|should|not|never|was|were|had|been|"
    r"last|avoid|prevents?|before|after|recovered|resolved|fixed|alerts?|threshold|test)\b|n't|\?|"
    r"[:=]\s*(?:no|false)\b",
    re.IGNORECASE,
)
_MOST_PLAIN_WORDS = 10
_MAY_BE_MEANT = word_set("inactive paused blocked locked behind")
#: `Ready: false`, `It's healthy: no`
_DENIED_FLAG = LatePattern(
    r"\s*(?:(?:it'?s|is|api|app|application|server|service|system)\s+)?([A-Za-z_]{2,30})\s*[:=|/-]+\s*(?:false|no)\W*",
    re.IGNORECASE,
)
_COPULA = LatePattern(
    r"\b(?:is|are|i am)\b|(?<=\bcheck)\s(?=(?:ok|passed|succeeded|successful)\b)|"
    r"(?<=\bit)'s\b|(?<=\bthat)'s\b|(?<=\bi)'m\b",
    re.IGNORECASE,
)
#: What is good in a sentence about these is not the application.
_OTHER_SUBJECTS = word_set(
    "nothing none nobody neither nor hardly barely scarcely almost only few some last if when "
    "once unless until while before after was were should would could will may might except but "
    "maintenance fallback failover backup recovery restore incident alarm alert page"
)
_MOST_SUBJECT_WORDS = 5
#: These say nothing of how it is. Of prepositions those alone that do not speak of another time.
_NEUTRAL = word_set(
    "a an the all our this it its is are and now still currently fully up for of to "
    "with has have successfully api app application service services server servers system systems "
    "node nodes instance "
    "cluster replica replicas shard shards master primary plugin plugins connection connections "
    "checks check status health version latency uptime response time took query queries write "
    "writes read reads traffic request requests schema serve receive accept host port pid "
    "everything go workers worker tables table collections rows documents entries items keys "
    "threads clients peers pods consumers models model loaded pool free normally properly "
    "correctly smoothly cached select mode test tested probe"
)
_AMOUNT = r"\d[\d.,]*"
#: Pieces of a text that are understood as a whole, in the order in which they are taken out.
#: With as many of a pool in use as it has, nobody else gets one.
_POOL = LatePattern(r"\bpool(?:\s+size)?\s*[:=]?\s*(\d+)\s*/\s*(\d+)", re.IGNORECASE)
_IN_SERVICE = LatePattern(r"\bin[ -]service\b", re.IGNORECASE)
_UNDERSTOOD = tuple(
    LatePattern(piece, re.IGNORECASE)
    for piece in (
        r"\bsince\s+\d[\dT:.+-]*Z?(?:\s+\d[\d:.]*)?(?:\s*UTC)?",
        r"\bin\s+\d[\d.]*\s*(?:ms|us|µs|ns)\b",
        rf"\bfor\s+{_AMOUNT}\s*(?:[smhd]|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?)\b",
        r"\b(?:to|on|at|via|using)\s+(?=[\w:/-]*[A-Za-z])[\w-]+(?:[.:/]+[\w-]+)+",
        r"\b(?:on\s+)?port\s+\d+",
        r"\b([1-9]\d*)\s*(?:/|of)\s*\1\b",
        rf"(?<![\w/.]){_AMOUNT}\s*(?:ms|us|µs|ns|s|sec(?:ond)?s?)(?![\w/])",
        rf"(?<![\w/.])(?=[\d.,]*[1-9]){_AMOUNT}\s*(?:[kmgt]i?b|bytes)\b",
        r"(?<![\w/.])100(?:\.0+)?\s*%",
        r"(?<![\w/.-])v?(?=[\d.]*[1-9])\d+(?:\.\d+)+(?:-\w+)?(?![\w/%])",
        r"(?<![\w/.-])(?![45]\d\d\b(?!\s+(?:tables|rows|documents|items|keys|users)\b))[1-9]\d*(?![\w/.:%]|\s*(?:/|of\b))",
        r"[:=]\s*(?:true|yes)\b",
        r"\b(?:lag|backlog|delay|queued|waiting|pending)\s*[:=]?\s*0(?![\d.,])\s*(?:ms|s)?\b",
    )
)
_QUOTE = LatePattern("[\u2018\u2019]")
_ANOTHER_TIME = LatePattern(r"\b(?:from|at|on|by|in|until|after|before)\s+\d", re.IGNORECASE)
_WORDS = LatePattern(r"[^\W_]+")
#: A mark such as a cross speaks for itself; these are for ornament.
_MARKS = LatePattern(
    r"[^\w\s\x00-\x7f\u2013\u2014\u2018-\u201d\ufe0f…·✓✔✅☑✨⚡🚀🎉👋💚🟢👍😀😊🙂🤖🌐🔥💪🎯🦀🐍]"
)
_UNFINISHED = frozenset(("to", "of", "for", "with"))
_CAMEL = LatePattern(r"(?<=[a-z])(?=[A-Z])")


def status_of_text(text: str) -> HealthStatus:
    """
    Return what a word, or a sentence that begins or ends with one, says of its component.

    A sentence is bad where anything in it is; it is good only where all of it is understood.
    """
    status = status_of(text)
    if status is not HealthStatus.UNKNOWN:
        return status
    text = _QUOTE.sub("'", text.strip()[:_LONGEST_PHRASE])
    said = _NO_TROUBLE.sub(" ", text).strip(" ,;/|-")
    status = _status_of_beginning(said)
    if status in (HealthStatus.WARNING, *_BAD):
        return status
    if denied := _DENIED_FLAG.fullmatch(text):
        is_flag = means_itself(denied[1]) and _is_good_word(denied[1])
        return HealthStatus.BAD if is_flag else HealthStatus.UNKNOWN
    if status is HealthStatus.GOOD:  # "OK, timeout 30s": good or bad, nobody can tell
        return status if _is_good(text) else HealthStatus.UNKNOWN
    if is_trouble(text):
        return HealthStatus.BAD
    return HealthStatus.GOOD if _is_good(text) else _status_of_ending(said)


def is_trouble(text: str) -> bool:
    """Whether a sentence says that something went wrong, in the way that errors do."""
    said = _NO_TROUBLE.sub(" ", text[:_LONGEST_PHRASE])
    return bool(_TROUBLE.search(said)) or is_driver_error(said)


def is_no_trouble(text: str) -> bool:
    """Whether a sentence begins by saying that nothing went wrong: "no errors", "0 failed"."""
    return bool(_NO_TROUBLE.match(text.lstrip()))


def is_denied(text: str) -> bool:
    """Whether a sentence holds a word such as "not"."""
    return not _NEGATIONS.isdisjoint(_TOKEN.made.findall(text.casefold()))


def sounds_bad(text: str) -> bool:
    """Whether a text that is not understood sounds as if something were wrong: worth a look."""
    start = _NO_TROUBLE.sub(" ", text[:_LONGEST_PHRASE])
    return is_trouble(start) or is_denied(start) or bool(_SOUNDS_BAD.search(start))


def tells_trouble(text: str) -> bool:
    """Whether a short text speaks plainly of trouble that is there now: "disk full"."""
    short = len(text) <= _LONGEST_PHRASE and len(text.split()) <= _MOST_PLAIN_WORDS
    is_now = short and not _ANOTHER_CASE.search(text) and not _NO_TROUBLE.search(text)
    return bool(is_now and _PLAIN_TROUBLE.search(text))


def may_be_meant(text: str) -> bool:
    """Whether a word that sounds bad may be as it should be: a setting or a job says it too."""
    return text.strip().casefold() in _MAY_BE_MEANT


def _status_of_beginning(text: str) -> HealthStatus:
    first = _FIRST_WORD.match(text.lstrip("[(*"))
    if first is None or _MEASURED.match(text):
        return HealthStatus.UNKNOWN
    word = first[1].casefold()
    if not means_itself(word) and word not in _BEGINNINGS:
        return HealthStatus.UNKNOWN
    return status_of(word)


def _status_of_ending(text: str) -> HealthStatus:
    """Short sentences such as "the server is not ready" say what is wrong at their end."""
    tokens = _TOKEN.made.findall(text.casefold())
    if not 2 <= len(tokens) <= 6 or tokens[-2] not in _NEGATIONS | _SUBJECTS:
        return HealthStatus.UNKNOWN
    status = status_of(tokens[-1])
    if is_denied(text):
        return HealthStatus.BAD if status is HealthStatus.GOOD else HealthStatus.UNKNOWN
    is_told = means_itself(tokens[-1]) and status is not HealthStatus.GOOD
    return status if is_told else HealthStatus.UNKNOWN


def _is_good(text: str) -> bool:
    """Whether a text says of its subject, or of itself, that it is good, and nothing else."""
    said = _NO_TROUBLE.sub(" ", text)
    if is_trouble(said) or is_denied(said) or "?" in said or _MARKS.search(said):
        return False
    if _ANOTHER_TIME.search(said):
        return False
    subject, predicate = _subject_of(said)
    words = [word.casefold() for word in _WORDS.made.findall(_CAMEL.sub(" ", subject))]
    if len(words) > _MOST_SUBJECT_WORDS or not all(map(_may_be_subject, words)):
        return False
    predicate = _POOL.made.sub(_with_a_pool, predicate)
    predicate = _IN_SERVICE.sub(" ok ", predicate)
    for piece in _UNDERSTOOD:
        predicate = piece.sub(" ", predicate)
    rest = _WORDS.made.findall(predicate)
    is_said = any(map(_is_good_word, rest)) and rest[-1].casefold() not in _UNFINISHED
    return is_said and all(map(_is_understood, rest))


def _with_a_pool(found: re.Match[str]) -> str:
    used, most = int(found[1][:9]), int(found[2][:9])
    return " " if used < most else " exhausted "


def _subject_of(text: str) -> tuple[str, str]:
    """`the server` and `up and running`; no subject where a text has no "is"."""
    start, *predicate = _COPULA.made.split(text, maxsplit=1)
    first = _FIRST_WORD.match(start)
    is_of_itself = first and status_of(first[1]) is HealthStatus.GOOD
    return (start, predicate[0]) if predicate and not is_of_itself else ("", text)


def _may_be_subject(word: str) -> bool:
    return (
        word != "0"
        and word not in _OTHER_SUBJECTS
        and status_of(word)
        in (
            HealthStatus.UNKNOWN,
            HealthStatus.GOOD,
        )
    )


def _is_good_word(word: str) -> bool:
    return status_of(word) is HealthStatus.GOOD and word.casefold() not in ("open", "closed")


def _is_understood(text: str) -> bool:
    """Whether a word is understood, or each that it is made of: "readyProbe"."""
    word = text.casefold()
    if word in _NEUTRAL or _is_good_word(word) or names_component(word):
        return True
    parts = _CAMEL.sub(" ", text).split()
    return len(parts) > 1 and all(map(_is_understood, parts))
