"""To which environment a job uploads, as far as it says so: by name, or by its token's name."""

import re
from collections.abc import Mapping

from verifier.decide.workflows.shell_words import UNKNOWN
from verifier.model.workflow import Job, Value

NAMED = re.compile(r"(?:\s(?:--environment|-e)|railway\s+environment)(?:[=\s]+)(\S+)")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
#: What environments besides production are called.
_STAGE = re.compile(
    r"(?<![a-z])(?:stag(?:e|ing)|dev(?:elop(?:ment)?)?|test(?:ing)?|qa|uat|preview|sandbox)(?![a-z])",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"secrets\.(\w+)")
_TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "railway_token")


def other_environment(
    job: Job, shells: Mapping[int, str], given: Mapping[int, Mapping[str, str]], here: str
) -> str:
    """
    Return what a job uploads to where it says so and that is not `here`; else an empty text.

    `shells` are what its steps run with expressions worked out, `given` the variables of each step,
    both by the number of the step.
    """
    named = set()
    for number, shell in shells.items():
        for word in NAMED.findall(shell) if "railway" in shell else ():
            bare = word.strip("\"'")
            variable = _VARIABLE.fullmatch(bare)
            named.add(given[number].get(variable[1], UNKNOWN) if variable else bare)
    if named:
        is_known = not any(UNKNOWN in name or "$" in name or not name for name in named)
        is_here = here.casefold() in {name.casefold() for name in named}
        return ", ".join(sorted(named)) if is_known and not is_here else ""
    stages = [m for name in (job.environment or "", *_secrets(job)) if (m := _STAGE.search(name))]
    return stages[0][0].lower() if stages and not _STAGE.search(here) else ""


def _secrets(job: Job) -> list[str]:
    """The secrets that it takes a token of Railway's from."""
    values: list[Value] = []
    for each in (job.variables, *(s.variables for s in job.steps), *(s.inputs for s in job.steps)):
        values += [each[name] for name in _TOKENS if name in each]
    return [name for text in values for name in _TOKEN.findall(str(text))]
