"""Columns, constraints and indexes as TypeORM and Sequelize describe them, as PostgreSQL does."""

from collections.abc import Iterator, Mapping

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Value, as_map, as_texts, behind_rest
from verifier.database.schema_sql import ColumnSpec

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


def options_of(value: Value) -> Mapping[str, Value]:
    """What an object says, or the one that a constructor is given."""
    return as_map(value.value(0)) if isinstance(value, Call) else as_map(value)


def name_of(value: Value) -> str | None:
    if isinstance(value, str):
        return value
    name = options_of(value).get("name")
    return name if isinstance(name, str) else None


def column_of(name: str, given: Mapping[str, Value]) -> ColumnSpec:
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
        actions=to.actions_in(given),
    )


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


def columns_of(call: Call) -> Iterator[ColumnSpec]:
    listed = options_of(call.value(0)).get("columns")
    for value in listed if isinstance(listed, list) else ():
        name = options_of(value).get("name")
        if isinstance(name, str):
            yield column_of(name, options_of(value))
    for name, given in as_map(call.value(1)).items():
        yield column_of(name, as_map(given))


def rule_of(method: str, given: Mapping[str, Value]) -> str:
    name = given.get("name")
    label = name if isinstance(name, str) else None
    columns = as_texts(given.get("columnNames", given.get("fields"))) or ()
    kind = str(given.get("type", "")).lower()
    if method == "createForeignKey" or kind == "foreign key":
        target = given.get("referencedTableName") or as_map(given.get("references")).get("table")
        other = target if isinstance(target, str) else "not_known"
        return to.add_reference(label, columns, other, to.actions_in(given))
    if columns and (method == "createUniqueConstraint" or kind == "unique"):
        return to.add_rule("unique", label, columns)
    if columns and (method == "createPrimaryKey" or kind == "primary key"):
        return to.add_rule("primary key", label, columns)
    condition = given.get("expression")
    return to.add_check(label, condition if isinstance(condition, str) else None)


def index_of(table: str, second: Value, third: Value) -> Iterator[str]:
    given = {**options_of(second), **as_map(third)}
    listed = second if isinstance(second, list) else given.get("columnNames", given.get("fields"))
    name = given.get("name")
    is_unique = given.get("isUnique", given.get("unique")) is True
    if is_unique or str(given.get("type")).lower() == "unique":
        columns = [_compared(each) for each in (listed if isinstance(listed, list) else [listed])]
        label = name if isinstance(name, str) else None
        yield to.unique_index(label, table, columns, given.get("where"))
    else:
        yield f"comment on table {table} is 'an index'"


def _compared(value: Value) -> str:
    """What an index compares: a column, or what `fn`, `col` and `literal` compose."""
    if not isinstance(value, Call):
        given = options_of(value)
        named_there = given.get("name", given.get("attribute", value))
        return named_there if isinstance(named_there, str) else ""
    first = value.value(0)
    if value.name in ("literal", "cast") or not isinstance(first, str):
        return f"({first})" if isinstance(first, str) and value.name == "literal" else ""
    if value.name == "col":
        return to.quoted(first)
    return f"{first}({', '.join(map(_compared, value.arguments[1:]))})"


def is_open(given: Mapping[str, Value]) -> bool:
    """Whether it is known only at run time what a new column asks of a row that leaves it out."""
    told = behind_rest(given)
    if told is None:
        return False
    is_nullable = told.get("allowNull") is True or told.get("isNullable") is True
    return not is_nullable and told.get("default", told.get("defaultValue")) is None


def may_be_unique(given: Mapping[str, Value]) -> bool:
    """Whether it is known only at run time if an index is unique."""
    return behind_rest(given) is not None and not {"unique", "isUnique", "type"} & given.keys()
