"""
Piccolo: `<app>/piccolo_migrations/*.py`, each with an `ID`.

Source: https://piccolo-orm.readthedocs.io/en/latest/piccolo/migrations/
"""

import re

from verifier.database.code_readers import in_python
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, by_number, text
from verifier.database.migration_files import app_of, folder_of, is_at, named
from verifier.database.python_files import constants, parse_python
from verifier.database.python_sql import read_piccolo
from verifier.model.migration_ledger import Entry, Migration

_PATH = re.compile(r"^(?:.*/)?piccolo_migrations/(?!__init__)[^/]+\.py$")
_APP = re.compile(rb"""\bapp_name\s*=\s*["'](\w+)["']""")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By ID, which is a time, within each app."""
    paths = [path for path in files.paths if _PATH.match(path) and is_at(path, folder)]
    made: list[Migration] = []
    apps = {
        f: app_of(files, f, "piccolo_app.py", _APP) for f in {folder_of(path) for path in paths}
    }
    for path, content in files.read(paths).items():
        version = constants(parse_python(path, content).body).get("ID")
        if isinstance(version, str):
            made.append(Migration(version, file=path, group=apps[folder_of(path)]))
    return tuple(sorted(made, key=lambda migration: (migration.group, migration.version)))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration and app."""
    return tuple(
        Entry(text(row, "name"), group=text(row, "app_name")) for row in by_number(rows.ledger)
    )


def detect(files: Files) -> int:
    """Its configuration."""
    return 2 if named(files, "piccolo_conf.py", "piccolo_app.py") else 0


LEDGER = Ledger(
    tool="piccolo",
    table="migration",
    columns=("id", "name", "app_name"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="piccolo migrations forwards all",
    read_code=in_python(read_piccolo),
)
