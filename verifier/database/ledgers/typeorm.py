"""
TypeORM: classes whose names end in a time; the files may be called anything.

Source: https://typeorm.io/docs/migrations/why/
"""

import re

from verifier.database.code_readers import in_javascript
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.migration_files import (
    below,
    folder_of,
    join,
    name_of,
    nearest,
    says,
)
from verifier.database.query_objects import read_query_object
from verifier.database.settings_files import read_text
from verifier.database.tool_commands import command
from verifier.database.tool_settings import in_code
from verifier.model.migration_ledger import Entry, Migration

_PATH = re.compile(r"^(?:.*/)?(?:migrations?/(?:[^/]+/)?[^/]+|[0-9]{13}-[^/]*)\.(?:js|ts|cjs|mjs)$")
#: Copies that a build made.
_BUILT = re.compile(r"^(?:.*/)?(?:dist|build|out)/")
_GLOBS = re.compile(r"\bmigrations[\"']?\s*:\s*\[([^\]]*)\]")
_TEXT = re.compile(r"""["'`](?:\$\{__dirname\})?([^"'`]+)["'`]""")
_POSTGRES = re.compile(r"""\btype["']?\s*:\s*["'`](?:postgres|cockroachdb|aurora-postgres)["'`]""")
_OURS = ("postgres", "postgresql", "pg")
_DATA_SOURCE = re.compile(
    r"(?:^|/)(?:[^/]*data-?source[^/]*|ormconfig|[^/]*typeorm[^/]*|(?:app|database)\.module|database)"
    r"\.(?:js|ts|cjs|mjs|json)$",
    re.IGNORECASE,
)
_CLASS = re.compile(rb"\bclass\s+(\w+?([0-9]{13}))\b")
_NAME = re.compile(rb"""\bname\s*=\s*["'`](\w+?([0-9]{13}))["'`]""")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By the time at the end of the class names."""
    candidates = _candidates(files, folder)
    chosen = candidates if folder else _of_one_source(files, candidates)
    found: list[tuple[int, str, str]] = []
    for path, content in files.read(chosen).items():
        # A property `name` is what the tool writes down, where there is one.
        pattern = _NAME if _NAME.search(content) else _CLASS
        found += [(int(m[2]), m[1].decode(), path) for m in pattern.finditer(content)]
    return tuple(Migration(name, file=path) for _, name, path in sorted(found))


def _candidates(files: Files, folder: str) -> list[str]:
    paths = below(files, folder) if folder else list(files.paths)
    return [
        path
        for path in paths
        if _PATH.match(path) and not path.endswith(".d.ts") and (folder or not _BUILT.match(path))
    ]


def _of_one_source(files: Files, paths: list[str]) -> list[str]:
    """
    The migrations of one data source: of the folders that it names, or of the only one.

    Raises:
        UnexpectedAnswerError: there are several folders, and nothing tells which is meant.
    """
    folders = {folder_of(path) for path in paths}
    if len(folders) < 2:
        return paths
    for source in _data_sources(files):
        code = read_text(files, source)
        globs = _GLOBS.search(code)
        if globs is None or not _POSTGRES.search(code):
            continue
        starts = [_start(source, glob) for glob in _TEXT.findall(globs[1])]
        named_there = [p for p in paths if any(p.startswith(start) for start in starts if start)]
        if named_there:
            return named_there
    ours = {f for f in folders if name_of(f) in _OURS or name_of(folder_of(f)) in _OURS}
    chosen = nearest(ours or folders)
    return [path for path in paths if folder_of(path) == chosen]


def _start(source: str, glob: str) -> str:
    """The folder that a glob starts with, of the sources where it names what is built of them."""
    fixed = re.sub(r"^/+", "", re.split(r"[*{\[]", glob)[0])
    is_near = not re.match(r"(?:\./)?(?:src|dist|build)/", fixed)
    place = re.sub(r"^(?:\./)?(?:dist|build)/", "src/", fixed)
    return join(folder_of(source) if is_near else "", place)


def table_of(files: Files) -> TableName:
    """Its data source may give it another name; the schema is the connection's."""
    return TableName(table=in_code(files, _data_sources(files), "migrationsTableName"))


def _data_sources(files: Files) -> list[str]:
    return [p for p in files.paths if _DATA_SOURCE.search(p) and "/test" not in f"/{p}"]


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return tuple(Entry(text(row, "name")) for row in by_number(rows.ledger))


def detect(files: Files) -> int:
    """Its configuration, or migrations that implement its interface."""
    if any(name_of(path).startswith("ormconfig.") for path in files.paths):
        return 2
    return 1 if says(files, _candidates(files, ""), "MigrationInterface") else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    sources = [p for p in _data_sources(files) if _GLOBS.search(read_text(files, p))]
    source = sources[0] if len(sources) == 1 else ""
    program = "typeorm-ts-node-commonjs" if source.endswith(".ts") else "typeorm"
    return command("npx", program, "migration:run", d=source)


LEDGER = Ledger(
    tool="typeorm",
    table="migrations",
    columns=("id", "timestamp", "name"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx typeorm migration:run",
    table_of=table_of,
    apply_in=apply_in,
    read_code=in_javascript(read_query_object),
)
