"""A version that a branch's code expects against production's, without any file of SQL."""

from collections.abc import Iterator

from verifier.checks.migrations import EXPECTED
from verifier.checks.versions import is_behind
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.migration_ledger import EntryState, ExpectedVersion, LedgerReading

_NEXT = (
    "apply the migration to production and set schema_version of {table} there to {version}, see "
    "that the app's schema endpoint tells it, then run this again"
)


def check_branch_version(
    expected: ExpectedVersion, ledger: LedgerReading, base: str | Unobserved | NotAsked
) -> Iterator[Finding]:
    """
    Compare what the code of a checkout expects with what production has.

    `base` is what the branch expects that it is to be merged into, if it is to be merged at all.
    """
    versions = [e.version for e in ledger.entries if e.state is EntryState.APPLIED]
    found = max(versions, key=lambda v: (int(v) if v.isdecimal() else 0, v), default="")
    is_changed = isinstance(base, str) and base != expected.version
    asked = f"the code expects the schema version {expected.version}"
    if is_changed:
        asked = f"this branch changes the expected schema version from {base} to {expected.version}"
    text = f"{asked}, production has {found or 'none'}"
    file, line = expected.file, expected.line
    if is_behind(found, expected.version):
        if base == expected.version:
            text += "; the base branch expects it too"
        hint = _NEXT.format(table=ledger.table, version=expected.version)
        yield Finding(EXPECTED, Outcome.FAIL, text, hint=hint, file=file, line=line)
        return
    yield Finding(EXPECTED, Outcome.PASS, text)
    if is_changed and isinstance(base, str) and _is_older(expected.version, base):
        text = f"this branch expects an older schema version ({expected.version}) than its base"
        hint = f"rebase it: its base expects {base}"
        yield Finding(EXPECTED, Outcome.WARN, text, hint=hint, file=file, line=line)


def _is_older(one: str, other: str) -> bool:
    return one.isdecimal() and other.isdecimal() and int(one) < int(other)
