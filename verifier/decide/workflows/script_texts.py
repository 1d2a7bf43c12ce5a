"""The shell texts behind a name: a script of package.json, a target of a Makefile."""

import json
import re
from collections.abc import Iterator, Mapping

_TARGET = re.compile(r"^([\w./-][\w./ -]*):(?!=)([^#\n]*)")
_VARIABLE = re.compile(r"^\s*(?:export\s+)?(\w+)\s*[:?]?=\s*(.*?)\s*$")
#: More of them are no chain that somebody wrote by hand.
_MOST_TARGETS = 100
_USED = re.compile(r"\$\((\w+)\)|\$\{(\w+)\}")


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


def make_recipe(text: str, target: str, given: Mapping[str, str]) -> str:
    """
    Return what `make TARGET` runs, with what it depends on; the first target for an empty name.

    `given` are the variables of the command; the file's own are put in where they are used.
    """
    targets, variables = _parts_of(text)
    name = target or next(iter(targets), "")
    lines = list(_recipe(targets, name, set()))
    return "\n".join(_filled(line, {**variables, **given}) for line in lines)


def _parts_of(
    text: str,
) -> tuple[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]], Mapping[str, str]]:
    """Return what each target needs and runs, and the variables."""
    targets: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    variables: dict[str, str] = {}
    open_names: list[str] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("\t"):
            for name in open_names:
                needs, recipe = targets[name]
                targets[name] = (needs, (*recipe, line.strip().lstrip("@-+")))
            continue
        if found := _TARGET.match(line):
            needs_text, _, inline = found[2].partition(";")
            open_names = [name for name in found[1].split() if not name.startswith(".")]
            for name in open_names:
                needs, recipe = targets.get(name, ((), ()))
                own = (inline.strip(),) if inline.strip() else ()
                targets[name] = ((*needs, *needs_text.split()), (*recipe, *own))
        elif assigned := _VARIABLE.match(line):
            variables[assigned[1]] = assigned[2]
    return targets, variables


def _recipe(
    targets: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]], name: str, made: set[str]
) -> Iterator[str]:
    """Yield what is run for a target after what it needs; each is made once."""
    made.add(name)
    needs, recipe = targets.get(name, ((), ()))
    if len(made) <= _MOST_TARGETS:
        for need in needs:
            if need not in made:
                yield from _recipe(targets, need, made)
    yield from recipe


def _filled(line: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return variables.get(name, f"${{{name}}}")

    return _USED.sub(value, line).replace("$$", "$")
