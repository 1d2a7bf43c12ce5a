"""Which workflows upload to Railway, so that no commit reaches it, and which gate follows each?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from verifier.decide.workflows.gate_targets import PlacedStep
from verifier.decide.workflows.own_gates import OwnGates
from verifier.decide.workflows.own_steps import is_own_action, runs_gate
from verifier.decide.workflows.placed_jobs import (
    MOST_JOBS,
    NEVER,
    PlacedJob,
    elsewhere,
    environs_of,
    having_env,
    is_chosen,
    outer_scope,
    placed_jobs,
    written_text,
)
from verifier.decide.workflows.upload_commands import Read, UploadSearch
from verifier.decide.workflows.upload_environment import branch_elsewhere
from verifier.decide.workflows.waiting_job import waits_for_a_push
from verifier.model.finding import Unobserved
from verifier.model.workflow import Job, Step, Workflow

#: Actions that run `railway up`.
_ACTION = re.compile(r"bervproject/railway-deploy@", re.IGNORECASE)
#: Others with its name may do so as well, and what they run is not read; our own does not.
_OTHER_ACTION = re.compile(r"^(?!.*verifier).*railway.*@", re.IGNORECASE)
#: In the name of a workflow of another repository: it may upload with what it inherits.
_DEPLOYS = re.compile(r"railway|deploy|release|ship", re.IGNORECASE)
#: What starts nothing that is deployed, or is only called by others.
_NO_DEPLOY = frozenset({"pull_request", "pull_request_target", "workflow_call"})
#: The filter of GitHub that every branch and every tag matches.
EVERYTHING = ("**",)
_SERVICE_NAME = re.compile(r"[\w. -]+")
#: Railway takes a service's id in the place of its name.
SERVICE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN")


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
            (placed, _search(placed, read, uploaded))
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
        is_of_merges=_is_of_merges(workflow),
    )


def _not_uploaded(
    workflow: Workflow, searches: Sequence[tuple[PlacedJob, UploadSearch]]
) -> Iterator[Upload]:
    """Yield what has to be known of a workflow in which no upload was seen, where there is any."""
    may_upload = any(_has_token(placed, search) for placed, search in searches)
    unread = _unread(searches) if may_upload else ()
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
    uploading = {upload.path for upload in uploads}
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


def _search(placed: PlacedJob, read: Read, uploaded: list[PlacedStep]) -> UploadSearch:
    """Read what a job runs; each upload of it is noted with its step."""
    search = UploadSearch(read)
    job, scope = placed.job, placed.scope
    if _is_called_elsewhere(placed):
        search.unread.append(job.calls)
    for number, (step, environ) in enumerate(zip(job.steps, environs_of(placed), strict=True)):
        if step.condition.strip() in NEVER:
            continue
        before = len(search.found)
        within = having_env(scope, environ)
        if _ACTION.match(step.uses):
            named = written_text(step.inputs.get("service", ""), within)
            search.found.append((named,) if _SERVICE_NAME.fullmatch(named) else ())
        elif is_own_action(step.uses, step.inputs):
            pass
        elif step.uses.startswith("./"):
            search.unread.append(step.uses.removeprefix("./").rstrip("/"))
        elif _OTHER_ACTION.search(step.uses) or _is_given_token(step):
            search.unread.append(step.uses)
        folder = step.folder or job.folder or placed.workflow.folder
        for shell in (step.shell, *_shells(step)):
            search.step(written_text(shell, within), written_text(folder, within), environ)
        for names in search.found[before:]:
            said = () if any(map(SERVICE_ID.fullmatch, names)) else names
            uploaded.append(PlacedStep(placed, number, said))
    return search


def _is_called_elsewhere(placed: PlacedJob) -> bool:
    """Whether a job calls a workflow of another repository that may upload to Railway."""
    job = placed.job
    if not job.calls or job.calls.startswith("./"):
        return False
    if any("RAILWAY" in name for name in job.secrets):
        return True
    return job.inherits_secrets and bool(
        _DEPLOYS.search(
            f"{job.calls} {job.id} {job.name} {placed.workflow.name} {dict(job.inputs)}"
        )
    )


def _shells(step: Step) -> Iterator[str]:
    """What an action is given to run, as by one that tries it again."""
    for name in ("run", "command", "script", "args"):
        given = step.inputs.get(name)
        if step.uses and isinstance(given, str):
            yield given


def _is_given_token(step: Step) -> bool:
    """Whether an action of another is given a token of Railway's, under whatever name."""
    if not step.uses or is_own_action(step.uses, step.inputs):
        return False
    given = (
        f"{name} {value}".casefold()
        for name, value in step.inputs.items()
        if isinstance(value, str) and "${{" in value
    )
    return any("railway" in text and "token" in text for text in given)


def _has_token(placed: PlacedJob, search: UploadSearch) -> bool:
    """Whether a job that runs what was not read could upload to Railway."""
    if _is_called_elsewhere(placed) or any(map(_OTHER_ACTION.search, search.unread)):
        return True
    if any(map(_is_given_token, placed.job.steps)):
        return True
    steps = [step.variables for step in placed.job.steps]
    given = [placed.workflow.variables, placed.job.variables, *steps]
    return bool(search.unread) and any(name in each for each in given for name in _TOKENS)
