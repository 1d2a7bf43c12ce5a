"""
The commands of a shell text, as words: quotes, comments and variables are read, nothing is run.

`shlex` joins a comment's line with the next one and knows no expressions of GitHub's, so the few
rules that matter here stand below: those of POSIX, 2.2 to 2.3, and nothing of arithmetic.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: Stands for what only a run knows.
UNKNOWN = "\0"
_END = ";&|()\n"
#: Those of two characters that say what becomes of a result.
_OPERATORS = ("||", "&&", "|&", ";;")
_NAME = re.compile(r"[A-Za-z_]\w*|[1-9]")
_BRACED = re.compile(r"\{([A-Za-z_]\w*|[1-9])(?:\[[@*]\])?(?:(?::?[-=])([^{}$]*))?\}")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_LIST = re.compile(r"[A-Za-z_]\w*\+?=")
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a word: text as it is, or a variable and what it is where it is not set."""

    text: str = ""
    variable: str = ""


@dataclass(slots=True)
class Word:
    """A word of a command."""

    parts: list[Part] = field(default_factory=list)
    is_quoted: bool = False
    listed: list["Word"] | None = None
    """What stands in the brackets of `NAME=(…)`; None where it is no such list."""

    def values(self, variables: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Return what it may be; one text, unless a variable takes one value after another."""
        if len(self.parts) == 1 and self.parts[0].variable:
            return tuple(variables.get(self.parts[0].variable, (self.parts[0].text,)))
        return ("".join(_only(part, variables) for part in self.parts),)

    def text(self, variables: Mapping[str, Sequence[str]]) -> str:
        """Return its text, with `UNKNOWN` in it for what is not known."""
        found = self.values(variables)
        return found[0] if len(found) == 1 else UNKNOWN


@dataclass(slots=True)
class Command:
    """One simple command, and the texts of those that stand within its words: `$(…)`."""

    words: list[Word] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)
    end: str = ""
    """The operator behind it: `;`, `||`, `)`, a new line, …; empty at the end of the text."""


def commands_of(text: str) -> Iterator[Command]:
    """Yield the commands of a shell text, in the order they are written."""
    return (command for command in with_operators(text) if command.words or command.inner)


def with_operators(text: str) -> Iterator[Command]:
    """Yield the commands, and those without a word that stand between two operators."""
    scanner = _Scanner(text[:_LONGEST].replace("\\\r\n", " ").replace("\\\n", " "))
    while scanner.at < len(scanner.text):
        yield scanner.command()


def _only(part: Part, variables: Mapping[str, Sequence[str]]) -> str:
    if not part.variable:
        return part.text
    found = variables.get(part.variable, (part.text,))
    return found[0] if len(found) == 1 else UNKNOWN


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._heredocs: list[str] = []
        self._is_in_list = False

    def command(self) -> Command:
        """Return the next command; `at` is behind what ends it."""
        command, word = Command(), None
        while self.at < len(self.text):
            char = self.text[self.at]
            if word is None and char == "#":
                self._skip_to(self.text.find("\n", self.at))
                continue
            if char in " \t\r":
                word = None
                self.at += 1
                continue
            if char == "(" and word is not None and self._begins_list(word):
                self._list(word, command)
                continue
            if char in _END:
                two = self.text[self.at : self.at + 2]
                command.end = two if two in _OPERATORS else char
                self.at += len(command.end)
                if char == "\n":
                    self._skip_heredocs()
                return command
            if char in "<>":
                word = None
                self._redirection()
                continue
            if word is None:
                word = Word()
                command.words.append(word)
            self._piece(char, word, command)
        return command

    def _begins_list(self, word: Word) -> bool:
        is_plain = len(word.parts) == 1 and not word.is_quoted
        return is_plain and not self._is_in_list and bool(_LIST.fullmatch(word.parts[0].text))

    def _list(self, word: Word, command: Command) -> None:
        word.listed = []
        self._is_in_list = True
        self.at += 1
        while self.at < len(self.text):
            within = self.command()
            word.listed += within.words
            command.inner += within.inner
            if within.end == ")":
                break
        self._is_in_list = False

    def _piece(self, char: str, word: Word, command: Command) -> None:
        if char == "'":
            end = self._find("'", self.at + 1)
            word.parts.append(Part(self.text[self.at + 1 : end]))
            word.is_quoted = True
            self.at = end + 1
        elif char == '"':
            word.is_quoted = True
            self.at += 1
            self._quoted(word, command)
        elif char == "\\":
            word.parts.append(Part(self.text[self.at + 1 : self.at + 2]))
            self.at += 2
        elif char in "$`":
            self._expansion(word, command)
        else:
            start = self.at
            while self.at < len(self.text) and self.text[self.at] not in " \t\r'\"\\$`<>" + _END:
                self.at += 1
            word.parts.append(Part(self.text[start : self.at]))

    def _quoted(self, word: Word, command: Command) -> None:
        first = len(word.parts)
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            if char in "$`":
                self._expansion(word, command)
                continue
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`"):
                self.at += 1
            start = self.at
            self.at += 1
            while self.at < len(self.text) and self.text[self.at] not in '"$`\\':
                self.at += 1
            word.parts.append(Part(self.text[start : self.at]))
        self.at += 1
        # Of this text alone: a word of many texts would be gone through once for each.
        said = [part for part in word.parts[first:] if part.text or part.variable]
        word.parts[first:] = said or ([] if first else [Part()])

    def _expansion(self, word: Word, command: Command) -> None:
        """Read a variable, or a command within the word: what that prints only a run knows."""
        if self.text[self.at] == "`":
            end = self._find("`", self.at + 1)
            command.inner.append(self.text[self.at + 1 : end])
            word.parts.append(Part(UNKNOWN))
            self.at = end + 1
            return
        if self.text.startswith("$(", self.at):
            end = self._closing(self.at + 2)
            command.inner.append(self.text[self.at + 2 : end])
            word.parts.append(Part(UNKNOWN))
            self.at = end + 1
            return
        braced = _BRACED.match(self.text, self.at + 1)
        named = _NAME.match(self.text, self.at + 1)
        if braced:
            default = UNKNOWN if braced[2] is None else braced[2]
            word.parts.append(Part(default, braced[1]))
            self.at = braced.end()
        elif named:
            word.parts.append(Part(UNKNOWN, named[0]))
            self.at = named.end()
        else:
            word.parts.append(Part(UNKNOWN))
            end = self.text.find("}", self.at) if self.text.startswith("${", self.at) else self.at
            self.at = max(end, self.at) + 1

    def _redirection(self) -> None:
        heredoc = _HEREDOC.match(self.text, self.at)
        if heredoc:
            self._heredocs.append(heredoc[2])
            self.at = heredoc.end()
            return
        while self.at < len(self.text) and self.text[self.at] in "<>&":
            self.at += 1

    def _skip_heredocs(self) -> None:
        for end in self._heredocs:
            found = re.compile(rf"^\t*{end}[ \t]*$", re.MULTILINE).search(self.text, self.at)
            self._skip_to(found.end() if found else -1)
        self._heredocs = []

    def _closing(self, start: int) -> int:
        depth = 1
        for at in range(start, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[at], 0)
            if depth == 0:
                return at
        return len(self.text)

    def _find(self, char: str, start: int) -> int:
        found = self.text.find(char, start)
        return len(self.text) if found < 0 else found

    def _skip_to(self, position: int) -> None:
        self.at = len(self.text) if position < 0 else position
