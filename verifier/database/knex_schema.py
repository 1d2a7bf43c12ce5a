"""
What Knex's schema builder does, as SQL.

Source: https://knexjs.org/guide/schema-builder.html
"""

from collections.abc import Iterator

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, as_map
from verifier.database.code_rows import numbered_rows
from verifier.database.code_sql import sql_of
from verifier.database.javascript_values import FUNCTION
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread

#: Methods of a table that make a column.
_TYPES = {
    "string": "varchar",
    "text": "text",
    "integer": "int4",
    "int": "int4",
    "bigInteger": "int8",
    "bigint": "int8",
    "smallint": "int2",
    "tinyint": "int2",
    "boolean": "bool",
    "float": "float4",
    "double": "float8",
    "decimal": "numeric",
    "date": "date",
    "datetime": "timestamptz",
    "timestamp": "timestamptz",
    "time": "time",
    "json": "json",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "binary": "bytea",
    "increments": "serial",
    "bigIncrements": "bigserial",
    "enum": "",
    "enu": "",
    "specificType": "",
}
_ALTERS = ("alterTable", "table")
#: What a method of the schema that is not known may begin with and change something.
_CHANGES = ("drop", "rename", "alter", "refresh", "raw")
#: Methods of a table that take something away, or ask more of each row, by its name.
_NAMING = frozenset(
    {"dropColumn", "dropColumns", "renameColumn", "dropNullable", "setNullable"}
    | {"unique", "primary", "foreign", ""}
)
_CREATES = ("createTable", "createTableIfNotExists")


def read_knex(calls: tuple[Call, ...]) -> Iterator[Statement | Unread]:
    """Yield the statements of a migration's `up`."""
    for call in calls:
        if call.why:
            yield Unread(call.line, call.why)
            continue
        schema: str | None = None
        for each in call.chain():
            if each.name == "withSchema":
                schema = each.text(0)
            else:
                yield from _operation(each, call.chain(), schema)


def _operation(
    each: Call, chain: tuple[Call, ...], schema: str | None
) -> Iterator[Statement | Unread]:
    match each.name:
        case "raw":
            yield from sql_of(each.value(0), each.line)
        case "dropTable" | "dropTableIfExists":
            yield from _one(each, "drop table {}", schema)
        case "dropView" | "dropViewIfExists" | "dropMaterializedView":
            yield from _one(each, "drop view {}", schema)
        case "dropSchema" | "dropSchemaIfExists":
            yield from _one(each, "drop schema {}", schema)
        case "renameTable":
            old, new = each.text(0), each.text(1)
            moved = f"alter table {to.table(old or '', schema)} rename to {to.quoted(new or '')}"
            yield _said(moved if old and new else None, each)
        case name if name in _ALTERS or name in _CREATES:
            yield from _table(each, schema)
        case "truncate":
            yield from _one(chain[0], "truncate {}", schema)
        case "del" | "delete" if len(chain) == 2:  # every row: no `where` between
            yield from _one(chain[0], "delete from {}", schema)
        case "insert" if (owner := chain[0].text(0)) is not None and len(chain) > 1:
            yield from numbered_rows(to.table(owner, schema), each.value(0), each.line)
        case name if each.on == "schema" and name.startswith(_CHANGES):
            yield Unread(each.line, f"{name}, of which it is not known what it does")
        case _:
            yield from read_knex(each.body)


def _one(call: Call, pattern: str, schema: str | None) -> Iterator[Statement | Unread]:
    name = call.text(0)
    yield _said(pattern.format(to.table(name, schema)) if name else None, call)


def _said(sql: str | None, call: Call) -> Statement | Unread:
    if sql is None:
        return Unread(call.line, f"{call.name}, with values known only at run time")
    return Statement(sql, call.line)


def _table(call: Call, schema: str | None) -> Iterator[Statement | Unread]:
    name = call.text(0)
    if name is None:
        yield _said(None, call)
        return
    table = to.table(name, schema)
    if call.name in _CREATES:
        columns = [spec for inner in call.body if (spec := _column(inner.chain())) is not None]
        is_soft = call.name != "createTable"
        yield Statement(to.create_table(table, columns, if_missing=is_soft), call.line)
        for inner in call.body:
            if _column(inner.chain()) is None:
                rules = _altered(table, inner.chain())
                yield from (Statement(sql, inner.line) for sql in rules)
        return
    if not call.body and call.value(1) != FUNCTION:
        yield Unread(call.line, f"{call.name}, whose function is not in this file")
    for inner in call.body:
        found = list(_altered(table, inner.chain()))
        for sql in found:
            yield Statement(sql, inner.line)
        if inner.why or (not found and inner.chain()[0].name in _NAMING):
            yield Unread(
                inner.line, inner.why or f"{inner.name}, with values known only at run time"
            )


def _column(chain: tuple[Call, ...]) -> ColumnSpec | None:
    first, rest = chain[0], chain[1:]
    name = first.text(0) or ("id" if first.name in ("increments", "bigIncrements") else None)
    is_made = first.name in _TYPES or any(each.name in ("notNullable", "notNull") for each in rest)
    if not is_made or name is None:
        return None
    type_ = _TYPES.get(first.name, "")
    if type_ == "varchar":
        size = first.value(1)
        type_ = f"varchar({size if isinstance(size, int) else 255})"
    given = {each.name: each for each in rest}
    default = given.get("defaultTo")
    return ColumnSpec(
        name,
        type_,
        is_required="notNullable" in given or "notNull" in given,
        has_default=(default is not None and default.value(0) is not None)
        or "generated" in (first.text(1) or "").lower(),
        is_unique="unique" in given,
        is_key="primary" in given or "ncrements" in first.name,
        refers_to=_target(rest),
        actions=_actions(rest),
    )


def _target(chain: tuple[Call, ...]) -> str:
    """The table that a chain refers to: `inTable("orgs")`, or in `references("orgs.id")`."""
    given = {each.name: each.text(0) or "" for each in chain}
    if "references" not in given:
        return ""
    table = given.get("inTable", given.get("on", ""))
    return table or given["references"].rpartition(".")[0] or "not_known"


def _actions(chain: tuple[Call, ...]) -> str:
    return to.actions_in({each.name: each.value(0) for each in chain})


def _altered(table: str, chain: tuple[Call, ...]) -> Iterator[str]:
    first = chain[0]
    given = {each.name: each for each in chain[1:]}
    column = _column(chain)
    if column is not None and "alter" in given:
        kept = as_map(given["alter"].value(0))
        if kept.get("alterType") is not False:
            yield to.alter(table, to.alter_column(column.name, f"type {to.type_text(column.type)}"))
        yield to.alter(table, to.set_default(column.name, is_set=column.has_default))
        if kept.get("alterNullable") is not False:
            word = "set" if column.is_required else "drop"
            yield to.alter(table, to.alter_column(column.name, f"{word} not null"))
        return
    if column is not None:
        yield to.alter(table, to.add_column(column))
        return
    names = tuple(name for value in first.arguments for name in _names(value))
    match first.name:
        case "dropColumn" | "dropColumns":
            yield from (to.alter(table, to.drop_column(name)) for name in names)
        case "renameColumn" if len(names) == 2:
            yield to.rename_column(table, names[0], names[1])
        case "dropNullable":
            yield from (to.alter(table, to.alter_column(n, "set not null")) for n in names)
        case "setNullable":
            yield from (to.alter(table, to.alter_column(n, "drop not null")) for n in names)
        case "dropUnique" | "dropPrimary":
            yield to.alter(table, f"drop constraint {to.quoted(_rule_of(table, first))}")
        case "unique":
            yield _unique(table, first, first.texts(0) or ())
        case "index" if str(as_map(first.value(2)).get("indexType")).lower() == "unique":
            yield _unique(table, first, first.texts(0) or names)
        case "primary":
            yield to.alter(table, to.add_rule("primary key", None, first.texts(0) or ()))
        case "check":
            yield to.alter(table, to.add_check(first.text(2), first.text(0)))
        case "foreign":
            target = _target(chain) or "not_known"
            columns, actions = first.texts(0) or (), _actions(chain)
            yield to.alter(table, to.add_reference(None, columns, target, actions))
        case "dropTimestamps":
            yield from (to.alter(table, to.drop_column(n)) for n in ("created_at", "updated_at"))
        case _:
            return


def _unique(table: str, call: Call, columns: tuple[str, ...]) -> str:
    """A constraint, or with a predicate an index of some rows."""
    given = {**as_map(call.value(1)), **as_map(call.value(2))}
    named = given.get("indexName")
    name = named if isinstance(named, str) else call.text(1)
    predicate = given.get("predicate")
    if predicate is None:
        return to.alter(table, to.add_rule("unique", name, columns))
    return to.unique_index(name, table, columns, predicate)


def _rule_of(table: str, call: Call) -> str:
    """The name that a rule has, or that Knex gives it."""
    bare = table.replace('"', "").replace(".", "_")
    if call.name == "dropPrimary":
        return call.text(0) or f"{bare}_pkey"
    return call.text(1) or "_".join((bare, *(call.texts(0) or ()), "unique")).lower()


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
