"""By which words could code name a table, a column or a function?"""

import re
from collections.abc import Collection

from verifier.model.breaking_change import ChangeKind

#: What older code writes is refused, or what it reads is not there: it names the table.
_OF_A_TABLE = frozenset(
    {
        ChangeKind.REQUIRED,
        ChangeKind.CONSTRAINED,
        ChangeKind.DEFAULT_DROPPED,
        ChangeKind.HIDDEN,
        ChangeKind.EMPTIED,
    }
)

#: What stands between the parts of a name: in SQL, in camel case, in markup and in addresses.
_BETWEEN = ("_", "", "-")
#: Further names of folders that hold migrations and nothing else.
_FOLDERS = frozenset({"versions", "changelog", "changelogs", "changesets"})
#: What a folder of that name below the top holds beside code: it may be one of the code's own.
_PROSE = ("csv", "html", "ipynb", "json", "mdx", "sql", "txt", "xml", "yaml", "yml")
#: Files that name everything, whether code uses it or not: dumps, generated types, prose.
NO_CODE = (
    "**/*.md",
    "**/*.rst",
    "**/*.adoc",
    "**/*.svg",
    "**/*.puml",
    "**/*.mmd",
    "**/*.drawio",
    "**/*.dbml",
    "**/CHANGELOG*",
    "**/bootstrap/*.sql",
    "**/docker-entrypoint-initdb.d/**",
    "**/init.sql",
    "docs/**",
    *(f"**/docs/**/*.{kind}" for kind in _PROSE),
    "**/schema.rb",
    "**/structure.sql",
    "**/schema.sql",
    "**/schema_dump.sql",
    "**/seed.sql",
    "**/seeds.sql",
    "**/meta/*_snapshot.json",
    "**/.snapshot-*.json",
    "**/database.types.ts",
    "**/supabase.types.ts",
    "**/database_types.ts",
    "**/types/supabase.ts",
    "**/package-lock.json",
    "**/pnpm-lock.yaml",
    "**/yarn.lock",
    "**/poetry.lock",
    "**/uv.lock",
)


def words_for(kind: ChangeKind, name: str, owner: str) -> frozenset[str]:
    """
    Return the words, in lower case, one of which older code has if the change hits it.

    Tables and columns are called otherwise in code: `user_plans` is `userPlans`, `user-plans`, or
    the class `UserPlan`; a framework may put the name of an app before that of a class. No words:
    code that is hit need not name anything.
    """
    if kind is ChangeKind.UNREAD or not (name or owner):
        return frozenset()
    if kind is ChangeKind.CONSTRAINED and not owner:  # a domain, or the whole database
        return frozenset()
    if kind in _OF_A_TABLE:
        return _table_words(owner or name)
    return _column_words(name) if owner and kind is not ChangeKind.REVOKED else _table_words(name)


def _table_words(name: str) -> frozenset[str]:
    bare = name.rpartition(".")[2].casefold()
    parts = [part for part in re.split(r"[_\-\s]+", bare) if part]
    chosen = [parts, parts[1:]] if len(parts) > 1 else [parts]
    words = {bare}
    for each in chosen:
        for last in _numbers(each[-1]) if each else ():
            words |= {mark.join([*each[:-1], last]) for mark in _BETWEEN}
    return frozenset(words - {""})


def _column_words(name: str) -> frozenset[str]:
    bare = name.casefold()
    forms = {bare, re.sub(r"_ids?$", "", bare)}
    return frozenset({form.replace("_", mark) for form in forms for mark in _BETWEEN} - {""})


def _numbers(word: str) -> Collection[str]:
    """A word in singular and plural, as far as English goes by rules."""
    found = {word, f"{word}s"}
    if word.endswith("ies"):
        found.add(f"{word[:-3]}y")
    elif word.endswith("y"):
        found.add(f"{word[:-1]}ies")
    if word.endswith("es"):
        found.add(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        found.add(word[:-1])
    return found


#: A line of code that reads every column of a table, up to the name of the table.
READS_ALL = r"\*[^;]*[[:space:]]from[[:space:]]+[\"'`a-z0-9_.]+"
#: A line after which such a query may go on, and what of it is searched then.
READS_ALL_BELOW = (
    r"(select|returning|[a-z0-9_]\.)[^;]*\*[[:space:],]*$|^[[:space:]]*\*,?[[:space:]]*$|"
    r"\*[^;]*[[:space:]]from[[:space:]]*$|"
    r"(from|table)\([\"'`][a-z0-9_.]+[\"'`]\)[[:space:]]*($|\.select)"
)
_ALL_OF = re.compile(r"\*(?!/)[^;*]{0,500}?\sfrom\s{1,99}([\"'`a-z0-9_.]{1,200})")
#: The same in the words of a client of PostgREST, which reads all without an argument too.
_ALL_BY_CALLS = re.compile(
    r"(?:from|table)\([\"'`]([a-z0-9_.]{1,200})[\"'`]\)\s{0,99}\.select\(\s{0,99}(?:[\"'`]\*|\))"
)

#: How code says that a row that is there already is no error, in SQL or by a library.
UPSERTS = (
    r"on[ _]?conflict[a-z_]*|[a-z_]*upsert[a-z_]*|update_?on_?duplicate|update_conflicts|"
    r"ignore_conflicts|or_?update|or_?ignore|unique_by|skip_?duplicates"
)


def table_read(line: str) -> str:
    """Return the bare name of the table at the end of what `READS_ALL` matched."""
    return re.split(r"[\s.]", line)[-1].strip("\"'`")


def tables_in_block(block: str) -> frozenset[str]:
    """Return the bare names of tables of which some lines, in lower case, read every column."""
    found = (*_ALL_OF.findall(block), *_ALL_BY_CALLS.findall(block))
    return frozenset(table_read(name) for name in found)


def places_of(paths: Collection[str]) -> frozenset[str]:
    """
    Return patterns for where migrations are kept, from the paths of their files.

    That is the folder, where it is called as such folders are, with what undoes and tests them;
    else the files alone: code may lie beside them.
    """
    folders = {path.rpartition("/")[0] for path in paths}
    kept = {folder: _places_of(folder) for folder in folders}
    alone = {_literal(path) for path in paths if not kept[path.rpartition("/")[0]]}
    return frozenset(alone).union(*kept.values())


def _places_of(folder: str) -> frozenset[str]:
    parts = folder.split("/")
    for depth, part in enumerate(parts, start=1):
        if "migrat" in part.casefold() or part in _FOLDERS:
            return frozenset({f"{_literal('/'.join(parts[:depth]))}/**"})
        if part == "deploy":
            before = "".join(f"{_literal(each)}/" for each in parts[: depth - 1])
            return frozenset(f"{before}{name}/**" for name in ("deploy", "revert", "verify"))
    return frozenset()


def _literal(path: str) -> str:
    """A path in which git takes no character for a pattern's."""
    return "".join(f"\\{c}" if c in "*?[]\\" else c for c in path)
