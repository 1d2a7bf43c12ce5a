"""
Rails: `db/migrate/<digits>_<name>.rb`, one row a version.

Source: https://guides.rubyonrails.org/active_record_migrations.html
"""

import re
from collections.abc import Collection, Iterator, Sequence

from verifier.database.code_readers import in_ruby
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, versions
from verifier.database.migration_files import (
    folder_of,
    join,
    matching,
    matching_in,
    name_of,
    named,
)
from verifier.database.rails_databases import FOLDER, folders_of_database
from verifier.database.rails_operations import read_rails
from verifier.database.tool_commands import run_in
from verifier.database.tool_settings import in_code
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^([0-9]+)_([_a-z0-9]*)(?:\.[_a-z0-9]*)?\.rb$")
_CONFIG = re.compile(r"(?:^|/)config/(?:application|environments/production)\.rb$")
#: Source: https://guides.rubyonrails.org/configuring.html#initialization-events
_ADDS = re.compile(rb"""paths(?:\[|\.add)[\s(]*["']db/migrate["']|\bmigrations_paths\b""")
_ADDED = re.compile(r"""["']([\w./*-]*/?db/migrate)/?["']""")
_JOINED, _QUOTED = re.compile(r"\bjoin\(([^()]{1,200})\)"), re.compile(r"""["']([\w./-]+)["']""")
#: What is so in development, or in tests, is not known of production.
_OF_A_KIND = re.compile(r"\bRails\.env\b")
#: How many lines before another one are looked at for what it depends on.
_NEAR = 100
_GIVEN = re.compile(r"\s*([a-z_]\w*)\s*=[^=~>]")
_WORDS = re.compile(r"%w[\[({]([^\])}]*)")
_INITIALIZER = re.compile(r"(?:^|/)config/initializers/[^/]+\.rb$")
#: Gems that run the migrations of packages in place.
_PACKS = re.compile(rb"""^[ \t]*gem[ \t]+["'](?:packs-rails|stimpack)["']""", re.MULTILINE)
_OF_PACKS = ("packs/*", "packs/*/*")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number, with those of engines that add their folder to the application's."""
    own = () if folder else folders_of_database(files)
    wanted = [folder] if folder else own
    found = matching_in(files, wanted, _FILE, (FOLDER,))
    if found and not folder and not own:
        taken = {folder_of(path) for path, _ in found}
        for engine in sorted((_engines(files) | _configured(files)) - taken):
            found += matching(files, engine, _FILE, (FOLDER,))
    found += _deeper(files, {folder_of(path) for path, _ in found})
    made = [Migration(m[1], m[2], path) for path, m in found]
    return tuple(sorted(made, key=lambda migration: int(migration.version)))


def _deeper(files: Files, folders: Collection[str]) -> list[tuple[str, re.Match[str]]]:
    """What lies in folders of these folders, which Rails applies as well."""
    within = tuple(f"{folder}/" for folder in folders if folder)
    paths = [p for p in files.paths if p.startswith(within) and folder_of(p) not in folders]
    matches = [(path, _FILE.match(name_of(path))) for path in paths]
    return [(path, match) for path, match in matches if match is not None]


def _engines(files: Files) -> set[str]:
    """Folders of migrations that engines of this checkout have run in place."""
    engines = {p for p in named(files, "engine.rb") if "/lib/" in f"/{p}"}
    texts = files.read(engines) if engines else {}
    homes = [f"/{path}".rpartition("/lib/")[0][1:] for path in engines if _ADDS.search(texts[path])]
    return {join(home, FOLDER) for home in homes}


def _configured(files: Files) -> set[str]:
    """
    Folders of migrations that the application adds, by name or by a pattern.

    Raises:
        UnexpectedAnswerError: it adds one only where its environment says so.
    """
    patterns: set[str] = set()
    numbered = {folder_of(path) for path in files.paths if _FILE.match(name_of(path))}
    found: set[str] = set()
    configs = [p for p in files.paths if _CONFIG.search(p) or _INITIALIZER.search(p)]
    for path, content in files.read(configs).items():
        root = f"/{path}".rpartition("/config/")[0][1:]
        if _ADDS.search(content):
            named_ = _ADDED.findall(content.decode("utf-8", "replace"))
            patterns |= {join(root, each) for each in named_}
            found |= _added(path, content.decode("utf-8", "replace"), numbered)
    for path, content in files.read(named(files, "Gemfile")).items():
        if _PACKS.search(content):
            patterns |= {join(folder_of(path), f"{pack}/{FOLDER}") for pack in _OF_PACKS}
    fits = [_fitting(each) for each in patterns]
    folders = {folder_of(path) for path in files.paths if path.endswith(".rb")}
    return found | {each for each in folders if any(fit.fullmatch(each) for fit in fits)}


def _fitting(folder: str) -> re.Pattern[str]:
    return re.compile(re.escape(folder).replace(r"\*", "[^/]*"))


def _added(path: str, text: str, folders: Collection[str]) -> set[str]:
    """Those of the folders that lines of a configuration add, under any name."""
    root = f"/{path}".rpartition("/config/")[0][1:]
    if not {"spec", "test"}.isdisjoint(root.split("/")):
        return set()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found: set[str] = set()
    for at, line in enumerate(lines):
        if not _ADDS.search(line.encode()):
            continue
        before = lines[max(0, at - _NEAR) : at]
        conditions = "\n".join(_around([*before, line]))
        if _OF_A_KIND.search(conditions):
            continue
        fits = [_fitting(join(root, each)) for each in _folders_in(line, before)]
        added = {folder for folder in folders if any(fit.fullmatch(folder) for fit in fits)}
        added.discard(join(root, FOLDER))
        if added and re.search(r"\bENV\b", conditions):
            raise UnexpectedAnswerError(
                f"{path} adds {', '.join(sorted(added))} only as its environment says",
                hint="set ledger.path to the one that production has",
            )
        found |= added
    return found


def _folders_in(line: str, before: Sequence[str]) -> Iterator[str]:
    """The folders that a line names, itself or by variables; a part that is not known is `*`."""
    names = set(re.findall(r"[a-z_]\w*", line))
    given = [each for each in before if (m := _GIVEN.match(each)) and m[1] in names]
    for each in (line, *given):
        for parts in _JOINED.findall(each):
            texts = [_QUOTED.fullmatch(part.strip()) for part in parts.split(",")]
            if any(texts):
                yield "/".join(text[1] if text else "*" for text in texts)
        for words in _WORDS.findall(each):
            yield from words.split()
        yield from (text for text in _QUOTED.findall(each) if "/" in text)


def _around(lines: Sequence[str]) -> Iterator[str]:
    """The last line, and those that it stands inside of by their indentation."""
    depth = len(lines[-1]) + 1
    for line in reversed(lines):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent < depth:
            depth = indent
            yield line


def table_of(files: Files) -> TableName:
    """Its configuration may give it another name, or a prefix as to every table."""
    paths = [path for path in files.paths if _CONFIG.search(path)]
    table = in_code(files, paths, "schema_migrations_table_name") or "schema_migrations"
    prefix = in_code(files, paths, "table_name_prefix")
    return TableName(table=f"{prefix}{table}{in_code(files, paths, 'table_name_suffix')}")


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a version."""
    return versions(rows, "version")


def detect(files: Files) -> int:
    """Its folder."""
    return 2 if any(f"/{FOLDER}/" in f"/{p}" and p.endswith(".rb") for p in files.paths) else 0


def apply_in(_: Files, folder: str) -> str:
    """The command for this checkout."""
    home = [folder_of(folder)] if folder else []
    return run_in(home, "RAILS_ENV=production bin/rails db:migrate")


LEDGER = Ledger(
    tool="rails",
    table="schema_migrations",
    columns=("version",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="bin/rails db:migrate",
    beside="ar_internal_metadata",
    table_of=table_of,
    companion_files=r"(?:^|/)db/(?:schema\.rb|structure\.sql)$",
    apply_in=apply_in,
    read_code=in_ruby(("change", "up"), read_rails),
)
