"""
Which tests cover a module: `python -m tests.tests_of verifier/ROOM/MODULE.py` names them, nearest first.

The nearest are those of its room that import it, the one that is called as it is before the others;
where none does, those of what uses it in its room; where there are none, of what uses it elsewhere.
Then those that import it elsewhere, and those of what uses it: some behaviour is seen there alone.
Of several that are as near, those come first that say most of its names.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from tests.parsed import imports

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = ROOT / "verifier", ROOT / "tests"
#: The three files of a command are tested as the one command that they are.
COMMAND = ("cli", "commands", "wiring")
#: What a module loads by its name, and the folder of those that it loads.
LOADED = {
    "verifier.cli.command_list": "verifier.cli",
    "verifier.commands.audit_questions": "verifier.decide.questions",
    "verifier.database.ledgers": "verifier.database.ledgers",
    "verifier.sandbox.host.process": "verifier.sandbox.app",
}


def module_name(path: Path) -> str:
    """`verifier/decide/catch_all.py` -> `verifier.decide.catch_all`; a package has no `__init__`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules(folder: Path) -> Mapping[str, Path]:
    """Each module below a folder, by its name."""
    return {module_name(path): path for path in sorted(folder.rglob("*.py"))}


@cache
def imported(path: Path) -> frozenset[str]:
    """Modules of the package and of the tests that a file imports, or loads by their names."""
    known = {**modules(PACKAGE), **modules(TESTS)}
    found: set[str] = set()
    for node in imports(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    folder = LOADED.get(module_name(path))
    if folder:
        found |= {name for name in known if name.rpartition(".")[0] == folder}
    return frozenset(found & set(known))


@cache
def tried(test: Path) -> frozenset[str]:
    """Modules of the package that a test imports, itself or by what tests of its folder share."""
    fixtures = [test.parent / "conftest.py"] if test.parent != TESTS else []
    found, todo = {module_name(test)}, [test, *(f for f in fixtures if f.is_file())]
    while todo:
        for name in imported(todo.pop()) - found:
            found.add(name)
            todo += [modules(TESTS)[name]] if name in modules(TESTS) else []
    return frozenset(name for name in found if name in modules(PACKAGE))


def room_of(path: Path) -> str:
    """The room of a module or of a test: a folder, or "commands"; empty for what lies in none."""
    parts = path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else TESTS).parts
    if len(parts) == 1:
        return ""
    return "commands" if parts[0] in COMMAND else parts[0]


@cache
def tests_in(room: str) -> tuple[Path, ...]:
    """The files with tests of a room, or of all."""
    return tuple(p for p in sorted(TESTS.rglob("test_*.py")) if room in ("", room_of(p)))


def _users(names: Collection[str], room: str) -> Iterator[str]:
    for user, path in modules(PACKAGE).items():
        if room in ("", room_of(path)) and not imported(path).isdisjoint(names):
            yield user


def _nearest(name: str, room: str) -> Iterable[Path]:
    asked, seen = {name}, {name}
    while asked:
        near = [test for test in tests_in(room) if not tried(test).isdisjoint(asked)]
        if near:
            return near
        asked = set(_users(asked, room)) - seen
        seen |= asked
    return ()


@cache
def covered(room: str) -> frozenset[str]:
    """Modules of a room that its tests come to, themselves or through others of it."""
    todo = [name for test in tests_in(room) for name in tried(test)]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        path = modules(PACKAGE).get(name)
        if name not in found and path is not None and room_of(path) == room:
            found.add(name)
            todo += imported(path)
    called_so = {test.stem.removeprefix("test_") for test in tests_in(room)}
    named = {n for n, p in modules(PACKAGE).items() if room_of(p) == room and p.stem in called_so}
    return frozenset(found | named)


def nearest_to(path: Path) -> tuple[list[Path], list[Path]]:
    """The nearest tests of a module in its room, and, where there are none, in the other rooms."""
    room = room_of(path)
    called_so = [test for test in tests_in(room) if test.stem == f"test_{path.stem}"]
    own = [*called_so, *_by_names(path, _nearest(module_name(path), room))]
    elsewhere = [] if own else _by_names(path, _nearest(module_name(path), ""))
    return list(dict.fromkeys(own)), elsewhere


def next_to(path: Path) -> list[Path]:
    """The tests that import a module in other rooms, and those of what uses it, in any."""
    name = module_name(path)
    users = {user for user in _users({name}, "") if modules(PACKAGE)[user].name != "__init__.py"}
    rings = (
        [test for test in tests_in("") if name in imported(test)],
        [test for test in tests_in("") if not imported(test).isdisjoint(users)],
    )
    near = {test for found in nearest_to(path) for test in found}
    found = dict.fromkeys(chain(*(_by_names(path, ring) for ring in rings)))
    return [test for test in found if test not in near]


def _by_names(path: Path, tests: Iterable[Path]) -> list[Path]:
    """Tests with those first that say most of what a module calls its own."""
    own = [
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    said = re.compile(rf"\b(?:{'|'.join(map(re.escape, [path.stem, *own]))})\b")
    return sorted(tests, key=lambda test: -len(said.findall(test.read_text("utf-8"))))


if __name__ == "__main__":
    for asked_for in sys.argv[1:]:
        module = Path(asked_for).resolve()
        if not module.is_file():
            sys.exit(
                f"{asked_for} is no file: a module is named by its path, such as verifier/errors.py"
            )
        if not module.is_relative_to(PACKAGE):
            sys.exit(f"{asked_for} is no module of the package: look for its name below tests/")
        for found in chain(*nearest_to(module), next_to(module)):
            sys.stdout.write(f"{found.relative_to(ROOT)}\n")
