"""
What an expression of a workflow is worth before it runs, as far as the file alone tells.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.decide.workflows.expression_functions import FUNCTIONS
from verifier.decide.workflows.expression_syntax import (
    Binary,
    Constant,
    FunctionCall,
    Member,
    Name,
    Node,
    NoExpressionError,
    Not,
    functions_of,
    parse_expression,
)
from verifier.decide.workflows.expression_values import (
    NotKnown,
    PartlyKnown,
    Term,
    compared,
    entry,
    first_unknown,
    is_true,
    items_of,
    text_of,
)
from verifier.model.workflow import Value

#: Functions about how other jobs ended; where a condition has one, `success()` is not added.
STATUS = ("always", "cancelled", "failure", "success")
_OPEN = "${{"
_CLOSED = re.compile(r"(?:[^'}]|'[^']*'|\}(?!\}))*\}\}")
_HOLDS: Mapping[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@dataclass(frozen=True, slots=True)
class ExpressionScope:
    """What is known where an expression stands."""

    contexts: Mapping[str, Term]
    """By lower-case name; one that is not there is not known."""
    status: Mapping[str, bool | NotKnown] = field(default_factory=dict)

    def having(self, **contexts: Term) -> "ExpressionScope":
        """Return it with further contexts."""
        return replace(self, contexts={**self.contexts, **contexts})


def has_expression(text: str) -> bool:
    """Tell whether anything in a text is to be worked out."""
    return _OPEN in text


def as_written(text: str) -> str:
    """Return a text; where it is nothing but `${{ 'a text' }}`, the text that stands in it."""
    if not has_expression(text):
        return text
    try:
        match list(_split(text)):
            case [Constant(str(inner))]:
                return inner
            case _:
                return text
    except NoExpressionError:
        return text


def pieces(text: str, scope: ExpressionScope) -> tuple[str | NotKnown, ...]:
    """Return a text with its expressions worked out, in pieces: each known or not."""
    return tuple(text_of(term) for term in _terms(text, scope))


def worked_out(value: Value, scope: ExpressionScope) -> Term:
    """Return a value of the file with all expressions in it worked out."""
    match value:
        case str() if has_expression(value):
            terms = list(_terms(value, scope))
            if len(terms) == 1:
                return terms[0]
            parts = [text_of(term) for term in terms]
            return first_unknown(parts) or "".join(map(str, parts))
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            return {key: worked_out(inner, scope) for key, inner in value.items()}
        case _:
            return [worked_out(inner, scope) for inner in value]


def condition_of(text: str) -> Node:
    """
    Return a job's `if:` as GitHub reads it, with the `success()` that it adds.

    Raises:
        NoExpressionError: GitHub would refuse it.
    """
    found = list(_split(text))
    if len(found) == 1 or not has_expression(text):
        (only,) = found or ["true"]
        node = parse_expression(only) if isinstance(only, str) else only
    else:  # a longer text is never empty, and so always true
        inner = tuple(part for part in found if not isinstance(part, str))
        node = Binary("||", Constant(value=True), FunctionCall("format", inner))
    if set(functions_of(node)).intersection(STATUS):
        return node
    return Binary("&&", FunctionCall("success", ()), node)


def holds(node: Node, scope: ExpressionScope) -> bool | NotKnown:
    """Tell whether a condition holds; one side may tell it where the other is not known."""
    match node:
        case Not(of):
            inner = holds(of, scope)
            return inner if isinstance(inner, NotKnown) else not inner
        case Binary("&&" | "||" as sign, left, right):
            decisive = sign == "||"
            sides = [holds(left, scope), holds(right, scope)]
            if decisive in sides:
                return decisive
            return first_unknown(sides) or not decisive
        case _:
            return is_true(evaluate(node, scope))


def _terms(text: str, scope: ExpressionScope) -> Iterator[Term]:
    try:
        for part in _split(text):
            yield part if isinstance(part, str) else evaluate(part, scope)
    except NoExpressionError as error:
        yield NotKnown(f"{text}, which is no expression: {error}")


def _split(text: str) -> Iterator[str | Node]:
    """The parts of a text: what stands there as it is, and its expressions."""
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        inner = start + len(_OPEN)
        closed = _CLOSED.match(text, inner)
        if closed is None:
            raise NoExpressionError("it is not closed")
        if start > at:
            yield text[at:start]
        yield parse_expression(text[inner : closed.end() - 2])
        at = closed.end()
    if at < len(text):
        yield text[at:]


def evaluate(node: Node, scope: ExpressionScope) -> Term:
    """Return what an expression is worth, or which part of it is not known."""
    match node:
        case Constant(value):
            return value
        case Name(name):
            return scope.contexts.get(name, NotKnown(name))
        case Member(of, None):
            found = evaluate(of, scope)
            if isinstance(found, (NotKnown, PartlyKnown)):
                return NotKnown(f"{found.what}.*")
            return list(found.values()) if isinstance(found, Mapping) else items_of(found) or []
        case Member(of, key):
            return _entry(evaluate(of, scope), None if key is None else evaluate(key, scope), of)
        case Not(of):
            held = is_true(evaluate(of, scope))
            return held if isinstance(held, NotKnown) else not held
        case Binary("&&" | "||" as sign, left, right):
            first = evaluate(left, scope)
            held = is_true(first)
            if isinstance(held, NotKnown):
                return held
            return first if held == (sign == "||") else evaluate(right, scope)
        case Binary(sign, left, right):
            order = compared(evaluate(left, scope), evaluate(right, scope))
            if isinstance(order, NotKnown):
                return order
            if sign == "!=":
                return order != 0
            return order is not None and _HOLDS[sign](order)
        case FunctionCall(function, arguments):
            return _called(function, arguments, scope)


def _entry(value: Term, key: Term, of: Node) -> Term:
    if isinstance(value, NotKnown) and isinstance(key, str):
        return NotKnown(f"{value.what}.{key}")
    if isinstance(of, Member) and of.key is None:  # of all entries, each one's
        found = (entry(item, key) for item in items_of(value) or ())
        return [item for item in found if item is not None]
    return entry(value, key)


def _called(function: str, arguments: Sequence[Node], scope: ExpressionScope) -> Term:
    if function in STATUS and not arguments:
        return scope.status.get(function, NotKnown(f"{function}()"))
    known = FUNCTIONS.get(function)
    values = [evaluate(argument, scope) for argument in arguments]
    if known is None or not known[1] <= len(values) <= known[2]:
        return NotKnown(f"{function}()")
    unknown = next((value for value in values if isinstance(value, NotKnown)), None)
    return unknown or known[0](values)
