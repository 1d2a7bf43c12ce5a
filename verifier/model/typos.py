"""Words that are nearly another one: slips of somebody who wrote them."""

import re
from collections.abc import Collection

#: From so many letters on, one that is missing, wrong or too many makes no other word.
_LONG_ENOUGH = 4


def is_slip(word: str, known: Collection[str]) -> bool:
    """Tell whether a word that is not known is nearly one that is."""
    return word not in known and any(_is_near(_bare(word), _bare(each)) for each in known)


def _is_near(word: str, other: str) -> bool:
    """Whether they are the same but for one letter."""
    if word == other:
        return True
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < _LONG_ENOUGH - 1 or len(longer) < _LONG_ENOUGH:
        return False
    if len(shorter) == len(longer):
        return sum(a != b for a, b in zip(word, other, strict=True)) == 1
    cuts = (longer[:at] + longer[at + 1 :] for at in range(len(longer)))
    return shorter in cuts


def _bare(word: str) -> str:
    return re.sub("[-_ s]", "", word.lower())
