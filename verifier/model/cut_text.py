"""Cuts text of strangers so that a secret is still known whose end was cut off."""

import re

CUT = "…"
#: The beginning of a character that is quoted; its rest would have told which.
_HALF_A_CHARACTER = re.compile(
    r"(?:%[0-9a-fA-F]?|&[#\w]{0,8}|\\{1,8}(?:u[0-9a-fA-F]{0,3}|x[0-9a-fA-F]?)?)$"
)


def cut_to(limit: int, text: str) -> str:
    """
    Return at most `limit` characters, with a mark at the end where there were more.

    The redactor takes what stands before the mark for the beginning of a secret.
    """
    if len(text) <= limit:
        return text
    return _HALF_A_CHARACTER.sub("", text[: limit - 1]) + CUT
