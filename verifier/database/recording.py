"""What is noted while migrations are read, and what of it still holds after the last one."""

import re
from dataclasses import dataclass, field, replace

from verifier.database.granted_rights import Rights
from verifier.database.made_again import LOST_KEYS, Before, Lost, kept, lost_key, replaced
from verifier.database.model_tables import ModelTables
from verifier.database.policies import ALTERED_POLICY, POLICY, Policies
from verifier.database.schema_state import GIVEN_OUT, Change, Column, Relation, Schema
from verifier.database.sql_statements import NOT_KNOWN, named_late
from verifier.database.table_rules import Rule
from verifier.model.breaking_change import ChangeKind

#: Rules of a table that are compared with a new one; nobody writes more about the same columns.
_MOST_RULES, _MOST_CONDITIONS = 100, 20
#: Columns that views and tables take over from others: many `select *` of a wide table are many.
MOST_TAKEN_OVER = 200_000
MATERIALIZED = "materialized view"
_OF_POLICIES = (POLICY, ALTERED_POLICY)
_LOOKS_UNIQUE = re.compile(r"_key\d*$|uniq|(^|_)uq(_|$)|(^|_)uidx(_|$)", re.IGNORECASE)


@dataclass(slots=True)
class Recording:
    """The schema as it becomes, and what older code may miss of it."""

    schema: Schema = field(default_factory=Schema)
    models: ModelTables = field(default_factory=ModelTables)
    is_older: bool = True
    """Whether what is read now is known to the older code, so that it breaks nothing."""
    migration: str = ""
    """Version of the one that is being read."""
    line: int = 0
    changes: list[Change] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    lost_keys: dict[tuple[str, str], Rule | None] = field(default_factory=dict)
    """What told rows apart before, by table and name of the change."""
    knows_older: bool = True
    """Whether what is not known of the schema is not told by the older migrations either."""
    policies: Policies = field(default_factory=Policies)
    rights: Rights = field(default_factory=Rights)
    filling: dict[str, dict[str, str]] = field(default_factory=dict)
    """The functions that fill columns before an insert, by table and trigger."""
    switched_off: dict[str, dict[str, str]] = field(default_factory=dict)
    """Those of them that fill nothing as long as they are switched off."""
    beside: set[str] = field(default_factory=set)
    """Operators, publications and the like that there are, by kind and name."""
    beside_lost: dict[str, str] = field(default_factory=dict)
    """Those that were dropped, by what was told of it."""
    unpublished: set[tuple[str, str]] = field(default_factory=set)
    """Publications and the tables that they leave out."""
    fills: dict[str, frozenset[str]] = field(default_factory=dict)
    """Columns, in lower case, that functions assign, by function."""
    bodies: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Language and body of functions, by name without a schema."""
    twofold: set[str] = field(default_factory=set)
    """What was told of functions whose calls fit two."""
    asked: set[str] = field(default_factory=set)
    """Functions, views and types of which older migrations may tell more."""
    within: tuple[str, ...] = ()
    """Functions whose bodies are read where they are called, the outermost first."""
    new_indexes: set[str] = field(default_factory=set)
    """Names of indexes that tell no rows apart."""
    routed: dict[str, set[str]] = field(default_factory=dict)
    """The triggers and rules that write for views, whatever these ask, by view."""
    taken_over: int = 0
    """How many columns and rules of other tables and views have been taken over."""
    snapshots: dict[str, Before] = field(default_factory=dict)
    """What older code knew under a name, by the kind and name of what was lost first."""
    before: dict[str, Relation] = field(default_factory=dict)
    """What older code knew of tables and views."""
    older_rules: dict[tuple[str, tuple[str, ...]], list[Rule]] = field(default_factory=dict)
    """What was refused before, by table and columns."""
    older_keys: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """Columns of which no two rows had the same, by table."""
    older_conditions: dict[str, list[Rule]] = field(default_factory=dict)
    """The checks and the unique indexes of some rows, by table."""

    def begin_newer(self) -> None:
        """From here on, what is read is not known to the older code."""
        self.before = {name: each.copied() for name, each in self.schema.relations.items()}
        self.is_older = False
        self.rights.begin_newer()
        self.policies.begin_newer()
        self.schema.older_domains = {n: dict(r) for n, r in self.schema.domains.items()}
        for owner, relation in self.before.items():
            for rule in relation.constraints.values():
                known = self.older_rules.setdefault((owner, rule.columns), [])
                if len(known) < _MOST_RULES:
                    known.append(rule)
                keys = self.older_keys.setdefault(owner, [])
                if rule.kind in ("unique", "primary") and not rule.tree and len(keys) < _MOST_RULES:
                    keys.append(frozenset(rule.columns))
                conditions = self.older_conditions.setdefault(owner, [])
                has_condition = rule.kind == "check" or rule.condition is not None
                if has_condition and len(conditions) < _MOST_CONDITIONS:
                    conditions.append(rule)

    def tell(
        self, kind: ChangeKind, what: str, name: str, owner: str = "", *, is_unnamed: bool = False
    ) -> Change | None:
        """Note a change, unless it is the older code's own."""
        if self.is_older:
            return None
        if NOT_KNOWN in f"{name} {owner}":
            kind, what, name, owner = ChangeKind.UNREAD, named_late(), "", ""
        change = Change(kind, what, name, owner, self.migration, self.line, is_unnamed)
        self.changes.append(change)
        return change

    def lose(self, change: Change | None, before: Before) -> None:
        """Note that a change holds only as long as nothing takes the place of what was there."""
        if change is not None:
            key = f"{type(before).__name__} {change.owner} {change.name}"
            if key not in self.snapshots:
                self.snapshots[key] = kept(before)
            self.lost.append(Lost(change, self.snapshots[key]))

    def write_instead(self, view: str, by: str) -> None:
        """Note that a trigger or a rule writes for a view, whatever it asks."""
        self.routed.setdefault(view, set()).add(by)
        relation = self.schema.relations.get(view)
        if relation is not None and relation.writes is not None:
            relation.writes = frozenset({"*"})

    def is_new(self, relation: Relation) -> bool:
        """Whether older code cannot know a relation."""
        return relation.is_new or self.is_older

    def result(self) -> tuple[Change, ...]:
        """Return what holds after the last migration, once each, in the order in which it came."""
        left: dict[int, tuple[Change, ...]] = {}
        compared: set[tuple[int, tuple[ChangeKind, str, str]]] = set()
        for lost in self.lost:
            # What is lost again and again, as by names that are exchanged, is compared once.
            is_first = (id(lost.before), lost.change.key) not in compared
            left[id(lost.change)] = replaced(lost, self.schema) if is_first else ()
            compared.add((id(lost.before), lost.change.key))
        found = [each for change in self.changes for each in left.get(id(change), (change,))]
        held = [change for change in found if self._still_holds(change)]
        left_now = [c if c.kind is not ChangeKind.HIDDEN else self._left_of(c) for c in held]
        still = [change for change in left_now if change is not None]
        return tuple({change.key: change for change in reversed(still)}.values())[::-1]

    def _still_holds(self, change: Change) -> bool:
        relation = self.schema.relations.get(change.owner)
        column = relation.columns.get(change.name) if relation else None
        match change.kind:
            case ChangeKind.REQUIRED:
                return column is not None and not self._is_filled(change, column)
            case ChangeKind.DEFAULT_DROPPED:
                return (
                    column is not None
                    and not column.has_default
                    and column.is_required is not False
                    and change.name.lower() not in self.filled(change.owner)
                )
            case ChangeKind.CONSTRAINED if relation is not None:
                return self._refuses_more(change, relation)
            case ChangeKind.CONSTRAINED if not change.owner:
                return self.schema.still_refuses(change.name)
            case ChangeKind.EMPTIED if relation is not None and relation.kind == MATERIALIZED:
                return not relation.is_filled
            case ChangeKind.DROPPED if change.what in self.beside_lost:
                return self.beside_lost[change.what] not in self.beside
            case ChangeKind.HIDDEN if change.name.startswith("publication "):
                return (change.name, change.owner) in self.unpublished
            case ChangeKind.HIDDEN if change.name == change.owner:
                is_secured = relation is None or relation.is_secured
                opened = {owner for owner, _ in self.policies.open_to_all}
                return is_secured and change.owner not in opened
            case ChangeKind.HIDDEN:
                return relation is None or not relation.is_opened
            case ChangeKind.REVOKED if change.what in self.rights.told:
                return self.rights.are_missed(change, self.schema)
            case ChangeKind.REVOKED:
                return self.rights.revoked.get((change.name, change.owner)) != set()
            case ChangeKind.NARROWED if change.what in self.twofold:
                return self.schema.is_twofold(change.name)
            case _:
                return True

    def _left_of(self, hidden: Change) -> Change | None:
        """What is left of it where other policies let pass what one did that is gone or changed."""
        is_of_policy = hidden.name.startswith(_OF_POLICIES)
        return self.policies.left_of(hidden) if is_of_policy else hidden

    def _is_filled(self, change: Change, column: Column) -> bool:
        if column.is_required is False or (column.is_new and column.has_default):
            return True
        return change.name.lower() in self.filled(change.owner)

    def filled(self, owner: str) -> frozenset[str]:
        """Return the columns, in lower case, that triggers of a table fill before an insert."""
        functions = self.filling.get(owner, {}).values()
        return frozenset().union(*(self.fills.get(name, frozenset()) for name in functions))

    def tell_unfilled(self, owner: str, before: frozenset[str]) -> None:
        """Tell of columns that older code left to triggers, and that nothing fills any more."""
        relation = self.schema.relations.get(owner)
        if relation is None or self.is_new(relation):
            return
        for name in sorted(before - self.filled(owner)):
            column = relation.columns.get(name)
            if column and column.is_required and not column.has_default and not column.is_new:
                what = f"no trigger of {owner} fills its column {name} any more"
                self.tell(ChangeKind.DEFAULT_DROPPED, what, name, owner)

    def _refuses_more(self, change: Change, relation: Relation) -> bool:
        if change.name.startswith(tuple(LOST_KEYS.values())):
            return not self._has_key(change, relation)
        if change.name.endswith(GIVEN_OUT):
            return change.name.removesuffix(GIVEN_OUT) in relation.seeded
        rule = relation.constraints.get(change.name)
        if rule is None:
            return change.name not in relation.dropped_rules
        older = self.older_rules.get((change.owner, rule.columns), ())
        if any(rule.allows_what(other) for other in older):
            return False
        named = frozenset(rule.columns)
        is_joined = rule.joins_nulls and any(
            not relation.column(name).is_required for name in rule.columns
        )
        older_table = self.before.get(change.owner)
        is_plain = rule.kind == "unique" and not rule.is_by_expression and not is_joined
        is_plain |= rule.kind == "primary" and bool(older_table and older_table.requires_all(named))
        if is_plain and any(k <= named for k in self.older_keys.get(change.owner, ())):
            return False
        held = older_table.sizes_of(rule) if older_table is not None else ()
        if any(map(rule.is_held_by, (*self.older_conditions.get(change.owner, ()), *held))):
            return False
        # A constraint that is made again under its name, of which nothing more is known.
        is_known = older_table is not None and change.name in older_table.constraints
        is_again = change.name in relation.dropped_rules and not is_known
        return not (is_again and rule.kind in ("foreign", "primary"))

    def add_rule(self, owner: str, name: str, rule: Rule, what: str) -> None:
        """Note that a table refuses something from now on."""
        relation = self.schema.relation(owner)
        relation.constraints[name] = replace(rule, owner=owner, is_new=not self.is_older)
        self.schema.ruled.setdefault(name, []).append(relation)
        if not self.is_new(relation) and not relation.passes_new_columns(rule):
            self.tell(ChangeKind.CONSTRAINED, what, name, owner)

    def drop_rule(self, owner: str, name: str) -> None:
        """Note that a table refuses less; without its primary key `on conflict` names nothing."""
        relation = self.schema.relation(owner)
        rule = relation.constraints.pop(name, None)
        relation.dropped_rules.add(name)
        if not self.is_new(relation):
            self._lose_key(owner, name, rule, rule.kind if rule else self._kind_of(name))

    def drop_index(self, name: str) -> None:
        """Note that an index is gone: a unique one told rows apart."""
        known = [r for r in self.schema.ruled.pop(name, ()) if name in r.constraints]
        for relation in known:
            rule = relation.constraints.pop(name)
            relation.dropped_rules.add(name)
            if not self.is_new(relation):
                self._lose_key(rule.owner, name, rule, rule.kind)
        if not known and name not in self.new_indexes:
            self._lose_key("", name, None, self._kind_of(name))

    def _kind_of(self, name: str) -> str:
        """What a rule is of which only the name is known."""
        if name.endswith("_pkey"):
            return "primary"
        return "unique" if not self.knows_older or _LOOKS_UNIQUE.search(name) else ""

    def _lose_key(self, owner: str, name: str, rule: Rule | None, kind: str) -> None:
        if rule is not None and rule.is_new:
            return
        relation = self.schema.relation(owner) if owner else None
        columns = rule.columns if rule else ()
        if kind not in LOST_KEYS or any(relation.column(c).is_new for c in columns if relation):
            return
        label = f"{LOST_KEYS[kind]}{name}"
        told = f"index {name} was dropped, which `on conflict` needs if it was unique"
        what = lost_key(owner, name, kind) if owner else told
        self.lost_keys[owner, label] = rule
        self.tell(ChangeKind.CONSTRAINED, what, label, owner)

    def _has_key(self, change: Change, relation: Relation) -> bool:
        """Whether rows are told apart again as they were."""
        lost = self.lost_keys.get((change.owner, change.name))
        before = self.before.get(change.owner)
        if lost is None and before is not None:  # the table was made again, without it
            lost = before.constraints.get(change.name.partition(" key ")[2])
        rules = relation.constraints
        if lost is None or not lost.columns:
            if change.name.startswith(LOST_KEYS["primary"]):
                return any(rule.kind == "primary" for rule in rules.values())
            return change.name.removeprefix(LOST_KEYS["unique"]) in rules
        return any(lost.tells_apart_as(rule) for rule in rules.values())
