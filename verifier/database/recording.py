"""What is noted while migrations are read, and what of it still holds after the last one."""

import re
from dataclasses import dataclass, field, replace

from verifier.database.schema_state import (
    Change,
    Column,
    Relation,
    Routine,
    Rule,
    Schema,
    covers,
    is_wider,
)
from verifier.model.breaking_change import ChangeKind

#: Rules of a table that are compared with a new one; nobody writes more about the same columns.
_MOST_RULES = 100
#: How the name of a change begins by which rows of a table are told apart no more.
LOST_KEYS = {"primary": "primary key ", "unique": "unique key "}
_LOOKS_UNIQUE = re.compile(r"_key\d*$|uniq|(^|_)uq(_|$)|(^|_)uidx(_|$)", re.IGNORECASE)
_GONE = (ChangeKind.DROPPED, ChangeKind.RENAMED)


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was there before and that its name does not lead to any more."""

    change: Change
    before: Relation | Column | Routine | None


def _kept(before: Column | Routine | None) -> Column | Routine | None:
    return replace(before) if isinstance(before, Column) else before


@dataclass(slots=True)
class Recording:
    """The schema as it becomes, and what older code may miss of it."""

    schema: Schema = field(default_factory=Schema)
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
    open_policies: set[tuple[str, str]] = field(default_factory=set)
    """Table and name of policies that keep nothing from anybody."""
    new_policies: set[tuple[str, str]] = field(default_factory=set)
    """Table and name of policies that the older code does not know."""
    grants: set[tuple[str, str]] = field(default_factory=set)
    filled: dict[str, set[str]] = field(default_factory=dict)
    """Columns, in lower case, that triggers fill before an insert, by table."""
    fills: dict[str, frozenset[str]] = field(default_factory=dict)
    """Columns, in lower case, that functions assign, by function."""
    new_indexes: set[str] = field(default_factory=set)
    """Names of indexes that tell no rows apart."""
    of_views: int = 0
    """How many columns of views are remembered."""
    snapshots: dict[str, Relation | Column | Routine | None] = field(default_factory=dict)
    """What older code knew under a name, by the kind and name of what was lost first."""
    before: dict[str, Relation] = field(default_factory=dict)
    """What older code knew of tables and views."""
    older_rules: dict[tuple[str, tuple[str, ...]], list[Rule]] = field(default_factory=dict)
    """What was refused before, by table and columns."""
    older_keys: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """Columns of which no two rows had the same, by table."""

    def begin_newer(self) -> None:
        """From here on, what is read is not known to the older code."""
        self.before = {name: each.copied() for name, each in self.schema.relations.items()}
        self.is_older = False
        for owner, relation in self.before.items():
            for rule in relation.constraints.values():
                known = self.older_rules.setdefault((owner, rule.columns), [])
                if len(known) < _MOST_RULES:
                    known.append(rule)
                keys = self.older_keys.setdefault(owner, [])
                if rule.kind in ("unique", "primary") and not rule.tree and len(keys) < _MOST_RULES:
                    keys.append(frozenset(rule.columns))

    def tell(self, kind: ChangeKind, what: str, name: str, owner: str = "") -> Change | None:
        """Note a change, unless it is the older code's own."""
        if self.is_older:
            return None
        change = Change(kind, what, name, owner, self.migration, self.line)
        self.changes.append(change)
        return change

    def lose(
        self, change: Change | None, before: Relation | Column | Routine | None = None
    ) -> None:
        """Note that a change holds only as long as nothing takes the place of what was there."""
        if change is not None:
            key = f"{type(before).__name__} {change.owner} {change.name}"
            if key not in self.snapshots:
                self.snapshots[key] = (
                    before.copied() if isinstance(before, Relation) else _kept(before)
                )
            self.lost.append(Lost(change, self.snapshots[key]))

    def is_new(self, relation: Relation) -> bool:
        """Whether older code cannot know a relation."""
        return relation.is_new or self.is_older

    def result(self) -> tuple[Change, ...]:
        """Return what holds after the last migration, once each, in the order in which it came."""
        replaced = {id(lost.change): self._replaced(lost) for lost in self.lost}
        found = [replaced.get(id(change), change) for change in self.changes]
        still = [change for change in found if change is not None and self._still_holds(change)]
        return tuple({change.key: change for change in reversed(still)}.values())[::-1]

    def _replaced(self, lost: Lost) -> Change | None:
        change, before = lost.change, lost.before
        match before:
            case Routine():
                there = self.schema.routines.get(change.name, [])
                if any(routine.takes_calls_of(before) for routine in there):
                    return None
                what = f"function {change.name} has another signature"
                return replace(change, kind=ChangeKind.NARROWED, what=what) if there else change
            case Column():
                return self._replaced_column(change, before)
            case _:
                return self._replaced_relation(change, before)

    def _replaced_column(self, change: Change, before: Column) -> Change | None:
        relation = self.schema.relations.get(change.owner)
        now = relation.columns.get(change.name) if relation else None
        if now is None:
            return change
        if now.is_generated and not before.is_generated:
            what = f"column {change.name} of {change.owner} can no longer be written"
            return replace(change, kind=ChangeKind.RETYPED, what=what)
        if not now.type or not before.type or is_wider(before.type, now.type):
            return None
        what = f"column {change.name} of {change.owner} changed its type"
        return replace(change, kind=ChangeKind.RETYPED, what=what)

    def _replaced_relation(self, change: Change, before: Relation | None) -> Change | None:
        now = self.schema.relations.get(change.name)
        if before is None:
            kind = change.what.partition(" ")[0]
            names = (f"{kind} {change.name}", f"{change.name}()")
            there = self.schema.types | self.schema.new_names
            return change if there.isdisjoint(names) else None
        if now is None:
            return change
        if covers(now, before):
            return None
        missing = [name for name in before.columns if name not in now.columns]
        told = f"has no column {', '.join(missing)} any more" if missing else "has other types"
        what = f"{before.kind} {change.name} {told}"
        return replace(change, kind=ChangeKind.NARROWED, what=what)

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
                )
            case ChangeKind.CONSTRAINED if relation is not None:
                return self._refuses_more(change, relation)
            case ChangeKind.HIDDEN if change.name == change.owner:
                is_secured = relation is None or relation.is_secured
                return is_secured and all(change.owner != owner for owner, _ in self.open_policies)
            case ChangeKind.HIDDEN:
                return (change.owner, change.name) not in self.new_policies
            case ChangeKind.REVOKED:
                return (change.name, change.owner) not in self.grants
            case _:
                return True

    def _is_filled(self, change: Change, column: Column) -> bool:
        if column.is_required is False or (column.is_new and column.has_default):
            return True
        return change.name.lower() in self.filled.get(change.owner, ())

    def _refuses_more(self, change: Change, relation: Relation) -> bool:
        if change.name.startswith(tuple(LOST_KEYS.values())):
            return not self._has_key(change, relation)
        rule = relation.constraints.get(change.name)
        if rule is None:
            return change.name not in relation.dropped_rules
        older = self.older_rules.get((change.owner, rule.columns), ())
        if any(rule.allows_what(other) for other in older):
            return False
        named = frozenset(rule.columns)
        if rule.kind == "unique" and any(k <= named for k in self.older_keys.get(change.owner, ())):
            return False
        # A constraint that is made again under its name, of which nothing more is known.
        before = self.before.get(change.owner)
        is_known = before is not None and change.name in before.constraints
        is_again = change.name in relation.dropped_rules and not is_known
        return not (is_again and rule.kind in ("foreign", "primary"))

    def add_rule(self, owner: str, name: str, rule: Rule, what: str) -> None:
        """Note that a table refuses something from now on."""
        relation = self.schema.relation(owner)
        relation.constraints[name] = replace(rule, owner=owner, is_new=not self.is_older)
        self.schema.ruled.setdefault(name, []).append(relation)
        if self.is_new(relation) or self._only_new_columns(relation, rule):
            return
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
        relation = self.schema.relation(owner) if owner else None
        columns = rule.columns if rule and relation else ()
        if rule is not None and rule.is_new:
            return
        if kind not in LOST_KEYS or any(relation.column(c).is_new for c in columns if relation):
            return
        label = f"{LOST_KEYS[kind]}{name}"
        if kind == "primary":
            what = f"{owner} lost its primary key {name}, which `on conflict` needs"
        elif owner:
            what = f"{owner} lost its unique index {name}, which `on conflict` needs"
        else:
            what = f"index {name} was dropped, which `on conflict` needs if it was unique"
        self.lost_keys[owner, label] = rule
        self.tell(ChangeKind.CONSTRAINED, what, label, owner)

    def _has_key(self, change: Change, relation: Relation) -> bool:
        """Whether rows are told apart again as they were."""
        lost = self.lost_keys.get((change.owner, change.name))
        rules = relation.constraints
        if lost is None or not lost.columns:
            is_key = change.name.startswith(LOST_KEYS["primary"])
            kept = any(rule.kind == "primary" for rule in rules.values())
            return kept if is_key else change.name.removeprefix(LOST_KEYS["unique"]) in rules
        return any(
            rule.kind in LOST_KEYS
            and set(rule.columns) == set(lost.columns)
            and rule.tree == lost.tree
            for rule in rules.values()
        )

    def _is_left_open(self, column: Column, rule: Rule) -> bool:
        """Whether what an insert leaves in a column that it does not name never collides."""
        return not column.has_default or (rule.kind == "unique" and column.never_repeats)

    def _only_new_columns(self, relation: Relation, rule: Rule) -> bool:
        """Whether the rule lets pass what older code leaves in a new column, often NULL."""
        left_null = [
            name
            for name in rule.columns
            if relation.column(name).is_new and self._is_left_open(relation.column(name), rule)
        ]
        if rule.kind in ("unique", "foreign"):
            return bool(left_null)
        return rule.kind == "check" and bool(rule.columns) and len(left_null) == len(rule.columns)
