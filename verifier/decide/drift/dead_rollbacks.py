"""Rollbacks of a pipeline that can never run after the failure that they are for."""

from collections.abc import Mapping, Sequence

from verifier.decide.drift.pipeline_commands import (
    DEPLOY,
    HEALTH,
    ROLLBACK,
    TEST,
    is_of_kind,
    kind_of,
)
from verifier.decide.workflows.expression_syntax import (
    Constant,
    Name,
    Node,
    NoExpressionError,
    entries_of,
    functions_of,
)
from verifier.decide.workflows.expressions import STATUS, ExpressionScope, condition_of, holds
from verifier.decide.workflows.hidden_results import DEFAULT_SHELL, shell_options
from verifier.decide.workflows.shell_results import ends_shell, hides_failure_of
from verifier.model.workflow import Job, Step

_AFTER_A_FAILURE = ExpressionScope(
    {}, {"success": False, "failure": True, "always": True, "cancelled": False}
)
_LOOKED_AT = (TEST, DEPLOY, HEALTH)


def is_dead_step(job: Job, index: int) -> bool:
    """Tell whether a rollback never runs once what stands before it in its job has failed."""
    step = job.steps[index]
    before = [each for each in job.steps[:index] if kind_of(each) in (*_LOOKED_AT, ROLLBACK)]
    options = shell_options(step.interpreter or job.interpreter) or DEFAULT_SHELL
    own = [is_of_kind(kind) for kind in (TEST, HEALTH)]
    asked = [s for s in own if hides_failure_of(s, step.shell, options) is not None]
    if asked and any(not ends_shell(sought, step.shell, options) for sought in asked):
        return False  # it looks by itself, and goes on
    if not before:
        return bool(asked)
    node = _condition(step.condition)
    if node is None or holds(node, _AFTER_A_FAILURE) is not False:
        return False
    if _is_about_success(step.condition, node):
        return True
    named = steps_named(step.condition)
    of = [each for each in job.steps[:index] if each.id and each.id.casefold() in named]
    return any(_fails_job(job, each) for each in of or before)


def is_dead_job(job: Job, jobs: Mapping[str, Job]) -> bool:
    """Tell whether a job that rolls back never runs once a job that it waits for has failed."""
    needed = [jobs[name] for name in job.needs if name in jobs]
    if not any(kind_of(step) in _LOOKED_AT for each in needed for step in each.steps):
        return False
    node = _condition(job.condition)
    return node is not None and holds(node, _AFTER_A_FAILURE) is False


def _condition(text: str) -> Node | None:
    try:
        return condition_of(text)
    except NoExpressionError:
        return None


def _is_about_success(condition: str, node: Node) -> bool:
    """Whether a condition itself asks how the job goes; GitHub adds `success()` to others."""
    added = "success" in functions_of(node) and "success" not in condition.casefold()
    return not added and bool(set(functions_of(node)).intersection(STATUS))


def steps_named(condition: str) -> Sequence[str]:
    """Return the ids of the steps that a condition asks, in lower case."""
    node = _condition(condition)
    if node is None:
        return []
    return [
        key.value.casefold()
        for of, key in entries_of(node)
        if isinstance(of, Name) and of.name == "steps" and isinstance(key, Constant)
        if isinstance(key.value, str)
    ]


def _fails_job(job: Job, step: Step) -> bool:
    """Whether the job fails with that step: not where the step goes on, and only notes it."""
    if step.goes_on:
        return False
    options = shell_options(step.interpreter or job.interpreter) or DEFAULT_SHELL
    hidden = [hides_failure_of(is_of_kind(kind), step.shell, options) for kind in _LOOKED_AT]
    asked = [how for how in hidden if how is not None]
    return not asked or not all(asked)
