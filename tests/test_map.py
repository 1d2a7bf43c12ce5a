"""The map leads to every module: nothing lies where only who wrote it would look."""

import re
from pathlib import Path

import pytest

from tests.tests_of import PACKAGE, imported, module_name, modules, room_of

PAGE = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text("utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")}
ROOMS, TASKS, OTHERS = (
    SECTIONS[title] for title in ("# Architecture", "I want to …", "What else lies where")
)
#: Rooms in which each file is called as the one thing that it is about.
BY_KIND = ("model", "checks", "database/ledgers", "decide/questions")
#: What every program has.
LOOSE = {"verifier.__main__", "verifier.errors"}
FILES = {name: path for name, path in modules(PACKAGE).items() if path.name != "__init__.py"}
_CODE = re.compile(r"`([^`]+)`")


def rows(section):
    """The cells of each row of a table; one whose first is empty goes on with the one above."""
    first = ""
    for line in section.splitlines():
        if line.startswith("|") and not line.startswith(("|---", "| …", "| in …", "| room")):
            cells = [cell.strip() for cell in line.strip("|").split(" |")]
            first = cells[0] or first
            yield first, cells[-1]


def named(section):
    """Modules that a table names: `a/b.py`, then `c.py` beside it."""
    found = set()
    for first, cell in rows(section):
        folders = [code.strip("/") for code in _CODE.findall(first) if code.endswith("/")]
        for code in _CODE.findall(cell):
            folder, _, file = code.removesuffix(".py").rpartition("/")
            folders = [folder, *folders] if folder else folders
            found |= {
                module_name(PACKAGE / each / f"{file}.py")
                for each in ([folder] if folder else folders)
                if (PACKAGE / each / f"{file}.py").is_file()
            }
    return found


def found_from(start):
    """What is come to from some modules by what each imports in its own room."""
    found, todo = set(start), [*start]
    while todo:
        name = todo.pop()
        beside = {n for n in imported(FILES[name]) & FILES.keys() if is_beside(n, name)}
        todo += beside - found
        found |= beside
    return found


def is_beside(name, other):
    return room_of(FILES[name]) == room_of(FILES[other])


def of_a_command(path):
    """Whether a file is one of the three of a command, which are called as it is."""
    parts = [PACKAGE / part / path.name for part in ("cli", "commands", "wiring")]
    return path in parts and sum(part.is_file() for part in parts) > 1


def at_home():
    """Modules that somebody who reads the map comes to."""
    by_kind = {n for n, p in FILES.items() if folder_of(p) in BY_KIND or of_a_command(p)}
    on_the_map = named(ROOMS) | named(TASKS) | named(OTHERS)
    return found_from((LOOSE | by_kind | on_the_map) & FILES.keys())


def folder_of(path):
    return path.parent.relative_to(PACKAGE).as_posix()


def test_the_map_leads_to_every_module():
    assert FILES.keys() - at_home() == set()


def test_a_module_that_nothing_on_the_map_uses_is_noticed(monkeypatch):
    """As one that only another room imports: its own room has to say what it is for."""
    monkeypatch.setitem(FILES, "verifier.decide.gate.added", PACKAGE / "decide/gate/judge.py")

    assert "verifier.decide.gate.added" in FILES.keys() - at_home()


@pytest.mark.parametrize("folder", sorted({folder_of(path) for path in FILES.values()} - {"."}))
def test_each_room_and_each_of_its_wings_has_a_sentence(folder):
    room, _, wing = folder.partition("/")
    (told,) = (line for line in ROOMS.splitlines() if line.startswith(f"| `{room}/`"))

    assert f"`{wing or room}/`" in told


def test_what_the_map_names_is_there():
    for first, cell in rows(OTHERS):
        (folder,) = _CODE.findall(first)
        for file in _CODE.findall(cell):
            assert (PACKAGE / folder / file).is_file(), f"{folder}{file}"
