"""To which environment a job uploads, as far as it says so: by name, or by its token's name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.environment_by_branch import sure_environment, sure_secret
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, text_of
from verifier.decide.workflows.expressions import ExpressionScope, worked_out
from verifier.decide.workflows.shell_words import UNKNOWN, Word, commands_of
from verifier.model.workflow import Job, Step, Value, Workflow

_CLI = re.compile(r"(?:.*/)?railway(?:\.exe)?|@railway/cli(?:@\S+)?")
_OPTION = re.compile(r"(?:--environment=|-e=?)(?=.)")
#: What environments besides production are called.
_STAGE = re.compile(
    r"(?<![a-z])(?:(?P<staging>stag(?:e|ing)|stg)|(?P<dev>dev(?:elop(?:ment)?)?)|(?P<test>test(?:ing)?)|"
    r"(?P<homolog>homolog\w*|hml|hom)|(?P<preprod>pre[-_]?prod(?:uction)?)|(?P<qa>qa)|(?P<uat>uat)|"
    r"(?P<preview>preview)|(?P<sandbox>sandbox)|(?P<demo>demo)|"
    r"(?P<production>prod(?:uction|ucao)?|live))(?![a-z])",
    re.IGNORECASE,
)
#: Branches that are called like an environment; `develop` and `test` are called so by habit.
_BRANCHES = frozenset({"staging", "homolog", "preprod", "qa", "uat", "preview", "demo"})
_IN_SHELL = re.compile(r"(?<![\w$])RAILWAY_(?:API_)?TOKEN=[\"']?(\$\{\{.*?\}\})")
_SECRET = re.compile(r"\bsecrets(?:\.|\[\s*')(\w+)")
_ONE_SECRET = re.compile(r"\$\{\{\s*(?:secrets|vars)\s*(?:\.\s*\w+|\[\s*'\w+'\s*\])\s*\}\}")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\$\{\{\s*env\.(\w+)\s*\}\}")
_TOKENS = (
    *("RAILWAY_TOKEN", "RAILWAY_API_TOKEN"),
    *("railway_token", "railway-token", "railway-api-token"),
)
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class NamedEnvironment:
    """An environment that a command of Railway's names."""

    text: str
    """With `UNKNOWN` in it where only a run knows its name."""
    written: str
    """For a reader, its variables by their names."""


def other_environment(
    workflow: Workflow,
    job: Job,
    shells: Mapping[int, str],
    given: Mapping[int, Mapping[str, str]],
    here: str,
) -> str:
    """
    Return what a job uploads to where it says so and that is not `here`; else an empty text.

    `shells` are what its steps run with expressions worked out, `given` the variables of each step,
    both by the number of the step. What its workflow gives it counts as its own.
    """
    named = {
        each.text
        for number, shell in shells.items()
        for each in named_environments(shell, given[number])
    }
    if named:
        is_known = not any(UNKNOWN in name or not name for name in named)
        is_here = here.casefold() in {name.casefold() for name in named}
        return ", ".join(sorted(named)) if is_known and not is_here else ""
    tokens = [sure_secret(workflow, job, value.strip()) or value for value in tokens_of(job)]
    said = [[job.environment or ""], *map(_SECRET.findall, tokens)]
    # One of several that a run chooses from may be this environment's.
    stages = [{_stage(name) for name in names} for names in said if any(names)]
    certain = [
        each for stage in stages for each in stage if len(stage) == 1 and _is_other(each, here)
    ]
    return certain[0] if certain else ""


def branch_elsewhere(branches: Sequence[str], here: str) -> str:
    """Return the environment that all branches of a workflow are called by, where it is another."""
    stages = {_stage(branch) for branch in branches}
    return next(
        (s for s in stages if len(stages) == 1 and s in _BRANCHES and _is_other(s, here)), ""
    )


def is_of_another(name: str, here: str) -> bool | None:
    """Tell whether a name speaks of another environment; None where it speaks of none."""
    stage = _stage(name)
    return _is_other(stage, here) if stage else None


def _stage(name: str) -> str:
    """Return the kind of environment that a name speaks of; empty where it speaks of none."""
    found = _STAGE.search(name)
    return found.lastgroup or "" if found else ""


def _is_other(stage: str, here: str) -> bool:
    """Tell whether a stage is certainly not the environment that is looked at."""
    ours = _stage(here)
    return bool(stage) and stage != (ours or "production")


def chosen_in_a_run(workflow: Workflow, job: Job) -> str:
    """Return what says where a job uploads to and is known in a run alone; else an empty text."""
    if sure_environment(workflow, job) is None:
        return "environment"
    given = [workflow.variables, *(each for step in job.steps for each in _given(step, job))]
    for name in _TOKENS:
        for value in (str(each[name]) for each in given if name in each):
            values = {name: str(value) for each in given for name, value in each.items()}
            said = value.strip()
            while (found := _VARIABLE.fullmatch(said)) and values.get(found[1], said) != said:
                said = values.pop(found[1]).strip()
            is_one = _ONE_SECRET.fullmatch(said) or sure_secret(workflow, job, said)
            if "${{" in said and not is_one:
                return name
    return ""


def chosen_secrets(workflow: Workflow, job: Job) -> Iterator[str]:
    """Yield the secret that each token of a job is in all runs, where it is one of several."""
    given = [workflow.variables, *(each for step in job.steps for each in _given(step, job))]
    for token in _named_tokens(given):
        if secret := sure_secret(workflow, job, token.strip()):
            yield secret


def named_by(workflow: Workflow, job: Job, step: Step) -> Iterator[NamedEnvironment]:
    """Yield what a step names, with its expressions and its variables as far as they are known."""
    known: dict[str, str] = {}
    for each in (workflow.variables, job.variables, step.variables):
        inside = _inside(known)
        said = {name: text_of(worked_out(value, inside)) for name, value in each.items()}
        known = {n: v for n, v in known.items() if n not in said}
        known |= {n: v for n, v in said.items() if not isinstance(v, NotKnown)}
    inside, unknown = _inside(known), dict[str, str]()

    def worth(found: re.Match[str]) -> str:
        text = text_of(worked_out(found[0], inside))
        if not isinstance(text, NotKnown):
            return text
        unknown[f"$EXPRESSION_{len(unknown)}_"] = found[0]
        return f"${{EXPRESSION_{len(unknown) - 1}_}}"

    for named in named_environments(_EXPRESSION.sub(worth, step.shell), known):
        written = named.written
        for name, expression in unknown.items():
            written = written.replace(name, expression)
        yield NamedEnvironment(named.text, written)


def _inside(known: Mapping[str, str]) -> ExpressionScope:
    lower = {name.lower(): value for name, value in known.items()}
    return ExpressionScope({"env": PartlyKnown("env", lower)})


def named_environments(
    shell: str, given: Mapping[str, str], depth: int = _DEEPEST
) -> Iterator[NamedEnvironment]:
    """Yield the environments that a shell text names to Railway's command line."""
    variables = {name: (value,) for name, value in given.items()}
    for command in commands_of(shell if "railway" in shell and depth else ""):
        texts = [word.text(variables) for word in command.words]
        for inner in (*command.inner, *(text for text in texts if " " in text)):
            yield from named_environments(inner, given, depth - 1)
        at = next((n for n, text in enumerate(texts) if _CLI.fullmatch(text)), len(texts))
        is_asked = False
        for word, text in zip(command.words[at + 1 :], texts[at + 1 :], strict=True):
            option = _OPTION.match(text)
            if is_asked and text != "link" and not text.startswith("-"):
                yield _named(word, variables, 0)
                is_asked = False
            elif option:
                yield _named(word, variables, option.end())
            is_asked = is_asked or text in ("--environment", "-e", "environment")


def _named(word: Word, variables: Mapping[str, tuple[str]], start: int) -> NamedEnvironment:
    """Return what a word names, from one of its characters on."""
    is_set = all(part.variable in variables for part in word.parts if part.variable)
    written = "".join(f"${part.variable}" if part.variable else part.text for part in word.parts)
    text = word.text(variables)[start:] if is_set else UNKNOWN
    return NamedEnvironment(text, written[start:].replace(UNKNOWN, "…"))


def tokens_of(job: Job) -> list[str]:
    """What it is given as a token of Railway's, as it is written; its steps' own before its own."""
    own = [*_named_tokens(each for step in job.steps for each in (step.variables, step.inputs))]
    own += [token for step in job.steps for token in _IN_SHELL.findall(step.shell)]
    return own or [*_named_tokens([job.variables])]


def _named_tokens(given: Iterable[Mapping[str, Value]]) -> Iterator[str]:
    yield from (str(each[name]) for each in given for name in _TOKENS if name in each)


def _given(step: Step, job: Job) -> Iterator[Mapping[str, Value]]:
    yield from (job.variables, step.variables, step.inputs)
