"""What hides the result of the verifier's own steps: from its job, or within its shell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown
from verifier.decide.workflows.expressions import STATUS, ExpressionScope, condition_of, holds
from verifier.decide.workflows.own_steps import is_own_action
from verifier.decide.workflows.shell_results import ShellOptions, Sought, hides_failure, is_verifier
from verifier.decide.workflows.windows_shells import goes_on_after
from verifier.model.workflow import Job, Mask, Step

#: What GitHub runs where nothing else is said, and for a shell that is only named.
#: Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
DEFAULT_SHELL = ShellOptions(errexit=True)
_NAMED = {
    "": DEFAULT_SHELL,
    "sh": DEFAULT_SHELL,
    "bash": ShellOptions(errexit=True, pipefail=True),
}
_WRITTEN = re.compile(r"(?:\S*/)?(?:ba|da|k|z)?sh\b(.*)", re.DOTALL)
_FLAGS = re.compile(r"(?:^|\s)-[A-Za-z]*e")
_ANYTHING = ExpressionScope({}, {name: NotKnown(name) for name in STATUS} | {"always": True})


@dataclass(frozen=True, slots=True)
class _Result:
    """Whether the verifier's result is asked for in a step, and whether it is lost there."""

    is_asked: bool
    mask: str = ""


def masks_of(job: Job) -> Iterator[Mask]:
    """Yield what hides the result of the steps that run the verifier."""
    is_ours = False
    for step in job.steps:
        result = _result(step, job)
        if not result.is_asked:
            continue
        is_ours = True
        if step.goes_on:
            yield Mask(step.line, "continue-on-error on the step")
        if result.mask:
            yield Mask(step.line, result.mask)
        if _never_runs(step.condition):
            yield Mask(step.line, "an if: that is never true")
    if is_ours and job.goes_on:
        yield Mask(job.line, "continue-on-error on the job")
    if is_ours and _never_runs(job.condition):
        yield Mask(job.line, "an if: that is never true")


def _result(step: Step, job: Job) -> _Result:
    if step.uses:
        return _Result(is_own_action(step.uses, step.inputs))
    options = shell_options(step.interpreter or job.interpreter)
    hidden = hides_failure(step.shell, options or DEFAULT_SHELL)
    if hidden is None:
        return _Result(is_asked=False)
    for interpreter in interpreters(job, step):
        if lost := goes_on_after(Sought(is_verifier), step.shell, interpreter):
            return _Result(True, lost)
    if options is None:
        return _Result(is_asked=True)  # what another language does with a result is not known
    if hidden == "pipe":
        return _Result(True, "a pipe that hides a failure; shell: bash sets pipefail")
    return _Result(True, "a shell that continues after a failure" if hidden else "")


def interpreters(job: Job, step: Step) -> Sequence[str]:
    """Return the shell of a step, and that of its parts on Windows where it is another."""
    if step.interpreter or not job.interpreter_on_windows:
        return [step.interpreter or job.interpreter]
    return [job.interpreter, job.interpreter_on_windows]


def shell_options(shell: str) -> ShellOptions | None:
    """Return the options that a shell begins with; None for what is no shell of this kind."""
    if shell in _NAMED:
        return _NAMED[shell]
    written = _WRITTEN.fullmatch(shell)
    if written is None:
        return None
    flags = written[1]
    return ShellOptions(
        errexit=_FLAGS.search(flags) is not None or "errexit" in flags,
        pipefail="pipefail" in flags,
    )


def _never_runs(condition: str) -> bool:
    if not condition:
        return False
    try:
        return holds(condition_of(condition), _ANYTHING) is False
    except NoExpressionError:
        return False
