"""
Liquibase: change sets `file::id::author`, reached from the root change log.

Its checksums depend on its version, and are not computed here.

Source: https://docs.liquibase.com/concepts/changelogs/home.html
"""

import re
from dataclasses import dataclass

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.liquibase_changelog import ChangeLogReader, ChangeSet, bare_name
from verifier.database.liquibase_parts import own_part
from verifier.database.liquibase_sql import own_change_set
from verifier.database.migration_files import (
    folder_of,
    is_at,
    join,
    name_of,
    named,
    nearest,
)
from verifier.database.tool_commands import command, run_from, seen_from
from verifier.database.tool_settings import java_settings, spring_settings
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Applicability, Entry, Migration

_PROPERTIES = "liquibase.properties"
#: The address of the database in the environment, where Liquibase itself looks for it.
_ADDRESS = '"$LIQUIBASE_COMMAND_URL"'
_USUAL = re.compile(r"(?:^|/)db\.changelog(?:-master|-root)?\.(?:xml|ya?ml|json|sql)$")
_RESOURCES = "src/main/resources"
#: Characters of an expression that is evaluated.
_MOST_CONTEXT = 1000
_WORD = re.compile(r"\(|\)|!|\b(?:and|or|not)\b|[^\s()!]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Project:
    """Where a project keeps its change logs, and how it runs them."""

    root: str
    """Path of the root change log."""
    roots: tuple[str, ...]
    """Folders that names in change logs may start from, likeliest first."""
    contexts: frozenset[str]
    """That it runs with, empty where the checkout does not tell."""


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order in which the change logs include one another."""
    project = _project(files, folder)
    if project is None:
        return ()
    sets = [
        each
        for each in ChangeLogReader(files, project.roots).read(project.root)
        if _is_for_postgresql(each.dbms) and not each.is_ignored
    ]
    made = [_migration(each, project.contexts) for each in sets]
    return tuple(m for m in made if is_at(m.file, folder))


def _migration(given: ChangeSet, contexts: frozenset[str]) -> Migration:
    identity = f"{given.id}::{given.author}"
    parts = given.path.split("/")
    # Where names start from is an option of each run: the ledger tells what it was.
    others = () if given.is_logical else ["/".join(parts[n:]) for n in range(len(parts))]
    return Migration(
        f"{given.name}::{identity}",
        given.id,
        given.path,
        aliases=tuple(f"{name}::{identity}" for name in others if name != given.name),
        wanted=_wanted(given, contexts),
    )


def _wanted(given: ChangeSet, contexts: frozenset[str]) -> Applicability:
    """Whether a run executes it, as far as the checkout tells."""
    if sum(map(len, given.contexts)) > _MOST_CONTEXT:
        return Applicability.UNKNOWN
    if contexts and not all(_matches(each, contexts) for each in given.contexts):
        return Applicability.NO
    if given.labels or given.may_continue or (given.contexts and not contexts):
        return Applicability.UNKNOWN
    return Applicability.YES


def _matches(expression: str, contexts: frozenset[str]) -> bool:
    return any(_holds(part, contexts) for part in expression.split(","))


def _holds(expression: str, contexts: frozenset[str]) -> bool:
    """A context expression; `and` binds stronger than `or`, as in Liquibase."""
    words = _WORD.findall(expression.strip().removeprefix("@"))

    def alternatives() -> bool:
        value = together()
        while words and words[0].lower() == "or":
            words.pop(0)
            value = together() or value
        return value

    def together() -> bool:
        value = one()
        while words and words[0].lower() == "and":
            words.pop(0)
            value = one() and value
        return value

    def one() -> bool:
        word = words.pop(0).lower() if words else ""
        if word in ("!", "not"):
            return not one()
        if word != "(":
            return not word or word in contexts
        value = alternatives()
        if words:
            words.pop(0)
        return value

    return alternatives()


def _is_for_postgresql(dbms: str) -> bool:
    names = {name.strip().lower() for name in dbms.split(",") if name.strip()}
    if not names or "all" in names:
        return True
    if "none" in names or "!postgresql" in names:
        return False
    return "postgresql" in names or all(name.startswith("!") for name in names)


def _project(files: Files, folder: str) -> _Project | None:
    settings, config = _settings(files)
    contexts = settings.get("contexts") or settings.get("contextfilter") or ""
    asked = frozenset(c.strip().lower() for c in contexts.split(",") if c.strip())
    here = folder_of(config)
    name = bare_name(settings.get("changelogfile", ""))
    given = [p for p in re.split(r"[,;]", settings.get("searchpath", "")) if p.strip()]
    search = [join(here, bare_name(p.strip())) for p in given]
    starts = tuple(dict.fromkeys([*search, join(here, _RESOURCES), _resources_of(here), here, ""]))
    for start in starts if name else ():
        path = join(start, name)
        if path in files.paths:
            return _Project(path, tuple(dict.fromkeys([start, *starts])), asked)
    if name:
        text_ = f"{config} names the change log {name}, which is not in this checkout"
        raise UnexpectedAnswerError(text_, hint="set ledger.path to the folder of its change logs")
    usual = [p for p in files.paths if _USUAL.search(p) and is_at(p, folder)]
    if not usual:
        return None
    path = nearest(usual)
    at_resources = path.partition(f"{_RESOURCES}/")
    root = f"{at_resources[0]}{_RESOURCES}" if at_resources[1] else ""
    return _Project(path, tuple(dict.fromkeys([root, "", folder_of(path)])), asked)


def _resources_of(folder: str) -> str:
    """The folder of resources that a folder is in, or the folder."""
    before, found, _ = f"{folder}/".partition(f"{_RESOURCES}/")
    return f"{before}{_RESOURCES}" if found else folder


def _settings(files: Files) -> tuple[dict[str, str], str]:
    """What the project's own file says, else Spring's, by lower case names without separators."""
    found = named(files, _PROPERTIES)
    path = nearest(found) if found else ""
    given = java_settings(files, path) if path else {}
    plain = {re.sub("[-_.]", "", key).lower(): value for key, value in given.items()}
    plain = {key.removeprefix("liquibase"): value for key, value in plain.items()}
    plain = {key.removeprefix("command"): value for key, value in plain.items()}
    if plain.get("changelogfile"):
        return plain, path
    spring, where = spring_settings(files, "spring.liquibase.")
    renamed = {
        "changelogfile": spring.get("changelog", ""),
        "contexts": spring.get("contexts", ""),
        "databasechangelogtablename": spring.get("databasechangelogtable", ""),
        "databasechangeloglocktablename": spring.get("databasechangeloglocktable", ""),
        "liquibaseschemaname": spring.get("liquibaseschema", spring.get("defaultschema", "")),
    }
    return {**{k: v for k, v in renamed.items() if v}, **plain}, where or path


def table_of(files: Files) -> TableName:
    """Its properties, or Spring's, may give it another name and schema."""
    settings, _ = _settings(files)
    return TableName(
        settings.get("liquibaseschemaname") or settings.get("defaultschemaname", ""),
        settings.get("databasechangelogtablename", "").lower(),
        settings.get("databasechangeloglocktablename", "").lower(),
    )


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A change set that failed leaves no row."""
    return tuple(
        Entry(f"{bare_name(text(row, 'filename'))}::{text(row, 'id')}::{text(row, 'author')}")
        for row in by_number(rows.ledger, "orderexecuted")
    )


def detect(files: Files) -> int:
    """Its configuration, Spring's, or a root change log of the usual name."""
    if named(files, _PROPERTIES) or any(_USUAL.search(path) for path in files.paths):
        return 2
    return 2 if spring_settings(files, "spring.liquibase.")[1] else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout; without an address in its configuration it asks for one."""
    settings, config = _settings(files)
    project = _project(files, "") if config else None
    if project is None:
        # Without its configuration the names in the ledger depend on where it was started, and
        # another place would have it apply everything again.
        return "liquibase update"
    address = "" if settings.get("url") else f" --url={_ADDRESS}"
    if name_of(config) == _PROPERTIES:
        # Names of change logs, and its search path, are seen from where it is started.
        start = folder_of(config) if "searchpath" in settings else project.roots[0]
        defaults = seen_from(start, config)
        options = {"defaults-file": "" if defaults == _PROPERTIES else defaults}
        contexts = []
    else:
        name = table_of(files)
        start, root = "", project.roots[0]
        options = {
            "search-path": root,
            "changelog-file": project.root.removeprefix(f"{root}/") if root else project.root,
            "database-changelog-table-name": name.table,
            "database-changelog-lock-table-name": name.lock,
            "liquibase-schema-name": name.schema,
        }
        contexts = [f"--contexts={','.join(sorted(project.contexts))}"] if project.contexts else []
    given = [f"--{key}={value}" for key, value in options.items() if value]
    return run_from(start, command("liquibase", *given, "update", *contexts) + address)


LEDGER = Ledger(
    tool="liquibase",
    table="databasechangelog",
    columns=("id", "author", "filename", "orderexecuted"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="liquibase update",
    companion_tables={"databasechangeloglock": ("locked",)},
    lock=("databasechangeloglock", "locked"),
    table_of=table_of,
    companion_files=r"(?:^|/)db\.changelog[^/]*$",
    apply_in=apply_in,
    applied_part=own_change_set,
    own_part=own_part,
)
