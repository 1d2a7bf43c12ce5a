"""A pull request against production: reads the branch, its base and the ledgers, and compares."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from verifier.checks.branch_version import check_branch_version, steps_of
from verifier.commands.base_comparison import Base, unknown_to_both, with_base
from verifier.commands.ledger import Compared, ConfiguredLedger, compare_ledger
from verifier.commands.ports import Clock, attempt
from verifier.commands.pull_effects import EffectSource, look_up
from verifier.commands.pull_history import History, PartSource, history_of
from verifier.commands.pull_workflows import WorkflowSource, compare_jobs
from verifier.commands.uncompared_files import (
    VersionSource,
    is_there,
    set_elsewhere,
    uncompared,
    unlooked_at,
)
from verifier.decide.migrations.branch import (
    Branch,
    check_branch,
    check_edited,
    check_lint,
    only_adds_migrations,
    unread_base,
)
from verifier.decide.migrations.breaking_change_policy import BreakingChanges
from verifier.decide.migrations.passed_over import check_passed_over
from verifier.decide.migrations.rollback_outlook import check_outlook, hold_back
from verifier.decide.migrations.stray_files import check_strays, stray_files
from verifier.decide.migrations.taken_back import TakenBack, check_below_heads, check_deleted
from verifier.model.check_ids import EXPECTED_VERSION, MODIFIED, PENDING, PULL_ROLLBACK
from verifier.model.cut_text import cut_to
from verifier.model.finding import Finding, Outcome, Unobserved, worst
from verifier.model.lint_remark import LintRemark
from verifier.model.migration_ledger import LedgerReport, Migration
from verifier.model.phrases import first_of
from verifier.model.pull_files import BaseBranch
from verifier.model.report import READ_ONLY_EXIT_CODES, Report, names_migrations
from verifier.model.verdict import LedgerPolicy, Policy, VerdictWord

_NONE_PENDING = "no migration is pending"
_VERSION_IS_THERE = "the schema version that the code expects is there; no file was compared"
_FIRST_LINES = 3
#: Outcomes of pending migrations that are listed one by one.
_LISTED = (Outcome.PASS, Outcome.WARN, Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What must hold before the merge."""

    base: BaseBranch
    """What the pull request is to be merged into."""
    checks: Sequence[str]
    """Names of the checks that the base requires."""
    allows_migration_only: bool
    """Whether one that only adds migrations may be merged before they are applied."""
    rollback: Policy
    """What a gate would refuse to go back over."""
    policy: tuple[Finding, ...] = ()
    """What there is to say of the configuration that these come from."""


class PullLedger(ConfiguredLedger, EffectSource, PartSource, VersionSource, Protocol):
    """One ledger of the configuration, as a pull request asks of it."""

    @property
    def uncompared_folder(self) -> str | None:
        """Where files lie that are not compared; empty where not said, None to say nothing."""

    def migrations_of_base(self, tool: str) -> tuple[Migration, ...] | Unobserved: ...
    def breaking_changes(
        self, tool: str, base: Sequence[Migration], new: Sequence[Migration]
    ) -> BreakingChanges:
        """What the migrations that are new in the branch do to the code of its base."""

    def version_of_base(self) -> str | Unobserved:
        """The schema version that the base's code expects."""


class PullRequest(WorkflowSource, Protocol):
    """A checkout of the branch. Methods that return contents may raise a `ProviderError`."""

    @property
    def head(self) -> str: ...
    def changed(self) -> tuple[str, ...] | Unobserved: ...
    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]: ...
    def read_of_base(self, paths: Iterable[str]) -> Mapping[str, bytes]: ...
    def lint(self, sql: Mapping[str, bytes]) -> tuple[LintRemark, ...] | Unobserved: ...
    def open_ledgers(self) -> AbstractContextManager[Sequence[PullLedger]]: ...


@dataclass(frozen=True, slots=True)
class _Pull:
    """The pull request as one ledger sees it."""

    compared: Compared
    branch: Branch
    pending: Mapping[str, bytes]
    """Contents of the files that are not applied, by path."""
    policy: LedgerPolicy
    strays: tuple[str, ...]
    """Files beside the migrations that the tool takes for none."""
    taken: TakenBack
    """Applied migrations that the branch deletes or renames."""


def preflight(pull: PullRequest, required: Requirements, clock: Clock) -> Report:
    """Return the report on the commit that is checked out."""
    started_at = clock.now()
    jobs = [*compare_jobs(pull, required.checks, required.base), *required.policy]
    read = attempt(lambda: _compare(pull, required))
    if isinstance(read, Unobserved):
        unread = Finding(PENDING, Outcome.INCONCLUSIVE, read.reason, hint=read.hint)
        return _report([unread, *jobs], [], pull.head, started_at, clock.now())
    findings, ledgers = read
    return _report([*findings, *jobs], ledgers, pull.head, started_at, clock.now())


def _compare(pull: PullRequest, required: Requirements) -> tuple[list[Finding], list[LedgerReport]]:
    """
    Ask everything of the database in one session.

    Raises:
        UnreachableError, DeniedError: the database could not be asked.
    """
    findings: list[Finding] = []
    remarks: list[Finding] = []
    seen: list[_Pull] = []
    versions: list[LedgerReport] = []
    with pull.open_ledgers() as ledgers:
        for ledger in ledgers:
            compared = compare_ledger(ledger)
            if isinstance(compared, Unobserved):
                text = f"{ledger.name}: {compared.reason}" if ledger.name else compared.reason
                findings.append(Finding(PENDING, Outcome.INCONCLUSIVE, text, hint=compared.hint))
                continue
            expected = compared.evidence.expected
            if expected is not None and compared.report.is_there:
                base = attempt(ledger.version_of_base)
                reading = compared.evidence.reading
                findings += check_branch_version(expected, reading, base)
                findings += set_elsewhere(pull, ledger, expected, reading)
                if not compared.evidence.compares_files and isinstance(base, Unobserved):
                    findings.append(unread_base(base))
            if not compared.evidence.compares_files:
                remarks += uncompared(pull, ledger.uncompared_folder)
                versions.append(compared.report)
                continue
            before = ledger.migrations_of_base(compared.report.tool)
            compared = with_base(compared, before, ledger.policy)
            looked_up = look_up(pull, ledger, compared)
            findings += looked_up.findings
            findings += unlooked_at(pull, compared.evidence.beside)
            remarks += _outlook(ledger, before, compared, required)
            each = _seen_by(pull, ledger, before, compared)
            seen.append(replace(each, branch=replace(each.branch, done=looked_up.done)))
    is_allowed = required.allows_migration_only and only_adds_migrations(
        pull.changed(), [each.branch for each in seen]
    )
    for each in seen:
        findings += _findings(each, is_allowed=is_allowed)
        sql = {path: text for path, text in each.pending.items() if path.endswith(".sql")}
        remarks += check_lint(pull.lint(sql))
    # Two readers of the same migrations: what they say of a line stands together.
    remarks.sort(key=lambda finding: (finding.file, finding.line))
    reports = [*(each.compared.report for each in seen), *versions]
    return list(hold_back([*findings, *remarks])), reports


def _seen_by(pull: PullRequest, ledger: PullLedger, base: Base, compared: Compared) -> _Pull:
    shipped = compared.evidence.shipped.migrations
    report = compared.report
    pending = {*report.to_apply, *(each.version for each in report.doubtful)}
    sources = [m.file for m in shipped if m.version in pending and m.file]
    contents = attempt(lambda: pull.read(sources))
    read = {} if isinstance(contents, Unobserved) else contents
    changed = pull.changed()
    paths = frozenset() if isinstance(changed, Unobserved) else frozenset(changed)
    companions = compared.evidence.companion_files
    history = (
        History()
        if isinstance(base, Unobserved)
        else history_of(pull, ledger, compared, base, paths)
    )
    branch = Branch(
        migrations=shipped,
        base=base,
        first_lines={path: _first_lines(content) for path, content in read.items()},
        changed=paths,
        edited=history.edited,
        renamed=history.taken.renamed,
        companions=re.compile(companions) if companions else None,
        unknown=unknown_to_both(compared, base),
        rules=compared.evidence.reading.rules,
    )
    strays = [path for path in stray_files(branch) if is_there(pull, path)]
    return _Pull(compared, branch, read, ledger.policy, tuple(strays), history.taken)


def _outlook(
    ledger: PullLedger, base: Base, compared: Compared, required: Requirements
) -> Iterator[Finding]:
    """Hold what is new in the branch against the code of its base, which serves now."""
    if isinstance(base, Unobserved):
        return
    known = {migration.version for migration in base}
    new = [m for m in compared.evidence.shipped.migrations if m.version not in known]
    if new:
        tool = compared.report.tool
        changes = attempt(lambda: ledger.breaking_changes(tool, base, new))
        older = f"the code of {required.base.name}"
        yield from check_outlook(PULL_ROLLBACK, changes, older, required.rollback, Outcome.WARN)


def _findings(seen: _Pull, *, is_allowed: bool) -> list[Finding]:
    compared = seen.compared
    apply = compared.evidence.apply
    found = list(check_branch(seen.branch, compared.report, apply, is_allowed=is_allowed))
    passed = _never_applied(seen)
    if passed:
        found = [*passed, *(f for f in found if f.outcome is not Outcome.PASS)]
    found += check_edited(seen.branch, seen.policy.modified)
    found += check_strays(seen.strays, compared.report.tool)
    # Pending and edited migrations were just listed, one by one, and the version with its base's.
    listed = {PENDING} if compared.report.is_there else set()
    if set(compared.report.modified) <= set(seen.branch.edited):
        listed.add(MODIFIED)
    return found + [
        f
        for f in compared.findings
        if f not in found
        and f.check != EXPECTED_VERSION
        and (f.check not in listed or f.outcome not in _LISTED)
    ]


def _never_applied(seen: _Pull) -> list[Finding]:
    """What the branch does behind the ledger's back: nothing of it is pending."""
    branch, reading = seen.branch, seen.compared.evidence.reading
    if isinstance(branch.base, Unobserved):
        return []
    return [
        *check_passed_over(branch.migrations, branch.base, reading),
        *check_below_heads(branch.migrations, branch.base, reading, seen.taken),
        *check_deleted(seen.taken, reading, seen.policy.modified),
    ]


def _first_lines(content: bytes) -> str:
    lines = content.decode("utf-8-sig", "replace").strip().splitlines()
    return "\n".join(cut_to(200, line) for line in lines[:_FIRST_LINES])


def _report(
    findings: Sequence[Finding],
    ledgers: Sequence[LedgerReport],
    head: str,
    started_at: datetime,
    ended_at: datetime,
) -> Report:
    outcome = worst(finding.outcome for finding in findings)
    word = VerdictWord.PASSED
    if outcome.condemns:
        word = VerdictWord.FAILED
    elif outcome is Outcome.INCONCLUSIVE:
        word = VerdictWord.INCONCLUSIVE
    telling = [] if word is VerdictWord.PASSED else [f for f in findings if f.outcome is outcome]
    reason = first_of([f.summary for f in telling], 1)
    if not reason:
        pending = sum(len(ledger.to_apply) for ledger in ledgers)
        reason = _NONE_PENDING if names_migrations(findings) else _VERSION_IS_THERE
        if pending == 1:
            reason = "1 migration is pending, and may be merged first"
        elif pending:
            reason = f"{pending} migrations are pending, and may be merged first"
    return Report(
        command="preflight",
        verdict=word,
        reason=reason,
        exit_code=READ_ONLY_EXIT_CODES[word],
        commit=head,
        environment="",
        started_at=started_at,
        ended_at=ended_at,
        findings=tuple(findings),
        ledger=next(iter(ledgers), None),
        further_ledgers=tuple(ledgers[1:]),
        advice=steps_of(telling, [version for each in ledgers for version in each.to_apply]),
    )
