"""The shell texts behind a name: a script of package.json, a target of a Makefile."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_TARGET = re.compile(r"^([\w./-][\w./ -]*):(?!=)([^#\n]*)")
_VARIABLE = re.compile(r"^\s*(?:export\s+)?(\w+)\s*[:?]?=(.*)")
#: More of them are no chain that somebody wrote by hand.
_MOST_TARGETS = 100
#: A shell text that is longer is not read to its end.
_MOST_CHARACTERS = 100_000
#: One that is longer stays a name.
_LONGEST_VALUE = 1_000
_USED = re.compile(r"\$\((\w+)\)|\$\{(\w+)\}")

#: What runs tasks that stand in files of its own, which are not read here.
TASK_RUNNERS = frozenset(("just", "task", "mise", "rake", "invoke", "inv", "fab", "nx", "turbo"))
_INTERPRETERS = re.compile(r"python[0-9.]*|node|tsx|ts-node|deno|ruby|zx")
_PROGRAM = re.compile(r"[\w./-]+\.(?:py|js|mjs|cjs|ts|mts|rb)")
#: A program of its own runs it as a text, or as a list of words.
_RUNS_UPLOAD = re.compile(r"(?:\brailway|@railway/cli(?:@\S{1,20})?)(?:\s+|[\"'],\s*[\"'])up\b")


@dataclass(slots=True)
class _Target:
    """What a target needs, and what each of its rules runs; a rule of several has one list."""

    needs: list[str] = field(default_factory=list)
    recipes: list[list[str]] = field(default_factory=list)


def package_script(text: str, name: str) -> str:
    """Return what `npm run NAME` runs, with what runs before and after; empty for nothing."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    match document:
        case {"scripts": dict(scripts)}:
            found = [scripts.get(key) for key in (f"pre{name}", name, f"post{name}")]
            return "\n".join(part for part in found if isinstance(part, str))
        case _:
            return ""


def program_in(words: Sequence[str]) -> str:
    """Return the file of a program that a command runs, empty where it is no such command."""
    for number, word in enumerate(words):
        if _INTERPRETERS.fullmatch(word.rpartition("/")[2]):
            rest = (text for text in words[number + 1 :] if not text.startswith("-"))
            path = next(rest, "")
            return path if _PROGRAM.fullmatch(path) else ""
    return ""


def uploads_in_program(text: str) -> bool:
    """Whether a line of a program runs `railway up`; which service is not told."""
    return any(map(_RUNS_UPLOAD.search, text.splitlines()))


def path_from(folder: str, path: str) -> str:
    """Return where a path leads from a folder; one that leads out of it keeps its `..`."""
    parts: list[str] = [] if path.startswith("/") else folder.split("/")
    parts = [part for part in parts if part not in ("", ".")]
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return ("/" if path.startswith("/") else "") + "/".join(parts)


def make_recipe(text: str, names: Sequence[str], given: Mapping[str, str]) -> str:
    """
    Return what `make NAME…` runs, with what it depends on; the first target where none is named.

    `given` are the variables of the command; the file's own are put in where they are used.
    """
    targets, variables = _parts_of(text)
    known = {name: v for name, v in {**variables, **given}.items() if len(v) <= _LONGEST_VALUE}
    made, left = set[str](), _MOST_CHARACTERS
    lines: list[str] = []
    for name in names or [*targets][:1]:
        if name in made:
            continue
        for line in _recipe(targets, name, made):
            lines.append(_filled(line, known)[: left + 1])
            left -= len(lines[-1]) + 1
            if left < 0:
                return "\n".join(lines)
    return "\n".join(lines)


def _parts_of(text: str) -> tuple[Mapping[str, _Target], Mapping[str, str]]:
    """Return what each target needs and runs, and the variables; in time, however long it is."""
    targets: dict[str, _Target] = {}
    variables: dict[str, str] = {}
    recipe: list[str] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("\t"):
            recipe.append(line.strip().lstrip("@-+"))
            continue
        if found := _TARGET.match(line):
            needs_text, _, inline = found[2].partition(";")
            recipe = [inline.strip()] if inline.strip() else []
            needs = needs_text.split()
            for name in dict.fromkeys(found[1].split()):
                if not name.startswith("."):
                    target = targets.setdefault(name, _Target())
                    target.needs += needs
                    target.recipes.append(recipe)
        elif assigned := _VARIABLE.match(line):
            variables[assigned[1]] = assigned[2].strip()
    return targets, variables


def _recipe(targets: Mapping[str, _Target], name: str, made: set[str]) -> Iterator[str]:
    """Yield what is run for a target after what it needs; each is made once."""
    made.add(name)
    target = targets.get(name, _Target())
    if len(made) <= _MOST_TARGETS:
        for need in target.needs:
            if need not in made:
                yield from _recipe(targets, need, made)
    for recipe in target.recipes:
        yield from recipe


def _filled(line: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return variables.get(name, f"${{{name}}}")

    return _USED.sub(value, line).replace("$$", "$")
