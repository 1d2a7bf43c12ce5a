"""
Which steps of a workflow run the verifier: its action under any name, and its program.

Whoever publishes or forks the action names it. By what it is given it is known where only this
action takes that; in doubt it is another's, and its gate none.
"""

import re
from collections.abc import Mapping, Sequence

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
_RAILWAY = re.compile("railway", re.IGNORECASE)
_RARE = ("app-url", "database-url", "since", "deployment", "slack-webhook-url")
_TELLING_COMMANDS = ("gate", "preflight", "audit", "doctor")
_ROLLBACKS = ("auto", "off", "plan")
#: So much of it no other action is given.
_ENOUGH = 3


def is_own_action(uses: str, given: Mapping[str, Value]) -> bool:
    """Tell whether a step's action is the verifier's, by its name or by what it is given."""
    published = project.REPOSITORY.casefold()
    is_named = bool(published) and re.split("[@/]", uses.casefold())[:2] == published.split("/")
    if is_named or _NAMED.match(uses):
        return True
    said = {name.casefold(): value for name, value in given.items()}
    return said.keys() <= ACTION_INPUTS.keys() and _telling(uses, said) >= _ENOUGH


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
    """Tell whether one of a job's steps judges a deployment."""
    return any(map(is_gate, job.steps))
