"""The jobs that a workflow runs, those that it calls too, and what is known in each."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from verifier.decide.workflows.environment_by_branch import is_chosen_token, sure_environment
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term, text_of
from verifier.decide.workflows.expressions import ExpressionScope, pieces, worked_out
from verifier.decide.workflows.matrix import legs_of
from verifier.decide.workflows.shell_words import UNKNOWN
from verifier.decide.workflows.upload_environment import (
    named_environments,
    other_environment,
    tokens_of,
)
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


def outer_scope(workflow: Workflow) -> ExpressionScope:
    """Return what is known in a workflow that nobody calls: who starts it may give it inputs."""
    may_be_given = "workflow_dispatch" in workflow.triggers
    return ExpressionScope({"inputs": PartlyKnown("inputs", {}) if may_be_given else {}})


def placed_jobs(
    workflow: Workflow,
    known: Mapping[str, Workflow],
    scope: ExpressionScope,
    depth: int = DEEPEST,
    skipped_in: Callable[[Workflow, ExpressionScope], Collection[str]] = lambda *_: (),
    root: str = "",
) -> Iterator[PlacedJob]:
    """
    Yield the jobs of a workflow, and those of the workflows of this repository that it calls.

    `skipped_in` returns the ids of those that a workflow skips; what these call is none either.
    """
    scope = having_env(scope, _values_of(workflow.variables, scope))
    skipped = skipped_in(workflow, scope)
    for job in workflow.jobs:
        if job.condition.strip() in NEVER or job.id in skipped:
            continue
        legs = legs_of(job.matrix, scope) if job.matrix is not None else ()
        for inside in [scope.having(matrix=leg.values) for leg in legs] or [scope]:
            called = known.get(job.calls.removeprefix("./"))
            if called is not None and depth:
                inputs = {**called.inputs, **_values_of(job.inputs, inside)}
                github = {n: value for n, value in scope.contexts.items() if n == "github"}
                within = scope_of(inputs).having(**github)
                yield from placed_jobs(called, known, within, depth - 1, skipped_in, root or job.id)
            yield PlacedJob(workflow, job, inside, root or job.id)


def _values_of(values: Mapping[str, Value], scope: ExpressionScope) -> Mapping[str, Term]:
    return {name: worked_out(value, scope) for name, value in values.items()}


def elsewhere(placed: PlacedJob, environment: str) -> str:
    """Return which environment a job is for, where that is certainly another one."""
    given, shells = _shells(placed)
    around = {**placed.workflow.variables, **placed.job.variables}
    job = replace(placed.job, variables=around, environment=_environment(placed, ""))
    return other_environment(placed.workflow, job, shells, given, environment)


def is_chosen(placed: PlacedJob, branch: str) -> bool:
    """Tell whether only a run knows which environment a job is for, also in those of a branch."""
    given, shells = _shells(placed)
    named = [n.text for number, s in shells.items() for n in named_environments(s, given[number])]
    if named:
        return any(UNKNOWN in name for name in named)
    job = replace(placed.job, variables={**placed.workflow.variables, **placed.job.variables})
    return _environment(placed, branch) is None or any(
        is_chosen_token(placed.workflow, job, token, branch) for token in tokens_of(job) if branch
    )


def _environment(placed: PlacedJob, branch: str) -> str | None:
    """Return its environment of GitHub, where that can be told."""
    if placed.job.environment is not None:
        return placed.job.environment
    written = written_text(placed.job.environment_expression, placed.scope)
    if UNKNOWN in written:
        return sure_environment(placed.workflow, placed.job, branch)
    return written


def _shells(
    placed: PlacedJob,
) -> tuple[Mapping[int, Mapping[str, str]], Mapping[int, str]]:
    """Return the variables of each step, and what it runs with expressions worked out."""
    given = dict(enumerate(environs_of(placed)))
    shells = {
        n: written_text(step.shell, having_env(placed.scope, given[n]))
        for n, step in enumerate(placed.job.steps)
    }
    return given, shells


def having_env(scope: ExpressionScope, values: Mapping[str, Term]) -> ExpressionScope:
    """Return it with these variables: a step may set more for those behind it."""
    known = {name.lower(): value for name, value in values.items()}
    return scope.having(env=PartlyKnown("env", known))


def environs_of(placed: PlacedJob) -> tuple[Mapping[str, str], ...]:
    """Return the variables of each step's shell: of the workflow, the job and the step."""
    scope = placed.scope
    around = {
        **_environ_of(placed.workflow.variables, scope),
        **_environ_of(placed.job.variables, scope),
    }
    return tuple({**around, **_environ_of(s.variables, scope)} for s in placed.job.steps)


def _environ_of(values: Mapping[str, Value], scope: ExpressionScope) -> dict[str, str]:
    return {name: written_text(value, scope) for name, value in values.items()}


def written_text(value: Value, scope: ExpressionScope) -> str:
    """Return a text with its expressions worked out, and `UNKNOWN` for what a run alone knows."""
    if not isinstance(value, str):
        found = text_of(worked_out(value, scope))
        return UNKNOWN if isinstance(found, NotKnown) else found
    return "".join(UNKNOWN if isinstance(p, NotKnown) else p for p in pieces(value, scope))
