"""
Parts of a job that GitHub refuses: its steps, rights, matrix and places, as the file alone tells.

Only what GitHub surely refuses is told: a word that is not known here may be a new one of GitHub's.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from verifier.github.json_shapes import entries, mapping
from verifier.model.typos import is_slip

_OF_A_STEP = (
    "continue-on-error", "env", "id", "if", "name", "run", "shell", "timeout-minutes", "uses",
    "with", "working-directory",
)  # fmt: skip
_RIGHTS = (
    "actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token",
    "issues", "models", "packages", "pages", "pull-requests", "repository-projects",
    "security-events", "statuses",
)  # fmt: skip
_LEVELS = ("read", "write", "none")
_ALL_LEVELS = ("read-all", "write-all")
_ACTION = re.compile(r"\./|\.\./|\$/|docker://|[\w.-]+/[\w./-]+@\S", re.ASCII)


def in_parts_of_job(id_: str, job: Mapping[str, object]) -> Iterator[str]:
    """Yield why GitHub refuses parts of a job."""
    if "runs-on" in job and job["runs-on"] in (None, "", []):
        yield f"job {id_} has an empty runs-on"
    minutes = job.get("timeout-minutes")
    if isinstance(minutes, str) and "${{" not in minutes and not _is_number(minutes):
        yield f"job {id_} has timeout-minutes, which is no number"
    if "shell" in mapping(job.get("defaults")):
        yield f"job {id_} has defaults: shell, which stands under defaults: run"
    for key, needed in (("container", "image"), ("concurrency", "group")):
        said = job.get(key)
        if isinstance(said, dict) and needed not in said:
            yield f"job {id_} has a {key} without {needed}"
    yield from in_permissions(f"job {id_}: ", job.get("permissions"))
    yield from _in_matrix(id_, mapping(job.get("strategy")).get("matrix"))
    yield from _in_steps(id_, entries(job.get("steps")))


def in_permissions(where: str, said: object) -> Iterator[str]:
    """Yield rights of `permissions:` that there are not."""
    if isinstance(said, str) and "${{" not in said and said not in _ALL_LEVELS:
        yield f"{where}permissions may not be {said}"
    for name, level in mapping(said).items():
        if is_slip(str(name), _RIGHTS):
            yield f"{where}there is no permission {name}"
        elif isinstance(level, str) and "${{" not in level and level not in _LEVELS:
            yield f"{where}permission {name} may not be {level}"


def _in_matrix(id_: str, matrix: object) -> Iterator[str]:
    for name, values in mapping(matrix).items():
        if values == [] and name not in ("include", "exclude"):
            yield f"job {id_} has nothing for {name} in its matrix"


def _in_steps(id_: str, steps: Collection[Mapping[str, object]]) -> Iterator[str]:
    for step in steps:
        slip = next((str(key) for key in step if is_slip(str(key), _OF_A_STEP)), None)
        if slip is not None:
            yield f"a step of job {id_} has {slip}, which no step has"
        uses = step.get("uses")
        if isinstance(uses, str) and uses and not _ACTION.match(uses):
            yield f"a step of job {id_} uses {uses}, which names no version of an action"
    known = Counter(str(step["id"]).casefold() for step in steps if step.get("id") is not None)
    for name, many in known.items():
        if many > 1:
            yield f"job {id_} has {many} steps with the id {name}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
