"""What a job uploads with `railway up`: its commands, and those of the scripts that they run."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.decide.workflows.script_texts import (
    TASK_RUNNERS,
    make_recipe,
    package_script,
    path_from,
    program_in,
    uploads_in_program,
)
from verifier.decide.workflows.shell_words import UNKNOWN, Command, Word, commands_of

#: Text of a file of the repository; None where it has none that can be read.
Read = Callable[[str], str | None]
#: What stands before a command and changes nothing of what it is.
_BEFORE = frozenset(
    (
        *("if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "exec"),
        *("command", "sudo", "env", "nohup"),
    )
)
#: Commands whose words are text, not another command.
_TEXT_ONLY = frozenset(
    (
        *("echo", "printf", "cat", "grep", "egrep", "rg", "sed", "awk", "git", "gh", "curl"),
        *("logger", "which", "type", "man", "test", "[", "[[", ":", "read"),
    )
)
_SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ksh", "source", ".", "pwsh", "powershell"))
_GIVEN_TEXT = ("-c", "--call", "-Command")
#: Of npx: it brings a program, and what stands behind says which.
_PACKAGE = ("-p", "--package")
_TAKE_TEXT = _SHELLS | {"npx", "npm"}
_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_CLI = re.compile(r"(?:.*/)?railway(?:\.exe)?|@railway/cli(?:@\S+)?")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_SCRIPT = re.compile(r"[\w./-]+\.(?:sh|bash)|\.{1,2}/[\w./-]+|(?:bin|scripts?)/[\w./-]+")
#: Variables by which Railway's CLI knows the service without an option.
_SERVICE_VARIABLES = ("RAILWAY_SERVICE", "RAILWAY_SERVICE_NAME", "RAILWAY_SERVICE_ID")
_WITH_VALUE = frozenset(("-s", "--service", "-e", "--environment", "-p", "--project"))
_NAME = re.compile(r"[\w. -]+")
#: Mutations of Railway's that deploy again what it has, or an image.
_BY_API = re.compile(
    r"(?:serviceInstance|deployment)Redeploy|serviceInstanceUpdate(?=[^;]{0,400}\bimage\b)"
)
#: A redeploy with it deploys the newest commit: https://docs.rs/crate/railwayapp/latest/source/src/commands/redeploy.rs
_FROM_SOURCE = "--from-source"
_POSITIONS = "123456789"
_DEEPEST = 5
_MOST_FILES = 50
_MOST_COMMANDS = 5_000
#: A name of a service is shorter, and a value that is made of itself grows without end.
_LONGEST_VALUE = 1_000


@dataclass(slots=True)
class UploadSearch:
    """One job on its way through its steps."""

    text_of: Read
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that a variable may have, one after another."""
    found: list[tuple[str, ...]] = field(default_factory=list)
    """Services of each upload; empty where it is not told."""
    unread: list[str] = field(default_factory=list)
    """Scripts that are run and could not be read."""
    others: list[str] = field(default_factory=list)
    """What makes a deployment of something else than a commit, or of an upload."""
    _linked: tuple[str, ...] = ()
    _files: int = 0
    _commands: int = 0

    def step(self, shell: str, folder: str, environ: Mapping[str, str]) -> None:
        """Read one step: its text, where it runs, and the variables that it is given."""
        before = dict(self.variables)
        self.variables |= {name: (value,) for name, value in environ.items()}
        self._text(shell, folder, _DEEPEST)
        self.variables = before

    def _text(self, text: str, folder: str, depth: int) -> None:
        self.others += _BY_API.findall(text)
        for command in commands_of(text):
            self._commands += 1
            if self._commands > _MOST_COMMANDS:
                return
            for inner in command.inner if depth else ():
                self._text(inner, folder, depth - 1)
            folder = self._command(command, folder, depth)

    def _command(self, command: Command, folder: str, depth: int) -> str:
        """Read one command; return the folder that the next one runs in."""
        words = self._without_prefix(command.words)
        if not words:
            return folder
        texts = [word.text(self.variables) for word in words]
        name = texts[0].rpartition("/")[2]
        if name == "for" and len(texts) > 3 and texts[2] == "in":
            self.variables[texts[1]] = tuple(self._one_by_one(words[3:]))
        elif name == "cd" and len(texts) > 1:
            return path_from(folder, texts[1])
        elif name in ("export", "declare", "local", "readonly"):
            for word in words[1:]:
                self._assign(word)
        elif name == "eval" or (name in _TAKE_TEXT and set(_GIVEN_TEXT) & set(texts[1:])):
            at = next((n for n, text in enumerate(texts) if text in _GIVEN_TEXT), 0)
            rest = texts[1:] if name == "eval" else texts[at + 1 :][:1]
            if depth:
                self._text(" ".join(rest), folder, depth - 1)
        elif name not in _TEXT_ONLY and not self._railway(words, texts):
            self._script(texts, folder, depth)
        return folder

    def _without_prefix(self, words: Sequence[Word]) -> Sequence[Word]:
        """Return the words from the command's name on; assignments before it are noted."""
        for number, word in enumerate(words):
            text = word.text(self.variables)
            if text in _BEFORE and not word.is_quoted:
                continue
            if not self._assign(word):
                return words[number:]
        return ()

    def _assign(self, word: Word) -> bool:
        first = word.parts[0].text if word.parts and not word.parts[0].variable else ""
        match = _ASSIGNMENT.match(first)
        if match is None:
            return False
        if word.listed is not None:
            before = self.variables.get(match[1], (UNKNOWN,)) if match[2] else ()
            values = (*before, *self._one_by_one(word.listed))
            is_short = sum(map(len, values)) <= _LONGEST_VALUE
            self.variables[match[1]] = values if is_short else (UNKNOWN,)
            return True
        value = UNKNOWN if match[2] else word.text(self.variables).partition("=")[2]
        self.variables[match[1]] = (value if len(value) <= _LONGEST_VALUE else UNKNOWN,)
        return True

    def _one_by_one(self, words: Sequence[Word]) -> Iterator[str]:
        """What words become: without quotes a shell takes each word of a variable for one."""
        for word in words:
            for value in word.values(self.variables):
                yield from [value] if word.is_quoted else value.split()

    def _railway(self, words: Sequence[Word], texts: Sequence[str]) -> bool:
        """Note what one of Railway's commands uploads or links; return whether it is one."""
        for number, text in enumerate(texts):
            if not _CLI.fullmatch(text) or texts[max(0, number - 1)] in _PACKAGE:
                continue
            rest = list(range(number + 1, len(texts)))
            while rest and texts[rest[0]].startswith("-"):
                rest = rest[2 if texts[rest[0]] in _WITH_VALUE else 1 :]
            verb = texts[rest[0]] if rest else ""
            arguments = words[number + 1 :]
            if verb == "up" and not {"--help", "-h"} & set(texts):
                named = self._service(arguments)
                self.found.append(self._known_service() if named is None else named)
            elif verb == "link":
                self._linked = self._service(arguments) or ()
            elif verb == "redeploy" and _FROM_SOURCE not in texts:
                self.others.append(f"railway {verb}")
            elif "--image" in texts:
                self.others.append(" ".join(("railway", verb, "--image")))
            elif verb == "service":
                self._linked = self._linked_by(words[rest[0] + 1 :])
            return True
        return False

    def _service(self, words: Sequence[Word]) -> tuple[str, ...] | None:
        """Return the services that options name, none where that is not told; None without one."""
        found: list[str] = []
        texts = [word.text(self.variables) for word in words]
        for number, word in enumerate(words):
            text = texts[number]
            if text in ("-s", "--service"):
                following = words[number + 1 : number + 2]
                found += [v for w in following for v in w.values(self.variables)] or [UNKNOWN]
            elif text.startswith(("--service=", "-s=")):
                found += _after_equals(word, self.variables)
            elif text.startswith("-s"):
                found.append(text[2:])
        return _names(found) if found else None

    def _linked_by(self, words: Sequence[Word]) -> tuple[str, ...]:
        """Return the service of `railway service NAME`, or of `railway service link NAME`."""
        for word in words:
            text = word.text(self.variables)
            if text != "link" and not text.startswith("-"):
                return _names(word.values(self.variables))
        return ()

    def _known_service(self) -> tuple[str, ...]:
        for name in _SERVICE_VARIABLES:
            if name in self.variables:
                return _names(self.variables[name])
        return self._linked

    def _script(self, texts: Sequence[str], folder: str, depth: int) -> None:
        """Go on in what a command runs from the repository, as far as that can be read."""
        name = texts[0].rpartition("/")[2]
        if name in _RUNNERS:
            text = self._package(texts, folder)
        elif name in ("make", "gmake"):
            text = self._make(texts, folder)
        elif name in TASK_RUNNERS:
            self.unread.append(" ".join(texts[:3]).replace(UNKNOWN, "…"))
            return
        elif program := program_in(texts):
            text = self._file(program, folder)
            self.others += _BY_API.findall(text)
            if uploads_in_program(text):
                self.found.append(())
            return
        else:
            words = list(texts)
            while name in _SHELLS and words[1:] and words[1].startswith("-"):
                del words[1]
            path, *given = words[1:] if name in _SHELLS and words[1:] else words
            text = self._file(path, folder) if _SCRIPT.fullmatch(path) else ""
            if text and depth:
                self._run(text, folder, depth - 1, given)
            return
        if text and depth:
            self._text(text, folder, depth - 1)

    def _run(self, text: str, folder: str, depth: int, given: Sequence[str]) -> None:
        """Go on in a script, with what it is given as `$1`, `$2` and so on."""
        before = {name: self.variables.pop(name) for name in _POSITIONS if name in self.variables}
        self.variables |= {n: (value,) for n, value in zip(_POSITIONS, given, strict=False)}
        self._text(text, folder, depth)
        for name in _POSITIONS:
            self.variables.pop(name, None)
        self.variables |= before

    def _package(self, texts: Sequence[str], folder: str) -> str:
        words = [text for text in texts[1:] if not text.startswith("-")]
        words = words[1:] if words[:1] in (["run"], ["run-script"]) else words
        at = next((i for i, text in enumerate(texts) if words and text == words[0]), len(texts))
        given = [text for text in texts[at + 1 :] if text != "--"]
        text = package_script(self._file("package.json", folder), words[0]) if words else ""
        return f"{text} {' '.join(given)}" if text else ""

    def _make(self, texts: Sequence[str], folder: str) -> str:
        said = list(texts[1:])
        if "-C" in said[:-1]:
            at = said.index("-C")
            folder = path_from(folder, said[at + 1])
            del said[at : at + 2]
        words = [text for text in said if not text.startswith("-")]
        given = dict(word.split("=", 1) for word in words if _ASSIGNMENT.match(word))
        targets = [word for word in words if not _ASSIGNMENT.match(word)]
        for makefile in _MAKEFILES:
            if text := self._file(makefile, folder, is_told=False):
                return make_recipe(text, targets, given)
        return ""

    def _file(self, path: str, folder: str, *, is_told: bool = True) -> str:
        whole = path_from(folder, path)
        self._files += 1
        if UNKNOWN in whole or whole.startswith(("..", "/")) or self._files > _MOST_FILES:
            text = None
        else:
            text = self.text_of(whole)
        if text is None and is_told:
            self.unread.append(path.replace(UNKNOWN, "…"))
        return text or ""


def _after_equals(word: Word, variables: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What stands behind the first `=` of a word, which may take one value after another."""
    whole = word.text(variables)
    tail = word.parts[-1]
    if UNKNOWN in whole and tail.variable and word.parts[0].text.endswith("="):
        yield from variables.get(tail.variable, (tail.text,))
    else:
        yield whole.partition("=")[2]


def _names(said: Sequence[str]) -> tuple[str, ...]:
    """Return them where each is a name; none where one of them is told at run time only."""
    names = tuple(dict.fromkeys(said))
    return names if all(_NAME.fullmatch(name) for name in names) else ()
