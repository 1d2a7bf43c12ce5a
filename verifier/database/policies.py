"""Policies of row level security: whether others let pass what one of them did."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from verifier.database.implied_conditions import is_implied
from verifier.database.pg_nodes import Node, child, is_set, items, of_kind, without_places

_COMMANDS = frozenset({"select", "insert", "update", "delete"})
_NARROWING = ("fromClause", "whereClause", "groupClause", "havingClause", "withClause", "larg")
EVERYBODY = frozenset({"public"})


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """A policy that lets rows pass."""

    command: str
    """`all`, or the one that it is for."""
    roles: frozenset[str]
    using: object
    """The condition of rows that are there, None where it has none."""
    check: object
    """The condition of rows that are written, None where it has none of its own."""

    def _conditions(self, command: str) -> tuple[object, ...]:
        written = self.using if self.check is None else self.check
        match command:
            case "insert":
                return (written,)
            case "update":
                return (self.using, written)
            case _:
                return (self.using,)

    def serves(self, command: str, other: "RowPolicy") -> bool:
        """Whether it lets pass all that another one did of a command."""
        mine, theirs = self._conditions(command), other._conditions(command)
        is_for_it = self.command in ("all", command) and serves(self.roles, other.roles)
        return is_for_it and all(map(_is_as_wide, mine, theirs))

    def may_serve(self, command: str, other: "RowPolicy") -> bool:
        """Whether nothing tells that it lets pass less than another one did of a command."""
        if self.command not in ("all", command):
            return False
        mine, theirs = self._conditions(command), other._conditions(command)
        if any(map(_is_narrower, mine, theirs)):
            return False
        # What a condition lets pass may be nothing for roles that it does not name any more.
        return not all(map(is_true, theirs)) or serves(self.roles, other.roles)


@dataclass(slots=True)
class Policies:
    """The policies of all tables, and those that the older code had."""

    there: dict[str, dict[str, RowPolicy]] = field(default_factory=dict)
    """Those that let rows pass, by table and name."""
    open_to_all: set[tuple[str, str]] = field(default_factory=set)
    """Table and name of those that keep nothing from anybody."""
    restricting: set[tuple[str, str]] = field(default_factory=set)
    """Table and name of those that let nothing pass and keep rows from the others."""
    new: set[tuple[str, str]] = field(default_factory=set)
    """Table and name of those that the older code does not know."""
    lost: dict[tuple[str, str], RowPolicy] = field(default_factory=dict)
    """What the older code had of those that were dropped or changed."""

    def drop(self, owner: str, name: str, *, is_older: bool) -> bool:
        """Note that one is gone; return whether older code may have needed it."""
        key = owner, name
        is_needed = key not in self.new and key not in self.restricting
        for kept in (self.open_to_all, self.restricting, self.new):
            kept.discard(key)
        lost = self.there.get(owner, {}).pop(name, None)
        if lost is not None and is_needed and not is_older:
            self.lost.setdefault(key, lost)
        return is_needed

    def change(self, owner: str, name: str, after: RowPolicy, *, is_older: bool) -> bool:
        """Note what a known one is from now on; return whether older code knows it otherwise."""
        before, self.there[owner][name] = self.there[owner][name], after
        is_known = (owner, name) not in self.new and not is_older
        if is_known:
            self.lost.setdefault((owner, name), before)
        return is_known

    def is_replaced(self, owner: str, name: str) -> bool:
        """Return whether others let pass, for each command and role, what a former one did."""
        lost = self.lost.get((owner, name))
        is_again = (owner, name) in self.new
        if lost is None:
            return is_again
        there = list(self.there.get(owner, {}).values())
        commands = _COMMANDS if lost.command == "all" else frozenset({lost.command})
        if all(any(each.serves(c, lost) for each in there) for c in commands):
            return True
        return is_again and all(any(each.may_serve(c, lost) for each in there) for c in commands)


def serves(roles: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a policy for some roles is there for all of others."""
    return roles >= EVERYBODY or others <= roles


def condition_of(tree: object) -> object:
    """Return a condition for comparison: `(select f())` asks once what `f()` asks for each row."""
    return _asked(without_places(tree)) if tree else None


def _asked(tree: object) -> object:
    match tree:
        case {"SubLink": {"subLinkType": "EXPR_SUBLINK", "subselect": dict(select)}}:
            found = list(_lone_values(child(select, "SelectStmt")))
            return _asked(found[0]) if len(found) == 1 else tree
        case dict():
            return {key: _asked(value) for key, value in tree.items()}
        case list():
            return [_asked(value) for value in tree]
        case _:
            return tree


def _lone_values(select: Node) -> Iterator[object]:
    """What a query without tables or conditions returns."""
    if not any(items(select, key) or child(select, key) for key in _NARROWING):
        yield from (target.get("val") for target in of_kind(select, "targetList", "ResTarget"))


def is_true(condition: object) -> bool:
    """Whether a condition lets every row pass, whatever is in it."""
    match condition:
        case {"A_Const": dict(constant)}:
            return is_set(child(constant, "boolval"), "boolval")
        case _:
            return False


def _is_never_true(condition: object) -> bool:
    """Whether a condition is `false` or `null`, and lets no row pass."""
    match condition:
        case {"A_Const": dict(constant)}:
            return not is_true(condition) and ("boolval" in constant or "isnull" in constant)
        case _:
            return False


def _is_as_wide(condition: object, former: object) -> bool:
    if former is None or is_true(condition):
        return True
    return condition is not None and is_implied(condition, former)


def _is_narrower(condition: object, former: object) -> bool:
    if former is None or _is_as_wide(condition, former):
        return False
    if condition is None or _is_never_true(condition):
        return True
    return is_true(former) or is_implied(former, condition)
