"""
Prisma: `prisma/migrations/<name>/migration.sql`, with a checksum and marks of failure.

Source: https://www.prisma.io/docs/orm/prisma-migrate
"""

import hashlib

from verifier.database.files import Files
from verifier.database.ledgers.command_line import command, run_in
from verifier.database.ledgers.listing import folder_of, join, name_of, named, nearest
from verifier.database.ledgers.tool import Ledger, Rows, text
from verifier.model.migration_ledger import Entry, EntryState, Migration


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order of the folders' names."""
    every = named(files, "migration.sql")
    folders = {folder_of(folder_of(path)) for path in every}
    chosen = folder or (nearest(folders) if folders else "")
    found = [path for path in every if folder_of(folder_of(path)) == chosen]
    contents = files.read(found)
    made = [
        Migration(
            version=name_of(folder_of(path)),
            file=path,
            checksum=hashlib.sha256(contents[path]).hexdigest(),
        )
        for path in found
    ]
    return tuple(sorted(made, key=lambda migration: migration.version))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A row that was rolled back is as if it were not there; one that never ended has failed."""
    return tuple(
        Entry(
            text(row, "migration_name"),
            state=EntryState.FAILED if row.get("finished_at") is None else EntryState.APPLIED,
            checksum=text(row, "checksum"),
        )
        for row in sorted(rows.ledger, key=lambda row: text(row, "started_at"))
        if row.get("rolled_back_at") is None
    )


def detect(files: Files) -> int:
    """Its schema, or its lock file."""
    has_lock = any("/migrations/" in f"/{p}" for p in named(files, "migration_lock.toml"))
    return 2 if has_lock or named(files, "schema.prisma") else 0


def apply_in(files: Files) -> str:
    """The command for this checkout."""
    found = list_shipped(files, "")
    beside = folder_of(folder_of(folder_of(found[0].file))) if found else ""
    if name_of(beside) == "prisma":
        return run_in([beside], "npx prisma migrate deploy")
    schema = join(beside, "schema.prisma")
    return command(
        "npx", "prisma", "migrate", "deploy", schema=schema if schema in files.paths else ""
    )


LEDGER = Ledger(
    tool="prisma",
    table="_prisma_migrations",
    columns=("migration_name", "checksum", "finished_at", "rolled_back_at", "started_at"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx prisma migrate deploy",
    companion_files=r"(?:^|/)(?:schema\.prisma|migration_lock\.toml)$",
    apply_in=apply_in,
)
