"""What a migration of Rails does to all rows of a table."""

import re
from collections.abc import Iterator

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call
from verifier.database.sql_statements import Statement, Unread

#: Of a model, and of the connection.
ROWS = frozenset({"delete_all", "destroy_all", "truncate", "truncate_tables"})
_WHOLE = ("all", "unscoped")
_PLURALS = ((r"(?<=[^aeiou])y$", "ies"), (r"(?<=s|x|z)$|(?<=ch|sh)$", "es"), (r"$", "s"))


def emptied(call: Call) -> Iterator[Statement | Unread]:
    """Yield that all rows are deleted; nothing for what is chosen from among them."""
    model = call.on
    if isinstance(model, Call) and model.name in _WHOLE:
        model = model.on
    if isinstance(model, str) and model[:1].isupper():
        yield Statement(to.delete_all(to.table(_table_of(model))), call.line)
    elif call.name.startswith("truncate"):
        names = [name for each in range(len(call.arguments)) if (name := call.text(each))]
        for name in names:
            yield Statement(f"truncate {to.table(name)}", call.line)
        if not names:
            yield Unread(call.line, f"{call.name}, with values known only at run time")


def _table_of(model: str) -> str:
    """The table of a class, as Rails calls it."""
    bare = model.rpartition("::")[2]
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()
    for pattern, ending in _PLURALS:
        if re.search(pattern, name):
            return re.sub(pattern, ending, name, count=1)
    return name
