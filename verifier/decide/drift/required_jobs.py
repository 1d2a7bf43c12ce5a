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
    doubted_before = {each.reason for each in base.unresolved}
    for check in base.checks:
        if check.name not in names or check.name in left:
            continue
        doubts = [each.reason for each in head.unresolved if each.may_be(check.name)]
        new = [reason for reason in doubts if reason not in doubted_before]
        doubt = f" (not certain: {new[0]})" if new else ""
        yield Finding(
            JOB,
            Outcome.WARN if new else Outcome.FAIL,
            f"required check {check.name} is no longer reported by any job{doubt}",
            hint="keep the job's name, or first change the required checks and protection.checks",
            file=check.path,
            line=1,
        )
