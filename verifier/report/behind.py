"""What lies behind a failure; what is the same for several services is told once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.model.background import Background
from verifier.report.words import listed

_MOST_NAMES = 5


def behind(given: Sequence[Background]) -> tuple[Background, ...]:
    """Return it by what it is about: one service, or the names of all that share it."""
    shared: dict[Background, list[str]] = {}
    for background in given:
        for part in _parts(background):
            shared.setdefault(replace(part, service=""), []).append(background.service)
    whole: dict[tuple[str, ...], Background] = {}
    for part, services in shared.items():
        names = tuple(services)
        whole[names] = _joined(whole.get(names, Background(listed(names, _MOST_NAMES))), part)
    return tuple(whole.values())


def _parts(background: Background) -> Iterator[Background]:
    """Each part that has something to say, as one of its own."""
    empty = Background(background.service)
    yield from (
        part
        for part in (
            replace(empty, log_lines=background.log_lines),
            replace(empty, changed_variables=background.changed_variables),
            replace(empty, commits=background.commits),
            replace(empty, new_migrations=background.new_migrations),
            replace(empty, health=background.health),
            replace(empty, not_read=background.not_read),
        )
        if part != empty
    )


def _joined(whole: Background, part: Background) -> Background:
    return replace(
        whole,
        log_lines=whole.log_lines or part.log_lines,
        changed_variables=whole.changed_variables or part.changed_variables,
        commits=whole.commits or part.commits,
        new_migrations=whole.new_migrations or part.new_migrations,
        health=whole.health or part.health,
        not_read=whole.not_read or part.not_read,
    )
