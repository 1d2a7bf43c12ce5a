"""What migrations between two commits do to the code of the older one. Nothing of them is run."""

import re
from collections.abc import Collection, Mapping, Sequence

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
from verifier.database.column_types import bare_type
from verifier.database.files import Commit
from verifier.database.made_again import LOST_KEYS
from verifier.database.migration_reading import Steps, read_migration
from verifier.database.schema_state import Change
from verifier.errors import UnexpectedAnswerError
from verifier.model.breaking_change import BreakingChange, ChangeKind
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import Migration

#: A commit, and those of its migrations that are looked at, in their order.
Shipped = tuple[Commit, Sequence[Migration]]

KEYS = tuple(LOST_KEYS.values())
_GONE = (ChangeKind.DROPPED, ChangeKind.RENAMED, ChangeKind.RETYPED)
#: Letters of a name that many words have in them.
_SHORT = 3
#: Table and function of a trigger.
_TRIGGERS = re.compile(
    rb"\btrigger\b[^;]{0,999}?\bon\s+([\w.\"]+)[^;]{0,999}?\bexecute\s+(?:function|procedure)\s+([\w.\"]+)"
)
_TABLES = re.compile(rb"\btable\s{1,9}(?:if\s{1,9}not\s{1,9}exists\s{1,9})?([\w.\"]{1,127})")
#: Former and later name of a model.
_RENAMED = re.compile(
    rb"\brenamemodel\(\s{0,99}(?:old_name\s{0,9}=\s{0,9})?['\"](\w{1,99})['\"],"
    rb"\s{0,99}(?:new_name\s{0,9}=\s{0,9})?['\"](\w{1,99})['\"]"
)
#: How columns end that libraries make without naming them: `timestamps`, a polymorphic reference.
_MADE_UNNAMED = ("_at", "_on", "_type")
#: What of an older migration tells of all columns of a table, without naming them.
_SHAPING = rb"\bview\b|\btrigger\b|rename|\blike\b|inherit|partition|\binto\b|\bas\s{1,9}select\b"
#: What gives rights on what it does not name, or to a role by another one.
_GIVING = re.compile(
    rb"\bdefault\s{1,9}privileges\b|\bon\s{1,9}all\s{1,9}\w{1,20}\s{1,9}in\s{1,9}schema\b"
    rb"|\bgrant\s{1,9}[\w\"]{1,63}(?:\s{0,9},\s{0,9}[\w\"]{1,63}){0,20}\s{1,9}to\b"
)
#: Types and functions that no migration makes, and that many name.
_EVERYWHERE = frozenset(
    {"text", "int4", "int8", "int2", "bool", "varchar", "numeric", "timestamptz", "timestamp"}
    | {"date", "time", "uuid", "json", "jsonb", "bytea", "serial", "bigserial", "float4", "float8"}
    | {"now", "count", "coalesce", "values", "gen_random_uuid", "in", "exists", "any", "max", "min"}
    | {"sum", "lower", "upper", "setval", "nextval", "set_config", "pg_get_serial_sequence", ""}
    | {"bpchar", "inet", "interval", "citext", "from", "select", "as", "on", "and", "or", "using"}
)


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
    if not any(c.kind in _GONE and c.owner for c in found):
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
    if change.kind in _GONE and change.owner.rpartition(".")[2].casefold() in read_whole:
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


def _names_in(about: Touched) -> frozenset[str]:
    """
    Return the names, in lower case, of which older migrations have one if they matter.

    Of a part it is the whole that counts: a column is often called as those of every table are.
    Where a framework puts the name of an app before that of a table, both forms are there.
    """
    bare = {
        name.rpartition(".")[2].casefold()
        for change in about.changes
        if not _start_of_column(change)
        for name in (
            (change.owner,)
            if change.owner and change.kind is not ChangeKind.REVOKED
            else (change.name.removeprefix(LOST_KEYS["unique"]), change.owner)
        )
    }
    bare |= {bare_type(name).rpartition(".")[2].casefold() for name in about.asked} - _EVERYWHERE
    return _with_apps(bare)


def _with_apps(names: Collection[str]) -> frozenset[str]:
    return frozenset(each for name in names for each in (name, name.partition("_")[2]) if each)


def _start_of_column(change: Change) -> str:
    """
    Return how the name of a changed column begins wherever a migration names it, empty if not so.

    Some libraries make columns of times, keys and kinds without naming each.
    """
    name = change.name.casefold()
    first = name.partition("_")[0]
    is_made_unnamed = not first or name == "id" or name.endswith(_MADE_UNNAMED)
    return "" if is_made_unnamed or change.kind not in _GONE or not change.owner else first


def _naming(about: Touched, tool: str, older: Shipped) -> list[Steps]:
    """Read those of the older migrations that name what the newer ones are about."""
    commit, migrations = older
    contents = commit.read([m.file for m in migrations if m.file])
    lowered = {file: content.lower() for file, content in contents.items()}
    chosen = naming(about, lowered)
    return [
        read_migration(tool, m, contents[m.file]) for m in migrations if m.file and m.file in chosen
    ]


def naming(about: Touched, contents: Mapping[str, bytes]) -> frozenset[str]:
    """
    Return the keys of those of the contents, in lower case, that matter to what is changed.

    They have one of the names, or name a table with the column that is changed or with what gives
    a table its shape, say more of the triggers which these make (their tables and functions), or
    give rights on whatever there is or will be.
    """
    names = _names_in(about)
    names |= _former(names, contents)
    found = _having(names, contents) | _having_columns(about, names, contents)
    linked = {
        each.rpartition(b".")[2].strip(b'"').decode("utf-8", "replace")
        for key in found
        for pair in _TRIGGERS.findall(contents[key])
        for each in pair
    }
    found |= _having(linked - set(names), contents)
    if any(c.kind in _GONE for c in about.changes):
        found |= {key for key, each in contents.items() if _GIVING.search(each)}
    is_emptied = any(c.kind is ChangeKind.EMPTIED for c in about.changes)
    return found | (_referring(found, contents) if is_emptied else frozenset())


def _former(names: frozenset[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    """The names that models had before: under the first of them the table was given its own."""
    renaming = [each for each in contents.values() if b"renamemodel(" in each]
    renames = [pair for each in renaming for pair in _RENAMED.findall(each)]
    former: set[str] = set()
    for old, new in reversed(renames):
        if new.decode("utf-8", "replace") in names | former:
            former.add(old.decode("utf-8", "replace"))
    return frozenset(former)


def _referring(found: frozenset[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    """Those that tell of tables which refer to those that are told of, and so on."""
    known: set[bytes] = set()
    new = found
    while new:
        made = {t for key in new for t in _TABLES.findall(contents[key])} - known
        known |= made
        names = {each.rpartition(b".")[2].strip(b'"').decode("utf-8", "replace") for each in made}
        having = {key for key in _having(names, contents) if b"references" in contents[key]}
        new = frozenset(having) - found
        found |= new
    return found


def _having_columns(
    about: Touched, names: Collection[str], contents: Mapping[str, bytes]
) -> frozenset[str]:
    """Those that name a table whose column is changed, and that column."""
    columns: dict[str, set[str]] = {}
    for change in about.changes:
        owner = change.owner.rpartition(".")[2].casefold()
        if (first := _start_of_column(change)) and owner not in names:
            columns.setdefault(owner, set()).add(first)
    found: set[str] = set()
    for owner, firsts in columns.items():
        starts = b"|".join(re.escape(first.encode()) for first in sorted(firsts))
        shaped = re.compile(rb"(?<![a-z0-9])(?:%s)|%s" % (starts, _SHAPING))
        having = _having(_with_apps({owner}), contents)
        found |= {key for key in having if shaped.search(contents[key])}
    return frozenset(found)


def _having(names: Collection[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    """Those with one of the names, as a part of a word too: of a few letters only alone."""
    parts = [name.encode() for name in names if len(name) > _SHORT]
    short = b"|".join(re.escape(name.encode()) for name in names if len(name) <= _SHORT)
    alone = re.compile(rb"(?<![a-z0-9])(?:%s)s?(?![a-z0-9])" % short) if short else None
    return frozenset(
        key
        for key, content in contents.items()
        if any(name in content for name in parts) or (alone and alone.search(content))
    )
