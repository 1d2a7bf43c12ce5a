"""Jobs that wait after a push, as Railway deploys it by itself, and then ask the application."""

import re
from collections.abc import Mapping

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import PartlyKnown
from verifier.decide.workflows.expressions import ExpressionScope, condition_of, holds
from verifier.decide.workflows.harmless_steps import is_harmless
from verifier.decide.workflows.old_steps import OldStep, old_step
from verifier.decide.workflows.runs_after import ancestors
from verifier.decide.workflows.upload_job import (
    TooOddError,
    UploadJob,
    called,
    dropped_steps,
    gate_place,
    is_kept_from_pull_requests,
    mapping,
    refuse_machine,
)
from verifier.model.workflow import Job, Step, Value, Workflow

_TRIGGERS = frozenset({"push", "workflow_dispatch", "pull_request"})
#: The application of a test, which the job has started itself.
_LOCAL = re.compile(r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker", re.IGNORECASE)
_REMOTE = re.compile(r"https://|\b(?:secrets|vars)\.|RAILWAY|APP_URL|PROD", re.IGNORECASE)
#: Deployments that come from no push: by the command line, or by the mutations of the API.
_MADE_HERE = re.compile(
    r"\brailway\b[^\n|;&]*\b(?:redeploy|restart|deploy)\b|serviceInstance(?:Redeploy|Deploy)|"
    r"deploymentRedeploy|environmentTriggersDeploy",
    re.IGNORECASE,
)
#: What may bring something into being, here or elsewhere: then that is what is waited for.
_MAY_DEPLOY = re.compile(
    r"deploy|publish|release|ship|\.sh\b|\bfly(?:ctl)?\b|heroku|vercel|netlify|render|kubectl|helm|"
    r"kustomize|terraform|pulumi|ansible|gcloud|serverless|wrangler|\b(?:aws|az|ssh|scp|rsync|ftp)\b|"
    r"\bssh-|-ssh|\bpush\b|hook|\b(?:curl|wget)\b|\bgh\b|^\./",
    re.IGNORECASE | re.MULTILINE,
)
_SLEEP = re.compile(r"\bsleep\b")
_STATUS = re.compile(r"(?:success|failure|always|cancelled)\s*\(")


def waits_for_a_push(workflow: Workflow) -> bool:
    """Tell whether a job waits for what a push deploys, and asks whether it is healthy."""
    return "push" in workflow.triggers and any(_waits(workflow, job) for job in workflow.jobs)


def waiting_job(workflow: Workflow, value: Mapping[str, Value], branch: str) -> UploadJob:
    """
    Return the job that waits, and what is to be taken out of it; nothing in it uploads.

    Raises:
        TooOddError: it is not certain that it waits for what Railway deploys of `branch`.
    """
    strange = sorted(set(workflow.triggers) - _TRIGGERS)
    if strange:
        raise TooOddError(f"runs for {', '.join(strange)}, whose commit may be another one")
    jobs = [job for job in workflow.jobs if _waits(workflow, job)]
    if len(jobs) != 1:
        raise TooOddError(f"waits in {len(jobs)} jobs")
    (job,) = jobs
    if any(_MADE_HERE.search(step.shell) for step in job.steps):
        raise TooOddError("may deploy something else than the pushed commit")
    own = mapping(mapping(value.get("jobs")).get(job.id))
    refuse_machine(job, own)
    if "pull_request" in workflow.triggers and not is_kept_from_pull_requests(job):
        raise TooOddError(f"may run the job {job.id} for a pull request")
    push = workflow.triggers["push"]
    is_one_branch = push.branches == (branch,) and not push.tags
    if not is_one_branch and not _is_kept_to(job, branch):
        raise TooOddError(
            f"may run the job {job.id} for something else than {branch}, which Railway does not "
            "deploy"
        )
    first = next(index for index, step in enumerate(job.steps) if _asks(step))
    refuse_other_deploys(workflow, job, first)
    dropped = dropped_steps(job, own, first)
    conditions = {job.steps[index].condition for index in dropped if _asks(job.steps[index])}
    if len(conditions) != 1 or any(map(_STATUS.search, conditions)):
        raise TooOddError("waits and asks under conditions of their own")
    return UploadJob(job, own, (), tuple(dropped), gate_place(job, dropped, first))


def refuse_other_deploys(workflow: Workflow, job: Job, first: int) -> None:
    """
    Refuse a job that may wait for what it, or a job before it, deploys by itself.

    Raises:
        TooOddError: the gate would judge the push, and nobody any more what is deployed there.
    """
    before = ancestors(workflow)[job.id]
    steps = [*job.steps[:first], *(s for j in workflow.jobs if j.id in before for s in j.steps)]
    for step in steps:
        if _MAY_DEPLOY.search(f"{step.uses}\n{step.shell}") and not is_harmless(step):
            raise TooOddError(f"may wait for something else than the push: {called(step)}")
    for each in workflow.jobs:
        if each.id in before and _MAY_DEPLOY.search(f"\n{each.calls.removeprefix('./')}"):
            raise TooOddError(f"may wait for something else than the push: {each.calls}")


def _waits(workflow: Workflow, job: Job) -> bool:
    given = f"{dict(workflow.variables)}{dict(job.variables)}"
    has_slept = False
    for step in job.steps:
        kind = old_step(step, ())
        has_slept = has_slept or kind is OldStep.WAIT
        said = f"{given}{step.shell}{dict(step.variables)}"
        if kind is OldStep.HEALTH and (has_slept or _SLEEP.search(step.shell)):
            return bool(_REMOTE.search(said)) and not _LOCAL.search(said)
    return False


def _asks(step: Step) -> bool:
    return old_step(step, ()) in (OldStep.WAIT, OldStep.HEALTH)


def _is_kept_to(job: Job, branch: str) -> bool:
    """Tell whether its condition holds for a push to this branch and for no other."""
    others = (f"refs/heads/{branch}-x", "refs/tags/v1")
    return _runs_for(job, f"refs/heads/{branch}") is not False and all(
        _runs_for(job, ref) is False for ref in others
    )


def _runs_for(job: Job, ref: str) -> bool | None:
    """Return whether it runs for a push of this; None where that is not known."""
    known = {"event_name": "push", "ref": ref, "ref_name": ref.partition("/")[2].partition("/")[2]}
    try:
        node = condition_of(job.condition) if job.condition else None
    except NoExpressionError:
        return None
    if node is None:
        return True
    said = holds(node, ExpressionScope({"github": PartlyKnown("github", known)}, {"success": True}))
    return said if isinstance(said, bool) else None
