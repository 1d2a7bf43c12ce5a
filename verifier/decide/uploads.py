"""Which workflows upload to Railway, so that no commit reaches it, and which gate follows each?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from verifier.decide.workflows.gate_targets import PlacedStep
from verifier.decide.workflows.job_uploads import may_upload, search_job
from verifier.decide.workflows.own_gates import OwnGates
from verifier.decide.workflows.own_steps import runs_gate
from verifier.decide.workflows.placed_jobs import (
    MOST_JOBS,
    PlacedJob,
    elsewhere,
    is_chosen,
    outer_scope,
    placed_jobs,
)
from verifier.decide.workflows.upload_commands import Read, UploadSearch
from verifier.decide.workflows.upload_environment import branch_elsewhere
from verifier.decide.workflows.waiting_job import waits_for_a_push
from verifier.model.finding import Unobserved
from verifier.model.workflow import Job, Workflow

#: What starts nothing that is deployed, or is only called by others.
_NO_DEPLOY = frozenset({"pull_request", "pull_request_target", "workflow_call"})
#: The filter of GitHub that every branch and every tag matches.
EVERYTHING = ("**",)


@dataclass(frozen=True, slots=True)
class Upload:
    """A workflow that uploads to Railway with `railway up`."""

    workflow: str
    """Its name, as GitHub shows it."""
    path: str
    services: tuple[str, ...]
    """Those that it uploads; empty where one of its uploads does not say of which service."""
    branches: tuple[str, ...] = ()
    """Patterns of what its runs are of, a tag as well; empty where its triggers do not tell."""
    unread: tuple[str, ...] = ()
    """Scripts that it runs and that could not be read."""
    is_found: bool = True
    """Whether an upload was seen; else it has a token of Railway's, and runs what was not read."""
    elsewhere: str = ""
    """The environment that it uploads to, where that is another one than is looked at."""
    has_gate: bool = False
    """Whether it judges by itself what it uploads: no other gate follows it then."""
    unjudged: tuple[str, ...] = ()
    """Services whose upload no gate judges, where it has one; else the jobs that upload them."""
    is_chosen: bool = False
    """Whether only a run knows to which environment it uploads."""
    is_of_failures: bool = False
    """Whether it follows another workflow, and uploads what has failed there as well."""
    others: tuple[str, ...] = ()
    """What makes deployments of no commit, where it uploads nothing and judges nothing."""
    is_of_merges: bool = False
    """Whether it runs as a pull request is closed: GitHub calls it by that one's branch."""

    @property
    def can_be_followed(self) -> bool:
        """
        Whether a workflow can run after it.

        GitHub takes no expression in a list of workflows, and a name there is one line. What runs
        as a pull request is closed is of that one's last commit, and not of what is deployed.
        """
        if self.is_of_merges:
            return False
        return all("${{" not in text and text.isprintable() for text in (self.workflow, self.path))


def find_uploads(
    workflows: Sequence[Workflow | Unobserved],
    read: Read = lambda _: None,
    environment: str = "",
    branch: str = "",
) -> tuple[Upload, ...]:
    """
    Return the workflows that run `railway up` outside of pull requests, in the given order.

    `read` returns the text of a file of the repository, for the scripts that they run; uploads to
    another `environment` than this are marked, where one is given. A gate counts where it may run
    for a push to `branch`.
    """
    known = {w.path: w for w in workflows if isinstance(w, Workflow)}
    own_gates = OwnGates(known, read, environment, branch)
    found = []
    for workflow in known.values():
        if _is_of_merges(workflow) and not _runs_for_merges(workflow):
            continue
        uploaded: list[PlacedStep] = []
        searches = [
            (placed, search_job(placed, read, uploaded))
            for placed in islice(placed_jobs(workflow, known, outer_scope(workflow)), MOST_JOBS)
        ]
        if uploaded:
            found.append(_upload(workflow, searches, uploaded, own_gates))
        else:
            found += _not_uploaded(workflow, searches)
    return tuple(found)


def _upload(
    workflow: Workflow,
    searches: Sequence[tuple[PlacedJob, UploadSearch]],
    uploaded: Sequence[PlacedStep],
    gates: OwnGates,
) -> Upload:
    """Return what a workflow uploads, by what was read of its jobs, and whether it is judged."""
    environment, branch, branches = gates.environment, gates.branch, _branches(workflow)
    named = [names for _, search in searches for names in search.found]
    uploading = [
        (placed, elsewhere(placed, environment), len(search.found))
        for placed, search in searches
        if search.found
    ]
    places = [place for _, place, many in uploading for _ in range(many)]
    ours = [e for e, place in zip(uploaded, places, strict=True) if not place] or uploaded
    is_to = ", ".join(sorted(set(places))) if environment and "" not in places else ""
    if environment and not is_to and set(workflow.triggers) == {"push"}:
        is_to = branch_elsewhere(branches, environment)
    left = gates.unjudged(workflow, ours)
    has_gate = any(each is not None for each in left)
    of_branch = branch if branch in (branches or (branch,)) else ""
    return Upload(
        workflow.name,
        workflow.path,
        tuple(dict.fromkeys(n for names in named for n in names)) if all(named) else (),
        branches,
        _unread(searches),
        elsewhere=is_to,
        has_gate=has_gate,
        unjudged=_unjudged(ours, left) if has_gate else (),
        is_chosen=not is_to
        and any(is_chosen(placed, of_branch) for placed, place, _ in uploading if not place),
        is_of_failures=gates.upload_failures(workflow, ours),
        is_of_merges=_is_of_merges(workflow),
    )


def _not_uploaded(
    workflow: Workflow, searches: Sequence[tuple[PlacedJob, UploadSearch]]
) -> Iterator[Upload]:
    """Yield what has to be known of a workflow in which no upload was seen, where there is any."""
    is_likely = any(may_upload(placed, search) for placed, search in searches)
    unread = _unread(searches) if is_likely else ()
    others = tuple(dict.fromkeys(name for _, search in searches for name in search.others))
    if any(runs_gate(placed.job) for placed, _ in searches):
        others = ()
    if unread or others:
        branches = _branches(workflow)
        yield Upload(
            workflow.name, workflow.path, (), branches, unread, is_found=False, others=others
        )


def _unread(searches: Sequence[tuple[PlacedJob, UploadSearch]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for _, search in searches for path in search.unread))


def _is_of_merges(workflow: Workflow) -> bool:
    return not set(workflow.triggers) - _NO_DEPLOY


def waits_for_pushes(
    workflows: Sequence[Workflow | Unobserved], uploads: Sequence[Upload]
) -> tuple[str, ...]:
    """Return the paths of those that upload nothing, have no gate, and wait for a deploy."""
    uploading = {upload.path for upload in uploads if upload.is_found or upload.unread}
    return tuple(
        w.path
        for w in workflows
        if isinstance(w, Workflow)
        and w.path not in uploading
        and not any(map(runs_gate, w.jobs))
        and waits_for_a_push(w)
    )


def _runs_for_merges(workflow: Workflow) -> bool:
    """Whether it runs as a pull request is closed, and not as one of its previews alone."""
    closed = [
        trigger.types
        for event in ("pull_request", "pull_request_target")
        if (trigger := workflow.triggers.get(event)) and "closed" in trigger.types
    ]
    asked = [c for job in workflow.jobs for c in (job.condition, *_conditions(job))]
    return any(types == ("closed",) or any(".merged" in c for c in asked) for types in closed)


def _unjudged(
    uploads: Sequence[PlacedStep], left: Sequence[tuple[str, ...] | None]
) -> tuple[str, ...]:
    """Return what no gate judges of uploads, by the services that are left of each."""
    names = [
        name
        for upload, of_it in zip(uploads, left, strict=True)
        for name in ((upload.services or (upload.placed.job.id,)) if of_it is None else of_it)
    ]
    return tuple(dict.fromkeys(names))


def _conditions(job: Job) -> tuple[str, ...]:
    return tuple(step.condition for step in job.steps)


def _branches(workflow: Workflow) -> tuple[str, ...]:
    """Return what its runs may be of; a run for a tag names the tag as its branch."""
    push = workflow.triggers.get("push")
    if push is None or push.branches_ignore or push.tags:
        return EVERYTHING
    return push.branches
