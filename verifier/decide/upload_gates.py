"""Which gate follows each workflow that uploads to Railway, and what a person has to know of it."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from verifier.decide.uploads import EVERYTHING, Upload
from verifier.decide.workflows.job_uploads import SERVICE_ID

_ID = re.compile(r"[^a-z0-9]+")


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


def followed(branches: Sequence[str], branch: str) -> tuple[str, ...]:
    """Return what a gate follows: of a pipeline that runs on the deployed branch, that one."""
    return tuple(branches) if branches and branch not in branches else (branch,)


def gate_jobs(uploads: Sequence[Upload], services: Collection[str]) -> tuple[GateJob, ...]:
    """
    Return a job for each workflow that uploads and can be followed.

    Where one alone does not say which service it uploads, it is those that no other one does.
    What uploads services of other environments alone has none: nothing of it would ever arrive.
    """
    uploads = [
        u
        for u in uploads
        if u.is_found and u.can_be_followed and not u.has_gate and not is_elsewhere(u, services)
    ]
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
    uploads: Sequence[Upload],
    services: Collection[str],
    branch: str,
    unread: Sequence[str] = (),
) -> Iterator[str]:
    """
    Yield what a person has to know, and to decide, of gates that follow uploads.

    What is the same for several workflows is said once. `unread` says of each workflow that could
    not be read why.
    """
    for reason in unread:
        yield (
            f"{reason}. What it uploads, judges or reports is not known here: correct the file and "
            "run init again, or give what it uploads a gate yourself"
        )
    judged = []
    for upload in uploads:
        yield from _not_seen(upload)
        if not upload.is_found or upload.has_gate:
            continue
        strange = _strange(upload, services)
        if upload.elsewhere:
            yield (
                f"{upload.path} uploads to {upload.elsewhere}, by what it names: no gate of this "
                "environment waits for it"
            )
        elif strange:
            yield (
                f"{upload.path} uploads {', '.join(strange)}, which is no service of this "
                "environment: no gate waits for it"
            )
        if is_elsewhere(upload, services):
            continue
        if not upload.can_be_followed:
            yield _not_followed(upload, branch)
            continue
        judged.append(upload)
        yield from _of_its_gate(upload)
    yield from _of_gates(judged, branch)
    jobs = gate_jobs(uploads, services)
    yield from _of_unsaid([j for j in jobs if any(_is_unsaid(u, j) for u in uploads)])
    own = {name for u in uploads if u.has_gate for name in _configured(u, services) or services}
    waited_for = own.union(*(job.services for job in jobs))
    left = [name for name in services if name not in waited_for]
    if jobs and left and all(job.services for job in jobs):
        yield (
            f"no workflow uploads {', '.join(left)}: a gate looks at what is live there, and waits "
            "for nothing new"
        )


def _of_its_gate(upload: Upload) -> Iterator[str]:
    """Say after which runs the gate that follows an upload judges what was not to be judged."""
    if upload.is_of_failures:
        yield (
            f"{upload.path} uploads what has failed in the workflow that it follows as well: "
            "no condition of it asks for github.event.workflow_run.conclusion == 'success'"
        )
    if upload.is_chosen:
        yield (
            f"only a run of {upload.path} knows to which environment it uploads, and its gate "
            "judges this one after each: let the gate run where that is chosen alone, by if in "
            "its job"
        )


def _of_gates(uploads: Sequence[Upload], branch: str) -> Iterator[str]:
    """Say of which runs the gates that follow uploads are, and what they stand for."""
    narrow: dict[str, list[str]] = {}
    for upload in uploads:
        if upload.branches != (branch,) and upload.branches != EVERYTHING:
            runs_for = ", ".join(followed(upload.branches, branch))
            narrow.setdefault(runs_for, []).append(upload.path)
    for runs_for, paths in narrow.items():
        which = ", ".join(paths)
        if paths[1:]:
            yield (
                f"the gates of {which} follow runs of {runs_for} alone: add to branches in "
                "railway-gate.yml what else is uploaded from"
            )
            continue
        yield (
            f"the gate of {which} follows runs of {runs_for} alone: add to branches in "
            "railway-gate.yml what else is uploaded from"
        )
    which = ", ".join(upload.path for upload in uploads)
    if uploads[1:]:
        yield (
            f"{which} upload with railway up: a gate runs after each. Once its verdicts are what "
            "you expect, take out what the workflow still has: a sleep, a health check, a rollback "
            "step"
        )
    elif uploads:
        yield (
            f"{which} uploads with railway up: the gate runs after it. Once its verdicts "
            "are what you expect, take out what the workflow still has: a sleep, a "
            "health check, a rollback step"
        )


def _is_unsaid(upload: Upload, job: GateJob) -> bool:
    return upload.path == job.path and not upload.services


def _of_unsaid(jobs: Sequence[GateJob]) -> Iterator[str]:
    """Say for which services the gates wait whose uploads name none."""
    waiting: dict[str, list[str]] = {}
    for job in jobs:
        waiting.setdefault(", ".join(job.services) or "all services", []).append(job.workflow)
    for waited, names in waiting.items():
        if names[1:]:
            yield (
                f"uploads of the workflows {', '.join(names)} do not say which service they are: "
                f"their gates wait for {waited}. Change services in their jobs where that is wrong"
            )
            continue
        yield (
            f"an upload of the workflow {names[0]} does not say which service it is: its "
            f"gate waits for {waited}. Change services in its job where that is wrong"
        )


def push_points(
    uploads: Sequence[Upload],
    services: Collection[str],
    waited_for: Sequence[str],
    by_paths: Sequence[str] = (),
) -> Iterator[str]:
    """
    Yield what a person has to know where a gate judges pushes.

    `waited_for` are the services that the repository's own gates of pushes wait for, `by_paths`
    their workflows where they run only when certain paths change.
    """
    if by_paths:
        yield (
            f"the gates of {', '.join(by_paths)} run only when certain paths change: what Railway "
            "deploys of another push is judged by none. Take the paths out of their triggers, "
            "unless the services' watch patterns at Railway are the same"
        )
    if not any(u.is_found and not is_elsewhere(u, services) for u in uploads):
        yield (
            "a gate that runs on push needs Wait for CI off in the services' settings at Railway, "
            "or Railway waits for the gate, and the gate for Railway; one on deployment_status "
            "does not"
        )
    judged = [name for u in uploads if u.has_gate for name in _configured(u, services) or services]
    waited = {name.casefold(): name for name in (*waited_for, *judged)}
    left = [name for name in services if name.casefold() not in waited]
    if waited and left and not gate_jobs(uploads, services):
        yield (
            f"the gates of the repository wait for {', '.join(waited.values())} alone: "
            f"none waits for what is deployed of {', '.join(left)}. Name that in the services of a "
            "gate, or leave services out"
        )


def _not_seen(upload: Upload) -> Iterator[str]:
    """Say what of an upload was not read, and what of it nobody judges."""
    if upload.unread:
        yield (
            f"{upload.path} runs {', '.join(upload.unread)}, which could not be read here: "
            "where that uploads with railway up, its gate has to wait for those services"
        )
    if upload.others:
        yield (
            f"{upload.path} makes deployments of no commit ({', '.join(upload.others)}): a gate "
            "that runs on push waits for a commit, and judges none of them. Put a gate behind it, "
            "and give that the time before it as since"
        )
    if upload.unjudged:
        yield (
            f"{upload.path}: no gate judges the upload of {', '.join(upload.unjudged)}, though "
            "one judges what else it uploads: name them in its services, or put a gate behind them"
        )


def _not_followed(upload: Upload, branch: str) -> str:
    """Say why no gate can follow an upload, and what to do."""
    if upload.is_of_merges:
        return (
            f"{upload.path} uploads with railway up as a pull request is closed, and no gate can "
            f"follow it: GitHub runs it for that one's branch. Let it run on push to {branch} "
            "instead, and run init again"
        )
    return (
        f"{upload.path} uploads with railway up, and no gate can follow it: take expressions and "
        "line breaks out of its name and its path"
    )


def is_elsewhere(upload: Upload, services: Collection[str]) -> bool:
    """Whether it names another environment, or services of which none is of this one."""
    return bool(upload.elsewhere) or (
        bool(upload.services) and len(_strange(upload, services)) == len(upload.services)
    )


def _strange(upload: Upload, services: Collection[str]) -> Sequence[str]:
    """Return those that are not of this environment by their names; an id may be of any."""
    known = {service.casefold() for service in services}
    return [
        name
        for name in upload.services
        if name.casefold() not in known and not SERVICE_ID.fullmatch(name)
    ]


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
