"""Where does a health document show the password of an address to everybody who asks?"""

import re
from collections.abc import Iterator

#: User and password before a host. Where the scheme is gone, a port or a host inside of Railway
#: tells it from a label before an address of mail.
_PASSWORD = re.compile(
    r"://[^\s/?#@:'\"<>]{0,100}:(?P<one>[^\s/?#@'\"<>]{1,200})@"
    r"|(?<![\w.:/@-])[\w.%+-]{0,100}:(?P<other>[^\s/?#@'\"<>]{1,200})"
    r"@(?:[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})(?::\d{2,5}(?![\w.])|(?<=\.internal)(?![\w.-]))"
)
_MASKED = re.compile(r"[*x•.…]+|\[?(?:redacted|hidden|masked|filtered|password)\]?", re.IGNORECASE)
#: Values of a document that are looked at; health documents have some hundred.
_MOST_VALUES = 20_000
_MOST_PLACES = 3


def places_of_passwords(value: object) -> tuple[str, ...]:
    """Return the first places in a decoded document that hold one, keys separated by dots."""
    found: dict[str, None] = {}
    for number, (place, text) in enumerate(_texts(value)):
        if number >= _MOST_VALUES or len(found) >= _MOST_PLACES:
            break
        if _holds_password(text):
            found[place] = None
    return tuple(found)


def _holds_password(text: str) -> bool:
    return "@" in text and any(
        not _MASKED.fullmatch(match["one"] or match["other"]) for match in _PASSWORD.finditer(text)
    )


def _texts(value: object) -> Iterator[tuple[str, str]]:
    """Yield every text with its place; what stands in a list has the place of the list."""
    left = [("", value)]
    while left:
        place, item = left.pop()
        match item:
            case str():
                yield place, item
            case dict():
                below = [(f"{place}.{key}" if place else str(key), i) for key, i in item.items()]
                left.extend(reversed(below))
            case list():
                left.extend((place, i) for i in reversed(item))
            case _:
                pass
