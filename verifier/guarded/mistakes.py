"""Mistakes of a configuration: where each is, and all of them as one error."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.errors import ConfigError

#: Stands in place of a file for what no file is to blame for.
ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is, what was found, and what was expected."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        if self.file == ENVIRONMENT:
            return f"{self.file}: {self.text}"
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


_CORRECT = "correct what is listed, then check again with: verifier config check"
SEE_RAILWAY = "correct what is listed; verifier doctor shows what Railway has"
_CREATE = "verifier init writes a first one, verifier doctor tells then what is missing"
_ABSENT = "found no such file"
_SET = "set what is missing where the verifier is run: in a job, under env of its step"


class InvalidConfigError(ConfigError):
    """All mistakes of a configuration at once."""

    def __init__(self, problems: Sequence[Problem], hint: str = _CORRECT) -> None:
        in_order = sorted(problems, key=lambda p: (p.line, p.column, p.text))
        self.problems = tuple(dict.fromkeys(in_order))
        is_of_file = any(problem.file != ENVIRONMENT for problem in self.problems)
        is_there = not any(_ABSENT in problem.text for problem in self.problems)
        next_step = hint if is_there else _CREATE
        told = "\n".join(map(str, self.problems))
        super().__init__(told, hint=next_step if is_of_file else _SET)
