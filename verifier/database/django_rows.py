"""What a function of a Django migration does beside the schema: to all rows, or by others."""

from collections.abc import Iterator
from dataclasses import replace

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call
from verifier.database.outside_calls import outside_calls
from verifier.database.sql_statements import OfModel, Statement, Unread

_DELETES = ("delete", "_raw_delete")
#: What leaves all rows in: `Plan.objects.using("default").all()`.
_WHOLE = frozenset({"get_model", "all", "using", "order_by", "select_related", "only", "defer"})
_COMMAND = "call_command"


def beside_schema(call: Call, app: str) -> Iterator[Statement | Unread]:
    """Yield that all rows are deleted, and what runs that is not in this file."""
    if call.name == _COMMAND or call.on is None or isinstance(call.on, str):
        yield from outside_calls([replace(call, body=())])
    first, *rest = call.chain()
    if call.name not in _DELETES or first.name != "get_model":
        return
    if _WHOLE.issuperset(each.name for each in rest[:-1]):
        *of, model = [name for each in (0, 1) if (name := first.text(each))] or [""]
        label, _, name = model.rpartition(".")
        owner = (of or [label or app])[0]
        table = f"{owner}_{name}".lower()
        yield Statement(to.delete_all(to.table(table)), call.line, OfModel(table))
