"""Patterns of the configuration over texts of strangers: in a process that can be stopped."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import UnexpectedAnswerError
from verifier.guarded import child

_LIMIT_S = 5.0
#: Python's `re` cannot be stopped, and while it searches no other thread of its process runs.
_PROGRAM = """
import json, re, sys
asked = json.load(sys.stdin)
ask = getattr(re.compile(asked["pattern"]), asked["how"])
found = [ask(text) for text in asked["texts"]]
json.dump([m and [m.start(), m[1] if m.re.groups else m[0]] for m in found], sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The first match in a text."""

    start: int
    text: str
    """What the pattern's group matched; where it has none, all that it matched."""


def search(pattern: str, text: str) -> Found | None:
    """
    Return the first match anywhere in a text.

    Raises:
        UnexpectedAnswerError: it takes too long.
    """
    return _ask("search", pattern, [text])[0]


def match_each(pattern: str, texts: Sequence[str]) -> list[Found | None]:
    """
    Return for each text the match at its beginning.

    Raises:
        UnexpectedAnswerError: all of them together take too long.
    """
    return _ask("match", pattern, texts) if texts else []


def _ask(how: str, pattern: str, texts: Sequence[str]) -> list[Found | None]:
    given = json.dumps({"how": how, "pattern": pattern, "texts": texts}).encode("ascii")
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM]
    try:
        done = child.run(command, Path.cwd(), _LIMIT_S, given=given)
        rows = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        text = f"the pattern {pattern} took longer than {_LIMIT_S:.0f} s"
        hint = "avoid repetitions within repetitions, such as (a+)+"
        raise UnexpectedAnswerError(text, hint=hint) from error
    except (OSError, ValueError) as error:
        raise UnexpectedAnswerError(f"the pattern {pattern} could not be searched for") from error
    return [Found(row[0], row[1]) if row and row[1] is not None else None for row in rows]
