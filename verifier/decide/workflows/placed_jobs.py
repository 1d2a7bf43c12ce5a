"""The jobs that a workflow runs, those that it calls too, and what is known in each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from verifier.decide.workflows.environment_by_branch import sure_environment
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term, text_of
from verifier.decide.workflows.expressions import ExpressionScope, pieces, worked_out
from verifier.decide.workflows.matrix import legs_of
from verifier.decide.workflows.shell_words import UNKNOWN
from verifier.decide.workflows.upload_environment import other_environment
from verifier.model.workflow import Job, Value, Workflow

NEVER = ("false", "${{ false }}")
#: Levels of called workflows, and jobs of matrices and calls together.
DEEPEST = 9
MOST_JOBS = 500


@dataclass(frozen=True, slots=True)
class PlacedJob:
    """A job of one leg of a matrix, with what is known where it runs."""

    workflow: Workflow
    job: Job
    scope: ExpressionScope
    root: str
    """The id of the job that calls its workflow, of the first one of all; else its own."""


def scope_of(inputs: Mapping[str, Term]) -> ExpressionScope:
    """Return what is known in a workflow that is given these."""
    return ExpressionScope({"inputs": {name.lower(): value for name, value in inputs.items()}})


def placed_jobs(
    workflow: Workflow,
    known: Mapping[str, Workflow],
    scope: ExpressionScope,
    depth: int = DEEPEST,
    runs: Callable[[Job], bool] = lambda _: True,
    root: str = "",
) -> Iterator[PlacedJob]:
    """
    Yield the jobs of a workflow, and those of the workflows of this repository that it calls.

    One of which `runs` does not hold is none, nor is what it calls.
    """
    scope = having_env(scope, _values_of(workflow.variables, scope))
    for job in workflow.jobs:
        if job.condition.strip() in NEVER or not runs(job):
            continue
        legs = legs_of(job.matrix, scope) if job.matrix is not None else ()
        for inside in [scope.having(matrix=leg.values) for leg in legs] or [scope]:
            called = known.get(job.calls.removeprefix("./"))
            if called is not None and depth:
                inputs = {**called.inputs, **_values_of(job.inputs, inside)}
                github = {n: value for n, value in scope.contexts.items() if n == "github"}
                within = scope_of(inputs).having(**github)
                yield from placed_jobs(called, known, within, depth - 1, runs, root or job.id)
            yield PlacedJob(workflow, job, inside, root or job.id)


def _values_of(values: Mapping[str, Value], scope: ExpressionScope) -> Mapping[str, Term]:
    return {name: worked_out(value, scope) for name, value in values.items()}


def elsewhere(placed: PlacedJob, environment: str) -> str:
    """Return which environment a job is for, where that is certainly another one."""
    job, scope = placed.job, placed.scope
    environ = {**environ_of(placed.workflow.variables, scope), **environ_of(job.variables, scope)}
    given = {n: {**environ, **environ_of(s.variables, scope)} for n, s in enumerate(job.steps)}
    shells = {
        n: written_text(step.shell, having_env(scope, given[n])) for n, step in enumerate(job.steps)
    }
    around = {**placed.workflow.variables, **job.variables}
    named = job.environment
    if named is None:
        written = written_text(job.environment_expression, scope)
        named = sure_environment(placed.workflow, job) if UNKNOWN in written else written
    job = replace(job, variables=around, environment=named)
    return other_environment(job, shells, given, environment)


def having_env(scope: ExpressionScope, values: Mapping[str, Term]) -> ExpressionScope:
    """Return it with these variables: a step may set more for those behind it."""
    known = {name.lower(): value for name, value in values.items()}
    return scope.having(env=PartlyKnown("env", known))


def environ_of(values: Mapping[str, Value], scope: ExpressionScope) -> dict[str, str]:
    """Return variables as a shell is given them."""
    return {name: written_text(value, scope) for name, value in values.items()}


def written_text(value: Value, scope: ExpressionScope) -> str:
    """Return a text with its expressions worked out, and `UNKNOWN` for what a run alone knows."""
    if not isinstance(value, str):
        found = text_of(worked_out(value, scope))
        return UNKNOWN if isinstance(found, NotKnown) else found
    return "".join(UNKNOWN if isinstance(p, NotKnown) else p for p in pieces(value, scope))
