"""Changes of a text of YAML by whole lines: what is not changed stays as it is, byte for byte."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.model.workflow import Value

#: What YAML would read as something else than the text that it is.
_PLAIN = re.compile(r"[A-Za-z$./](?:(?!: | #).)*")


@dataclass(slots=True)
class LineEdits:
    """The lines of a text, and what is to become of them. Numbers begin with 0."""

    lines: list[str]
    """Each with what ends it."""
    _before: dict[int, list[str]] = field(default_factory=dict)
    _without: set[int] = field(default_factory=set)

    def insert(self, number: int, texts: Sequence[str]) -> None:
        """Put new lines before one; its number may be that behind the last."""
        self._before.setdefault(number, []).extend(texts)

    def take_out(self, begin: int, end: int) -> None:
        """Take lines out, up to `end`."""
        self._without.update(range(begin, end))

    def change(self, number: int, pattern: str, value: str) -> None:
        """Put a value behind the group of a pattern, in one line."""
        line = self.lines[number].rstrip("\r\n")
        self.insert(number, [re.sub(pattern, rf"\g<1>{value}", line, count=1)])
        self.take_out(number, number + 1)

    def text(self) -> str:
        """Return the text with all changes; new lines end as the first one does."""
        ending = "\r\n" if self.lines[:1] and self.lines[0].endswith("\r\n") else "\n"
        made: list[str] = []
        for number in range(len(self.lines) + 1):
            for line in self._before.get(number, ()):
                if made and not made[-1].endswith("\n"):
                    made[-1] += ending
                made.append(line + ending)
            if number < len(self.lines) and number not in self._without:
                made.append(self.lines[number])
        return "".join(made)


def lines_of(text: str) -> list[str]:
    """Return the lines, each with its end. Nothing but a line feed ends one here."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def indent_of(line: str) -> int:
    """Return how many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def end_of_block(lines: Sequence[str], begin: int) -> int:
    """Return the number behind the last line that is deeper than the one at `begin`."""
    depth, end = indent_of(lines[begin]), begin + 1
    for number in range(begin + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if indent_of(line) <= depth:
            break
        end = number + 1
    return end


def key_line(lines: Sequence[str], begin: int, end: int, depth: int, key: str) -> int | None:
    """Return the line of a key that stands at this depth."""
    for number in range(begin, end):
        if indent_of(lines[number]) == depth and lines[number].lstrip(" ").startswith(f"{key}:"):
            return number
    return None


def written(step: Mapping[str, Value], depth: int) -> list[str]:
    """Return the lines of a step of a workflow; its values have no lines of their own."""
    made: list[str] = []
    for key, value in step.items():
        space = " " * (depth + 2) if made else f"{' ' * depth}- "
        if isinstance(value, Mapping):
            made.append(f"{space}{key}:")
            made += [f"{' ' * (depth + 4)}{k}: {_scalar(v)}" for k, v in value.items()]
        else:
            made.append(f"{space}{key}: {value if key == 'uses' else _scalar(value)}")
    return made


def _scalar(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, int) or _PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"
