"""
Whether a shell text fails where a command of it fails, such as the verifier.

A rule of thumb where a text decides by itself: a later `exit` with something else than 0, a test
or a `false` is taken for the answer to the failure.

Source: POSIX, 2.8.2 and 2.9, and `set -e` in 2.15.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile

from verifier.decide.workflows.shell_words import Command, with_operators

_VERIFIERS = ("verifier", "railway-deploy-verifier")
_JUDGING = ("gate", "audit", "preflight")
_SHELLS = ("sh", "bash", "dash", "zsh")
_PIPES = ("|", "|&")
_OPENING = ("{", "if", "while", "until", "for", "case", "select")
_CLOSING = ("}", "fi", "done", "esac")
_ASKING = ("if", "elif", "while")
_ANSWERING = ("then", "do")
#: Words before a command that leave its result as it is.
_BEFORE = ("then", "do", "else", "{", "time", "exec", "command")
_TESTS = ("false", "[", "[[", "test")
_TEXT_ONLY = ("echo", "printf", "cat", "pip", "pipx", "uv", "which", "type")
_DEEPEST = 4
#: Nobody writes more within one another; a stranger may, to keep whoever reads it busy.
_DEEPEST_COMMANDS = 20
_MOST_GROUPS = 50


@dataclass(frozen=True, slots=True)
class ShellOptions:
    """What a shell does about a failure."""

    errexit: bool = False
    pipefail: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose failure is followed."""

    is_command: Callable[[Sequence[str]], bool]
    """Whether these words run it."""
    may_be_compared: bool = False
    """Whether what it printed may be looked at in its result's place, and the step fail then."""


@dataclass(slots=True)
class _Statement:
    """One command, and what stands around it."""

    words: list[str]
    end: str
    inner: list[str]
    options: ShellOptions
    groups: tuple["_Group", ...]
    is_asked: bool
    """Whether it stands in the condition of an `if` or a `while`."""


@dataclass(slots=True)
class _Group:
    """Commands in parentheses, in braces, or of a loop."""

    opening: str
    end: str = ""
    """The operator behind its end."""
    last: int = field(default=-1)
    """The number of its last command."""


def hides_failure(text: str, options: ShellOptions, depth: int = _DEEPEST) -> str | None:
    """
    Return how the verifier's failure is hidden: "pipe" or "shell"; empty where it is not.

    None where the text does not run the verifier.
    """
    return hides_failure_of(Sought(is_verifier), text, options, depth)


def hides_failure_of(
    sought: Sought, text: str, options: ShellOptions, depth: int = _DEEPEST
) -> str | None:
    """Return the same of other commands, the first whose failure is hidden."""
    statements = list(_statements(text, options))
    answered_by = max((n for n, each in enumerate(statements) if _answers(each)), default=-1)
    goes_on = _followed(statements)
    found: list[str] = []
    for number, statement in enumerate(statements):
        within = _within(sought, statement, depth)
        is_answered = answered_by > number
        if within and sought.may_be_compared and is_answered:
            found.append("")
        elif within:
            found.append(within)
        elif within is not None or sought.is_command(statement.words):
            found.append("" if is_answered else _hidden(statement, is_last=not goes_on[number]))
    return next(filter(None, found), "") if found else None


def ends_shell(sought: Sought, text: str, options: ShellOptions) -> bool:
    """Tell whether a failure of what is sought ends the shell where it stands, each time."""
    found = [
        statement
        for statement in _statements(text, options)
        if sought.is_command(statement.words)
        or any(hides_failure_of(sought, inner, options) is not None for inner in statement.inner)
    ]
    return bool(found) and all(_ends_shell(statement) for statement in found)


def _ends_shell(statement: _Statement) -> bool:
    ends = [statement.end, *(group.end for group in statement.groups)]
    is_lost = any(end in _PIPES for end in ends) and not statement.options.pipefail
    is_in_list = any(end in ("||", "&&", "&") for end in ends)
    is_asked = statement.is_asked or "!" in statement.words[:2]
    return statement.options.errexit and not (is_lost or is_in_list or is_asked)


def shell_commands(text: str, depth: int = _DEEPEST_COMMANDS) -> Iterator[Sequence[str]]:
    """Yield the words of each command, those within others first."""
    for statement in _statements(text, ShellOptions()):
        for inner in statement.inner if depth else ():
            yield from shell_commands(inner, depth - 1)
        yield command_words(statement.words)


def _within(sought: Sought, statement: _Statement, depth: int) -> str | None:
    """The same of the texts that stand within a command; None where none runs what is sought."""
    words = command_words(statement.words)
    texts = [(text, statement.options) for text in statement.inner]
    if words and name_of(words[0]) in _SHELLS and "-c" in words[:-1]:
        at = words.index("-c")
        has_flag = any("e" in word for word in words[1:at] if word.startswith("-"))
        texts.append((words[at + 1], ShellOptions(errexit=has_flag)))
    results = [
        hides_failure_of(sought, text, options, depth - 1) for text, options in texts if depth
    ]
    asked = [result for result in results if result is not None]
    if not asked:
        return None
    is_kept = not statement.inner or all("=" in word for word in words)
    return next(filter(None, asked), "") or ("" if is_kept else "shell")


def _statements(text: str, options: ShellOptions) -> Iterator[_Statement]:
    groups: list[_Group] = []
    closed: list[_Group] = []
    is_asked = False
    for number, command in enumerate(with_operators(text)):
        words = [word.text({}) for word in command.words]
        first = words[0] if words else ""
        if words:
            closed = []
        if first in _ANSWERING:
            is_asked = False
        is_asked = is_asked or first in _ASKING
        if first in _OPENING:
            groups.append(_Group(first))
        del groups[:-_MOST_GROUPS]
        yield _Statement(words, command.end, command.inner, options, tuple(groups), is_asked)
        options = _set(words, options)
        if first in _CLOSING and groups:
            closed = [groups.pop()]
        _parenthesis(command, groups, closed)
        for group in closed:
            group.end, group.last = command.end, number


def _parenthesis(command: Command, groups: list[_Group], closed: list[_Group]) -> None:
    if command.end == "(":
        groups.append(_Group("("))
    elif command.end == ")" and groups and groups[-1].opening == "(":
        closed.append(groups.pop())
        del closed[:-_MOST_GROUPS]


def _set(words: list[str], options: ShellOptions) -> ShellOptions:
    """The options after a command, which may be `set`."""
    words = command_words(words)
    if words[:1] != ["set"]:
        return options
    for word, following in zip(words[1:], [*words[2:], ""], strict=True):
        if word[:1] not in ("-", "+"):
            continue
        is_on = word[0] == "-"
        if "e" in word or (word[1:].endswith("o") and following == "errexit"):
            options = replace(options, errexit=is_on)
        if word[1:].endswith("o") and following == "pipefail":
            options = replace(options, pipefail=is_on)
    return options


def _hidden(statement: _Statement, *, is_last: bool) -> str:
    """How the result of one command is lost that no later one answers; empty where it is not."""
    if any(word.startswith("until") for word in statement.words[:1]):
        return ""  # it is run until it passes
    is_turned = "!" in statement.words[:2]
    if statement.is_asked:
        return "" if is_turned and statement.words[0] == "while" else "shell"
    if is_turned:
        return "shell"
    ends = [statement.end, *(group.end for group in reversed(statement.groups))]
    if any(end in _PIPES for end in ends) and not statement.options.pipefail:
        return "pipe"
    if any(end in ("||", "&") for end in ends):
        return "shell"
    is_in_list = "&&" in ends or not statement.options.errexit
    return "shell" if is_in_list and not is_last else ""


def _followed(statements: Sequence[_Statement]) -> list[bool]:
    """
    Whether something runs after each command that failed, where the shell goes on.

    That is not the rest of its list.
    """
    found: list[bool] = []
    after_list = is_any = False
    for each in reversed(statements):
        after_list = after_list if each.end in ("&&", *_PIPES) else is_any
        found.append(after_list)
        is_closing = each.words[:1] in ([word] for word in _CLOSING)
        is_any = is_any or (not is_closing and bool(command_words(each.words) or each.inner))
    return found[::-1]


def _answers(statement: _Statement) -> bool:
    """Tell whether a later command may fail the step for it."""
    if any("PIPESTATUS" in text for text in statement.words):
        return True
    words = command_words(statement.words)
    if not words:
        return False
    if words[0] in ("exit", "return"):
        return words[1:2] != ["0"]
    if words[0] == "wait":
        return len(words) > 1
    return words[0] in _TESTS and not statement.is_asked


def command_words(words: Sequence[str]) -> list[str]:
    """Return the words without those that only say when the command runs."""
    before = (*_BEFORE, *_ASKING, "until", "!")
    return list(dropwhile(lambda word: word in before, words))


def is_verifier(words: Sequence[str]) -> bool:
    """Tell whether a command has the verifier judge something."""
    return any(word in _JUDGING for word in verifier_arguments(words))


def verifier_arguments(words: Sequence[str]) -> Sequence[str]:
    """Return what a command gives to the verifier; nothing where it does not run it."""
    rest = command_words(words)
    if not rest or (name_of(rest[0]) in _TEXT_ONLY and "run" not in rest[1:3]):
        return ()
    named = [n for n, word in enumerate(rest) if name_of(word).partition("@")[0] in _VERIFIERS]
    return rest[named[0] + 1 :] if named else ()


def name_of(word: str) -> str:
    return word.rpartition("/")[2]
