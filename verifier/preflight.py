"""A pull request against production: reads the branch, its base and the ledger, and compares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from verifier.checks.migrations import PENDING
from verifier.commands.needs import attempt
from verifier.database.checkout import shipped_by
from verifier.database.effects import present_effects, sought_effects
from verifier.database.files import Commit
from verifier.database.ledgers import LEDGERS
from verifier.database.lint import lint_sql
from verifier.database.worktree import Worktree
from verifier.decide.preflight import EFFECT, Branch, check_branch, check_effects
from verifier.ledger import Compared, read_against
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import Finding, Outcome, Unobserved, worst
from verifier.model.ledger import LedgerReport, Migration
from verifier.model.report import ExitCode, Report
from verifier.model.verdict import LedgerPolicy, VerdictWord

LINT = "preflight.lint"

_FIRST_LINES = 3
#: Of so many migrations the effects are looked up.
_NEWEST = 50
#: What is said of pending migrations one by one.
_TOLD = (Outcome.PASS, Outcome.WARN, Outcome.FAIL)
_ENDINGS = {
    VerdictWord.PASSED: ExitCode.GOOD,
    VerdictWord.FAILED: ExitCode.RECOVERED,
    VerdictWord.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be compared."""

    checkout: Path
    base: str
    """Branch that it is to be merged into."""
    url: str
    tool: str
    path: str
    policy: LedgerPolicy
    allows_migration_only: bool


def preflight(request: Request, now: Callable[[], datetime]) -> Report:
    """Return the report on the commit that is checked out."""
    started_at = now()
    worktree = Worktree(request.checkout)
    head = worktree.head()
    compared = read_against(
        Commit(worktree, head), request.url, request.tool, request.path, request.policy
    )
    if isinstance(compared, Unobserved):
        finding = Finding(PENDING, Outcome.INCONCLUSIVE, compared.reason)
        return _report((finding,), None, head, started_at, now())
    findings = tuple(_findings(request, worktree, head, compared))
    return _report(findings, compared.report, head, started_at, now())


def _findings(request: Request, worktree: Worktree, head: str, compared: Compared) -> list[Finding]:
    files = Commit(worktree, head)
    pending = set(compared.report.pending or ())
    sources = [m.file for m in compared.shipped if m.version in pending and m.file]
    contents = attempt(lambda: files.read(sources))
    read = {} if isinstance(contents, Unobserved) else contents
    base_sha = worktree.commit_of(request.base)
    branch = Branch(
        migrations=compared.shipped,
        base=_migrations(request, worktree, base_sha, compared.report.tool),
        changed=base_sha if isinstance(base_sha, Unobserved) else worktree.changed(base_sha, head),
        first_lines={path: _first_lines(content) for path, content in read.items()},
    )
    found = list(
        check_branch(
            branch,
            compared.report,
            compared.apply,
            allows_migration_only=request.allows_migration_only,
        )
    )
    # What is pending was just told, one by one.
    found += [f for f in compared.findings if f.check != PENDING or f.outcome not in _TOLD]
    sql = {path: content for path, content in read.items() if path.endswith(".sql")}
    return found + _effects(request, files, compared) + _lint(sql, request.checkout)


def _effects(request: Request, files: Commit, compared: Compared) -> list[Finding]:
    """Look the effects of the newest migrations up, as far as their SQL names them."""
    newest = [m for m in compared.shipped if m.file.endswith(".sql")][-_NEWEST:]
    contents = attempt(lambda: files.read(m.file for m in newest))
    if isinstance(contents, Unobserved):
        return []
    texts = {m.version: contents[m.file].decode("utf-8-sig", "replace") for m in newest}
    effects = sought_effects(texts)
    wanted = [effect for found in effects.values() for effect in found]
    present = attempt(lambda: present_effects(request.url, wanted))
    if isinstance(present, Unobserved):
        return [Finding(EFFECT, Outcome.SKIP, f"effects were not looked up: {present.reason}")]
    report = compared.report
    return list(check_effects(report.pending or (), report.applied or (), effects, present))


def _migrations(
    request: Request, worktree: Worktree, sha: str | Unobserved, tool: str
) -> tuple[Migration, ...] | Unobserved:
    if isinstance(sha, Unobserved):
        return sha
    shipped = shipped_by(LEDGERS[tool], Commit(worktree, sha), request.path)
    return shipped.migrations if isinstance(shipped, ShippedMigrations) else shipped


def _first_lines(content: bytes) -> str:
    lines = content.decode("utf-8-sig", "replace").strip().splitlines()
    return "\n".join(line[:200] for line in lines[:_FIRST_LINES])


def _lint(sql: dict[str, bytes], checkout: Path) -> list[Finding]:
    remarks = lint_sql(sql, checkout)
    if isinstance(remarks, Unobserved):
        text = f"what is pending was not linted: {remarks.reason}"
        return [Finding(LINT, Outcome.SKIP, text)]
    return [
        Finding(LINT, Outcome.WARN, f"{r.rule}: {r.text}", file=r.file, line=r.line)
        for r in remarks
    ]


def _report(
    findings: tuple[Finding, ...],
    ledger: LedgerReport | None,
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
    telling = [f.summary for f in findings if f.outcome is outcome]
    more = f" (and {len(telling) - 1} more)" if len(telling) > 1 else ""
    return Report(
        command="preflight",
        verdict=word,
        reason=f"{telling[0]}{more}" if word is not VerdictWord.PASSED else "nothing is pending",
        exit_code=_ENDINGS[word],
        commit=head,
        environment="",
        started_at=started_at,
        ended_at=ended_at,
        findings=findings,
        ledger=ledger,
        advice=tuple(dict.fromkeys(f.hint for f in findings if f.hint and f.outcome.condemns)),
    )
