"""Policies of row level security: whether others let pass what one of them did."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from verifier.database.implied_conditions import Implications
from verifier.database.pg_nodes import (
    Node,
    child,
    every,
    is_set,
    items,
    of_kind,
    strings,
    text,
    without_places,
)
from verifier.database.schema_state import Change
from verifier.database.sql_text import without_comments
from verifier.model.breaking_change import ChangeKind

_COMMANDS = frozenset({"select", "insert", "update", "delete"})
_NARROWING = ("fromClause", "whereClause", "groupClause", "havingClause", "withClause", "larg")
EVERYBODY = frozenset({"public"})
#: How what is told of a policy is named, before its own name.
POLICY, ALTERED_POLICY = "policy ", "altered "
#: By which Supabase's API asks for whoever calls it.
_OF_THE_API = ("anon", "authenticated")
_SAME_TURNED = frozenset({"=", "<>"})
#: What in a condition may answer otherwise to another role.
_ASKING = ("FuncCall", "SQLValueFunction", "SubLink")


class Fit(IntEnum):
    """How much of what one policy let pass another one does."""

    LESS = 0
    NOT_KNOWN = 1
    ALL = 2


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

    def is_for(self, role: str) -> bool:
        """Whether a role has a part in it."""
        return role in self.roles or self.roles >= EVERYBODY

    def covers(self, other: "RowPolicy", commands: Iterable[str], known: Implications) -> bool:
        """Whether all that another one let pass of these commands does, for each of its roles."""
        is_for_all = all(self.is_for(role) for role in other.roles)
        return is_for_all and all(
            self.fit(command, other, known) is Fit.ALL for command in commands
        )

    def fit(self, command: str, other: "RowPolicy", known: Implications) -> Fit:
        """How much it lets pass of what another one did of a command, whoever asks."""
        if self.command not in ("all", command):
            return Fit.LESS
        pairs = list(zip(self._conditions(command), other._conditions(command), strict=True))
        wide = [_is_as_wide(mine, theirs, known) for mine, theirs in pairs]
        if all(wide):
            return Fit.ALL
        narrow = [pair for pair, is_wide in zip(pairs, wide, strict=True) if not is_wide]
        is_less = any(_is_narrower(mine, theirs, known) for mine, theirs in narrow)
        return Fit.LESS if is_less else Fit.NOT_KNOWN

    def asks_who(self, command: str) -> bool:
        """Whether what it lets pass may be nothing for some of its roles."""
        return any(_asks_who(each) for each in self._conditions(command))


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
    calling: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Table and name of those that call a function, by its name without a schema."""
    functions: dict[str, str] = field(default_factory=dict)
    """What functions do, as one text for comparison, by name without a schema."""
    older_calling: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    older_functions: dict[str, str] = field(default_factory=dict)
    implications: Implications = field(default_factory=Implications)

    def begin_newer(self) -> None:
        """From here on, what is made is not known to the older code."""
        self.older_calling = {name: set(keys) for name, keys in self.calling.items()}
        self.older_functions = dict(self.functions)

    def note_calls(self, owner: str, name: str, tree: Node) -> None:
        """Remember which functions a policy calls."""
        for called in _called_in(tree):
            self.calling.setdefault(called, set()).add((owner, name))

    def note_function(self, name: str, tree: Node, language: str, body: str) -> None:
        """Remember what a function does, in comparable words."""
        words = " ".join(without_comments(body).split())
        self.functions[name] = f"{language} {words} {without_places(tree.get('sql_body'))}"

    def owners_of(self, function: str) -> list[str]:
        """The tables whose policies call a function."""
        return sorted({owner for owner, _ in self.calling.get(function, ())})

    def judged_otherwise(self, function: str) -> list[tuple[str, str]]:
        """Table and name of those that older code knows, and that call what does something else."""
        if self.older_functions.get(function) == self.functions.get(function):
            return []
        known = self.older_calling.get(function, set())
        return sorted(key for key in known if key in self.restricting or self._calls(key, function))

    def _calls(self, key: tuple[str, str], function: str) -> bool:
        policy = self.there.get(key[0], {}).get(key[1])
        return policy is not None and function in {*_called_in([policy.using, policy.check])}

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

    def left_of(self, change: Change) -> Change | None:
        """Return what is left of a change; None where others let pass all that was let pass."""
        name = change.name.partition(" ")[2]
        match self._fit_now(change.owner, name):
            case Fit.ALL:
                return None
            case Fit.NOT_KNOWN:
                what = (
                    f"policy {name} of {change.owner} is another one, which cannot be compared "
                    "with the former: it may keep rows from it"
                )
                return replace(change, kind=ChangeKind.UNREAD, what=what, name="", owner="")
            case Fit.LESS:
                return change

    def _fit_now(self, owner: str, name: str) -> Fit:
        """How much others let pass, for each command and role, of what a former one did."""
        lost = self.lost.get((owner, name))
        is_again = (owner, name) in self.new
        if lost is None:
            return Fit.ALL if is_again else Fit.LESS
        there = list(self.there.get(owner, {}).values())
        commands = _COMMANDS if lost.command == "all" else frozenset({lost.command})
        own = self.there.get(owner, {}).get(name)
        # Most that are made again are as they were: then no others are to be compared.
        if is_again and own is not None and own.covers(lost, commands, self.implications):
            return Fit.ALL
        return min(
            _fit_of(
                lost,
                command,
                [(each, each.fit(command, lost, self.implications)) for each in there],
                is_again=is_again,
            )
            for command in commands
        )


def _fit_of(
    lost: RowPolicy, command: str, fits: list[tuple[RowPolicy, Fit]], *, is_again: bool
) -> Fit:
    if not is_again:  # what is not meant to take its place does so only as far as it is seen to
        fits = [(each, fit) for each, fit in fits if fit is Fit.ALL]
    elif lost.asks_who(command):
        return max((fit for _, fit in fits), default=Fit.LESS)
    found = min(_fit_for(role, fits) for role in lost.roles)
    if found is Fit.LESS and lost.roles == EVERYBODY:
        # Others than those of the API may be there, and may not.
        return min(Fit.NOT_KNOWN, *(_fit_for(role, fits) for role in _OF_THE_API))
    return found


def _fit_for(role: str, fits: Iterable[tuple[RowPolicy, Fit]]) -> Fit:
    return max((fit for each, fit in fits if each.is_for(role)), default=Fit.LESS)


def condition_of(tree: object) -> object:
    """
    Return a condition for comparison.

    `(select f())` asks once what `f()` asks for each row, and `a = b` is `b = a`.
    """
    return _asked(without_places(tree)) if tree else None


def _asked(tree: object) -> object:
    match tree:
        case {"SubLink": {"subLinkType": "EXPR_SUBLINK", "subselect": dict(select)}}:
            found = list(_lone_values(child(select, "SelectStmt")))
            return _asked(found[0]) if len(found) == 1 else tree
        case {"A_Expr": dict(node)} if _SAME_TURNED & set(strings(node, "name")):
            sides = [_asked(node.get(side)) for side in ("lexpr", "rexpr")]
            if text(node, "kind") == "AEXPR_OP":
                sides.sort(key=lambda side: json.dumps(side, sort_keys=True))
            return {"A_Expr": {**node, "lexpr": sides[0], "rexpr": sides[1]}}
        case dict():
            return {key: _asked(value) for key, value in tree.items()}
        case list():
            return [_asked(value) for value in tree]
        case _:
            return tree


def _called_in(tree: object) -> Iterator[str]:
    for call in every(tree, "FuncCall"):
        yield from strings(call, "funcname")[-1:]


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


def _asks_who(condition: object) -> bool:
    return any(True for tag in _ASKING for _ in every(condition, tag))


def _is_never_true(condition: object) -> bool:
    """Whether a condition is `false` or `null`, and lets no row pass."""
    match condition:
        case {"A_Const": dict(constant)}:
            return not is_true(condition) and ("boolval" in constant or "isnull" in constant)
        case _:
            return False


def _is_as_wide(condition: object, former: object, known: Implications) -> bool:
    if former is None or is_true(condition):
        return True
    return condition is not None and known.is_implied(condition, former)


def _is_narrower(condition: object, former: object, known: Implications) -> bool:
    """Whether a condition that is not as wide as a former one lets less pass."""
    if condition is None or _is_never_true(condition):
        return True
    return is_true(former) or known.is_implied(former, condition)
