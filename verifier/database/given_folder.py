"""The folder that a project's commands give its migration tool: one, or none in silence."""

import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from verifier.database.files import Files
from verifier.database.migration_files import below, folder_of, join, name_of, usual_folder
from verifier.database.project_commands import (
    COMMAND_FILES,
    OF_TESTS,
    OTHER_COMMAND_FILES,
    parts_of,
    places_of_containers,
)
from verifier.database.settings_files import read_text
from verifier.database.tool_settings import set_in, there, variable
from verifier.errors import UnexpectedAnswerError

_HINT = "set ledger.path to the one that production has"
#: A path behind something that only a run knows.
_BEHIND = re.compile(
    r"(?:\$\w{1,99}|\$\([^()]{0,300}\)|\$\{[^{}]{0,300}\}|\{\{[^{}]{0,300}\}\})(/[\w./-]{1,500})"
)
#: A value, which may have blanks inside of what a shell puts in its place.
_VALUE = r"""(?:=|\s+)["']?((?:\$\([^()\n]{0,300}\)|\$\{\{[^{}\n]{0,300}\}\}|[^\s"'\\&])+)"""
_EXAMPLE = re.compile(r"\.env\.(?:example|sample|template|dist|defaults)$")
_PARTS_OF_TESTS = frozenset({"test", "tests", "testdata", "spec", "e2e", "fixtures", "__tests__"})
#: So many folders and files of each are looked into.
_MOST_FOLDERS, _MOST_FILES, _MOST_OTHERS = 60, 2, 100


@dataclass(frozen=True, slots=True)
class Applying:
    """The commands of a tool that apply migrations, and where they take them from."""

    program: str
    verbs: str
    """A pattern of what applies them."""
    options: tuple[str, ...]
    """What names a folder."""
    usual: Sequence[str]
    """The first of these that is there is meant by a command that names none."""
    file: re.Pattern[str]
    """How its files are called."""
    marks: tuple[str, ...]
    """What one of them says, each alone."""
    elsewhere: str = r"(?!)"
    """A pattern of commands that keep no ledger."""
    variable: str = ""
    """What of the environment names a folder."""
    configured: str = ""
    """The folder of its configuration, which what applies migrations in code takes."""
    is_here: bool = False
    """Whether a command that names no folder takes the one in which it runs."""


def folder_given(files: Files, tool: Applying, in_code: Collection[str] | None = ()) -> str:
    """
    Return the folder that a project's commands, or its variable, give a tool; empty where none do.

    Folders that one command takes together stand with commas between them. `in_code` are those
    that code gives it, None where that is not known.

    Raises:
        UnexpectedAnswerError: they apply different folders of this checkout, or one that only a
            run knows, and several could be it.
    """
    commands = list(_commands(files, tool))
    lists = [each.folders.split(",") for each in commands if each.folders]
    # What all of them name together is the project's; tests add theirs to it.
    if shared := [each for each in next(iter(lists), []) if all(each in one for one in lists)]:
        lists = [shared]
    set_to = variable(files, tool.variable) if tool.variable else ""
    own = [_all_there(files, set_to)] if set_to else []
    named = list(dict.fromkeys([*own, *map(",".join, lists), *sorted(in_code or ())]))
    # What tests alone set may be theirs, and may be the only place where it stands.
    in_tests = set_in(files, tool.variable, OF_TESTS) if tool.variable and not own else ""
    example = _in_examples(files, tool.variable) if tool.variable and not own else ""
    is_of_tests = bool(in_tests or example) and not named
    is_of_tests |= not own and bool(lists) and all(c.is_of_tests for c in commands if c.folders)
    named = list(
        dict.fromkeys([*named, *(_all_there(files, each) for each in (in_tests, example) if each)])
    )
    is_unclear = in_code is None or any(each.is_unclear for each in commands)
    if not named and not is_unclear:
        if not commands and not tool.configured:
            _refuse_others(files, tool)
        return ""
    usual = [each for each in tool.usual if below(files, each)][:1]
    is_bare = any(each.is_bare for each in commands) and not set_to
    is_bare |= is_of_tests or bool(tool.configured)
    meant = [each for each in named if all(below(files, one) for one in each.split(","))]
    meant += [each for each in usual if is_bare and each not in meant]
    if len(meant) > 1:
        folders = ", ".join(each.replace(",", " with ") for each in sorted(meant))
        raise UnexpectedAnswerError(
            f"{tool.program} is given several folders of migrations ({folders})", hint=_HINT
        )
    is_of_a_part = not (own or in_code) and bool(lists)
    is_of_a_part &= all(each.is_of_a_part for each in commands if each.folders)
    if meant and not is_of_a_part:
        return meant[0]
    return _only_one(files, tool, meant or named, is_unclear=is_unclear)


def _refuse_others(files: Files, tool: Applying) -> None:
    """
    Say that commands in other files name a folder beside that of the usual name.

    Raises:
        UnexpectedAnswerError: they do.
    """
    found = marked_folders(files, tool.file, tool.marks)
    if names_another(files, tool.program, tool.options, found, tool.usual):
        raise _not_known(tool.program, found)


def names_another(
    files: Files,
    program: str,
    options: Sequence[str],
    among: Collection[str],
    usual: Sequence[str],
) -> bool:
    """Whether commands in files that few projects have name another than the usual folder."""
    chosen = _chosen(among, usual)
    if len(among) < 2 or chosen is None:
        return False
    value = _value_of(options)
    call = re.compile(rf"{re.escape(program)}\b([^\n&|;]*)")
    paths = [path for path in files.paths if OTHER_COMMAND_FILES.match(path)]
    texts = (
        part.text
        for path in paths[:_MOST_OTHERS]
        if not _is_of_tests(path)
        for part in parts_of(files, path)
    )
    given = {
        each for text in texts for match in call.finditer(text) for each in value.findall(match[1])
    }
    named = {_resolved(files, each) for each in given} & set(among)
    return bool(named - {chosen})


def _value_of(options: Sequence[str]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, options))
    return re.compile(rf"""(?<![\w-])(?:{names}){_VALUE}""")


def _chosen(among: Collection[str], usual: Sequence[str]) -> str | None:
    try:
        return usual_folder(among, usual)
    except UnexpectedAnswerError:  # it is told where it is taken
        return None


def _not_known(program: str, found: Sequence[str]) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        f"which folder {program} is given is not known here, and several have its "
        f"migrations ({', '.join(found[:4])})",
        hint=_HINT,
    )


def _only_one(files: Files, tool: Applying, named: Sequence[str], *, is_unclear: bool) -> str:
    """The one folder that can be meant by what is not in this checkout, or not known."""
    found = marked_folders(files, tool.file, tool.marks)
    if len(found) > 1:
        raise _not_known(tool.program, found)
    alike = [each for each in found if is_unclear or name_of(each) in map(name_of, named)]
    return next(iter(alike), named[0] if len(named) == 1 else "")


def marked_folders(files: Files, pattern: re.Pattern[str], marks: Sequence[str]) -> list[str]:
    """Return the folders whose files are called and read as a tool's migrations, but for tests."""
    by_folder: dict[str, list[str]] = {}
    for path in files.paths:
        if pattern.match(name_of(path)) and not _is_of_tests(path):
            by_folder.setdefault(folder_of(path), []).append(path)
    chosen = {f: paths[:_MOST_FILES] for f, paths in sorted(by_folder.items())[:_MOST_FOLDERS]}
    texts = files.read([path for paths in chosen.values() for path in paths])
    wanted = [mark.encode() for mark in marks]
    return [
        folder
        for folder, paths in chosen.items()
        if any(mark in texts[path] for path in paths for mark in wanted)
    ]


@dataclass(frozen=True, slots=True)
class _Command:
    is_bare: bool
    """Whether it applies the usual folder."""
    folders: str
    """Those that it names."""
    is_of_tests: bool
    is_unclear: bool
    """Whether it applies a folder that only a run knows."""
    is_of_a_part: bool
    """Whether it is one of a package of several, of which others may have their own."""


def _commands(files: Files, tool: Applying) -> Iterator[_Command]:
    value, names = _value_of(tool.options), "|".join(map(re.escape, tool.options))
    is_named = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")
    call = re.compile(rf"""{re.escape(tool.program)}\b((?:(?!(?<!\\)"\s*[,}}])[^\n&|;])*)""")
    for path in filter(COMMAND_FILES.match, files.paths):
        is_of_tests = bool(OF_TESTS.match(path))
        for part in parts_of(files, path):
            for words in dict.fromkeys(match[1] for match in call.finditer(part.text)):
                if re.search(tool.elsewhere, words):
                    continue
                is_applying = bool(re.search(tool.verbs, words))
                # What a configuration says is not taken back by other commands than such.
                if tool.configured and (is_of_tests or not is_applying):
                    continue
                at = part.folder
                given = [_resolved(files, each, at) for each in value.findall(words)]
                is_bare = is_applying and not is_named.search(words)
                if is_bare and at:
                    given, is_bare = [_usual_in(files, tool, at)], False
                is_unclear = is_applying and not all(given) and not is_of_tests
                yield _Command(
                    is_bare,
                    ",".join(each for each in given if each),
                    is_of_tests or any(map(_is_of_tests, given)),
                    is_unclear,
                    is_of_a_part="/" in path and path.endswith("package.json"),
                )


def _is_of_tests(folder: str) -> bool:
    return not _PARTS_OF_TESTS.isdisjoint(folder.split("/"))


def _usual_in(files: Files, tool: Applying, at: str) -> str:
    """The folder that a command takes that names none, where it runs; empty where none is there."""
    own = [path for path in below(files, at) if folder_of(path) == at]
    if tool.is_here and any(tool.file.match(name_of(path)) for path in own):
        return at
    there_ = (join(at, each) for each in tool.usual)
    return next((each for each in there_ if below(files, each)), "")


def _resolved(files: Files, value: str, at: str = "") -> str:
    """The folder that a command names; empty where only a run knows it."""
    if match := _BEHIND.fullmatch(value):
        ends = match[1].rstrip("/")
        folders = {folder_of(path) for path in files.paths}
        found = [each for each in folders if f"/{each}".endswith(ends)]
        return found[0] if len(found) == 1 else ""
    if "$" in value or "{{" in value:
        return ""
    value = value.removeprefix("file://")
    if copied := placed(files, value):
        return copied
    shown = there(files, value, at if below(files, at) else "")
    # A path of a container says nothing about this checkout.
    return "" if value.startswith("/") and not below(files, shown) else shown


def placed(files: Files, value: str) -> str:
    """The folder of this checkout that a container has at a path; empty where it is not told."""
    if not value.startswith("/"):
        return ""
    path, places = join("", value), places_of_containers(files)
    for place in sorted(places, key=len, reverse=True):
        inside = posixpath.relpath(f"/{path}", f"/{place}")
        here = join(there(files, places[place]), inside)
        if not inside.startswith("..") and here and below(files, here):
            return here
    return ""


def _all_there(files: Files, folders: str) -> str:
    found = [_resolved(files, each.strip()) or join("", each) for each in folders.split(",")]
    return ",".join(found)


def _in_examples(files: Files, name: str) -> str:
    """What an example of an environment sets a variable to."""
    pattern = re.compile(rf"^(?:export )?{name}=[\"']?([\w./-]+)", re.MULTILINE)
    texts = (read_text(files, path) for path in files.paths if _EXAMPLE.fullmatch(path))
    found = {match[1] for text in texts for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else ""
