"""
Aerich: `<location>/<app>/<n>_<time>_<name>.py`, named in the ledger with the extension.

Source: https://github.com/tortoise/aerich
"""

import re

from verifier.database.code_readers import in_python
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, by_number, text
from verifier.database.migration_files import (
    below,
    folder_of,
    join,
    name_of,
    named,
    nearest,
)
from verifier.database.python_sql import read_aerich
from verifier.database.settings_files import toml_tool
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^([0-9]+)_.*\.py$")
_SECTIONS = ("aerich", "tortoise")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number within each app."""
    made: list[Migration] = []
    for path in below(files, folder or _location(files)):
        if _FILE.match(name_of(path)):
            made.append(Migration(name_of(path), file=path, group=name_of(folder_of(path))))
    return tuple(sorted(made, key=lambda m: (m.group, int(m.version.partition("_")[0]), m.file)))


def _location(files: Files) -> str:
    by_file = {}
    for path in named(files, "pyproject.toml"):
        tool = toml_tool(files, path)
        for section in _SECTIONS:
            match tool.get(section):
                case {"location": str(location)}:
                    by_file[path] = join(folder_of(path), location)
                case _:
                    continue
    return by_file[nearest(by_file)] if by_file else "migrations"


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return tuple(
        Entry(text(row, "version"), group=text(row, "app")) for row in by_number(rows.ledger)
    )


def detect(files: Files) -> int:
    """Its section in `pyproject.toml`, which newer versions call Tortoise's."""
    for path in named(files, "pyproject.toml"):
        if any(section in toml_tool(files, path) for section in _SECTIONS):
            return 2
    return 0


LEDGER = Ledger(
    tool="aerich",
    table="aerich",
    columns=("id", "version", "app"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="aerich upgrade",
    read_code=in_python(read_aerich),
)
