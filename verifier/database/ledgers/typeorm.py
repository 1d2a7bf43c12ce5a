"""
TypeORM: classes whose names end in a time; the files may be called anything.

Source: https://typeorm.io/docs/migrations/why/
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import below, says
from verifier.database.ledgers.tool import Ledger, Rows, by_number, text
from verifier.model.migration_ledger import Entry, Migration

_PATH = re.compile(r"^(?:.*/)?(?:migrations?/[^/]+|[0-9]{13}-[^/]*)\.(?:js|ts|cjs|mjs)$")
_CLASS = re.compile(rb"\bclass\s+(\w+?([0-9]{13}))\b")
_NAME = re.compile(rb"""\bname\s*=\s*["'`](\w+?([0-9]{13}))["'`]""")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By the time at the end of the class names."""
    found: list[tuple[int, str, str]] = []
    for path, content in files.read(_candidates(files, folder)).items():
        # A property `name` is what the tool writes down, where there is one.
        pattern = _NAME if _NAME.search(content) else _CLASS
        found += [(int(m[2]), m[1].decode(), path) for m in pattern.finditer(content)]
    return tuple(Migration(name, file=path) for _, name, path in sorted(found))


def _candidates(files: Files, folder: str) -> list[str]:
    paths = below(files, folder) if folder else list(files.paths)
    return [path for path in paths if _PATH.match(path) and not path.endswith(".d.ts")]


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return tuple(Entry(text(row, "name")) for row in by_number(rows.ledger))


def detect(files: Files) -> int:
    """Migrations that implement its interface."""
    return 1 if says(files, _candidates(files, ""), "MigrationInterface") else 0


LEDGER = Ledger(
    tool="typeorm",
    table="migrations",
    columns=("id", "timestamp", "name"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx typeorm migration:run",
)
