"""Fields of Django's models, as columns of PostgreSQL."""

from verifier.database.code_calls import Call, Value
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import OfField

_TYPES = {
    "CharField": "varchar",
    "SlugField": "varchar",
    "EmailField": "varchar",
    "URLField": "varchar",
    "TextField": "text",
    "IntegerField": "int4",
    "PositiveIntegerField": "int4",
    "BigIntegerField": "int8",
    "SmallIntegerField": "int2",
    "BooleanField": "bool",
    "FloatField": "float8",
    "DecimalField": "numeric",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "UUIDField": "uuid",
    "JSONField": "jsonb",
    "AutoField": "serial",
    "BigAutoField": "bigserial",
}
#: What the database fills itself.
_FILLED = ("AutoField", "BigAutoField", "SmallAutoField", "GeneratedField")
_REFERENCES = ("ForeignKey", "OneToOneField")


def field_of(name: str, field: Value) -> OfField | None:
    """Return which column a field says that it has, None for one that has none."""
    column = column_of(name, field)
    is_named = isinstance(field, Call) and isinstance(field.named.get("db_column"), str)
    if column is None:
        return None
    return OfField(name, column.name, is_named, is_filled=column.has_default)


def column_of(name: str, field: Value) -> ColumnSpec | None:
    """Return the column of a field, None for one that has none."""
    if not isinstance(field, Call) or field.name in ("ManyToManyField", "GenericForeignKey"):
        return None
    is_reference = field.name in _REFERENCES
    given = field.named.get("db_column")
    column = given if isinstance(given, str) else f"{name}_id" if is_reference else name
    type_ = _TYPES.get(field.name, "")
    size = field.named.get("max_length")
    is_key = field.named.get("primary_key") is True
    has_rule = is_reference and field.named.get("db_constraint") is not False
    sizes = [size] if type_ == "varchar" else []
    if type_ == "numeric":
        sizes = [field.named.get("max_digits"), field.named.get("decimal_places")]
    numbers = [str(each) for each in sizes if isinstance(each, int)]
    return ColumnSpec(
        column,
        f"{type_}({','.join(numbers)})" if numbers else type_,
        is_required=field.named.get("null") is not True,
        has_default="db_default" in field.named or field.name in _FILLED,
        is_unique=field.named.get("unique") is True or field.name == "OneToOneField",
        is_key=is_key,
        # The table is that of a model, which is not looked up.
        refers_to="not_known" if has_rule else "",
    )
