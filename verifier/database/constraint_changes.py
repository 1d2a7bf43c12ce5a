"""What new constraints and unique indexes mean to older code."""

from dataclasses import replace

from verifier.database.certain_conditions import never_fails
from verifier.database.constant_conditions import holds
from verifier.database.pg_nodes import (
    Node,
    child,
    every,
    is_set,
    name_of,
    of_kind,
    strings,
    text,
    without_places,
)
from verifier.database.recording import Recording
from verifier.database.schema_state import Relation
from verifier.database.table_rules import Rule

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
#: `no action` and `restrict`, as a tree has them.
_REFUSE = ("a", "r", "")
_SET_NULL = "n"
#: What becomes of a row that others refer to, and where a tree says what they do then.
_ACTIONS = (("delete", "fk_del_action"), ("update", "fk_upd_action"))
_NULL = {"A_Const": {"isnull": True}}
#: Of a condition: with these, NULL does not pass as it does elsewhere.
_TAKE_NULL = ("CoalesceExpr", "CaseExpr", "NullTest", "BooleanTest")
_SEES_NULL = frozenset({"num_nonnulls", "num_nulls"})


def add_constraint(owner: str, tree: Node, recording: Recording, column: str = "") -> None:
    """A rule of a table; one `using index` was told with its index."""
    kind = _KINDS.get(text(tree, "contype"))
    if kind is None:
        return
    if index := text(tree, "indexname"):
        rules = recording.schema.relation(owner).constraints
        known = rules.get(index)
        if known is not None or kind == "primary":
            rules[text(tree, "conname") or index] = Rule(kind, known.columns if known else ())
        return
    key = "fk_attrs" if kind == "foreign" else "keys"
    columns = strings(tree, key) or ((column,) if column else _columns_in(tree))
    name = text(tree, "conname") or rule_name(owner, kind, columns)
    table = recording.schema.relation(owner)
    if kind == "primary":
        for each in columns:
            table.column(each).is_required = True
    rule = _rule(kind, columns, tree)
    if kind == "foreign":
        rule = _aimed(rule, table, tree, recording)
    is_filled = bool(column) and table.column(column).has_default and table.column(column).is_new
    if (kind == "primary" and is_filled) or (kind == "check" and _lets_pass(table, tree)):
        table.constraints[name] = rule
        return
    recording.add_rule(owner, name, rule, f"{owner} has a new {rule.label} {name}")


def _aimed(rule: Rule, table: Relation, tree: Node, recording: Recording) -> Rule:
    """What a foreign key means by what it leaves out, as far as its tables are known."""
    referred = recording.schema.relations.get(rule.refers_to)
    keys = referred.constraints.values() if referred else ()
    primary = next((key.columns for key in keys if key.kind == "primary"), ())
    if not strings(tree, "pk_attrs"):
        rule = replace(rule, tree=(rule.refers_to, *primary))
    cannot_forget = any(table.column(name).is_required for name in rule.columns)
    if cannot_forget:
        words = (word for word, key in _ACTIONS if text(tree, key) == _SET_NULL)
        rule = replace(rule, refuses=rule.refuses.union(words))
    return rule


def _lets_pass(table: Relation, tree: Node) -> bool:
    """
    Whether a check takes whatever its columns hold, or what an insert leaves in new ones.

    That is their defaults, or NULL.

    Where that cannot be told, PostgreSQL has tried: the rows that are there got the same defaults.
    """
    if never_fails(tree.get("raw_expr"), table.columns):
        return True
    named = _columns_in(tree)
    new = {name: table.column(name) for name in named if table.column(name).is_new}
    left = {name: c.default if c.has_default else _NULL for name, c in new.items()}
    told = holds(tree.get("raw_expr"), left)
    if told is not None:
        return told
    is_tried = not is_set(tree, "skip_validation") and bool(named) and len(new) == len(named)
    return is_tried and all(column.has_default for column in new.values())


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
        return Rule(kind, columns, without_places(condition), _allowed_texts(condition))
    if kind == "foreign":
        referred = (name_of(child(tree, "pktable")), *strings(tree, "pk_attrs"))
        refuses = frozenset(word for word, key in _ACTIONS if text(tree, key) in _REFUSE)
        if not is_set(tree, "initdeferred"):  # a reference may not even be wrong for a while
            refuses |= {"early"}
        return Rule(kind, columns, referred, refuses=refuses, refers_to=referred[0])
    if kind == "exclusion":
        return Rule(kind, columns, without_places(tree.get("exclusions")))
    return Rule(kind, columns, joins_nulls=is_set(tree, "nulls_not_distinct"))


def rule_name(owner: str, kind: str, columns: tuple[str, ...]) -> str:
    """Return the name that PostgreSQL gives a rule that has none."""
    table = owner.rpartition(".")[2]
    middle = () if kind == "primary" else columns
    return "_".join((table, *middle, _ENDINGS[kind]))


def _columns_in(tree: Node) -> tuple[str, ...]:
    found = [strings(reference, "fields")[-1:] for reference in every(tree, "ColumnRef")]
    return tuple(dict.fromkeys(name for names in found for name in names))


def _allowed_texts(condition: Node) -> frozenset[str]:
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
        recording.new_indexes.add(text(tree, "idxname"))
        return
    owner = name_of(child(tree, "relation"))
    columns = tuple(text(element, "name") for element in of_kind(tree, "indexParams", "IndexElem"))
    expressions = [e.get("expr") for e in of_kind(tree, "indexParams", "IndexElem")]
    condition = tree.get("whereClause")
    told = (expressions, condition) if condition or any(expressions) else None
    named = tuple(column for column in columns if column) or _columns_in(tree)
    if any(any(every(expressions, tag)) for tag in _TAKE_NULL):
        named = ()  # what an insert leaves NULL is told apart as any other value
    name = text(tree, "idxname") or rule_name(owner, "unique", named)
    joins = is_set(tree, "nulls_not_distinct")
    rule = Rule("unique", named, without_places(list(told)) if told else None, joins_nulls=joins)
    recording.add_rule(owner, name, rule, f"{owner} has a new unique index {name}")
