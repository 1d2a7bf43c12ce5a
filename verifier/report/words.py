"""The report's own words for people; keys and ids of the JSON report stay as they are."""

from collections import Counter
from collections.abc import Iterable, Sequence

from verifier.model.finding import Finding, Outcome
from verifier.model.phrases import named
from verifier.model.report import RestoreOutcome, RollbackResult, TimelineEntry
from verifier.model.verdict import VerdictWord
from verifier.report.spoken import say, word

#: What the timeline calls an event, where the report's key is not a word that people know.
_EVENTS = {
    "arrival": "railway",
    "baseline": "before",
    "exclusion": "lock",
    "held": "waiting",
    "history": "history",
    "hold": "auto-deploy",
    "inconclusive": "not yet",
    "keep": "kept",
    "refusal": "ruled out",
    "stop": "cancel",
    "stop refused": "not stopped",
    "stop stopped": "cancelled",
    "stop went live": "went live",
    "verify": "verify",
}
_ROLLBACKS = {
    RestoreOutcome.PLANNED: "rollback planned, not done",
    RestoreOutcome.RESTORED: "rolled back",
    RestoreOutcome.ADOPTED: "rolled back by someone else",
    RestoreOutcome.REFUSED: "NOT rolled back: Railway refused",
    RestoreOutcome.NOT_SENT: "not rolled back: no longer needed",
    RestoreOutcome.UNKNOWN: "rollback sent, result NOT known",
}
_UNDER_WAY = "rollback still under way"
#: How an answer was tied to the deployment.
_PROOFS = {
    "deployment id in the answer": "the answer names this deployment",
    "commit in the answer": "the answer names this commit",
    "Railway's request log": "Railway's request log names this deployment",
    "no other deployment could answer": "only this deployment was running",
}
OUTCOMES = {
    Outcome.SKIP: "skipped",
    Outcome.PASS: "passed",
    Outcome.WARN: "warning",
    Outcome.INCONCLUSIVE: "unclear",
    Outcome.FAIL: "FAILED",
    Outcome.CRITICAL: "CRITICAL",
}

#: How many checks came to an outcome: of one, and of several or none.
_CHECKS = {
    Outcome.SKIP: ("1 check skipped", "{count} checks skipped"),
    Outcome.PASS: ("1 check passed", "{count} checks passed"),
    Outcome.WARN: ("1 check warned", "{count} checks warned"),
    Outcome.INCONCLUSIVE: ("1 check unclear", "{count} checks unclear"),
    Outcome.FAIL: ("1 check FAILED", "{count} checks FAILED"),
    Outcome.CRITICAL: ("1 check CRITICAL", "{count} checks CRITICAL"),
}
#: How many migrations are in a state of the ledger.
_MIGRATIONS = {
    "applied": ("1 migration applied", "{count} migrations applied"),
    "pending": ("1 migration pending", "{count} migrations pending"),
    "unknown": ("1 migration unknown", "{count} migrations unknown"),
    "modified": ("1 migration modified", "{count} migrations modified"),
    "failed": ("1 migration failed", "{count} migrations failed"),
}


def checks_words(findings: Iterable[Finding]) -> str:
    """Say how many checks came to which outcome, worst first: each service's is one."""
    number = Counter(finding.outcome for finding in findings)
    told = (_counted(_CHECKS[o], str(number[o])) for o in reversed(Outcome) if number[o])
    return ", ".join(told)


def migrations_words(state: str, versions: Sequence[str] | None) -> str:
    """Say how many migrations are in a state; of an undetermined number too."""
    return _counted(_MIGRATIONS[state], "?" if versions is None else str(len(versions)))


def _counted(texts: tuple[str, str], count: str) -> str:
    one, many = texts
    return say(one if count == "1" else many.replace("{count}", count))


def rollback_words(result: RollbackResult) -> str:
    """Say what became of a rollback."""
    if result.is_under_way:
        return _UNDER_WAY
    return _ROLLBACKS[result.outcome]


def event_word(event: str) -> str:
    """Return what people call an event of the timeline."""
    return word(_EVENTS.get(event, event))


def happened_words(entry: TimelineEntry) -> str:
    """Return what is told of an event; of a verdict its word in the language in force."""
    said, colon, why = entry.text.partition(": ")
    if entry.event == "verdict" and colon and said in frozenset(VerdictWord):
        return f"{word(said)}: {why}"
    return entry.text


def outcome_word(outcome: Outcome) -> str:
    """Return what people call an outcome."""
    return word(OUTCOMES[outcome])


def proof_words(proof: str) -> str:
    """Say how an answer was tied to its deployment; empty where it was not."""
    return _PROOFS.get(proof, proof)


def duration(seconds: float) -> str:
    """Return a span of time in one unit, as people say it."""
    for size_s, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size_s:
            return f"{seconds / size_s:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def label_width(labels: Iterable[str], least: int) -> int:
    """Return the cells of a column of labels in the language in force, with a gap behind it."""
    return max([least, *(len(word(label)) + 2 for label in labels)])


def listed(names: tuple[str, ...], most: int = 2) -> str:
    """Return names as a person lists them, and how many more there are."""
    return named(names, most)


def place_of(finding: Finding) -> str:
    """Return the file and line that a finding is about; empty where its text names the file."""
    if not finding.file or finding.file in finding.summary:
        return ""
    return f"{finding.file}:{finding.line}" if finding.line else finding.file
