"""The texts of a workflow file that hold expressions, each with the place where it stands."""

from collections.abc import Iterator, Mapping

from verifier.github.json_shapes import mapping
from verifier.model.workflow_expression import Place, WrittenExpressions

_OPEN, _CLOSE = "${{", "}}"
_OF_JOB = ("name", "runs-on", "timeout-minutes", "continue-on-error", "concurrency")
_PLACES_OF_JOB = {
    **dict.fromkeys((*_OF_JOB, "with"), Place.OF_JOB),
    "strategy": Place.STRATEGY,
    "env": Place.JOB_VARIABLES,
    "defaults": Place.JOB_DEFAULTS,
    "outputs": Place.JOB_OUTPUTS,
    "secrets": Place.JOB_SECRETS,
}
_OF_STEP = (
    "name", "run", "env", "with", "working-directory", "timeout-minutes", "continue-on-error",
)  # fmt: skip
_PLACES_OF_CONTAINER = {
    "env": Place.CONTAINER_VARIABLES,
    "credentials": Place.CONTAINER_CREDENTIALS,
}


def expressions_in(workflow: Mapping[str, object]) -> Iterator[WrittenExpressions]:
    """Yield them from the top of the file to its end, conditions left out."""
    for place in (Place.RUN_NAME, Place.CONCURRENCY, Place.VARIABLES):
        yield from _under(place, str(place), workflow.get(place))
    outputs = mapping(mapping(mapping(workflow.get("on")).get("workflow_call")).get("outputs"))
    for name, said in outputs.items():
        yield from _under(Place.CALL_OUTPUTS, f"output {name}", mapping(said).get("value"))
    for id_, job in mapping(workflow.get("jobs")).items():
        yield from _in_job(f"job {id_}", mapping(job))


def insides(text: str) -> Iterator[str]:
    """Yield what stands between the braces of each expression in a text."""
    at = text.find(_OPEN)
    while at >= 0 and (end := text.find(_CLOSE, at)) >= 0:
        yield text[at + len(_OPEN) : end]
        at = text.find(_OPEN, end)


def _in_job(of: str, job: Mapping[str, object]) -> Iterator[WrittenExpressions]:
    for key, place in _PLACES_OF_JOB.items():
        yield from _under(place, f"{key} of {of}", job.get(key))
    environment = job.get("environment")
    if isinstance(environment, str):
        yield from _under(Place.OF_JOB, f"environment of {of}", environment)
    for key, said in mapping(environment).items():
        place = Place.ENVIRONMENT_URL if key == "url" else Place.OF_JOB
        yield from _under(place, f"environment of {of}", said)
    yield from _in_container(f"container of {of}", job.get("container"))
    services = job.get("services")
    for name, said in mapping(services).items():
        yield from _in_container(f"service {name} of {of}", said)
    if isinstance(services, str):
        yield from _under(Place.OF_JOB, f"services of {of}", services)
    steps = job.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else [], 1):
        for key in _OF_STEP:
            where = f"{key} of step {number} of {of}"
            yield from _under(Place.OF_STEP, where, mapping(step).get(key))


def _in_container(where: str, said: object) -> Iterator[WrittenExpressions]:
    if not isinstance(said, dict):
        yield from _under(Place.OF_JOB, where, said)
    for key, part in mapping(said).items():
        yield from _under(_PLACES_OF_CONTAINER.get(key, Place.OF_JOB), where, part)


def _under(place: Place, where: str, value: object) -> Iterator[WrittenExpressions]:
    """What a value holds, in the order in which it is written."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            if _OPEN in each:
                yield WrittenExpressions(place, where, each)
        elif isinstance(each, list):
            left += reversed(each)
        elif isinstance(each, dict):
            left += reversed([*each.values()])
