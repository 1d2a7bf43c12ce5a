"""
Sequelize and Umzug: files of a folder, named in the ledger with their extension.

Source: https://sequelize.org/docs/v6/other-topics/migrations/
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import JS, by_name, join, matching, named, setting
from verifier.database.ledgers.tool import Ledger, Rows, versions
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(rf"^(?!.*\.d\.ts$).+\.{JS}$")
_CONFIG = ".sequelizerc"
#: A text, or a call such as `path.resolve('db', 'migrations')`.
_FOLDER = r"""migrations-path["']?\s*:\s*([^\n})]*)"""
_TEXT = re.compile(r"""["'`]([^"'`]+)["'`]""")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name."""
    named_there = None if folder else setting(files, [_CONFIG], _FOLDER)
    wanted = folder or (
        join(named_there[0], "/".join(_TEXT.findall(named_there[1]))) if named_there else ""
    )
    found = matching(files, wanted, _FILE, ("migrations", "db/migrations"))
    return by_name(found)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return versions(rows, "name")


def detect(files: Files) -> int:
    """Its configuration."""
    return 2 if named(files, _CONFIG) else 0


LEDGER = Ledger(
    tool="sequelize",
    table="SequelizeMeta",
    columns=("name",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx sequelize-cli db:migrate",
)
