"""Which lines of a log tell why something failed."""

import re
from collections.abc import Sequence

from verifier.model.background import LogLine

_MOST_LINES = 12
_LONGEST = 300
_BAD_SEVERITIES = frozenset({"error", "err", "fatal", "critical", "panic"})
_BAD_WORDS = re.compile(
    r"\b(?:error|exception|traceback|fatal|panic|failed|failure|refused|denied|not found|"
    r"killed|oom|cannot|could not)\b",
    re.IGNORECASE,
)


def telling_lines(lines: Sequence[LogLine]) -> tuple[str, ...]:
    """
    Return at most a dozen lines, each cut to a bearable length: errors first, then the last ones.

    `lines` are oldest first. What repeats is told once.
    """
    texts = [line for line in lines if line.message.strip()]
    bad = [line for line in texts if _is_bad(line)][-_MOST_LINES:]
    rest = [line for line in texts if line not in bad]
    room = _MOST_LINES - len(bad)
    chosen = [*bad, *(rest[-room:] if room else [])]
    return tuple(dict.fromkeys(_cut(line.message) for line in chosen))


def _is_bad(line: LogLine) -> bool:
    return line.severity.casefold() in _BAD_SEVERITIES or bool(_BAD_WORDS.search(line.message))


def _cut(text: str) -> str:
    stripped = text.strip()
    return stripped if len(stripped) <= _LONGEST else stripped[: _LONGEST - 1] + "…"
