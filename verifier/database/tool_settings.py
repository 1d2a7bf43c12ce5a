"""Reads the configuration of tools as text: properties, Spring's, `.env`, TOML, and code."""

import re
from collections.abc import Iterator

import yaml

from verifier.database.files import Files
from verifier.database.migration_files import below, join, named, nearest
from verifier.database.project_commands import COMMAND_FILES, OF_TESTS, text_of
from verifier.database.settings_files import read_text, unreadable
from verifier.guarded import bounded_yaml

_LINE = re.compile(r"^\s*(?:export\s+)?([\w.$-]+)\s*[=:](.*)")
_SPRING = ("application.yml", "application.yaml", "application.properties")
_NOT_OF_TESTS = re.compile(rf"(?!{OF_TESTS.pattern})")
#: A value that stands in the environment may have its usual one beside it: `${NAME:usual}`.
_PLACEHOLDER = re.compile(r"\$\{[^}:${]{1,200}(?::([^}]{0,500}))?\}")


def java_settings(files: Files, path: str) -> dict[str, str]:
    """Return names and values of a `.properties` file, or of one that looks like it."""
    found: dict[str, str] = {}
    for line in read_text(files, path).splitlines():
        match = _LINE.match(line)
        if match and not line.lstrip().startswith(("#", "!")):
            found[match[1]] = _resolved(match[2].strip().strip("\"'"))
    return found


def spring_settings(files: Files, prefix: str) -> tuple[dict[str, str], str]:
    """
    Return what Spring's own configuration says below a prefix, and the path of that file.

    The names are in lower case, without separators inside a part.
    """
    for path in named(files, *_SPRING):
        if "/test/" in f"/{path}":
            continue
        if path.endswith(".properties"):
            given = java_settings(files, path)
        else:
            given = dict(_flat(_yaml(files, path), ""))
        # Spring takes `changeLog`, `change-log` and `change_log` for one name.
        plain = {re.sub("[-_]", "", key).lower(): value for key, value in given.items()}
        found = {k.removeprefix(prefix): v for k, v in plain.items() if k.startswith(prefix)}
        if found:
            return found, path
    return {}, ""


def _yaml(files: Files, path: str) -> object:
    text = read_text(files, path).split("\n---")[0]
    try:
        _, value = bounded_yaml.read(bounded_yaml.Loader(text))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise unreadable(path, error) from error
    return value


def _flat(value: object, prefix: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(inner, f"{prefix}.{key}" if prefix else str(key))
        case list():
            yield prefix, ",".join(_resolved(str(item)) for item in value)
        case None:
            return
        case _:
            yield prefix, _resolved(str(value))


def _resolved(value: str) -> str:
    return _PLACEHOLDER.sub(lambda match: match[1] or "", value)


def environment_of(files: Files) -> dict[str, str]:
    """Return what the `.env` nearest to the root sets."""
    found = named(files, ".env")
    return java_settings(files, nearest(found)) if found else {}


def in_code(files: Files, paths: list[str], *keys: str) -> str:
    """
    Return the one text that a key has in JavaScript, TypeScript, Python or HCL, as a literal.

    Empty where there is none, or where several places differ: nothing of it is run.
    """
    return literal("\n".join(_without_comments(read_text(files, path)) for path in paths), *keys)


def _without_comments(code: str) -> str:
    return re.sub(r"^[^\S\n]*(?://|#|\*).*$", "", code, flags=re.MULTILINE)


def block_of(files: Files, paths: list[str], key: str) -> str:
    """Return the insides of the braces behind a key of code, of every file and place, as text."""
    pattern = re.compile(rf"""(?<![\w.])["']?{key}["']?\s*:\s*\{{([^{{}}]*)\}}""")
    texts = (_without_comments(read_text(files, path)) for path in paths)
    return "\n".join(match[1] for text in texts for match in pattern.finditer(text))


def literal(code: str, *keys: str) -> str:
    """Return the one text that these keys have in a piece of code; empty where places differ."""
    names = "|".join(map(re.escape, keys))
    pattern = rf"""(?<![\w-])["']?(?:{names})["']?\s*[:=]\s*["'`]([^"'`$]+)["'`]"""
    found = {match[1] for match in re.finditer(pattern, code)}
    return found.pop() if len(found) == 1 else ""


def flag(files: Files, program: str, *names: str) -> str:
    """
    Return what a project's scripts give an option of a program; empty where places differ.

    Looked at are the files at the root that hold commands, and its workflows.
    """
    found = {values[0] for values in _given(files, program, names)}
    return found.pop() if len(found) == 1 else ""


def repeated_flag(files: Files, program: str, *names: str) -> tuple[str, ...]:
    """Return what every command gives an option that may stand several times in one of them."""
    found = list(_given(files, program, names))
    return (
        tuple(each for each in found[0] if all(each in values for values in found)) if found else ()
    )


def _given(files: Files, program: str, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    options = "|".join(map(re.escape, names))
    value = re.compile(rf"""(?:{options})(?:=|\s+)["']?([^\s"'\\&]+)""")
    call = re.compile(rf"{re.escape(program)}\b([^\n&|;]*)")
    for path in filter(COMMAND_FILES.match, files.paths):
        for match in call.finditer(text_of(files, path)):
            values = tuple(each for each in value.findall(match[1]) if "$" not in each)
            if values:
                yield values


def in_commands(
    files: Files, pattern: re.Pattern[str], among: re.Pattern[str] = COMMAND_FILES
) -> str:
    """Return the one first group of a pattern in the files of commands; empty where they differ."""
    paths = (path for path in filter(COMMAND_FILES.match, files.paths) if among.match(path))
    texts = (text_of(files, path) for path in paths)
    found = {match[1] for text in texts for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def variable(files: Files, name: str) -> str:
    """
    Return what `.env`, or else a file of commands or of containers, sets a variable to.

    What tests alone are given is not the project's.
    """
    return environment_of(files).get(name, "") or set_in(files, name, _NOT_OF_TESTS)


def set_in(files: Files, name: str, among: re.Pattern[str]) -> str:
    """Return what files of commands, of those that match, set a variable to."""
    pattern = (
        rf"""\b{name}["']?(?:[^\S\n]*(?:[?:]?=|:)[^\S\n]*|[^\S\n]+)["']?([\w./,@-]+)(?![\w$({{])"""
    )
    return in_commands(files, re.compile(pattern), among)


def there(files: Files, path: str, *bases: str) -> str:
    """
    Return the folder that a path means, in the first of some folders in which it is there.

    A path of a container may begin above this checkout: `/app/db/migrations`.
    """
    parts = join("", path).split("/")
    shorter = ["/".join(parts[at:]) for at in range(len(parts))] if path.startswith("/") else [path]
    tried = [join(base, each) for each in shorter for base in bases or ("",)]
    return next((each for each in tried if each and below(files, each)), join("", path))
