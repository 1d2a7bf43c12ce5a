"""May a pull request be merged: is everything that it ships applied in production?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.model.check_ids import PENDING
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.lint_remark import LintRemark
from verifier.model.migration_ledger import DatabaseObject, LedgerReport, Migration
from verifier.model.shortened_list import first_of
from verifier.model.sought_effects import SoughtEffects

COLLISION = "preflight.collision"
BASE = "preflight.base"
EFFECT = "preflight.effect"
LINT = "preflight.lint"

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch against the one that it is to be merged into."""

    migrations: tuple[Migration, ...]
    base: tuple[Migration, ...] | Unobserved
    first_lines: Mapping[str, str]
    """Of its migrations that are not applied, by path."""


def only_adds_migrations(changed: Sequence[str] | Unobserved, branches: Sequence[Branch]) -> bool:
    """Return whether of the paths that a pull request changes all are new migrations."""
    if isinstance(changed, Unobserved):
        return False
    files: set[str] = set()
    for branch in branches:
        if isinstance(branch.base, Unobserved):
            return False
        files |= {m.file for m in branch.migrations} - {m.file for m in branch.base}
    return bool(changed) and files.issuperset(changed)


def check_branch(
    branch: Branch, report: LedgerReport, apply: str, *, is_allowed: bool
) -> Iterator[Finding]:
    """
    Name each migration that production lacks, in the order in which they are to be applied.

    Those that are new only warn where the pull request `is_allowed`.
    """
    known = {migration.version: migration for migration in branch.migrations}
    pending = [known[version] for version in report.pending or () if version in known]
    of_base = set() if isinstance(branch.base, Unobserved) else {m.version for m in branch.base}
    for number, migration in enumerate(pending, start=1):
        is_new = migration.version not in of_base
        name = f"{migration.version}_{migration.name}" if migration.name else migration.version
        where = "" if is_new else ", although it is already on the base branch"
        order = f" ({number} of {len(pending)}, in this order)" if len(pending) > 1 else ""
        yield Finding(
            PENDING,
            Outcome.WARN if is_allowed and is_new else Outcome.FAIL,
            f"{name} is not applied in production{where}{order}",
            detail=branch.first_lines.get(migration.file, ""),
            hint=_hint(migration, apply),
            file=migration.file,
            line=1,
        )
    if not pending and report.pending is not None:
        yield Finding(PENDING, Outcome.PASS, f"all {len(known)} migrations are applied")
    yield from _collisions(branch)
    if isinstance(branch.base, Unobserved):
        yield unread_base(branch.base)
    for version in report.unknown:
        text = f"production has {version}, which is neither in this branch nor in its base"
        yield Finding(BASE, Outcome.WARN, text, hint="commit it, or find out who applied it")


def unread_base(base: Unobserved) -> Finding:
    """Tell that a branch could not be compared with its base."""
    text = f"could not compare with the base branch: {base.reason}"
    hint = base.hint or "set fetch-depth: 0 for actions/checkout"
    return Finding(BASE, Outcome.WARN, text, hint=hint)


def check_effects(
    pending: Sequence[str],
    applied: Sequence[str],
    effects: Mapping[str, SoughtEffects],
    present: Collection[DatabaseObject],
) -> Iterator[Finding]:
    """
    Tell a row without its effect, and an effect without its row.

    `effects` are by version. Only where everything that a migration does is seen to be done, it
    is called applied by hand.
    """
    nothing = SoughtEffects()
    for version in applied:
        missing = effects.get(version, nothing).missing_from(present)
        if missing:
            text = f"{version} is in the ledger, but the database has no {_listed(missing)}"
            hint = "find out who removed it, or whether it was only marked as applied"
            yield Finding(EFFECT, Outcome.WARN, text, hint=hint)
    for version in pending:
        sought = effects.get(version, nothing)
        there = sought.found_in(present)
        if not there:
            continue
        missing = sought.missing_from(present)
        text = f"{version} is not in the ledger, but the database already has its {_listed(there)}"
        if missing:
            text = f"{text}, and not its {_listed(missing)}"
            hint = "applying it may fail half-way: compare the database with the migration first"
        elif not sought.is_whole:
            hint = "compare the database with the rest of the migration before you apply it"
        else:
            hint = "if it was applied outside the tool, mark it as applied instead of applying it"
        yield Finding(EFFECT, Outcome.WARN, text, hint=hint)


def check_lint(remarks: Sequence[LintRemark] | Unobserved) -> Iterator[Finding]:
    """Tell what the linter says of pending migrations, on their lines."""
    if isinstance(remarks, Unobserved):
        text = f"pending migrations were not linted: {remarks.reason}"
        yield Finding(LINT, Outcome.SKIP, text, hint=remarks.hint)
        return
    for remark in remarks:
        text = f"{remark.rule}: {remark.text}"
        yield Finding(LINT, Outcome.WARN, text, file=remark.file, line=remark.line)


def _listed(effects: Sequence[DatabaseObject]) -> str:
    return first_of([str(effect) for effect in effects], _MOST_NAMED, ", ")


def _collisions(branch: Branch) -> Iterator[Finding]:
    """Versions that two files have: in this branch, or here and in the base."""
    files: dict[str, set[str]] = {}
    base = () if isinstance(branch.base, Unobserved) else branch.base
    for migration in (*branch.migrations, *base):
        if migration.file:
            files.setdefault(migration.version, set()).add(migration.file)
    for version, names in files.items():
        if len(names) > 1:
            listed = ", ".join(sorted(names))
            text = f"several files have the version {version}: {listed}"
            file = sorted(names)[-1]
            hint = "give the one that is not applied yet a newer version"
            yield Finding(COLLISION, Outcome.FAIL, text, hint=hint, file=file, line=1)


def _hint(migration: Migration, apply: str) -> str:
    by_hand = f"run {migration.file} against the production database" if migration.file else ""
    listed = " or ".join(part for part in (apply, by_hand) if part)
    return f"apply it first: {listed}; then rerun this check" if listed else ""
