"""The comments of a file that is written for somebody: in the language of that person."""

import re
from collections.abc import Callable, Iterator
from textwrap import wrap

_WIDTH = 100
_COMMENT = re.compile(r"(?P<before>.*?(?:^|\s))# (?P<text>.+)")


def comments(text: str) -> Iterator[tuple[range, str]]:
    """Yield the comments of a YAML file with their lines; what goes on in the next line is one."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        first = number
        found = _COMMENT.fullmatch(lines[number])
        number += 1
        if found is None:
            continue
        said = [found["text"]]
        while not found["before"].strip() and number < len(lines):
            following = _COMMENT.fullmatch(lines[number])
            if following is None or following["before"] != found["before"]:
                break
            said.append(following["text"])
            number += 1
        yield range(first, number), " ".join(said)


def with_comments(text: str, say: Callable[[str], str]) -> str:
    """Return the file with its comments said in another way; what is no comment stays."""
    lines = text.splitlines(keepends=True)
    for place, comment in reversed(list(comments(text))):
        said = say(comment)
        if said == comment:
            continue
        found = _COMMENT.fullmatch(lines[place.start].rstrip("\n"))
        before = found["before"] if found else ""
        written = wrap(said, _WIDTH - len(before) - 2) if not before.strip() else [said]
        lines[place.start : place.stop] = [f"{before}# {line}\n" for line in written]
    return "".join(lines)
