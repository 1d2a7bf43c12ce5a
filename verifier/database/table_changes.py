"""What statements about tables mean to older code."""

from collections.abc import Mapping

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
    without_places,
)
from verifier.database.recording import Recording
from verifier.database.schema_state import Column, Relation, Rule, is_wider
from verifier.model.breaking_change import ChangeKind

_NEVER_REPEAT = {"nextval", "gen_random_uuid", "uuid_generate_v4", "uuidv4", "uuidv7"}
_SERIAL = ("serial", "bigserial", "smallserial", "serial4", "serial8")
_KINDS = {
    "CONSTR_CHECK": "check",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_PRIMARY": "primary",
    "CONSTR_FOREIGN": "foreign",
    "CONSTR_EXCLUSION": "exclusion",
}
_ENDINGS = {
    "check": "check",
    "unique": "key",
    "primary": "pkey",
    "foreign": "fkey",
    "exclusion": "excl",
}
#: Of a condition: with these, NULL does not pass as it does elsewhere.
_SEES_NULL = frozenset({"num_nonnulls", "num_nulls"})


def create_table(tree: Node, recording: Recording) -> None:
    """A table that is made; one that may have been there already is left as it was."""
    name = name_of(child(tree, "relation"))
    schema = recording.schema
    if name in schema.relations and is_set(tree, "if_not_exists"):
        return
    table = Relation("table", is_complete=True, is_new=not recording.is_older)
    schema.relations[name] = table
    is_like = bool(items(tree, "inhRelations"))
    for element in items(tree, "tableElts"):
        tag, content = tagged(element)
        if tag == "ColumnDef":
            add_column(name, table, content, recording)
        elif tag == "Constraint":
            add_constraint(name, content, recording)
        elif tag == "TableLikeClause":
            is_like = True
    table.is_complete = not is_like


def add_column(owner: str, table: Relation, tree: Node, recording: Recording) -> None:
    """A column, with the constraints that stand behind it."""
    name = text(tree, "colname")
    constraints = list(of_kind(tree, "constraints", "Constraint"))
    kinds = {text(constraint, "contype") for constraint in constraints}
    type_name = type_of(child(tree, "typeName"))
    filled = {"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"}
    column = Column(
        type=type_name,
        is_required=bool(kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY"}),
        has_default=bool(kinds & filled) or type_name in _SERIAL,
        is_new=not recording.is_older,
        never_repeats="CONSTR_IDENTITY" in kinds
        or type_name in _SERIAL
        or any(_counts(constraint) for constraint in constraints),
    )
    if type_name in _SERIAL:
        column.is_required = True
    table.columns[name] = column
    if column.is_required and not column.has_default and not recording.is_new(table):
        what = f"{owner} requires its new column {name}, which has no default"
        recording.tell(ChangeKind.REQUIRED, what, name, owner)
    for constraint in constraints:
        add_constraint(owner, constraint, recording, column=name)


def _counts(constraint: Node) -> bool:
    """Whether a default calls what never returns the same twice."""
    calls = every(child(constraint, "raw_expr"), "FuncCall")
    names = {name for call in calls for name in strings(call, "funcname")[-1:]}
    return text(constraint, "contype") == "CONSTR_DEFAULT" and bool(names & _NEVER_REPEAT)


def add_constraint(owner: str, tree: Node, recording: Recording, column: str = "") -> None:
    """A rule of a table; one `using index` was told with its index."""
    kind = _KINDS.get(text(tree, "contype"))
    if kind is None or text(tree, "indexname"):
        return
    key = "fk_attrs" if kind == "foreign" else "keys"
    columns = strings(tree, key) or ((column,) if column else _columns_in(tree))
    name = text(tree, "conname") or _name_of_rule(owner, kind, columns)
    table = recording.schema.relation(owner)
    if kind == "primary":
        for each in columns:
            table.column(each).is_required = True
        if column and table.column(column).has_default and table.column(column).is_new:
            return
    rule = _rule(kind, columns, tree)
    recording.add_rule(owner, name, rule, f"{owner} has a new {_label(kind)} {name}")


def _rule(kind: str, columns: tuple[str, ...], tree: Node) -> Rule:
    condition = child(tree, "raw_expr")
    if kind == "check":
        is_refused = any(
            text(test, "nulltesttype") == "IS_NOT_NULL" for test in every(condition, "NullTest")
        )
        called = {
            name for call in every(condition, "FuncCall") for name in strings(call, "funcname")[-1:]
        }
        if is_refused or called & _SEES_NULL or any(every(condition, "CoalesceExpr")):
            columns = ()
        return Rule(kind, columns, without_places(condition), _listed(condition))
    if kind == "foreign":
        referred = (name_of(child(tree, "pktable")), *strings(tree, "pk_attrs"))
        return Rule(kind, columns, referred)
    if kind == "exclusion":
        return Rule(kind, columns, without_places(tree.get("exclusions")))
    return Rule(kind, columns)


def _label(kind: str) -> str:
    return {"foreign": "foreign key", "primary": "primary key"}.get(kind, f"{kind} constraint")


def _name_of_rule(owner: str, kind: str, columns: tuple[str, ...]) -> str:
    table = owner.rpartition(".")[2]
    middle = () if kind == "primary" else columns
    return "_".join((table, *middle, _ENDINGS[kind]))


def _columns_in(tree: Node) -> tuple[str, ...]:
    found = [strings(reference, "fields")[-1:] for reference in every(tree, "ColumnRef")]
    return tuple(dict.fromkeys(name for names in found for name in names))


def _listed(condition: Node) -> frozenset[str]:
    """The texts of `column in (…)`, where a condition is nothing else."""
    match condition:
        case {"A_Expr": {"kind": "AEXPR_IN" | "AEXPR_OP_ANY"}}:
            return frozenset(
                text(child(constant, "sval"), "sval") for constant in every(condition, "A_Const")
            )
        case _:
            return frozenset()


def create_index(tree: Node, recording: Recording) -> None:
    """A unique index refuses what is there already; another one is no matter of code."""
    if not is_set(tree, "unique"):
        return
    owner = name_of(child(tree, "relation"))
    columns = tuple(text(element, "name") for element in of_kind(tree, "indexParams", "IndexElem"))
    expressions = [e.get("expr") for e in of_kind(tree, "indexParams", "IndexElem")]
    condition = tree.get("whereClause")
    told = (expressions, condition) if condition or any(expressions) else None
    named = tuple(column for column in columns if column) or _columns_in(tree)
    name = text(tree, "idxname") or _name_of_rule(owner, "unique", named)
    rule = Rule("unique", named, without_places(list(told)) if told else None)
    recording.add_rule(owner, name, rule, f"{owner} has a new unique index {name}")


def alter_column(owner: str, table: Relation, command: Node, recording: Recording) -> None:
    """What `alter table … alter column` does."""
    name = text(command, "name")
    column = table.column(name)
    is_known = recording.is_new(table)
    label = f"column {name} of {owner}"
    match text(command, "subtype"):
        case "AT_AlterColumnType":
            before = column.type
            column.type = type_of(child(child(child(command, "def"), "ColumnDef"), "typeName"))
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
            if not is_known and not was_required:
                recording.tell(ChangeKind.REQUIRED, f"{label} is now required", name, owner)
        case "AT_DropNotNull":
            column.is_required = False
        case "AT_ColumnDefault":
            _default(label, name, owner, command, recording)
        case "AT_DropIdentity":
            column.has_default = False
            if not is_known:
                recording.tell(ChangeKind.DEFAULT_DROPPED, f"{label} lost its default", name, owner)
        case "AT_AddIdentity":
            column.has_default, column.is_required = True, True
            always = text(child(child(command, "def"), "Constraint"), "generated_when") == "a"
            if always and not is_known and not column.is_new:
                what = f"{label} can no longer be written"
                recording.tell(ChangeKind.CONSTRAINED, what, f"{name} identity", owner)
        case _:
            return


def _default(label: str, name: str, owner: str, command: Node, recording: Recording) -> None:
    table = recording.schema.relation(owner)
    column = table.column(name)
    had, column.has_default = column.has_default, bool(child(command, "def"))
    is_lost = not column.has_default and had is not False and column.is_required is not False
    if is_lost and column.is_new and had:
        # The default served to fill the rows that were there: what is left is a required column.
        if column.is_required and not recording.is_new(table):
            what = f"{owner} requires its new column {name}, which has no default"
            recording.tell(ChangeKind.REQUIRED, what, name, owner)
        return
    if is_lost and not recording.is_new(table):
        recording.tell(ChangeKind.DEFAULT_DROPPED, f"{label} lost its default", name, owner)


def drop_column(owner: str, table: Relation, name: str, recording: Recording) -> None:
    """A column that is gone, with the rules about it."""
    column = table.columns.pop(name, None) or Column()
    table.constraints = {n: r for n, r in table.constraints.items() if name not in r.columns}
    if recording.is_new(table) or column.is_new:
        return
    change = recording.tell(
        ChangeKind.DROPPED, f"column {name} of {owner} was dropped", name, owner
    )
    recording.lose(change, column)


def secure(owner: str, table: Relation, recording: Recording) -> None:
    """Row level security that is switched on."""
    was_secured, table.is_secured = table.is_secured, True
    if not recording.is_new(table) and not was_secured:
        what = f"row level security was enabled on {owner}"
        recording.tell(ChangeKind.HIDDEN, what, owner, owner)


def view_columns(query: Node, relations: Mapping[str, Relation]) -> dict[str, Column] | None:
    """Return the columns of a query by name, None where they are not all known."""
    select = child(query, "SelectStmt")
    while child(select, "larg"):
        select = child(select, "larg")
    found: dict[str, Column] = {}
    sources = list(of_kind(select, "fromClause", "RangeVar"))
    for target in of_kind(select, "targetList", "ResTarget"):
        tag, value = tagged(child(target, "val"))
        is_star = tag == "ColumnRef" and any("A_Star" in f for f in items(value, "fields"))
        if is_star:
            source = relations.get(name_of(sources[0])) if len(sources) == 1 else None
            if source is None or not source.is_complete:
                return None
            found |= {name: Column(type=column.type) for name, column in source.columns.items()}
            continue
        name = text(target, "name") or _own_name(tag, value)
        if not name:
            return None
        found[name] = Column(type=_type_of_source(tag, value, sources, relations))
    return found


def _type_of_source(
    tag: str, value: Node, sources: list[Node], relations: Mapping[str, Relation]
) -> str | None:
    if tag == "TypeCast":
        return type_of(child(value, "typeName"))
    source = relations.get(name_of(sources[0])) if len(sources) == 1 else None
    if tag != "ColumnRef" or source is None:
        return None
    column = source.columns.get((strings(value, "fields") or ("",))[-1])
    return column.type if column else None


def _own_name(tag: str, value: Node) -> str:
    match tag:
        case "ColumnRef":
            return (strings(value, "fields") or ("",))[-1]
        case "FuncCall":
            return (strings(value, "funcname") or ("",))[-1]
        case "TypeCast":
            inner, content = tagged(child(value, "arg"))
            return _own_name(inner, content)
        case "CoalesceExpr":
            return "coalesce"
        case "CaseExpr":
            return "case"
        case _:
            return ""
