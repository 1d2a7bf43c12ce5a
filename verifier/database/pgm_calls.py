"""
What node-pg-migrate's `pgm` does, as SQL.

Source: https://salsita.github.io/node-pg-migrate/migrations/
"""

from collections.abc import Iterator, Mapping

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Unknown, Value, as_map, as_texts, behind_rest
from verifier.database.code_sql import sql_of
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread

_DROPS = {
    "dropTable": "table",
    "dropView": "view",
    "dropMaterializedView": "materialized view",
    "dropType": "type",
    "dropSchema": "schema",
    "dropDomain": "domain",
    "dropFunction": "function",
    "dropSequence": "sequence",
}
#: How `pgm.sql` and `pgm.db.query` are called.
_SQL = ("sql", "query", "select")
#: What a method begins with that takes something away, or asks more of each row.
_CHANGES = (
    *("drop", "rename", "alter", "revoke", "addTypeAttribute", "setTypeAttribute"),
    *("addConstraint", "createConstraint", "addColumn"),
)
#: What the database fills itself.
_FILLED = frozenset({"sequenceGenerated", "expressionGenerated"})
_HARMLESS = frozenset({"dropIndex", "dropTrigger", "renameTrigger"})


def read_pgm(calls: tuple[Call, ...]) -> Iterator[Statement | Unread]:
    """Yield the statements of a migration's `up`."""
    for call in calls:
        if call.why:
            yield Unread(call.line, call.why)
        elif call.name in _SQL:
            yield from sql_of(call.value(0), call.line)
        else:
            found = list(_operation(call)) if _is_named(call) else []
            is_open = _is_open(call)
            for sql in () if is_open else found:
                yield Statement(sql, call.line)
            if is_open or (not found and _changes(call)):
                yield Unread(call.line, f"{call.name}, with values known only at run time")
            for each in call.chain():
                yield from read_pgm(each.body)


def _changes(call: Call) -> bool:
    """Whether a call would change what code relies on, if it were known what it is about."""
    if call.name == "alterColumn":
        return not isinstance(call.value(1), str)
    return call.name.startswith(_CHANGES) and call.name not in _HARMLESS


def _is_open(call: Call) -> bool:
    """Whether what it does hangs on options that only a run would tell."""
    second, third = as_map(call.value(1)), as_map(call.value(2))
    if call.name == "alterColumn":
        return behind_rest(third) is not None
    if call.name in ("createIndex", "addIndex"):
        return behind_rest(third) is not None and "unique" not in third
    is_column = call.name in ("addColumn", "addColumns")
    return is_column and any(isinstance(v, Unknown) or _asks(as_map(v)) for v in second.values())


def _asks(given: Mapping[str, Value]) -> bool:
    """Whether it is known only at run time what a new column asks of a row that leaves it out."""
    told = behind_rest(given)
    is_left = told is not None and told.get("notNull") is not False
    return is_left and told is not None and told.get("default") is None


def _trigger(table: str, name: str, given: Mapping[str, Value], body: Value) -> Iterator[str]:
    """A trigger, with its function where that stands behind it."""
    called = given.get("function")
    if not isinstance(called, str) and not isinstance(body, str):
        return
    function = to.table(called if isinstance(called, str) else name)
    yield from _of_triggers(function, given, body)
    events = " or ".join(as_texts(given.get("operation")) or ("insert",))
    when, level = (str(given.get(key, "")).lower() for key in ("when", "level"))
    yield (
        f"create trigger {to.quoted(name)} {when or 'before'} {events} on {table} "
        f"for each {level or 'statement'} execute function {function}()"
    )


def _of_triggers(function: str, given: Mapping[str, Value], body: Value) -> Iterator[str]:
    language = given.get("language")
    if isinstance(body, str) and isinstance(language, str):
        yield (
            f"create or replace function {function}() returns trigger "
            f"language {to.quoted(language)} as $pgm${body}$pgm$"
        )


def _is_named(call: Call) -> bool:
    """Whether it is known what a call is about."""
    value = call.value(0)
    return isinstance(value, str) or isinstance(as_map(value).get("name"), str)


def _table(value: Value) -> str:
    if isinstance(value, str):
        return to.table(value)
    given = as_map(value)
    name, schema = given.get("name"), given.get("schema")
    known = name if isinstance(name, str) else "not_known"
    return to.table(known, schema if isinstance(schema, str) else None)


def _operation(call: Call) -> Iterator[str]:
    table = _table(call.value(0))
    second, third = call.value(1), call.value(2)
    match call.name:
        case kind if kind in _DROPS:
            yield f"drop {_DROPS[kind]} {table}"
        case "renameTable" if isinstance(second, str):
            yield f"alter table {table} rename to {to.quoted(second)}"
        case "renameSequence" if isinstance(second, str):
            yield f"alter sequence {table} rename to {to.quoted(second)}"
        case "dropColumn" | "dropColumns":
            names = as_texts(second) or tuple(as_map(second))
            yield from (to.alter(table, to.drop_column(name)) for name in names)
        case "addColumn" | "addColumns":
            for name, given in as_map(second).items():
                yield to.alter(table, to.add_column(_column(name, given)))
        case "createTable":
            made = [_column(name, given) for name, given in as_map(second).items()]
            is_soft = as_map(third).get("ifNotExists") is True
            yield to.create_table(table, made, if_missing=is_soft)
            yield from _rules(table, None, as_map(third).get("constraints"))
        case "renameColumn" if isinstance(second, str) and isinstance(third, str):
            yield to.rename_column(table, second, third)
        case "alterColumn" if isinstance(second, str):
            yield from _altered(table, second, as_map(third))
        case "addConstraint" | "createConstraint":
            yield from _rules(table, second if isinstance(second, str) else None, third)
        case "dropConstraint" if isinstance(second, str):
            yield to.alter(table, f"drop constraint {to.quoted(second)}")
        case "renameConstraint" if isinstance(second, str) and isinstance(third, str):
            yield f"alter table {table} rename constraint {to.quoted(second)} to {to.quoted(third)}"
        case "createView" | "createMaterializedView" if isinstance(third, str):
            yield _view(call.name, table, as_map(second), third)
        case "createType" if (values := as_texts(second)) and isinstance(second, list | tuple):
            yield f"create type {table} as enum ({', '.join(map(to.literal, values))})"
        case "dropIndex":
            given = as_map(third).get("name")
            bare = table.replace('"', "").replace(".", "_")
            usual = "_".join((bare, *(as_texts(second) or ()), "unique_index"))
            yield f"drop index if exists {to.quoted(given if isinstance(given, str) else usual)}"
        case "dropTrigger" if isinstance(second, str):
            yield f"drop trigger {to.quoted(second)} on {table}"
        case "createTrigger" if isinstance(second, str):
            yield from _trigger(table, second, as_map(third), call.value(3))
        case "createFunction" if as_map(third).get("returns") == "trigger":
            yield from _of_triggers(table, as_map(third), call.value(3))
        case "createIndex" | "addIndex" if as_map(third).get("unique") is True:
            given, columns = as_map(third), _compared(second)
            label = given.get("name")
            index = label if isinstance(label, str) else None
            yield to.unique_index(index, table, columns, given.get("where"))
        case "renameTypeValue" if isinstance(second, str) and isinstance(third, str):
            yield f"alter type {table} rename value '{second}' to '{third}'"
        case _:
            return


def _compared(value: Value) -> list[str]:
    """What an index compares: texts, or what says how each is sorted."""
    parts = value if isinstance(value, list) else [value]
    names = [as_map(part).get("name", part) for part in parts]
    return [name for name in names if isinstance(name, str)] if names else []


def _view(method: str, name: str, given: Mapping[str, Value], query: str) -> str:
    columns = as_texts(given.get("columns")) or ()
    listed = f" ({', '.join(map(to.quoted, columns))})" if columns else ""
    kind = "view" if method == "createView" else "materialized view"
    return " ".join(("create", kind, name + listed, "as", query))


def _column(name: str, value: Value) -> ColumnSpec:
    if isinstance(value, str):
        return ColumnSpec(name, "serial" if value == "id" else value, is_key=value == "id")
    given = as_map(value)
    type_ = given.get("type")
    other = given.get("references")
    return ColumnSpec(
        name,
        type_ if isinstance(type_, str) else "",
        is_required=given.get("notNull") is True,
        has_default=given.get("default") is not None or not _FILLED.isdisjoint(given),
        is_unique=given.get("unique") is True,
        is_key=given.get("primaryKey") is True,
        refers_to=other.partition("(")[0].strip('" ') if isinstance(other, str) else "",
        actions=to.actions_in(given),
    )


def _altered(table: str, column: str, given: Mapping[str, Value]) -> Iterator[str]:
    type_ = given.get("type")
    if isinstance(type_, str):
        yield to.alter(table, to.alter_column(column, f"type {to.type_text(type_)}"))
    if "notNull" in given or "allowNull" in given:
        is_required = given.get("notNull") is True or given.get("allowNull") is False
        word = "set" if is_required else "drop"
        yield to.alter(table, to.alter_column(column, f"{word} not null"))
    if "default" in given:
        word = "drop default" if given["default"] is None else "set default now()"
        yield to.alter(table, to.alter_column(column, word))


def _rules(table: str, name: str | None, value: Value) -> Iterator[str]:
    if isinstance(value, str):
        label = f"constraint {to.quoted(name)} " if name else ""
        yield to.alter(table, f"add {label}{value}")
        return
    given = as_map(value)
    for key, kind in (("unique", "unique"), ("primaryKey", "primary key")):
        columns = as_texts(given.get(key))
        if columns:
            yield to.alter(table, to.add_rule(kind, name, columns))
    for check in as_texts(given.get("check")) or ():
        yield to.alter(table, to.add_check(name, check))
    keys = given.get("foreignKeys")
    for key_ in keys if isinstance(keys, list) else [keys] if keys else []:
        columns = as_texts(as_map(key_).get("columns")) or ()
        other = as_map(key_).get("references")
        target = other.partition("(")[0].strip('" ') if isinstance(other, str) else "not_known"
        if columns:
            actions = to.actions_in(as_map(key_))
            yield to.alter(table, to.add_reference(name, columns, target, actions))
