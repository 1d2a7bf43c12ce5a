"""
GitHub's expressions as trees.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from verifier.decide.workflows.expression_values import number_of

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>[+-]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\].,*])"
    r"|(?P<end>$))",
    re.ASCII,
)
_CONSTANTS = {"true": True, "false": False, "null": None, "NaN": math.nan, "Infinity": math.inf}
#: From the loosest to the tightest.
_BINARY = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
_DEEPEST = 50
#: Far more than anybody writes; each one makes the tree deeper.
_MOST_SIGNS = 150


class NoExpressionError(Exception):
    """A text is no expression that GitHub takes."""


class TooLargeExpressionError(NoExpressionError):
    """An expression is larger than what is worked out here; GitHub may take it."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands there."""

    value: bool | float | str | None


@dataclass(frozen=True, slots=True)
class Name:
    """A context, such as github or matrix."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of a value; with `key` None all of them: `.*`."""

    of: "Node"
    key: "Node | None"


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function's, its name in lower case."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What is turned into its opposite."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values with a sign between them."""

    sign: str
    left: "Node"
    right: "Node"


Node: TypeAlias = Constant | Name | Member | FunctionCall | Not | Binary


def parse_expression(text: str) -> Node:
    """
    Return the tree of what stands between `${{` and `}}`.

    Raises:
        NoExpressionError: GitHub would refuse it.
    """
    reader = _Reader(list(_tokens(text)))
    node = reader.parse(0)
    reader.take("end")
    return node


def functions_of(node: Node) -> Iterator[str]:
    """Yield the names of all functions that it calls."""
    yield from (each.function for each in _within(node) if isinstance(each, FunctionCall))


def calls_of(node: Node) -> Iterator[tuple[str, int]]:
    """Yield all functions that it calls, each with how many values it is given."""
    yield from (
        (e.function, len(e.arguments)) for e in _within(node) if isinstance(e, FunctionCall)
    )


def names_of(node: Node) -> Iterator[str]:
    """Yield the names of all contexts that it asks, in lower case."""
    yield from (each.name for each in _within(node) if isinstance(each, Name))


def entries_of(node: Node) -> Iterator[tuple[Node, Node | None]]:
    """Yield each value that it takes an entry of, and the entry's name."""
    yield from ((each.of, each.key) for each in _within(node) if isinstance(each, Member))


def _within(node: Node) -> Iterator[Node]:
    """Yield it and all that it is made of."""
    yield node
    inner: tuple[Node, ...] = ()
    match node:
        case FunctionCall(_, arguments):
            inner = arguments
        case Member(of, key):
            inner = (of,) if key is None else (of, key)
        case Not(of):
            inner = (of,)
        case Binary(_, left, right):
            inner = (left, right)
        case Constant() | Name():
            pass
    for each in inner:
        yield from _within(each)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while True:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise NoExpressionError(f"found {text[at : at + 20].strip()!r}")
        yield found.lastgroup, found[found.lastgroup]
        if found.lastgroup == "end":
            return
        at = found.end()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._signs = 0

    def take(self, kind: str, sign: str = "") -> str:
        found, text = self._tokens[self._at]
        if found != kind or (sign and text != sign):
            raise NoExpressionError(f"found {text or 'its end'!r}")
        self._at += 1
        return text

    def _grow(self) -> None:
        self._signs += 1
        if self._signs > _MOST_SIGNS:
            raise TooLargeExpressionError("it is too long to be worked out")

    def _is_next(self, *signs: str) -> bool:
        kind, text = self._tokens[self._at]
        return kind == "sign" and text in signs

    def parse(self, level: int) -> Node:
        if level == len(_BINARY):
            return self._parse_tight()
        left = self.parse(level + 1)
        while self._is_next(*_BINARY[level]):
            sign = self.take("sign")
            self._grow()
            left = Binary(sign, left, self.parse(level + 1))
        return left

    def _parse_tight(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooLargeExpressionError("it is nested too deeply")
        node: Node
        if self._is_next("!"):
            self.take("sign")
            node = Not(self._parse_tight())
        else:
            node = self._parse_entries(self._parse_first())
        self._depth -= 1
        return node

    def _parse_first(self) -> Node:
        kind, text = self._tokens[self._at]
        if self._is_next("("):
            self.take("sign")
            node = self.parse(0)
            self.take("sign", ")")
            return node
        self._at += 1
        match kind:
            case "text":
                return Constant(text[1:-1].replace("''", "'"))
            case "number":
                number = number_of(text)
                return Constant(number if isinstance(number, (int, float)) else None)
            case "name" if self._is_next("("):
                return FunctionCall(text.lower(), tuple(self._parse_arguments()))
            case "name":
                return Constant(_CONSTANTS[text]) if text in _CONSTANTS else Name(text.lower())
            case _:
                raise NoExpressionError(f"found {text or 'its end'!r}")

    def _parse_arguments(self) -> Iterator[Node]:
        self.take("sign", "(")
        while not self._is_next(")"):
            yield self.parse(0)
            if not self._is_next(")"):
                self.take("sign", ",")
        self.take("sign", ")")

    def _parse_entries(self, node: Node) -> Node:
        while self._is_next(".", "["):
            self._grow()
            is_dotted = self.take("sign") == "."
            key: Node | None = None
            if self._is_next("*"):
                self.take("sign")
            else:
                key = Constant(self.take("name")) if is_dotted else self.parse(0)
            if not is_dotted:
                self.take("sign", "]")
            node = Member(node, key)
        return node
