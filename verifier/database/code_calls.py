"""The calls that a migration in code makes, read as data from its syntax. Nothing of it is run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only a run would tell."""


UNKNOWN = Unknown()


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


Value = str | int | float | bool | None | Unknown | Call | Sequence["Value"] | Mapping[str, "Value"]


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
