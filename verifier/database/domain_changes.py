"""What domains refuse: types with rules of their own, which all columns of them have."""

from collections.abc import Iterator

from verifier.database.pg_nodes import (
    Node,
    child,
    dotted,
    of_kind,
    strings,
    text,
    without_places,
)
from verifier.database.recording import MOST_TAKEN_OVER, Recording
from verifier.database.schema_state import FILLED, NOT_NULL
from verifier.database.table_rules import Rule
from verifier.model.breaking_change import ChangeKind

_NOT_NULL_RULE = Rule(NOT_NULL, ())


def note_domain(name: str, tree: Node, recording: Recording) -> None:
    """Note what a domain that is made refuses."""
    recording.schema.domains[name] = dict(
        _named_rule(name, each) for each in of_kind(tree, "constraints", "Constraint")
    )


def _named_rule(domain: str, constraint: Node) -> tuple[str, Rule]:
    if forbids_null(constraint):
        return NOT_NULL, _NOT_NULL_RULE
    own = f"{domain.rpartition('.')[2]}_check"
    return text(constraint, "conname") or own, Rule(
        "check", ("value",), without_places(constraint.get("raw_expr"))
    )


def forbids_null(constraint: Node) -> bool:
    """Whether it is `not null`, or a check that says no more than that."""
    if text(constraint, "contype") == "CONSTR_NOTNULL":
        return True
    test = child(child(constraint, "raw_expr"), "NullTest")
    named = strings(child(child(test, "arg"), "ColumnRef"), "fields")
    return text(test, "nulltesttype") == "IS_NOT_NULL" and named == ("value",)


def alter_domain(tree: Node, recording: Recording) -> None:
    name = dotted(strings(tree, "typeName"))
    recording.asked.add(name)
    rules = recording.schema.domains.setdefault(name, {})
    parts = recording.schema.parts.setdefault(f"domain {name}", {})
    added: str | None = None
    match text(tree, "subtype"):
        case "C":
            added, rule = _named_rule(name, child(child(tree, "def"), "Constraint"))
            rules[added] = rule
        case "O":
            added = NOT_NULL
            rules[NOT_NULL] = _NOT_NULL_RULE
        case "X":
            rules.pop(text(tree, "name"), None)
        case "N":
            rules.pop(NOT_NULL, None)
            parts.pop(NOT_NULL, None)
            _let_null(name, recording)
        case "T" if child(tree, "def"):
            parts[FILLED] = ""
            _fill(name, recording, has_default=True)
        case "T":
            parts.pop(FILLED, None)
            _fill(name, recording, has_default=False)
        case _:
            return
    if added == NOT_NULL:
        parts[NOT_NULL] = ""
        _require(name, recording)
    if added and f"domain {name}" not in recording.schema.new_names:
        recording.tell(ChangeKind.CONSTRAINED, f"domain {name} has a new constraint", name)


def _require(name: str, recording: Recording) -> None:
    """The new columns of a domain that takes no NULL from now on."""
    for owner, column in _new_columns(name, recording):
        what = f"{owner} requires its new column {column}, which has no default"
        recording.tell(ChangeKind.REQUIRED, what, column, owner)


def _fill(name: str, recording: Recording, *, has_default: bool) -> None:
    """The columns of a domain that are filled by it from now on, or no more."""
    for table, column_name in recording.schema.typed.get(name, ()):
        column = table.columns.get(column_name)
        if column is None or not column.is_required or column.default or column.never_repeats:
            continue
        was_filled, column.has_default = column.has_default, has_default
        if was_filled and not (has_default or column.is_new or recording.is_new(table)):
            what = f"column {column_name} of {table.name} lost the default of its type {name}"
            recording.tell(ChangeKind.DEFAULT_DROPPED, what, column_name, table.name)


def _let_null(name: str, recording: Recording) -> None:
    """The columns of a domain that takes NULL from now on."""
    for table, column_name in recording.schema.typed.get(name, ()):
        column = table.columns.get(column_name)
        if column is not None and column.is_required_by_type:
            column.is_required = column.is_required_by_type = False


def _new_columns(name: str, recording: Recording) -> Iterator[tuple[str, str]]:
    typed = recording.schema.typed.get(name, ())
    recording.taken_over += len(typed)
    for table, column_name in typed if recording.taken_over < MOST_TAKEN_OVER else ():
        column = table.columns.get(column_name)
        if column is None or column.is_required or column.has_default:
            continue
        column.is_required = column.is_required_by_type = True
        if column.is_new and not recording.is_new(table):
            yield table.name, column_name
