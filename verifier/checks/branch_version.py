"""A version that a branch's code expects against production's, without any file of SQL."""

from collections.abc import Collection, Iterator, Sequence

from verifier.checks.versions import is_behind
from verifier.decide.migrations.comparison import newest_version
from verifier.model.check_ids import EXPECTED_VERSION, PENDING
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.migration_ledger import ExpectedVersion, LedgerReading, VersionSetting
from verifier.model.phrases import sentence

#: The only table of a version that is set manually.
_BARE = "app_settings"
_NEXT = (
    "apply the migration to production and set schema_version of {table} there to {version}, see "
    "that the app's schema endpoint reports it, then run this again"
)
_APPLY = "apply the migration that brings {table} to {version} in production, then run this again"

_KEEP_ONE = "set ledger.expected.file to the file that the code reads, and keep one of the two"
_IF_EXPECTED = (
    "if the code expects that version, let ledger.expected name that file and constant; else leave "
    "it as it is"
)
_WRITE_OUT = (
    "write the version as one text in the file that ledger.expected.file names, and set it "
    "nowhere else"
)


def check_branch_version(
    expected: ExpectedVersion | Unobserved,
    ledger: LedgerReading,
    base: str | Unobserved | NotAsked,
) -> Iterator[Finding]:
    """
    Compare what the code of a checkout expects with what production has.

    `base` is what the branch expects that it is to be merged into, if it is to be merged at all.
    """
    if isinstance(expected, Unobserved):
        text = f"could not determine the expected version: {expected.reason}"
        yield Finding(EXPECTED_VERSION, Outcome.INCONCLUSIVE, text, hint=expected.hint)
        return
    found = newest_version(ledger, expected.version)
    is_changed = isinstance(base, str) and base != expected.version
    asked = f"the code expects the schema version {expected.version}"
    if is_changed:
        asked = f"this branch changes the expected schema version from {base} to {expected.version}"
    text = f"{asked}, production has {found or 'none'}"
    file, line = expected.file, expected.line
    if is_behind(found, expected.version):
        if base == expected.version:
            text += "; the base branch expects it too"
        is_bare = ledger.table.rpartition(".")[2] == _BARE
        hint = (_NEXT if is_bare else _APPLY).format(table=ledger.table, version=expected.version)
        yield Finding(EXPECTED_VERSION, Outcome.FAIL, text, hint=hint, file=file, line=line)
        return
    yield Finding(EXPECTED_VERSION, Outcome.PASS, text)
    if is_changed and isinstance(base, str) and _is_older(expected.version, base):
        text = f"this branch expects an older schema version ({expected.version}) than its base"
        hint = f"rebase it: its base expects {base}"
        yield Finding(EXPECTED_VERSION, Outcome.WARN, text, hint=hint, file=file, line=line)


def check_set_elsewhere(
    expected: ExpectedVersion | Unobserved,
    others: Sequence[VersionSetting] | Unobserved,
    ledger: LedgerReading,
) -> Iterator[Finding]:
    """Ask about versions that a branch sets in other files: the code may read those."""
    if isinstance(others, Unobserved):
        text = f"could not determine the expected version: {others.reason}"
        yield Finding(EXPECTED_VERSION, Outcome.INCONCLUSIVE, text, hint=others.hint)
        return
    if isinstance(expected, Unobserved):
        return
    for other in others:
        file, line = other.file, other.line
        if not other.version:
            text = (
                f"this branch sets the schema version in {other.file} in a form that cannot be "
                f"read; {expected.file}, which is compared, has {expected.version}"
            )
            hint = _WRITE_OUT
        else:
            found = newest_version(ledger, other.version)
            if other.version == expected.version or not is_behind(found, other.version):
                continue
            text = (
                f"this branch sets the schema version {other.version} in {other.file}, production "
                f"has {found or 'none'}; {expected.file}, which is compared, has {expected.version}"
            )
            hint = _KEEP_ONE
        yield Finding(EXPECTED_VERSION, Outcome.INCONCLUSIVE, text, hint=hint, file=file, line=line)


def check_alike(
    expected: ExpectedVersion | Unobserved,
    alike: Sequence[VersionSetting] | Unobserved,
    ledger: LedgerReading,
    told: Collection[tuple[str, int]],
) -> Iterator[Finding]:
    """
    Warn of new lines with what looks like a later version: the code may expect that.

    `told` are files and lines of which more was said already.
    """
    if isinstance(expected, Unobserved) or isinstance(alike, Unobserved):
        return
    for one in alike:
        is_told = (one.file, one.line) in told
        found = newest_version(ledger, one.version)
        if is_told or one.version == expected.version or not is_behind(found, one.version):
            continue
        text = (
            f"this branch newly has {one.version} in {one.file}, production has {found or 'none'}; "
            f"compared is {expected.version} of {expected.file}"
        )
        yield Finding(
            EXPECTED_VERSION,
            Outcome.WARN,
            text,
            hint=_IF_EXPECTED,
            file=one.file,
            line=one.line,
        )


def steps_of(findings: Sequence[Finding], pending: Collection[str]) -> tuple[str, ...]:
    """
    Return what to do about findings, each thing once.

    What brings the version to one of those that are `pending` is the step of that migration.
    """
    is_told = any(f.check == PENDING and f.hint for f in findings)
    versions = set(pending) if is_told else set()
    hints = (
        f.hint
        for f in findings
        if not (f.check == EXPECTED_VERSION and versions & set(f.hint.split()))
    )
    return tuple(dict.fromkeys(sentence(hint) for hint in hints if hint))


def _is_older(one: str, other: str) -> bool:
    return one.isdecimal() and other.isdecimal() and int(one) < int(other)
