"""What a pull request does to migrations that are applied: edits, deletes and renames them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from verifier.commands.ledger import Compared
from verifier.commands.ports import attempt
from verifier.decide.migrations.branch import Lines, edited_lines
from verifier.decide.migrations.taken_back import TakenBack, gone_from, taken_back
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import Migration


class BothContents(Protocol):
    """The files of a branch and of its base; may raise a `ProviderError`."""

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]: ...
    def read_of_base(self, paths: Iterable[str]) -> Mapping[str, bytes]: ...


class PartSource(Protocol):
    """Knows files that hold several migrations."""

    def own_part(self, tool: str, migration: Migration, content: bytes) -> tuple[int, bytes]:
        """Return the number of the line in which a migration begins in its file, and its text."""


@dataclass(frozen=True, slots=True)
class History:
    """What a branch does to migrations that are applied."""

    edited: Mapping[str, Lines] = field(default_factory=dict)
    """Where it edits them, by version."""
    taken: TakenBack = field(default_factory=TakenBack)


def history_of(
    pull: BothContents,
    parts: PartSource,
    compared: Compared,
    base: Sequence[Migration],
    changed: frozenset[str],
) -> History:
    """Compare the applied migrations of the branch with those of its base."""
    return History(
        _edited(pull, parts, compared, base, changed),
        _taken(pull, compared, base, changed),
    )


def _edited(
    pull: BothContents,
    parts: PartSource,
    compared: Compared,
    base: Sequence[Migration],
    changed: Collection[str],
) -> dict[str, Lines]:
    """Where the branch changes applied migrations that its base has in the same file."""
    applied = set(compared.report.applied or ())
    of_base = {m.version: m.file for m in base if m.file in changed}
    edited = {
        m.version: m
        for m in compared.evidence.shipped.migrations
        if m.version in applied and of_base.get(m.version) == m.file and not m.is_repeatable
    }
    files = {m.file for m in edited.values()}
    contents = attempt(lambda: (pull.read_of_base(files), pull.read(files)))
    if isinstance(contents, Unobserved):
        return {}
    tool = compared.report.tool
    found: dict[str, Lines] = {}
    for version, migration in edited.items():
        (_, before), (line, after) = (
            parts.own_part(tool, migration, content[migration.file]) for content in contents
        )
        lines = edited_lines(before, after)
        if lines is not None:
            found[version] = Lines(lines.first + line - 1, lines.last + line - 1)
    return found


def _taken(
    pull: BothContents, compared: Compared, base: Sequence[Migration], changed: frozenset[str]
) -> TakenBack:
    shipped = compared.evidence.shipped.migrations
    ledger = (compared.evidence.reading, compared.report)
    gone = gone_from(shipped, base, ledger, changed)
    of_base = {m.version for m in base}
    new = [m for m in shipped if m.version not in of_base]
    if not gone:
        return TakenBack()
    # What an applied one was squashed into may be an older one, which the branch edits.
    written = {m.file for m in shipped if m.file in changed or m.version not in of_base}
    contents = attempt(lambda: (pull.read_of_base({m.file for m in gone}), pull.read(written)))
    return taken_back(
        gone, new, shipped, ({}, {}) if isinstance(contents, Unobserved) else contents
    )
