"""Does a pull request rename or remove a job that is required?"""

from collections.abc import Iterator, Sequence

from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.workflow import Workflow

JOB = "preflight.required_job"


def check_required_jobs(
    before: Sequence[Workflow | Unobserved] | Unobserved,
    after: Sequence[Workflow | Unobserved],
    required: Sequence[str],
    branch: str,
) -> Iterator[Finding]:
    """
    Compare the checks that the base reports with those of the branch that is to be merged into it.

    Nothing is said of a required check that the base does not report either.
    """
    if isinstance(before, Unobserved):
        return
    names = frozenset(required)
    base = reports_on_pull_request(before, branch, names)
    head = reports_on_pull_request(after, branch, names)
    left = {check.name for check in head.checks}
    for check in base.checks:
        if check.name not in names or check.name in left:
            continue
        cannot_tell = len(head.unresolved) > len(base.unresolved)
        doubt = f" (not certain: {head.unresolved[-1]})" if cannot_tell else ""
        yield Finding(
            JOB,
            Outcome.WARN if cannot_tell else Outcome.FAIL,
            f"required check {check.name} is no longer reported by any job{doubt}",
            hint="keep the job's name, or first change the required checks and protection.checks",
            file=check.path,
            line=1,
        )
