"""
What Kysely's schema builder does, as SQL.

Source: https://kysely-org.github.io/kysely-apidoc/classes/SchemaModule.html
"""

from collections.abc import Iterator, Mapping, Sequence

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Value
from verifier.database.code_rows import numbered_rows
from verifier.database.code_sql import sql_of
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread

_ROOTS = {
    "dropTable": "drop table {}",
    "dropView": "drop view {}",
    "dropType": "drop type {}",
    "dropSchema": "drop schema {}",
    "dropIndex": "drop index {}",
}


def read_kysely(calls: tuple[Call, ...]) -> Iterator[Statement | Unread]:
    """Yield the statements of a migration's `up`."""
    for call in calls:
        if call.why:
            yield Unread(call.line, call.why)
            continue
        chain = [each for each in call.chain() if each.name != "execute"]
        raw = next((each for each in call.chain() if each.name in ("sql", "raw")), None)
        if raw is not None:
            yield from sql_of(raw.value(0), raw.line)
            continue
        first = next((n for n, each in enumerate(chain) if each.name in _STARTS), None)
        if first is not None:
            schema = next((c.text(0) for c in chain[:first] if c.name == "withSchema"), None)
            yield from _statement(chain[first], chain[first + 1 :], schema)
            continue
        for each in call.chain():
            is_begun = each.name == "executeQuery" or (
                each.on == "schema" and each.name.startswith(("drop", "alter", "rename"))
            )
            # A builder that was begun elsewhere, as one that is kept under a name.
            if is_begun or (each.name in _NAMING and len(each.chain()) <= len(call.chain())):
                yield Unread(each.line, f"{each.name}, of which it is not known what it does")
            yield from read_kysely(each.body)


#: What takes something of a table away, or asks more of each row, by its name.
_NAMING = frozenset({"dropColumn", "renameColumn", "renameTo", "setSchema", "alterColumn"}) | {
    "modifyColumn",
    "addUniqueConstraint",
    "dropConstraint",
    "addColumn",
}
_STARTS = {*_ROOTS, "alterTable", "createTable", "createIndex", "createView", "deleteFrom"} | {
    "insertInto"
}


def _statement(first: Call, rest: list[Call], schema: str | None) -> Iterator[Statement | Unread]:
    name = first.text(0)
    if name is None and first.name == "insertInto":
        return
    if name is None:
        yield Unread(first.line, f"{first.name}, with values known only at run time")
        return
    table = to.table(name, schema)
    match first.name:
        case "createTable":
            columns = [_column(each) for each in rest if each.name == "addColumn"]
            is_soft = any(each.name == "ifNotExists" for each in rest)
            sql = to.create_table(table, [c for c in columns if c], if_missing=is_soft)
            yield Statement(sql, first.line)
            for each in rest:
                if each.name != "addColumn":
                    yield from (Statement(rule, each.line) for rule in _altered(table, each))
        case "createIndex":
            given = {each.name: each for each in rest}
            if "unique" in given and "on" in given:
                columns_of = given.get("columns") or given.get("column")
                names = [*((columns_of.texts(0) if columns_of else None) or ())]
                names += [_type(each.value(0)) for each in rest if each.name == "expression"]
                on = to.table(given["on"].text(0) or "not_known", schema)
                where = [each.arguments for each in rest if each.name == "where"]
                index = to.unique_index(name, on, names, where or None)
                yield Statement(index, first.line)
        case "alterTable":
            for number, each in enumerate(rest):
                found = list(_altered(table, each, rest[number + 1 :]))
                for sql in found:
                    yield Statement(sql, each.line)
                if not found and each.name in _NAMING:
                    yield Unread(each.line, f"{each.name}, with values known only at run time")
        case "createView":
            return
        case "insertInto":
            for each in rest:
                if each.name == "values":
                    yield from numbered_rows(table, each.value(0), each.line)
        case "deleteFrom":
            if not any(each.name.startswith(("where", "using")) for each in rest):
                yield Statement(to.delete_all(table), first.line)
        case kind:
            yield Statement(_ROOTS[kind].format(table), first.line)


def _column(call: Call) -> ColumnSpec | None:
    name = call.text(0)
    if name is None:
        return None
    given = {each.name: each for inner in call.body for each in inner.chain()}
    made = {"defaultTo", "generatedAlwaysAs", "generatedAlwaysAsIdentity", "autoIncrement"}
    return ColumnSpec(
        name,
        _type(call.value(1)),
        is_required="notNull" in given,
        has_default=bool(made & given.keys()),
        is_unique="unique" in given,
        is_key="primaryKey" in given,
        refers_to=(given["references"].text(0) or "").rpartition(".")[0]
        if "references" in given
        else "",
        actions=_actions(given),
    )


def _actions(given: Mapping[str, Call]) -> str:
    return to.actions_in({name: call.value(0) for name, call in given.items()})


def _type(value: Value) -> str:
    if isinstance(value, Call):
        value = value.value(0)
    return value if isinstance(value, str) else ""


def _altered(table: str, call: Call, behind: Sequence[Call] = ()) -> Iterator[str]:
    """What an action does; of a foreign key what stands behind it belongs to it."""
    name = call.text(0)
    second = call.text(1)
    columns = call.texts(1) or ()
    match call.name:
        case "addColumn":
            column = _column(call)
            if column is not None:
                yield to.alter(table, to.add_column(column))
        case "dropColumn" if name:
            yield to.alter(table, to.drop_column(name))
        case "renameColumn" if name and second:
            yield to.rename_column(table, name, second)
        case "renameTo" if name:
            yield f"alter table {table} rename to {to.quoted(name)}"
        case "setSchema" if name:
            yield f"alter table {table} set schema {to.quoted(name)}"
        case "alterColumn" | "modifyColumn" if name:
            for inner in (each for outer in call.body for each in outer.chain()):
                yield from _column_altered(table, name, inner)
        case "addUniqueConstraint" if columns:
            yield to.alter(table, to.add_rule("unique", name, columns))
        case "addPrimaryKeyConstraint" if columns:
            yield to.alter(table, to.add_rule("primary key", name, columns))
        case "addForeignKeyConstraint" if columns:
            other = call.text(2) or "not_known"
            inside = [each for inner in call.body for each in inner.chain()]
            given = {each.name: each for each in (*inside, *behind)}
            yield to.alter(table, to.add_reference(name, columns, other, _actions(given)))
        case "addCheckConstraint":
            yield to.alter(table, to.add_check(name, _type(call.value(1)) or None))
        case "dropConstraint" if name:
            yield to.alter(table, f"drop constraint {to.quoted(name)}")
        case _:
            return


def _column_altered(table: str, name: str, call: Call) -> Iterator[str]:
    match call.name:
        case "setNotNull":
            yield to.alter(table, to.alter_column(name, "set not null"))
        case "dropNotNull":
            yield to.alter(table, to.alter_column(name, "drop not null"))
        case "setDefault":
            yield to.alter(table, to.alter_column(name, "set default now()"))
        case "dropDefault":
            yield to.alter(table, to.alter_column(name, "drop default"))
        case "setDataType":
            action = f"type {to.type_text(_type(call.value(0)))}"
            yield to.alter(table, to.alter_column(name, action))
        case _:
            return
