"""A pull request against production: reads the branch, its base and the ledger, and compares."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from verifier.commands.ports import attempt
from verifier.config.ledgers import LedgerSection
from verifier.database.checkout import shipped_by
from verifier.database.effects import present_effects, sought_effects
from verifier.database.files import Commit
from verifier.database.migration_lint import lint_sql
from verifier.database.session import read_only_connection
from verifier.database.worktree import Worktree
from verifier.decide.drift.required_jobs import check_required_jobs
from verifier.decide.migrations.branch import (
    EFFECT,
    Branch,
    check_branch,
    check_effects,
    only_adds_migrations,
)
from verifier.github.workflows import FOLDER, parse_workflow
from verifier.model.check_ids import PENDING
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import Finding, Outcome, Unobserved, worst
from verifier.model.listing import first_of
from verifier.model.migration_ledger import LedgerReport, Migration
from verifier.model.report import READ_ONLY_EXIT_CODES, Report
from verifier.model.verdict import VerdictWord
from verifier.model.workflow import Workflow
from verifier.wiring.ledger import Compared, read_against

LINT = "preflight.lint"

_FIRST_LINES = 3
#: Of so many migrations the effects are looked up.
_NEWEST = 50
#: Outcomes of pending migrations that are listed one by one.
_LISTED = (Outcome.PASS, Outcome.WARN, Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be compared."""

    checkout: Path
    base: str
    """Branch that it is to be merged into."""
    url: str
    ledgers: Sequence[LedgerSection]
    allows_migration_only: bool
    required_checks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Pull:
    """The pull request as one ledger sees it."""

    compared: Compared
    branch: Branch
    pending: Mapping[str, bytes]
    """Contents of the files that are not applied, by path."""


def preflight(request: Request, now: Callable[[], datetime]) -> Report:
    """Return the report on the commit that is checked out."""
    started_at = now()
    worktree = Worktree(request.checkout)
    head = worktree.head()
    jobs = list(_jobs(request, worktree, head))
    read = attempt(lambda: _read(request, worktree, head))
    if isinstance(read, Unobserved):
        unread = Finding(PENDING, Outcome.INCONCLUSIVE, read.reason, hint=read.hint)
        return _report([unread, *jobs], [], head, started_at, now())
    findings, ledgers = read
    return _report([*findings, *jobs], ledgers, head, started_at, now())


def _jobs(request: Request, worktree: Worktree, head: str) -> Iterator[Finding]:
    base_sha = worktree.commit_of(request.base)
    before = (
        base_sha if isinstance(base_sha, Unobserved) else _workflows(Commit(worktree, base_sha))
    )
    after = _workflows(Commit(worktree, head))
    if not isinstance(after, Unobserved):
        yield from check_required_jobs(before, after, request.required_checks, request.base)


def _workflows(files: Commit) -> list[Workflow | Unobserved] | Unobserved:
    def read() -> list[Workflow | Unobserved]:
        paths = [
            path
            for path in files.paths
            if path.startswith(FOLDER) and path.endswith((".yml", ".yaml"))
        ]
        texts = files.read(paths)
        return [parse_workflow(path, texts[path].decode("utf-8", "replace")) for path in paths]

    return attempt(read)


def _read(
    request: Request, worktree: Worktree, head: str
) -> tuple[list[Finding], list[LedgerReport]]:
    """
    Ask everything in one session.

    Raises:
        UnreachableError, DeniedError: the database could not be asked.
    """
    findings: list[Finding] = []
    pulls: list[_Pull] = []
    base_sha = worktree.commit_of(request.base)
    files = Commit(worktree, head)
    with read_only_connection(request.url) as connection:
        for section in request.ledgers:
            compared = read_against(files, connection, section)
            if isinstance(compared, Unobserved):
                text = f"{section.name}: {compared.reason}" if section.name else compared.reason
                findings.append(Finding(PENDING, Outcome.INCONCLUSIVE, text, hint=compared.hint))
                continue
            findings += _effects(files, connection, compared)
            pulls.append(_pull(compared, files, worktree, base_sha))
    changed = base_sha if isinstance(base_sha, Unobserved) else worktree.changed(base_sha, head)
    is_allowed = request.allows_migration_only and only_adds_migrations(
        changed, [pull.branch for pull in pulls]
    )
    for pull in pulls:
        findings += _findings(pull, is_allowed=is_allowed)
        sql = {path: text for path, text in pull.pending.items() if path.endswith(".sql")}
        findings += _lint(sql, request.checkout)
    return findings, [pull.compared.report for pull in pulls]


def _pull(
    compared: Compared, files: Commit, worktree: Worktree, base_sha: str | Unobserved
) -> _Pull:
    pending = set(compared.report.pending or ())
    sources = [m.file for m in compared.shipped if m.version in pending and m.file]
    contents = attempt(lambda: files.read(sources))
    read = {} if isinstance(contents, Unobserved) else contents
    branch = Branch(
        migrations=compared.shipped,
        base=_migrations(compared, worktree, base_sha),
        first_lines={path: _first_lines(content) for path, content in read.items()},
    )
    return _Pull(compared, branch, read)


def _findings(pull: _Pull, *, is_allowed: bool) -> list[Finding]:
    compared = pull.compared
    found = list(
        check_branch(pull.branch, compared.report, compared.ledger.apply, is_allowed=is_allowed)
    )
    # Pending migrations were just listed, one by one.
    return found + [f for f in compared.findings if f.check != PENDING or f.outcome not in _LISTED]


def _effects(files: Commit, connection: psycopg.Connection, compared: Compared) -> list[Finding]:
    """Look the effects of the newest migrations up, as far as their SQL names them."""
    newest = [m for m in compared.shipped if m.file.endswith(".sql")][-_NEWEST:]
    contents = attempt(lambda: files.read(m.file for m in newest))
    if isinstance(contents, Unobserved):
        text = f"could not look up effects: {contents.reason}"
        return [Finding(EFFECT, Outcome.SKIP, text, hint=contents.hint)]
    texts = {m.version: contents[m.file].decode("utf-8-sig", "replace") for m in newest}
    effects = sought_effects(texts)
    wanted = [effect for found in effects.values() for effect in found]
    present = present_effects(connection, wanted)
    report = compared.report
    return list(check_effects(report.pending or (), report.applied or (), effects, present))


def _migrations(
    compared: Compared, worktree: Worktree, sha: str | Unobserved
) -> tuple[Migration, ...] | Unobserved:
    if isinstance(sha, Unobserved):
        return sha
    shipped = shipped_by(compared.ledger, Commit(worktree, sha), compared.section.path)
    return shipped.migrations if isinstance(shipped, ShippedMigrations) else shipped


def _first_lines(content: bytes) -> str:
    lines = content.decode("utf-8-sig", "replace").strip().splitlines()
    return "\n".join(line[:200] for line in lines[:_FIRST_LINES])


def _lint(sql: dict[str, bytes], checkout: Path) -> list[Finding]:
    remarks = lint_sql(sql, checkout)
    if isinstance(remarks, Unobserved):
        text = f"pending migrations were not linted: {remarks.reason}"
        return [Finding(LINT, Outcome.SKIP, text, hint=remarks.hint)]
    return [
        Finding(LINT, Outcome.WARN, f"{r.rule}: {r.text}", file=r.file, line=r.line)
        for r in remarks
    ]


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
    reason = first_of([f.summary for f in telling], 1) or "no migration is pending"
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
        advice=tuple(dict.fromkeys(f.hint for f in telling if f.hint)),
    )
