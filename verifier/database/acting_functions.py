"""Functions that no migration makes, but that change tables, or run a text, where a query calls."""

from collections.abc import Sequence

from verifier.database.pg_nodes import Node, child, items, text
from verifier.database.schema_sql import quoted

#: How a function is called that takes something away or runs what it is told.
_FIRST_WORDS = frozenset(
    {"drop", "exec", "execute", "truncate", "purge", "rename", "undo", "destroy", "run", "detach"}
)
_LINKS = frozenset({"dblink", "dblink_exec", "dblink_send_query", "dblink_open"})
#: Of PostGIS: the last of the texts that they are given are the table and, of one, the column.
_COLUMN, _TABLE = "dropgeometrycolumn", "dropgeometrytable"
_READS = ("select", "with", "values", "table")


def may_act(name: str) -> bool:
    """Return whether a function, by its name in lower case, does more than read."""
    return name in (*_LINKS, _COLUMN, _TABLE) or name.partition("_")[0] in _FIRST_WORDS


def sql_of_call(call: Node) -> str | None:
    """
    Return the SQL that a call of such a function stands for, empty for one that reads.

    None where only a run would tell.
    """
    name = _name(call)
    given = [text(child(child(each, "A_Const"), "sval"), "sval") for each in items(call, "args")]
    match name, [each for each in given if each]:
        case "dropgeometrycolumn", [*schema, table, column] if len(schema) < 3:
            return f"alter table {_dotted([*schema[-1:], table])} drop column {quoted(column)}"
        case "dropgeometrytable", [*schema, table] if len(schema) < 3:
            return f"drop table {_dotted([*schema[-1:], table])}"
        case _, [*_, last] if name in _LINKS and last.lower().lstrip().startswith(_READS):
            return ""
        case _:
            return None


def _name(call: Node) -> str:
    parts = [text(child(each, "String"), "sval") for each in items(call, "funcname")]
    return "".join(parts[-1:]).lower()


def _dotted(parts: Sequence[str]) -> str:
    return ".".join(map(quoted, parts))
