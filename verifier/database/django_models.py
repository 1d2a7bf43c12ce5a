"""
What Django's operations on models and their rules do, as SQL.

Source: https://docs.djangoproject.com/en/stable/ref/migration-operations/
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Value, as_map, as_texts
from verifier.database.django_fields import column_of, field_of
from verifier.database.sql_statements import OfField, OfModel

#: Under which word an operation names its model.
_NAMED = {"RenameModel": "old_name"} | dict.fromkeys(
    (
        *("CreateModel", "DeleteModel", "AlterModelTable", "AlterModelOptions"),
        *("AlterUniqueTogether", "AlterOrderWithRespectTo"),
    ),
    "name",
)
#: What tells which table a model has.
MODELS = ("CreateModel", "DeleteModel", "RenameModel", "AlterModelTable", "AlterModelOptions")


def model_of(call: Call, app: str) -> OfModel | None:
    """Return the model that an operation is about, and what becomes of its table."""
    name = call.text(0, _NAMED.get(call.name, "model_name"))
    if name is None:
        return None
    model = OfModel(f"{app}_{name.lower()}", fields=tuple(_fields(call)))
    match call.name:
        case "CreateModel":
            options = as_map(call.value(2, "options"))
            has_none = options.get("managed") is False or options.get("proxy") is True
            is_managed = False if options.get("managed") is False else None
            made = replace(model, is_managed=is_managed, has_none=has_none, begins=True)
            return replace(made, table=_given(options))
        case "DeleteModel":
            return replace(model, ends=True)
        case "RenameModel":
            new = call.text(1, "new_name") or ""
            return replace(model, becomes=new and f"{app}_{new.lower()}")
        case "AlterModelTable":
            table = call.value(1, "table")
            return replace(model, table=_bare(table) if isinstance(table, str) else "")
        case "AlterModelOptions":
            # What it does not name is as it is by default.
            is_managed = as_map(call.value(1, "options")).get("managed") is not False
            return replace(model, is_managed=is_managed)
        case _:
            return model


def _fields(call: Call) -> Iterator[OfField]:
    """What an operation says of the fields of its model."""
    named = _named_in(call.value(1, "fields")) if call.name == "CreateModel" else []
    name = call.text(1, "name")
    if call.name in ("AddField", "AlterField") and name is not None:
        named = [(name, call.value(2, "field"))]
    found = (field_of(name, field) for name, field in named)
    yield from (field for field in found if field is not None)
    old, new = call.text(1, "old_name"), call.text(2, "new_name")
    if call.name == "RenameField" and old and new:
        yield OfField(old, becomes=new)
    if call.name == "RemoveField" and (gone := call.text(1, "name")):
        yield OfField(gone)


def _named_in(fields: Value) -> list[tuple[str, Value]]:
    """The fields that a model is made with, by their names."""
    return [
        (pair[0], pair[1])
        for pair in (fields if isinstance(fields, list) else [])
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
    ]


def _given(options: Mapping[str, Value]) -> str | None:
    """The table that a model says it has."""
    given = options.get("db_table")
    return _bare(given) if isinstance(given, str) else None


def _bare(table: str) -> str:
    """A schema may stand in front, with the quotes that Django leaves as they are."""
    return table.replace('"', "")


def table_of(call: Call, app: str, name: str = "model_name") -> str | None:
    """Return the table that is called after the model of an operation."""
    found = call.text(0, name)
    return to.table(f"{app}_{found.lower()}") if found else None


def _create_model(call: Call, app: str) -> list[str] | None:
    name = call.text(0, "name")
    fields = call.value(1, "fields")
    if name is None or not isinstance(fields, list):
        return None
    table = to.table(_given(as_map(call.value(2, "options"))) or f"{app}_{name.lower()}")
    columns = [column_of(name, field) for name, field in _named_in(fields)]
    return [to.create_table(table, [column for column in columns if column is not None])]


def _delete_model(call: Call, app: str) -> list[str] | None:
    table = table_of(call, app, "name")
    return [f"drop table {table}"] if table else None


def _rename_model(call: Call, app: str) -> list[str] | None:
    table, new = table_of(call, app, "old_name"), call.text(1, "new_name")
    return (
        [f"alter table {table} rename to {to.quoted(f'{app}_{new.lower()}')}"]
        if table and new
        else None
    )


def _alter_model_table(call: Call, app: str) -> list[str] | None:
    table, new = table_of(call, app, "name"), call.value(1, "table")
    if not table or not isinstance(new, str | type(None)):
        return None
    own = f"{app}_{(call.text(0, 'name') or '').lower()}"
    return [f"alter table {table} rename to {to.quoted(_bare(new) if new else own)}"]


def _add_field(call: Call, app: str) -> list[str] | None:
    table, name = table_of(call, app), call.text(1, "name")
    if not table or not name:
        return None
    column = column_of(name, call.value(2, "field"))
    return [to.alter(table, to.add_column(column))] if column else []


def _remove_field(call: Call, app: str) -> list[str] | None:
    table, name = table_of(call, app), call.text(1, "name")
    return [to.alter(table, to.drop_column(name))] if table and name else None


def _add_constraint(call: Call, app: str) -> list[str] | None:
    table, rule = table_of(call, app), call.value(1, "constraint")
    if not table or not isinstance(rule, Call):
        return None
    name = rule.text(99, "name")
    if rule.name == "UniqueConstraint":
        columns = as_texts(rule.named.get("fields"))
        if columns and name:
            return [to.unique_index(name, table, columns, rule.named.get("condition"))]
    return [to.alter(table, to.add_check(name, None))]


def _remove_constraint(call: Call, app: str) -> list[str] | None:
    table, name = table_of(call, app), call.text(1, "name")
    if not table or not name:
        return None
    return [
        to.alter(table, f"drop constraint {to.quoted(name)}"),
        f"drop index if exists {to.quoted(name)}",
    ]


def _unique_together(call: Call, app: str) -> list[str] | None:
    table, value = table_of(call, app, "name"), call.value(1, "unique_together")
    if not table or not isinstance(value, list | type(None)):
        return [] if table else None
    groups = [as_texts(group) for group in value or ()]
    return [to.alter(table, to.add_rule("unique", None, group)) for group in groups if group]


def _order(call: Call, app: str) -> list[str] | None:
    """The place of a row among those of its owner is a column of its own, that Django fills."""
    table = table_of(call, app, "name")
    is_ordered = call.value(1, "order_with_respect_to") is not None
    column = to.ColumnSpec("_order", "int4", is_required=True)
    action = to.add_column(column) if is_ordered else to.drop_column(column.name)
    return [to.alter(table, action)] if table else None


def _alter_options(call: Call, app: str) -> list[str] | None:
    """Whether its table changes with it is all that counts of its options."""
    name = call.text(0, "name")
    return [to.nothing(f"{app}_{name.lower()}")] if name else []


OPERATIONS: Mapping[str, Callable[[Call, str], list[str] | None]] = {
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_model_table,
    "AlterModelOptions": _alter_options,
    "AddField": _add_field,
    "RemoveField": _remove_field,
    "AddConstraint": _add_constraint,
    "AddConstraintNotValid": _add_constraint,
    "RemoveConstraint": _remove_constraint,
    "AlterUniqueTogether": _unique_together,
    "AlterOrderWithRespectTo": _order,
}
