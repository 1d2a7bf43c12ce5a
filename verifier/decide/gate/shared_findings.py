"""What is found of no single service while another commit is being taken out."""

from collections.abc import Collection
from dataclasses import replace

from verifier.model.finding import Later, Outcome
from verifier.model.verdict import Limits, Sample


def while_moving(sample: Sample, moving: Collection[str], limits: Limits) -> Sample:
    """
    Return a look with nothing decided by what all services share, such as the database.

    The commit that is going back in `moving` may be what broke it; what holds on after that counts.
    """
    names = ", ".join(sorted(moving))
    later = Later(Outcome.INCONCLUSIVE, due_in_s=limits.ready_within_s)
    findings = tuple(
        replace(
            f,
            outcome=Outcome.INCONCLUSIVE,
            summary=f"while {names} is being rolled back: {f.summary}",
            later=later,
        )
        if not f.service and f.outcome.condemns
        else f
        for f in sample.findings
    )
    return replace(sample, findings=findings)
