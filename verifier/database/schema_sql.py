"""What a migration in code does to a schema, written as SQL, so that one analysis reads both."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_ACTIONS = {each: each for each in ("no action", "restrict", "set null", "set default")} | {
    "nullify": "set null"
}
_LINE = re.compile(r"\bline=\d+")
_EXPRESSION = re.compile(r"[()\s]|->")
_TYPE = re.compile(r"[\w ]+(?:\(\s*\d+(?:\s*,\s*\d+)?\s*\))?(?:\[\])?")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column as code describes it."""

    name: str
    type: str = ""
    """As SQL writes it; empty where it is not known."""
    is_required: bool = False
    has_default: bool = False
    is_unique: bool = False
    is_key: bool = False
    refers_to: str = ""
    """The table of its foreign key."""
    actions: str = ""
    """What becomes of a row whose referred row goes, as SQL writes it."""

    def sql(self) -> str:
        """As it stands in `create table`."""
        parts = [quoted(self.name), type_text(self.type)]
        if self.is_key:
            parts.append("primary key")
        elif self.is_required:
            parts.append("not null")
        if self.has_default:
            parts.append("default now()")
        if self.is_unique:
            parts.append("unique")
        if self.refers_to:
            parts.append(f"references {table(self.refers_to)}{self.actions}")
        return " ".join(parts)


def type_text(name: str) -> str:
    """Return a type that parses; one that is not known is a type of its own."""
    return name if name and _TYPE.fullmatch(name) else "not_known"


def quoted(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def table(name: str, schema: str | None = None) -> str:
    """Return the name of a table, which may have its schema in front."""
    parts = [schema, name] if schema else name.split(".")
    return ".".join(quoted(part) for part in parts if part)


def create_table(
    name: str, columns: Sequence[ColumnSpec], rules: Sequence[str] = (), *, if_missing: bool = False
) -> str:
    """A table that is made."""
    condition = "if not exists " if if_missing else ""
    return f"create table {condition}{name} ({', '.join((*(c.sql() for c in columns), *rules))})"


def alter(name: str, *actions: str) -> str:
    """What is altered of a table."""
    return f"alter table {name} {', '.join(actions)}"


def add_column(column: ColumnSpec) -> str:
    """An action of `alter table`."""
    return f"add column {column.sql()}"


def nothing(name: str) -> str:
    """A statement about a table that changes nothing of it."""
    return f"comment on table {table(name)} is 'nothing'"


_DELETE_ALL = "delete from {}"


def delete_all(table: str) -> str:
    """A statement that deletes every row."""
    return _DELETE_ALL.format(table)


def drop_column(name: str) -> str:
    """An action of `alter table`."""
    return f"drop column {quoted(name)}"


def alter_column(name: str, action: str) -> str:
    """An action of `alter table`."""
    return f"alter column {quoted(name)} {action}"


def set_default(name: str, *, is_set: bool) -> str:
    """An action of `alter table`: some default, or none any more."""
    return alter_column(name, "set default now()" if is_set else "drop default")


def rename_column(name: str, old: str, new: str) -> str:
    """A column under another name."""
    return f"alter table {name} rename column {quoted(old)} to {quoted(new)}"


def add_rule(kind: str, name: str | None, columns: Sequence[str]) -> str:
    """An action of `alter table`: unique or primary key over columns."""
    return f"add {rule(kind, name, columns)}"


def add_reference(name: str | None, columns: Sequence[str], refers_to: str, actions: str) -> str:
    """An action of `alter table`: a foreign key over columns."""
    return f"add {reference(name, columns, refers_to, actions)}"


def rule(kind: str, name: str | None, columns: Sequence[str]) -> str:
    """A rule over columns, as it stands in a table."""
    label = f"constraint {quoted(name)} " if name else ""
    return f"{label}{kind} ({', '.join(map(quoted, columns))})"


def reference(name: str | None, columns: Sequence[str], refers_to: str, actions: str) -> str:
    """A foreign key over columns, as it stands in a table."""
    return f"{rule('foreign key', name, columns)} references {table(refers_to)}{actions}"


def actions_of(on_delete: object, on_update: object) -> str:
    """
    Return what becomes of a row whose referred row goes or changes, as SQL writes it.

    A value that is known only at run time may let everything pass.
    """
    given = {"delete": on_delete, "update": on_update}
    return "".join(f" on {word} {_action(value)}" for word, value in given.items() if value)


def actions_in(options: Mapping[str, object]) -> str:
    """Return the same of options, as the tools of JavaScript call them."""
    return actions_of(options.get("onDelete"), options.get("onUpdate"))


def _action(value: object) -> str:
    word = value.replace("_", " ").strip().lower() if isinstance(value, str) else ""
    return _ACTIONS.get(word, "cascade")


def add_check(name: str | None, condition: str | None) -> str:
    """An action of `alter table`; a condition that is not known refuses what it may."""
    label = f"constraint {quoted(name)} " if name else ""
    return f"add {label}check ({condition or 'not_known()'})"


def unique_index(
    name: str | None, on: str, columns: Sequence[str], condition: object = None
) -> str:
    """A unique index of columns or expressions, of some rows where there is a condition."""
    return unique_index_of(name, on, [index_part(column) for column in columns], condition)


def index_part(text: str) -> str:
    """What an index compares, as SQL writes it: an expression as it is, a column by its name."""
    return text if _EXPRESSION.search(text) else quoted(text)


def unique_index_of(
    name: str | None, on: str, parts: Sequence[str], condition: object = None
) -> str:
    """A unique index of columns or expressions, each as it stands in SQL."""
    label = quoted(name) if name else ""
    where = "" if condition is None else f" where {_condition(condition)}"
    return f"create unique index {label} on {on} ({', '.join(parts)}){where}"


def _condition(value: object) -> str:
    """SQL as it is, and what code composes as something that only its like means."""
    if isinstance(value, str):
        return value
    return f"not_known({literal(_LINE.sub('', repr(value)))})"
