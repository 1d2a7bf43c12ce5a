"""Files that a pull request changes: which are there, and which no ledger is compared with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from verifier.checks.branch_version import check_alike, check_set_elsewhere
from verifier.commands.ports import attempt
from verifier.decide.migrations.stray_files import check_beside, check_uncompared, uncompared_files
from verifier.model.finding import Finding, Unobserved
from verifier.model.migration_ledger import ExpectedVersion, LedgerReading, VersionSetting


class ChangedFiles(Protocol):
    """What a branch changes. `read` may raise a `ProviderError`."""

    def changed(self) -> tuple[str, ...] | Unobserved: ...
    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]: ...


class VersionSource(Protocol):
    """Where a branch sets the schema version. May raise a `ProviderError`."""

    def versions_elsewhere(self, changed: Sequence[str]) -> Sequence[VersionSetting]:
        """What changed files, but the one that is compared, set it to, unlike the base."""

    def versions_alike(self, changed: Sequence[str]) -> Sequence[VersionSetting]:
        """What is new in the branch and looks like a later version than the expected one."""


def is_there(pull: ChangedFiles, path: str) -> bool:
    """Whether the branch has what it changes: it may have deleted it."""
    return not isinstance(attempt(lambda: pull.read([path])), Unobserved)


def uncompared(pull: ChangedFiles, folder: str | None) -> Iterator[Finding]:
    """Tell of what the branch changes where a version alone is compared; None says nothing."""
    changed = pull.changed()
    if folder is not None and not isinstance(changed, Unobserved):
        found = uncompared_files(changed, folder)
        yield from check_uncompared([path for path in found if is_there(pull, path)])


def unlooked_at(pull: ChangedFiles, beside: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Tell of what the branch changes of tools without a ledger; `beside` are files by tool."""
    changed = pull.changed()
    if beside and not isinstance(changed, Unobserved):
        yield from check_beside(beside, changed)


def set_elsewhere(
    pull: ChangedFiles,
    source: VersionSource,
    expected: ExpectedVersion | Unobserved,
    reading: LedgerReading,
) -> Iterator[Finding]:
    """Ask whether the branch raises the version in a file that is not compared."""
    changed = pull.changed()
    if not isinstance(changed, Unobserved):
        others = attempt(lambda: source.versions_elsewhere(changed))
        found = list(check_set_elsewhere(expected, others, reading))
        yield from found
        alike = attempt(lambda: source.versions_alike(changed))
        told = {(finding.file, finding.line) for finding in found}
        yield from check_alike(expected, alike, reading, told)
