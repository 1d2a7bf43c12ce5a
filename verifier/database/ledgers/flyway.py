"""
Flyway: `V<version>__<text>.sql`, repeatable `R__`, baseline `B`, with a checksum over the lines.

Source: https://documentation.red-gate.com/flyway
"""

import re
import zlib
from collections import Counter

from verifier.database.files import Files
from verifier.database.ledgers.listing import below, folder_of, name_of, named, nearest
from verifier.database.ledgers.tool import Ledger, Rows, by_number, text
from verifier.model.migration_ledger import Entry, EntryState, Migration, Reach

_FILE = re.compile(r"^(?:([VB])([0-9][0-9._]*)|R)__(.*)\.sql$")
_UNDONE = ("UNDO", "UNDO_SQL", "DELETE")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By version, part by part as numbers; repeatable ones last, by name."""
    paths = below(files, folder) if folder else files.paths
    found = [(path, match) for path in paths if (match := _FILE.match(name_of(path)))]
    contents = files.read(path for path, _ in found)
    made: list[tuple[tuple[object, ...], Migration]] = []
    for path, match in found:
        checksum = str(_checksum(contents[path]))
        if match[1] is None:
            migration = Migration(name_of(path), match[3], path, checksum, is_repeatable=True)
            made.append(((1, (), name_of(path)), migration))
        elif match[1] == "V":
            parts = [part.lstrip("0") or "0" for part in re.split(r"[._]", match[2]) if part]
            version = ".".join(parts)
            order = (0, tuple(map(int, parts)), path)
            made.append((order, Migration(version, match[3], path, checksum)))
    twice = [v for v, n in Counter(m.version for _, m in made).items() if n > 1]
    if twice and not folder:
        # As in a project with further migrations for its tests.
        nearest({folder_of(m.file) for _, m in made if m.version in twice})
    return tuple(migration for _, migration in sorted(made, key=lambda pair: pair[0]))


def _checksum(content: bytes) -> int:
    """CRC-32 over the lines without their ends, as a signed number."""
    crc = 0
    decoded = content.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n")
    for line in decoded.replace("\r", "\n").split("\n"):
        crc = zlib.crc32(line.encode("utf-8", "surrogateescape"), crc)
    return crc - (1 << 32) if crc >= 1 << 31 else crc


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """The latest row of a migration counts; a baseline covers what is before it."""
    found: dict[str, Entry] = {}
    for row in by_number(rows.ledger, "installed_rank"):
        kind = text(row, "type")
        version = text(row, "version")
        version = _normal(version) if version else text(row, "script")
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


def _normal(version: str) -> str:
    return ".".join(part.lstrip("0") or "0" for part in re.split(r"[._]", version))


def detect(files: Files) -> int:
    """Its configuration, or the shape of its names."""
    if named(files, "flyway.conf", "flyway.toml"):
        return 2
    return 1 if any(_FILE.match(name_of(path)) for path in files.paths) else 0


LEDGER = Ledger(
    tool="flyway",
    table="flyway_schema_history",
    columns=("installed_rank", "version", "type", "script", "checksum", "success"),
    optional=("description",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="flyway migrate",
)
