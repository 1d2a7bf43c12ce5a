"""
Parts of a workflow file that are a list where GitHub takes an object, and the like.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from verifier.github.json_shapes import entries, mapping

_Kinds: TypeAlias = "tuple[type, ...]"
_TEXT: _Kinds = (str, int, float)
_OBJECT: _Kinds = (dict,)
_LIST: _Kinds = (list,)
_ANY: _Kinds = (str, int, float, list, dict)
_TEXT_OR_OBJECT: _Kinds = (*_TEXT, dict)
_AT_THE_TOP: Mapping[str, _Kinds] = {
    **dict.fromkeys(("name", "run-name"), _TEXT),
    **dict.fromkeys(("env", "defaults", "jobs"), _OBJECT),
    **dict.fromkeys(("permissions", "concurrency"), _TEXT_OR_OBJECT),
}
_OF_A_JOB: Mapping[str, _Kinds] = {
    **dict.fromkeys(("name", "if", "timeout-minutes", "continue-on-error", "uses"), _TEXT),
    **dict.fromkeys(("env", "outputs", "defaults", "services", "strategy", "with"), _OBJECT),
    **dict.fromkeys(
        ("permissions", "concurrency", "environment", "container", "secrets"), _TEXT_OR_OBJECT
    ),
    "steps": _LIST,
    "needs": (str, list),
    "runs-on": _ANY,
}
_OF_A_STEP: Mapping[str, _Kinds] = {
    **dict.fromkeys(("env", "with"), _OBJECT),
    **dict.fromkeys(
        (
            "id", "name", "if", "run", "uses", "shell", "working-directory", "timeout-minutes",
            "continue-on-error",
        ),
        _TEXT,
    ),
}  # fmt: skip


def in_shapes(workflow: Mapping[str, object]) -> Iterator[str]:
    """Yield what is of a kind that GitHub does not take there; what is empty is left to others."""
    yield from _of("the file", workflow, _AT_THE_TOP)
    for id_, said in mapping(workflow.get("jobs")).items():
        job = mapping(said)
        if said is not None and not isinstance(said, dict):
            yield f"job {id_} is no object"
        yield from _of(f"job {id_}", job, _OF_A_JOB)
        yield from _in_services(str(id_), mapping(job.get("services")))
        yield from _in_matrix(str(id_), mapping(job.get("strategy")).get("matrix"))
        steps = job.get("steps")
        if isinstance(steps, list) and not all(isinstance(step, dict) for step in steps):
            yield f"job {id_} has a step that is no object"
        for step in entries(steps):
            yield from _of(f"a step of job {id_}", step, _OF_A_STEP)


def _of(where: str, part: Mapping[str, object], kinds: Mapping[str, _Kinds]) -> Iterator[str]:
    for key, taken in kinds.items():
        said = part.get(key)
        if said is None or isinstance(said, taken) or _is_expression(said):
            continue
        if taken == _OBJECT:
            yield f"{where} has {key}, which is no object"
        elif taken == _LIST:
            yield f"{where} has {key}, which is no list"
        else:
            yield f"{where} has {key}, which is of another kind"


def _in_services(id_: str, services: Mapping[str, object]) -> Iterator[str]:
    for name, said in services.items():
        if isinstance(said, list) or (isinstance(said, dict) and "image" not in said):
            yield f"service {name} of job {id_} has no image"


def _in_matrix(id_: str, matrix: object) -> Iterator[str]:
    for name, values in mapping(matrix).items():
        if isinstance(values, str | int | float | dict) and not _is_expression(values):
            yield f"job {id_} has {name} in its matrix, which is no list"


def _is_expression(said: object) -> bool:
    return isinstance(said, str) and "${{" in said
