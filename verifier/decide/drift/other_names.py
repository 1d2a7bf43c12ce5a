"""Under which names jobs report, for who looks for one that none reports."""

from collections.abc import Sequence

from verifier.decide.drift.reports import Reports
from verifier.model.finding import Unobserved
from verifier.model.merging import ReportedCheck

#: What GitHub puts behind the name of a job with a matrix, or that calls another.
_LONGER = (" (", " / ")


def other_names(
    name: str, reports: Reports, heads: Sequence[frozenset[ReportedCheck]] | Unobserved
) -> tuple[str, ...]:
    """
    Return what pull requests surely get, those alone that seem to be the one that is looked for.

    Of what apps reported, the newest of `heads` counts.
    """
    newest = frozenset() if isinstance(heads, Unobserved) or not heads else heads[0]
    known = {check.name for check in reports.checks if check.is_on_every}
    known |= {seen.name for seen in newest if not seen.is_job}
    alike = sorted(each for each in known if each.startswith(tuple(name + w for w in _LONGER)))
    return tuple(alike or sorted(known - {name}))
