"""Whether what stands under a key for failures, or behind a bad word, says that there is none."""

import re

from verifier.health.word_set import word_set
from verifier.model.late_pattern import LatePattern

_LONGEST = 80
#: "closed" is none of these: drivers say it of a connection that they have lost.
_WORDS = word_set(
    "none null nil n/a na - -- no false never not nothing empty nao não nenhum nenhuma nada "
    "nunca ninguno ninguna"
)
#: Of a flag these say that it is not so; behind a bad word they may be what is so.
_OF_A_FLAG = word_set("off clear inactive disabled normal ok okay good fine healthy")
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


def says_none(text: str, *, of_a_flag: bool = True) -> bool:
    """
    Whether a text is nothing but a word or a short sentence for "there is none".

    `of_a_flag` where it stands under a key of a document, else behind a bad word in a line.
    """
    said = " ".join(text[: _LONGEST + 1].split())
    if len(said) > _LONGEST:
        return False
    bare = said.casefold().strip(" .!()[]{}\"'*:`")
    is_word = bare in _WORDS or (of_a_flag and bare in _OF_A_FLAG)
    return not bare.strip("0") or is_word or bool(_NONE.fullmatch(said))
