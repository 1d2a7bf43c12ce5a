"""The answers of a run that its report tells of: all that were timed, of very many a part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from verifier.model.check_ids import HEALTH, is_of
from verifier.model.finding import Finding, Outcome
from verifier.model.printable_text import NamingText

#: As many as a picture can show, and a report bears.
MOST = 1000


@dataclass(frozen=True, slots=True)
class ReportedAnswer:
    """One answer of a service's address, in one look."""

    at: datetime
    """When it was asked for (UTC)."""
    service: NamingText
    """The service that was asked."""
    check: NamingText
    """The check that asked, such as `health.deep`."""
    outcome: Outcome
    """The worst that was found of it."""
    duration_ms: int
    """How long it took."""


def answers_of(findings: Iterable[Finding]) -> tuple[ReportedAnswer, ...]:
    """
    Return the answers of one look, each once, however many findings rest on it.

    What is said of an answer is the worst of them; its name is that of the health check.
    """
    found: dict[tuple[object, ...], ReportedAnswer] = {}
    for finding in findings:
        evidence = finding.evidence
        if evidence is None or not evidence.duration_ms:
            continue
        key = finding.service, evidence.source, evidence.observed_at, evidence.duration_ms
        known = found.get(key)
        said = (known.outcome, finding.outcome) if known else (finding.outcome,)
        found[key] = ReportedAnswer(
            evidence.observed_at,
            finding.service,
            known.check if known and is_of(known.check, HEALTH) else finding.check,
            max(said, key=lambda outcome: outcome.rank),
            evidence.duration_ms,
        )
    return tuple(found.values())


def thinned(answers: Sequence[ReportedAnswer]) -> tuple[ReportedAnswer, ...]:
    """Return no more than `MOST`: of what was good every second one, then of everything."""
    kept = tuple(answers)
    if len(kept) > MOST:
        last = len(kept) - 1
        good = (n for n, a in enumerate(kept) if a.outcome is Outcome.PASS and (last - n) % 2)
        left_out = frozenset(good)
        kept = tuple(a for n, a in enumerate(kept) if n not in left_out)
    while len(kept) > MOST:
        kept = kept[::-2][::-1]
    return kept
