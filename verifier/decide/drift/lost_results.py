"""What of a test's failure is lost by an option, by a tool around it, or in another language."""

import re
from collections.abc import Sequence

from verifier.decide.drift.pipeline_commands import TEST, is_of_kind, kind_of_command
from verifier.decide.workflows.shell_results import (
    ShellOptions,
    command_words,
    hides_failure_of,
    name_of,
    shell_commands,
)
from verifier.decide.workflows.windows_shells import goes_on_after

_IGNORES = re.compile(r"-[a-zA-Z]*i[a-zA-Z]*|--ignore-errors")
_DETACHED = re.compile(r"-[a-zA-Z]*d[a-zA-Z]*|--detach(?:=true)?")
_CONTAINERS = ("docker", "podman")
_MAVENS = ("mvn", "mvnw")
_IGNORED_BY_MAVEN = re.compile(r"-Dmaven\.test\.failure\.ignore(?:=true)?")
_WAITED_FOR = re.compile(r"\b(?:wait|inspect|attach|logs -f)\b")
_TOO_LONG = re.compile(
    r"\btimeout\b[^\n]{0,500}\|\|\s*(?:\[\[?|test)\s+[\"']?\$\?[\"']?\s+(?:-eq|==?)\s+[\"']?124\b"
)
_FUNCTION = re.compile(
    r"^[ \t]*(?:function[ \t]+)?(?P<name>[A-Za-z_][\w-]{0,60})[ \t]*\(\)[ \t]*\{"
    r"(?P<body>[^{}]{0,4000})\}",
    re.MULTILINE,
)
_STARTED = re.compile(r"^[ \t]*(?:subprocess\.(?:run|call|Popen)|os\.system)\(", re.MULTILINE)
_LOOKS = re.compile(
    r"check\s*=\s*True|check_returncode|returncode|\bsys\.exit|\bexit\(|\braise\b|\bassert\b|check_call"
    r"|check_output"
)
_RUNS_TESTS = re.compile(
    r"\b(?:pytest|unittest|tox|nox|jest|vitest|npm|go|cargo|make|manage\.py)\b"
)


def lost_by_tool(run: str) -> str:
    """Return why a test's failure is none, by its own words; empty where it is one."""
    tests = [words for words in shell_commands(run) if kind_of_command(words) == TEST]
    for words in tests:
        if why := _lost_by_option(command_words(words), run):
            return why
    if tests and _TOO_LONG.search(run):
        return "exit code 124, by which timeout says that it stopped the tests, counts as success"
    return _lost_in_function(run)


def _lost_by_option(words: Sequence[str], run: str) -> str:
    """Return which option of a tool has it end well whatever the tests within it find."""
    tool = name_of(words[0]) if words else ""
    if tool == "make" and any(map(_IGNORES.fullmatch, words)):
        return "make -i ignores every error"
    if tool in _MAVENS and any(map(_IGNORED_BY_MAVEN.fullmatch, words)):
        return "Maven ignores that tests fail"
    if tool == "find" and "-exec" in words and words[-1] == ";":
        return "find succeeds even where a command in -exec fails; end it with + instead"
    is_started = tool in _CONTAINERS and "run" in words[1:3]
    if is_started and any(map(_DETACHED.fullmatch, words)) and not _WAITED_FOR.search(run):
        return "nothing waits for the detached container to end"
    return ""


def _lost_in_function(run: str) -> str:
    """A function that is called in a condition goes on after each of its commands."""
    for found in _FUNCTION.finditer(run):
        never = ShellOptions(errexit=False)
        if not hides_failure_of(is_of_kind(TEST), found["body"], never):
            continue
        rest = run.replace(found[0], "", 1)
        name = re.escape(found["name"])
        asked = rf"(?:(?:if|while|elif|!)[ \t]+{name}\b|{name}\b[^\n;&|]*(?:&&|\|\|))"
        if re.search(rf"(?:^|[;&|\n])[ \t]*{asked}", rest):
            name = found["name"]
            return f"{name} is called in a condition, so a failure inside it stops nothing"
    return ""


def lost_elsewhere(run: str, interpreter: str) -> str:
    """Return the same of a text in PowerShell, cmd or Python."""
    if lost := goes_on_after(is_of_kind(TEST), run, interpreter):
        return lost
    shell = name_of(interpreter.split(" ", maxsplit=1)[0])
    is_python = re.fullmatch(r"python\d?(?:\.\d+)?", shell) is not None
    if is_python and _STARTED.search(run) and _RUNS_TESTS.search(run) and not _LOOKS.search(run):
        return "Python starts a program, and nothing checks whether that failed"
    return ""
