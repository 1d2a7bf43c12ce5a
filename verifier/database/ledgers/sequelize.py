"""
Sequelize and Umzug: files of a folder, named in the ledger with their extension.

Source: https://sequelize.org/docs/v6/other-topics/migrations/
"""

import re

from verifier.database.code_readers import in_javascript
from verifier.database.code_settings import code_folders
from verifier.database.files import Files
from verifier.database.given_folder import Applying, folder_given
from verifier.database.ledger_tool import Ledger, Rows, TableName, versions
from verifier.database.migration_files import (
    JS,
    by_name,
    guessed,
    join,
    matching,
    named,
    nearest,
    says,
)
from verifier.database.query_objects import read_query_object
from verifier.database.settings_files import setting
from verifier.database.tool_commands import command, run_in
from verifier.database.tool_settings import in_code
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(rf"^(?!.*\.d\.ts$).+\.{JS}$")
_USUAL = ("migrations", "db/migrations")
_CONFIG = ".sequelizerc"
#: The file that it names as the configuration.
_NAMED = r"""(?<![\w-])["']?config["']?\s*:\s*([^\n})]*)"""
_ENDINGS = ("", ".js", ".cjs", ".ts", ".json")
_SETTINGS = re.compile(r"(?:^|/)(?:config/(?:config|database)\.(?:json|c?js|ts)|\.sequelizerc)$")
_TEXT = re.compile(r"""["'`]([^"'`]+)["'`]""")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name."""
    configs = named(files, _CONFIG)
    named_there = code_folders(
        files, [nearest(configs)] if configs and not folder else [], "", "migrations-path", _FILE
    )
    own = next(iter(named_there), "")
    usual = (own,) if own else _USUAL
    verbs, options = r"db:migrate(?![:\w])", ("--migrations-path",)
    applying = Applying(
        "sequelize", verbs, options, usual, _FILE, ("queryInterface",), configured=own
    )
    wanted = folder or folder_given(files, applying) or own
    found = matching(files, wanted, _FILE, _USUAL)
    return by_name(found)


def table_of(files: Files) -> TableName:
    """Its configuration may give it another name and schema."""
    paths = [path for path in files.paths if _SETTINGS.search(path)]
    chosen = setting(files, [_CONFIG], _NAMED)
    if chosen is not None:
        named_there = join(chosen[0], "/".join(_TEXT.findall(chosen[1])))
        found = [f"{named_there}{ending}" for ending in _ENDINGS]
        paths = [path for path in found if path in files.paths][:1] or paths
    return TableName(
        in_code(files, paths, "migrationStorageTableSchema"),
        in_code(files, paths, "migrationStorageTableName"),
    )


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return versions(rows, "name")


def detect(files: Files) -> int:
    """Its configuration, or migrations that take its argument."""
    if named(files, _CONFIG):
        return 2
    return 1 if says(files, guessed(files, _FILE, _USUAL), "queryInterface") else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    line = command("npx", "sequelize-cli", "db:migrate", env="production")
    return run_in(named(files, _CONFIG), line)


LEDGER = Ledger(
    tool="sequelize",
    table="SequelizeMeta",
    columns=("name",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx sequelize-cli db:migrate",
    table_of=table_of,
    apply_in=apply_in,
    read_code=in_javascript(read_query_object),
)
