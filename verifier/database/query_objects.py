"""
What TypeORM's query runner and Sequelize's query interface do, as SQL; and what MikroORM is told.

Sources: https://typeorm.io/docs/migrations/api/, https://sequelize.org/docs/v6/other-topics/query-interface/
"""

from collections.abc import Iterator
from dataclasses import replace

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Unknown, Value, as_map
from verifier.database.code_rows import numbered_rows
from verifier.database.code_sql import sql_of
from verifier.database.model_calls import read_models
from verifier.database.orm_columns import (
    column_of,
    columns_of,
    index_of,
    is_open,
    may_be_unique,
    name_of,
    options_of,
    rule_of,
)
from verifier.database.sql_statements import Statement, Unread

_COMMON = {
    "dropTable": "drop table {}",
    "dropView": "drop view {}",
    "clearTable": "truncate {}",
    "dropSchema": "drop schema {} cascade",
}
#: What no other object has a method for.
_ALWAYS = frozenset(
    {*_COMMON, "dropColumn", "dropColumns", "removeColumn", "renameColumn", "renameTable"}
    | {"addColumn", "addColumns", "changeColumn", "changeColumns", "removeConstraint"}
)
#: What only makes something, or is about rows.
_HARMLESS = frozenset(
    {"createDatabase", "createSchema", "hasTable", "hasColumn", "getTable", "describeTable"}
    | {"bulkInsert", "bulkUpdate", "startTransaction", "commitTransaction", "log"}
    | {
        "dropForeignKey",
        "dropForeignKeys",
        "dropCheckConstraints",
        "dropCheckConstraint",
        "addEnumValue",
    }
)
#: What TypeORM does to each of a list, by what does it to one.
_OF_SEVERAL = {
    "createIndices": "createIndex",
    "createForeignKeys": "createForeignKey",
    "createUniqueConstraints": "createUniqueConstraint",
    "createCheckConstraints": "createCheckConstraint",
    "createExclusionConstraints": "createExclusionConstraint",
    "dropUniqueConstraints": "dropUniqueConstraint",
    "dropIndices": "dropIndex",
}
_OWNERS = frozenset({"queryRunner", "queryInterface", "qi", "qr", "q", "runner"})


def read_query_object(calls: tuple[Call, ...]) -> Iterator[Statement | Unread]:
    """Yield the statements of a migration's `up`."""
    for call in calls:
        if call.why:
            yield Unread(call.line, call.why)
            continue
        for each in call.chain():
            yield from _step(each)


def _step(call: Call) -> Iterator[Statement | Unread]:
    is_run = call.name == "execute" and (call.on == "this" or isinstance(call.value(0), str))
    if call.name in ("query", "addSql") or is_run:
        yield from sql_of(call.value(0), call.line)
    elif call.body:
        yield from read_query_object(call.body)
    elif call.name == "bulkInsert" and (table := _table(call.value(0))) is not None:
        yield from numbered_rows(table, call.value(1), call.line)
    elif call.name == "bulkDelete":
        yield from _deleted_rows(call)
    elif call.name not in _HARMLESS and (call.name in _ALWAYS or _is_owner(call)):
        sql = list(_operation(call))
        if not sql or _is_open(call):
            what = f"{call.name}, with values known only at run time"
            yield Unread(call.line, what)
            return
        for each in sql:
            yield Statement(each, call.line)
    else:
        yield from read_models(call)


def _is_open(call: Call) -> bool:
    """Whether what it does hangs on options that only a run would tell."""
    second, third = call.value(1), call.value(2)
    listed = second if isinstance(second, list) else [second]
    if call.name in ("addIndex", "createIndex", "createIndices"):
        return any(map(may_be_unique, (*map(options_of, listed), as_map(third))))
    if call.name not in ("addColumn", "addColumns", "changeColumn", "changeColumns"):
        return False
    is_unknown = isinstance(second, str) and isinstance(third, Unknown)
    return is_unknown or any(map(is_open, (*map(options_of, listed), options_of(third))))


def _is_owner(call: Call) -> bool:
    # What a call of a chain is called on is another call, which has no hash.
    return isinstance(call.on, str) and call.on in _OWNERS


def _deleted_rows(call: Call) -> Iterator[Statement]:
    """Every row, where there is no condition."""
    table = _table(call.value(0))
    if table is not None and call.value(1) in (None, {}):
        yield Statement(to.delete_all(table), call.line)


def _operation(call: Call) -> Iterator[str]:
    table = _table(call.value(0))
    if table is None:
        return
    second, third = call.value(1), call.value(2)
    if (one := _OF_SEVERAL.get(call.name)) and isinstance(second, list):
        for each in second:
            yield from _operation(replace(call, name=one, arguments=(call.value(0), each)))
        return
    match call.name:
        case kind if kind in _COMMON:
            yield _COMMON[kind].format(table)
        case "renameTable" if isinstance(second, str):
            yield f"alter table {table} rename to {to.quoted(second)}"
        case "dropColumn" | "removeColumn" | "dropColumns":
            names = [name_of(v) for v in (second if isinstance(second, list) else [second])]
            known = [name for name in names if name]
            yield from (to.alter(table, to.drop_column(n)) for n in known if known == names)
        case "renameColumn":
            old, new = name_of(second), name_of(third)
            if old and new:
                yield to.rename_column(table, old, new)
        case "addColumn" if isinstance(second, str):
            given = as_map(third) or {"type": third, "allowNull": True}
            yield to.alter(table, to.add_column(column_of(second, given)))
        case "addColumn" | "addColumns":
            for value in second if isinstance(second, list) else [second]:
                given = options_of(value)
                name = given.get("name")
                if isinstance(name, str):
                    yield to.alter(table, to.add_column(column_of(name, given)))
        case "changeColumns" if isinstance(second, list):
            for each in map(as_map, second):
                yield from _changed(table, each.get("oldColumn"), each.get("newColumn"))
        case "changeColumn":
            yield from _changed(table, second, third)
        case "createTable":
            yield to.create_table(table, list(columns_of(call)))
            for key, method in _IN_TABLE.items():
                rules = options_of(call.value(0)).get(key)
                for rule in rules if isinstance(rules, list) else ():
                    yield to.alter(table, rule_of(method, options_of(rule)))
        case "addConstraint" | "createUniqueConstraint" | "createCheckConstraint":
            yield to.alter(table, rule_of(call.name, options_of(second)))
        case "createForeignKey" | "createPrimaryKey" | "createExclusionConstraint":
            yield to.alter(table, rule_of(call.name, options_of(second)))
        case "dropIndex" | "removeIndex" if (index := name_of(second)) is not None:
            yield f"drop index if exists {to.quoted(index)}"
        case "dropIndex" | "removeIndex":
            yield f"comment on table {table} is 'an index'"
        case "dropUniqueConstraint" if (rule := name_of(second)) is not None:
            yield to.alter(table, f"drop constraint {to.quoted(rule)}")
        case "removeConstraint" if isinstance(second, str):
            yield to.alter(table, f"drop constraint {to.quoted(second)}")
        case "addIndex" | "createIndex":
            yield from index_of(table, second, third)
        case _:
            return


#: What a table of TypeORM has beside its columns, and what makes one of them.
_IN_TABLE = {"foreignKeys": "createForeignKey", "uniques": "createUniqueConstraint"}


def _table(value: Value) -> str | None:
    """A name, `{tableName, schema}`, `new Table({name})`, or one that was asked for by its name."""
    if isinstance(value, Call) and value.name == "getTable":
        return _table(value.value(0))
    if isinstance(value, str):
        return to.table(value)
    given = options_of(value)
    name = given.get("tableName", given.get("name"))
    schema = given.get("schema")
    return (
        to.table(name, schema if isinstance(schema, str) else None)
        if isinstance(name, str)
        else None
    )


def _changed(table: str, second: Value, third: Value) -> Iterator[str]:
    old = name_of(second)
    given = options_of(third)
    if old is None or not given:
        return
    new = given.get("name")
    column = column_of(old, given)
    yield to.alter(table, to.alter_column(old, f"type {to.type_text(column.type)}"))
    if column.has_default or not column.refers_to:  # else Sequelize leaves it as it is
        yield to.alter(table, to.set_default(old, is_set=column.has_default))
    word = "set" if column.is_required else "drop"
    yield to.alter(table, to.alter_column(old, f"{word} not null"))
    if column.is_unique:
        yield to.alter(table, to.add_rule("unique", None, [old]))
    if column.refers_to:
        rule = to.add_reference(None, [old], column.refers_to, column.actions)
        yield to.alter(table, rule)
    if isinstance(new, str) and new != old:
        yield to.rename_column(table, old, new)
