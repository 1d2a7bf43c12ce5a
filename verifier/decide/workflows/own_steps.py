"""
Which steps of a workflow run the verifier: its action under any name, and its program.

Whoever publishes or forks the action names it. By what it is given it is known where only this
action takes that; in doubt it is another's, and its gate none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.workflows.shell_results import shell_commands, verifier_arguments
from verifier.decide.workflows.shell_words import UNKNOWN
from verifier.model import project
from verifier.model.project import ACTION_COMMANDS, ACTION_INPUTS
from verifier.model.workflow import Job, Step, Value

GATE = "gate"
_JUDGING = ACTION_COMMANDS - {"rollback"}
#: What of an audit changes settings, and what may say so in a run alone.
_MAY_FIX = re.compile(rf"--fix|[$`{UNKNOWN}]")
_NAMED = re.compile(r"[\w.-]+/railway-deploy-verifier(?:/[^@]*)?@", re.IGNORECASE)
#: A workflow of another repository that a job calls.
_CALLED = re.compile(
    r"(?P<repository>[\w.-]+/[\w.-]+)/\.github/workflows/(?P<file>[\w.-]+)\.ya?ml@\S+",
    re.IGNORECASE,
)
#: Those of the verifier's own that judge; the second only plans, and asks before it rolls back.
SPLIT = "gate-split"
_CALLED_GATES = (GATE, SPLIT)
_OWN_WORKFLOWS = (*_CALLED_GATES, "drift", "audit-org")
_RAILWAY = re.compile("railway", re.IGNORECASE)
_RARE = ("app-url", "database-url", "since", "deployment", "slack-webhook-url")
_TELLING_COMMANDS = ("gate", "preflight", "audit", "doctor")
_ROLLBACKS = ("auto", "off", "plan")
#: So much of it no other action is given.
_ENOUGH = 3


def is_own_action(uses: str, given: Mapping[str, Value]) -> bool:
    """Tell whether a step's action is the verifier's, by its name or by what it is given."""
    if _is_named(uses):
        return True
    said = {name.casefold(): value for name, value in given.items()}
    return said.keys() <= ACTION_INPUTS.keys() and _telling(uses, said) >= _ENOUGH


def _is_named(uses: str) -> bool:
    published = project.REPOSITORY.casefold()
    is_there = bool(published) and re.split("[@/]", uses.casefold())[:2] == published.split("/")
    return is_there or bool(_NAMED.match(uses))


def called_gate(job: Job) -> str:
    """
    Return which of the verifier's own workflows a job calls that judge; empty for all others.

    Whose it is says its name, or that it is given its own repository as the verifier's.
    """
    found = _CALLED.fullmatch(job.calls)
    if found is None or (file := found["file"].casefold()) not in _CALLED_GATES:
        return ""
    given = next((v for name, v in job.inputs.items() if name.casefold() == "verifier"), None)
    is_given = str(given).casefold() == found["repository"].casefold()
    return file if is_given or _is_named(job.calls) else ""


def called_commits(job: Job) -> tuple[str, str]:
    """
    Return the commits that a call of a workflow of the verifier's own names, as they are written.

    The workflow is of the first one, and runs the second. Both are empty for every other job, and
    where they are those of two repositories.
    """
    found = _CALLED.fullmatch(job.calls)
    if found is None or found["file"].casefold() not in _OWN_WORKFLOWS:
        return "", ""
    given = {name.casefold(): str(value) for name, value in job.inputs.items()}
    if given.get("verifier", "").casefold() != found["repository"].casefold():
        return "", ""
    return job.calls.rpartition("@")[2], given.get("verifier-commit", "")


def with_called_gate(job: Job) -> Job:
    """Return a job with the step of the verifier's workflow that it calls in the call's place."""
    if not called_gate(job):
        return job
    given = {n: v for n, v in job.inputs.items() if n.casefold() in ACTION_INPUTS}
    uses = f"{project.PLACEHOLDER}@{job.calls.rpartition('@')[2]}"
    return replace(job, steps=(Step(job.line, "", "", "", goes_on=False, uses=uses, inputs=given),))


def _telling(uses: str, given: Mapping[str, Value]) -> int:
    """Return how much of it is seldom given to another action."""
    command = given.get("command")
    of_command = 2 if command in _TELLING_COMMANDS else int(command in ("check", "ready"))
    of_rollback = 2 if given.get("rollback") in _ROLLBACKS else 0
    rare = sum(name in given for name in (*_RARE, "otlp", "openmetrics"))
    return of_command + of_rollback + rare + bool(_RAILWAY.search(f"{uses} {dict(given)}"))


def is_gate(step: Step) -> bool:
    """Tell whether a step judges a deployment."""
    if step.uses:
        return is_own_action(step.uses, step.inputs) and _command(step.inputs) == GATE
    return any(
        next((word for word in verifier_arguments(words) if word in ACTION_COMMANDS), "") == GATE
        for words in shell_commands(step.shell)
    )


def only_judges(words: Sequence[str]) -> bool:
    """
    Tell whether a command line runs the verifier and leaves alone what it has not condemned.

    Of two gates that condemn the same, one alone rolls back.
    """
    arguments = verifier_arguments(words)
    is_known = next((w for w in arguments if not w.startswith("-")), "") in _JUDGING
    return is_known and not any(map(_MAY_FIX.search, arguments))


def action_only_judges(step: Step) -> bool:
    """Tell the same of a step that uses the verifier's action."""
    if not is_own_action(step.uses, step.inputs) or _command(step.inputs) not in _JUDGING:
        return False
    return not any(
        name.casefold() == "arguments" and _MAY_FIX.search(str(value))
        for name, value in step.inputs.items()
    )


def _command(given: Mapping[str, Value]) -> Value:
    return next((value for name, value in given.items() if name.casefold() == "command"), GATE)


def runs_gate(job: Job) -> bool:
    """Tell whether a job judges a deployment: by one of its steps, or by what it calls."""
    return bool(called_gate(job)) or any(map(is_gate, job.steps))
