"""
Liquibase: change sets `file::id::author`, reached from the root change log.

Its checksums depend on its version, and are not computed here.

Source: https://docs.liquibase.com/concepts/changelogs/home.html
"""

import json
import re
from collections.abc import Iterator
from xml.parsers import expat

import yaml

from verifier.database.files import Files
from verifier.database.ledgers.listing import (
    below,
    folder_of,
    join,
    named,
    nearest,
    read_text,
    setting,
)
from verifier.database.ledgers.tool import Ledger, Rows, by_number, text
from verifier.errors import UnexpectedAnswerError
from verifier.guarded import bounded_yaml
from verifier.model.migration_ledger import Entry, Migration

_PROPERTIES = "liquibase.properties"
_ROOT = r"^(?i:changelog-?file)\s*[=:]\s*(\S+)"
_USUAL = re.compile(r"(?:^|/)db\.changelog(?:-master|-root)?\.(?:xml|ya?ml|json|sql)$")
_SQL_SET = re.compile(r"^\s*--\s*changeset\s+([^\s:]+):(\S+)(.*)$", re.IGNORECASE)
_LOGICAL = re.compile(r"logicalFilePath:(\S+)", re.IGNORECASE)
_MOST_DEEP = 20


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order in which the change logs include one another."""
    root = _root(files)
    if root is None:
        return ()
    path, base = root
    paths = set(files.paths)
    found = _Reader(files, paths, base).read(path, 0)
    return tuple(m for m in found if not folder or m.file.startswith(folder))


def _root(files: Files) -> tuple[str, str] | None:
    """The root change log, and the folder that paths in it start from."""
    given = setting(files, [_PROPERTIES], _ROOT)
    if given is not None:
        base, name = given
        for path in (join(base, name), join(base, f"src/main/resources/{name}")):
            if path in files.paths:
                return path, path.removesuffix(name).rstrip("/")
    usual = [path for path in files.paths if _USUAL.search(path)]
    return (nearest(usual), "") if usual else None


class _Reader:
    """Reads change logs of all forms, each once."""

    def __init__(self, files: Files, paths: set[str], base: str) -> None:
        self._files = files
        self._paths = paths
        self._base = base
        self._seen: set[str] = set()

    def read(self, path: str, depth: int) -> Iterator[Migration]:
        if path in self._seen or depth > _MOST_DEEP:
            return
        self._seen.add(path)
        content = read_text(self._files, path)
        name = path.removeprefix(f"{self._base}/") if self._base else path
        match path.rpartition(".")[2].lower():
            case "sql":
                yield from _sets_of_sql(content, name, path)
            case "xml":
                yield from self._follow(_items_of_xml(path, content), name, path, depth)
            case "yaml" | "yml" | "json":
                yield from self._follow(_items_of_yaml(path, content), name, path, depth)
            case _:
                return

    def _follow(
        self, items: list[tuple[str, dict[str, str]]], name: str, path: str, depth: int
    ) -> Iterator[Migration]:
        for kind, given in items:
            match kind:
                case "databaseChangeLog":
                    name = given.get("logicalFilePath", name)
                case "changeSet":
                    file = given.get("logicalFilePath", name)
                    id_, author = given.get("id", ""), given.get("author", "")
                    yield Migration(f"{file}::{id_}::{author}", id_, path)
                case "include":
                    target = self._place(given, "file", path)
                    if target in self._paths:
                        yield from self.read(target, depth + 1)
                case "includeAll":
                    for inner in below(self._files, self._place(given, "path", path)):
                        if inner != path:
                            yield from self.read(inner, depth + 1)
                case _:
                    continue

    def _place(self, given: dict[str, str], key: str, path: str) -> str:
        is_relative = given.get("relativeToChangelogFile", "").lower() == "true"
        place = given.get(key, "").removeprefix("classpath:")
        return join(folder_of(path) if is_relative else self._base, place).rstrip("/")


def _sets_of_sql(content: str, name: str, path: str) -> Iterator[Migration]:
    if not re.match(r"\s*--\s*liquibase formatted sql", content, re.IGNORECASE):
        # A plain script is one change set, which its includer names.
        yield Migration(f"{name}::raw::includeAll", "raw", path)
        return
    for line in content.splitlines():
        match = _SQL_SET.match(line)
        if match:
            logical = _LOGICAL.search(match[3])
            file = logical[1] if logical else name
            yield Migration(f"{file}::{match[2]}::{match[1]}", match[2], path)


def _items_of_xml(path: str, content: str) -> list[tuple[str, dict[str, str]]]:
    """The elements with their attributes. Entities, by which files could be read, are refused."""
    items: list[tuple[str, dict[str, str]]] = []
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
        raise UnexpectedAnswerError(f"{path} is not valid XML: {error}") from error
    return items


def _items_of_yaml(path: str, content: str) -> list[tuple[str, dict[str, str]]]:
    try:
        if path.endswith(".json"):
            value: object = json.loads(content)
        else:
            _, value = bounded_yaml.read(yaml.SafeLoader(content))
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise UnexpectedAnswerError(f"{path} cannot be read: {error}") from error
    match value:
        case {"databaseChangeLog": list(entries)}:
            pairs = [pair for entry in entries if isinstance(entry, dict) for pair in entry.items()]
            return [_item(kind, given) for kind, given in pairs]
        case _:
            return []


def _item(kind: object, given: object) -> tuple[str, dict[str, str]]:
    if kind == "logicalFilePath":
        return "databaseChangeLog", {"logicalFilePath": str(given)}
    simple = given if isinstance(given, dict) else {}
    return str(kind), {
        str(key): str(value)
        for key, value in simple.items()
        if isinstance(value, str | int | float | bool)
    }


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A change set that failed leaves no row."""
    return tuple(
        Entry(f"{text(row, 'filename')}::{text(row, 'id')}::{text(row, 'author')}")
        for row in by_number(rows.ledger, "orderexecuted")
    )


def detect(files: Files) -> int:
    """Its configuration, or a root change log of the usual name."""
    has_root = any(_USUAL.search(path) for path in files.paths)
    return 2 if named(files, _PROPERTIES) or has_root else 0


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
)
