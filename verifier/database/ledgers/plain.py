"""A bare `schema_version` row in `app_settings`, kept by the application's own migrations."""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import matching
from verifier.database.ledgers.tool import Ledger, Rows, text
from verifier.errors import UnexpectedAnswerError
from verifier.model.ledger import Entry, Migration, Reach

TOOL = "plain"
_FILE = re.compile(r"^([0-9]+)[^0-9].*\.(?:sql|py|js|ts|rb)$", re.DOTALL)
_USUAL = ("migrations", "db/migrations", "supabase/migrations", "sql")
_KEY = "schema_version"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """The digits in front of the file names, as numbers."""
    found = matching(files, folder, _FILE, _USUAL)
    made = [Migration(m[1], file=path) for path, m in found]
    return tuple(sorted(made, key=lambda m: (int(m.version), m.file)))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """
    One number tells the newest migration.

    Raises:
        UnexpectedAnswerError: the row is not there, or is there more than once.
    """
    found = [text(row, "value").strip() for row in rows.ledger if text(row, "key") == _KEY]
    match found:
        case [version] if version:
            return (Entry(version, reach=Reach.UP_TO),)
        case _:
            raise UnexpectedAnswerError(
                f"app_settings has {len(found)} rows {_KEY} with a value, one is needed"
            )


def sign(_: Files) -> int:
    """Nothing in a checkout tells of it."""
    return 0


LEDGER = Ledger(
    tool=TOOL,
    table="app_settings",
    columns=("key", "value"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    sign=sign,
)
