"""What a job of a workflow uploads to Railway, or may upload by what is not read."""

import re
from collections.abc import Iterator

from verifier.decide.workflows.gate_targets import PlacedStep
from verifier.decide.workflows.own_steps import called_gate, is_own_action
from verifier.decide.workflows.placed_jobs import (
    NEVER,
    PlacedJob,
    environs_of,
    having_env,
    written_text,
)
from verifier.decide.workflows.upload_commands import Read, UploadSearch
from verifier.model.workflow import Step

#: Actions that run `railway up`.
_ACTION = re.compile(r"bervproject/railway-deploy@", re.IGNORECASE)
#: Others with its name may do so as well, and what they run is not read; our own does not.
_OTHER_ACTION = re.compile(r"^(?!.*verifier).*railway.*@", re.IGNORECASE)
#: In the name of a workflow of another repository: it may upload with what it inherits.
_DEPLOYS = re.compile(r"railway|deploy|release|ship", re.IGNORECASE)
#: How the paths of workflows begin that a repository calls in itself.
_OF_ITS_OWN = (".github/", "./")
_SERVICE_NAME = re.compile(r"[\w. -]+")
#: Railway takes a service's id in the place of its name.
SERVICE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN")


def search_job(placed: PlacedJob, read: Read, uploaded: list[PlacedStep]) -> UploadSearch:
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
    if not job.calls or job.calls.startswith(_OF_ITS_OWN) or called_gate(job):
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


def may_upload(placed: PlacedJob, search: UploadSearch) -> bool:
    """Whether a job that runs what was not read could upload to Railway."""
    if _is_called_elsewhere(placed) or any(map(_OTHER_ACTION.search, search.unread)):
        return True
    if any(map(_is_given_token, placed.job.steps)):
        return True
    steps = [step.variables for step in placed.job.steps]
    given = [placed.workflow.variables, placed.job.variables, *steps]
    return bool(search.unread) and any(name in each for each in given for name in _TOKENS)
