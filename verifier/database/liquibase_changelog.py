"""
Liquibase's change logs: XML, YAML, JSON and SQL files that include one another.

Source: https://docs.liquibase.com/concepts/changelogs/home.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from verifier.database.files import Files
from verifier.database.liquibase_sql import change_set_of
from verifier.database.migration_files import below, folder_of, join
from verifier.database.settings_files import read_text, unreadable
from verifier.errors import UnexpectedAnswerError
from verifier.guarded import bounded_yaml

_SQL_PRECONDITIONS = re.compile(r"^\s*--\s*preconditions\b(.*)$", re.IGNORECASE)
_SQL_OPTION = re.compile(r"""\b(\w+)\s*:\s*("[^"]*"|'[^']*'|\S+)""")
_FORMATS = ("xml", "yaml", "yml", "json", "sql")
_MOST_DEEP = 20
_HINT = "set ledger.path to its folder, or check how the change logs include one another"

Attributes = Mapping[str, str]


@dataclass(slots=True)
class ChangeSet:
    """One change set, and what its execution depends on."""

    id: str
    author: str
    name: str
    """Of its file, as Liquibase writes it down."""
    path: str
    """Of its file, in the checkout."""
    is_logical: bool
    """Whether the name was given, instead of found."""
    dbms: str = ""
    contexts: list[str] = field(default_factory=list)
    """Expressions that must all match."""
    labels: str = ""
    is_ignored: bool = False
    may_continue: bool = False
    """Whether it is passed over, without a row, where its preconditions do not hold."""


class ChangeLogReader:
    """Reads change logs of all forms, each once; `roots` are where names in them start from."""

    def __init__(self, files: Files, roots: tuple[str, ...]) -> None:
        self._files = files
        self._paths = set(files.paths)
        self._roots = roots
        self._seen: set[str] = set()

    def read(
        self, path: str, inherited: tuple[str, ...] = (), depth: int = 0
    ) -> Iterator[ChangeSet]:
        """
        Yield the change sets in the order of their execution.

        Raises:
            UnexpectedAnswerError: a file cannot be read, or what it includes is not there.
        """
        if path in self._seen or depth > _MOST_DEEP:
            return
        self._seen.add(path)
        content = read_text(self._files, path)
        match path.rpartition(".")[2].lower():
            case "sql":
                items = _items_of_sql(content)
            case "xml":
                items = _items_of_xml(path, content)
            case _:
                items = _items_of_yaml(path, content)
        yield from self._follow(items, path, inherited, depth)

    def _follow(
        self,
        items: list[tuple[str, Attributes]],
        path: str,
        inherited: tuple[str, ...],
        depth: int,
    ) -> Iterator[ChangeSet]:
        log: Attributes = {}
        made: ChangeSet | None = None
        for kind, given in items:
            if made is not None and kind != "preConditions":
                yield made
                made = None
            match kind:
                case "databaseChangeLog":
                    log = {**log, **given}
                case "changeSet":
                    made = self._change_set(given, log, path, inherited)
                case "preConditions" if made is not None:
                    reactions = (given.get("onFail", ""), given.get("onError", ""))
                    made.may_continue = "CONTINUE" in (r.upper() for r in reactions)
                case "include" | "includeAll":
                    for inner in self._included(kind, given, path):
                        yield from self.read(inner, (*inherited, _context(given)), depth + 1)
                case _:
                    continue
        if made is not None:
            yield made

    def _change_set(
        self, given: Attributes, log: Attributes, path: str, inherited: tuple[str, ...]
    ) -> ChangeSet:
        logical = given.get("logicalFilePath") or log.get("logicalFilePath")
        return ChangeSet(
            id=given.get("id", ""),
            author=given.get("author", ""),
            name=bare_name(logical) if logical else self._name(path),
            path=path,
            is_logical=bool(logical),
            dbms=given.get("dbms", ""),
            contexts=[c for c in (*inherited, _context(log), _context(given)) if c],
            labels=given.get("labels", ""),
            is_ignored=given.get("ignore", "").lower() == "true",
        )

    def _name(self, path: str) -> str:
        root = next((r for r in self._roots if r and path.startswith(f"{r}/")), "")
        return path.removeprefix(f"{root}/") if root else path

    def _included(self, kind: str, given: Attributes, path: str) -> list[str]:
        place = given.get("file" if kind == "include" else "path", "")
        if "${" in place:
            text = f"{path} includes {place}, whose parameters are not known here"
            raise UnexpectedAnswerError(text, hint=_HINT)
        is_relative = given.get("relativeToChangelogFile", "").lower() == "true"
        bare = bare_name(place) if not is_relative else place
        starts = (folder_of(path),) if is_relative else self._roots
        for place_there in (join(start, bare) for start in starts):
            if kind == "include" and place_there in self._paths:
                return [place_there]
            found = self._folder(place_there, given, path) if kind == "includeAll" else []
            if found:
                return found
        is_wanted = "errorIfMissing" if kind == "include" else "errorIfMissingOrEmpty"
        if given.get(is_wanted, "true").lower() == "false":
            return []
        text = f"{path} includes {place}, which is not in this checkout"
        raise UnexpectedAnswerError(text, hint=_HINT)

    def _folder(self, folder: str, given: Attributes, path: str) -> list[str]:
        """The files of an included folder and of those in it, by path."""
        if given.get("filter"):
            text = f"{path} includes {folder} through a custom filter, which is not run here"
            raise UnexpectedAnswerError(text, hint=_HINT)
        ending = given.get("endsWithFilter", "")
        found = below(self._files, folder)
        # The change log may lie in the folder that it includes.
        return [
            p
            for p in found
            if p != path and p.endswith(ending) and p.rpartition(".")[2].lower() in _FORMATS
        ]


def bare_name(name: str) -> str:
    """Return the name of a file as Liquibase compares it: without prefixes and detours."""
    return join("", re.sub(r"^(?:classpath|file):", "", name.replace("\\", "/")))


def _context(given: Attributes) -> str:
    return given.get("contextFilter") or given.get("context") or ""


def _items_of_sql(content: str) -> list[tuple[str, Attributes]]:
    first, _, rest = content.lstrip().partition("\n")
    header = re.match(r"--\s*liquibase formatted sql(.*)", first, re.IGNORECASE)
    if header is None:
        # A plain script is one change set, which its includer names.
        return [("changeSet", {"id": "raw", "author": "includeAll"})]
    items: list[tuple[str, Attributes]] = [("databaseChangeLog", _options(header[1]))]
    for line in rest.splitlines():
        change_set, preconditions = change_set_of(line), _SQL_PRECONDITIONS.match(line)
        if change_set:
            author, id_, options = change_set
            items.append(("changeSet", {**_options(options), "id": id_, "author": author}))
        elif preconditions:
            items.append(("preConditions", _options(preconditions[1])))
    return items


def _options(line: str) -> Attributes:
    return {name: value.strip("\"'") for name, value in _SQL_OPTION.findall(line)}


def _items_of_xml(path: str, content: str) -> list[tuple[str, Attributes]]:
    """The elements with their attributes. Entities, by which files could be read, are refused."""
    from xml.parsers import expat  # a start that reads no changelog does not pay for it

    items: list[tuple[str, Attributes]] = []
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise UnexpectedAnswerError(f"{path} declares XML entities, which are not supported")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: items.append(
        (name.rpartition(":")[2], dict(attributes))
    )
    try:
        parser.Parse(content.encode(), True)
    except expat.ExpatError as error:
        raise unreadable(path, error) from error
    return [item for item in items if item[0] in _KINDS]


_KINDS = ("databaseChangeLog", "changeSet", "preConditions", "include", "includeAll")


def _items_of_yaml(path: str, content: str) -> list[tuple[str, Attributes]]:
    try:
        if path.endswith(".json"):
            value: object = json.loads(content)
        else:
            _, value = bounded_yaml.read(bounded_yaml.Loader(content))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise unreadable(path, error) from error
    match value:
        case {"databaseChangeLog": list(entries)}:
            pairs = [pair for entry in entries if isinstance(entry, dict) for pair in entry.items()]
            return [item for kind, given in pairs for item in _items(kind, given)]
        case _:
            return []


def _items(kind: object, given: object) -> Iterator[tuple[str, Attributes]]:
    if kind == "logicalFilePath":
        yield "databaseChangeLog", {"logicalFilePath": str(given)}
        return
    simple = _simple(given)
    yield str(kind), simple
    match given:
        case {"preConditions": list(conditions)} if kind == "changeSet":
            merged = {k: v for condition in conditions for k, v in _simple(condition).items()}
            yield "preConditions", merged
        case _:
            return


def _simple(given: object) -> dict[str, str]:
    values = given.items() if isinstance(given, dict) else ()
    # YAML reads `true` as a truth, of which Liquibase has the text.
    return {
        str(key): str(value) for key, value in values if isinstance(value, str | int | float | bool)
    }
