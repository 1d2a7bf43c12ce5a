"""Who has which rights on what, as migrations give them; what is made again has those of nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from verifier.database.schema_state import Change, Relation, Schema

SCHEMA = "schema "
"""How a schema is called here, to tell it from a table."""
ROUTINE = "()"
"""How the name of a function ends here."""
#: Rights without which code cannot read, write or call.
_NEEDED = frozenset({"select", "insert", "update", "delete", "usage", "execute"})
#: Roles that have every right on what is made, as the hosts that make them see to it.
_OWNERS = frozenset({"postgres", "supabase_admin"})
#: Roles that Supabase gives every right on what is made in `public`.
_GIVEN_IN_PUBLIC = frozenset({"anon", "authenticated", "service_role"})
_EVERYBODY = "public"


@dataclass(slots=True)
class Rights:
    """Rights by what they are on and by role."""

    held: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    older: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    """The same as the older code knows it."""
    given_ahead: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    """What is given on all that will be made, by kind, schema (empty for all) and role."""
    made: dict[str, dict[tuple[str, str, str], frozenset[str]]] = field(default_factory=dict)
    """What was given ahead when something was made again, if that has changed since."""
    not_for_all: set[str] = field(default_factory=set)
    """Functions that not everybody may call; empty for those that will be made."""
    taken: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """What older migrations took from roles and did not give back, by what it is on."""
    is_older: bool = True
    groups: dict[str, set[str]] = field(default_factory=dict)
    """The roles that a role is a member of."""
    owners: dict[str, str] = field(default_factory=dict)
    """The roles to which migrations gave tables and views."""
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What was told of rights that may have been lost, with what they were on, and which column."""
    granted: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Rights that older migrations gave, by the name of what they are on and the role."""
    revoked: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Rights that were taken away by name and not given back."""

    def begin_newer(self) -> None:
        """From here on, what is given is not known to the older code."""
        self.is_older = False
        self.older = {
            on: {role: frozenset(rights) for role, rights in by_role.items()}
            for on, by_role in self.held.items()
        }

    def give(self, on: str, role: str, rights: Iterable[str]) -> None:
        """Note that a role has rights from now on."""
        self.held.setdefault(on, {}).setdefault(role, set()).update(rights)
        if self.is_older:
            self.taken.get(on, {}).get(role, set()).difference_update(rights)
        if role == _EVERYBODY:
            self.not_for_all.discard(on)

    def take(self, on: str, role: str, rights: Iterable[str]) -> None:
        """Note that a role has rights no more."""
        self.held.get(on, {}).get(role, set()).difference_update(rights)
        if self.is_older:
            self.taken.setdefault(on, {}).setdefault(role, set()).update(rights)
        if role == _EVERYBODY and on.endswith(ROUTINE):
            self.not_for_all.add(on)

    def keep_for(self, made: Iterable[str]) -> None:
        """Note that what is given ahead from now on is nothing for what is there already."""
        now: dict[tuple[str, str, str], frozenset[str]] | None = None
        for on in made:
            if on not in self.made:
                now = now or {key: frozenset(rights) for key, rights in self.given_ahead.items()}
                self.made[on] = now

    def give_ahead(self, kind: str, schema: str, role: str, rights: Iterable[str]) -> None:
        """Note what a role gets on all that will be made."""
        self.given_ahead.setdefault((kind, schema, role), set()).update(rights)

    def take_ahead(self, kind: str, schema: str, role: str, rights: Iterable[str]) -> None:
        """Note what a role no longer gets on what will be made."""
        self.given_ahead.get((kind, schema, role), set()).difference_update(rights)
        if role == _EVERYBODY and kind == "OBJECT_FUNCTION":
            self.not_for_all.add("")

    def had_lost(self, on: str, role: str, rights: Iterable[str]) -> bool:
        """Whether older migrations had taken rights from a role already."""
        return self.taken.get(on, {}).get(role, set()).issuperset(rights)

    def knows(self, on: str) -> bool:
        """Whether anything is known of the rights on something."""
        return on in self.held or on in self.taken or on in self.not_for_all

    def forget(self, on: str) -> tuple[str, ...]:
        """Note that something is gone with all rights on it; return who had some before."""
        self.held.pop(on, None)
        self.taken.pop(on, None)
        self.not_for_all.discard(on)
        return tuple(self.older.get(on, ()))

    def move(self, old: str, new: str) -> tuple[str, ...]:
        """Note that something has another name; return who had rights under the former."""
        for by_name in (self.held, self.taken):
            if old in by_name:
                by_name[new] = by_name.pop(old)
        if old in self.not_for_all:
            self.not_for_all.discard(old)
            self.not_for_all.add(new)
        return tuple(self.older.get(old, ()))

    def forget_column(self, on: str, column: str) -> tuple[str, ...]:
        """Note that a column is gone with the rights on it alone; return who had some before."""
        for rights in self.held.get(on, {}).values():
            rights.difference_update(_of_column(rights, column))
        older = self.older.get(on, {})
        return tuple(role for role, rights in older.items() if _of_column(rights, column))

    def move_column(self, on: str, old: str, new: str) -> None:
        """Note that a column has another name, with the rights on it."""
        for rights in self.held.get(on, {}).values():
            moved = _of_column(rights, old)
            rights.difference_update(moved)
            rights.update(f"{right.split()[0]} {new}" for right in moved)

    def are_missed(self, change: Change, schema: Schema) -> bool:
        """Whether what was told of is there again, and its role lacks a right that it had."""
        (on, column), role = self.told[change.what], change.owner
        there = schema.relations.get(on)
        if column and (there is None or column not in there.columns):
            return False
        if not (there or schema.routines.get(on.removesuffix(ROUTINE)) or on in schema.types):
            return False
        owns = role in _OWNERS or self.owners.get(on) == role
        if owns or (role in _GIVEN_IN_PUBLIC and "." not in on and not on.startswith(SCHEMA)):
            return False
        if on.endswith(ROUTINE) and not {on, ""} & self.not_for_all:
            return False
        has = self._of(on, role, there)
        had = {right for right in self.older[on][role] if right.split()[0] in _NEEDED}
        if column:
            had = _of_column(had, column)
        elif there is not None and there.kind == "sequence" and "usage" in had:
            had = {"usage"}
        elif there is not None and there.kind != "table" and not there.writes:
            had = {right for right in had if right.split()[0] == "select"}
        return any(right not in has and right.split()[0] not in has for right in had)

    def _of(self, on: str, role: str, there: Relation | None) -> set[str]:
        """The rights of a role, with those of everybody and of the roles that it is a member of."""
        roles = [role, _EVERYBODY]
        for each in roles:
            roles += [group for group in sorted(self.groups.get(each, ())) if group not in roles]
        kind = "OBJECT_FUNCTION" if on.endswith(ROUTINE) else "OBJECT_SCHEMA"
        if there is not None:
            kind = "OBJECT_SEQUENCE" if there.kind == "sequence" else "OBJECT_TABLE"
        places = {"", on.removesuffix(ROUTINE).rpartition(".")[0] or "public"}
        given = self.made.get(on, self.given_ahead)
        found: set[str] = set()
        for each in roles:
            found |= self.held.get(on, {}).get(each, set())
            found = found.union(*(given.get((kind, at, each), ()) for at in places))
        return found


def _of_column(rights: Iterable[str], column: str) -> set[str]:
    """Those rights that are on one column alone."""
    return {right for right in rights if right.partition(" ")[2] == column}
