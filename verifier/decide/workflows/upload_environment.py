"""To which environment a job uploads, as far as it says so: by name, or by its token's name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verifier.decide.workflows.shell_words import UNKNOWN, Word, commands_of
from verifier.model.workflow import Job, Value

_CLI = re.compile(r"(?:.*/)?railway(?:\.exe)?|@railway/cli(?:@\S+)?")
_OPTION = re.compile(r"(?:--environment=|-e=?)(?=.)")
#: What environments besides production are called.
_STAGE = re.compile(
    r"(?<![a-z])(?:stag(?:e|ing)|dev(?:elop(?:ment)?)?|test(?:ing)?|qa|uat|preview|sandbox)(?![a-z])",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"secrets\.(\w+)")
_TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "railway_token")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class NamedEnvironment:
    """An environment that a command of Railway's names."""

    text: str
    """With `UNKNOWN` in it where only a run knows its name."""
    written: str
    """For a reader, its variables by their names."""


def other_environment(
    job: Job, shells: Mapping[int, str], given: Mapping[int, Mapping[str, str]], here: str
) -> str:
    """
    Return what a job uploads to where it says so and that is not `here`; else an empty text.

    `shells` are what its steps run with expressions worked out, `given` the variables of each step,
    both by the number of the step.
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
    stages = [m for name in (job.environment or "", *_secrets(job)) if (m := _STAGE.search(name))]
    return stages[0][0].lower() if stages and not _STAGE.search(here) else ""


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


def _secrets(job: Job) -> list[str]:
    """The secrets that it takes a token of Railway's from."""
    values: list[Value] = []
    for each in (job.variables, *(s.variables for s in job.steps), *(s.inputs for s in job.steps)):
        values += [each[name] for name in _TOKENS if name in each]
    return [name for text in values for name in _TOKEN.findall(str(text))]
