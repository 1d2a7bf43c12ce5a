"""May a pull request be merged: is everything that it ships applied in production?"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.decide.migrations.comparison import heads_of
from verifier.decide.migrations.remedies import (
    heads_line,
    late_line,
    mark_line,
    merge_line,
    squash_line,
)
from verifier.decide.migrations.renumbering import tell_doubtful
from verifier.decide.migrations.taken_back import check_renamed
from verifier.model.check_ids import MODIFIED, PENDING
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.lint_remark import LintRemark
from verifier.model.migration_ledger import DatabaseObject, LedgerReport, Migration
from verifier.model.phrases import first_of
from verifier.model.sought_effects import SoughtEffects
from verifier.model.tool_rules import NO_RULES, ToolRules
from verifier.model.verdict import OUTCOMES, Reaction

COLLISION = "preflight.collision"
BASE = "preflight.base"
EFFECT = "preflight.effect"
LINT = "preflight.lint"

_MOST_NAMED = 5
_FAILED_FIRST = "an earlier migration did not finish: repair it first, as its own finding explains"
_MARK = (
    "production has everything that it makes: compare it with the database, and if it is the same, "
    "mark it as applied instead of applying it"
)
_COMMIT_FIRST = "commit what production has and this checkout lacks ({tool} stops at it)"
#: Where no tool's line is known: what only the database has is pending for ever.
_BY_HAND = (
    "run {file} against the production database and enter version {version} in {table}, which is "
    "all that is looked at; then rerun this check"
)
_RENAMED_FIRST = "give what is renamed its old name back first: the tool would apply it again"
_MERGE = "make one of the heads follow the other, or merge them: {merge}; then rerun this check"
#: Of a branch that deletes what is applied: what is gone cannot be merged with.
_SQUASHED = (
    "restore what this branch deletes; where {version} was squashed from it and makes nothing "
    "else, enter it in its place: {line}"
)
_EDITED = "no tool applies it again: write a new migration, and leave this one as it was"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file, counted from one."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch against the one that it is to be merged into."""

    migrations: tuple[Migration, ...]
    base: tuple[Migration, ...] | Unobserved
    first_lines: Mapping[str, str]
    """Of its migrations that are not applied, by path."""
    changed: frozenset[str] = frozenset()
    """Paths that it changes, adds or removes since it left its base."""
    edited: Mapping[str, Lines] = field(default_factory=dict)
    """Where it changes migrations that are applied, by version."""
    companions: re.Pattern[str] | None = None
    """Which files the tool writes together with a migration."""
    unknown: tuple[str, ...] = ()
    """Versions of the ledger that neither it nor its base has."""
    renamed: Mapping[str, Migration] = field(default_factory=dict)
    """What the ledger has under the name of its base, by the version that it has here."""
    done: frozenset[str] = frozenset()
    """Versions that are not applied, of which the database has everything that they make."""
    rules: ToolRules = NO_RULES
    """What its tool is asked for besides applying, and where it stops."""


def only_adds_migrations(changed: Sequence[str] | Unobserved, branches: Sequence[Branch]) -> bool:
    """Return whether of the paths that a pull request changes all are new migrations."""
    if isinstance(changed, Unobserved):
        return False
    files: set[str] = set()
    beside: set[str] = set()
    for branch in branches:
        if isinstance(branch.base, Unobserved):
            return False
        files |= {m.file for m in branch.migrations} - {m.file for m in branch.base}
        if branch.companions is not None:
            beside |= {path for path in changed if branch.companions.search(path)}
    return not files.isdisjoint(changed) and files.union(beside).issuperset(changed)


def check_branch(
    branch: Branch, report: LedgerReport, apply: str, *, is_allowed: bool
) -> Iterator[Finding]:
    """
    Name each migration that production lacks, in the order in which they are to be applied.

    Those that are new only warn where the pull request `is_allowed`.
    """
    known = {migration.version: migration for migration in branch.migrations}
    # A ledger that is not there is one finding, which `judge_ledger` makes.
    waiting = report.to_apply if report.is_there else ()
    lacking = [known[version] for version in waiting if version in known]
    yield from check_renamed(lacking, branch.renamed, report, branch.rules, apply)
    pending = [m for m in lacking if m.version not in branch.renamed]
    of_base = set() if isinstance(branch.base, Unobserved) else {m.version for m in branch.base}
    for number, migration in enumerate(pending, start=1):
        is_new = migration.version not in of_base
        where = "" if is_new else ", although it is already on the base branch"
        order = f" ({number} of {len(pending)}, in this order)" if len(pending) > 1 else ""
        yield Finding(
            PENDING,
            Outcome.WARN if is_allowed and is_new else Outcome.FAIL,
            f"{migration.label} is not applied in production{where}{order}",
            detail=branch.first_lines.get(migration.file, ""),
            hint=_FAILED_FIRST if report.failed else _next_step(migration, branch, report, apply),
            file=migration.file,
            line=1,
        )
    yield from tell_doubtful(report, branch.migrations, Outcome.INCONCLUSIVE)
    if not lacking and report.pending is not None and report.is_there and not report.doubtful:
        several = f"all {len(known)} migrations are applied"
        one = "the one migration is applied"
        yield Finding(PENDING, Outcome.PASS, one if len(known) == 1 else several)
    yield from _collisions(branch)
    if isinstance(branch.base, Unobserved):
        yield unread_base(branch.base)
    moved = {each.entry_version for each in (*report.restamped, *report.doubtful)}
    for version in (v for v in branch.unknown if v not in moved):
        text = f"production has {version}, which is neither in this branch nor in its base"
        yield Finding(BASE, Outcome.WARN, text, hint="commit it, or find out who applied it")


def unread_base(base: Unobserved) -> Finding:
    """Tell that a branch could not be compared with its base."""
    text = f"could not compare with the base branch: {base.reason}"
    hint = base.hint or "set fetch-depth: 0 for actions/checkout"
    return Finding(BASE, Outcome.WARN, text, hint=hint)


def check_edited(branch: Branch, reaction: Reaction) -> Iterator[Finding]:
    """Tell which applied migrations the branch edits, and where, whatever the tool keeps."""
    outcome = OUTCOMES[reaction]
    if outcome is None:
        return
    files = {m.version: m.file for m in branch.migrations}
    for version, lines in branch.edited.items():
        is_one = lines.first == lines.last
        where = f"line {lines.first}" if is_one else f"lines {lines.first} to {lines.last}"
        text = f"{version} is applied in production, and this branch edits it ({where})"
        yield Finding(MODIFIED, outcome, text, hint=_EDITED, file=files[version], line=lines.first)


def edited_lines(before: bytes, after: bytes) -> Lines | None:
    """Return the lines of `after` that differ from `before`, None where it is the same text."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return None
    start = _common(old, new)
    same_at_the_end = _common(old[start:][::-1], new[start:][::-1])
    return Lines(start + 1, max(start + 1, len(new) - same_at_the_end))


def _common(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """How many items both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


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
            text = f"{version} is in the ledger, but the database has no {_some_of(missing)}"
            hint = "find out who removed it, or whether it was only marked as applied"
            yield Finding(EFFECT, Outcome.WARN, text, hint=hint)
    for version in pending:
        sought = effects.get(version, nothing)
        there = sought.found_in(present)
        if not there:
            continue
        missing = sought.missing_from(present)
        text = f"{version} is not in the ledger, but the database already has its {_some_of(there)}"
        if missing:
            text = f"{text}, and not its {_some_of(missing)}"
            hint = "applying it may fail half-way: compare the database with the migration first"
        elif not sought.is_whole:
            hint = "compare the database with the rest of the migration before you apply it"
        else:
            hint = "if it was applied outside the tool, mark it as applied instead of applying it"
        yield Finding(EFFECT, Outcome.WARN, text, hint=hint)


def done_by_hand(
    pending: Sequence[str],
    effects: Mapping[str, SoughtEffects],
    present: Collection[DatabaseObject],
) -> frozenset[str]:
    """Return those of the pending versions of which the database has everything that they make."""
    sought = {v: effects[v] for v in pending if v in effects and effects[v].is_whole}
    return frozenset(
        version
        for version, each in sought.items()
        if each.found_in(present) and not each.missing_from(present)
    )


def check_lint(remarks: Sequence[LintRemark] | Unobserved) -> Iterator[Finding]:
    """Tell what the linter says of pending migrations, on their lines."""
    if isinstance(remarks, Unobserved):
        text = f"pending migrations were not linted: {remarks.reason}"
        yield Finding(LINT, Outcome.SKIP, text, hint=remarks.hint)
        return
    for remark in remarks:
        text = f"{remark.rule}: {remark.text}"
        yield Finding(LINT, Outcome.WARN, text, file=remark.file, line=remark.line)


def _some_of(effects: Sequence[DatabaseObject]) -> str:
    return first_of([str(effect) for effect in effects], _MOST_NAMED, ", ")


def _collisions(branch: Branch) -> Iterator[Finding]:
    """Versions that two files have: in this branch, or here and in the base."""
    files: dict[str, set[str]] = {}
    base = () if isinstance(branch.base, Unobserved) else branch.base
    # What the branch moves or removes is in its base under another name, and is no second file.
    kept = [m for m in base if m.file not in branch.changed]
    for migration in (*branch.migrations, *kept):
        if migration.file:
            files.setdefault(migration.version, set()).add(migration.file)
    for version, names in files.items():
        if len(names) > 1:
            listed = ", ".join(sorted(names))
            text = f"several files have the version {version}: {listed}"
            file = sorted(names)[-1]
            hint = "give the one that is not applied yet a newer version"
            yield Finding(COLLISION, Outcome.FAIL, text, hint=hint, file=file, line=1)


def _next_step(migration: Migration, branch: Branch, report: LedgerReport, apply: str) -> str:
    """What to run before the merge, in the words of the tool."""
    version, rules = migration.version, branch.rules
    if branch.renamed:
        return _RENAMED_FIRST
    if version in branch.done:
        mark = mark_line(rules, apply, version)
        return f"{_MARK}: {mark}" if mark else _MARK
    squashed = squash_line(rules, apply, version) if _is_squash(branch, report) else ""
    if squashed and not migration.requires:
        return _SQUASHED.format(version=migration.label, line=squashed)
    merge = merge_line(rules, apply) if report.heads else ""
    if merge and _has_one_head(branch.base):
        return _MERGE.format(merge=merge)
    if report.heads:
        apply = heads_line(rules, apply)
    line = late_line(rules, apply) if version in report.out_of_order else apply
    if line is None:
        return rules.too_late
    if not line and not migration.file:
        return ""
    if not line:
        return _BY_HAND.format(file=migration.file, version=version, table=report.table)
    if branch.unknown and rules.wants_all:
        line = f"{_COMMIT_FIRST.format(tool=report.tool)}, then {line}"
    # The same words for each of several: what applies one applies all, and is said once.
    return f"apply what is pending with: {line}; then rerun this check"


def _is_squash(branch: Branch, report: LedgerReport) -> bool:
    """Whether the branch deletes a migration that the ledger is at."""
    base = () if isinstance(branch.base, Unobserved) else branch.base
    own = {m.version for m in branch.migrations}
    gone = {m.version for m in base if m.file in branch.changed and m.version not in own}
    return not gone.isdisjoint(report.heads)


def _has_one_head(base: Sequence[Migration] | Unobserved) -> bool:
    """Whether several heads are new: a project that means to have some goes on with them."""
    return isinstance(base, Unobserved) or not heads_of(base)
