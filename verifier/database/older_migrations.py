"""Which of the older migrations matter to what newer ones change."""

import re
from collections.abc import Collection, Mapping

from verifier.database.breaking_changes import Touched
from verifier.database.column_types import bare_type
from verifier.database.made_again import LOST_KEYS
from verifier.database.schema_state import Change
from verifier.model.breaking_change import ChangeKind

GONE = (ChangeKind.DROPPED, ChangeKind.RENAMED, ChangeKind.RETYPED)
"""What takes a name away, or its type."""

#: Letters of a name that many words have in them.
_SHORT = 3
#: Table and function of a trigger.
_TRIGGERS = re.compile(
    rb"\btrigger\b[^;]{0,999}?\bon\s+([\w.\"]+)[^;]{0,999}?\bexecute\s+(?:function|procedure)\s+([\w.\"]+)"
)
_TABLES = re.compile(rb"\btable\s{1,9}(?:if\s{1,9}not\s{1,9}exists\s{1,9})?([\w.\"]{1,127})")
#: A domain or type, and what it is made of.
_TYPES = re.compile(rb"\b(?:domain|type)\s{1,9}([\w.\"]{1,127})\s{1,9}as\b([^;]{0,999})")
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


def naming(about: Touched, contents: Mapping[str, bytes]) -> frozenset[str]:
    """
    Return the keys of those of the contents, in lower case, that matter to what is changed.

    They have one of the names, or that of a type made of one, or name a table with the column that
    is changed or with what gives a table its shape, say more of the triggers which these make
    (their tables and functions), or give rights on whatever there is or will be.
    """
    names = _names_in(about)
    names |= _former(names, contents)
    types = _types(names, contents)
    names |= types
    found = _having(names, contents) | _having_columns(about, names, contents)
    found |= _shaped_by(_tables_in(_having(types, contents), contents), contents)
    linked = {
        _bare(each) for key in found for pair in _TRIGGERS.findall(contents[key]) for each in pair
    }
    found |= _having(linked - set(names), contents)
    if any(c.kind in GONE for c in about.changes):
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


def _types(names: Collection[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    """Those of the names that are of types, and of the types that are made of them."""
    made = [
        (_bare(name), {_bare(word) for word in re.findall(rb"[\w.\"]+", of)})
        for content in contents.values()
        for name, of in _TYPES.findall(content)
    ]
    new = {name for name, _ in made if name in names}
    found: set[str] = set()
    while new:
        found |= new
        new = {name for name, of in made if of & found} - found
    return frozenset(found)


def _bare(name: bytes) -> str:
    return name.rpartition(b".")[2].strip(b'"').decode("utf-8", "replace")


def _tables_in(keys: Collection[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    return frozenset(_bare(name) for key in keys for name in _TABLES.findall(contents[key]))


def _shaped_by(tables: Collection[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    """Those that name one of the tables, and rename or use its columns without naming a type."""
    having = _having(tables, contents) if tables else frozenset()
    return frozenset(key for key in having if re.search(_SHAPING, contents[key]))


def _referring(found: frozenset[str], contents: Mapping[str, bytes]) -> frozenset[str]:
    """Those that tell of tables which refer to those that are told of, and so on."""
    known: set[bytes] = set()
    new = found
    while new:
        made = {t for key in new for t in _TABLES.findall(contents[key])} - known
        known |= made
        names = {_bare(each) for each in made}
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
    return "" if is_made_unnamed or change.kind not in GONE or not change.owner else first
