"""Which checks could not be determined, and never will be?"""

from collections.abc import Collection, Sequence

from verifier.model.finding import FOR_GOOD, Finding, Outcome
from verifier.model.verdict import Limits, Sample

#: A check's id, and its service.
Key = tuple[str, str]


def given_up(samples: Sequence[Sample], limits: Limits) -> Collection[Key]:
    """
    Return the checks that could not be determined, and never will be.

    One such answer may be a hiccup, as of a name server: it has to be the same several times in a
    row, and nothing else may ever have been said.
    """
    decided = {key_of(f) for sample in samples for f in sample.findings if decides(f.outcome)}
    tail = samples[-limits.fail_after :]
    found = [{key_of(f) for f in sample.findings if _is_final(f)} for sample in tail]
    return set.intersection(*found) - decided if len(tail) == limits.fail_after else set()


def key_of(finding: Finding) -> Key:
    """Return which check of which service said it."""
    return finding.check, finding.service


def decides(outcome: Outcome) -> bool:
    """Whether a check with this outcome has seen something."""
    return outcome not in (Outcome.INCONCLUSIVE, Outcome.SKIP)


def answers_in(sample: Sample, finding: Finding) -> list[Finding]:
    """Return what one look has seen of the check that a finding is of."""
    return [f for f in sample.findings if key_of(f) == key_of(finding) and decides(f.outcome)]


def _is_final(finding: Finding) -> bool:
    return finding.outcome is Outcome.INCONCLUSIVE and finding.later == FOR_GOOD
