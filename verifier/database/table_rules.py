"""What a table refuses: its constraints and unique indexes, and how two of them compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from verifier.database.implied_conditions import at_most, is_implied

#: What PostgreSQL calls the length of a text.
_LENGTHS = ("char_length", "character_length", "length")


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint or unique index: what it refuses."""

    kind: str
    columns: tuple[str, ...]
    tree: object = None
    """Of the condition or of what is referred to, without its places in the text."""
    values: frozenset[str] = frozenset()
    """The values that a column may have, where it only lists them."""
    refuses: frozenset[str] = frozenset()
    """Of a foreign key: what is refused of a row that others refer to."""
    joins_nulls: bool = False
    """Of a unique key: whether NULL is told apart as any other value."""
    owner: str = field(default="", compare=False)
    """The table, as it was called when the rule was made."""
    refers_to: str = field(default="", compare=False)
    """Of a foreign key the table that it refers to, as that is called now."""
    is_new: bool = field(default=False, compare=False)
    """Whether the migrations that are looked at made it."""

    @property
    def expressions(self) -> Sequence[object]:
        """Of a unique index: what it compares, None in place of each column."""
        match self.tree:
            case [list(expressions), *_]:
                return expressions
            case _:
                return ()

    @property
    def is_by_expression(self) -> bool:
        """Whether it compares nothing as it stands in a column: `unique (lower(email))`."""
        expressions = self.expressions
        return self.kind == "unique" and bool(expressions) and None not in expressions

    @property
    def label(self) -> str:
        """What it is called, for a person."""
        known = {"foreign": "foreign key", "primary": "primary key"}
        return known.get(self.kind, f"{self.kind} constraint")

    def tells_apart_as(self, other: "Rule") -> bool:
        """Whether another one serves `on conflict` as well as this one, a key, does."""
        is_key = other.kind in ("primary", "unique")
        return is_key and set(other.columns) == set(self.columns) and other.tree == self.tree

    @property
    def condition(self) -> object:
        """Of a unique index of some rows alone: which these are."""
        match self.tree:
            case [_, condition, *_] if self.kind == "unique":
                return condition
            case _:
                return None

    def is_held_by(self, older: "Rule") -> bool:
        """Whether by the conditions of both an older check or unique index lets pass no more."""
        if self.kind == older.kind == "check":
            return is_implied(self.tree, older.tree)
        if self.condition is None or older.condition is None:
            return False
        mine, theirs = self.expressions, older.expressions
        is_same = mine == theirs and (self.is_by_expression or self.columns == older.columns)
        is_by_column = not any(mine) and not any(theirs)
        is_of_fewer = bool(older.columns) and set(older.columns) <= set(self.columns)
        if not is_same and not (is_by_column and is_of_fewer):
            return False
        is_null_told = not self.joins_nulls or older.joins_nulls
        return is_null_told and is_implied(older.condition, self.condition)

    def allows_what(self, older: "Rule") -> bool:
        """Whether whatever an older rule let through passes."""
        is_as_strict = self.kind == older.kind or (self.kind, older.kind) == ("unique", "primary")
        if not is_as_strict or self.columns != older.columns:
            return False
        if not self.refuses <= older.refuses or (self.joins_nulls and not older.joins_nulls):
            return False
        if self.values and older.values:
            return self.values >= older.values
        return self.tree == older.tree or self._refers_to_what(older)

    def _refers_to_what(self, older: "Rule") -> bool:
        """
        Whether a foreign key refers to the columns of an older one.

        One that names none refers to the primary key, which may not be known here.
        """
        match self.tree, older.tree:
            case (str(table), *mine), (str(before), *theirs) if self.kind == "foreign":
                return table == before and not (mine and theirs)
            case _:
                return False


def rules_of_size(column: str, size: int) -> Iterator[Rule]:
    """Yield what a column of a limited length refuses, as checks of an unlimited one say it."""
    named = {"ColumnRef": {"fields": [{"String": {"sval": column}}]}}
    for name in _LENGTHS:
        call = {"funcname": [{"String": {"sval": name}}], "args": [named]}
        length = {"FuncCall": {**call, "funcformat": "COERCE_EXPLICIT_CALL"}}
        yield Rule("check", (column,), at_most(length, size))
