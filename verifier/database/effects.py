"""What migrations create, and whether the database has it. Nothing of them is run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from verifier.database.isolated_queries import Query, ask_all
from verifier.database.migration_reading import Steps
from verifier.database.objects import objects_query, parse_objects
from verifier.database.pg_nodes import Node, child, every, is_set, of_kind, strings, text
from verifier.database.routine_bodies import statements_in_block
from verifier.database.sql_statements import Parsed, Statement, Unread, parse_statement, split
from verifier.model.migration_ledger import DatabaseObject
from verifier.model.sought_effects import SoughtEffects

_LONGEST_NAME = 63  # bytes; PostgreSQL cuts longer ones
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_DROPPED = {
    "OBJECT_TABLE": "relation",
    "OBJECT_VIEW": "relation",
    "OBJECT_MATVIEW": "relation",
    "OBJECT_FOREIGN_TABLE": "relation",
    "OBJECT_INDEX": "relation",
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "function",
    "OBJECT_ROUTINE": "function",
}


@dataclass(slots=True)
class _Made:
    """Something that a migration made, under the name that it has now."""

    version: str
    kind: str
    schema: str
    name: str
    part: str = ""
    owner: str = ""
    """Of an index, the table; of a view, what it reads, each in bars."""
    columns: tuple[str, ...] = ()

    def object(self) -> DatabaseObject:
        """As `to_regclass` reads its name."""
        if self.kind == "function":
            return DatabaseObject("function", f"{self.schema}.{self.name}".lstrip("."))
        shown = ".".join(_quoted(part) for part in (self.schema, self.name) if part)
        return DatabaseObject(self.kind, shown, _cut(self.part))


@dataclass(slots=True)
class _Effects:
    """What there is after each statement."""

    made: list[_Made] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)
    """Versions of migrations that do more than what can be looked up."""


def sought_effects(steps: Mapping[str, Steps]) -> Mapping[str, SoughtEffects]:
    """Return what each migration creates, by version; `steps` are in their order."""
    effects = _Effects()
    for version, of_migration in steps.items():
        _read(version, of_migration, effects)
    return {
        version: SoughtEffects(
            tuple(dict.fromkeys(m.object() for m in effects.made if m.version == version)),
            version not in effects.partial,
        )
        for version in steps
    }


def _read(version: str, steps: Steps, effects: _Effects) -> None:
    if any("search_path" in s.sql for s in steps if isinstance(s, Statement)):
        effects.partial.add(version)  # where its names lead is not known
        version = ""
    for step in steps:
        if isinstance(step, Unread):
            _forget_named(step.why, effects)
            effects.partial.add(version)
            continue
        if step.first_word in ("begin", "commit", "end", "start", "comment"):
            continue
        if step.first_word not in ("create", "alter", "drop", "do"):
            effects.partial.add(version)
            continue
        for statement in parse_statement(step):
            match statement:
                case Unread():
                    _forget_named(step.sql, effects)
                    effects.partial.add(version)
                case Parsed():
                    _apply(statement, version, effects)


def _apply(statement: Parsed, version: str, effects: _Effects) -> None:
    tree = statement.tree
    made = list(_made(statement.kind, tree, version))
    is_certain = not is_set(tree, "if_not_exists") and not is_set(tree, "replace")
    if version and made:
        effects.made += made
    if not made or not is_certain:
        effects.partial.add(version)
    match statement.kind:
        case "DropStmt":
            _drop(tree, effects)
        case "RenameStmt":
            _rename(tree, effects)
        case "AlterObjectSchemaStmt":
            _move(tree, effects)
        case "AlterTableStmt":
            for command in of_kind(tree, "cmds", "AlterTableCmd"):
                if text(command, "subtype") == "AT_DropColumn":
                    _drop_column(child(tree, "relation"), text(command, "name"), effects)
                elif text(command, "subtype") != "AT_AddColumn" or is_set(command, "missing_ok"):
                    effects.partial.add(version)
        case "DoStmt":
            for sql in statements_in_block(tree) or (repr(tree),):
                _forget_taken(sql, effects)
        case _:
            return


def _made(kind: str, tree: Node, version: str) -> Iterator[_Made]:
    match kind:
        case "CreateStmt":
            table = child(tree, "relation")
            if text(table, "relpersistence") == "t":
                return
            schema, name = _parts(table)
            yield _Made(version, "table", schema, name)
            for column in of_kind(tree, "tableElts", "ColumnDef"):
                yield _Made(version, "column", schema, name, part=text(column, "colname"))
        case "CreateTableAsStmt" | "ViewStmt":
            relation = child(tree, "view") or child(child(tree, "into"), "rel")
            if text(relation, "relpersistence") == "t":
                return
            is_table = text(tree, "objtype") == "OBJECT_TABLE"
            reads = {text(source, "relname") for source in every(tree.get("query"), "RangeVar")}
            yield _Made(
                version,
                "table" if is_table else "view",
                *_parts(relation),
                owner="" if is_table else f"|{'|'.join(sorted(reads))}|",
            )
        case "IndexStmt" if text(tree, "idxname"):
            schema, owner = _parts(child(tree, "relation"))
            named = {
                (strings(reference, "fields") or ("",))[-1]
                for reference in every(tree, "ColumnRef")
            } | {text(each, "name") for each in of_kind(tree, "indexParams", "IndexElem")}
            name = text(tree, "idxname")
            yield _Made(version, "index", schema, name, owner=owner, columns=tuple(named))
        case "CreateFunctionStmt":
            *schemas, name = strings(tree, "funcname")
            yield _Made(version, "function", ".".join(schemas), name)
        case "AlterTableStmt":
            schema, name = _parts(child(tree, "relation"))
            for command in of_kind(tree, "cmds", "AlterTableCmd"):
                column = child(child(command, "def"), "ColumnDef")
                if text(command, "subtype") == "AT_AddColumn":
                    yield _Made(version, "column", schema, name, part=text(column, "colname"))
        case _:
            return


def _parts(range_var: Node) -> tuple[str, str]:
    return text(range_var, "schemaname"), text(range_var, "relname")


def _drop(tree: Node, effects: _Effects) -> None:
    kind = text(tree, "removeType")
    if kind == "OBJECT_SCHEMA":
        gone = set(strings(tree, "objects"))
        effects.made = [m for m in effects.made if m.schema not in gone]
        return
    what = _DROPPED.get(kind)
    if what is None:
        return
    for item in (*of_kind(tree, "objects", "List"), *of_kind(tree, "objects", "ObjectWithArgs")):
        name = (strings(item, "items") or strings(item, "objname") or ("",))[-1]
        effects.made = [m for m in effects.made if not _goes_with(m, what, name)]


def _goes_with(made: _Made, what: str, name: str) -> bool:
    """Whether something is gone with what was dropped: itself, its parts, what reads it."""
    if what == "function":
        return made.kind == "function" and made.name == name
    if made.kind == "function":
        return False
    return made.name == name or made.owner == name or f"|{name}|" in made.owner


def _drop_column(relation: Node, column: str, effects: _Effects) -> None:
    _, table = _parts(relation)
    effects.made = [
        m
        for m in effects.made
        if not (m.name == table and m.part == column)
        and not (m.kind == "index" and m.owner == table and column in m.columns)
        and not (m.kind == "view" and f"|{table}|" in m.owner)
    ]


def _rename(tree: Node, effects: _Effects) -> None:
    new, old = text(tree, "newname"), text(tree, "subname")
    _, relation = _parts(child(tree, "relation"))
    kind = text(tree, "renameType")
    target = child(child(tree, "object"), "ObjectWithArgs")
    function = (strings(target, "objname") or ("",))[-1]
    for made in effects.made:
        if kind == "OBJECT_COLUMN":
            if made.name == relation and made.part == old:
                made.part = new
            elif made.owner == relation:
                made.columns = tuple(new if c == old else c for c in made.columns)
        elif kind == "OBJECT_SCHEMA":
            made.schema = new if made.schema == old else made.schema
        elif function:
            made.name = new if made.kind == "function" and made.name == function else made.name
        elif relation and kind != "OBJECT_TABCONSTRAINT" and made.kind != "function":
            made.name = new if made.name == relation else made.name
            made.owner = new if made.owner == relation else made.owner
            made.owner = made.owner.replace(f"|{relation}|", f"|{new}|")


def _move(tree: Node, effects: _Effects) -> None:
    _, relation = _parts(child(tree, "relation"))
    target = child(child(tree, "object"), "ObjectWithArgs")
    function = (strings(target, "objname") or ("",))[-1]
    for made in effects.made:
        is_it = (
            made.name == function
            if made.kind == "function"
            else relation in (made.name, made.owner)
        )
        if is_it and (relation or function):
            made.schema = text(tree, "newschema")


def _forget_taken(sql: str, effects: _Effects) -> None:
    for statement in split(sql):
        if statement.first_word in ("drop", "alter", "execute"):
            _forget_named(statement.sql, effects)


def _forget_named(sql: str, effects: _Effects) -> None:
    """What a statement names that cannot be read, or may not be run, is not looked for."""
    words = set(re.findall(r"\w+", sql.casefold()))
    effects.made = [
        m for m in effects.made if words.isdisjoint({m.name.casefold(), m.part.casefold()} - {""})
    ]


def _quoted(name: str) -> str:
    cut = _cut(name)
    return cut if _PLAIN.fullmatch(cut) else '"' + cut.replace('"', '""') + '"'


def _cut(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")


def present_effects(
    connection: psycopg.Connection, effects: Sequence[DatabaseObject]
) -> frozenset[DatabaseObject]:
    """
    Return those of `effects` that the database has.

    Raises:
        psycopg.Error: it could not be asked.
    """
    if not effects:
        return frozenset()
    none: Mapping[str, Query] = {}
    rows, _ = ask_all(connection, objects_query(effects), lambda _: none)
    return frozenset(parse_objects(rows))
