"""A checkout against its ledgers, without any deployment: read both, compare, judge."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from verifier.checks.branch_version import check_branch_version
from verifier.checks.migrations import judge_ledger
from verifier.commands.ports import attempt
from verifier.decide.migrations.comparison import compare
from verifier.decide.migrations.remedies import late_line
from verifier.model.evidence import ShippedMigrations
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.migration_ledger import ExpectedVersion, LedgerReading, LedgerReport
from verifier.model.verdict import LedgerPolicy


@dataclass(frozen=True, slots=True)
class LedgerEvidence:
    """A ledger as it was read, and what the checkout ships for it."""

    reading: LedgerReading
    shipped: ShippedMigrations
    apply: str
    """The command that applies what is pending."""
    expected: ExpectedVersion | Unobserved | None = None
    """The schema version that the code expects; None where nothing says so."""
    compares_files: bool = True
    """False where that version is all that is compared."""
    companion_files: str = ""
    """Pattern of the paths that the tool writes together with a migration."""
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files of migrations by tools that nothing is compared of: the database has no table."""


class ConfiguredLedger(Protocol):
    """One ledger of the configuration, in a session with its database."""

    @property
    def name(self) -> str: ...
    @property
    def policy(self) -> LedgerPolicy: ...
    def observe(self) -> LedgerEvidence | Unobserved:
        """Read ledger and checkout; may raise a `ProviderError`."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found, and from what."""

    report: LedgerReport
    findings: tuple[Finding, ...]
    evidence: LedgerEvidence


def compare_ledgers(
    open_session: Callable[[], AbstractContextManager[Sequence[ConfiguredLedger]]],
) -> list[Compared | Unobserved]:
    """Compare each ledger in one session; one that cannot be read hides no other."""

    def read() -> list[Compared | Unobserved]:
        with open_session() as ledgers:
            return [compare_ledger(ledger) for ledger in ledgers]

    found = attempt(read)
    return [found] if isinstance(found, Unobserved) else found


def compare_ledger(ledger: ConfiguredLedger) -> Compared | Unobserved:
    """Compare one ledger with the checkout, and judge by its policy."""
    evidence = attempt(ledger.observe)
    if isinstance(evidence, Unobserved):
        return evidence
    shipped = evidence.shipped
    report = compare(shipped.migrations, evidence.reading, is_chained=shipped.is_chained)
    report = replace(report, name=ledger.name)
    findings: list[Finding] = []
    if evidence.compares_files:
        rules = evidence.reading.rules
        findings += judge_ledger(report, shipped.migrations, ledger.policy, rules, evidence.apply)
    if evidence.expected is not None and report.is_there:
        nothing = NotAsked("there is no branch to compare with")
        findings += check_branch_version(evidence.expected, evidence.reading, nothing)
    return Compared(report, tuple(findings), evidence)


def apply_line(compared: Compared) -> str:
    """Return the line that applies what is pending, empty where the tool would not do it."""
    line, rules = compared.evidence.apply, compared.evidence.reading.rules
    return (late_line(rules, line) or "") if compared.report.out_of_order else line


def exit_code_of(found: Sequence[Compared | Unobserved]) -> ExitCode:
    """Return how the command ends: what is wrong counts before what could not be read."""
    compared = [ledger for ledger in found if isinstance(ledger, Compared)]
    if any(finding.outcome.condemns for ledger in compared for finding in ledger.findings):
        return ExitCode.FAILED_SAFE
    outcomes = {finding.outcome for ledger in compared for finding in ledger.findings}
    is_known = len(compared) == len(found) and Outcome.INCONCLUSIVE not in outcomes
    return ExitCode.GOOD if is_known else ExitCode.INCONCLUSIVE
