"""
Expressions that GitHub refuses where they stand: then it starts no run of their file.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
"""

from collections.abc import Iterator, Sequence

from verifier.decide.workflows.expression_functions import FUNCTIONS
from verifier.decide.workflows.expression_syntax import (
    Node,
    NoExpressionError,
    TooLargeExpressionError,
    calls_of,
    names_of,
    parse_expression,
)
from verifier.decide.workflows.expressions import STATUS, condition_of
from verifier.model.typos import is_slip
from verifier.model.workflow import Job, Workflow
from verifier.model.workflow_expression import Place, WrittenExpressions

_OPEN, _CLOSE = "${{", "}}"
_START = frozenset({"github", "inputs", "vars"})
_PLANNED = _START | {"needs"}
_OF_JOB = _PLANNED | {"strategy", "matrix"}
_PREPARED = _OF_JOB | {"env", "secrets"}
_RUNNING = _PREPARED | {"job", "runner"}
_OF_STEP = _RUNNING | {"steps"}
_KNOWN = _OF_STEP | {"jobs"}
_CONTEXTS = {
    Place.RUN_NAME: _START,
    Place.CONCURRENCY: _START,
    Place.VARIABLES: _START | {"secrets"},
    Place.CALL_OUTPUTS: _START | {"jobs"},
    Place.OF_JOB: _OF_JOB,
    Place.STRATEGY: _PLANNED,
    Place.JOB_VARIABLES: _OF_JOB | {"secrets"},
    Place.JOB_DEFAULTS: _OF_JOB | {"env"},
    Place.JOB_OUTPUTS: _OF_STEP,
    Place.JOB_SECRETS: _OF_JOB | {"secrets"},
    Place.ENVIRONMENT_URL: _OF_STEP - {"secrets"},
    Place.CONTAINER_VARIABLES: _RUNNING,
    Place.CONTAINER_CREDENTIALS: _PREPARED,
    Place.OF_STEP: _OF_STEP,
}
_OF_FILES = "hashfiles"
_MANY = 255
#: The fewest and most values that each function takes.
_VALUES = {
    **{name: (fewest, most) for name, (_, fewest, most) in FUNCTIONS.items()},
    _OF_FILES: (1, _MANY),
    **dict.fromkeys(STATUS, (0, _MANY)),
}


def refused_expressions(workflow: Workflow) -> Iterator[str]:
    """Yield why GitHub takes no such file, of each expression that it refuses."""
    for job in workflow.jobs:
        yield from _in_conditions(job)
    for written in workflow.expressions:
        contexts = _CONTEXTS[written.place]
        functions = {_OF_FILES} if written.place is Place.OF_STEP else set()
        try:
            for inner in _inner(written):
                yield from _refused(written.where, parse_expression(inner), contexts, functions)
        except TooLargeExpressionError:
            continue
        except NoExpressionError as error:
            yield f"{written.where} has no expression that GitHub takes: {error}"


def _in_conditions(job: Job) -> Iterator[str]:
    conditions = [(f"the if of job {job.id}", job.condition, _PLANNED, set(STATUS))]
    conditions += [
        (
            f"the if of step {number} of job {job.id}",
            step.condition,
            _OF_STEP - {"secrets"},
            {*STATUS, _OF_FILES},
        )
        for number, step in enumerate(job.steps, 1)
    ]
    for where, condition, contexts, functions in conditions:
        if not condition:
            continue
        try:
            yield from _refused(where, condition_of(condition), contexts, functions)
        except TooLargeExpressionError:
            continue
        except NoExpressionError as error:
            yield f"{where} is no expression: {error}"


def _refused(
    where: str, node: Node, contexts: frozenset[str], functions: set[str]
) -> Iterator[str]:
    for name in sorted(set(names_of(node)) - contexts):
        if name in _KNOWN:
            yield f"{where} asks for {name}, which is not known there"
        elif is_slip(name, _KNOWN):
            yield f"{where} asks for {name}, which there is not"
    for function, many in calls_of(node):
        if function not in _VALUES:
            if is_slip(function, _VALUES):
                yield f"{where} calls {function}, which there is not"
            continue
        if function in (*STATUS, _OF_FILES) and function not in functions:
            yield f"{where} calls {function}, which is not known there"
        fewest, most = _VALUES[function]
        if not fewest <= many <= most:
            values = "1 value" if many == 1 else f"{many} values"
            yield f"{where} calls {function} with {values}"


def _inner(written: WrittenExpressions) -> Sequence[str]:
    """
    Return what stands between `${{` and `}}`, as GitHub finds its end: none in a text is one.

    Raises:
        NoExpressionError: one does not end.
    """
    found, at = [], written.text.find(_OPEN)
    while at >= 0:
        end = at = at + len(_OPEN)
        is_in_text = False
        while is_in_text or not written.text.startswith(_CLOSE, end):
            if end >= len(written.text):
                raise NoExpressionError(f"{_OPEN} has no {_CLOSE}")
            is_in_text ^= written.text[end] == "'"
            end += 1
        found.append(written.text[at:end])
        at = written.text.find(_OPEN, end)
    return found
