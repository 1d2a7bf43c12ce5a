"""Whether what stands under a key for failures says that there is none: `error: "none found"`."""

import re

from verifier.health.word_set import word_set
from verifier.model.late_pattern import LatePattern

_LONGEST = 80
#: "closed" is none of these: drivers say it of a connection that they have lost.
_WORDS = word_set(
    "none null nil n/a na - -- no false 0 off never not nothing clear inactive disabled normal "
    "empty ok okay good fine healthy nao não nenhum nenhuma nada nunca ninguno ninguna"
)
_FAULT = (
    r"(?:errors?|failures?|faults?|problems?|issues?|exceptions?|timeouts?|troubles?|incidents?|"
    r"alerts?|warnings?|failed|failing|down|unhealthy|degraded|erros?|falhas?|problemas?|"
    r"errores|fallos?)"
)
_WHEN = (
    r"(?:(?:were|was|is|are|have been|has been|found|detected|reported|known|seen|recorded|logged|"
    r"occurred|present|pending|open|active|to report|so far|yet|now|currently|"
    r"at (?:the|this) (?:moment|time))\b\s*){0,4}"
)
#: "not found" is a failure of its own, "none found" is none.
_NONE = LatePattern(
    r"(?:there (?:is|are|was|were|have been|has been)\s+)?"
    r"(?:(?:no|not any|0|zero|without(?: any)?|not|never|free (?:of|from)|nenhuma?|sem|sin)\s+"
    rf"(?:(?:known|open|active|pending|current|recent|new)\s+)?{_FAULT}\b\s*{_WHEN}|"
    rf"(?:none|nothing|never)\b\s*{_WHEN}|all (?:clear|good|ok|well)\s*)[.!]*",
    re.IGNORECASE,
)


def says_none(text: str) -> bool:
    """Whether a text is nothing but a word or a short sentence for "there is none"."""
    said = " ".join(text[: _LONGEST + 1].split())
    if len(said) > _LONGEST:
        return False
    bare = said.casefold().strip(" .!()[]")
    return not bare or bare in _WORDS or bool(_NONE.fullmatch(said))
