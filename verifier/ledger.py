"""A checkout against a ledger, without any deployment: reads both and compares them."""

from dataclasses import dataclass

from verifier.checks.migrations import judge_ledger
from verifier.commands.needs import attempt
from verifier.database.checkout import shipped_by
from verifier.database.files import Files
from verifier.database.ledgers.detect import signs_of
from verifier.database.session import read_ledger_alone
from verifier.decide.ledger import compare
from verifier.model.finding import Finding, Unobserved
from verifier.model.ledger import LedgerReport, Migration
from verifier.model.verdict import LedgerPolicy

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison found."""

    report: LedgerReport
    findings: tuple[Finding, ...]
    shipped: tuple[Migration, ...]
    apply: str
    """The command that applies what is pending; empty where there is none."""


def read_against(
    files: Files, url: str, tool: str, path: str, policy: LedgerPolicy
) -> Compared | Unobserved:
    """
    Compare a checkout with the ledger of a database.

    `tool` is a tool's name or "auto", `path` the folder of the migrations, empty where the tool's
    own configuration tells.
    """
    signs = attempt(lambda: signs_of(files)) if tool == AUTO else {}
    if isinstance(signs, Unobserved):
        return signs
    found = attempt(lambda: read_ledger_alone(url, signs, tool))
    if isinstance(found, Unobserved):
        return found
    ledger, reading = found
    shipped = shipped_by(ledger, files, path)
    if isinstance(shipped, Unobserved):
        return shipped
    report = compare(shipped.migrations, reading, is_chained=ledger.is_chained)
    findings = tuple(judge_ledger(report, shipped.migrations, policy))
    return Compared(report, findings, shipped.migrations, ledger.apply)
