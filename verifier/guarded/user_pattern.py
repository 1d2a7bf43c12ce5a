"""Patterns of the configuration over texts of strangers: in a process that can be stopped."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from verifier.errors import UnexpectedAnswerError
from verifier.guarded import child_process

_LIMIT_S = 5.0
#: Python's `re` cannot be stopped, and while it searches no other thread of its process runs.
_PROGRAM = """
import json, re, sys
from itertools import islice
asked = json.load(sys.stdin)
pattern = re.compile(asked["pattern"])
if asked["all"]:
    found = list(islice(pattern.finditer(asked["texts"][0]), 1000))
else:
    found = [pattern.match(text) for text in asked["texts"]]
def said(m):
    parts = [part for part in m.groups() if part is not None]
    return "/".join(parts) if parts else None if m.re.groups else m[0]
json.dump([m and [m.start(), said(m), m.end()] for m in found], sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Match:
    """A match in a text."""

    start: int
    text: str
    """What the pattern's group matched, of several each that did, with `/` between them; where it
    has none, all that it matched."""
    end: int = field(default=0, compare=False)
    """Where all that it matched ends."""


def search_all(pattern: str, text: str) -> list[Match]:
    """
    Return the first thousand matches anywhere in a text, in their order.

    Raises:
        UnexpectedAnswerError: it takes too long.
    """
    return [found for found in _ask(pattern, [text], every=True) if found is not None]


def match_each(pattern: str, texts: Sequence[str]) -> list[Match | None]:
    """
    Return for each text the match at its beginning.

    Raises:
        UnexpectedAnswerError: all of them together take too long.
    """
    return _ask(pattern, texts, every=False) if texts else []


def _ask(pattern: str, texts: Sequence[str], *, every: bool) -> list[Match | None]:
    given = json.dumps({"all": every, "pattern": pattern, "texts": texts}).encode("ascii")
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM]
    try:
        done = child_process.run(command, Path.cwd(), _LIMIT_S, given=given)
        rows = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        text = f"the pattern {pattern} took longer than {_LIMIT_S:.0f} s"
        hint = "avoid repetitions within repetitions, such as (a+)+"
        raise UnexpectedAnswerError(text, hint=hint) from error
    except (OSError, ValueError) as error:
        raise UnexpectedAnswerError(f"the pattern {pattern} could not be searched for") from error
    return [Match(row[0], row[1], row[2]) if row and row[1] is not None else None for row in rows]
