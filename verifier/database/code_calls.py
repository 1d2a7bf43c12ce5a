"""The calls that a migration in code makes, read as data from its syntax. Nothing of it is run."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only a run would tell."""


UNKNOWN = Unknown()
#: The name under which options stand of which it is not known what they are.
REST = "..."


@dataclass(frozen=True, slots=True)
class Composed:
    """A text of which only a part is known before a run."""

    text: str
    """With a gap for each part that is not known."""


_GAP = " ? "


@dataclass(frozen=True, slots=True)
class Tool:
    """What a tool gives a migration to work with, such as Knex's `knex`."""

    name: str
    """As the migration calls it."""
    method: str = ""
    """Its own name where it is a part: `dropTable`, of `const drop = knex.schema.dropTable`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, such as `t.string('name', 20).notNullable()`: of the chain the last one."""

    name: str
    arguments: tuple["Value", ...] = ()
    named: Mapping[str, "Value"] = field(default_factory=dict)
    line: int = 0
    on: "Value" = None
    """What it is called on: a name, or the call before it in a chain."""
    body: tuple["Call", ...] = ()
    """The calls in the function or block that it is given."""
    alias: str = ""
    """What that block calls it, as in `with … as alias`."""
    why: str = ""
    """What it is, where it could do anything and is not read."""

    @property
    def has_tool(self) -> bool:
        """Whether it is given what a tool is worked with, so that it could do whatever that can."""
        given = [*self.arguments, *self.named.values()]
        inside = [v for each in given if isinstance(each, dict) for v in each.values()]
        return any(isinstance(each, Tool) for each in (*given, *inside))

    @property
    def has_rest(self) -> bool:
        """Whether it, or what it is given, has options that only a run would tell."""
        parts = (self, *(each for each in self.arguments if isinstance(each, Call)))
        return any(REST in each.named for each in parts)

    def chain(self) -> tuple["Call", ...]:
        """Return the calls of a chain, the first one first."""
        before = self.on.chain() if isinstance(self.on, Call) else ()
        return (*before, self)

    def text(self, index: int, name: str = "") -> str | None:
        """Return an argument that is a text, by its place or name; None where it is none."""
        value = self.value(index, name)
        return value if isinstance(value, str) else None

    def value(self, index: int, name: str = "") -> "Value":
        """Return an argument by its place or name; None where it is not given."""
        if name and name in self.named:
            return self.named[name]
        return self.arguments[index] if index < len(self.arguments) else None

    def texts(self, index: int, name: str = "") -> tuple[str, ...] | None:
        """Return the texts of an argument that is one or a list; None where one is none."""
        return as_texts(self.value(index, name))


Value = (
    str
    | int
    | float
    | bool
    | None
    | Unknown
    | Composed
    | Tool
    | Call
    | Sequence["Value"]
    | Mapping[str, "Value"]
)
#: What is spent on a migration: a character of a text costs one, a place that is looked at
#: forty. Enough for a megabyte of calls, whose texts are taken several times.
_MOST_SPENT = 12_000_000
#: Of a file its own share: migrations that people write spend three to seven for each byte.
_SPENT_ON_ANY = 1_000_000
_SPENT_ON_A_BYTE = 20
_OF_A_PLACE = 40
#: How far functions of a file are followed that call one another, and how often one within itself.
_MOST_DEEP = 40
MOST_AGAIN = 2
_F = TypeVar("_F")


class TooMuchError(Exception):
    """A migration asks for more than is read of one, such as a text doubled again and again."""


@dataclass(slots=True)
class Effort:
    """What may still be spent on reading a migration."""

    left: int = _MOST_SPENT

    @classmethod
    def on(cls, content: bytes) -> "Effort":
        """Return what may be spent on reading a file."""
        return cls(min(_MOST_SPENT, _SPENT_ON_ANY + _SPENT_ON_A_BYTE * len(content)))

    def spend(self, amount: int = _OF_A_PLACE) -> None:
        """
        Take something off.

        Raises:
            TooMuchError: Nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise TooMuchError


@dataclass(slots=True)
class CodeScope(Generic[_F]):
    """What names stand for at one place of a migration's code."""

    names: ChainMap[str, Value] = field(default_factory=ChainMap)
    functions: Mapping[str, _F] = field(default_factory=dict)
    """The functions of the file."""
    effort: Effort = field(default_factory=Effort)
    changing: frozenset[str] = frozenset()
    """Names that stand for one thing or another, as the code runs."""
    within: tuple[object, ...] = ()
    """The functions that stand around the place, of which one calls the next."""

    def get(self, name: str) -> Value:
        """Return what a name stands for."""
        value = self.names.get(name, UNKNOWN)
        self.effort.spend(len(value) if isinstance(value, str | list | dict) else 1)
        return value

    def assign(self, name: str, value: Value) -> None:
        """Let a name stand for a value from here on."""
        self.names[name] = UNKNOWN if name in self.changing else value

    def inner(self, names: Mapping[str, Value]) -> "CodeScope[_F]":
        """Return the scope of a block in which more is named."""
        chained = self.names.new_child(dict(names))
        return CodeScope(chained, self.functions, self.effort, self.changing, self.within)

    def called(
        self,
        names: Mapping[str, Value],
        within: tuple[object, ...],
        changing: frozenset[str] = frozenset(),
    ) -> "CodeScope[_F]":
        """
        Return the scope of a function that is called here.

        Raises:
            TooMuchError: They call one another without end.
        """
        if len(within) > _MOST_DEEP:
            raise TooMuchError
        chained = self.names.new_child({**dict.fromkeys(changing, UNKNOWN), **names})
        return CodeScope(chained, self.functions, self.effort, self.changing | changing, within)

    def joined(self, values: Sequence[Value]) -> Value:
        """
        Return one text of several; numbers stand in it as they are written.

        What is not known leaves a gap, and where nothing is known there is no text.
        """
        texts = [value.text if isinstance(value, Composed) else value for value in values]
        known = [str(t) if isinstance(t, str) or type(t) is int else _GAP for t in texts]
        self.effort.spend(sum(map(len, known)))
        text = "".join(known)
        has_gap = any(isinstance(v, Composed) for v in values) or known != [str(v) for v in values]
        return Composed(text) if has_gap else text


def each_of(value: Value) -> Sequence[Value]:
    """Return the members of a list; one that is not known where it is none."""
    return list(value) if isinstance(value, list | tuple) else [UNKNOWN]


def as_texts(value: Value) -> tuple[str, ...] | None:
    """Return a text, or the texts of a list, as a tuple; None where one is none."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        found = tuple(item for item in value if isinstance(item, str))
        return found if len(found) == len(value) else None
    return None


def as_map(value: Value) -> Mapping[str, Value]:
    """Return a value that has parts by name, empty for any other."""
    return value if isinstance(value, dict) else {}


def behind_rest(given: Mapping[str, Value]) -> Mapping[str, Value] | None:
    """Return the options that stand behind unknown ones and so count more; None without those."""
    if REST not in given:
        return None
    return dict(list(given.items())[list(given).index(REST) + 1 :])
