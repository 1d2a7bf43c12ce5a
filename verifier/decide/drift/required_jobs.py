"""Does a pull request rename or remove a job that is required?"""

from collections.abc import Collection, Iterator, Sequence

from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.drift.reports import Reported, Reports
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.pull_files import BaseBranch, PullFiles

JOB = "preflight.required_job"


def check_required_jobs(
    before: PullFiles | Unobserved,
    after: PullFiles,
    required: Sequence[str],
    into: BaseBranch,
) -> Iterator[Finding]:
    """
    Compare the checks that the base reports with those of the branch that is to be merged into it.

    Nothing is said of a required check that the base does not report either.
    """
    if isinstance(before, Unobserved):
        return
    names = frozenset(required)
    base = reports_on_pull_request(before, into, names)
    head = reports_on_pull_request(after, into, names)
    doubted_before = {each.reason for each in base.unresolved}
    told: set[str] = set()
    for check in base.checks:
        if check.name not in names or check.name in told:
            continue
        told.add(check.name)
        left = [each for each in head.checks if each.name == check.name]
        was = [each for each in base.checks if each.name == check.name]
        outcome, what = _weaker(was, left) if left else _gone(check.name, head, doubted_before)
        if outcome is not Outcome.PASS:
            yield Finding(
                JOB,
                outcome,
                f"required check {check.name} {what}",
                hint="keep the job's name and what starts it, or first change the required checks "
                "and protection.checks",
                file=check.path,
                line=1,
            )


def _gone(name: str, head: Reports, doubted_before: Collection[str]) -> tuple[Outcome, str]:
    """What is said of a check that the branch's pull requests would not start a job of."""
    doubts = [each.reason for each in head.unresolved if each.may_be(name)]
    new = [reason for reason in doubts if reason not in doubted_before]
    if new:
        return Outcome.WARN, f"is no longer reported by any job (not certain: {new[0]})"
    event = "push" if name in head.by_push else head.by_other_event.get(name)
    if event is not None:
        return Outcome.WARN, f"is only reported by {event}: a pull request without one waits for it"
    return Outcome.FAIL, "is no longer reported by any job"


def _weaker(before: Sequence[Reported], after: Sequence[Reported]) -> tuple[Outcome, str]:
    """What is said of a check that a job still reports, but not where it did before."""
    if all(job.never for job in after) and not all(job.never for job in before):
        what = f"would never be reported, and every pull request wait for it: {after[0].pending}"
        return Outcome.FAIL, what
    if all(job.pending for job in after) and not all(job.pending for job in before):
        return Outcome.WARN, f"may no longer be reported: {after[0].pending}"
    skipped = next((job.skippable for job in after if job.skippable), "")
    if skipped and not any(job.skippable for job in before):
        return Outcome.WARN, f"may be skipped now, which counts as success: {skipped}"
    return Outcome.PASS, ""
