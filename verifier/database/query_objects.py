"""
What TypeORM's query runner and Sequelize's query interface do, as SQL; and what MikroORM is told.

Sources: https://typeorm.io/docs/migrations/api/, https://sequelize.org/docs/v6/other-topics/query-interface/
"""

from collections.abc import Iterator, Mapping

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Value, as_map, as_texts
from verifier.database.code_rows import numbered_rows
from verifier.database.code_sql import sql_of
from verifier.database.model_calls import read_models
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread

_SEQUELIZE_TYPES = {
    "STRING": "varchar",
    "TEXT": "text",
    "INTEGER": "int4",
    "BIGINT": "int8",
    "SMALLINT": "int2",
    "BOOLEAN": "bool",
    "FLOAT": "float8",
    "DOUBLE": "float8",
    "DATE": "timestamptz",
    "DATEONLY": "date",
    "UUID": "uuid",
    "JSON": "json",
    "JSONB": "jsonb",
}
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
    | {"dropIndices", "dropForeignKey", "dropForeignKeys", "dropCheckConstraint", "addEnumValue"}
)
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
        if not sql:
            what = f"{call.name}, with values known only at run time"
            yield Unread(call.line, what)
        for each in sql:
            yield Statement(each, call.line)
    else:
        yield from read_models(call)


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
    match call.name:
        case kind if kind in _COMMON:
            yield _COMMON[kind].format(table)
        case "renameTable" if isinstance(second, str):
            yield f"alter table {table} rename to {to.quoted(second)}"
        case "dropColumn" | "removeColumn" | "dropColumns":
            names = [_name(v) for v in (second if isinstance(second, list) else [second])]
            known = [name for name in names if name]
            yield from (to.alter(table, to.drop_column(n)) for n in known if known == names)
        case "renameColumn":
            old, new = _name(second), _name(third)
            if old and new:
                yield to.rename_column(table, old, new)
        case "addColumn" if isinstance(second, str):
            given = as_map(third) or {"type": third, "allowNull": True}
            yield to.alter(table, to.add_column(_column(second, given)))
        case "addColumn" | "addColumns":
            for value in second if isinstance(second, list) else [second]:
                given = _options(value)
                name = given.get("name")
                if isinstance(name, str):
                    yield to.alter(table, to.add_column(_column(name, given)))
        case "changeColumn" | "changeColumns":
            yield from _changed(table, second, third)
        case "createTable":
            yield to.create_table(table, list(_columns(call)))
            for key, method in _IN_TABLE.items():
                rules = _options(call.value(0)).get(key)
                for rule in rules if isinstance(rules, list) else ():
                    yield to.alter(table, _rule(method, _options(rule)))
        case "addConstraint" | "createUniqueConstraint" | "createCheckConstraint":
            yield to.alter(table, _rule(call.name, _options(second)))
        case "createForeignKey" | "createPrimaryKey" | "createExclusionConstraint":
            yield to.alter(table, _rule(call.name, _options(second)))
        case "dropIndex" | "removeIndex" if (index := _name(second)) is not None:
            yield f"drop index if exists {to.quoted(index)}"
        case "dropIndex" | "removeIndex":
            yield f"comment on table {table} is 'an index'"
        case "dropUniqueConstraint" if (rule := _name(second)) is not None:
            yield to.alter(table, f"drop constraint {to.quoted(rule)}")
        case "removeConstraint" if isinstance(second, str):
            yield to.alter(table, f"drop constraint {to.quoted(second)}")
        case "addIndex" | "createIndex":
            yield from _index(table, second, third)
        case _:
            return


#: What a table of TypeORM has beside its columns, and what makes one of them.
_IN_TABLE = {"foreignKeys": "createForeignKey", "uniques": "createUniqueConstraint"}


def _table(value: Value) -> str | None:
    """A name, `{tableName, schema}`, or `new Table({name})`."""
    if isinstance(value, str):
        return to.table(value)
    given = _options(value)
    name = given.get("tableName", given.get("name"))
    schema = given.get("schema")
    return (
        to.table(name, schema if isinstance(schema, str) else None)
        if isinstance(name, str)
        else None
    )


def _options(value: Value) -> Mapping[str, Value]:
    """What an object says, or the one that a constructor is given."""
    return as_map(value.value(0)) if isinstance(value, Call) else as_map(value)


def _name(value: Value) -> str | None:
    if isinstance(value, str):
        return value
    name = _options(value).get("name")
    return name if isinstance(name, str) else None


def _column(name: str, given: Mapping[str, Value]) -> ColumnSpec:
    """TypeORM says `isNullable`, Sequelize `allowNull`; without a word one is required, one not."""
    is_typeorm = "allowNull" not in given and not isinstance(given.get("type"), Call)
    is_required = (
        given.get("isNullable") is not True if is_typeorm else given.get("allowNull") is False
    )
    default = given.get("default", given.get("defaultValue"))
    is_made = any(given.get(key) is True for key in ("isGenerated", "autoIncrement"))
    return ColumnSpec(
        name,
        _type(given),
        is_required=is_required,
        has_default=default is not None or is_made or "asExpression" in given,
        is_unique=given.get("isUnique", given.get("unique")) is True,
        is_key=given.get("isPrimary", given.get("primaryKey")) is True,
        refers_to=_target(given.get("references")),
        actions=_actions(given),
    )


def _actions(given: Mapping[str, Value]) -> str:
    return to.actions_of(given.get("onDelete"), given.get("onUpdate"))


def _target(value: Value) -> str:
    """The table that Sequelize's `references` names: `{model}`, or the name alone."""
    if value is None:
        return ""
    model = as_map(value).get("model", value)
    name = as_map(model).get("tableName", model)
    return name if isinstance(name, str) else "not_known"


def _type(given: Mapping[str, Value]) -> str:
    value = given.get("type")
    if isinstance(value, Call):
        known = _SEQUELIZE_TYPES.get(value.name, "")
        size = value.value(0)
        if known == "varchar":
            return f"varchar({size if isinstance(size, int) else 255})"
        return known
    length = given.get("length")
    if isinstance(value, str):
        return f"{value}({length})" if length and isinstance(length, str | int) else value
    return ""


def _columns(call: Call) -> Iterator[ColumnSpec]:
    listed = _options(call.value(0)).get("columns")
    for value in listed if isinstance(listed, list) else ():
        name = _options(value).get("name")
        if isinstance(name, str):
            yield _column(name, _options(value))
    for name, given in as_map(call.value(1)).items():
        yield _column(name, as_map(given))


def _changed(table: str, second: Value, third: Value) -> Iterator[str]:
    old = _name(second)
    given = _options(third)
    if old is None or not given:
        return
    new = given.get("name")
    column = _column(old, given)
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


def _rule(method: str, given: Mapping[str, Value]) -> str:
    name = given.get("name")
    label = name if isinstance(name, str) else None
    columns = as_texts(given.get("columnNames", given.get("fields"))) or ()
    kind = str(given.get("type", "")).lower()
    if method == "createForeignKey" or kind == "foreign key":
        target = given.get("referencedTableName") or as_map(given.get("references")).get("table")
        other = target if isinstance(target, str) else "not_known"
        return to.add_reference(label, columns, other, _actions(given))
    if columns and (method == "createUniqueConstraint" or kind == "unique"):
        return to.add_rule("unique", label, columns)
    if columns and (method == "createPrimaryKey" or kind == "primary key"):
        return to.add_rule("primary key", label, columns)
    condition = given.get("expression")
    return to.add_check(label, condition if isinstance(condition, str) else None)


def _index(table: str, second: Value, third: Value) -> Iterator[str]:
    given = {**_options(second), **as_map(third)}
    listed = second if isinstance(second, list) else given.get("columnNames", given.get("fields"))
    name = given.get("name")
    is_unique = given.get("isUnique", given.get("unique")) is True
    if is_unique or str(given.get("type")).lower() == "unique":
        columns = as_texts(listed) or ()
        label = name if isinstance(name, str) else None
        yield to.unique_index(label, table, columns, given.get("where"))
    else:
        yield f"comment on table {table} is 'an index'"
