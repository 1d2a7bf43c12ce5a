"""The schema as migrations make it, as far as they tell; what they do not tell is unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from verifier.database.column_types import bare_type, is_wider, sized
from verifier.database.table_rules import Rule, rules_of_size
from verifier.model.breaking_change import ChangeKind

#: Parts of a domain: whether it refuses NULL, and whether it has a default.
NOT_NULL, FILLED = "not null", "default"
#: How the name of a trigger of the whole database begins, to tell it from a domain's.
EVENT_TRIGGER = "event-trigger."
#: How the name of a change ends by which a sequence gives out what is taken.
GIVEN_OUT = "_given_out"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that older code may not be able to live with."""

    kind: ChangeKind
    what: str
    """For a person."""
    name: str = ""
    """What older code would have to name to be hit; empty where that is not known."""
    owner: str = ""
    """Of a column its table."""
    migration: str = ""
    """Of the migration that does it, its version."""
    line: int = 0
    """Of its file, from 1."""
    is_unnamed: bool = False
    """Whether older code may be hit that does not name it."""

    @property
    def key(self) -> tuple[ChangeKind, str, str]:
        """What it is about."""
        return self.kind, self.owner, self.name or self.what


@dataclass(slots=True)
class Column:
    """What is known of a column; None is not known."""

    type: str | None = None
    is_required: bool | None = None
    is_required_by_type: bool = False
    """Whether only the domain that it is of takes no NULL."""
    has_default: bool | None = None
    is_new: bool = False
    """Whether the migrations that are looked at made it."""
    never_repeats: bool = False
    """Whether its default is another value for each row."""
    default: object = None
    """The tree of its default, where it stands with the column."""
    is_generated: bool = False
    """Whether nothing can be written to it."""
    came_as: str = ""
    """The name under which older code knows it, where it has another now."""

    def is_left_open(self, rule: Rule) -> bool:
        """Whether what an insert leaves in a column that it does not name never collides."""
        return not self.has_default or (rule.kind == "unique" and self.never_repeats)


@dataclass(slots=True)
class Relation:
    """A table, view or sequence."""

    kind: str
    name: str = ""
    """The one that it has now."""
    columns: dict[str, Column] = field(default_factory=dict)
    is_complete: bool = False
    """Whether all its columns are known."""
    is_new: bool = False
    constraints: dict[str, Rule] = field(default_factory=dict)
    dropped_rules: set[str] = field(default_factory=set)
    """Names of constraints and unique indexes that were dropped."""
    came_as: str = ""
    """The name under which older code knows it, where it has another now."""
    is_partition: bool = False
    """Whether its rows are those of another table, which code names in its place."""
    is_secured: bool = False
    """Whether row level security is known to be on."""
    is_opened: bool = False
    """Whether it was newly switched off, so that no policy keeps anything from anybody."""
    asks_reader: bool = False
    """Whether a view shows only what its reader may read himself."""
    sources: frozenset[str] = frozenset()
    """Of a view the tables and views that it reads."""
    source_columns: frozenset[str] = frozenset()
    """Of a view the columns that it names of them, `*` where it took all of one."""
    is_filled: bool = True
    """Whether a materialized view can be read: it has been filled with rows."""
    seeded: set[str] = field(default_factory=set)
    """Columns in which rows have numbers that their sequences give out later."""
    inserts_read: int = 0
    """How often it was looked for such numbers."""
    step: int = 1
    """Of a sequence, by how much it counts."""
    writes: frozenset[str] | None = None
    """Of a view the columns that can be written, `*` for all; None of anything else."""
    own_writes: frozenset[str] | None = None
    """The same without a trigger or rule that writes for it."""

    def copied(self) -> "Relation":
        """Return it as it is now, whatever becomes of it."""
        columns = {name: replace(column) for name, column in self.columns.items()}
        rules, dropped = dict(self.constraints), set(self.dropped_rules)
        return replace(self, columns=columns, constraints=rules, dropped_rules=dropped)

    def column(self, name: str) -> Column:
        """Return what is known of a column."""
        return self.columns.setdefault(name, Column())

    def requires_all(self, columns: Iterable[str]) -> bool:
        """Whether each of some columns must have a value."""
        return all(self.column(name).is_required for name in columns)

    def sizes_of(self, rule: Rule) -> tuple[Rule, ...]:
        """Return what the types of a check's columns refuse by their length."""
        found: list[Rule] = []
        for name in rule.columns if rule.kind == "check" else ():
            base, sizes = sized(self.columns[name].type or "") if name in self.columns else ("", ())
            found += rules_of_size(name, sizes[0]) if base == "varchar" and sizes else ()
        return tuple(found)

    def passes_new_columns(self, rule: Rule) -> bool:
        """Whether a rule lets pass what older code leaves in a new column, often NULL."""
        left_null = [
            name
            for name in rule.columns
            if self.column(name).is_new and self.column(name).is_left_open(rule)
        ]
        if rule.kind in ("unique", "foreign"):
            return bool(left_null) and not rule.joins_nulls
        return rule.kind == "check" and bool(rule.columns) and len(left_null) == len(rule.columns)


class Raising(IntEnum):
    """How often a function raises an error."""

    NEVER = 0
    SOMETIMES = 1
    ALWAYS = 2


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or procedure."""

    arguments: tuple[str, ...]
    """Types of the arguments that a caller gives."""
    optional: int = 0
    """How many of the last have defaults."""
    returns: str = ""
    shape: frozenset[str] = frozenset()
    """Of the rows that it returns the columns, by name and type."""
    raises: Raising | None = None
    """How often it raises an error; None where its body is not read."""
    is_trigger: bool = False
    leaves_out: int = 0
    """What it may leave out as a trigger, as PostgreSQL counts what is written."""
    nulls: frozenset[str] = frozenset()
    """Columns, in lower case, of which it takes away the value, as a trigger."""
    is_definer: bool = False
    """Whether it has the rights of who made it."""
    names: tuple[str, ...] = ()
    """Of the arguments, by which a caller may give them; empty where one has none."""
    is_procedure: bool = False

    def takes_calls_beside(self, other: "Routine") -> bool:
        """Whether a call of another one fits this one as well, which takes more by default."""
        given = len(other.arguments)
        is_longer = len(self.arguments) > given and self.arguments[:given] == other.arguments
        return is_longer and len(self.arguments) - self.optional <= given

    def takes_calls_of(self, older: "Routine") -> bool:
        """Whether code that calls an older one can call this one and gets the same."""
        given = len(older.arguments)
        if self.arguments[:given] != older.arguments or self.is_procedure != older.is_procedure:
            return False
        pairs = zip(self.names, older.names, strict=False)
        is_renamed = any(before and now != before for now, before in pairs)
        if is_renamed or not self.shape >= older.shape:
            return False
        if self.raises is Raising.ALWAYS and older.raises is Raising.NEVER:
            return False
        required = len(self.arguments) - self.optional
        needed_before = given - older.optional
        if required > given or required > max(needed_before, 0):
            return False
        return not older.returns or not self.returns or self.returns == older.returns


@dataclass(frozen=True, slots=True)
class Named:
    """A type, domain, schema or extension."""

    kind: str
    parts: Mapping[str, str] = field(default_factory=dict)
    """Of an enum its values, of a composite type its attributes with their types."""


@dataclass(slots=True)
class Schema:
    """What is known of a database's schema."""

    relations: dict[str, Relation] = field(default_factory=dict)
    routines: dict[str, list[Routine]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What types and domains are made of, by kind and name."""
    typed: dict[str, list[tuple[Relation, str]]] = field(default_factory=dict)
    """Tables and their columns by the type, made by migrations, that these have or had."""
    counted: dict[str, list[tuple[Relation, str]]] = field(default_factory=dict)
    """The same by the sequence that their default asks."""
    under: dict[str, str] = field(default_factory=dict)
    """The type that a domain is made of, by name."""
    domains: dict[str, dict[str, Rule]] = field(default_factory=dict)
    """What domains refuse, by name; of one whose making is not known what was added to it."""
    older_domains: dict[str, dict[str, Rule]] = field(default_factory=dict)
    """The same before the migrations that are looked at."""
    event_triggers: set[str] = field(default_factory=set)
    """Those that are on, of the whole database."""
    new_names: set[str] = field(default_factory=set)
    """Types, schemas and routines that the migrations that are looked at made."""
    triggers: dict[str, set[str]] = field(default_factory=dict)
    """Names of tables by the function that their triggers call."""
    attached: dict[str, dict[str, str]] = field(default_factory=dict)
    """The functions that triggers call, by table and trigger."""
    remade: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Functions that the newer migrations make, with the version and the line."""
    silent: dict[str, dict[str, str]] = field(default_factory=dict)
    """Those of them that are switched off."""
    long_silent: set[tuple[str, str]] = field(default_factory=set)
    """Tables and their triggers that were switched off already for the older code."""
    before_rows: dict[str, dict[str, int]] = field(default_factory=dict)
    """Those whose triggers decide of each row before it is written, with what they are for."""
    readers: dict[str, dict[str, None]] = field(default_factory=dict)
    """Names of views by what they read, in the order in which they were made."""
    ruled: dict[str, list[Relation]] = field(default_factory=dict)
    """Tables by the names of their constraints and unique indexes."""

    def relation(self, name: str, kind: str = "table") -> Relation:
        """Return what is known of a relation; one that is not known was there before."""
        return self.relations.get(name) or self.put(name, Relation(kind))

    def put(self, name: str, relation: Relation) -> Relation:
        """Give a name to a relation, and return it."""
        self.relations[name] = relation
        relation.name = name
        for source in relation.sources:
            self.readers.setdefault(source, {})[name] = None
        return relation

    def is_twofold(self, name: str) -> bool:
        """Whether a call of one function of a name fits another one as well."""
        known = self.routines.get(name, [])
        return any(one.takes_calls_beside(other) for one in known for other in known)

    def still_refuses(self, name: str) -> bool:
        """Whether a domain or a trigger of the whole database refuses what it did not before."""
        if name.startswith(EVENT_TRIGGER):
            return name in self.event_triggers
        if name not in self.domains:
            return True
        before = list(self.older_domains.get(name, {}).values())
        return any(
            not any(rule == older or rule.is_held_by(older) for older in before)
            for rule in self.domains[name].values()
        )

    def domain(self, type_: str) -> Mapping[str, str]:
        """Return what is known of a type that is a domain; nothing of any other."""
        return self.parts.get(f"domain {bare_type(type_)}", {}) if "[" not in type_ else {}

    def note_type(self, relation: Relation, column: str, type_: str) -> None:
        """Remember which column has a type that migrations make."""
        bare = bare_type(type_)
        if {f"type {bare}", f"domain {bare}", f"extension {bare}"} & self.types:
            self.typed.setdefault(bare, []).append((relation, column))


def covers(now: Relation, before: Relation) -> bool:
    """Whether a relation has every column of an older one, as far as both are known."""
    if not before.columns or not now.is_complete:
        return True
    for name, column in before.columns.items():
        there = now.columns.get(name)
        if there is None:
            return False
        if there.type and column.type and not is_wider(column.type, there.type):
            return False
    return True
