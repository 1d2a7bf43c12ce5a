"""What is done to tables through models and connections, which a migration does not write out."""

from collections.abc import Iterator

from verifier.database import schema_sql as to
from verifier.database.code_calls import UNKNOWN, Call, Value, as_map
from verifier.database.sql_statements import Statement, Unread

#: What models are reached by, but for their own names.
_WAYS = frozenset(
    {"sequelize", "connection", "dataSource", "manager", "driver", "em", "generator", "models"}
)
_GIVE_MODELS = frozenset({"getRepository", "model", "getSchemaGenerator", "define", "getModel"})
#: Makes all tables again, as the models say, or takes all rows or tables away.
_ALWAYS = frozenset(
    {"synchronize", "dropDatabase", "clearDatabase", "drop", "truncate", "clear"}
) | {
    "dropSchema",
    "refreshDatabase",
    "updateSchema",
    "refresh",
}
#: Of these the options say how far they go.
_SYNC, _ROWS = "sync", frozenset({"destroy", "nativeDelete", "deleteMany"})


def read_models(call: Call) -> Iterator[Statement | Unread]:
    """Yield what a call does to tables of models: their names stand in other files."""
    if _is_through_models(call.on) and _takes_away(call):
        yield Unread(call.line, f"{call.name}() of models, whose tables are not named here")
        return
    chain = call.chain()
    names = [each.name for each in chain]
    if (
        call.name == "execute"
        and "delete" in names
        and not any("where" in n.lower() for n in names)
    ):
        named = [each.text(0) for each in chain if each.name in ("from", "delete")]
        table = next(filter(None, named), None)
        if table is None:
            yield Unread(call.line, "the rows of a table that is not named here are deleted")
        else:
            yield Statement(to.delete_all(to.table(table)), call.line)


def _is_through_models(owner: Value) -> bool:
    match owner:
        case str():
            return owner in _WAYS or owner[:1].isupper()
        case Call(name=name):
            return name in _GIVE_MODELS
        case _:
            return False


def _takes_away(call: Call) -> bool:
    given = as_map(call.value(0))
    if call.name in _ALWAYS:
        return True
    if call.name == _SYNC:
        return given.get("force", False) is not False or given.get("alter", False) is not False
    if call.name not in _ROWS:
        return False
    where = call.value(1) if call.name == "nativeDelete" else given.get("where")
    return given.get("truncate") is True or where in (None, {}) or call.value(0) == UNKNOWN
