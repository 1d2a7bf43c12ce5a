"""What migrations between two commits do to the code of the older one. Nothing of them is run."""

from collections.abc import Sequence

from verifier.database.breaking_changes import Touched, breaking_changes, touched
from verifier.database.code_usage import (
    NO_CODE,
    READS_ALL,
    READS_ALL_BELOW,
    UPSERTS,
    places_of,
    table_read,
    tables_in_block,
    words_for,
)
from verifier.database.files import Commit
from verifier.database.made_again import LOST_KEYS
from verifier.database.migration_reading import Steps, read_migration
from verifier.database.older_migrations import GONE, naming
from verifier.database.schema_state import Change
from verifier.errors import UnexpectedAnswerError
from verifier.model.breaking_change import BreakingChange, ChangeKind
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import Migration

#: A commit, and those of its migrations that are looked at, in their order.
Shipped = tuple[Commit, Sequence[Migration]]

KEYS = tuple(LOST_KEYS.values())


def code_breaks(
    tool: str, older: Shipped, newer: Shipped
) -> tuple[BreakingChange, ...] | Unobserved:
    """
    Return what the newer migrations do to the code of the older commit.

    Of the older migrations only those are read that name what the newer ones change.
    """
    code, before = older
    _, migrations = newer
    try:
        steps = _steps(tool, newer)
        # Whether what is made again is as it was, the older ones tell.
        about = touched(steps)
        is_any = about.changes or about.asked
        found = breaking_changes(steps, _naming(about, tool, older)) if is_any else ()
    except UnexpectedAnswerError as error:
        return Unobserved(error.message, error.hint)
    read = _read_by(code, found, [m.file for m in (*before, *migrations) if m.file])
    if isinstance(read, Unobserved):
        return read
    keys = _upserts(code, found, [m.file for m in (*before, *migrations) if m.file])
    if isinstance(keys, Unobserved):
        return keys
    files = {m.version: m.file for m in migrations}
    return tuple(
        BreakingChange(
            change.migration,
            change.what,
            keys.get(change.key, _is_needed(change, *read)),
            change.kind,
            files.get(change.migration, ""),
            change.line,
        )
        for change in found
    )


def _read_by(
    code: Commit, found: Sequence[Change], migrations: Sequence[str]
) -> tuple[frozenset[str], frozenset[str]] | Unobserved:
    """Return the words that the older code has, and the tables that it reads every column of."""
    words = {word for c in found for word in words_for(c.kind, c.name, c.owner)}
    left_out = [*places_of(migrations), *NO_CODE]
    used = code.worktree.words_in(code.sha, words, left_out)
    if isinstance(used, Unobserved):
        return used
    if not any(c.kind in GONE and c.owner for c in found):
        return used, frozenset()
    lines = code.worktree.matches(code.sha, READS_ALL, left_out)
    if isinstance(lines, Unobserved):
        return lines
    blocks = code.worktree.blocks(code.sha, READS_ALL_BELOW, left_out)
    if isinstance(blocks, Unobserved):
        return blocks
    over_lines = (tables_in_block(block) for block in blocks)
    return used, frozenset(table_read(line) for line in lines).union(*over_lines)


def _is_needed(
    change: Change, used: frozenset[str], read_whole: frozenset[str]
) -> bool | Unobserved:
    words = words_for(change.kind, change.name, change.owner)
    if not words:
        return _for_a_person(change)
    if words & used and change.kind is ChangeKind.UNWRITABLE:
        return Unobserved(f"look whether the older code writes to {change.name}")
    if words & used:
        return True
    if change.kind in GONE and change.owner.rpartition(".")[2].casefold() in read_whole:
        return Unobserved(f"the older code reads every column of {change.owner}")
    return _for_a_person(change) if change.is_unnamed else False


def _for_a_person(change: Change) -> Unobserved:
    place = f"line {change.line} of it" if change.line else "it"
    return Unobserved(f"review {place} yourself")


def _upserts(
    code: Commit, found: Sequence[Change], migrations: Sequence[str]
) -> dict[tuple[ChangeKind, str, str], bool | Unobserved] | Unobserved:
    """
    Return of each key that a table lost whether the older code needs it.

    It does where a file that names the table writes `on conflict`, in the words of SQL or of a
    library. A table without its primary key, or an upsert elsewhere, is for a person to look at.
    """
    told: dict[tuple[ChangeKind, str, str], bool | Unobserved] = {}
    left_out = [*places_of(migrations), *NO_CODE]
    keys = [c for c in found if c.kind is ChangeKind.CONSTRAINED and c.name.startswith(KEYS)]
    for change in keys:
        words = words_for(change.kind, change.name, change.owner) if change.owner else frozenset()
        beside = code.worktree.have_both(code.sha, UPSERTS, words, left_out)
        if isinstance(beside, Unobserved):
            return beside
        is_primary = change.name.startswith(LOST_KEYS["primary"])
        used = beside or code.worktree.words_in(code.sha, words, left_out)
        if isinstance(used, Unobserved):
            return used
        elsewhere = Unobserved("whether the older code writes `on conflict` there is not known")
        told[change.key] = bool(words) if beside else elsewhere if is_primary and used else False
        if beside and not words:
            told[change.key] = elsewhere
    return told


def _steps(tool: str, shipped: Shipped) -> dict[str, Steps]:
    commit, migrations = shipped
    contents = commit.read([m.file for m in migrations if m.file])
    return {m.version: read_migration(tool, m, contents[m.file]) for m in migrations if m.file}


def _naming(about: Touched, tool: str, older: Shipped) -> list[Steps]:
    """Read those of the older migrations that name what the newer ones are about."""
    commit, migrations = older
    contents = commit.read([m.file for m in migrations if m.file])
    lowered = {file: content.lower() for file, content in contents.items()}
    chosen = naming(about, lowered)
    return [
        read_migration(tool, m, contents[m.file]) for m in migrations if m.file and m.file in chosen
    ]
