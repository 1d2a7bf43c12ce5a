"""What Rails' operations on indexes and constraints do, as SQL."""

from collections.abc import Callable, Iterator, Mapping

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, as_texts
from verifier.database.rails_columns import actions_in


def _add_index(call: Call, table: str, _: list[str]) -> Iterator[str | None]:
    columns = call.texts(1)
    if call.named.get("unique") is True and not columns:
        yield None
    elif call.named.get("unique") is True and columns:
        name, condition = _name_of_index(call, table), call.named.get("where")
        yield to.unique_index(name, table, columns, condition)


def _remove_index(call: Call, table: str, _: list[str]) -> Iterator[str]:
    yield f"drop index if exists {to.quoted(_name_of_index(call, table))}"


def _name_of_index(call: Call, table: str) -> str:
    """The name that it has, or that Rails gives it."""
    columns = call.texts(1) or as_texts(call.named.get("column")) or ()
    bare = table.replace('"', "").replace(".", "_")
    name = call.named.get("name")
    return name if isinstance(name, str) else f"index_{bare}_on_{'_and_'.join(columns)}"


def _add_foreign_key(call: Call, table: str, others: list[str]) -> Iterator[str]:
    for other in others[:1]:
        column = call.named.get("column")
        own = column if isinstance(column, str) else f"{other.removesuffix('s')}_id"
        rule = to.add_reference(None, [own], other, actions_in(call.named))
        yield to.alter(table, rule)


def _add_check(call: Call, table: str, others: list[str]) -> Iterator[str]:
    yield to.alter(table, to.add_check(_given_name(call), others[0] if others else None))


def _add_rule(call: Call, table: str, _: list[str]) -> Iterator[str | None]:
    columns = call.texts(1)
    if not columns:
        yield None
        return
    if call.name.endswith("unique_constraint"):
        yield to.alter(table, to.add_rule("unique", _given_name(call), columns))
    else:  # what it compares, and how, is an expression
        yield to.alter(table, to.add_check(_given_name(call), None))


def _remove_rule(call: Call, table: str, _: list[str]) -> Iterator[str]:
    if name := _given_name(call):
        yield to.alter(table, f"drop constraint {to.quoted(name)}")


def _given_name(call: Call) -> str | None:
    name = call.named.get("name")
    return name if isinstance(name, str) else None


RULES: Mapping[str, Callable[[Call, str, list[str]], Iterator[str | None]]] = {
    "add_index": _add_index,
    "add_concurrent_index": _add_index,
    "remove_index": _remove_index,
    "add_foreign_key": _add_foreign_key,
    "add_check_constraint": _add_check,
    "add_unique_constraint": _add_rule,
    "add_exclusion_constraint": _add_rule,
    "remove_unique_constraint": _remove_rule,
    "remove_check_constraint": _remove_rule,
}
