"""What statements about tables mean to older code."""

from collections.abc import Iterator
from dataclasses import replace

from verifier.database.column_types import is_wider, sized
from verifier.database.constant_conditions import NULL, constant_of, holds
from verifier.database.constraint_changes import add_constraint, rule_name
from verifier.database.lost_rights import lose_column_rights
from verifier.database.made_again import not_computed
from verifier.database.pg_nodes import (
    Node,
    child,
    every,
    is_set,
    items,
    name_of,
    of_kind,
    strings,
    tagged,
    text,
    type_of,
)
from verifier.database.recording import MOST_TAKEN_OVER, Recording
from verifier.database.schema_state import FILLED, NOT_NULL, Column, Relation
from verifier.model.breaking_change import ChangeKind

_NEVER_REPEAT = {"nextval", "gen_random_uuid", "uuid_generate_v4", "uuidv4", "uuidv7"}
#: Options of `like`, as PostgreSQL counts them.
_CONSTRAINTS, _DEFAULTS, _GENERATED, _IDENTITY, _INDEXES = 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6
_SERIAL = ("serial", "bigserial", "smallserial", "serial4", "serial8")


def create_table(tree: Node, recording: Recording) -> None:
    """A table that is made; one that may have been there already is left as it was."""
    name = name_of(child(tree, "relation"))
    schema = recording.schema
    if name in schema.relations and is_set(tree, "if_not_exists"):
        return
    made = Relation("table", is_complete=True, is_new=not recording.is_older)
    table = schema.put(name, made)
    is_open = bool(items(tree, "inhRelations"))
    table.is_partition = bool(child(tree, "partbound"))
    for element in items(tree, "tableElts"):
        tag, content = tagged(element)
        if tag == "ColumnDef":
            add_column(name, table, content, recording)
        elif tag == "Constraint":
            add_constraint(name, content, recording)
        elif tag == "TableLikeClause":
            is_open = not _take_over(name, table, content, recording) or is_open
    table.is_complete = not is_open


def _take_over(name: str, table: Relation, clause: Node, recording: Recording) -> bool:
    """Make a table like another one; returns whether it is known what that one has."""
    source = recording.schema.relations.get(name_of(child(clause, "relation")))
    if source is None:
        return False
    options = clause.get("options")
    given = options if isinstance(options, int) else 0
    recording.taken_over += len(source.columns) + len(source.constraints)
    if recording.taken_over > MOST_TAKEN_OVER:
        return False
    has_defaults = bool(given & (_DEFAULTS | _GENERATED | _IDENTITY))
    for column_name, column in source.columns.items():
        table.columns[column_name] = replace(
            column,
            has_default=column.has_default and has_defaults,
            default=column.default if has_defaults else None,
            never_repeats=column.never_repeats and has_defaults,
            is_generated=column.is_generated and bool(given & _GENERATED),
            is_new=table.is_new,
            came_as="",
        )
    for rule in source.constraints.values():
        flag = _CONSTRAINTS if rule.kind == "check" else _INDEXES
        if given & flag and rule.kind != "foreign":
            own = rule_name(name, rule.kind, rule.columns)
            table.constraints[own] = replace(rule, owner=name, is_new=table.is_new)
    return source.is_complete


def add_column(owner: str, table: Relation, tree: Node, recording: Recording) -> None:
    """A column, with the constraints that stand behind it."""
    name = text(tree, "colname")
    constraints = list(of_kind(tree, "constraints", "Constraint"))
    kinds = {text(constraint, "contype") for constraint in constraints}
    type_name = type_of(child(tree, "typeName"))
    default = next(
        (c.get("raw_expr") for c in constraints if text(c, "contype") == "CONSTR_DEFAULT"), None
    )
    domain = recording.schema.domain(type_name)
    required = {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"}
    is_by_type = NOT_NULL in domain and not kinds & required
    if NOT_NULL in domain:
        kinds.add("CONSTR_NOTNULL")
    if FILLED in domain:
        kinds.add("CONSTR_DEFAULT")
    if constant_of(default) == NULL:
        kinds.discard("CONSTR_DEFAULT")
    filled = {"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"}
    column = Column(
        type=type_name,
        is_required=bool(kinds & required),
        is_required_by_type=is_by_type,
        has_default=bool(kinds & filled) or type_name in _SERIAL,
        is_new=not recording.is_older,
        default=default,
        is_generated="CONSTR_GENERATED" in kinds,
        never_repeats="CONSTR_IDENTITY" in kinds or type_name in _SERIAL or _counts(default),
    )
    if type_name in _SERIAL:
        column.is_required = True
    table.columns[name] = column
    recording.schema.note_type(table, name, type_name)
    recording.asked.add(type_name)
    is_counted = type_name in _SERIAL or "CONSTR_IDENTITY" in kinds
    for sequence in _sequences(name, table, default, is_counted=is_counted):
        recording.schema.counted.setdefault(sequence, []).append((table, name))
    if column.is_required and not column.has_default and not recording.is_new(table):
        what = f"{owner} requires its new column {name}, which has no default"
        recording.tell(ChangeKind.REQUIRED, what, name, owner)
    for at, constraint in enumerate(constraints):
        # Behind a column, when it is asked is told by nodes of their own.
        behind = {text(each, "contype") for each in constraints[at + 1 :]}
        is_late = "CONSTR_ATTR_DEFERRED" in behind
        told = {**constraint, "initdeferred": True} if is_late else constraint
        add_constraint(owner, told, recording, column=name)


def _sequences(column: str, table: Relation, default: object, *, is_counted: bool) -> Iterator[str]:
    """The sequences that a column's default asks."""
    if is_counted:
        yield f"{table.name}_{column}_seq"
    for call in every(default, "FuncCall"):
        if strings(call, "funcname")[-1:] == ("nextval",):
            for constant in every(call, "A_Const"):
                yield text(child(constant, "sval"), "sval").removeprefix("public.")


def drop_defaults_by(sequence: str, recording: Recording) -> None:
    """What goes with a sequence that is dropped with all that needs it."""
    for table, column in recording.schema.counted.pop(sequence, ()):
        if column in table.columns:
            change_default(table.name, column, None, recording)


def _counts(default: object) -> bool:
    """Whether a default calls what never returns the same twice."""
    calls = every(default, "FuncCall")
    names = {name for call in calls for name in strings(call, "funcname")[-1:]}
    return bool(names & _NEVER_REPEAT)


def alter_column(owner: str, table: Relation, command: Node, recording: Recording) -> None:
    """What `alter table … alter column` does."""
    name = text(command, "name")
    column = table.column(name)
    is_known = recording.is_new(table)
    label = f"column {name} of {owner}"
    match text(command, "subtype"):
        case "AT_AlterColumnType":
            was = recording.before.get(owner)
            older = was.columns.get(name) if was else None
            before = older.type if older and older.type else column.type
            column.type = type_of(child(child(child(command, "def"), "ColumnDef"), "typeName"))
            recording.schema.note_type(table, name, column.type)
            is_left = NOT_NULL in recording.schema.domain(column.type) and not column.has_default
            if is_left and not column.is_required:
                column.is_required = column.is_required_by_type = True
                if not is_known:
                    recording.tell(ChangeKind.REQUIRED, f"{label} is now required", name, owner)
            if (
                not is_known
                and not column.is_new
                and not (before and is_wider(before, column.type))
            ):
                change = recording.tell(
                    ChangeKind.RETYPED, f"{label} changed its type", name, owner
                )
                recording.lose(change, Column(type=before or "not known"))
        case "AT_SetNotNull":
            was_required, column.is_required = column.is_required, True
            column.is_required_by_type = False
            if not is_known and not was_required:
                recording.tell(ChangeKind.REQUIRED, f"{label} is now required", name, owner)
        case "AT_DropNotNull":
            column.is_required = False
        case "AT_ColumnDefault":
            change_default(owner, name, child(command, "def") or None, recording)
        case "AT_DropExpression" if column.type and not column.is_generated:
            return  # `if exists`: it is none that is computed
        case "AT_DropExpression" if not column.is_required and not is_known:
            column.has_default = column.is_generated = False
            recording.tell(ChangeKind.RETYPED, not_computed(name, owner), name, owner)
        case "AT_DropIdentity" | "AT_DropExpression":
            column.has_default = column.is_generated = False
            if not is_known:
                recording.tell(ChangeKind.DEFAULT_DROPPED, f"{label} lost its default", name, owner)
        case "AT_AddIdentity":
            _count(owner, name, table, recording)
            always = text(child(child(command, "def"), "Constraint"), "generated_when") == "a"
            if always and not is_known and not column.is_new:
                what = f"{label} can no longer be written"
                recording.tell(ChangeKind.CONSTRAINED, what, f"{name} identity", owner)
        case "AT_SetIdentity" if _is_set(command, "restart"):
            table.seeded.discard(name)
        case "AT_SetIdentity" if _is_always(command) and not is_known and not column.is_new:
            what = f"{label} can no longer be written"
            recording.tell(ChangeKind.CONSTRAINED, what, f"{name} identity", owner)
        case _:
            return


def _count(owner: str, name: str, table: Relation, recording: Recording) -> None:
    """A column that has the numbers of a sequence of its own."""
    column = table.column(name)
    column.has_default = column.is_required = column.never_repeats = True
    sequence = f"{owner}_{name}_seq"
    recording.schema.counted.setdefault(sequence, []).append((table, name))
    if sequence not in recording.schema.relations:
        recording.schema.put(sequence, Relation("sequence", is_new=not recording.is_older))


def _is_set(command: Node, name: str) -> bool:
    given = of_kind(child(child(command, "def"), "List"), "items", "DefElem")
    return any(text(each, "defname") == name for each in given)


def _is_always(command: Node) -> bool:
    """Whether an identity is set to be generated always."""
    given = of_kind(child(child(command, "def"), "List"), "items", "DefElem")
    letters = [child(child(each, "arg"), "Integer").get("ival") for each in given]
    return ord("a") in letters


def change_default(owner: str, name: str, given: Node | None, recording: Recording) -> None:
    """Another default of a column, None for none."""
    recording.asked.add(owner)
    table = recording.schema.relation(owner)
    column = table.column(name)
    label = f"column {name} of {owner}"
    column.default = given
    column.never_repeats = _counts(given)
    for sequence in _sequences(name, table, given, is_counted=False):
        recording.schema.counted.setdefault(sequence, []).append((table, name))
    had, column.has_default = column.has_default, bool(given) and constant_of(given) != NULL
    if not recording.is_new(table) and _is_refused(name, table):
        what = f"{label} has a default that the table refuses"
        recording.tell(ChangeKind.CONSTRAINED, what, f"{name} default", owner)
    is_lost = not column.has_default and had is not False and column.is_required is not False
    if is_lost and column.is_new and had:
        # The default served to fill the rows that were there: what is left is a required column.
        if column.is_required and not recording.is_new(table):
            what = f"{owner} requires its new column {name}, which has no default"
            recording.tell(ChangeKind.REQUIRED, what, name, owner)
        return
    if is_lost and not recording.is_new(table):
        recording.tell(ChangeKind.DEFAULT_DROPPED, f"{label} lost its default", name, owner)


def _is_refused(name: str, table: Relation) -> bool:
    """Whether a column's default does not fit it, or a check that is about nothing else."""
    column = table.column(name)
    value = constant_of(column.default)
    base, sizes = sized(column.type or "")
    is_sized = bool(sizes) and base in ("varchar", "bpchar")
    if is_sized and isinstance(value, str) and len(value.rstrip()) > sizes[0]:
        return True
    return any(
        rule.kind == "check" and holds(rule.tree, {name: column.default}) is False
        for rule in table.constraints.values()
    )


def drop_column(owner: str, table: Relation, name: str, recording: Recording) -> None:
    """A column that is gone, with the rules about it."""
    column = table.columns.pop(name, None) or Column()
    table.constraints = {n: r for n, r in table.constraints.items() if name not in r.columns}
    is_unknown = recording.is_new(table) or column.is_new
    lose_column_rights(owner, name, recording, is_known=not is_unknown)
    if is_unknown or column.came_as:
        return
    change = recording.tell(
        ChangeKind.DROPPED, f"column {name} of {owner} was dropped", name, owner
    )
    recording.lose(change, column)
