"""Takes secrets out of text, and what cannot be printed, before anybody sees it."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from verifier.guarded import encoded_shapes, secret_shapes
from verifier.guarded.known_forms import Range
from verifier.guarded.public_values import secrets_in
from verifier.guarded.secret_forms import KnownSecrets
from verifier.model.migration_ledger import LedgerReport
from verifier.model.printable_text import printable, without_escapes
from verifier.model.report import Report

if TYPE_CHECKING:
    from verifier.model.delivery_figures import DeliveryFigures
    from verifier.model.environment_status import EnvironmentStatus

R = TypeVar("R", Report, "EnvironmentStatus", LedgerReport, "DeliveryFigures")

MASK = "***"
#: Between texts that are looked at together, as a secret may go on in the next one.
_BETWEEN = "\x1e"
_MOST_REMEMBERED = 20_000


class Redactor:
    """
    Knows the secrets of this run and the shapes that secrets usually have.

    Called with a text, it returns the text with each of them replaced by `***`, in every form in
    which they travel, on one line and with what is invisible taken away.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = KnownSecrets()
        self._done: dict[str, str] = {}
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Take further secrets, such as those that are read during the run."""
        if self._known.learn(secrets):
            self._done = {}

    @property
    def secrets(self) -> frozenset[str]:
        """What is hidden, line by line."""
        return self._known.lines

    def __call__(self, text: str) -> str:
        if text not in self._done:
            if len(self._done) >= _MOST_REMEMBERED:
                self._done = {}
            (self._done[text],) = self.lines((text,))
        return self._done[text]

    def keep_lines(self, text: str) -> str:
        """Return the text without secrets and colours, and otherwise as it is: a traceback."""
        text = without_escapes(text)
        guessed = (*secret_shapes.find(text), *encoded_shapes.find(text))
        return _masked(text, [*self._known.find(text), *guessed])

    def lines(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the lines of one log: what is split over several of them is hidden too."""
        whole = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
        masked = self.keep_lines(whole)
        shown = _BETWEEN.join(map(printable, masked.split(_BETWEEN)))
        # Once more as it is shown: what was taken out may have kept two parts of something apart.
        again = shown if shown == masked else self.keep_lines(shown)
        return tuple(again.split(_BETWEEN))


#: What knows the secrets of the run that is under way, those that it has learnt among them.
_IN_FORCE: ContextVar[Redactor | None] = ContextVar("redactor", default=None)


@contextmanager
def in_force(redact: Redactor) -> Iterator[None]:
    """Have what is told beside a report, inside this block, know what `redact` knows."""
    token = _IN_FORCE.set(redact)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def own_redactor() -> Redactor:
    """Return what hides the secrets of the run, else those of this process."""
    return _IN_FORCE.get() or Redactor(secrets_in(os.environ))


def without_secrets(text: str) -> str:
    """Return what is told beside a report as it may be shown."""
    return own_redactor()(text)


def _masked(text: str, found: Sequence[Range]) -> str:
    shown: list[str] = []
    at = 0
    for start, end in _merged(found):
        between = text[start:end].count(_BETWEEN)
        shown += [text[at:start], _BETWEEN.join([MASK] * (between + 1))]
        at = end
    return "".join(shown) + text[at:]


def _merged(found: Sequence[Range]) -> Iterator[Range]:
    """Yield them in order, those that touch as one."""
    last: Range | None = None
    for start, end in sorted(found):
        if last is not None and start <= last[1]:
            last = last[0], max(last[1], end)
        else:
            if last is not None:
                yield last
            last = start, end
    if last is not None:
        yield last


def redacted(report: R, redact: Redactor) -> R:
    """Return what is published with every text in it redacted."""
    cleaned = _clean(report, redact)
    if not isinstance(cleaned, type(report)):
        raise TypeError("a redacted report is a report")
    return cleaned


def redacted_values(value: object, redact: Redactor) -> object:
    """Return what is to become JSON with every text in it redacted, keys among them."""
    match value:
        case Enum():
            return value
        case str():
            return redact(value)
        case Mapping():
            return {redact(str(key)): redacted_values(v, redact) for key, v in value.items()}
        case list() | tuple():
            return [redacted_values(inner, redact) for inner in value]
        case _:
            return value


def _clean(value: object, redact: Redactor) -> object:
    """The same value where nothing in it is hidden: most of a long report is left as it is."""
    match value:
        case Enum() | datetime():
            return value
        case str():
            return redact(value)
        case tuple() if value and all(type(item) is str for item in value):
            return redact.lines(value)
        case tuple():
            return tuple([_clean(item, redact) for item in value])
        case _ if is_dataclass(value) and not isinstance(value, type):
            changed = {}
            for name in _names(type(value)):
                before = getattr(value, name)
                after = _clean(before, redact)
                if after is not before:
                    changed[name] = after
            return replace(value, **changed) if changed else value
        case _:
            return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
