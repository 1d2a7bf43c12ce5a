"""
What Rails' migrations do, as SQL.

Source: https://api.rubyonrails.org/classes/ActiveRecord/ConnectionAdapters/SchemaStatements.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Composed, Unknown, Value
from verifier.database.code_sql import sql_of
from verifier.database.rails_columns import column_of, columns_of, reference_of
from verifier.database.rails_rows import ROWS, emptied
from verifier.database.rails_rules import RULES
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread

#: What does nothing that older code could miss, by how it begins.
_HARMLESS = (
    "create_",
    "enable_",
    "say",
    "validate_",
    "set_",
    "puts",
    "print",
    "log",
    "backfill",
    "populate",
    "seed",
    "insert",
    "update_column",
    "suppress_",
    "with_",
    "disable_",
    "transaction",
    "require",
    "raise",
    "sleep",
    "reversible",
    "up_only",
    "safety_assured",
    "rename_index",
    "remove_foreign_key",
    "remove_exclusion",
    "remove_concurrent_index",
    "add_enum_value",
    "change_table_comment",
    "change_column_comment",
    "reset_",
    "loop",
    "commit_db",
    "begin_db",
)
#: Of an operation, how many of what stands behind its table has to be known; all with None.
_NAMED = {
    "drop_table": None,
    "remove_columns": None,
    "rename_table": 1,
    "remove_column": 1,
    "rename_column": 2,
    "add_column": 1,
    "add_reference": 1,
    "add_belongs_to": 1,
    "remove_reference": 1,
    "remove_belongs_to": 1,
    "change_column": 1,
    "change_column_null": 1,
    "change_column_default": 1,
    "add_foreign_key": 1,
    "remove": None,
    "rename": 2,
    "change": 1,
    "change_null": 1,
    "change_default": 1,
    "remove_references": 1,
}


_NOWHERE = 99
#: Of an operation, how many stand before a hash of options, its table among them.
_OPTIONS_AT = {
    "add_column": 3,
    "change_column": 3,
    "add_reference": 2,
    "add_belongs_to": 2,
    "add_index": 2,
}
#: What older code knows nothing of, whatever its options are.
_MADE = ("create_table", "create_join_table")


def read_rails(calls: Sequence[Call]) -> Iterator[Statement | Unread]:
    """Yield the statements of a migration's `change` or `up`."""
    for call in calls:
        if call.name in ("execute", "exec_query"):
            yield from sql_of(call.value(0), call.line)
        elif call.name in ROWS:
            yield from emptied(call)
        elif call.name in _OPERATIONS:
            for sql in _operation(call):
                if sql is None:
                    what = f"{call.name}, with values known only at run time"
                    yield Unread(call.line, what)
                else:
                    yield Statement(sql, call.line)
        elif call.why and not (call.name.endswith("?") or _is_harmless(call.name)):
            yield Unread(call.line, call.why)


def _is_harmless(name: str) -> bool:
    return name in ("p", "pp") or name.startswith(_HARMLESS)


def _operation(call: Call) -> Iterator[str | None]:
    name = call.text(0)
    if name is None or not _is_named(call, 1):
        yield None
        return
    texts = [a for a in call.arguments[1:] if isinstance(a, str)]
    yield from _OPERATIONS[call.name](call, to.table(name), texts)


def _is_named(call: Call, first: int) -> bool:
    """Whether it is known what an operation is about."""
    is_open = isinstance(call.value(_OPTIONS_AT.get(call.name, _NOWHERE)), Unknown)
    if (call.has_rest or is_open) and call.name not in _MADE:
        return False
    count = _NAMED.get(call.name, 0)
    told = call.arguments[first:] if count is None else call.arguments[first : first + count]
    return all(isinstance(each, str) for each in told) and len(told) >= (count or 0)


def _drop_table(_: Call, table: str, others: list[str]) -> Iterator[str]:
    for each in (table, *map(to.table, others)):
        yield f"drop table {each}"


def _rename_table(_: Call, table: str, others: list[str]) -> Iterator[str]:
    for new in others[:1]:
        yield f"alter table {table} rename to {to.quoted(new)}"


def _create_table(call: Call, table: str, _: list[str]) -> Iterator[str | None]:
    if call.named.get("force") not in (None, False):
        yield f"drop table {table}"
    columns = [ColumnSpec("id", "bigserial", is_key=True)]
    for inner in call.body:
        columns += columns_of(inner)
    yield to.create_table(table, columns, if_missing=call.named.get("if_not_exists") is True)
    for inner in call.body:
        if (outer := _IN_TABLE.get(inner.name, "")) in RULES:
            yield from _done_in(table, outer, inner)


def _add_column(call: Call, table: str, others: list[str]) -> Iterator[str]:
    if len(others) > 1:
        yield to.alter(table, to.add_column(column_of(others[0], others[1], call)))


def _add_timestamps(call: Call, table: str, _: list[str]) -> Iterator[str]:
    for column in columns_of(Call("timestamps", (), call.named)):
        yield to.alter(table, to.add_column(column))


def _remove_timestamps(call: Call, table: str, _: list[str]) -> Iterator[str]:
    yield from _remove_columns(call, table, ["created_at", "updated_at"])


def _add_reference(call: Call, table: str, others: list[str]) -> Iterator[str]:
    for name in others[:1]:
        yield to.alter(table, to.add_column(reference_of(name, call)))


def _remove_column(_: Call, table: str, others: list[str]) -> Iterator[str]:
    for name in others[:1]:
        yield to.alter(table, to.drop_column(name))


def _remove_columns(_: Call, table: str, others: list[str]) -> Iterator[str]:
    for name in others:
        yield to.alter(table, to.drop_column(name))


def _remove_reference(_: Call, table: str, others: list[str]) -> Iterator[str]:
    for name in others[:1]:
        yield to.alter(table, to.drop_column(f"{name}_id"))


def _rename_column(_: Call, table: str, others: list[str]) -> Iterator[str]:
    if len(others) > 1:
        yield to.rename_column(table, others[0], others[1])


def _change_column(call: Call, table: str, others: list[str]) -> Iterator[str]:
    if len(others) < 2:
        return
    column = column_of(others[0], others[1], call)
    yield to.alter(table, to.alter_column(column.name, f"type {to.type_text(column.type)}"))
    if "default" in call.named:
        yield to.alter(table, to.set_default(column.name, is_set=column.has_default))
    if "null" in call.named:
        word = "set" if column.is_required else "drop"
        yield to.alter(table, to.alter_column(column.name, f"{word} not null"))


def _change_null(call: Call, table: str, others: list[str]) -> Iterator[str]:
    for name in others[:1]:
        word = "set" if call.value(2) is False else "drop"
        yield to.alter(table, to.alter_column(name, f"{word} not null"))


def _change_default(call: Call, table: str, others: list[str]) -> Iterator[str]:
    for name in others[:1]:
        new: Value = call.named["to"] if "to" in call.named else call.value(2)
        word = "drop default" if new is None else "set default now()"
        yield to.alter(table, to.alter_column(name, word))


def _disable_extension(_: Call, name: str, __: list[str]) -> Iterator[str]:
    yield f"drop extension {name}"


def _change_table(call: Call, table: str, _: list[str]) -> Iterator[str | None]:
    for inner in call.body:
        outer = _IN_TABLE.get(inner.name, "")
        if inner.on is None and inner.why and inner.name in _OPERATIONS:
            yield from _operation(inner)  # of the migration, and not of the table
        elif not _is_named(inner, 0) or (inner.why and not _is_harmless(inner.name)):
            yield None
        elif outer:
            yield from _done_in(table, outer, inner)
        elif inner.name not in _BESIDE and _is_open(inner):
            yield None
        elif inner.name not in _BESIDE and not _is_harmless(inner.name):
            for column in columns_of(inner):
                yield to.alter(table, to.add_column(column))


def _is_open(line: Call) -> bool:
    """Whether it is known only at run time what a new column is called, or asks of a row."""
    unknown = [isinstance(each, Unknown | Composed | Call) for each in line.arguments]
    is_required = line.named.get("null") is False and line.named.get("default") is None
    return (any(unknown) and is_required) or unknown[1:][-1:] == [True]


def _done_in(table: str, outer: str, inner: Call) -> Iterator[str | None]:
    given = replace(inner, name=outer, arguments=("", *inner.arguments))
    names = [name for name in inner.arguments if isinstance(name, str)]
    yield from _OPERATIONS[outer](given, table, names)


#: Of what is called on a table in `change_table` the operation that does the same.
_IN_TABLE = {
    "remove": "remove_columns",
    "remove_columns": "remove_columns",
    "remove_column": "remove_columns",
    "rename": "rename_column",
    "change": "change_column",
    "change_null": "change_column_null",
    "change_default": "change_column_default",
    "remove_timestamps": "remove_timestamps",
    "remove_references": "remove_reference",
    "remove_belongs_to": "remove_reference",
    "index": "add_index",
    "remove_index": "remove_index",
    "foreign_key": "add_foreign_key",
    "check_constraint": "add_check_constraint",
    "unique_constraint": "add_unique_constraint",
    "exclusion_constraint": "add_exclusion_constraint",
    "remove_unique_constraint": "remove_unique_constraint",
    "remove_check_constraint": "remove_check_constraint",
}
#: What there makes no column either.
_BESIDE = ("comment", "remove_foreign_key", "remove_exclusion_constraint", "rename_index")
_OPERATIONS: Mapping[str, Callable[[Call, str, list[str]], Iterator[str | None]]] = {
    "drop_table": _drop_table,
    "rename_table": _rename_table,
    "create_table": _create_table,
    "add_column": _add_column,
    "add_timestamps": _add_timestamps,
    "remove_timestamps": _remove_timestamps,
    "add_reference": _add_reference,
    "add_belongs_to": _add_reference,
    "remove_column": _remove_column,
    "remove_columns": _remove_columns,
    "remove_reference": _remove_reference,
    "remove_belongs_to": _remove_reference,
    "rename_column": _rename_column,
    "change_column": _change_column,
    "change_column_null": _change_null,
    "change_column_default": _change_default,
    "change_table": _change_table,
    "disable_extension": _disable_extension,
    **RULES,
}
