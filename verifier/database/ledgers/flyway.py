"""
Flyway: `V<version>__<text>.sql`, repeatable `R__`, baseline `B`, with a checksum over the lines.

Migrations may be Java classes or scripts as well, known by the same names.

Source: https://documentation.red-gate.com/flyway
"""

import re
import zlib
from collections.abc import Sequence

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.migration_files import (
    below,
    folder_of,
    join,
    name_of,
    named,
    nearest,
)
from verifier.database.settings_files import read_toml
from verifier.database.tool_commands import command, run_from, seen_from
from verifier.database.tool_settings import java_settings, spring_settings
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Applicability, Entry, EntryState, Migration, Reach
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(
    r"^(?:([VB])([0-9][0-9._]*)|R)__(.*)\.(sql|java|kt|groovy|scala|sh|bash|ps1|bat|cmd|py)$"
)
_SQL = re.compile(r"^(?:[VB][0-9][0-9._]*|R)__.*\.sql$")
#: Settings for how a file's name begins, with how it does without them.
_PREFIXES = {
    "repeatablesqlmigrationprefix": "R",
    "baselinemigrationprefix": "B",
    "sqlmigrationprefix": "V",
}
_NAMING = frozenset({*_PREFIXES, "sqlmigrationseparator", "sqlmigrationsuffixes"})
_UNDONE = ("UNDO", "UNDO_SQL", "DELETE")
#: Folders of what is no part of the application, or a copy of it.
_BESIDE = re.compile(r"(?:^|/)(?:src/(?:test|integrationTest|it)|tests?|build|out|bin)/")
_USUAL = ("db/migration", "sql", "migrations", "migration")
_VENDORS = (
    *("db2", "derby", "h2", "hsqldb", "mariadb", "mysql", "oracle", "postgres", "postgresql"),
    *("snowflake", "sqlite", "sqlserver"),
)
_OURS = ("postgresql", "postgres")
#: The address of the database in the environment, where Flyway itself looks for it.
_ADDRESS = '"$FLYWAY_URL"'
_ON_CLASSPATH = ("src/main/resources", "src/main/java", "src/main/kotlin", "resources", "")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By version, part by part as numbers; repeatable ones last, by name."""
    settings, config = _settings(files)
    roots = [folder] if folder else _locations(files, settings, config) or _guessed(files)
    found = [
        (path, match)
        for path in sorted({path for root in roots for path in below(files, root)})
        if (match := _FILE.match(_as_usual(name_of(path), settings)))
        and not (_BESIDE.search(path) and not folder)
    ]
    contents = files.read(path for path, match in found if match[4] == "sql")
    target = settings.get("target", "")
    made: list[tuple[tuple[object, ...], Migration]] = []
    for path, match in found:
        checksum = _checksum(contents[path]) if path in contents else ""
        if match[1] is None:
            name = name_of(path) if match[4] == "sql" else name_of(path).rpartition(".")[0]
            # The checksum of a repeatable one is that of its text with values in its placeholders.
            known = "" if "${" in contents.get(path, b"").decode("latin-1") else checksum
            migration = Migration(name, match[3], path, known, is_repeatable=True)
            made.append(((1, (), name_of(path)), migration))
        elif match[1] == "V":
            version = _normal(match[2])
            is_wanted = not target[:1].isdigit() or _numbers(version) <= _numbers(_normal(target))
            wanted = Applicability.YES if is_wanted else Applicability.NO
            migration = Migration(
                version, match[3], path, checksum, key=_bare(version), wanted=wanted
            )
            made.append(((0, _numbers(version), path), migration))
    return tuple(migration for _, migration in sorted(made, key=lambda pair: pair[0]))


def _as_usual(name: str, settings: dict[str, str]) -> str:
    """
    Return the name that a file would have without settings for names; empty for no migration.

    Source: https://documentation.red-gate.com/flyway/reference/configuration/flyway-namespace
    """
    if not _NAMING.intersection(settings):
        return name
    endings = settings.get("sqlmigrationsuffixes", ".sql").split(",")
    ending = next((e.strip() for e in endings if e.strip() and name.endswith(e.strip())), "")
    if not ending:
        return "" if name.endswith(".sql") else name
    separator = settings.get("sqlmigrationseparator") or "__"
    start, found, rest = name.removesuffix(ending).partition(separator)
    for setting, kind in _PREFIXES.items() if found else ():
        prefix = settings.get(setting, kind)
        if start.startswith(prefix) and (kind == "R") == (start == prefix):
            return f"{kind}{start.removeprefix(prefix)}__{rest}.sql"
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _bare(version).split("."))


def _checksum(content: bytes) -> str:
    """CRC-32 over the lines without their ends, as a signed number."""
    crc = 0
    decoded = content.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n")
    for line in decoded.replace("\r", "\n").split("\n"):
        crc = zlib.crc32(line.encode("utf-8", "surrogateescape"), crc)
    return str(crc - (1 << 32) if crc >= 1 << 31 else crc)


def _settings(files: Files) -> tuple[dict[str, str], str]:
    """What its own configuration says, else Spring's, by lower case names; and its path."""
    for path in named(files, "flyway.toml", "flyway.conf"):
        if path.endswith(".conf"):
            given = java_settings(files, path)
            return {k.lower().removeprefix("flyway."): v for k, v in given.items()}, path
        match read_toml(files, path).get("flyway"):
            case dict(section):
                return {k.lower(): _comma_separated(v) for k, v in section.items()}, path
            case _:
                continue
    return spring_settings(files, "spring.flyway.")


def _comma_separated(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _locations(files: Files, settings: dict[str, str], config: str) -> list[str]:
    """
    The folders that the configuration names and that are there.

    Raises:
        UnexpectedAnswerError: it names one that is not read here.
    """
    found: list[str] = []
    for location in filter(None, map(str.strip, settings.get("locations", "").split(","))):
        kind, _, place = location.rpartition(":")
        place = place.replace("{vendor}", _OURS[0])
        if "*" in place:
            text_ = f"{config} has the location {location}, whose pattern is not read here"
            raise UnexpectedAnswerError(text_, hint="set ledger.path")
        project = re.sub(r"(?:^|/)(?:src/main/resources|conf)$", "", folder_of(config))
        starts = ("", project) if kind == "filesystem" else _on_classpath(project)
        there = {join(start, place) for start in starts}
        found += [folder for folder in sorted(there) if below(files, folder)]
    return found


def _on_classpath(project: str) -> tuple[str, ...]:
    return tuple(join(project, part) for part in _ON_CLASSPATH)


def _guessed(files: Files) -> list[str]:
    """The folder that is called as is usual, or the only one; other databases' are left out."""
    folders = {
        folder_of(path)
        for path in files.paths
        if _SQL.match(name_of(path)) and not _BESIDE.search(path)
    }
    for ending in _USUAL:
        tops = {top for folder in folders if (top := _up_to(folder, ending)) is not None}
        if tops:
            return _of_our_vendor(nearest(tops), folders)
    return [nearest(folders)] if folders else []


def _up_to(folder: str, ending: str) -> str | None:
    before, found, _ = f"/{folder}/".partition(f"/{ending}/")
    return join("", f"{before}/{ending}") if found else None


def _of_our_vendor(top: str, folders: Sequence[str] | set[str]) -> list[str]:
    vendors = {f for f in folders if folder_of(f) == top and name_of(f) in _VENDORS}
    ours = [folder for folder in vendors if name_of(folder) in _OURS]
    if not ours:
        return [top]
    common = [f for f in folders if f not in vendors and f.startswith(f"{top}/")]
    return [*ours, *common]


def table_of(files: Files) -> TableName:
    """Its configuration, or Spring's, may give it another name and schema."""
    given, _ = _settings(files)
    schema = given.get("defaultschema") or given.get("schemas", "").split(",")[0].strip()
    return TableName(schema, given.get("table", ""))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """The latest row of a migration counts; a baseline covers what is before it."""
    found: dict[str, Entry] = {}
    for row in by_number(rows.ledger, "installed_rank"):
        kind = text(row, "type")
        version = text(row, "version")
        version = _bare(_normal(version)) if version else _script(text(row, "script"))
        if kind == "SCHEMA":
            continue
        found.pop(version, None)
        if kind not in _UNDONE:
            found[version] = Entry(
                version,
                text(row, "description"),
                EntryState.APPLIED if row.get("success") else EntryState.FAILED,
                text(row, "checksum"),
                Reach.UP_TO if "BASELINE" in kind else Reach.ITSELF,
            )
    return tuple(found.values())


def _script(script: str) -> str:
    """The name of a repeatable migration: without folders, of a class without its package."""
    name = re.split(r"[/\\]", script)[-1]
    return name if name.endswith(".sql") else re.sub(r"^.*\.(?=R__)", "", name)


def _normal(version: str) -> str:
    return ".".join(part.lstrip("0") or "0" for part in re.split(r"[._]", version) if part)


def _bare(version: str) -> str:
    """Without zeros at the end: Flyway takes 1.0 and 1 for one version."""
    return re.sub(r"(?:\.0)+$", "", version)


def detect(files: Files) -> int:
    """Its configuration, Spring's, or the shape of its names."""
    if named(files, "flyway.conf", "flyway.toml") or spring_settings(files, "spring.flyway.")[1]:
        return 2
    return 1 if any(_SQL.match(name_of(path)) for path in files.paths) else 0


def apply_in(files: Files, _folder: str) -> str:
    """The command for this checkout; without an address in its configuration it asks for one."""
    settings, config = _settings(files)
    is_own = config.endswith((".conf", ".toml"))
    start = _start(files, settings, config) if is_own else None
    options = {"configFiles": seen_from(start or "", config) if is_own else ""}
    if start is None:
        roots = _locations(files, settings, config) or _guessed(files)
        options["locations"] = ",".join(f"filesystem:{root}" for root in roots)
    if not is_own:
        name = table_of(files)
        options |= {"table": name.table, "defaultSchema": name.schema}
    words = [f"-{key}={value}" for key, value in options.items() if value]
    address = "" if is_own and _has_address(files, settings, config) else f"-url={_ADDRESS} "
    return run_from(start or "", f"{command('flyway', *words)} {address}migrate")


def _has_address(files: Files, settings: dict[str, str], config: str) -> bool:
    has_places = config.endswith(".toml") and "environments" in read_toml(files, config)
    return has_places or "url" in settings


def _start(files: Files, settings: dict[str, str], config: str) -> str | None:
    """The folder that its locations are seen from; None where its program would not find them."""
    given = [each.strip() for each in settings.get("locations", "").split(",") if each.strip()]
    places = [each.removeprefix("filesystem:") for each in given]
    if not given or places == given:
        return None
    here = folder_of(config)
    for start in dict.fromkeys((here, folder_of(here), "")):
        if all(below(files, join(start, place)) for place in places):
            return start
    return None


LEDGER = Ledger(
    tool="flyway",
    table="flyway_schema_history",
    columns=("installed_rank", "version", "type", "script", "checksum", "success"),
    optional=("description",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="flyway migrate",
    table_of=table_of,
    companion_files=r"(?:^|/)U[0-9][0-9._]*__[^/]*\.sql$",
    apply_in=apply_in,
    rules=ToolRules(
        (
            ToolRequests(
                " migrate",
                failed=(("once nothing is left of it", " repair"),),
                late=" -outOfOrder=true migrate",
                usual="flyway migrate",
            ),
        ),
        stops_at_missing=True,
    ),
)
