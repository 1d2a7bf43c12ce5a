"""The steps of a gate within the job that uploads, and what that job has to be allowed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.checkout_depth import DEPTH, is_checkout
from verifier.decide.workflows.upload_job import TooOddError, UploadJob, mapping
from verifier.model.action_pins import CHECKOUT
from verifier.model.workflow import Value, Workflow

#: Pipelines that curl it often keep it as a secret.
APP_URL = "${{ secrets.RAILWAY_APP_URL || vars.RAILWAY_APP_URL }}"
#: A gate in a job waits so much longer than the job did before.
GATE_MINUTES = 25
#: Those that need no more of the job's token than to read the repository.
_MODEST = re.compile(
    r"(?:actions/(?:checkout|setup-[\w-]+|cache|upload-artifact|download-artifact)"
    r"|pnpm/action-setup|astral-sh/setup-uv|slackapi/slack-github-action"
    r"|bervproject/railway-deploy)(?:/[\w-]+)*@\S+",
    re.IGNORECASE,
)
_USES_TOKEN = re.compile(r"github\.token|GITHUB_TOKEN|GH_TOKEN", re.IGNORECASE)
_BEGIN, _UPLOAD = "upload-begins", "railway-upload"
_TOKENS = {"RAILWAY_TOKEN": "railway-token", "RAILWAY_API_TOKEN": "railway-api-token"}
#: Within a shell, for the upload in it or by `GITHUB_ENV` for the steps behind.
_SETS_TOKEN = re.compile(r"(?<![\w$])RAILWAY_(?:API_)?TOKEN=|\benv:RAILWAY_(?:API_)?TOKEN\s*=")
#: What a gate does with the repository: claims a rollback, and records its verdicts.
NEEDED = ("contents", "deployments")


@dataclass(frozen=True, slots=True)
class WantedGate:
    """What the gate of a workflow is to be given."""

    action: str
    """As it stands behind `uses:`, with a comment where it is to be filled in."""
    services: tuple[str, ...]
    """Those to wait for; empty for all."""
    environment: str
    """Of Railway."""
    pushed_branch: str = ""
    """The one that Railway deploys by itself; empty where the workflow uploads."""


def begin_step() -> Mapping[str, Value]:
    """Return the step that writes down when the upload begins: it has no commit to be known by."""
    time = 'echo "at=$(date -u +%Y-%m-%dT%H:%M:%SZ)" >> "$GITHUB_OUTPUT"'
    return {"name": "Note when the upload begins", "id": _BEGIN, "shell": "bash", "run": time}


def upload_ids(place: UploadJob) -> tuple[str, ...]:
    """Return the id of each upload, its own or a new one."""
    taken = {str(step.get("id", "")) for step in place.steps}
    ids = []
    for number, index in enumerate(place.uploads, 1):
        new = _UPLOAD if number == 1 else f"{_UPLOAD}-{number}"
        own = place.steps[index].get("id")
        if {new, _BEGIN} & taken:
            raise TooOddError(f"has a step with the id {_UPLOAD} or {_BEGIN} already")
        ids.append(own if isinstance(own, str) else new)
    return tuple(ids)


def gate_steps(
    workflow: Workflow, place: UploadJob, ids: Sequence[str], wanted: WantedGate
) -> Iterator[Mapping[str, Value]]:
    """Yield the gate's step; before it a checkout, where the job has none."""
    runs = _runs_after(ids) if ids else place.job.steps[place.dropped[0]].condition
    when: dict[str, Value] = {"if": runs} if runs else {}
    if not any(map(is_checkout, place.job.steps)):
        yield {
            **when,
            "uses": str(CHECKOUT),
            "with": {"fetch-depth": DEPTH, "persist-credentials": False},
        }
    given: dict[str, Value] = {"services": ", ".join(wanted.services)} if wanted.services else {}
    given |= {"since": f"${{{{ steps.{_BEGIN}.outputs.at }}}}"} if ids else {}
    given |= _token(workflow, place)
    given["database-url"] = "${{ secrets.DATABASE_URL }}"
    given["app-url"] = APP_URL
    given["slack-webhook-url"] = "${{ secrets.SLACK_WEBHOOK_URL }}"
    if any(step.uses.startswith("actions/setup-python@") for step in place.job.steps):
        given["python"] = "/usr/bin/python3"
    yield {"name": "Railway gate", **when, "uses": wanted.action, "with": given}


def _runs_after(ids: Sequence[str]) -> str:
    """Return the condition of a gate: something was uploaded, or tried to be."""
    began = " || ".join(f"steps.{id_}.outcome != 'skipped'" for id_ in ids)
    either = f"({began})" if len(ids) > 1 else began
    return f"${{{{ !cancelled() && {either} }}}}"


def _token(workflow: Workflow, place: UploadJob) -> Mapping[str, Value]:
    """Return the input with the upload's token; none where the job's steps have the same."""
    around = {**workflow.variables, **place.job.variables}
    has_around = any(name in around for name in _TOKENS)
    if not place.uploads:
        return {} if has_around else {"railway-token": "${{ secrets.RAILWAY_TOKEN }}"}
    if any(_SETS_TOKEN.search(step.shell) for step in place.job.steps[: place.uploads[-1] + 1]):
        raise TooOddError(
            "sets the token of its upload in a shell: which one a gate needs is not known"
        )
    found: list[Mapping[str, Value]] = []
    for index in place.uploads:
        step = place.job.steps[index]
        given = {
            key: step.variables[name]
            for name, key in _TOKENS.items()
            if name in step.variables and step.variables[name] != around.get(name)
        }
        if "railway_token" in step.inputs:
            given["railway-token"] = step.inputs["railway_token"]
        if not given and not has_around:
            given["railway-token"] = "${{ secrets.RAILWAY_TOKEN }}"
        found.append(given)
    if any(given != found[0] for given in found):
        raise TooOddError("uploads with several tokens in one job")
    return found[0]


def wanted_permissions(
    workflow: Workflow, place: UploadJob, text: str
) -> Mapping[str, Value] | None:
    """Return what the job's token has to be allowed; None where that stays as it is."""
    said = workflow.permissions if place.job.permissions is None else place.job.permissions
    if said == "write-all":
        return None
    if isinstance(said, str):
        raise TooOddError(f"gives its token the permissions {said}, which name nothing to add to")
    if said is None:
        strange = [
            step.uses for step in place.job.steps if step.uses and not _MODEST.fullmatch(step.uses)
        ]
        if strange or _USES_TOKEN.search(f"{text}\n{dict(workflow.variables)}"):
            raise TooOddError(
                f"names no permissions, and what the job {place.job.id} needs besides the gate's "
                "contents: write and deployments: write is not known"
            )
    wanted = {**mapping(said), **dict.fromkeys(NEEDED, "write")}
    return None if wanted == said and place.job.permissions is not None else wanted


def wanted_minutes(place: UploadJob) -> int | None:
    """Return how long the job may take with a gate; None where it names no limit."""
    said = place.value.get("timeout-minutes")
    if said is not None and (isinstance(said, bool) or not isinstance(said, int)):
        raise TooOddError(f"works out timeout-minutes of the job {place.job.id}")
    return None if said is None else said + GATE_MINUTES
