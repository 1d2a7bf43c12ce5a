"""Which workflows upload to Railway, so that no commit reaches it, and which gate follows each?"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.model.finding import Unobserved
from verifier.model.workflow import Job, Workflow

_UP = re.compile(r"(?:\brailway|@railway/cli(?:@\S+)?)\s+up\b([^\n|&;]*)")
_SERVICE = re.compile(r"(?:--service|(?<!\S)-s)[ =]\s*(\"[^\"]*\"|'[^']*'|\$\{\{.*?\}\}|\S+)")
_NAME = re.compile(r"[\w. -]+")
_OF_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
#: Actions that run `railway up`; which service they are given is not read.
_ACTION = re.compile(r"bervproject/railway-deploy@", re.IGNORECASE)
#: What starts nothing that is deployed, or is only called by others.
_NO_DEPLOY = frozenset({"pull_request", "pull_request_target", "workflow_call"})
#: The filter of GitHub that every branch and every tag matches.
EVERYTHING = ("**",)
_ID = re.compile(r"[^a-z0-9]+")


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

    @property
    def can_be_followed(self) -> bool:
        """GitHub takes no expression in a list of workflows, and a name there is one line."""
        return all("${{" not in text and text.isprintable() for text in (self.workflow, self.path))


@dataclass(frozen=True, slots=True)
class GateJob:
    """A job that judges what one workflow uploads."""

    id: str
    workflow: str
    services: tuple[str, ...]
    """Those that it waits for; empty for all."""
    path: str = ""
    """Of that workflow's file: its name may be another's as well."""
    branches: tuple[str, ...] = ()
    """As of its upload."""


def find_uploads(workflows: Sequence[Workflow | Unobserved]) -> tuple[Upload, ...]:
    """Return the workflows that run `railway up` outside of pull requests, in the given order."""
    read = {w.path: w for w in workflows if isinstance(w, Workflow)}
    found = []
    for workflow in read.values():
        if not set(workflow.triggers) - _NO_DEPLOY:
            continue
        named = [names for job in _jobs(workflow, read, set()) for names in _uploaded(job)]
        if named:
            services = tuple(dict.fromkeys(n for names in named for n in names))
            said = services if all(named) else ()
            found.append(Upload(workflow.name, workflow.path, said, _branches(workflow)))
    return tuple(found)


def _branches(workflow: Workflow) -> tuple[str, ...]:
    """Return what its runs may be of; a run for a tag names the tag as its branch."""
    push = workflow.triggers.get("push")
    if push is None or push.branches_ignore or push.tags:
        return EVERYTHING
    return push.branches


def followed(branches: Sequence[str], branch: str) -> tuple[str, ...]:
    """Return what a gate follows: of a pipeline that runs on the deployed branch, that one."""
    return tuple(branches) if branches and branch not in branches else (branch,)


def gate_jobs(uploads: Sequence[Upload], services: Collection[str]) -> tuple[GateJob, ...]:
    """
    Return a job for each workflow that uploads and can be followed.

    Where one alone does not say which service it uploads, it is those that no other one does.
    """
    uploads = [upload for upload in uploads if upload.can_be_followed]
    named = [_configured(upload, services) for upload in uploads]
    unsaid = [number for number, found in enumerate(named) if not found]
    if len(unsaid) == 1 and len(named) > 1:
        taken = {service for found in named for service in found}
        named[unsaid[0]] = tuple(service for service in services if service not in taken)
    ids = ["gate"] if len(named) == 1 else _ids([upload.workflow for upload in uploads])
    return tuple(
        GateJob(id_, upload.workflow, found, upload.path, upload.branches)
        for id_, upload, found in zip(ids, uploads, named, strict=True)
    )


def upload_points(
    uploads: Sequence[Upload], services: Collection[str], branch: str
) -> Iterator[str]:
    """Yield what a person has to know, and to decide, of gates that follow uploads."""
    for upload in uploads:
        if not upload.can_be_followed:
            yield (
                f"{upload.path} uploads with railway up, and no gate can follow it: take "
                "expressions and line breaks out of its name and its path"
            )
            continue
        runs_for = ", ".join(followed(upload.branches, branch))
        if upload.branches != (branch,) and upload.branches != EVERYTHING:
            yield (
                f"the gate of {upload.path} follows runs of {runs_for} alone: add to branches in "
                "railway-gate.yml what else is uploaded from"
            )
        yield (
            f"{upload.path} uploads with railway up: the gate runs after it. Take its sleep, its "
            "health check and its rollback step out once its verdicts are what you expect"
        )
        known = {service.casefold() for service in services}
        strange = [name for name in upload.services if name.casefold() not in known]
        if strange:
            yield (
                f"{upload.path} uploads {', '.join(strange)}, which is no service of this "
                "environment: no gate waits for it"
            )
    jobs = gate_jobs(uploads, services)
    for job in jobs:
        if any(upload.path == job.path and not upload.services for upload in uploads):
            waited = ", ".join(job.services) or "all services"
            yield (
                f"an upload of the workflow {job.workflow} does not say which service it is: its "
                f"gate waits for {waited}. Change services in its job where that is wrong"
            )
    left = [name for name in services if not any(name in job.services for job in jobs)]
    if left and all(job.services for job in jobs):
        yield (
            f"no workflow uploads {', '.join(left)}: a gate looks at what is live there, and waits "
            "for nothing new"
        )


def _configured(upload: Upload, services: Collection[str]) -> tuple[str, ...]:
    """Return the services of an upload as they are called at Railway; empty where not told."""
    called = {name.casefold(): name for name in services}
    said = [name.casefold() for name in upload.services]
    return tuple(dict.fromkeys(called[name] for name in said if name in called))


def _ids(names: Sequence[str]) -> list[str]:
    """Return an id for the job of each workflow; GitHub takes letters, digits, `-` and `_`."""
    ids: list[str] = []
    for number, name in enumerate(names, 1):
        id_ = f"gate-{_ID.sub('-', name.casefold()).strip('-') or number}"
        ids.append(f"{id_}-{number}" if id_ in ids else id_)
    return ids


def _jobs(workflow: Workflow, read: Mapping[str, Workflow], seen: set[str]) -> Iterator[Job]:
    """Yield the jobs of a workflow, and those of the workflows of this repository that it calls."""
    seen.add(workflow.path)
    for job in workflow.jobs:
        called = read.get(job.calls.removeprefix("./"))
        if called is not None and called.path not in seen:
            yield from _jobs(called, read, seen)
        yield job


def _uploaded(job: Job) -> Iterator[tuple[str, ...]]:
    """Yield the services of each upload of a job; an empty tuple where it is not told."""
    for step in job.steps:
        if _ACTION.match(step.uses):
            yield ()
        shell = _COMMENT.sub("", step.shell).replace("\\\n", " ")
        for call in _UP.findall(shell):
            found = [_names(name.strip("\"'"), job) for name in _SERVICE.findall(call)]
            yield tuple(name for names in found for name in names) if all(found) else ()


def _names(said: str, job: Job) -> tuple[str, ...]:
    """Return the services that one option names; none where that is told at run time only."""
    of_matrix = _OF_MATRIX.fullmatch(said)
    if of_matrix and isinstance(job.matrix, Mapping):
        values = job.matrix.get(of_matrix[1])
        if isinstance(values, Sequence) and not isinstance(values, str):
            return tuple(str(value) for value in values)
        return ()
    return (said,) if _NAME.fullmatch(said) else ()
