"""What a gate of a repository's own judges: which environment, which services, and when."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.own_steps import GATE
from verifier.decide.workflows.placed_jobs import PlacedJob, environs_of, having_env, written_text
from verifier.decide.workflows.runs_after import ancestors
from verifier.decide.workflows.shell_results import shell_commands, verifier_arguments
from verifier.decide.workflows.shell_words import UNKNOWN
from verifier.decide.workflows.upload_environment import is_of_another
from verifier.model.project import ACTION_COMMANDS
from verifier.model.workflow import Workflow

_DEFAULT_CONFIG = ".github/verifier.yml"
#: Lines of a configuration that say which environment it is for.
_SAYS = re.compile(
    r"^[^#\n]*?(?<![\w-])(?:app-env|environment):[ \t]*[\"']?([\w.-]+)", re.MULTILINE
)
#: Of a configuration; nobody writes a longer one.
_LONGEST = 100_000
_OPTIONS = {"--config": "config", "--service": "services"}
_VARIABLES = {"VERIFIER_CONFIG": "config", "VERIFIER_SERVICES": "services"}


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step of a job where that runs, by its number there."""

    placed: PlacedJob
    number: int
    services: tuple[str, ...] = ()
    """Those that it uploads, or judges; empty for all, and where that is not told."""

    def is_before(self, other: "PlacedStep", workflow: Workflow) -> bool:
        """Tell whether it has always run when another one begins; `workflow` runs them both."""
        here, there = self.placed, other.placed
        if here.root != there.root:
            return here.root in ancestors(workflow)[there.root]
        if here.workflow.path != there.workflow.path:
            return False
        if here.job.id != there.job.id:
            return here.job.id in ancestors(here.workflow)[there.job.id]
        return self.number < other.number


def gate_step(placed: PlacedJob, number: int) -> PlacedStep:
    """Return a gate with the services that it waits for."""
    named = _given(placed, number).get("services", "")
    names = tuple(name.strip() for name in named.split(",") if name.strip())
    return PlacedStep(placed, number, () if UNKNOWN in named else names)


def judges_elsewhere(
    gate: PlacedStep, environment: str, text_of: Callable[[str], str | None]
) -> bool:
    """Tell whether the configuration of a gate is certainly another environment's."""
    path = _given(gate.placed, gate.number).get("config", _DEFAULT_CONFIG)
    if UNKNOWN in path:
        return False
    said = _SAYS.findall((text_of(path.removeprefix("./")) or "")[:_LONGEST])
    names = [name for name in said if is_of_another(name, environment) is not None]
    names = names or [path.rpartition("/")[2]]
    return all(is_of_another(name, environment) for name in names)


def _given(placed: PlacedJob, number: int) -> Mapping[str, str]:
    """Return what a gate is given as inputs, as options, or by variables."""
    step = placed.job.steps[number]
    environ = environs_of(placed)[number]
    within = having_env(placed.scope, environ)
    found = {key: environ[name] for name, key in _VARIABLES.items() if name in environ}
    if step.uses:
        said = {name.casefold(): written_text(value, within) for name, value in step.inputs.items()}
        return {**found, **{key: value for key, value in said.items() if value}}
    for words in shell_commands(written_text(step.shell, within)):
        arguments = verifier_arguments(words)
        if next((word for word in arguments if word in ACTION_COMMANDS), "") == GATE:
            return {**found, **_options(arguments)}
    return found


def _options(arguments: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in _pairs(arguments):
        found.setdefault(_OPTIONS[name], []).append(UNKNOWN if "$" in value else value)
    return {key: ",".join(values) for key, values in found.items()}


def _pairs(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in _OPTIONS:
            yield name, value if equals else next(iter(arguments[number + 1 :]), UNKNOWN)
