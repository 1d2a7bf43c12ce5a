"""
Tells whoever listens what others have named: it has no translation.

What is read here is only ever looked for in texts; it takes no part in a decision.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar

#: Fields in which GitHub's and Railway's APIs tell names and titles, not sentences of ours.
_FIELDS = {
    *("name", "title", "context", "contexts", "login", "slug", "label", "environment", "pattern"),
    *("messageHeadline", "commitMessage", "commitAuthor", "environmentName", "serviceName"),
    *("startCommand", "buildCommand", "rootDirectory", "displayName"),
}
_LONGEST = 300
_QUOTED = re.compile(r"\"([^\"\n]{3,200})\"|'([^'\n]{3,200})'")
_NUMBERED = re.compile(r"^[A-Z]?[\d._-]*?__?|^\d+[-_.]")

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def listen(listener: Callable[[str], None] | None) -> None:
    """Tell this one from now on, in this run and the threads that it asks in; None ends it."""
    _LISTENER.set(listener)


def is_heard() -> bool:
    """Whether anybody listens: what nobody hears need not be looked for."""
    return _LISTENER.get() is not None


def meet(names: Iterable[object]) -> None:
    """Tell of names as they are; what has no blank is never translated."""
    listener = _LISTENER.get()
    if listener is None:
        return
    for name in names:
        if isinstance(name, str) and " " in name and len(name) <= _LONGEST:
            listener(name)


def meet_answer(value: object) -> None:
    """Tell of the names in the JSON of an API."""
    waiting = [(value, False)] if is_heard() else []
    while waiting:
        part, is_named = waiting.pop()
        if isinstance(part, Mapping):
            waiting += [(inner, key in _FIELDS) for key, inner in part.items()]
        elif isinstance(part, list):
            waiting += [(inner, is_named) for inner in part]
        elif is_named and isinstance(part, str):
            meet(part.splitlines()[:1])


def meet_paths(paths: Iterable[str]) -> None:
    """Tell of files: their paths, their names, and these without ending and number."""
    for path in (each for each in paths if is_heard() and " " in each):
        name = path.rpartition("/")[2]
        stem = name.rpartition(".")[0] or name
        meet((path, name, stem, _NUMBERED.sub("", stem)))


def quoted_in(text: str) -> Iterable[str]:
    """Return what stands between quotation marks in a text."""
    return (next(filter(None, found.groups()), "") for found in _QUOTED.finditer(text))
