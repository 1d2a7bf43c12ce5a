"""Migrations of tools of which the database has no ledger, so that nothing is compared of them."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from verifier.decide.migrations.stray_files import check_beside
from verifier.model.finding import Finding, Unobserved


class Changes(Protocol):
    """The paths that a branch changes."""

    def changed(self) -> tuple[str, ...] | Unobserved: ...


def unlooked_at(pull: Changes, beside: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Tell of those that the branch changes; `beside` are their files by tool."""
    changed = pull.changed()
    if beside and not isinstance(changed, Unobserved):
        yield from check_beside(beside, changed)
