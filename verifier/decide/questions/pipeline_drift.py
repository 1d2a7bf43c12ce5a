"""What a pipeline of shell steps leaves unseen: dead rollbacks, failures that nobody notices."""

import re
from collections.abc import Iterator, Sequence

from verifier.decide.drift.dead_rollbacks import is_dead_job, is_dead_step, steps_named
from verifier.decide.drift.lost_results import lost_by_tool, lost_elsewhere
from verifier.decide.drift.pipeline_commands import (
    DEPLOY,
    HEALTH,
    ROLLBACK,
    TEST,
    is_bare_request,
    is_of_kind,
    kind_of,
    kind_of_command,
)
from verifier.decide.drift.question import Asked, Question
from verifier.decide.drift.workflow_fault import WorkflowFault
from verifier.decide.workflows.going_on import goes_on
from verifier.decide.workflows.hidden_results import interpreters, shell_options
from verifier.decide.workflows.shell_results import (
    ShellOptions,
    Sought,
    hides_failure_of,
    shell_commands,
)
from verifier.model.finding import Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import Job, Step, Workflow

KIND = DriftKind("pipeline", unread_by=frozenset({"workflows"}))

#: What swallows a failure, as it is written.
_WRITTEN = re.compile(r"\|\|\s*(?:true|:|exit\s+0|[\w/]+)|;\s*(?:true|exit\s+0)\s*$", re.MULTILINE)
_LOST_AT_ONCE = re.compile(r"\|\|\s*(?:/bin/)?(?:true|:|echo|printf)\b(?!.*\bexit\s+[1-9])")
_UNSET_PASSES = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(?:\[\[?|\btest)\s+-z\s+[\"']?\$\{?(\w+)[^\n]*(?:\n[^\n]*){0,4}?\bexit\s+0\b",
        r"(?:\[\[?|\btest)\s+-n\s+[\"']?\$\{?(\w+)[^\n|]*\|\|\s*(?:\{[^}\n]*)?\bexit\s+0\b",
        r"\[\[?\s+[\"']?\$\{?(\w+)[^\n=]*={1,2}\s*(?:\"\"|'')\s*\][^\n]*(?:\n[^\n]*){0,4}?\bexit\s+0\b",
    )
)
_ONLY_IF_SET = re.compile(
    r"\bif\s+\[\[?\s+-n\s+[\"']?\$\{?(\w+)[^\n]*?\]\]?\s*;?\s*then\b"
    r"((?:(?!\bfi\b|\belse\b|\belif\b).)*)\bfi\b",
    re.DOTALL,
)
_CONCLUSION = re.compile(r"\.\s*conclusion\b(?!.*\.\s*outcome\b)", re.IGNORECASE | re.DOTALL)
#: What differs from one pull request to another, or between one and a push.
_OF_THE_CHANGE = re.compile(
    r"\bgithub\.(?:event_name|actor|triggering_actor|head_ref|event\.pull_request\.(?:draft|user|head))\b",
    re.IGNORECASE,
)
_MAY_LACK = re.compile(r"\b(?:secrets|vars|env)\s*\.", re.IGNORECASE)
_ASKS_FOR_SECRET = re.compile(r"\$\{\{[^}]*\b(?:secrets|vars)\s*\.|\[\[?\s+-[nz]\s")
_TAKE_IT = "take it away"

Row = tuple[Step, str, str, str]


def pipeline_drift(workflows: Sequence[Workflow | Unobserved]) -> Iterator[Drift]:
    """Yield a warning for each step whose failure, or whose not running, nobody would notice."""
    for workflow in workflows:
        if isinstance(workflow, Unobserved):
            continue
        jobs = {job.id: job for job in workflow.jobs}
        is_manual = set(workflow.triggers) == {"workflow_dispatch"}
        for job in workflow.jobs:
            dead = [] if is_manual else list(_dead(job, is_dead_job(job, jobs)))
            masked = _masked(job, is_on_pulls="pull_request" in workflow.triggers)
            rows = sorted((*dead, *masked), key=lambda row: row[0].line)
            for step, expected, actual, hint in rows:
                name = step.name or f"line {step.line}"
                setting = f"{KIND}: {workflow.path}: {job.id}: {name}"
                yield WorkflowFault(expected, actual, hint, step.line).drift(setting, workflow.path)


def _dead(job: Job, is_job_dead: bool) -> Iterator[Row]:
    for index, step in enumerate(job.steps):
        if kind_of(step) != ROLLBACK or not (is_job_dead or is_dead_step(job, index)):
            continue
        hint = "have verifier gate roll back, or add failure() to its condition"
        if is_job_dead:
            hint = "have verifier gate roll back, or add failure() to the condition of the job"
        yield (
            step,
            "runs when a step before it has failed",
            "never runs then: its condition has no failure() or always()",
            hint,
        )
        return


def _masked(job: Job, *, is_on_pulls: bool) -> Iterator[Row]:
    """Failures that the job does not show, and jobs that are green without what they are for."""
    told = False
    for step in job.steps:
        kind = kind_of(step) or (TEST if _is_lost_elsewhere(job, step) else "")
        if not kind:
            continue
        expected = f"a failed {kind} fails the job"
        if job.goes_on and not told:
            told = True
            yield step, f"a failed {kind} fails the run", "continue-on-error of the job", _TAKE_IT
        if _is_asked_later(job, step):
            pass  # its failure is meant to be seen there
        elif goes_on(step):
            yield step, expected, "continue-on-error", _TAKE_IT
        elif swallowed := _swallowed(job, step):
            text = f"the failure is swallowed: {swallowed}"
            yield (
                step,
                expected,
                text,
                "let the command fail, or say in the job's result that it did",
            )
        yield from _skipped(job, step, kind, is_on_pulls=is_on_pulls)


def _is_lost_elsewhere(job: Job, step: Step) -> bool:
    return any(lost_elsewhere(step.shell, each) for each in interpreters(job, step))


def _is_asked_later(job: Job, step: Step) -> bool:
    """Whether a later step is there for when this one has failed."""
    is_known = step.id.casefold()
    # The conclusion of a step that goes on is a success, whatever its outcome was.
    return bool(is_known) and any(
        is_known in steps_named(each.condition)
        and not (step.goes_on and _CONCLUSION.search(each.condition))
        for each in job.steps
    )


def _is_for_some_changes(job: Job, step: Step) -> bool:
    """Whether the only tests of a job run for some changes and not for others."""
    others = [each for each in job.steps if each is not step and kind_of(each) == TEST]
    return not others and _OF_THE_CHANGE.search(step.condition) is not None


def _skipped(job: Job, step: Step, kind: str, *, is_on_pulls: bool) -> Iterator[Row]:
    expected = f"no {kind}, no green job"
    if unset := _unset(step.shell):
        text = f"it is green without a {kind} where {unset} is not set"
        yield step, expected, text, "fail where it is not set"
    if kind == TEST and is_on_pulls and _is_for_some_changes(job, step):
        text = "the job is green without its tests where the condition does not hold"
        yield step, expected, text, "run them on every pull request, or fail where they cannot run"
    if kind == ROLLBACK or not (_may_lack(job, step.condition) or _may_lack(job, job.condition)):
        return
    if kind == TEST:
        text = "the job is green without its tests where the condition does not hold"
        yield step, expected, text, "fail where the tests cannot run"
    else:
        text = f"it is green without a {kind} where the condition does not hold"
        yield step, expected, text, "fail where it is not set"


def _may_lack(job: Job, condition: str) -> bool:
    """Whether a condition asks for a secret or a variable, or for a step that looked for one."""
    if _MAY_LACK.search(condition):
        return True
    named = steps_named(condition)
    return any(
        step.id.casefold() in named and _ASKS_FOR_SECRET.search(step.shell)
        for step in job.steps
        if step.id
    )


def _unset(run: str) -> str:
    for pattern in _UNSET_PASSES:
        if found := pattern.search(run):
            return found[1]
    for found in _ONLY_IF_SET.finditer(run):
        if any(kind_of_command(words) for words in shell_commands(found[2])):
            return found[1]
    return ""


def _swallowed(job: Job, step: Step) -> str:
    """Return what swallows the failure of a telling command; empty where nothing does."""
    interpreter, *others = interpreters(job, step)
    options = shell_options(interpreter)
    for other in others if options else (interpreter,):
        if lost := lost_elsewhere(step.shell, other):
            return lost
    if options is None:
        return ""
    if lost := lost_by_tool(step.shell):
        return lost
    for line in step.shell.replace("\\\n", " ").splitlines():
        # A later `exit 1` tells that something is wrong, not that nothing was put back.
        is_undone = any(kind_of_command(words) == ROLLBACK for words in shell_commands(line))
        if is_undone and (found := _LOST_AT_ONCE.search(line)):
            return found[0].strip()
    for kind in (TEST, DEPLOY, HEALTH, ROLLBACK):
        hidden = hides_failure_of(is_of_kind(kind), step.shell, options)
        if hidden == "pipe":
            return "a pipe that hides it; shell: bash sets pipefail"
        if hidden:
            return _as_written(step.shell) or "the shell goes on after it"
    if any(_ends_well(words) for words in shell_commands(step.shell)) and _tells(step.shell):
        return "a trap that ends with 0"
    return _unseen_request(step.shell, options)


def _tells(run: str) -> bool:
    return any(kind_of_command(words) for words in shell_commands(run))


def _ends_well(words: Sequence[str]) -> bool:
    is_trap = len(words) > 2 and words[0] == "trap"
    return is_trap and "exit 0" in words[1] and bool({"EXIT", "0"}.intersection(words[2:]))


def _unseen_request(run: str, options: ShellOptions) -> str:
    """A request whose HTTP error is no failure, where nothing looks at what came of it."""
    bare = Sought(is_bare_request, may_be_compared=True)
    always = ShellOptions(options.errexit, pipefail=False)
    commands = list(shell_commands(run))
    is_alone = len(commands) == 1 and is_bare_request(commands[0])
    if is_alone and hides_failure_of(bare, run, always) == "":
        return "without --fail an HTTP error is a success for curl"
    return ""


def _as_written(run: str) -> str:
    lines = run.replace("\\\n", " ").splitlines()
    telling = [line for line in lines if _tells(line)]
    found = (_WRITTEN.search(line) for line in telling)
    return next((match[0].strip() for match in found if match), "")


def _ask(asked: Asked) -> Iterator[Drift]:
    return pipeline_drift(asked.workflows)


QUESTION = Question(KIND, _ask)
